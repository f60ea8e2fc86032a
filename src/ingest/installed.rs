//! Schemas of a trace's events as the Windows that this program runs on knows them.
//!
//! The system opens the trace by its path and is asked once for each provider, event and
//! version (`TdhGetEventInformation`). It answers by what is installed on this PC: what another
//! build of a provider wrote may be laid out differently, which decoding shows. Only events of
//! manifests are asked for; others describe themselves or have tables here. Value maps are not
//! given by the crate that asks.
//!
//! Compiled for Windows with the feature `tdh` alone. It is the one place where something
//! other than the bundle opens evidence, because the system takes nothing but a path.

use std::collections::BTreeSet;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use etw_reader::etw_types::{DecodingSource, EventRecord, TraceEventInfo};
use etw_reader::schema::EventSchema as _;
use etw_reader::tdh::schema_from_tdh;
use etw_reader::tdh_types::{Property as TdhProperty, PropertyDesc, PropertyLength};
use joinscope_etl::payload::property::{Description, Property};
use joinscope_etl::payload::schema::{EventSchema, Field, FieldKind, SchemaKey};
use joinscope_etl::payload::types::OutType;
use joinscope_wire::Guid;

/// Events that are asked for at most; asking for one that is not installed is slow.
const MAX_ASKED: usize = 1 << 16;
/// Header flag of a classic event (EVENT_HEADER_FLAG_CLASSIC_HEADER).
const CLASSIC: u16 = 0x0100;
/// Properties of an event that are believed.
const MAX_PROPERTIES: u32 = 4096;

/// What this Windows knows of a trace's events.
#[derive(Debug, Default)]
pub struct InstalledSchemas {
    /// Schemas in the order of provider, event and version.
    pub schemas: Vec<(SchemaKey, EventSchema)>,
    /// Kinds of manifest events that it does not know.
    pub unknown: usize,
    /// Kinds of manifest events whose description could not be read.
    pub unreadable: usize,
}

/// Asks for every kind of event in a trace file.
///
/// # Errors
/// When the system cannot open or read the trace.
pub fn installed_schemas(path: &Path) -> io::Result<InstalledSchemas> {
    let mut asked = BTreeSet::new();
    let mut found = InstalledSchemas::default();
    etw_reader::open_trace(path, |record| {
        let Some(key) = key_of(record) else { return };
        if asked.len() == MAX_ASKED || !asked.insert(key) {
            return;
        }
        // The crate panics at types that it does not know. A panic must not reach the system
        // that called here, as it would end the program.
        match catch_unwind(AssertUnwindSafe(|| ask(record))) {
            Ok(Answer::Known(schema)) => found.schemas.push((key, schema)),
            Ok(Answer::Unknown) => found.unknown += 1,
            Ok(Answer::DescribesItself) => {}
            Err(_) => found.unreadable += 1,
        }
    })?;
    found.schemas.sort_by_key(|(key, _)| *key);
    Ok(found)
}

/// What an event of a manifest is found by; `None` for a classic one.
fn key_of(record: &EventRecord) -> Option<SchemaKey> {
    let header = &record.EventHeader;
    let provider = header.ProviderId;
    (header.Flags & CLASSIC == 0).then(|| SchemaKey {
        provider: Guid::from_fields(
            provider.data1,
            provider.data2,
            provider.data3,
            provider.data4,
        ),
        id: header.EventDescriptor.Id,
        version: header.EventDescriptor.Version,
    })
}

enum Answer {
    Known(EventSchema),
    Unknown,
    DescribesItself,
}

fn ask(record: &EventRecord) -> Answer {
    let Ok(raw) = schema_from_tdh(record) else {
        return Answer::Unknown;
    };
    match raw.decoding_source() {
        DecodingSource::DecodingSourceXMLFile => {}
        DecodingSource::DecodingSourceTlg => return Answer::DescribesItself,
        _ => return Answer::Unknown,
    }
    // The crate counts the event's own properties only; those of structures stand behind them.
    let count = TraceEventInfo::from(&raw).PropertyCount.min(MAX_PROPERTIES);
    let description = Description {
        provider_name: raw.provider_name(),
        task: raw.task_name(),
        opcode: raw.opcode_name(),
        message: raw.event_message().unwrap_or_default(),
        properties: (0..count)
            .map(|index| property(raw.property(index)))
            .collect(),
        top_level: usize::try_from(raw.property_count()).unwrap_or(usize::MAX),
    };
    Answer::Known(description.schema())
}

fn property(property: TdhProperty) -> Property {
    let (first, second) = match property.desc {
        PropertyDesc::Primitive(value) => (value.in_type as u16, value.out_type as u16),
        PropertyDesc::Struct(structure) => (structure.start_index, structure.num_members),
    };
    Property {
        name: property.name,
        flags: property.flags.bits(),
        first,
        second,
        count: property.count,
        length: match property.length {
            PropertyLength::Length(length) | PropertyLength::Index(length) => length,
        },
        map: None,
    }
}

impl InstalledSchemas {
    /// One row a schema: provider, its GUID, event, version, name of the event, fields with
    /// their types.
    pub fn rows(&self) -> impl Iterator<Item = [String; 6]> {
        self.schemas.iter().map(|(key, schema)| {
            let fields: Vec<String> = schema.fields.iter().map(shown).collect();
            [
                schema.provider_name.to_string(),
                key.provider.to_string(),
                key.id.to_string(),
                key.version.to_string(),
                schema.name.clone(),
                fields.join(", "),
            ]
        })
    }
}

fn shown(field: &Field) -> String {
    match field.kind {
        FieldKind::Value(input, OutType::Plain) => format!("{}: {input:?}", field.name),
        FieldKind::Value(input, output) => format!("{}: {input:?} {output:?}", field.name),
        FieldKind::Structure { first, members } => {
            format!("{}: {members} fields from {first}", field.name)
        }
        FieldKind::Unknown(number) => format!("{}: type {number}", field.name),
    }
}
