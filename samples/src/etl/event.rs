//! Events of manifest-based and TraceLogging providers.
//!
//! Both have the same 80-byte header. What makes a TraceLogging event is the metadata item behind
//! it; without one the reader needs the provider's manifest.

use super::EtlError;
use super::extension::{self, Extension};
use super::identity::{guid_bytes, guid_bytes_or_zero};
use super::record::{Frame, PointerSize, Record, patch_size};
use super::tracelogging::{ProviderTraits, TraceLogging};
use super::value::{Value, encode_all};

const FLAG_EXTENDED: u16 = 0x0001;
/// The channel that TraceLogging events are written to.
const CHANNEL_TRACE_LOGGING: u8 = 11;

/// Description of one event. Identifiers are text; malformed ones are told when it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct EtlEvent {
    provider: String,
    id: u16,
    version: u8,
    channel: u8,
    level: u8,
    opcode: u8,
    task: u16,
    keyword: u64,
    flags: u16,
    property: u16,
    process_id: u32,
    thread_id: u32,
    processor_time: u64,
    activity: Option<String>,
    pointer: Option<PointerSize>,
    schema: Option<TraceLogging>,
    extensions: Vec<Extension>,
    fields: Vec<Value>,
}

impl EtlEvent {
    /// An informational event of a manifest-based provider, without fields.
    pub fn manifest(provider_guid: &str, id: u16) -> Self {
        Self {
            provider: provider_guid.to_owned(),
            id,
            version: 0,
            channel: 0,
            level: 4,
            opcode: 0,
            task: 0,
            keyword: 0,
            flags: 0,
            property: 0,
            process_id: 0,
            thread_id: 0,
            processor_time: 0,
            activity: None,
            pointer: None,
            schema: None,
            extensions: Vec::new(),
            fields: Vec::new(),
        }
    }

    /// A TraceLogging event with its metadata, at level 5.
    pub fn trace_logging(provider_guid: &str, schema: TraceLogging) -> Self {
        let mut event = Self::manifest(provider_guid, 0)
            .channel(CHANNEL_TRACE_LOGGING)
            .level(5);
        event.schema = Some(schema);
        event
    }

    /// Identifier of the event.
    #[must_use]
    pub fn id(mut self, id: u16) -> Self {
        self.id = id;
        self
    }

    /// Version of the event's definition.
    #[must_use]
    pub fn version(mut self, version: u8) -> Self {
        self.version = version;
        self
    }

    /// Channel number: 16 for a manifest's first channel, most often Admin.
    #[must_use]
    pub fn channel(mut self, channel: u8) -> Self {
        self.channel = channel;
        self
    }

    /// 1 critical, 2 error, 3 warning, 4 information, 5 verbose; 0 means "log always".
    #[must_use]
    pub fn level(mut self, level: u8) -> Self {
        self.level = level;
        self
    }

    /// Operation code.
    #[must_use]
    pub fn opcode(mut self, opcode: u8) -> Self {
        self.opcode = opcode;
        self
    }

    /// Task number.
    #[must_use]
    pub fn task(mut self, task: u16) -> Self {
        self.task = task;
        self
    }

    /// Keyword bits.
    #[must_use]
    pub fn keyword(mut self, keyword: u64) -> Self {
        self.keyword = keyword;
        self
    }

    /// Further header flags; the one for extended items is set by itself.
    #[must_use]
    pub fn flags(mut self, flags: u16) -> Self {
        self.flags = flags;
        self
    }

    /// The event property field.
    #[must_use]
    pub fn property(mut self, property: u16) -> Self {
        self.property = property;
        self
    }

    /// Process and thread that wrote it.
    #[must_use]
    pub fn process(mut self, process_id: u32, thread_id: u32) -> Self {
        self.process_id = process_id;
        self.thread_id = thread_id;
        self
    }

    /// The processor time field: one 64-bit number, or kernel time below user time.
    #[must_use]
    pub fn processor_time(mut self, time: u64) -> Self {
        self.processor_time = time;
        self
    }

    /// Activity identifier.
    #[must_use]
    pub fn activity(mut self, guid: &str) -> Self {
        self.activity = Some(guid.to_owned());
        self
    }

    /// Related activity identifier, in an extended item.
    #[must_use]
    pub fn related_activity(self, guid: &str) -> Self {
        self.extension(Extension::RelatedActivity(guid.to_owned()))
    }

    /// Provider traits, in an extended item.
    #[must_use]
    pub fn traits(self, traits: ProviderTraits) -> Self {
        self.extension(Extension::Traits(traits))
    }

    /// Appends an extended item. The metadata of a TraceLogging event comes before them all.
    #[must_use]
    pub fn extension(mut self, extension: Extension) -> Self {
        self.extensions.push(extension);
        self
    }

    /// Width of the writer's pointers, if not the system's.
    #[must_use]
    pub fn pointer_size(mut self, pointer: PointerSize) -> Self {
        self.pointer = Some(pointer);
        self
    }

    /// Appends a payload value; in a TraceLogging event, behind what the metadata describes.
    #[must_use]
    pub fn field(mut self, value: impl Into<Value>) -> Self {
        self.fields.push(value.into());
        self
    }

    fn write_header(
        &self,
        frame: Frame,
        pointer: PointerSize,
        out: &mut Vec<u8>,
    ) -> Result<(), EtlError> {
        let extended = self.schema.is_some() || !self.extensions.is_empty();
        let flags = self.flags | if extended { FLAG_EXTENDED } else { 0 };
        out.extend([0, 0, pointer.choose(0x12, 0x13), 0xC0]);
        out.extend(flags.to_le_bytes());
        out.extend(self.property.to_le_bytes());
        out.extend(self.thread_id.to_le_bytes());
        out.extend(self.process_id.to_le_bytes());
        out.extend(frame.ticks.to_le_bytes());
        out.extend(guid_bytes(&self.provider)?);
        out.extend(self.id.to_le_bytes());
        out.extend([self.version, self.channel, self.level, self.opcode]);
        out.extend(self.task.to_le_bytes());
        out.extend(self.keyword.to_le_bytes());
        out.extend(self.processor_time.to_le_bytes());
        out.extend(guid_bytes_or_zero(self.activity.as_ref())?);
        Ok(())
    }
}

impl Record for EtlEvent {
    fn write(&self, frame: Frame, out: &mut Vec<u8>) -> Result<(), EtlError> {
        let start = out.len();
        let pointer = self.pointer.unwrap_or(frame.pointer);
        self.write_header(frame, pointer, out)?;
        if let Some(schema) = &self.schema {
            let mut all = vec![Extension::Schema(schema.metadata()?)];
            all.extend(self.extensions.iter().cloned());
            extension::write_all(&all, pointer, out)?;
            schema.write_payload(pointer, out)?;
        } else {
            extension::write_all(&self.extensions, pointer, out)?;
        }
        encode_all(&self.fields, pointer, out)?;
        patch_size(out, start, 0)
    }
}
