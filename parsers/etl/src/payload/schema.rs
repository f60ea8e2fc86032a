//! Payloads by a schema that stands elsewhere: a manifest, embedded metadata or
//! a table.
//!
//! A schema of another build can be shorter or longer than the payload. Shorter
//! is usual and leaves bytes over; longer stops decoding. Both show in the
//! [`Ending`], and what was decoded before stands.
//! Source: specified (TRACE_EVENT_INFO, EVENT_PROPERTY_INFO; event manifest schema).

use std::fmt::Write;
use std::sync::Arc;

use joinscope_wire::{Cursor, Guid};
use rustc_hash::FxHashMap;

use super::field::FieldType;
use super::types::{InType, OutType};
use super::value::Value;
use super::{Ending, Fault, Fields, Identity};
use crate::header::PointerSize;

/// Structures inside structures.
const MAX_DEPTH: usize = 16;
/// Bytes of a field's name. Names of structures are repeated for each of their
/// members, so a long one could multiply.
pub(crate) const MAX_NAME: usize = 255;
/// Most events have no more fields; room for so many values is made at once.
const USUAL_FIELDS: usize = 32;

/// What a schema is found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaKey {
    /// Provider of an event, class of a classic event.
    pub provider: Guid,
    /// Event identifier, type of a classic event.
    pub id: u16,
    /// Version of the payload's layout.
    pub version: u8,
}

/// The layout of one event's payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventSchema {
    /// The provider's name; empty when not known.
    pub provider_name: Arc<str>,
    /// The event's name, or those of task and opcode; empty when not known.
    pub name: String,
    /// The message with its inserts; empty when not known.
    pub message: Arc<str>,
    /// The fields; members of structures stand behind the first `top_level`.
    pub fields: Arc<[Field]>,
    /// How many of `fields` are the event's own, in the order of the payload.
    pub top_level: usize,
    /// Where a payload may end.
    pub end: SchemaEnd,
}

/// Where payloads of a schema end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SchemaEnd {
    /// Behind the last field.
    #[default]
    Last,
    /// Before any of the event's own fields: the schema is of the newest version, and
    /// older ones had only the first of its fields.
    AnyField,
}

/// One field of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: FieldKind,
    /// How long it is, in characters for text and bytes for binary.
    pub length: Extent,
    /// How often it stands there.
    pub count: Extent,
    /// Name of the map that gives its values a text.
    pub map: Option<String>,
}

/// What a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A value.
    Value(InType, OutType),
    /// A structure of `members` fields, the first of them at `first` in the schema.
    Structure {
        /// Index of the first member.
        first: usize,
        /// Number of members.
        members: usize,
    },
    /// A type that is not known, with its number.
    Unknown(u16),
}

/// A length or count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The value says its own length; it stands there once.
    Own,
    /// Always the same.
    Fixed(u16),
    /// The value of the field at this index.
    Field(usize),
}

/// Texts for the values of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValueMap {
    /// Text of each number. Bits that combine are not listed.
    pub texts: FxHashMap<u32, Arc<str>>,
}

/// The value maps of one provider by name.
pub type ValueMaps = FxHashMap<String, ValueMap>;

impl EventSchema {
    /// What the schema says of the event beside its fields.
    pub fn identity(&self) -> Identity<'_> {
        fn known(text: &str) -> Option<&str> {
            (!text.is_empty()).then_some(text)
        }
        Identity {
            provider: known(&self.provider_name),
            name: known(&self.name),
            message: known(&self.message),
        }
    }

    /// Whether the length or count of any field is the value of another.
    fn refers(&self) -> bool {
        let by_value = |extent| matches!(extent, Extent::Field(_));
        let mut fields = self.fields.iter();
        fields.any(|field| by_value(field.length) || by_value(field.count))
    }

    /// Pushes the fields of a payload in order and says how it ended.
    pub fn decode(
        &self,
        maps: Option<&ValueMaps>,
        payload: &[u8],
        pointer: PointerSize,
        fields: &mut (impl Fields + ?Sized),
    ) -> Ending {
        let mut walk = Walk {
            schema: self,
            maps,
            payload: Cursor::new(payload),
            pointer,
            numbers: self
                .refers()
                .then(|| Vec::with_capacity(self.fields.len().min(USUAL_FIELDS))),
            path: String::new(),
            budget: (payload.len() + self.fields.len()).saturating_mul(4),
            fields,
        };
        let fault = walk.members(0, self.top_level, 0).err();
        Ending {
            left: walk.payload.remaining(),
            fault,
        }
    }
}

struct Walk<'s, 'a, 'f, F: Fields + ?Sized> {
    schema: &'s EventSchema,
    maps: Option<&'s ValueMaps>,
    payload: Cursor<'a>,
    pointer: PointerSize,
    /// Values seen so far, for lengths and counts that refer to them; `None` when none do.
    numbers: Option<Vec<Option<u64>>>,
    path: String,
    /// Fields of no bytes would otherwise multiply without end.
    budget: usize,
    fields: &'f mut F,
}

impl<F: Fields + ?Sized> Walk<'_, '_, '_, F> {
    fn members(&mut self, first: usize, count: usize, depth: usize) -> Result<(), Fault> {
        let end = first.checked_add(count).ok_or(Fault::Metadata)?;
        let schema = self.schema;
        let members = schema.fields.get(first..end).ok_or(Fault::Metadata)?;
        for (index, field) in (first..end).zip(members) {
            if depth == 0 && schema.end == SchemaEnd::AnyField && self.payload.is_empty() {
                return Ok(());
            }
            self.budget = self.budget.checked_sub(1).ok_or(Fault::TooMany)?;
            let is_last = depth == 0 && index + 1 == end;
            self.field(index, field, is_last, depth)?;
        }
        Ok(())
    }

    fn field(
        &mut self,
        index: usize,
        field: &Field,
        is_last: bool,
        depth: usize,
    ) -> Result<(), Fault> {
        if field.name.len() > MAX_NAME {
            return Err(Fault::Metadata);
        }
        let count = self.extent(field.count)?;
        match field.kind {
            FieldKind::Unknown(number) => Err(Fault::UnknownType(number)),
            FieldKind::Structure { first, members } => {
                self.structure(field, first, members, count, depth)
            }
            FieldKind::Value(input, output) => {
                let kind = FieldType {
                    input,
                    output,
                    pointer: self.pointer,
                    length: self.extent(field.length)?,
                };
                let missing = matches!(input, InType::Utf16 | InType::Ansi)
                    && self.payload.is_empty()
                    && !is_last;
                let value = match count {
                    Some(count) => {
                        let count = u16::try_from(count).map_err(|_| Fault::TooMany)?;
                        kind.read_list(count, &mut self.payload).map(Value::List)
                    }
                    None if missing => None,
                    None => kind.read(&mut self.payload),
                };
                self.push(index, field, value.ok_or(Fault::Short)?);
                Ok(())
            }
        }
    }

    fn structure(
        &mut self,
        field: &Field,
        first: usize,
        members: usize,
        count: Option<usize>,
        depth: usize,
    ) -> Result<(), Fault> {
        if depth == MAX_DEPTH {
            return Err(Fault::TooDeep);
        }
        let outer = self.path.len();
        for item in 0..count.unwrap_or(1) {
            self.budget = self.budget.checked_sub(1).ok_or(Fault::TooMany)?;
            self.path.push_str(&field.name);
            if count.is_some() {
                // Writing to a string cannot fail.
                let _ = write!(self.path, "[{item}]");
            }
            self.path.push('.');
            let read = self.members(first, members, depth + 1);
            self.path.truncate(outer);
            read?;
        }
        Ok(())
    }

    /// A length or count; `None` when the field has none of its own.
    fn extent(&self, extent: Extent) -> Result<Option<usize>, Fault> {
        match extent {
            Extent::Own => Ok(None),
            Extent::Fixed(number) => Ok(Some(usize::from(number))),
            Extent::Field(index) => {
                let number = self.numbers.as_ref().and_then(|all| *all.get(index)?);
                let number = number.ok_or(Fault::Metadata)?;
                usize::try_from(number)
                    .map(Some)
                    .map_err(|_| Fault::TooMany)
            }
        }
    }

    fn push(&mut self, index: usize, field: &Field, value: Value<'_>) {
        let number = value.as_unsigned();
        if let Some(numbers) = &mut self.numbers {
            if numbers.len() <= index {
                numbers.resize(index + 1, None);
            }
            if let Some(slot) = numbers.get_mut(index) {
                *slot = number;
            }
        }
        let text = field
            .map
            .as_ref()
            .and_then(|name| self.maps?.get(name))
            .and_then(|map| map.texts.get(&u32::try_from(number?).ok()?));
        let value = match (text, number) {
            (Some(text), Some(number)) => Value::Mapped(number, text),
            _ => value,
        };
        if self.path.is_empty() {
            self.fields.field(&field.name, value);
        } else {
            let outer = self.path.len();
            self.path.push_str(&field.name);
            self.fields.field(&self.path, value);
            self.path.truncate(outer);
        }
    }
}
