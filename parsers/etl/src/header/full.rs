//! EVENT_TRACE_HEADER, 0x30 bytes: classic events, whose layout a MOF class gives.
//!
//! The GUID is that of the event's class, not of the provider that was enabled.

use joinscope_wire::Guid;

use super::{PointerSize, known_id};
use crate::bytes::{guid_fixed, u8_fixed, u16_fixed, u32_fixed, u64_fixed};

/// Bytes of the header.
const SIZE: usize = 0x30;

/// A classic event.
#[derive(Clone, Copy, Debug)]
pub struct Full<'a> {
    fixed: &'a [u8; SIZE],
    payload: &'a [u8],
    /// Width of pointers in the payload.
    pub pointer_size: PointerSize,
}

impl<'a> Full<'a> {
    #[inline]
    pub(super) fn parse(bytes: &'a [u8], pointer_size: PointerSize) -> Option<Self> {
        let (fixed, payload) = bytes.split_first_chunk()?;
        Some(Self {
            fixed,
            payload,
            pointer_size,
        })
    }

    /// Type within the class.
    pub fn kind(&self) -> u8 {
        u8_fixed(self.fixed, 0x04)
    }

    /// Level, 0 to 255; 1 is critical and 5 verbose.
    pub fn level(&self) -> u8 {
        u8_fixed(self.fixed, 0x05)
    }

    /// Version of the payload's layout.
    pub fn version(&self) -> u16 {
        u16_fixed(self.fixed, 0x06)
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

    /// The event's class.
    pub fn class(&self) -> Guid {
        guid_fixed(self.fixed, 0x18)
    }

    /// Kernel and user time in timer units.
    pub fn processor_times(&self) -> (u32, u32) {
        (u32_fixed(self.fixed, 0x28), u32_fixed(self.fixed, 0x2c))
    }

    /// What follows the header.
    #[inline]
    pub fn payload(&self) -> &'a [u8] {
        self.payload
    }
}
