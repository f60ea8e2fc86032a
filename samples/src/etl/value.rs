//! Typed values of payloads: the fields of manifest, TraceLogging, WPP and classic events.
//!
//! A payload carries no types and no names, only these bytes one behind the other and unaligned, so
//! which value ends where must be known from elsewhere.

use super::error::{EtlError, length_u16, length_u32};
use super::identity::{guid_bytes, sid_bytes};
use super::record::PointerSize;
use crate::{instant, text};

/// One value as a payload holds it. Texts are UTF-16 unless said otherwise.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// No bytes at all.
    Nothing,
    /// Text with a terminating NUL.
    Text(String),
    /// Text without a terminator: what some providers write as the last field.
    OpenText(String),
    /// Single-byte text with a terminating NUL, written in UTF-8.
    Ansi(String),
    /// Single-byte text in UTF-8 without a terminator.
    OpenAnsi(String),
    /// 16-bit length in bytes, then text without a terminator.
    CountedText(String),
    /// 16-bit length in bytes, then UTF-8 without a terminator.
    CountedAnsi(String),
    /// As `CountedText`, with a big-endian length.
    ReverseCountedText(String),
    /// Text in a field of this many characters, padded with NUL; longer text is cut.
    FixedText(String, usize),
    /// Signed 8-bit number.
    Int8(i8),
    /// Unsigned 8-bit number.
    UInt8(u8),
    /// Signed 16-bit number.
    Int16(i16),
    /// Unsigned 16-bit number.
    UInt16(u16),
    /// Signed 32-bit number.
    Int32(i32),
    /// Unsigned 32-bit number.
    UInt32(u32),
    /// Signed 64-bit number.
    Int64(i64),
    /// Unsigned 64-bit number.
    UInt64(u64),
    /// 32-bit floating point number.
    Float(f32),
    /// 64-bit floating point number.
    Double(f64),
    /// Truth value, four bytes wide.
    Bool(bool),
    /// 32-bit number shown in hexadecimal: status codes, HRESULT.
    HexInt32(u32),
    /// 64-bit number shown in hexadecimal.
    HexInt64(u64),
    /// Bytes whose length stands elsewhere.
    Bytes(Vec<u8>),
    /// 16-bit length, then bytes.
    Binary(Vec<u8>),
    /// As `Binary`, under the number that TraceLogging keeps for counted binaries.
    CountedBinary(Vec<u8>),
    /// 32-bit length, then bytes: a hexadecimal dump.
    HexDump(Vec<u8>),
    /// GUID as text, with or without braces.
    Guid(String),
    /// Address or size, as wide as the writer's pointers; a 32-bit writer keeps the low half.
    Pointer(u64),
    /// FILETIME ticks: 100 ns since 1601-01-01 UTC.
    FileTime(u64),
    /// SYSTEMTIME of these FILETIME ticks; milliseconds are the finest it holds.
    SystemTime(u64),
    /// Security identifier as text, `S-1-5-18`.
    Sid(String),
    /// Security identifier behind two pointers, as classic events hold it.
    WbemSid(String),
}

impl Value {
    /// The number of the type in TraceLogging metadata and, up to 21, in event manifests
    /// (specified). Types that TraceLogging does not have give 0.
    pub(super) fn in_type(&self) -> u8 {
        match self {
            Self::Text(_) | Self::OpenText(_) => 1,
            Self::Ansi(_) | Self::OpenAnsi(_) => 2,
            Self::Int8(_) => 3,
            Self::UInt8(_) => 4,
            Self::Int16(_) => 5,
            Self::UInt16(_) => 6,
            Self::Int32(_) => 7,
            Self::UInt32(_) => 8,
            Self::Int64(_) => 9,
            Self::UInt64(_) => 10,
            Self::Float(_) => 11,
            Self::Double(_) => 12,
            Self::Bool(_) => 13,
            Self::Binary(_) => 14,
            Self::Guid(_) => 15,
            Self::Pointer(_) => 16,
            Self::FileTime(_) => 17,
            Self::SystemTime(_) => 18,
            Self::Sid(_) => 19,
            Self::HexInt32(_) => 20,
            Self::HexInt64(_) => 21,
            Self::CountedText(_) => 22,
            Self::CountedAnsi(_) => 23,
            Self::CountedBinary(_) => 25,
            Self::Nothing
            | Self::ReverseCountedText(_)
            | Self::FixedText(..)
            | Self::Bytes(_)
            | Self::HexDump(_)
            | Self::WbemSid(_) => 0,
        }
    }

    /// Appends the encoded value.
    pub(super) fn encode(&self, pointer: PointerSize, out: &mut Vec<u8>) -> Result<(), EtlError> {
        match self {
            Self::Nothing => {}
            Self::Int8(value) => out.extend(value.to_le_bytes()),
            Self::UInt8(value) => out.push(*value),
            Self::Int16(value) => out.extend(value.to_le_bytes()),
            Self::UInt16(value) => out.extend(value.to_le_bytes()),
            Self::Int32(value) => out.extend(value.to_le_bytes()),
            Self::UInt32(value) | Self::HexInt32(value) => out.extend(value.to_le_bytes()),
            Self::Int64(value) => out.extend(value.to_le_bytes()),
            Self::UInt64(value) | Self::HexInt64(value) | Self::FileTime(value) => {
                out.extend(value.to_le_bytes());
            }
            Self::Float(value) => out.extend(value.to_le_bytes()),
            Self::Double(value) => out.extend(value.to_le_bytes()),
            Self::Bool(value) => out.extend(u32::from(*value).to_le_bytes()),
            Self::Pointer(value) => pointer.encode(*value, out),
            Self::Guid(value) => out.extend(guid_bytes(value)?),
            Self::SystemTime(ticks) => {
                let parts = instant::system_time(*ticks);
                out.extend(parts.into_iter().flat_map(u16::to_le_bytes));
            }
            Self::Sid(value) => out.extend(sid_bytes(value)?),
            Self::WbemSid(value) => {
                // A TOKEN_USER structure: a pointer that is not zero, and attributes.
                pointer.encode(0xFFFF_8001_0000_1000, out);
                pointer.encode(0, out);
                out.extend(sid_bytes(value)?);
            }
            _ => self.encode_of_any_length(out)?,
        }
        Ok(())
    }

    /// Appends a text or bytes.
    fn encode_of_any_length(&self, out: &mut Vec<u8>) -> Result<(), EtlError> {
        match self {
            Self::Text(value) => push_text(value, out),
            Self::OpenText(value) => out.extend(value.encode_utf16().flat_map(u16::to_le_bytes)),
            Self::Ansi(value) => {
                out.extend(value.as_bytes());
                out.push(0);
            }
            Self::OpenAnsi(value) => out.extend(value.as_bytes()),
            Self::CountedText(value) => push_counted(&text::utf16_le(value), out)?,
            Self::CountedAnsi(value) => push_counted(value.as_bytes(), out)?,
            Self::ReverseCountedText(value) => {
                let bytes = text::utf16_le(value);
                out.extend(length_u16("a counted value", bytes.len())?.to_be_bytes());
                out.extend(bytes);
            }
            Self::FixedText(value, characters) => {
                let units = value.encode_utf16().chain(std::iter::repeat(0));
                out.extend(units.take(*characters).flat_map(u16::to_le_bytes));
            }
            Self::Bytes(value) => out.extend(value),
            Self::Binary(value) | Self::CountedBinary(value) => push_counted(value, out)?,
            Self::HexDump(value) => {
                out.extend(length_u32("a dump", value.len())?.to_le_bytes());
                out.extend(value);
            }
            _ => {}
        }
        Ok(())
    }
}

/// Appends a UTF-16 text with its NUL.
pub(super) fn push_text(text: &str, out: &mut Vec<u8>) {
    out.extend(text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes));
}

fn push_counted(bytes: &[u8], out: &mut Vec<u8>) -> Result<(), EtlError> {
    out.extend(length_u16("a counted value", bytes.len())?.to_le_bytes());
    out.extend(bytes);
    Ok(())
}

/// Appends values one behind the other.
pub(super) fn encode_all(
    values: &[Value],
    pointer: PointerSize,
    out: &mut Vec<u8>,
) -> Result<(), EtlError> {
    values
        .iter()
        .try_for_each(|value| value.encode(pointer, out))
}

macro_rules! value_from {
    ($($source:ty => $variant:ident),+ $(,)?) => {
        $(impl From<$source> for Value {
            fn from(value: $source) -> Self {
                Self::$variant(value.into())
            }
        })+
    };
}

value_from! {
    &str => Text,
    String => Text,
    i8 => Int8,
    u8 => UInt8,
    i16 => Int16,
    u16 => UInt16,
    i32 => Int32,
    u32 => UInt32,
    i64 => Int64,
    u64 => UInt64,
    bool => Bool,
    f32 => Float,
    f64 => Double,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &Value, expected: &[u8]) {
        let mut bytes = Vec::new();
        value.encode(PointerSize::Bits64, &mut bytes).unwrap();
        assert_eq!(bytes, expected, "{value:?}");
    }

    #[test]
    fn texts() {
        check(&"A".into(), &[0x41, 0, 0, 0]);
        check(&Value::OpenText("A".into()), &[0x41, 0]);
        check(&Value::Ansi("A".into()), &[0x41, 0]);
        check(&Value::CountedText("AB".into()), &[4, 0, 0x41, 0, 0x42, 0]);
        check(&Value::CountedAnsi("AB".into()), &[2, 0, 0x41, 0x42]);
        check(&Value::ReverseCountedText("A".into()), &[0, 2, 0x41, 0]);
        check(&Value::FixedText("ABC".into(), 2), &[0x41, 0, 0x42, 0]);
        check(&Value::FixedText("A".into(), 2), &[0x41, 0, 0, 0]);
    }

    #[test]
    fn numbers_and_bytes() {
        check(&true.into(), &[1, 0, 0, 0]);
        check(&(-2_i32).into(), &[0xFE, 0xFF, 0xFF, 0xFF]);
        check(&Value::Binary(vec![7]), &[1, 0, 7]);
        check(&Value::HexDump(vec![7]), &[1, 0, 0, 0, 7]);
        check(&Value::Bytes(vec![7]), &[7]);
    }

    #[test]
    fn pointers_follow_the_writer() {
        let mut bytes = Vec::new();
        let values = [
            Value::Pointer(0x1_2345_6789),
            Value::WbemSid("S-1-5-18".to_owned()),
        ];
        encode_all(&values, PointerSize::Bits32, &mut bytes).unwrap();
        assert_eq!(bytes[..4], [0x89, 0x67, 0x45, 0x23]);
        assert_eq!(bytes.len(), 4 + 8 + 12);
    }

    #[test]
    fn a_counted_value_has_a_limit() {
        let mut bytes = Vec::new();
        let long = Value::CountedAnsi("x".repeat(65_536));
        assert!(long.encode(PointerSize::Bits64, &mut bytes).is_err());
    }
}
