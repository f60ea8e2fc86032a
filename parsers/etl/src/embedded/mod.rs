//! Schemas that a trace carries with it, put there by a merge or by the provider.
//!
//! They can stand anywhere in the file, also behind the events that need them,
//! so they are collected first: [`EmbeddedCollector`] is a [`Sink`] for that
//! pass and [`EmbeddedSchemas`] a rung of the decode ladder.

mod event_info;
mod manifest_xml;
mod xml;
mod xml_types;

use std::collections::BTreeMap;

use joinscope_wire::Guid;
use rustc_hash::FxHashMap;

use crate::bytes::guid_at;
use crate::decode::{Decoded, Reading, Rung};
use crate::error::Damage;
use crate::file::Sink;
use crate::header::event::Event;
use crate::header::{Header, PointerSize};
use crate::payload::Fields;
use crate::payload::schema::{EventSchema, SchemaKey, ValueMap, ValueMaps};
use crate::record::Record;

pub use manifest_xml::{Manifest, read_manifest};

/// Class of the events that hold metadata in merged traces.
pub const EVENT_METADATA: Guid = Guid::from_fields(
    0xbbcc_f6c1,
    0x6cd1,
    0x48c4,
    [0x80, 0xff, 0x83, 0x94, 0x82, 0xe3, 0x76, 0x71],
);
/// Type of an event that holds a TRACE_EVENT_INFO.
const EVENT_INFO: u8 = 0x20;
/// Type of an event that holds a value map.
const MAP_INFO: u8 = 0x21;
/// Identifier of an event that holds a part of a provider's manifest.
const MANIFEST: u16 = 0xfffe;
/// Head of a manifest part: format, version, magic, parts, number.
const MANIFEST_HEAD: usize = 8;
/// The largest manifest that is put together, in bytes.
const MAX_MANIFEST: usize = 16 << 20;

/// Schemas found in a trace.
#[derive(Clone, Debug, Default)]
pub struct EmbeddedSchemas {
    events: FxHashMap<SchemaKey, EventSchema>,
    classic: FxHashMap<SchemaKey, EventSchema>,
    maps: FxHashMap<Guid, ValueMaps>,
    /// Metadata that could not be read.
    pub unreadable: u64,
}

/// Collects schemas while records pass.
#[derive(Clone, Debug, Default)]
pub struct EmbeddedCollector {
    found: EmbeddedSchemas,
    /// Parts of manifests, by provider and number.
    parts: BTreeMap<(Guid, u16), Vec<u8>>,
}

impl EmbeddedCollector {
    /// Adds what another pass, over other buffers, collected.
    pub fn merge(&mut self, other: Self) {
        self.found.add(other.found);
        self.parts.extend(other.parts);
    }

    /// Puts manifests together and gives all schemas.
    pub fn finish(self) -> EmbeddedSchemas {
        let mut found = self.found;
        let mut manifests: BTreeMap<Guid, Vec<u8>> = BTreeMap::new();
        for ((provider, _), part) in self.parts {
            let manifest = manifests.entry(provider).or_default();
            if manifest.len() + part.len() <= MAX_MANIFEST {
                manifest.extend(part);
            }
        }
        for (provider, manifest) in manifests {
            let read = read_manifest(&String::from_utf8_lossy(&manifest));
            found.unreadable += u64::from(read.is_empty());
            for described in read {
                found.manifest(provider, described);
            }
        }
        found
    }

    fn metadata(&mut self, kind: u8, payload: &[u8]) {
        let understood = match kind {
            EVENT_INFO => event_info::read_event(payload).map(|(key, is_classic, schema)| {
                let table = if is_classic {
                    &mut self.found.classic
                } else {
                    &mut self.found.events
                };
                table.insert(key, schema);
            }),
            MAP_INFO => event_info::read_map(payload)
                .zip(guid_at(payload, 0))
                .map(|((name, map), provider)| self.map(provider, name, map)),
            // Other types describe processes and modules, not events.
            _ => Some(()),
        };
        self.found.unreadable += u64::from(understood.is_none());
    }

    fn map(&mut self, provider: Guid, name: String, map: ValueMap) {
        self.found
            .maps
            .entry(provider)
            .or_default()
            .insert(name, map);
    }

    fn manifest_part(&mut self, event: &Event<'_>) {
        let payload = event.payload();
        if let Some((head, text)) = payload.split_first_chunk::<MANIFEST_HEAD>()
            && let [1, _, _, 0x5b, _, _, low, high] = *head
        {
            let number = u16::from_le_bytes([low, high]);
            self.parts.insert((event.provider(), number), text.to_vec());
        } else {
            self.found.unreadable += 1;
        }
    }
}

impl Sink for EmbeddedCollector {
    fn record(&mut self, record: &Record<'_>) {
        match record.header() {
            Header::Full(full) if full.class() == EVENT_METADATA => {
                self.metadata(full.kind(), full.payload());
            }
            Header::Event(event) if is_manifest_part(event) => self.manifest_part(event),
            _ => {}
        }
    }

    fn damage(&mut self, _: Damage) {}
}

/// Whether an event is a part of its provider's manifest.
pub fn is_manifest_part(event: &Event<'_>) -> bool {
    event.id() == MANIFEST && event.task() == MANIFEST && event.opcode() == 0xfe
}

impl EmbeddedSchemas {
    /// Number of event layouts.
    pub fn len(&self) -> usize {
        self.events.len() + self.classic.len()
    }

    /// Whether the trace carries no schema.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name that each schema has for its provider, in no order; empty where it has none.
    pub fn providers(&self) -> impl Iterator<Item = (Guid, &str)> {
        let all = self.events.iter().chain(&self.classic);
        all.map(|(key, schema)| (key.provider, &*schema.provider_name))
    }

    fn manifest(&mut self, provider: Guid, described: Manifest) {
        for (id, version, schema) in described.events {
            let key = SchemaKey {
                provider,
                id,
                version,
            };
            self.events.insert(key, schema);
        }
        self.maps
            .entry(provider)
            .or_default()
            .extend(described.maps);
    }

    fn add(&mut self, other: Self) {
        self.events.extend(other.events);
        self.classic.extend(other.classic);
        for (provider, maps) in other.maps {
            self.maps.entry(provider).or_default().extend(maps);
        }
        self.unreadable += other.unreadable;
    }
}

impl Rung for EmbeddedSchemas {
    fn decode(&self, record: &Record<'_>, fields: &mut dyn Fields) -> Option<Reading> {
        let table = match record.header() {
            Header::Event(_) => &self.events,
            Header::Full(_) => &self.classic,
            _ => return None,
        };
        let provider = record.provider()?;
        let key = SchemaKey {
            provider,
            id: record.id().or(record.opcode().map(u16::from))?,
            version: u8::try_from(record.version()?).ok()?,
        };
        let schema = table.get(&key)?;
        let pointer = record.pointer_size().unwrap_or(PointerSize::Eight);
        fields.event(schema.identity());
        let maps = self.maps.get(&provider);
        let ending = schema.decode(maps, record.payload(), pointer, fields);
        Some(Reading {
            decoded: Decoded::Embedded,
            ending,
        })
    }
}
