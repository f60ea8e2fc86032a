//! Field values of events in a story, with their types.
//!
//! A bare text is a string, and YAML's `~` is a null. Everything else names its type, `{int32: 1}`, because the type is part of
//! what an event log records and a parser may depend on it.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    Deserialize, Deserializer, Error, MapAccess, Visitor, value::MapAccessDeserializer,
};

use super::moment::Moment;
use crate::evtx::Value;

/// A field value as written.
#[derive(Debug)]
pub(super) enum Field {
    Null,
    Text(String),
    Typed(Typed),
}

/// A value that names its type.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Typed {
    Text(String),
    Ansi(String),
    Int8(i8),
    Uint8(u8),
    Int16(i16),
    Uint16(u16),
    Int32(i32),
    Uint32(u32),
    Int64(i64),
    Uint64(u64),
    Float(f32),
    Double(f64),
    Bool(bool),
    Guid(String),
    SizeT(u64),
    FileTime(Moment),
    SystemTime(Moment),
    Sid(String),
    Hex32(u32),
    Hex64(u64),
    Texts(Vec<String>),
    Uint32s(Vec<u32>),
    /// Upper- or lower-case hexadecimal digits.
    Binary(Hexadecimal),
}

/// Bytes as hexadecimal digits.
#[derive(Debug)]
pub(super) struct Hexadecimal(pub(super) Vec<u8>);

/// A mapping in the order in which it is written.
#[derive(Debug)]
pub(super) struct Pairs<T>(Vec<(String, T)>);

impl Field {
    /// The value, with times counted from the start.
    pub(super) fn value(&self, start: u64) -> Value {
        let typed = match self {
            Self::Null => return Value::Null,
            Self::Text(text) => return Value::Text(text.clone()),
            Self::Typed(typed) => typed,
        };
        match typed {
            Typed::Text(value) => Value::Text(value.clone()),
            Typed::Ansi(value) => Value::Ansi(value.clone()),
            Typed::Int8(value) => Value::Int8(*value),
            Typed::Uint8(value) => Value::UInt8(*value),
            Typed::Int16(value) => Value::Int16(*value),
            Typed::Uint16(value) => Value::UInt16(*value),
            Typed::Int32(value) => Value::Int32(*value),
            Typed::Uint32(value) => Value::UInt32(*value),
            Typed::Int64(value) => Value::Int64(*value),
            Typed::Uint64(value) => Value::UInt64(*value),
            Typed::Float(value) => Value::Float(*value),
            Typed::Double(value) => Value::Double(*value),
            Typed::Bool(value) => Value::Bool(*value),
            Typed::Guid(value) => Value::Guid(value.clone()),
            Typed::SizeT(value) => Value::SizeT64(*value),
            Typed::FileTime(moment) => Value::FileTime(moment.resolve(start)),
            Typed::SystemTime(moment) => Value::SystemTime(moment.resolve(start)),
            Typed::Sid(value) => Value::Sid(value.clone()),
            Typed::Hex32(value) => Value::HexInt32(*value),
            Typed::Hex64(value) => Value::HexInt64(*value),
            Typed::Texts(values) => Value::Texts(values.clone()),
            Typed::Uint32s(values) => Value::UInt32s(values.clone()),
            Typed::Binary(bytes) => Value::Binary(bytes.0.clone()),
        }
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldVisitor)
    }
}

struct FieldVisitor;

impl<'de> Visitor<'de> for FieldVisitor {
    type Value = Field;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or a value with its type such as {int32: 1}")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Field, E> {
        Ok(Field::Text(text.to_owned()))
    }

    fn visit_unit<E: Error>(self) -> Result<Field, E> {
        Ok(Field::Null)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Field, A::Error> {
        Typed::deserialize(MapAccessDeserializer::new(map)).map(Field::Typed)
    }
}

impl<'de> Deserialize<'de> for Hexadecimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let pairs = text.as_bytes().chunks(2);
        let byte = |pair: &[u8]| match std::str::from_utf8(pair) {
            Ok(digits) if digits.len() == 2 => u8::from_str_radix(digits, 16).ok(),
            _ => None,
        };
        let bytes: Option<Vec<u8>> = pairs.map(byte).collect();
        bytes
            .map(Self)
            .ok_or_else(|| D::Error::custom(format!("not hexadecimal bytes: {text:?}")))
    }
}

impl<T> Pairs<T> {
    pub(super) fn iter(&self) -> impl Iterator<Item = &(String, T)> {
        self.0.iter()
    }
}

impl<T> Default for Pairs<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor(PhantomData))
    }
}

struct PairsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PairsVisitor<T> {
    type Value = Pairs<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<T>, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}
