//! Records of the kernel's own loggers: system, compact and performance headers.
//!
//! Group and type together are the hook that says what the payload is; there is no provider GUID.

use super::EtlError;
use super::record::{Frame, PointerSize, Record, patch_size};
use super::value::{Value, encode_all};

/// Which of the three headers a kernel record has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KernelHeader {
    /// 32 bytes: thread, process, time, kernel and user time.
    System,
    /// 24 bytes: without kernel and user time.
    Compact,
    /// 16 bytes: time only, then the optional parts that the version bits announce.
    PerfInfo {
        /// Index of a precise sample.
        pebs_index: Option<u64>,
        /// Values of performance counters, seven at most.
        counters: Vec<u64>,
    },
}

/// A kernel record.
#[derive(Debug, Clone, PartialEq)]
pub struct KernelRecord {
    header: KernelHeader,
    group: u8,
    kind: u8,
    version: u16,
    process_id: u32,
    thread_id: u32,
    pointer: Option<PointerSize>,
    fields: Vec<Value>,
}

impl KernelRecord {
    /// A record of a group and type, with a system header and version 2.
    pub fn new(group: u8, kind: u8) -> Self {
        Self {
            header: KernelHeader::System,
            group,
            kind,
            version: 2,
            process_id: 0,
            thread_id: 0,
            pointer: None,
            fields: Vec::new(),
        }
    }

    /// A performance record, which tells neither process nor thread.
    pub fn perf_info(group: u8, kind: u8) -> Self {
        Self::new(group, kind).header(KernelHeader::PerfInfo {
            pebs_index: None,
            counters: Vec::new(),
        })
    }

    /// Which header it has.
    #[must_use]
    pub fn header(mut self, header: KernelHeader) -> Self {
        self.header = header;
        self
    }

    /// Version of the payload's layout.
    #[must_use]
    pub fn version(mut self, version: u8) -> Self {
        self.version = u16::from(version);
        self
    }

    /// Process and thread. A performance header has no room for them.
    #[must_use]
    pub fn process(mut self, process_id: u32, thread_id: u32) -> Self {
        self.process_id = process_id;
        self.thread_id = thread_id;
        self
    }

    /// Width of pointers, if not the system's.
    #[must_use]
    pub fn pointer_size(mut self, pointer: PointerSize) -> Self {
        self.pointer = Some(pointer);
        self
    }

    /// Appends a payload value.
    #[must_use]
    pub fn field(mut self, value: impl Into<Value>) -> Self {
        self.fields.push(value.into());
        self
    }

    fn write_header(&self, frame: Frame, pointer: PointerSize, out: &mut Vec<u8>) {
        let version = match &self.header {
            KernelHeader::PerfInfo {
                pebs_index,
                counters,
            } => {
                let count = u16::try_from(counters.len().min(7)).unwrap_or(7);
                self.version | count << 8 | u16::from(pebs_index.is_some()) << 15
            }
            KernelHeader::System | KernelHeader::Compact => self.version,
        };
        let kind = match self.header {
            KernelHeader::System => pointer.choose(0x01, 0x02),
            KernelHeader::Compact => pointer.choose(0x03, 0x04),
            KernelHeader::PerfInfo { .. } => pointer.choose(0x10, 0x11),
        };
        out.extend(version.to_le_bytes());
        out.extend([kind, 0xC0, 0, 0, self.kind, self.group]);
        if !matches!(self.header, KernelHeader::PerfInfo { .. }) {
            out.extend(self.thread_id.to_le_bytes());
            out.extend(self.process_id.to_le_bytes());
        }
        out.extend(frame.ticks.to_le_bytes());
        match &self.header {
            KernelHeader::System => out.extend([0; 8]),
            KernelHeader::Compact => {}
            KernelHeader::PerfInfo {
                pebs_index,
                counters,
            } => {
                let counters = counters.iter().take(7);
                let parts = pebs_index.iter().chain(counters);
                out.extend(parts.flat_map(|part| part.to_le_bytes()));
            }
        }
    }
}

impl Record for KernelRecord {
    fn write(&self, frame: Frame, out: &mut Vec<u8>) -> Result<(), EtlError> {
        let start = out.len();
        let pointer = self.pointer.unwrap_or(frame.pointer);
        self.write_header(frame, pointer, out);
        encode_all(&self.fields, pointer, out)?;
        patch_size(out, start, 4)
    }
}

/// Group 0: what the session writes of itself beside the log file header.
pub mod session {
    use super::{KernelRecord, Value};

    /// Which kernel groups are on, and the version of the kernel's events.
    pub fn header_extension(group_masks: [u32; 8], kernel_event_version: u32) -> KernelRecord {
        masks(0x05, group_masks, kernel_event_version)
    }

    /// As [`header_extension`], at the end of a session.
    pub fn end_extension(group_masks: [u32; 8], kernel_event_version: u32) -> KernelRecord {
        masks(0x20, group_masks, kernel_event_version)
    }

    /// The rundown is complete. No payload.
    pub fn rundown_complete() -> KernelRecord {
        KernelRecord::new(0, 0x08)
    }

    /// Identity of the symbol file of a WPP provider.
    pub fn symbol_file(guid: &str, age: u32, name: &str) -> KernelRecord {
        KernelRecord::new(0, 0x40)
            .field(Value::Guid(guid.to_owned()))
            .field(age)
            .field(Value::Ansi(name.to_owned()))
    }

    /// The build string of the system.
    pub fn build_lab(text: &str) -> KernelRecord {
        KernelRecord::new(0, 0x42).field(Value::Ansi(text.to_owned()))
    }

    /// Partition information, all zero outside virtual machines.
    pub fn partition() -> KernelRecord {
        KernelRecord::new(0, 0x50).field(Value::Bytes(vec![0; 24]))
    }

    fn masks(kind: u8, group_masks: [u32; 8], kernel_event_version: u32) -> KernelRecord {
        let record = KernelRecord::new(0, kind);
        let masks = group_masks.into_iter();
        masks
            .fold(record, KernelRecord::field)
            .field(kernel_event_version)
    }
}
