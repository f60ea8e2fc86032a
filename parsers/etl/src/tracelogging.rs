//! TraceLogging: events that carry their own names and types.
//!
//! The metadata is an extended item of the event, the values are its payload;
//! both are walked together, once. An array of structures repeats its members'
//! descriptions for every item.
//! Source: specified (microsoft/tracelogging field types), *observed* but for
//! custom types, whose payload form is not known and ends decoding there.

use std::fmt::Write;

use joinscope_wire::Cursor;

use crate::bytes::{nul8_position, u16_at};
use crate::header::PointerSize;
use crate::header::event::Event;
use crate::header::extended::ExtendedKind;
use crate::payload::field::FieldType;
use crate::payload::schema::MAX_NAME;
use crate::payload::types::{InType, OutType};
use crate::payload::value::Value;
use crate::payload::{Ending, Fault, Fields};

/// Input type bits: the type itself.
const TYPE: u8 = 0x1f;
/// Input type bits: how often the value stands there.
const COUNT: u8 = 0x60;
/// Count given by the metadata.
const CONSTANT_COUNT: u8 = 0x20;
/// Count in front of the values.
const VARIABLE_COUNT: u8 = 0x40;
/// Type described by bytes of its own.
const CUSTOM: u8 = COUNT;
/// Another byte of the description follows.
const CHAIN: u8 = 0x80;
/// Input type of structures.
const STRUCT: u8 = 24;
/// Structures inside structures.
const MAX_DEPTH: usize = 16;

/// A self-describing event.
#[derive(Clone, Copy, Debug)]
pub struct TraceLogging<'a> {
    name: &'a [u8],
    tags: u32,
    fields: &'a [u8],
    payload: &'a [u8],
    pointer: PointerSize,
}

impl<'a> TraceLogging<'a> {
    /// The event's own description; `None` when it has none. A description that is
    /// cut gives an event without name and fields, which decodes to a fault.
    pub fn of(event: &Event<'a>) -> Option<Self> {
        let mut items = event.extended();
        let metadata = items
            .by_ref()
            .find(|item| item.kind == ExtendedKind::TRACE_LOGGING)?
            .data;
        items.by_ref().for_each(drop);
        let mut described = Self {
            name: b"",
            tags: 0,
            // Not a description of anything: it has a name without an end.
            fields: b"?",
            payload: items.rest(),
            pointer: event.pointer_size,
        };
        if let Some((tags, name, fields)) = split_metadata(metadata) {
            (described.tags, described.name, described.fields) = (tags, name, fields);
        }
        Some(described)
    }

    /// The event's name, UTF-8 as written.
    pub fn name(&self) -> &'a [u8] {
        self.name
    }

    /// The event's tags: seven bits of each tag byte, the first highest.
    pub fn tags(&self) -> u32 {
        self.tags
    }

    /// The payload that the fields describe.
    pub fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// Pushes the fields in order and says how it ended.
    pub fn decode(&self, fields: &mut (impl Fields + ?Sized)) -> Ending {
        let mut walk = Walk {
            payload: Cursor::new(self.payload),
            pointer: self.pointer,
            path: String::new(),
            // Fields of no bytes would otherwise multiply without end. Four fields for
            // each byte leaves room for structures inside structures.
            budget: (self.payload.len() + self.fields.len()).saturating_mul(4),
            fields,
        };
        let mut metadata = Cursor::new(self.fields);
        let mut fault = None;
        while !metadata.is_empty() && fault.is_none() {
            fault = walk.field(&mut metadata, 0).err();
        }
        Ending {
            left: walk.payload.remaining(),
            fault,
        }
    }
}

/// Tags, name and field descriptions of a metadata blob.
fn split_metadata(blob: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let size = usize::from(u16_at(blob, 0)?);
    let mut rest = blob.get(2..size.min(blob.len()))?;
    let mut tags = 0_u32;
    loop {
        let (byte, behind) = rest.split_first()?;
        rest = behind;
        tags = tags << 7 | u32::from(byte & !CHAIN);
        if byte & CHAIN == 0 {
            break;
        }
    }
    let end = nul8_position(rest)?;
    Some((tags, rest.get(..end)?, rest.get(end + 1..)?))
}

/// One field's description.
struct Description<'a> {
    name: &'a [u8],
    kind: u8,
    out: u8,
    occurrence: Occurrence,
}

enum Occurrence {
    Once,
    Constant(u16),
    Variable,
    Custom,
}

impl<'a> Description<'a> {
    #[inline]
    fn read(metadata: &mut Cursor<'a>) -> Result<Self, Fault> {
        let cut = |_| Fault::Metadata;
        let rest = metadata.rest();
        // The limit also keeps repeated descriptions from being searched at length.
        let limit = rest.len().min(MAX_NAME + 1);
        let end = rest
            .get(..limit)
            .and_then(nul8_position)
            .ok_or(Fault::Metadata)?;
        let name = rest.get(..end).unwrap_or_default();
        metadata.skip(end + 1, "field name").map_err(cut)?;
        let kind = metadata.u8("field type").map_err(cut)?;
        let mut out = 0;
        if kind & CHAIN != 0 {
            out = metadata.u8("field output type").map_err(cut)?;
            let mut more = out;
            while more & CHAIN != 0 {
                more = metadata.u8("field tag").map_err(cut)?;
            }
        }
        let occurrence = match kind & COUNT {
            0 => Occurrence::Once,
            CONSTANT_COUNT => Occurrence::Constant(metadata.u16("field count").map_err(cut)?),
            VARIABLE_COUNT => Occurrence::Variable,
            _ => {
                let length = metadata.u16("custom type").map_err(cut)?;
                metadata
                    .skip(usize::from(length), "custom type")
                    .map_err(cut)?;
                Occurrence::Custom
            }
        };
        Ok(Self {
            name,
            kind: kind & TYPE,
            out: out & !CHAIN,
            occurrence,
        })
    }
}

/// The walk over one payload.
struct Walk<'a, 'f, F: Fields + ?Sized> {
    payload: Cursor<'a>,
    pointer: PointerSize,
    /// Names of the structures around the field, each with its dot.
    path: String,
    budget: usize,
    fields: &'f mut F,
}

impl<F: Fields + ?Sized> Walk<'_, '_, F> {
    fn field(&mut self, metadata: &mut Cursor<'_>, depth: usize) -> Result<(), Fault> {
        self.budget = self.budget.checked_sub(1).ok_or(Fault::TooMany)?;
        let description = Description::read(metadata)?;
        let count = match description.occurrence {
            Occurrence::Once => None,
            Occurrence::Constant(count) => Some(count),
            Occurrence::Variable => {
                let count = self.payload.u16("array count");
                Some(count.map_err(|_| Fault::Short)?)
            }
            Occurrence::Custom => {
                return Err(Fault::UnknownType(u16::from(CUSTOM | description.kind)));
            }
        };
        if description.kind == STRUCT {
            return self.structure(&description, count, metadata, depth);
        }
        let input = InType::from_trace_logging(description.kind)
            .ok_or(Fault::UnknownType(u16::from(description.kind)))?;
        let kind = FieldType {
            input,
            output: OutType::from_trace_logging(description.out),
            pointer: self.pointer,
            length: None,
        };
        // Only the last string may lack its end, and with it be empty.
        let missing = matches!(input, InType::Utf16 | InType::Ansi)
            && self.payload.is_empty()
            && !metadata.is_empty();
        if let Some(count) = count {
            let list = kind.read_list(count, &mut self.payload);
            self.push(description.name, Value::List(list.ok_or(Fault::Short)?));
            return Ok(());
        }
        if missing {
            return Err(Fault::Short);
        }
        let Some(value) = kind.read(&mut self.payload) else {
            return Err(Fault::Short);
        };
        self.push(description.name, value);
        Ok(())
    }

    fn structure(
        &mut self,
        description: &Description<'_>,
        count: Option<u16>,
        metadata: &mut Cursor<'_>,
        depth: usize,
    ) -> Result<(), Fault> {
        if depth == MAX_DEPTH {
            return Err(Fault::TooDeep);
        }
        let outer = self.path.len();
        let members = metadata.clone();
        for item in 0..count.unwrap_or(1) {
            self.budget = self.budget.checked_sub(1).ok_or(Fault::TooMany)?;
            self.path
                .push_str(&String::from_utf8_lossy(description.name));
            if count.is_some() {
                // Writing to a string cannot fail.
                let _ = write!(self.path, "[{item}]");
            }
            self.path.push('.');
            *metadata = members.clone();
            let members = (0..description.out).try_for_each(|_| self.field(metadata, depth + 1));
            self.path.truncate(outer);
            members?;
        }
        if count == Some(0) {
            skip_members(metadata, description.out, depth)?;
        }
        Ok(())
    }

    #[inline]
    fn push(&mut self, name: &[u8], value: Value<'_>) {
        match str::from_utf8(name) {
            Ok(name) if self.path.is_empty() => self.fields.field(name, value),
            _ => {
                let outer = self.path.len();
                self.path.push_str(&String::from_utf8_lossy(name));
                self.fields.field(&self.path, value);
                self.path.truncate(outer);
            }
        }
    }
}

/// Passes over the descriptions of a structure that has no item.
fn skip_members(metadata: &mut Cursor<'_>, members: u8, depth: usize) -> Result<(), Fault> {
    if depth == MAX_DEPTH {
        return Err(Fault::TooDeep);
    }
    for _ in 0..members {
        let member = Description::read(metadata)?;
        if member.kind == STRUCT {
            skip_members(metadata, member.out, depth + 1)?;
        }
    }
    Ok(())
}
