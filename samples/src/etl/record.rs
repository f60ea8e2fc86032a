//! What every record has in common, and records that are only bytes.
//!
//! A record writes itself without its padding; the buffer it goes into aligns the next one.

use super::error::{EtlError, length_u16};

/// Width of pointers in what a program writes. A 32-bit program on a 64-bit system writes 32-bit
/// records into a 64-bit file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PointerSize {
    /// Four bytes.
    Bits32,
    /// Eight bytes.
    #[default]
    Bits64,
}

/// What the session knows of the moment a record is written at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// Time in ticks of the session's clock.
    pub ticks: u64,
    /// Width of pointers of the system, which records have unless they say otherwise.
    pub pointer: PointerSize,
}

/// Something that stands in a buffer.
pub trait Record {
    /// Appends the record, its size field filled in, without padding behind it.
    ///
    /// # Errors
    ///
    /// What the description holds and the format does not.
    fn write(&self, frame: Frame, out: &mut Vec<u8>) -> Result<(), EtlError>;
}

impl<R: Record + ?Sized> Record for &R {
    fn write(&self, frame: Frame, out: &mut Vec<u8>) -> Result<(), EtlError> {
        (**self).write(frame, out)
    }
}

/// Bytes that stand where a record is expected: unknown markers, cut records, nonsense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRecord(Vec<u8>);

/// An error record (marker type 0x0D), as large as an event header. Its layout behind the size is
/// assumed; no file with one is public.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ErrorRecord {
    process_id: u32,
    thread_id: u32,
    payload: Vec<u8>,
}

impl PointerSize {
    /// Bytes of a pointer: 4 or 8.
    pub fn bytes(self) -> u32 {
        match self {
            Self::Bits32 => 4,
            Self::Bits64 => 8,
        }
    }

    /// Appends an address; a 32-bit one keeps the low half.
    pub(super) fn encode(self, address: u64, out: &mut Vec<u8>) {
        let bytes = address.to_le_bytes();
        match self {
            Self::Bits32 => out.extend(&bytes[..4]),
            Self::Bits64 => out.extend(bytes),
        }
    }

    /// The one of two type numbers that goes with the width.
    pub(super) fn choose(self, bits32: u8, bits64: u8) -> u8 {
        match self {
            Self::Bits32 => bits32,
            Self::Bits64 => bits64,
        }
    }
}

impl RawRecord {
    /// The bytes as they are.
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    /// A record of the trace header family with a type that does not exist: the marker `C0 type`
    /// with a size in its low half, then `size_bytes - 4` bytes of 0xA5.
    pub fn unknown_type(kind: u8, size_bytes: u16) -> Self {
        let mut bytes = size_bytes.to_le_bytes().to_vec();
        bytes.extend([kind, 0xC0]);
        bytes.resize(usize::from(size_bytes).max(4), 0xA5);
        Self(bytes)
    }

    /// A record with the marker nibble 0xB and a 32-bit time, which nothing writes any more
    /// (assumed from its description).
    pub fn short_time(marker: u16, time: u32, payload: &[u8]) -> Self {
        let mut bytes = Vec::new();
        bytes.extend((0xB000_0000 | u32::from(marker)).to_le_bytes());
        let size = u16::try_from(payload.len() + 12).unwrap_or(u16::MAX);
        bytes.extend(size.to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(time.to_le_bytes());
        bytes.extend(payload);
        Self(bytes)
    }
}

impl Record for RawRecord {
    fn write(&self, _: Frame, out: &mut Vec<u8>) -> Result<(), EtlError> {
        out.extend(&self.0);
        Ok(())
    }
}

impl ErrorRecord {
    /// An error record with bytes behind its header.
    pub fn new(process_id: u32, thread_id: u32, payload: &[u8]) -> Self {
        Self {
            process_id,
            thread_id,
            payload: payload.to_vec(),
        }
    }
}

impl Record for ErrorRecord {
    fn write(&self, frame: Frame, out: &mut Vec<u8>) -> Result<(), EtlError> {
        let start = out.len();
        out.extend([0, 0, 0x0D, 0xC0, 0, 0, 0, 0]);
        out.extend(self.thread_id.to_le_bytes());
        out.extend(self.process_id.to_le_bytes());
        out.extend(frame.ticks.to_le_bytes());
        out.resize(start + 0x50, 0);
        out.extend(&self.payload);
        patch_size(out, start, 0)
    }
}

/// Writes the length of the record that began at `start` into its 16-bit size field.
pub(super) fn patch_size(out: &mut [u8], start: usize, field: usize) -> Result<(), EtlError> {
    let size = length_u16("a record", out.len() - start)?;
    out[start + field..start + field + 2].copy_from_slice(&size.to_le_bytes());
    Ok(())
}
