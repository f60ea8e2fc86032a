//! TRACE_EVENT_INFO and EVENT_MAP_INFO as a merge writes them.
//!
//! Offsets of an event's description count from its start; those of a map from
//! behind the provider GUID in front of it. Texts end with a blank.
//! Source: specified (TRACE_EVENT_INFO, EVENT_MAP_INFO); the place of the GUID is *observed*.

use std::cell::Cell;
use std::sync::Arc;

use joinscope_wire::push_utf16le;
use joinscope_wire::utf16::nul_position;
use rustc_hash::FxHashMap;

use crate::bytes::{guid_at, size, u8_fixed, u16_at, u32_at};
use crate::payload::property::Property;
use crate::payload::schema::{EventSchema, Field, SchemaEnd, SchemaKey, ValueMap};

/// Bytes in front of the properties.
const HEAD: usize = 0x70;
/// Bytes of a property.
const PROPERTY: usize = 24;
/// DecodingSource of classic events.
const SOURCE_WBEM: u32 = 1;

/// A description, its key and whether it is of a classic event. `None` when it is cut.
pub(super) fn read_event(blob: &[u8]) -> Option<(SchemaKey, bool, EventSchema)> {
    let is_classic = u32_at(blob, 0x30)? == SOURCE_WBEM;
    let key = SchemaKey {
        provider: guid_at(blob, if is_classic { 0x10 } else { 0x00 })?,
        id: if is_classic {
            u16::from(u8_fixed(blob, 0x25))
        } else {
            u16_at(blob, 0x20)?
        },
        version: u8_fixed(blob, 0x22),
    };
    let texts = Texts::of(blob);
    let text = |place| texts.at(u32_at(blob, place)?);
    let provider_name = text(0x34).unwrap_or_default();
    let task = text(0x44).unwrap_or_default();
    let opcode = text(0x48).unwrap_or_default();
    // The place of the event's name holds something else for classic events.
    let own = text(0x5c).filter(|_| !is_classic).unwrap_or_default();
    let name = match (own.is_empty(), opcode.is_empty()) {
        (false, _) => own,
        (true, true) => task,
        (true, false) => format!("{task}/{opcode}"),
    };
    let count = size(u32_at(blob, 0x64)?);
    let properties = blob.get(HEAD..)?.get(..count.checked_mul(PROPERTY)?)?;
    let fields = properties
        .chunks(PROPERTY)
        .map(|property| read_field(&texts, property))
        .collect::<Option<Vec<_>>>()?;
    let schema = EventSchema {
        provider_name: Arc::from(provider_name),
        name,
        message: Arc::from(text(0x4c).unwrap_or_default()),
        top_level: size(u32_at(blob, 0x68)?).min(fields.len()),
        fields: Arc::from(fields),
        end: SchemaEnd::Last,
    };
    Some((key, is_classic, schema))
}

fn read_field(texts: &Texts<'_>, property: &[u8]) -> Option<Field> {
    let property = Property {
        flags: u32_at(property, 0)?,
        name: texts.at(u32_at(property, 4)?).unwrap_or_default(),
        first: u16_at(property, 8)?,
        second: u16_at(property, 10)?,
        map: texts
            .at(u32_at(property, 12)?)
            .filter(|name| !name.is_empty()),
        count: u16_at(property, 16)?,
        length: u16_at(property, 18)?,
    };
    Some(property.field())
}

/// The name and texts of a value map; `None` when it is cut.
pub(super) fn read_map(payload: &[u8]) -> Option<(String, ValueMap)> {
    let blob = payload.get(16..)?;
    let map_texts = Texts::of(blob);
    let name = map_texts.at(u32_at(blob, 0)?)?;
    let count = size(u32_at(blob, 8)?);
    let entries = blob.get(16..)?.get(..count.checked_mul(8)?)?;
    let mut texts = FxHashMap::default();
    for entry in entries.chunks(8) {
        let text = map_texts.at(u32_at(entry, 0)?).unwrap_or_default();
        texts.insert(u32_at(entry, 4)?, Arc::from(text));
    }
    Some((name, ValueMap { texts }))
}

/// The texts of one blob.
///
/// Offsets may point to the same text; so much of it as would make more than a few
/// times the blob is not read twice.
struct Texts<'a> {
    blob: &'a [u8],
    budget: Cell<usize>,
}

impl<'a> Texts<'a> {
    fn of(blob: &'a [u8]) -> Self {
        Self {
            blob,
            budget: Cell::new(blob.len().saturating_mul(4)),
        }
    }

    /// The text at an offset, without the blank at its end; `None` for offset zero,
    /// offsets outside and a blob whose budget is used up.
    fn at(&self, offset: u32) -> Option<String> {
        let bytes = self.blob.get(size(offset)..).filter(|_| offset != 0)?;
        let end = nul_position(bytes).unwrap_or(bytes.len());
        self.budget.set(self.budget.get().checked_sub(end)?);
        let mut text = String::new();
        push_utf16le(bytes.get(..end)?, &mut text);
        text.truncate(text.trim_end().len());
        Some(text)
    }
}
