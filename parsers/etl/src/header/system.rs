//! SYSTEM_TRACE_HEADER (0x20 bytes) and its compact form (0x18 bytes).
//!
//! The record's time stands at the same place in both; only the two processor
//! times at the end are missing in the compact form.
//! The compact form is *specified*, not observed.

use super::{PointerSize, known_id};
use crate::bytes::{u8_fixed, u16_fixed, u32_fixed, u64_fixed};

/// Bytes of the full header.
const SYSTEM_SIZE: usize = 0x20;
/// Bytes of the compact header.
const COMPACT_SIZE: usize = 0x18;

/// A kernel record with thread and process.
#[derive(Clone, Copy, Debug)]
pub struct System<'a> {
    fixed: &'a [u8; COMPACT_SIZE],
    /// Behind the part that both forms have.
    rest: &'a [u8],
    payload: &'a [u8],
    /// Width of pointers in the payload.
    pub pointer_size: PointerSize,
}

impl<'a> System<'a> {
    #[inline]
    pub(super) fn parse(bytes: &'a [u8], pointer_size: PointerSize) -> Option<Self> {
        let (fixed, rest) = bytes.split_first_chunk()?;
        Some(Self {
            fixed,
            rest,
            payload: rest.get(SYSTEM_SIZE - COMPACT_SIZE..)?,
            pointer_size,
        })
    }

    #[inline]
    pub(super) fn parse_compact(bytes: &'a [u8], pointer_size: PointerSize) -> Option<Self> {
        let (fixed, rest) = bytes.split_first_chunk()?;
        Some(Self {
            fixed,
            rest,
            payload: rest,
            pointer_size,
        })
    }

    /// Version of the payload's layout.
    pub fn version(&self) -> u16 {
        u16_fixed(self.fixed, 0x00)
    }

    /// Type within the group.
    pub fn kind(&self) -> u8 {
        u8_fixed(self.fixed, 0x06)
    }

    /// Group: 0 log header, 3 process, 5 thread, 0x14 image …
    pub fn group(&self) -> u8 {
        u8_fixed(self.fixed, 0x07)
    }

    /// Thread, when there is one.
    pub fn thread_id(&self) -> Option<u32> {
        known_id(u32_fixed(self.fixed, 0x08))
    }

    /// Process, when there is one.
    pub fn process_id(&self) -> Option<u32> {
        known_id(u32_fixed(self.fixed, 0x0c))
    }

    /// Time in session clock ticks.
    #[inline]
    pub fn raw_time(&self) -> u64 {
        u64_fixed(self.fixed, 0x10)
    }

    /// Kernel and user time in timer units; `None` in the compact form.
    pub fn processor_times(&self) -> Option<(u32, u32)> {
        let times = (u32_fixed(self.rest, 0), u32_fixed(self.rest, 4));
        (self.payload.len() < self.rest.len()).then_some(times)
    }

    /// What follows the header.
    #[inline]
    pub fn payload(&self) -> &'a [u8] {
        self.payload
    }
}
