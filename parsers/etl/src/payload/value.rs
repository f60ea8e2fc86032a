//! Values as they stand in a payload, borrowed from it.
//!
//! Strings are bytes here; they become text only when a receiver asks, because
//! most never are.

use joinscope_wire::{Cursor, Guid};

use super::field::FieldType;

/// One value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// No value.
    Null,
    /// UTF-16LE code units as bytes, without the terminating NUL.
    Utf16(&'a [u8]),
    /// Text in the writer's ANSI code page, which the trace does not name.
    Ansi(&'a [u8]),
    /// Text that its writer declared as UTF-8.
    Utf8(&'a [u8]),
    /// One UTF-16 code unit, or one byte of ANSI text.
    Char(u16),
    /// Any signed integer type.
    Int(i64),
    /// Any unsigned integer type.
    Uint(u64),
    /// A number of at most 32 bits that is read in hexadecimal.
    Hex32(u32),
    /// A 64-bit number or pointer that is read in hexadecimal.
    Hex64(u64),
    /// A float of either size.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// GUID.
    Guid(Guid),
    /// SID in its binary form, checked.
    Sid(&'a [u8]),
    /// Binary.
    Bytes(&'a [u8]),
    /// 100 ns ticks since 1601-01-01 UTC. A SYSTEMTIME states no zone; writers give UTC.
    Time(i64),
    /// A port in host order.
    Port(u16),
    /// An IPv4 address in network order.
    Ip4([u8; 4]),
    /// An IPv6 address in network order.
    Ip6([u8; 16]),
    /// A SOCKADDR.
    Socket(&'a [u8]),
    /// An error code with the family that the writer named.
    Code(Code, u32),
    /// A number that the schema's value map gives a text.
    Mapped(u64, &'a str),
    /// An array of values that are no structures.
    List(List<'a>),
}

impl Value<'_> {
    /// The number of a value that is a whole, unsigned one.
    pub fn as_unsigned(&self) -> Option<u64> {
        match *self {
            Self::Uint(number) | Self::Hex64(number) | Self::Mapped(number, _) => Some(number),
            Self::Int(number) => u64::try_from(number).ok(),
            Self::Hex32(number) | Self::Code(_, number) => Some(u64::from(number)),
            Self::Port(number) | Self::Char(number) => Some(u64::from(number)),
            Self::Bool(set) => Some(u64::from(set)),
            _ => None,
        }
    }
}

/// The family of an error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// Win32 error.
    Win32,
    /// NTSTATUS.
    NtStatus,
    /// HRESULT.
    Hresult,
    /// The writer called it an error code and no more.
    Any,
}

/// An array value; [`List::for_each`] hands out its items.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct List<'a> {
    kind: FieldType,
    count: u16,
    bytes: &'a [u8],
}

impl<'a> List<'a> {
    pub(super) fn new(kind: FieldType, count: u16, bytes: &'a [u8]) -> Self {
        Self { kind, count, bytes }
    }

    /// Number of items.
    pub fn len(&self) -> usize {
        usize::from(self.count)
    }

    /// Whether there are no items.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The bytes of all items.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Calls `item` for each item, in order.
    pub fn for_each(self, mut item: impl FnMut(Value<'a>)) {
        let mut cursor = Cursor::new(self.bytes);
        for _ in 0..self.count {
            // The items were read once already, so none is missing.
            let Some(value) = self.kind.read(&mut cursor) else {
                return;
            };
            item(value);
        }
    }
}
