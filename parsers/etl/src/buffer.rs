//! The header in front of every buffer (WMI_BUFFER_HEADER), and where buffers lie.
//!
//! `Offset` (0x30) is the fill length in every file seen, not `SavedOffset` or
//! `CurrentOffset`, which are stale in header buffers. The layout is the same
//! for 32 and 64 bit since Windows Vista.
//! Source: public descriptions of WMI_BUFFER_HEADER, *observed* from Windows 7
//! to build 26200.

use crate::bytes::{array_at, narrow, size, u16_fixed, u32_fixed, u64_fixed};

/// Bytes of a buffer header.
pub const BUFFER_HEADER_SIZE: usize = 0x48;
/// The largest buffer that is believed, in bytes.
pub const MAX_BUFFER_SIZE: u32 = 16 << 20;

/// The fields of a buffer header that mean something in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferHeader {
    /// Bytes on disk to the next buffer, this header included.
    pub buffer_size: u32,
    /// Fill length as saved by the logger; zero or stale in header buffers.
    pub saved_offset: u32,
    /// Flush time in session clock ticks; a FILETIME in relogged and merged files.
    pub flush_time: u64,
    /// Counter of the session's buffers; a gap is a lost buffer.
    pub sequence: u64,
    /// Processor that filled the buffer.
    pub cpu: u16,
    /// Number of the logging session.
    pub logger_id: u16,
    /// Buffer state; in the first buffer of a compressed file the compression format.
    pub state: u32,
    /// Filled bytes with this header, of the expanded buffer if it is compressed.
    pub filled: u32,
    /// What the logger noted, see [`BufferFlags`].
    pub flags: BufferFlags,
    /// BufferType as stored, see [`BufferKind`].
    pub kind: u16,
    /// FILETIME of `reference_clock`; meaningful for [`BufferKind::REFERENCE_TIME`] only.
    pub reference_time: u64,
    /// Session clock at `reference_time`.
    pub reference_clock: u64,
}

/// The bits of BufferFlag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferFlags(pub u16);

impl BufferFlags {
    /// The buffer was flushed on request; on the first and last of a clean file.
    pub const FLUSH_MARKER: u16 = 0x01;
    /// Events were lost while this buffer was filled.
    pub const EVENTS_LOST: u16 = 0x02;
    /// A buffer was lost before this one.
    pub const BUFFER_LOST: u16 = 0x04;
    /// `cpu` uses all of its 16 bits.
    pub const PROCESSOR_INDEX: u16 = 0x20;
    /// The bytes behind the header are one compressed stream.
    pub const COMPRESSED: u16 = 0x40;
    /// Every bit that is known.
    const KNOWN: u16 = 0x7f;

    /// Whether all bits of `mask` are set.
    pub const fn has(self, mask: u16) -> bool {
        self.0 & mask == mask
    }
}

/// Values of BufferType that change reading.
#[derive(Clone, Copy, Debug)]
pub struct BufferKind;

impl BufferKind {
    /// Carries the clock pair of `reference_time` and `reference_clock`.
    pub const REFERENCE_TIME: u16 = 3;
    /// Begins a log: its first record is the log file header.
    pub const HEADER: u16 = 4;
    /// The highest value that is known.
    const LAST: u16 = 7;
}

impl BufferHeader {
    /// Reads a header; whether it is believable is asked with
    /// [`is_plausible`](Self::is_plausible).
    pub fn parse(bytes: &[u8; BUFFER_HEADER_SIZE]) -> Self {
        let flags = BufferFlags(u16_fixed(bytes, 0x34));
        let processor = u16_fixed(bytes, 0x28);
        // Without the flag only the low byte is the processor; Windows 7 puts an
        // alignment value (8) into the high byte.
        let mask = if flags.has(BufferFlags::PROCESSOR_INDEX) {
            0x07ff
        } else {
            0x00ff
        };
        Self {
            buffer_size: u32_fixed(bytes, 0x00),
            saved_offset: u32_fixed(bytes, 0x04),
            flush_time: u64_fixed(bytes, 0x10),
            sequence: u64_fixed(bytes, 0x18),
            cpu: processor & mask,
            logger_id: u16_fixed(bytes, 0x2a),
            state: u32_fixed(bytes, 0x2c),
            filled: u32_fixed(bytes, 0x30),
            flags,
            kind: u16_fixed(bytes, 0x36),
            reference_time: u64_fixed(bytes, 0x38),
            reference_clock: u64_fixed(bytes, 0x40),
        }
    }

    /// The header at the start of these bytes, where it is there and plausible.
    pub(crate) fn believed(bytes: &[u8]) -> Option<Self> {
        let header = Self::parse(&array_at(bytes, 0)?);
        header.is_plausible().then_some(header)
    }

    /// Whether size, type and flags are ones that a logger writes.
    pub fn is_plausible(&self) -> bool {
        size(self.buffer_size) > BUFFER_HEADER_SIZE
            && self.buffer_size <= MAX_BUFFER_SIZE
            && self.kind <= BufferKind::LAST
            && self.flags.0 & !BufferFlags::KNOWN == 0
    }

    /// Whether the bytes behind the header are compressed.
    pub fn is_compressed(&self) -> bool {
        self.flags.has(BufferFlags::COMPRESSED)
    }

    /// Filled bytes with the header, at most `limit`; the whole of it when
    /// neither stored length can be true.
    pub(crate) fn fill_within(&self, limit: u32) -> u32 {
        let possible = narrow(BUFFER_HEADER_SIZE)..=limit;
        [self.filled, self.saved_offset]
            .into_iter()
            .find(|length| possible.contains(length))
            .unwrap_or(limit)
    }
}

/// Where one buffer lies, and its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferSpan {
    /// Offset of the buffer header in the file.
    pub offset: u64,
    /// Bytes on disk that are present, header included; less than
    /// `header.buffer_size` at the end of a cut file.
    pub length: u32,
    /// Filled bytes with the header, of the expanded buffer if it is compressed.
    pub filled: u32,
    /// Index into [`TraceIndex::sessions`](crate::TraceIndex::sessions).
    pub session: usize,
    /// The buffer's own header.
    pub header: BufferHeader,
}

impl BufferSpan {
    /// What a stretch of the file, which begins at the offset `base`, has of the buffer from its
    /// header on; nothing where the buffer begins outside of it.
    pub fn within<'a>(&self, stretch: &'a [u8], base: u64) -> &'a [u8] {
        let start = self.offset.checked_sub(base);
        let start = start.and_then(|start| usize::try_from(start).ok());
        let rest = start.and_then(|start| stretch.get(start..));
        let rest = rest.unwrap_or_default();
        rest.get(..size(self.length)).unwrap_or(rest)
    }

    /// Filled bytes behind the header, of the expanded buffer if it is compressed.
    pub(crate) fn filled_behind_header(&self) -> usize {
        size(self.filled).saturating_sub(BUFFER_HEADER_SIZE)
    }
}
