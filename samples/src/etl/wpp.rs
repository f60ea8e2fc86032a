//! Messages of WPP software tracing.
//!
//! What stands in the header depends on the flags, in a fixed order and unaligned; the arguments
//! behind it carry no types, so only the symbol file of the writer says what they are. The layout is
//! specified by the public header for WPP; the pointer flags are observed.

use super::EtlError;
use super::identity::guid_bytes;
use super::record::{Frame, PointerSize, Record, patch_size};
use super::value::{Value, encode_all};

const FLAG_SEQUENCE: u16 = 0x01;
const FLAG_GUID: u16 = 0x02;
const FLAG_COMPONENT: u16 = 0x04;
const FLAG_TIMESTAMP: u16 = 0x08;
const FLAG_SYSTEM: u16 = 0x20;
const FLAG_POINTER32: u16 = 0x40;
const FLAG_POINTER64: u16 = 0x80;

/// One message. The default has GUID, time, thread and process, as most writers have.
#[derive(Debug, Clone, PartialEq)]
pub struct WppMessage {
    number: u16,
    guid: Option<String>,
    sequence: Option<u32>,
    component: Option<u32>,
    process: Option<[u32; 2]>,
    time: MessageTime,
    pointer: Option<PointerSize>,
    extra_flags: u16,
    arguments: Vec<Value>,
}

/// Whether a message holds the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MessageTime {
    Present,
    Absent,
}

impl WppMessage {
    /// A message of a source file (its message GUID) by number; numbers begin at 10.
    pub fn new(message_guid: &str, number: u16) -> Self {
        Self {
            number,
            guid: Some(message_guid.to_owned()),
            sequence: None,
            component: None,
            process: Some([0, 0]),
            time: MessageTime::Present,
            pointer: None,
            extra_flags: 0,
            arguments: Vec::new(),
        }
    }

    /// Process and thread.
    #[must_use]
    pub fn process(mut self, process_id: u32, thread_id: u32) -> Self {
        self.process = Some([process_id, thread_id]);
        self
    }

    /// A sequence number.
    #[must_use]
    pub fn sequence(mut self, number: u32) -> Self {
        self.sequence = Some(number);
        self
    }

    /// A component identifier. It takes the place of the GUID, whose flag stays set.
    #[must_use]
    pub fn component(mut self, id: u32) -> Self {
        self.component = Some(id);
        self
    }

    /// Leaves out the GUID.
    #[must_use]
    pub fn without_guid(mut self) -> Self {
        self.guid = None;
        self
    }

    /// Leaves out the time.
    #[must_use]
    pub fn without_time(mut self) -> Self {
        self.time = MessageTime::Absent;
        self
    }

    /// Leaves out process and thread.
    #[must_use]
    pub fn without_process(mut self) -> Self {
        self.process = None;
        self
    }

    /// Width of the writer's pointers, if not the system's.
    #[must_use]
    pub fn pointer_size(mut self, pointer: PointerSize) -> Self {
        self.pointer = Some(pointer);
        self
    }

    /// Flags that add no part to the header, such as 0x10.
    #[must_use]
    pub fn flags(mut self, flags: u16) -> Self {
        self.extra_flags = flags;
        self
    }

    /// Appends an argument.
    #[must_use]
    pub fn argument(mut self, value: impl Into<Value>) -> Self {
        self.arguments.push(value.into());
        self
    }

    fn option_flags(&self, pointer: PointerSize) -> u16 {
        let when = |present: bool, flag| if present { flag } else { 0 };
        let width = match pointer {
            PointerSize::Bits32 => FLAG_POINTER32,
            PointerSize::Bits64 => FLAG_POINTER64,
        };
        self.extra_flags
            | width
            | when(self.sequence.is_some(), FLAG_SEQUENCE)
            | when(self.guid.is_some(), FLAG_GUID)
            | when(self.component.is_some(), FLAG_COMPONENT)
            | when(self.time == MessageTime::Present, FLAG_TIMESTAMP)
            | when(self.process.is_some(), FLAG_SYSTEM)
    }
}

impl Record for WppMessage {
    fn write(&self, frame: Frame, out: &mut Vec<u8>) -> Result<(), EtlError> {
        let start = out.len();
        let pointer = self.pointer.unwrap_or(frame.pointer);
        out.extend([0, 0, 0, 0x90]);
        out.extend(self.number.to_le_bytes());
        out.extend(self.option_flags(pointer).to_le_bytes());
        if let Some(sequence) = self.sequence {
            out.extend(sequence.to_le_bytes());
        }
        match (self.component, &self.guid) {
            (Some(component), _) => out.extend(component.to_le_bytes()),
            (None, Some(guid)) => out.extend(guid_bytes(guid)?),
            (None, None) => {}
        }
        if self.time == MessageTime::Present {
            out.extend(frame.ticks.to_le_bytes());
        }
        if let Some([process_id, thread_id]) = self.process {
            out.extend(thread_id.to_le_bytes());
            out.extend(process_id.to_le_bytes());
        }
        encode_all(&self.arguments, pointer, out)?;
        patch_size(out, start, 0)
    }
}
