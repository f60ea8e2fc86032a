//! Classic events: a GUID, a type, and a payload that a MOF class describes.
//!
//! The GUID is that of a class of events, not that of a provider. The first field is the size of the
//! record, and the marker stands in its upper half, so the version is elsewhere.

use super::EtlError;
use super::identity::guid_bytes;
use super::record::{Frame, PointerSize, Record, patch_size};
use super::value::{Value, encode_all};

/// A classic event with the full header, or with the header of instances.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassicEvent {
    guid: String,
    kind: u8,
    level: u8,
    version: u16,
    process_id: u32,
    thread_id: u32,
    processor_time: u64,
    pointer: Option<PointerSize>,
    instance: Option<Instance>,
    fields: Vec<Value>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Instance {
    id: u32,
    parent_id: u32,
    parent_guid: String,
}

impl ClassicEvent {
    /// An event of a class and type, without fields.
    pub fn new(class_guid: &str, kind: u8) -> Self {
        Self {
            guid: class_guid.to_owned(),
            kind,
            level: 0,
            version: 0,
            process_id: 0,
            thread_id: 0,
            processor_time: 0,
            pointer: None,
            instance: None,
            fields: Vec::new(),
        }
    }

    /// Level.
    #[must_use]
    pub fn level(mut self, level: u8) -> Self {
        self.level = level;
        self
    }

    /// Version of the class.
    #[must_use]
    pub fn version(mut self, version: u16) -> Self {
        self.version = version;
        self
    }

    /// Process and thread that wrote it.
    #[must_use]
    pub fn process(mut self, process_id: u32, thread_id: u32) -> Self {
        self.process_id = process_id;
        self.thread_id = thread_id;
        self
    }

    /// The processor time field.
    #[must_use]
    pub fn processor_time(mut self, time: u64) -> Self {
        self.processor_time = time;
        self
    }

    /// Width of the writer's pointers, if not the system's.
    #[must_use]
    pub fn pointer_size(mut self, pointer: PointerSize) -> Self {
        self.pointer = Some(pointer);
        self
    }

    /// Makes it an event of an instance, with the longer header.
    #[must_use]
    pub fn instance(mut self, id: u32, parent_id: u32, parent_guid: &str) -> Self {
        self.instance = Some(Instance {
            id,
            parent_id,
            parent_guid: parent_guid.to_owned(),
        });
        self
    }

    /// Appends a payload value.
    #[must_use]
    pub fn field(mut self, value: impl Into<Value>) -> Self {
        self.fields.push(value.into());
        self
    }
}

impl Record for ClassicEvent {
    fn write(&self, frame: Frame, out: &mut Vec<u8>) -> Result<(), EtlError> {
        let start = out.len();
        let pointer = self.pointer.unwrap_or(frame.pointer);
        let kind = match self.instance {
            None => pointer.choose(0x0A, 0x14),
            Some(_) => pointer.choose(0x0B, 0x15),
        };
        out.extend([0, 0, kind, 0xC0, self.kind, self.level]);
        out.extend(self.version.to_le_bytes());
        out.extend(self.thread_id.to_le_bytes());
        out.extend(self.process_id.to_le_bytes());
        out.extend(frame.ticks.to_le_bytes());
        out.extend(guid_bytes(&self.guid)?);
        out.extend(self.processor_time.to_le_bytes());
        if let Some(instance) = &self.instance {
            out.extend(instance.id.to_le_bytes());
            out.extend(instance.parent_id.to_le_bytes());
            out.extend(guid_bytes(&instance.parent_guid)?);
        }
        encode_all(&self.fields, pointer, out)?;
        patch_size(out, start, 0)
    }
}
