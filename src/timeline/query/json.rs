//! Members of JSON texts: found without making anything of what stands beside them.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// How the name of a member is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// As it is written.
    Exact,
    /// In any ASCII letter case where none is written exactly so; of several the first.
    AnyCase,
}

/// The member of a JSON object that these names lead to, one object inside the other; `None` where there is
/// none, or the text is no JSON. Of members of the same name the last one counts.
pub fn json_member(text: &str, names: &[&str], letters: Letters) -> Option<Value> {
    // What begins otherwise is no object, and most texts are none.
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let found = Way { names, letters }.deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    found
}

/// The names that are left on the way to a member.
#[derive(Clone, Copy)]
struct Way<'n> {
    names: &'n [&'n str],
    letters: Letters,
}

impl<'de> DeserializeSeed<'de> for Way<'_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        if self.names.is_empty() {
            return serde::Deserialize::deserialize(reader).map(Some);
        }
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Way<'_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let Some((name, names)) = self.names.split_first() else {
            return Ok(None);
        };
        let rest = Self { names, ..self };
        let mut exact: Option<Option<Value>> = None;
        let mut folded: Option<(String, Option<Value>)> = None;
        while let Some(key) = map.next_key_seed(Name { name, way: self })? {
            match key {
                Key::Exact => exact = Some(map.next_value_seed(rest)?),
                Key::Folded(key) if folded.as_ref().is_none_or(|(known, _)| *known == key) => {
                    folded = Some((key, map.next_value_seed(rest)?));
                }
                Key::Folded(_) | Key::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(exact.unwrap_or_else(|| folded?.1))
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut items: S) -> Result<Self::Value, S::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// What the name of a member is to the one that is looked for.
enum Key {
    Exact,
    /// The same in another letter case.
    Folded(String),
    Other,
}

/// Compares the name of a member.
struct Name<'n> {
    name: &'n str,
    way: Way<'n>,
}

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Key, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, key: &str) -> Result<Key, E> {
        let folds = self.way.letters == Letters::AnyCase;
        Ok(if key == self.name {
            Key::Exact
        } else if folds && key.eq_ignore_ascii_case(self.name) {
            Key::Folded(key.to_owned())
        } else {
            Key::Other
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same by a tree of the whole text.
    fn by_tree(text: &str, names: &[&str], letters: Letters) -> Option<Value> {
        let mut place: Value = serde_json::from_str(text).ok()?;
        for name in names {
            let object = place.as_object()?;
            let exact = object.get(*name);
            let folded = || {
                let mut members = object.iter();
                members.find(|(key, _)| key.eq_ignore_ascii_case(name))
            };
            let fits = match letters {
                Letters::Exact => exact,
                Letters::AnyCase => exact.or_else(|| folded().map(|(_, value)| value)),
            };
            place = fits?.clone();
        }
        Some(place)
    }

    #[test]
    fn members_are_those_of_the_whole_tree() {
        let texts = [
            r#"{"a":1}"#,
            r#" {"A":1,"b":{"C":[1,{"a":2}],"c":null}} "#,
            r#"{"b":{"c":1},"B":{"c":2},"b":{"d":3}}"#,
            r#"{"B":{"c":1},"x":{"y":{}},"B":{"C":true}}"#,
            r#"{"\u0061":"\u00e9\n","c":-1.5e3,"b":"text"}"#,
            r#"{"a":{"b":{"c":"deep"}}}"#,
            r#"{"a":"b"} rest"#,
            r#"{"a":1,}"#,
            r#"{"a":1"#,
            r#"{"a":tru}"#,
            r#"{"b":[1,2],"a":[]}"#,
            r#"[{"a":1}]"#,
            "{}",
            "",
            "a",
        ];
        let names: [&[&str]; 8] = [
            &["a"],
            &["A"],
            &["b", "c"],
            &["b", "C"],
            &["B", "c"],
            &["x", "y"],
            &["a", "b", "c"],
            &["none"],
        ];
        for text in texts {
            for names in names {
                for letters in [Letters::Exact, Letters::AnyCase] {
                    assert_eq!(
                        json_member(text, names, letters),
                        by_tree(text, names, letters),
                        "{text} {names:?} {letters:?}"
                    );
                }
            }
        }
    }
}
