//! One record in a chunk: frame, template instances, value tables.

use super::EvtxError;
use super::chunk::Chunk;
use super::event::{EventSpec, Form};
use super::shape::{EVENT_NAMESPACE, Shapes};
use super::value::{BINARY_XML, Value, guid_bytes};
use super::xml::{self, Content, Element, Place};
use crate::instant;

/// Marks the start of every record.
const MAGIC: [u8; 4] = *b"**\0\0";

/// What a record needs beside its event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    pub(super) id: u64,
    pub(super) channel: &'a str,
    pub(super) computer: &'a str,
}

/// Appends a record to the chunk, which may run over.
pub(super) fn write_record(
    chunk: &mut Chunk,
    shapes: &mut Shapes,
    event: &EventSpec,
    frame: Frame<'_>,
) -> Result<(), EvtxError> {
    let start = chunk.len();
    chunk.put(&MAGIC);
    let size_at = chunk.reserve_u32();
    chunk.put(&frame.id.to_le_bytes());
    chunk.put(&event.written.unwrap_or(event.time).to_le_bytes());
    if event.form == Form::Untemplated {
        xml::write_fragment(chunk, &untemplated_tree(event, frame), Place::Fragment);
    } else {
        write_templated(chunk, shapes, event, frame)?;
    }
    // Records are multiples of eight bytes long, the copy of the size included (observed).
    while !(chunk.len() - start + 4).is_multiple_of(8) {
        chunk.put(&[0]);
    }
    let size = u32::try_from(chunk.len() - start + 4)
        .unwrap_or(u32::MAX)
        .to_le_bytes();
    chunk.put(&size);
    chunk.patch(size_at, &size);
    Ok(())
}

fn write_templated(
    chunk: &mut Chunk,
    shapes: &mut Shapes,
    event: &EventSpec,
    frame: Frame<'_>,
) -> Result<(), EvtxError> {
    let record_shape = shapes.record(event, frame.channel, frame.computer);
    let payload_shape = shapes.payload(event);
    let is_flat = event.form == Form::FlatEventData;
    let payload_slots = match (is_flat, payload_shape) {
        (true, _) => event.fields.len(),
        (false, Some(_)) => 1,
        (false, None) => 0,
    };
    let has_manifest = event.provider_guid.is_some();
    let system_slots = if has_manifest { 17 } else { 19 };

    chunk.put(&xml::FRAGMENT_HEADER);
    chunk.put_template(record_shape, shapes.shape(record_shape));
    let mut table = Table::open(chunk, system_slots + payload_slots, frame.id);
    write_system(chunk, &mut table, event, frame)?;
    if is_flat {
        for (_, value) in &event.fields {
            table.value(chunk, value)?;
        }
    }
    if let Some(payload_shape) = payload_shape {
        table.fill(chunk, BINARY_XML, |chunk| {
            chunk.put(&xml::FRAGMENT_HEADER);
            chunk.put_template(payload_shape, shapes.shape(payload_shape));
            write_payload(chunk, event, frame.id)?;
            chunk.put(&[0]);
            Ok(())
        })?;
    }
    chunk.put(&[0]);
    Ok(())
}

/// Slots 0 to 16, or 0 to 18 of a classic source, in the order that `shape` documents.
fn write_system(
    chunk: &mut Chunk,
    table: &mut Table,
    event: &EventSpec,
    frame: Frame<'_>,
) -> Result<(), EvtxError> {
    let related = event.related_activity.as_deref();
    table.bytes(chunk, 0x04, &[event.level])?;
    table.bytes(chunk, 0x04, &[event.opcode])?;
    table.bytes(chunk, 0x06, &event.task.to_le_bytes())?;
    table.bytes(chunk, 0x06, &event.event_id.to_le_bytes())?;
    match event.qualifiers {
        Some(qualifiers) => table.bytes(chunk, 0x06, &qualifiers.to_le_bytes())?,
        None => table.null(),
    }
    table.bytes(chunk, 0x15, &event.keywords.to_le_bytes())?;
    table.bytes(chunk, 0x11, &event.time.to_le_bytes())?;
    table.guid(chunk, event.activity.as_deref())?;
    table.bytes(chunk, 0x08, &event.process_id.to_le_bytes())?;
    table.bytes(chunk, 0x08, &event.thread_id.to_le_bytes())?;
    table.bytes(chunk, 0x0A, &frame.id.to_le_bytes())?;
    table.bytes(chunk, 0x04, &[event.version])?;
    match &event.user_sid {
        Some(sid) => table.value(chunk, &Value::Sid(sid.clone()))?,
        None => table.null(),
    }
    if event.provider_guid.is_some() {
        table.guid(chunk, related)?;
        table.text(chunk, &event.provider)?;
        table.guid(chunk, event.provider_guid.as_deref())?;
        table.text(chunk, frame.channel)
    } else {
        for _ in 13..18 {
            table.null();
        }
        table.guid(chunk, related)
    }
}

fn write_payload(chunk: &mut Chunk, event: &EventSpec, record_id: u64) -> Result<(), EvtxError> {
    if event.form != Form::Classic {
        let mut table = Table::open(chunk, event.fields.len(), record_id);
        return event
            .fields
            .iter()
            .try_for_each(|(_, value)| table.value(chunk, value));
    }
    let strings = event
        .fields
        .iter()
        .map(|(_, value)| value.as_text())
        .collect();
    let length = u32::try_from(event.bytes.len()).unwrap_or(u32::MAX);
    let mut table = Table::open(chunk, 3, record_id);
    if event.fields.is_empty() {
        table.null();
    } else {
        table.value(chunk, &Value::Texts(strings))?;
    }
    table.bytes(chunk, 0x08, &length.to_le_bytes())?;
    table.bytes(chunk, 0x0E, &event.bytes)
}

/// A value table that is being filled: a length and a type for each slot, then the values.
struct Table {
    next_at: usize,
    record_id: u64,
}

impl Table {
    fn open(chunk: &mut Chunk, slots: usize, record_id: u64) -> Self {
        let count = u32::try_from(slots).unwrap_or(u32::MAX);
        chunk.put(&count.to_le_bytes());
        let next_at = chunk.len();
        let end = next_at + 4 * slots;
        chunk.sink().resize(end, 0);
        Self { next_at, record_id }
    }

    /// Fills the next slot with what `write` appends.
    fn fill(
        &mut self,
        chunk: &mut Chunk,
        kind: u8,
        write: impl FnOnce(&mut Chunk) -> Result<(), EvtxError>,
    ) -> Result<(), EvtxError> {
        let before = chunk.len();
        write(chunk)?;
        let size_bytes = chunk.len() - before;
        let size = u16::try_from(size_bytes).map_err(|_| EvtxError::ValueTooLong {
            record_id: self.record_id,
            size_bytes,
        })?;
        chunk.patch(self.next_at, &size.to_le_bytes());
        chunk.patch(self.next_at + 2, &[kind, 0]);
        self.next_at += 4;
        Ok(())
    }

    /// Leaves the next slot as it was reserved: length zero, type null.
    fn null(&mut self) {
        self.next_at += 4;
    }

    fn bytes(&mut self, chunk: &mut Chunk, kind: u8, bytes: &[u8]) -> Result<(), EvtxError> {
        self.fill(chunk, kind, |chunk| {
            chunk.put(bytes);
            Ok(())
        })
    }

    fn value(&mut self, chunk: &mut Chunk, value: &Value) -> Result<(), EvtxError> {
        self.fill(chunk, value.kind(), |chunk| value.encode(chunk.sink()))
    }

    fn text(&mut self, chunk: &mut Chunk, text: &str) -> Result<(), EvtxError> {
        self.fill(chunk, 0x01, |chunk| {
            chunk
                .sink()
                .extend(text.encode_utf16().flat_map(u16::to_le_bytes));
            Ok(())
        })
    }

    fn guid(&mut self, chunk: &mut Chunk, guid: Option<&str>) -> Result<(), EvtxError> {
        if let Some(guid) = guid {
            return self.bytes(chunk, 0x0F, &guid_bytes(guid)?);
        }
        self.null();
        Ok(())
    }
}

/// The whole event as elements and text, with the values already rendered.
fn untemplated_tree(event: &EventSpec, frame: Frame<'_>) -> Element {
    let text = |text: String| Content::Text(text);
    let mut provider = Element::new("Provider").attribute("Name", text(event.provider.clone()));
    if let Some(guid) = &event.provider_guid {
        provider = provider.attribute("Guid", text(Value::Guid(guid.clone()).as_text()));
    }
    let mut event_id = Element::text("EventID", &event.event_id.to_string());
    if let Some(qualifiers) = event.qualifiers {
        event_id = event_id.attribute("Qualifiers", text(qualifiers.to_string()));
    }
    let mut correlation = Element::new("Correlation");
    if let Some(activity) = &event.activity {
        let activity = Value::Guid(activity.clone()).as_text();
        correlation = correlation.attribute("ActivityID", text(activity));
    }
    let mut security = Element::new("Security");
    if let Some(sid) = &event.user_sid {
        security = security.attribute("UserID", text(sid.clone()));
    }
    let time = text(instant::format_rfc3339(event.time));
    let process = text(event.process_id.to_string());
    let thread = text(event.thread_id.to_string());
    let system = Element::new("System")
        .child(provider)
        .child(event_id)
        .child(Element::text("Version", &event.version.to_string()))
        .child(Element::text("Level", &event.level.to_string()))
        .child(Element::text("Task", &event.task.to_string()))
        .child(Element::text("Opcode", &event.opcode.to_string()))
        .child(Element::text("Keywords", &format!("{:#x}", event.keywords)))
        .child(Element::new("TimeCreated").attribute("SystemTime", time))
        .child(Element::text("EventRecordID", &frame.id.to_string()))
        .child(correlation)
        .child(
            Element::new("Execution")
                .attribute("ProcessID", process)
                .attribute("ThreadID", thread),
        )
        .child(Element::text("Channel", frame.channel))
        .child(Element::text("Computer", frame.computer))
        .child(security);
    let fields = event
        .fields
        .iter()
        .fold(Element::new("EventData"), |root, (name, value)| {
            let data = Element::text("Data", &value.as_text());
            root.child(if name.is_empty() {
                data
            } else {
                data.attribute("Name", text(name.clone()))
            })
        });
    Element::new("Event")
        .attribute("xmlns", text(EVENT_NAMESPACE.to_owned()))
        .child(system)
        .child(fields)
}
