//! PERFINFO_TRACE_HEADER: 0x10 bytes, then optional counters.
//!
//! The record has neither thread nor process; both would have to be derived
//! from context switches. Bits of the version say how many 8-byte values stand
//! between header and payload (*specified*, not observed).

use super::PointerSize;
use crate::bytes::{u8_fixed, u16_fixed, u64_fixed};

/// Bytes of the fixed part.
const SIZE: usize = 0x10;
/// Version bit: a PEBS index precedes the payload.
const PEBS_INDEX: u16 = 0x8000;

/// A kernel record with nothing but a time.
#[derive(Clone, Copy, Debug)]
pub struct PerfInfo<'a> {
    fixed: &'a [u8; SIZE],
    rest: &'a [u8],
    /// Width of pointers in the payload.
    pub pointer_size: PointerSize,
}

impl<'a> PerfInfo<'a> {
    #[inline]
    pub(super) fn parse(bytes: &'a [u8], pointer_size: PointerSize) -> Option<Self> {
        let (fixed, rest) = bytes.split_first_chunk()?;
        Some(Self {
            fixed,
            rest,
            pointer_size,
        })
    }

    /// Version of the payload's layout: the low byte of the stored number.
    pub fn version(&self) -> u16 {
        self.stored_version() & 0xff
    }

    /// Type within the group.
    pub fn kind(&self) -> u8 {
        u8_fixed(self.fixed, 0x06)
    }

    /// Group: 0 log header, 0x0F performance, 0x14 image …
    pub fn group(&self) -> u8 {
        u8_fixed(self.fixed, 0x07)
    }

    /// Time in session clock ticks.
    #[inline]
    pub fn raw_time(&self) -> u64 {
        u64_fixed(self.fixed, 0x08)
    }

    /// Bytes of counters between header and payload; empty when they do not fit.
    pub fn counters(&self) -> &'a [u8] {
        self.rest.get(..self.counter_bytes()).unwrap_or_default()
    }

    /// What follows the header and the counters.
    pub fn payload(&self) -> &'a [u8] {
        self.rest.get(self.counter_bytes()..).unwrap_or(self.rest)
    }

    fn stored_version(&self) -> u16 {
        u16_fixed(self.fixed, 0x00)
    }

    fn counter_bytes(&self) -> usize {
        let version = self.stored_version();
        let pebs = usize::from(version & PEBS_INDEX != 0);
        (pebs + usize::from(version >> 8 & 7)) * 8
    }
}
