//! EVENT_INSTANCE_GUID_HEADER, 0x48 bytes: a classic event with instance numbers.
//!
//! *Specified*, not observed. The older form of 0x38 bytes without the parent's
//! class belongs to log versions before 1.1, which no supported Windows wrote;
//! such a record is read as far as it goes.

use joinscope_wire::Guid;

use super::PointerSize;
use super::full::Full;
use crate::bytes::{guid_fixed, u32_fixed};

/// Bytes behind the part that classic events have as well.
const SIZE: usize = 0x18;

/// A classic event that belongs to a numbered transaction.
#[derive(Clone, Copy, Debug)]
pub struct Instance<'a> {
    /// The part in common with classic events; its payload begins too early.
    pub event: Full<'a>,
    fixed: &'a [u8; SIZE],
    payload: &'a [u8],
}

impl<'a> Instance<'a> {
    #[inline]
    pub(super) fn parse(bytes: &'a [u8], pointer_size: PointerSize) -> Option<Self> {
        let event = Full::parse(bytes, pointer_size)?;
        let (fixed, payload) = event.payload().split_first_chunk()?;
        Some(Self {
            event,
            fixed,
            payload,
        })
    }

    /// Number of the instance.
    pub fn instance_id(&self) -> u32 {
        u32_fixed(self.fixed, 0x00)
    }

    /// Number of the parent instance.
    pub fn parent_instance_id(&self) -> u32 {
        u32_fixed(self.fixed, 0x04)
    }

    /// Class of the parent instance.
    pub fn parent_class(&self) -> Guid {
        guid_fixed(self.fixed, 0x08)
    }

    /// What follows the header.
    #[inline]
    pub fn payload(&self) -> &'a [u8] {
        self.payload
    }
}
