//! The content of the resource: providers with channels, events and templates.
//!
//! ```text
//! CRIM  size, version, providers:        GUID and place of a WEVT
//! WEVT  size, message, counts, elements: place of each table
//!   CHAN  number, place of the name
//!   OPCO  TASK  number, place of the name
//!   EVNT  48 bytes an event: descriptor, message, place of a TEMP
//!   TTBL  the TEMPs, one behind the other; each has its items at its end
//! ```
//! Places count from the start of the resource. Texts have a 32-bit size in front that
//! counts itself. Value maps are left out, because their texts are messages too.
//! Source: *observed*, as published by those who described the format; that structures
//! lie as in TRACE_EVENT_INFO, and that the second count of a template is the number of
//! the event's own items, is *assumed*.

use std::sync::Arc;

use joinscope_wire::push_utf16le;
use joinscope_wire::utf16::nul_position;
use rustc_hash::FxHashMap;

use super::ProgramManifests;
use crate::bytes::{guid_at, size, u8_fixed, u16_at, u32_at};
use crate::embedded::Manifest;
use crate::payload::property::Property;
use crate::payload::schema::{EventSchema, Field, SchemaEnd};

/// Bytes of a provider's row.
const PROVIDER: usize = 20;
/// Bytes of an event.
const EVENT: usize = 48;
/// Bytes in front of a template's content.
const TEMPLATE: usize = 40;
/// Bytes of an item.
const ITEM: usize = 20;
/// Bytes of the longest text that is taken.
const MAX_TEXT: usize = 1024;

type Fields = (Arc<[Field]>, usize);

/// Reads one resource.
pub(super) fn read(blob: &[u8], found: &mut ProgramManifests) {
    if read_all(blob, found).is_none() {
        found.unreadable += 1;
    }
}

fn read_all(blob: &[u8], found: &mut ProgramManifests) -> Option<()> {
    if !blob.starts_with(b"CRIM") {
        return None;
    }
    let mut reader = Reader {
        blob,
        // Tables and texts can be pointed to many times; this is how much is read in all.
        budget: blob.len().saturating_mul(8),
        unreadable: 0,
    };
    let count = size(u32_at(blob, 12)?);
    let rows = blob.get(16..)?.chunks_exact(PROVIDER);
    // A count beyond the resource is a claim that the rows do not hold.
    reader.unreadable += usize::from(rows.len() < count);
    for row in rows.take(count) {
        match reader.provider(row) {
            Some(manifest) => found.manifests.push(manifest),
            None => reader.unreadable += 1,
        }
    }
    found.unreadable += reader.unreadable;
    Some(())
}

struct Reader<'a> {
    blob: &'a [u8],
    budget: usize,
    unreadable: usize,
}

/// Where the tables of a provider are.
#[derive(Default)]
struct Tables {
    channels: Option<u32>,
    events: Option<u32>,
    opcodes: Option<u32>,
    tasks: Option<u32>,
    templates: Option<u32>,
}

impl<'a> Reader<'a> {
    fn provider(&mut self, row: &[u8]) -> Option<Manifest> {
        let mut manifest = Manifest {
            provider: Some(guid_at(row, 0)?),
            ..Manifest::default()
        };
        let head = self.at(u32_at(row, 16)?)?;
        if !head.starts_with(b"WEVT") {
            return None;
        }
        let elements = size(u32_at(head, 12)?);
        let mut tables = Tables::default();
        for element in head.get(20..)?.chunks_exact(8).take(elements) {
            self.spend(8)?;
            let place = u32_at(element, 0)?;
            match self.at(place).and_then(|table| table.first_chunk()) {
                Some(b"CHAN") => tables.channels = Some(place),
                Some(b"EVNT") => tables.events = Some(place),
                Some(b"OPCO") => tables.opcodes = Some(place),
                Some(b"TASK") => tables.tasks = Some(place),
                Some(b"TTBL") => tables.templates = Some(place),
                Some(_) => {}
                None => self.unreadable += 1,
            }
        }
        self.channels(tables.channels, &mut manifest);
        let opcodes = self.names(tables.opcodes, 12, 8);
        let tasks = self.names(tables.tasks, 28, 24);
        let templates = self.templates(tables.templates);
        self.events(tables.events, &templates, &opcodes, &tasks, &mut manifest);
        Some(manifest)
    }

    fn channels(&mut self, place: Option<u32>, manifest: &mut Manifest) {
        for row in self.rows(place, 12, 16) {
            let number = u32_at(row, 0).and_then(|number| u8::try_from(number).ok());
            let name = u32_at(row, 4).and_then(|place| self.text(place));
            match (number, name) {
                (Some(number), Some(name)) => manifest.channels.push((number, name)),
                _ => self.unreadable += 1,
            }
        }
        // A channel is called after its provider; nothing else in the resource is.
        let prefix = manifest.channels.iter().find_map(|(_, name)| {
            let (provider, _) = name.rsplit_once('/')?;
            Some(provider)
        });
        manifest.name = Arc::from(prefix.unwrap_or_default());
    }

    /// The texts of a table of `width` bytes a row, by the row's place; the place of the
    /// text stands at `at`.
    fn names(&mut self, place: Option<u32>, width: usize, at: usize) -> FxHashMap<u32, String> {
        let mut names = FxHashMap::default();
        let mut row_place = place.unwrap_or_default().saturating_add(12);
        for row in self.rows(place, 12, width) {
            if let Some(name) = u32_at(row, at).and_then(|place| self.text(place)) {
                names.insert(row_place, name);
            }
            row_place = row_place.saturating_add(u32::try_from(width).unwrap_or(u32::MAX));
        }
        names
    }

    fn events(
        &mut self,
        place: Option<u32>,
        templates: &FxHashMap<u32, Fields>,
        opcodes: &FxHashMap<u32, String>,
        tasks: &FxHashMap<u32, String>,
        manifest: &mut Manifest,
    ) {
        for row in self.rows(place, 16, EVENT) {
            let at = |place| u32_at(row, place).unwrap_or_default();
            let (fields, top_level) = match at(20) {
                0 => Fields::default(),
                template => {
                    let Some(fields) = templates.get(&template) else {
                        self.unreadable += 1;
                        continue;
                    };
                    fields.clone()
                }
            };
            let mut name = tasks.get(&at(32)).cloned().unwrap_or_default();
            let opcode = opcodes.get(&at(24));
            if let Some(opcode) = opcode.filter(|opcode| *opcode != "win:Info") {
                name.push('/');
                name.push_str(opcode);
            }
            // The names of a task stand in each of its events.
            if self.spend(name.len()).is_none() {
                self.unreadable += 1;
                return;
            }
            let schema = EventSchema {
                // The prefix of a channel is a guess at the provider's name, not the name.
                provider_name: Arc::from(""),
                name,
                message: Arc::from(""),
                fields,
                top_level,
                end: SchemaEnd::Last,
            };
            let id = u16_at(row, 0).unwrap_or_default();
            manifest.events.push((id, u8_fixed(row, 2), schema));
        }
    }

    fn templates(&mut self, place: Option<u32>) -> FxHashMap<u32, Fields> {
        let mut templates = FxHashMap::default();
        let Some(place) = place else {
            return templates;
        };
        let count = self.at(place).and_then(|table| u32_at(table, 8));
        let mut place = place.saturating_add(12);
        for _ in 0..count.unwrap_or_default() {
            let template = self.at(place).filter(|head| head.starts_with(b"TEMP"));
            let length = template.and_then(|template| u32_at(template, 4));
            let read = template.zip(length).and_then(|(template, length)| {
                self.spend(TEMPLATE)?;
                // One that claims no length would be read for ever.
                (size(length) >= TEMPLATE).then_some(())?;
                Some((self.template(template), length))
            });
            let Some((fields, length)) = read else {
                self.unreadable += 1;
                break;
            };
            match fields {
                Some(fields) => drop(templates.insert(place, fields)),
                None => self.unreadable += 1,
            }
            place = place.saturating_add(length);
        }
        templates
    }

    fn template(&mut self, template: &[u8]) -> Option<Fields> {
        let count = size(u32_at(template, 8)?);
        let own = size(u32_at(template, 12)?);
        if count == 0 {
            return Some(Fields::default());
        }
        let items = self.at(u32_at(template, 16)?)?;
        let items = items.get(..count.checked_mul(ITEM)?)?;
        self.spend(items.len())?;
        let fields: Option<Vec<Field>> = items
            .chunks_exact(ITEM)
            .map(|item| {
                let property = Property {
                    flags: u32_at(item, 0)?,
                    first: u16_at(item, 4)?,
                    second: u16_at(item, 6)?,
                    count: u16_at(item, 12)?,
                    length: u16_at(item, 14)?,
                    name: self.text(u32_at(item, 16)?)?,
                    map: None,
                };
                Some(typed(property).field())
            })
            .collect();
        let fields = fields?;
        let top_level = if own == 0 {
            fields.len()
        } else {
            own.min(fields.len())
        };
        Some((Arc::from(fields), top_level))
    }

    /// The rows of a table with a head of `head` bytes.
    fn rows(
        &mut self,
        place: Option<u32>,
        head: usize,
        width: usize,
    ) -> std::slice::ChunksExact<'a, u8> {
        let Some(place) = place else {
            return [].chunks_exact(width);
        };
        let rows = self.at(place).and_then(|table| {
            let length = size(u32_at(table, 8)?).checked_mul(width)?;
            let rows = table.get(head..)?;
            let rows = rows.get(..length).or_else(|| {
                // A table is read as far as it goes.
                self.unreadable += 1;
                Some(rows)
            })?;
            self.spend(rows.len())?;
            Some(rows)
        });
        self.unreadable += usize::from(rows.is_none());
        rows.unwrap_or_default().chunks_exact(width)
    }

    /// The text at a place; `None` for no place, one outside, and when too much was read.
    fn text(&mut self, place: u32) -> Option<String> {
        let bytes = self.at(place)?;
        let length = size(u32_at(bytes, 0)?).min(MAX_TEXT + 4);
        let bytes = bytes.get(4..length)?;
        let bytes = bytes.get(..nul_position(bytes).unwrap_or(bytes.len()))?;
        self.spend(bytes.len())?;
        let mut text = String::new();
        push_utf16le(bytes, &mut text);
        Some(text)
    }

    fn at(&self, place: u32) -> Option<&'a [u8]> {
        self.blob.get(size(place)..).filter(|_| place != 0)
    }

    fn spend(&mut self, bytes: usize) -> Option<()> {
        self.budget = self.budget.checked_sub(bytes)?;
        Some(())
    }
}

/// The types of an item are bytes, where TRACE_EVENT_INFO has words; the members of a
/// structure are words in both.
fn typed(property: Property) -> Property {
    if property.flags & 1 != 0 {
        return property;
    }
    let [input, output] = property.first.to_le_bytes();
    Property {
        first: u16::from(input),
        second: u16::from(output),
        ..property
    }
}
