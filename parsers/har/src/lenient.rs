//! JSON values as they come: a member of the wrong kind is absent and never costs its object.
//!
//! Everything borrows from the file where the JSON needs no unescaping.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Members of one list that are kept.
const MAX_LIST: usize = 10_000;

/// A value that is no object and no list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Scalar<'a> {
    /// `null`, an object, a list, or nothing at all.
    #[default]
    Absent,
    Text(Cow<'a, str>),
    Number(f64),
    Bool(bool),
}

impl<'a> Scalar<'a> {
    /// Text that is not empty; numbers as text, because tools disagree on what is one.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) if !text.is_empty() => Some(text),
            Self::Number(number) => Some(Cow::Owned(number.to_string())),
            _ => None,
        }
    }

    /// As [`Scalar::text`], with what is true or false as well.
    pub(crate) fn any(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Bool(value) => Some(Cow::Borrowed(if value { "true" } else { "false" })),
            other => other.text(),
        }
    }

    /// A number, which may be written as text.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A whole number that is not negative.
    pub(crate) fn whole(&self) -> Option<u64> {
        // Larger numbers than this are not whole in a float, and nothing here is so large.
        let number = self
            .number()
            .filter(|number| (0.0..9e15).contains(number))?;
        (number.fract() == 0.0).then(|| format!("{number}").parse().ok())?
    }
}

/// The letters of a string, in which halves of surrogate pairs and bytes that are not UTF-8 have
/// become U+FFFD. ECMA-262 lets `JSON.stringify` write such halves, which bodies can hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text<'a>(pub(crate) Option<Cow<'a, str>>);

/// An object whose members are taken one by one.
pub(crate) trait Members<'de>: Default {
    /// Takes the value of that member; members that are not wanted go to [`skip`].
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: Cow<'de, str>,
        members: &mut A,
    ) -> Result<(), A::Error>;
}

/// Passes over the value of a member.
pub(crate) fn skip<'de, A: MapAccess<'de>>(members: &mut A) -> Result<(), A::Error> {
    members.next_value::<IgnoredAny>().map(drop)
}

/// An object; anything else counts as one without members.
#[derive(Clone, Debug, Default)]
pub(crate) struct Object<T>(pub(crate) T);

/// A list of objects; anything else counts as an empty one.
#[derive(Clone, Debug)]
pub(crate) struct List<T> {
    pub(crate) members: Vec<T>,
    /// Whether there were more than are kept.
    pub(crate) is_cut: bool,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self {
            members: Vec::new(),
            is_cut: false,
        }
    }
}

/// Gives visitors an answer to every kind of value that they do not want.
macro_rules! otherwise {
    ($value:expr; $($method:ident $kind:ty),*) => {
        $(fn $method<E: Error>(self, _: $kind) -> Result<Self::Value, E> {
            Ok($value)
        })*
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok($value)
        }
    };
}

/// Drains a list that is not wanted.
fn drain_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Drains an object that is not wanted.
fn drain_object<'de, A: MapAccess<'de>>(mut object: A) -> Result<(), A::Error> {
    while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

#[expect(
    clippy::cast_precision_loss,
    reason = "numbers of an archive are times, sizes and codes, far below 2^53"
)]
impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(number as f64))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(number as f64))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Bool(value))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Absent)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        drain_list(list).map(|()| Scalar::Absent)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        drain_object(object).map(|()| Scalar::Absent)
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(TextVisitor)
    }
}

/// Asks for bytes, which the reader of JSON gives without judging surrogates.
struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string or null")
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_bytes(self)
    }

    fn visit_borrowed_bytes<E: Error>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
        Ok(Text(Some(String::from_utf8_lossy(bytes))))
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(Text(Some(Cow::Owned(
            String::from_utf8_lossy(bytes).into_owned(),
        ))))
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Text(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        drain_list(list).map(|()| Text(None))
    }
}

impl<'de, T: Members<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Members<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut members = T::default();
        while let Some(Scalar::Text(name)) = object.next_key()? {
            members.member(name, &mut object)?;
        }
        Ok(Object(members))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        drain_list(list).map(|()| Object(T::default()))
    }

    otherwise!(Object(T::default()); visit_str &str, visit_f64 f64, visit_i64 i64, visit_u64 u64, visit_bool bool);
}

impl<'de, T: Members<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Members<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut found = List::default();
        while found.members.len() < MAX_LIST {
            let Some(Object(member)) = list.next_element()? else {
                return Ok(found);
            };
            found.members.push(member);
        }
        found.is_cut = list.next_element::<IgnoredAny>()?.is_some();
        drain_list(list)?;
        Ok(found)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        drain_object(object).map(|()| List::default())
    }

    otherwise!(List::default(); visit_str &str, visit_f64 f64, visit_i64 i64, visit_u64 u64, visit_bool bool);
}
