//! A rule file as it is written: keys and their forms, nothing of what they mean.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use super::fault::{RuleFault, of_yaml};

/// Text with the line that it stands in.
pub(super) type Words = Spanned<String>;

/// A rule file. Which keys must be there is the loader's business.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRule {
    pub(super) id: Words,
    #[serde(default)]
    pub(super) disabled: bool,
    pub(super) title: Option<Words>,
    pub(super) level: Option<Words>,
    pub(super) stage: Option<Words>,
    pub(super) about: Option<Words>,
    #[serde(default)]
    pub(super) background: bool,
    #[serde(default)]
    pub(super) refs: Vec<RawReference>,
    #[serde(default)]
    pub(super) facts: Entries<String>,
    #[serde(default)]
    pub(super) detection: Entries<Tree>,
    pub(super) scope: Option<RawScope>,
    pub(super) sequence: Option<Spanned<RawSequence>>,
    pub(super) count: Option<Spanned<RawCount>>,
    pub(super) gap: Option<Spanned<RawGap>>,
    #[serde(default)]
    pub(super) absent: Vec<Spanned<RawAbsent>>,
    #[serde(default, rename = "where")]
    pub(super) conditions: Vec<Words>,
    pub(super) confidence: Option<RawConfidence>,
    pub(super) key: Option<Words>,
    #[serde(default)]
    pub(super) caused_by: Vec<Words>,
    /// Rules whose `caused_by` is to name this one.
    #[serde(default)]
    pub(super) causes: Vec<Words>,
    pub(super) caused_within: Option<Words>,
    #[serde(default)]
    pub(super) suppresses: Vec<Words>,
    #[serde(default)]
    pub(super) considered: Entries<String>,
    #[serde(default)]
    pub(super) requires: Vec<Spanned<Tree>>,
    pub(super) ruled_out: Option<Spanned<RawRuledOut>>,
    pub(super) explain: Option<Words>,
    pub(super) why: Option<Words>,
    #[serde(default)]
    pub(super) fix: Vec<Words>,
    #[serde(default)]
    pub(super) next: Vec<Words>,
    pub(super) limits: Option<Words>,
    #[serde(default)]
    pub(super) tests: Vec<Spanned<RawCase>>,
}

/// Where a rule comes from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReference {
    pub(super) source: String,
    pub(super) confidence: Words,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawScope {
    pub(super) before: Option<Words>,
    pub(super) after: Option<Words>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSequence {
    pub(super) order: Vec<String>,
    pub(super) by: Option<String>,
    pub(super) within: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCount {
    pub(super) select: String,
    pub(super) at_least: usize,
    pub(super) within: Option<String>,
    pub(super) by: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawGap {
    pub(super) between: [String; 2],
    pub(super) over: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAbsent {
    pub(super) select: String,
    pub(super) between: Option<[String; 2]>,
    pub(super) after: Option<String>,
    pub(super) before: Option<String>,
    pub(super) within: Option<String>,
    #[serde(rename = "in")]
    pub(super) inside: Option<String>,
    #[serde(default)]
    pub(super) requires_coverage: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawConfidence {
    pub(super) base: Option<u8>,
    #[serde(default)]
    pub(super) add: Vec<RawWeight>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWeight {
    #[serde(rename = "if")]
    pub(super) when: Words,
    pub(super) weight: i16,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRuledOut {
    pub(super) select: Option<String>,
    #[serde(rename = "if")]
    pub(super) when: Option<Words>,
    pub(super) because: String,
}

/// A test inside the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCase {
    pub(super) name: String,
    pub(super) expect: String,
    pub(super) start: Option<String>,
    pub(super) ends: Option<String>,
    #[serde(default)]
    pub(super) events: Vec<RawEvent>,
    #[serde(default)]
    pub(super) facts: Entries<Tree>,
    #[serde(default)]
    pub(super) without_sources: Vec<String>,
    /// Text that the explanation of the finding must contain.
    pub(super) explains: Option<String>,
}

/// An event of a test.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEvent {
    pub(super) at: Option<String>,
    pub(super) event: String,
    pub(super) level: Option<String>,
    #[serde(default)]
    pub(super) fields: Entries<Tree>,
    pub(super) name: Option<String>,
    pub(super) activity: Option<String>,
    #[serde(default)]
    pub(super) pid: u32,
    pub(super) host: Option<String>,
    pub(super) source: Option<String>,
    pub(super) token: Option<RawToken>,
}

/// A token that stands in an event of a test; times are offsets from the test's start.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawToken {
    /// The message that it stands in: `request` or `response`.
    #[serde(default)]
    pub(super) side: Option<String>,
    /// Which token of the message it is: `access`, `id`, `refresh` or `assertion`.
    #[serde(default)]
    pub(super) part: Option<String>,
    pub(super) aud: Option<String>,
    pub(super) appid: Option<String>,
    pub(super) tid: Option<String>,
    pub(super) upn: Option<String>,
    pub(super) iat: Option<String>,
    pub(super) nbf: Option<String>,
    pub(super) exp: Option<String>,
}

/// A map in the order in which it is written, each value with its line.
#[derive(Clone, Debug)]
pub(super) struct Entries<V>(pub(super) Vec<(String, Spanned<V>)>);

impl<V> Default for Entries<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for InOrder<V> {
            type Value = Entries<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(InOrder(PhantomData))
    }
}

/// YAML of any form; numbers keep their text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

impl Tree {
    /// A single value as text; `None` for null, lists and maps.
    pub(super) fn word(&self) -> Option<String> {
        match self {
            Self::Bool(set) => Some(set.to_string()),
            Self::Int(number) => Some(number.to_string()),
            Self::Float(number) => Some(number.to_string()),
            Self::Text(text) => Some(text.clone()),
            Self::Null | Self::List(_) | Self::Map(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OfAnyForm)
    }
}

struct OfAnyForm;

impl<'de> Visitor<'de> for OfAnyForm {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_none<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        Tree::deserialize(deserializer)
    }

    fn visit_bool<E>(self, set: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(set))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Tree, E> {
        Ok(Tree::Int(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Tree, E> {
        Ok(Tree::Int(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Tree, E> {
        Ok(Tree::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Tree::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Tree::Map(entries))
    }
}

/// Reads YAML of a form; only `true` and `false` are truth values, so that `NO` is a text.
pub(super) fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, serde_saphyr::Error> {
    serde_saphyr::from_str_with_options(
        text,
        serde_saphyr::options! { strict_booleans: true, with_snippet: false },
    )
}

/// The same, with the fault noted where the text is not of the form.
pub(super) fn noted<'de, T: Deserialize<'de>>(
    file: &str,
    text: &'de str,
    faults: &mut Vec<RuleFault>,
) -> Option<T> {
    read(text)
        .map_err(|error| {
            let (line, fault) = of_yaml(&error);
            faults.push(RuleFault {
                file: file.to_owned(),
                line,
                fault,
            });
        })
        .ok()
}

/// Seconds of a span such as `250ms`, `60s`, `5m`, `2h`, `1d`.
pub(super) fn span(text: &str) -> Option<f64> {
    let text = text.trim().trim_start_matches('+');
    let split = text.find(|letter: char| letter.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(split);
    let number: f64 = number.trim().parse().ok()?;
    let seconds = number
        * match unit.trim() {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            "d" => 86_400.0,
            _ => return None,
        };
    // A century is more than any evidence spans.
    (seconds.is_finite() && seconds.abs() < 3.2e9).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const SCHEMA: &str = include_str!("../../rules/schema.json");

    /// The keys of a form, as its own complaint about an unknown one lists them.
    fn keys<'de, T: Deserialize<'de> + fmt::Debug>(text: &'de str) -> BTreeSet<String> {
        let error = read::<T>(text).expect_err("there is no such key");
        match error.without_snippet() {
            serde_saphyr::Error::SerdeUnknownField { expected, .. } => {
                expected.iter().map(|key| (*key).to_owned()).collect()
            }
            other => panic!("{other}"),
        }
    }

    #[test]
    fn the_schema_for_editors_has_the_loader_s_keys() {
        let schema: serde_json::Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
        let check = |place: &str, expected: BTreeSet<String>| {
            let properties = schema.pointer(place).and_then(serde_json::Value::as_object);
            let properties = properties.unwrap_or_else(|| panic!("{place} is no object"));
            let found: BTreeSet<String> = properties.keys().cloned().collect();
            assert_eq!(found, expected, "{place}");
        };
        let unknown = "no-such-key: 1";
        check("/properties", keys::<RawRule>(unknown));
        check("/properties/scope/properties", keys::<RawScope>(unknown));
        check(
            "/properties/sequence/properties",
            keys::<RawSequence>(unknown),
        );
        check("/properties/count/properties", keys::<RawCount>(unknown));
        check("/properties/gap/properties", keys::<RawGap>(unknown));
        check(
            "/properties/absent/items/properties",
            keys::<RawAbsent>(unknown),
        );
        check(
            "/properties/ruled_out/properties",
            keys::<RawRuledOut>(unknown),
        );
        check(
            "/properties/tests/items/properties",
            keys::<RawCase>(unknown),
        );
        let event = "/properties/tests/items/properties/events/items/properties";
        check(event, keys::<RawEvent>(unknown));
        check(
            &format!("{event}/token/properties"),
            keys::<RawToken>(unknown),
        );
    }

    #[test]
    fn spans_have_a_unit() {
        let check = |text: &str, expected: Option<f64>| assert_eq!(span(text), expected, "{text}");
        check("250ms", Some(0.25));
        check("5m", Some(300.0));
        check("-90s", Some(-90.0));
        check("+2h", Some(7200.0));
        check("30", None);
        check("5 weeks", None);
        check("99999999d", None);
    }
}
