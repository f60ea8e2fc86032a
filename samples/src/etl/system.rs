//! Kernel events that tell what a system is and what runs on it: processes, images, threads.
//!
//! The layouts are those of the MOF classes that Windows documents (specified), in the versions that
//! Windows 10 writes; older versions lack fields in their middle, not only at their end.

use super::kernel::KernelRecord;
use super::value::Value;

/// What happened to a process, an image or a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It began while the session ran.
    Start,
    /// It ended while the session ran.
    End,
    /// It was there when the session started.
    RunningAtStart,
    /// It was there when the session ended.
    RunningAtEnd,
}

/// A process, as its events tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Process identifier.
    pub id: u32,
    /// Process identifier of its creator.
    pub parent_id: u32,
    /// Terminal services session.
    pub session: u32,
    /// Exit status, or 259 while it runs.
    pub exit_status: i32,
    /// Account, as text.
    pub user_sid: String,
    /// File name of the program, without its folder.
    pub image: String,
    /// Command line.
    pub command_line: String,
}

/// A loaded image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Where it is loaded.
    pub base: u64,
    /// Bytes it takes there.
    pub size: u64,
    /// Process it is loaded into.
    pub process_id: u32,
    /// Time stamp of its header: seconds since 1970.
    pub time_stamp: u32,
    /// Device path.
    pub path: String,
}

impl Change {
    fn kind(self) -> u8 {
        match self {
            Self::Start => 1,
            Self::End => 2,
            Self::RunningAtStart => 3,
            Self::RunningAtEnd => 4,
        }
    }
}

impl Process {
    /// The event, version 4.
    pub fn record(&self, change: Change) -> KernelRecord {
        self.front(change, 4)
            .field(0_u32)
            .field(Value::WbemSid(self.user_sid.clone()))
            .field(Value::Ansi(self.image.clone()))
            .field(self.command_line.as_str())
            .field("")
            .field("")
    }

    /// The event, version 3, which has neither flags nor package.
    pub fn record_v3(&self, change: Change) -> KernelRecord {
        self.front(change, 3)
            .field(Value::WbemSid(self.user_sid.clone()))
            .field(Value::Ansi(self.image.clone()))
            .field(self.command_line.as_str())
    }

    fn front(&self, change: Change, version: u8) -> KernelRecord {
        KernelRecord::new(0x03, change.kind())
            .version(version)
            .process(self.parent_id, 0)
            .field(Value::Pointer(
                0xFFFF_A98F_0000_0000 | u64::from(self.id) << 4,
            ))
            .field(self.id)
            .field(self.parent_id)
            .field(self.session)
            .field(self.exit_status)
            .field(Value::Pointer(0x1_2AB0_0000))
    }
}

impl Image {
    /// The event, version 3. `Start` is the loading.
    pub fn record(&self, change: Change) -> KernelRecord {
        let kind = match change {
            Change::Start => 0x0A,
            _ => change.kind(),
        };
        let record = KernelRecord::new(0x14, kind)
            .version(3)
            .process(self.process_id, 0)
            .field(Value::Pointer(self.base))
            .field(Value::Pointer(self.size))
            .field(self.process_id)
            .field(0_u32)
            .field(self.time_stamp)
            // Signature level and type, and their padding.
            .field(0x0C_u8)
            .field(1_u8)
            .field(0_u16)
            .field(Value::Pointer(self.base));
        let reserved = [0_u32; 4].into_iter();
        reserved
            .fold(record, KernelRecord::field)
            .field(self.path.as_str())
    }
}

/// A thread's event, version 3.
pub fn thread(change: Change, process_id: u32, thread_id: u32, start: u64) -> KernelRecord {
    let record = KernelRecord::new(0x05, change.kind())
        .version(3)
        .process(process_id, thread_id)
        .field(process_id)
        .field(thread_id);
    let stacks = [
        0xFFFF_FA0C_1000_8000,
        0xFFFF_FA0C_1000_2000,
        0x2F_0010_0000,
        0x2F_000F_C000,
    ];
    let stacks = stacks.into_iter().map(Value::Pointer);
    stacks
        .fold(record, KernelRecord::field)
        .field(Value::Pointer(0x0F))
        .field(Value::Pointer(start))
        .field(Value::Pointer(0x2F_0020_0000))
        .field(0_u32)
        // Base, page and I/O priority, and flags.
        .field(8_u8)
        .field(5_u8)
        .field(2_u8)
        .field(0_u8)
}

/// The processor configuration event, version 3, which names computer and domain.
pub fn configuration(computer: &str, domain: &str, cpu_mhz: u32, cpus: u32) -> KernelRecord {
    KernelRecord::new(0x0B, 0x0A)
        .version(3)
        .field(cpu_mhz)
        .field(cpus)
        // Memory in MB, page size, granularity of allocation.
        .field(16_384_u32)
        .field(4096_u32)
        .field(65_536_u32)
        .field(Value::FixedText(computer.to_owned(), 256))
        .field(Value::FixedText(domain.to_owned(), 134))
        .field(Value::Pointer(0))
        .field(Value::Pointer(0x7FFF_FFFE_FFFF))
        // Architecture, level and revision.
        .field(9_u16)
        .field(6_u16)
        .field(0x9A03_u16)
        .field(1_u8)
        .field(1_u8)
        .field(3200_u32)
}
