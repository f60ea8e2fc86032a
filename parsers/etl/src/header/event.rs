//! EVENT_HEADER, 0x50 bytes and extended items: manifest and TraceLogging events.
//!
//! Whether an event describes itself is said by its extended items, not by the
//! channel or the identifier; those only hint at it.

use joinscope_wire::Guid;

use super::extended::{ExtendedItem, ExtendedItems, ExtendedKind};
use super::{PointerSize, known_id};
use crate::bytes::{guid_fixed, u8_fixed, u16_fixed, u32_fixed, u64_fixed};

/// Bytes of the fixed part.
const SIZE: usize = 0x50;
/// Flags bit: extended items follow the header.
const EXTENDED_INFO: u16 = 0x0001;
/// Flags bit: the payload is one UTF-16 string.
const STRING_ONLY: u16 = 0x0004;

/// A manifest or TraceLogging event.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    fixed: &'a [u8; SIZE],
    rest: &'a [u8],
    /// Width of pointers in the payload.
    pub pointer_size: PointerSize,
}

impl<'a> Event<'a> {
    #[inline]
    pub(super) fn parse(bytes: &'a [u8], pointer_size: PointerSize) -> Option<Self> {
        let (fixed, rest) = bytes.split_first_chunk()?;
        Some(Self {
            fixed,
            rest,
            pointer_size,
        })
    }

    /// EVENT_HEADER_FLAG bits as stored.
    pub fn flags(&self) -> u16 {
        u16_fixed(self.fixed, 0x04)
    }

    /// Whether the payload is one UTF-16 string, whatever the manifest says.
    pub fn is_string_only(&self) -> bool {
        self.flags() & STRING_ONLY != 0
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

    /// The provider.
    #[inline]
    pub fn provider(&self) -> Guid {
        guid_fixed(self.fixed, 0x18)
    }

    /// Event number; usually 0 in TraceLogging.
    #[inline]
    pub fn id(&self) -> u16 {
        u16_fixed(self.fixed, 0x28)
    }

    /// Version of the payload's layout.
    pub fn version(&self) -> u8 {
        u8_fixed(self.fixed, 0x2a)
    }

    /// Channel number; 11 for TraceLogging.
    pub fn channel(&self) -> u8 {
        u8_fixed(self.fixed, 0x2b)
    }

    /// Level: 1 critical to 5 verbose, 0 always.
    pub fn level(&self) -> u8 {
        u8_fixed(self.fixed, 0x2c)
    }

    /// Operation.
    pub fn opcode(&self) -> u8 {
        u8_fixed(self.fixed, 0x2d)
    }

    /// Task.
    pub fn task(&self) -> u16 {
        u16_fixed(self.fixed, 0x2e)
    }

    /// Keyword bits.
    pub fn keyword(&self) -> u64 {
        u64_fixed(self.fixed, 0x30)
    }

    /// Kernel and user time in timer units, or one 64-bit cycle count.
    pub fn processor_times(&self) -> (u32, u32) {
        (u32_fixed(self.fixed, 0x38), u32_fixed(self.fixed, 0x3c))
    }

    /// The activity; `None` when it is zero.
    pub fn activity(&self) -> Option<Guid> {
        Some(guid_fixed(self.fixed, 0x40)).filter(|guid| !guid.is_zero())
    }

    /// The related activity from its extended item.
    pub fn related_activity(&self) -> Option<Guid> {
        let item = self.item(ExtendedKind::RELATED_ACTIVITY)?;
        item.data.first_chunk().copied().map(Guid)
    }

    /// The extended items; none when the header says so.
    #[inline]
    pub fn extended(&self) -> ExtendedItems<'a> {
        if self.flags() & EXTENDED_INFO == 0 {
            ExtendedItems::none(self.rest)
        } else {
            ExtendedItems::new(self.rest)
        }
    }

    /// The first extended item of a kind.
    #[inline]
    pub fn item(&self, kind: ExtendedKind) -> Option<ExtendedItem<'a>> {
        self.extended().find(|item| item.kind == kind)
    }

    /// What follows the extended items. When their chain is broken this begins at
    /// the break, see [`ExtendedItems::is_broken`].
    #[inline]
    pub fn payload(&self) -> &'a [u8] {
        let mut items = self.extended();
        items.by_ref().for_each(drop);
        items.rest()
    }
}
