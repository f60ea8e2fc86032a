//! MESSAGE_TRACE_HEADER: WPP messages, 8 bytes and optional parts.
//!
//! The optional parts have a fixed order and no alignment; the option bits alone
//! say which are there. The GUID names the source file's messages, not the
//! provider that was enabled. When the component bit is set the GUID is absent,
//! even if its bit is set too (*specified*).

use joinscope_wire::{Cursor, Guid};

use super::{PointerSize, known_id};
use crate::bytes::{u8_fixed, u16_fixed};

/// Bytes of the fixed part.
const SIZE: usize = 8;

const SEQUENCE: u16 = 0x0001;
const GUID: u16 = 0x0002;
const COMPONENT: u16 = 0x0004;
const TIMESTAMP: u16 = 0x0008;
const SYSTEM: u16 = 0x0020;
const POINTER_32: u16 = 0x0040;
const POINTER_64: u16 = 0x0080;

/// A WPP message, with its optional parts already read.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    fixed: &'a [u8; SIZE],
    rest: &'a [u8],
}

/// The optional parts of a WPP message; `None` where the message has not the part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessageParts<'a> {
    /// Number in the session's sequence.
    pub sequence: Option<u32>,
    /// Component, for writers that number them.
    pub component: Option<u32>,
    /// The message GUID.
    pub guid: Option<Guid>,
    /// Time in session clock ticks; without it only the buffer's flush time bounds it.
    pub raw_time: Option<u64>,
    /// Thread.
    pub thread_id: Option<u32>,
    /// Process.
    pub process_id: Option<u32>,
    /// The arguments, concatenated, without types.
    pub arguments: &'a [u8],
}

impl<'a> Message<'a> {
    #[inline]
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (fixed, rest) = bytes.split_first_chunk()?;
        let message = Self { fixed, rest };
        (message.parts_size() <= rest.len()).then_some(message)
    }

    /// The reserved byte of the header, zero in what was seen.
    pub fn reserved(&self) -> u8 {
        u8_fixed(self.fixed, 0x02)
    }

    /// Message number, unique within the message GUID; the first is 10.
    pub fn number(&self) -> u16 {
        u16_fixed(self.fixed, 0x04)
    }

    /// Option bits as stored.
    pub fn flags(&self) -> u16 {
        u16_fixed(self.fixed, 0x06)
    }

    /// The writer's pointer width, when the message says it.
    pub fn pointer_size(&self) -> Option<PointerSize> {
        match (self.has(POINTER_32), self.has(POINTER_64)) {
            (true, false) => Some(PointerSize::Four),
            (false, true) => Some(PointerSize::Eight),
            _ => None,
        }
    }

    /// The optional parts and the arguments.
    pub fn parts(&self) -> MessageParts<'a> {
        self.read_parts().unwrap_or_default()
    }

    fn read_parts(&self) -> joinscope_wire::Result<MessageParts<'a>> {
        let mut cursor = Cursor::new(self.rest);
        let mut parts = MessageParts::default();
        if self.has(SEQUENCE) {
            parts.sequence = Some(cursor.u32("message sequence")?);
        }
        if self.has(COMPONENT) {
            parts.component = Some(cursor.u32("message component")?);
        } else if self.has(GUID) {
            parts.guid = Some(cursor.guid("message guid")?);
        }
        if self.has(TIMESTAMP) {
            parts.raw_time = Some(cursor.u64("message time")?);
        }
        if self.has(SYSTEM) {
            parts.thread_id = known_id(cursor.u32("message thread")?);
            parts.process_id = known_id(cursor.u32("message process")?);
        }
        parts.arguments = cursor.rest();
        Ok(parts)
    }

    fn parts_size(&self) -> usize {
        let identity = match (self.has(COMPONENT), self.has(GUID)) {
            (true, _) => 4,
            (false, true) => 16,
            (false, false) => 0,
        };
        let numbers = usize::from(self.has(SEQUENCE)) * 4
            + usize::from(self.has(TIMESTAMP)) * 8
            + usize::from(self.has(SYSTEM)) * 8;
        identity + numbers
    }

    fn has(&self, bit: u16) -> bool {
        self.flags() & bit != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Builds a message with every part that `flags` name and reads it back.
    fn check(flags: u16) {
        let mut bytes = vec![0, 0, 0, 0x90, 10, 0];
        bytes.extend(flags.to_le_bytes());
        let mut expected = MessageParts::default();
        if flags & 1 != 0 {
            bytes.extend(7_u32.to_le_bytes());
            expected.sequence = Some(7);
        }
        if flags & 4 != 0 {
            bytes.extend(8_u32.to_le_bytes());
            expected.component = Some(8);
        } else if flags & 2 != 0 {
            bytes.extend([9; 16]);
            expected.guid = Some(Guid([9; 16]));
        }
        if flags & 8 != 0 {
            bytes.extend(10_u64.to_le_bytes());
            expected.raw_time = Some(10);
        }
        if flags & 0x20 != 0 {
            bytes.extend(11_u32.to_le_bytes());
            bytes.extend(12_u32.to_le_bytes());
            expected.thread_id = Some(11);
            expected.process_id = Some(12);
        }
        let parts_end = bytes.len();
        bytes.extend(b"args");
        expected.arguments = b"args";
        let message = Message::parse(&bytes).unwrap();
        assert_eq!(message.parts(), expected, "{flags:#x}");
        assert_eq!(message.number(), 10);
        let whole = bytes.get(..parts_end).unwrap();
        assert!(Message::parse(whole).is_some());
        assert!(Message::parse(&whole[..parts_end - 1]).is_none());
    }

    #[test]
    fn every_combination_of_parts() {
        for flags in 0..0x100 {
            check(flags);
        }
    }

    #[test]
    fn pointer_width() {
        let width = |flags| {
            Message::parse(&[8, 0, 0, 0x90, 0, 0, flags, 0])
                .unwrap()
                .pointer_size()
        };
        assert_eq!(width(0x40), Some(PointerSize::Four));
        assert_eq!(width(0x80), Some(PointerSize::Eight));
        assert_eq!(width(0xc0), None);
        assert_eq!(width(0), None);
    }
}
