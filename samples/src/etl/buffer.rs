//! One buffer of the file: its header of 72 bytes, its records, its filler.
//!
//! The fill level stands in the header twice and once more as a write cursor that means nothing on
//! disk. When a buffer is packed, the fill levels still are those of the unpacked one.

use super::error::{EtlError, length_u32};
use super::packing::Packing;

/// Bytes of the buffer header.
pub(super) const HEADER_SIZE: usize = 0x48;
/// What stands behind the last record, and between records.
pub(super) const FILLER: u8 = 0xFF;

const FLAG_FLUSH_MARKER: u16 = 0x01;
const FLAG_PROCESSOR_INDEX: u16 = 0x20;
const FLAG_COMPRESSED: u16 = 0x40;
const STATE_FLUSH: u32 = 3;
/// What Windows leaves in fields that do not count in most buffers: old kernel pointers.
const STALE: u64 = 0xFFFF_A98F_1C20_4010;

/// What a buffer is for; the numbers are those of its type field (specified).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u16)]
pub enum BufferKind {
    /// Events.
    #[default]
    Generic = 0,
    /// Events that describe what was there already.
    Rundown = 1,
    /// Context switches.
    ContextSwap = 2,
    /// Carries a time reference.
    ReferenceTime = 3,
    /// The first buffer of a session.
    Header = 4,
    /// Batched events.
    Batched = 5,
    /// Nothing.
    EmptyMarker = 6,
    /// Debug information.
    DebugInformation = 7,
}

/// What a buffer says of losses and of its origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub enum BufferMark {
    /// Events were lost.
    EventsLost = 0x02,
    /// Buffers were lost.
    BufferLost = 0x04,
    /// A backup of a real-time session that is damaged.
    CorruptBackup = 0x08,
    /// A backup of a real-time session.
    Backup = 0x10,
}

/// How the system of an age writes buffer headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Era {
    /// The processor is one byte with an alignment of 8 beside it; the header buffer keeps only one
    /// of its two fill levels.
    Windows7,
    /// The processor is a 16-bit index, and a flag says so.
    #[default]
    Windows10,
}

/// A buffer that is full or was flushed.
#[derive(Debug, Clone)]
pub(super) struct Buffer {
    pub(super) kind: BufferKind,
    pub(super) cpu: u16,
    pub(super) sequence: u64,
    /// Flags beyond those that follow from the rest.
    pub(super) marks: u16,
    pub(super) flushed_at: u64,
    /// As the layout has it, if absent.
    pub(super) packing: Option<Packing>,
    /// The records, each padded to eight bytes.
    pub(super) records: Vec<u8>,
    /// Bytes of the records when the first fill level was saved; later ones count in the second only.
    pub(super) saved: usize,
}

/// What all buffers of a file share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    pub(super) buffer_size: usize,
    pub(super) packing: Packing,
    pub(super) era: Era,
    pub(super) logger_id: u16,
    pub(super) header: HeaderShape,
}

/// How the first buffer differs from the others.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeaderShape {
    /// In a compressed file it names the format.
    pub(super) state: u32,
    pub(super) by_relogger: bool,
}

impl Buffer {
    /// Marks the buffer that was flushed when the session started or ended.
    pub(super) fn mark_flush(&mut self) {
        self.marks |= FLAG_FLUSH_MARKER;
    }

    /// Appends the buffer as it stands in the file.
    pub(super) fn write(&self, layout: Layout, out: &mut Vec<u8>) -> Result<(), EtlError> {
        let start = out.len();
        let fill = HEADER_SIZE + self.records.len();
        let flags = self.flags(layout);
        out.resize(start + HEADER_SIZE, 0);
        let packing = self.packing.unwrap_or(layout.packing);
        packing.write(&self.records, out);
        match packing {
            Packing::Plain => out.resize(start + layout.buffer_size, FILLER),
            _ if packing.is_packed() => {}
            _ => out.resize(start + fill, FILLER),
        }
        let size = out.len() - start;
        self.write_header(layout, [size, fill], flags, &mut out[start..])
    }

    fn flags(&self, layout: Layout) -> u16 {
        let is_relogged = self.kind == BufferKind::Header && layout.header.by_relogger;
        let index = match layout.era {
            Era::Windows10 if !is_relogged => FLAG_PROCESSOR_INDEX,
            Era::Windows7 | Era::Windows10 => 0,
        };
        let packing = self.packing.unwrap_or(layout.packing);
        let compressed = if packing.is_packed() {
            FLAG_COMPRESSED
        } else {
            0
        };
        self.marks | index | compressed
    }

    fn write_header(
        &self,
        layout: Layout,
        [size, fill]: [usize; 2],
        flags: u16,
        header: &mut [u8],
    ) -> Result<(), EtlError> {
        let mut patch = |at: usize, bytes: &[u8]| {
            header[at..at + bytes.len()].copy_from_slice(bytes);
        };
        let size = length_u32("a buffer", size)?;
        let fill = length_u32("a buffer", fill)?;
        let is_header = self.kind == BufferKind::Header;
        let saved = if is_header && layout.era == Era::Windows7 {
            0
        } else {
            length_u32("a buffer", HEADER_SIZE + self.saved)?
        };
        let state = if is_header {
            layout.header.state
        } else {
            STATE_FLUSH
        };
        let cpu = match layout.era {
            Era::Windows7 => [self.cpu.to_le_bytes()[0], 8],
            Era::Windows10 => self.cpu.to_le_bytes(),
        };
        patch(0x00, &size.to_le_bytes());
        patch(0x04, &saved.to_le_bytes());
        patch(0x08, &fill.saturating_add(0x48).to_le_bytes());
        patch(0x10, &self.flushed_at.to_le_bytes());
        patch(0x18, &self.sequence.to_le_bytes());
        patch(0x20, &STALE.to_le_bytes());
        patch(0x28, &cpu);
        patch(0x2A, &layout.logger_id.to_le_bytes());
        patch(0x2C, &state.to_le_bytes());
        patch(0x30, &fill.to_le_bytes());
        patch(0x34, &flags.to_le_bytes());
        patch(0x36, &(self.kind as u16).to_le_bytes());
        patch(0x38, &STALE.to_le_bytes());
        patch(0x40, &STALE.to_le_bytes());
        Ok(())
    }
}
