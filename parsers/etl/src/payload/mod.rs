//! Payloads as named, typed values.
//!
//! What a payload means is said by TraceLogging metadata or by a schema; both
//! describe fields by an input type and an output type and end here: [`types`]
//! has the types, [`field`] reads by them, [`value`] is what comes out.

pub mod field;
pub mod property;
pub mod schema;
pub mod types;
pub mod value;

use value::Value;

/// Receives the fields of one payload in the order of the payload.
///
/// Fields of structures have dotted names (`Outer.Inner`), items of an array of
/// structures an index (`Outer[2].Inner`).
pub trait Fields {
    /// What the event is called, before its fields. Not every decoder knows.
    fn event(&mut self, identity: Identity<'_>) {
        let _ = identity;
    }

    /// One field.
    fn field(&mut self, name: &str, value: Value<'_>);
}

impl<F: FnMut(&str, Value<'_>)> Fields for F {
    fn field(&mut self, name: &str, value: Value<'_>) {
        self(name, value);
    }
}

/// What a decoder knows of an event beside its fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Identity<'a> {
    /// The provider's name.
    pub provider: Option<&'a str>,
    /// The event's name, or those of its task and opcode.
    pub name: Option<&'a str>,
    /// The message, with its inserts as the schema has them (`%1`).
    pub message: Option<&'a str>,
}

/// How decoding a payload ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Payload bytes that no field took, at its end.
    pub left: usize,
    /// Why decoding stopped before the last field; `None` when it did not.
    pub fault: Option<Fault>,
}

impl Ending {
    /// Whether every field was decoded and every byte used.
    pub fn is_complete(&self) -> bool {
        self.left == 0 && self.fault.is_none()
    }
}

/// Why a payload could not be decoded to its last field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The description of the fields is cut or contradicts itself.
    Metadata,
    /// The payload ends inside a field or before one.
    Short,
    /// A type that is not known, with its number.
    UnknownType(u16),
    /// Structures inside structures beyond the limit.
    TooDeep,
    /// More array items than the payload can hold.
    TooMany,
}
