//! Typed values of event fields, as binary XML stores them.
//!
//! The length of a value stands outside it, in the record's value table, so strings carry no
//! terminator; only the members of a string array do.

use super::EvtxError;
use crate::{instant, text};

/// The value of one event field. Type numbers are those of [MS-EVEN6] 2.2.12 (specified).
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value: the field is there and holds nothing.
    Null,
    /// UTF-16 string.
    Text(String),
    /// Single-byte string, written in Windows-1252.
    Ansi(String),
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
    /// Bytes.
    Binary(Vec<u8>),
    /// GUID as text, with or without braces.
    Guid(String),
    /// Size on a 32-bit system.
    SizeT32(u32),
    /// Size on a 64-bit system.
    SizeT64(u64),
    /// FILETIME ticks: 100 ns since 1601-01-01 UTC.
    FileTime(u64),
    /// SYSTEMTIME of these FILETIME ticks; milliseconds are the finest it holds.
    SystemTime(u64),
    /// Security identifier as text, `S-1-5-18`.
    Sid(String),
    /// 32-bit number shown in hexadecimal: status codes, HRESULT.
    HexInt32(u32),
    /// 64-bit number shown in hexadecimal: pointers, keywords.
    HexInt64(u64),
    /// Array of UTF-16 strings.
    Texts(Vec<String>),
    /// Array of unsigned 32-bit numbers.
    UInt32s(Vec<u32>),
}

/// Type number of a nested binary XML fragment.
pub(super) const BINARY_XML: u8 = 0x21;
/// Type number of a string array.
pub(super) const STRING_ARRAY: u8 = 0x81;

impl Value {
    /// The type number that the value table gives.
    pub(super) fn kind(&self) -> u8 {
        match self {
            Self::Null => 0x00,
            Self::Text(_) => 0x01,
            Self::Ansi(_) => 0x02,
            Self::Int8(_) => 0x03,
            Self::UInt8(_) => 0x04,
            Self::Int16(_) => 0x05,
            Self::UInt16(_) => 0x06,
            Self::Int32(_) => 0x07,
            Self::UInt32(_) => 0x08,
            Self::Int64(_) => 0x09,
            Self::UInt64(_) => 0x0A,
            Self::Float(_) => 0x0B,
            Self::Double(_) => 0x0C,
            Self::Bool(_) => 0x0D,
            Self::Binary(_) => 0x0E,
            Self::Guid(_) => 0x0F,
            Self::SizeT32(_) | Self::SizeT64(_) => 0x10,
            Self::FileTime(_) => 0x11,
            Self::SystemTime(_) => 0x12,
            Self::Sid(_) => 0x13,
            Self::HexInt32(_) => 0x14,
            Self::HexInt64(_) => 0x15,
            Self::Texts(_) => STRING_ARRAY,
            Self::UInt32s(_) => 0x88,
        }
    }

    /// Appends the encoded value.
    pub(super) fn encode(&self, out: &mut Vec<u8>) -> Result<(), EvtxError> {
        match self {
            Self::Null => {}
            Self::Text(value) => out.extend(value.encode_utf16().flat_map(u16::to_le_bytes)),
            Self::Ansi(value) => out.extend(text::windows_1252(value)),
            Self::Int8(value) => out.extend(value.to_le_bytes()),
            Self::UInt8(value) => out.push(*value),
            Self::Int16(value) => out.extend(value.to_le_bytes()),
            Self::UInt16(value) => out.extend(value.to_le_bytes()),
            Self::Int32(value) => out.extend(value.to_le_bytes()),
            Self::UInt32(value) | Self::SizeT32(value) | Self::HexInt32(value) => {
                out.extend(value.to_le_bytes());
            }
            Self::Int64(value) => out.extend(value.to_le_bytes()),
            Self::UInt64(value)
            | Self::SizeT64(value)
            | Self::HexInt64(value)
            | Self::FileTime(value) => out.extend(value.to_le_bytes()),
            Self::Float(value) => out.extend(value.to_le_bytes()),
            Self::Double(value) => out.extend(value.to_le_bytes()),
            Self::Bool(value) => out.extend(u32::from(*value).to_le_bytes()),
            Self::Binary(value) => out.extend(value),
            Self::Guid(value) => out.extend(guid_bytes(value)?),
            Self::SystemTime(ticks) => {
                out.extend(
                    instant::system_time(*ticks)
                        .into_iter()
                        .flat_map(u16::to_le_bytes),
                );
            }
            Self::Sid(value) => out.extend(sid_bytes(value)?),
            Self::Texts(values) => {
                for value in values {
                    out.extend(value.encode_utf16().chain([0]).flat_map(u16::to_le_bytes));
                }
            }
            Self::UInt32s(values) => out.extend(values.iter().flat_map(|v| v.to_le_bytes())),
        }
        Ok(())
    }

    /// The value as the text of an element, for records that carry no types.
    pub(super) fn as_text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Text(value) | Self::Ansi(value) | Self::Sid(value) => value.clone(),
            Self::Int8(value) => value.to_string(),
            Self::UInt8(value) => value.to_string(),
            Self::Int16(value) => value.to_string(),
            Self::UInt16(value) => value.to_string(),
            Self::Int32(value) => value.to_string(),
            Self::UInt32(value) | Self::SizeT32(value) => value.to_string(),
            Self::Int64(value) => value.to_string(),
            Self::UInt64(value) | Self::SizeT64(value) => value.to_string(),
            Self::Float(value) => value.to_string(),
            Self::Double(value) => value.to_string(),
            Self::Bool(value) => value.to_string(),
            Self::Binary(bytes) => text::hex(bytes),
            Self::Guid(value) => format!("{{{}}}", value.trim_matches(['{', '}'])),
            Self::FileTime(ticks) | Self::SystemTime(ticks) => instant::format_rfc3339(*ticks),
            Self::HexInt32(value) => format!("{value:#x}"),
            Self::HexInt64(value) => format!("{value:#x}"),
            Self::Texts(values) => values.join(","),
            Self::UInt32s(values) => values
                .iter()
                .map(u32::to_string)
                .collect::<Vec<_>>()
                .join(","),
        }
    }
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
    i32 => Int32,
    u32 => UInt32,
    i64 => Int64,
    u64 => UInt64,
    bool => Bool,
    f64 => Double,
}

/// The 16 bytes of a GUID in Windows order: the first three groups are little-endian.
pub(super) fn guid_bytes(text: &str) -> Result<[u8; 16], EvtxError> {
    let wrong = || EvtxError::Guid {
        text: text.to_owned(),
    };
    let bare = text
        .strip_prefix('{')
        .and_then(|t| t.strip_suffix('}'))
        .unwrap_or(text);
    let groups: Vec<&str> = bare.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    if lengths != [8, 4, 4, 4, 12] || !bare.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    let number = u128::from_str_radix(&groups.concat(), 16).map_err(|_| wrong())?;
    let mut bytes = number.to_be_bytes();
    bytes[0..4].reverse();
    bytes[4..6].reverse();
    bytes[6..8].reverse();
    Ok(bytes)
}

/// The binary form of `S-1-<authority>-<number>...`; the authority is big-endian, the rest little.
fn sid_bytes(text: &str) -> Result<Vec<u8>, EvtxError> {
    let wrong = || EvtxError::Sid {
        text: text.to_owned(),
    };
    let mut parts = text.strip_prefix("S-1-").ok_or_else(wrong)?.split('-');
    let authority: u64 = parts
        .next()
        .and_then(|p| p.parse().ok())
        .ok_or_else(wrong)?;
    let numbers: Vec<u32> = parts
        .map(|part| part.parse().map_err(|_| wrong()))
        .collect::<Result<_, _>>()?;
    let count = u8::try_from(numbers.len())
        .ok()
        .filter(|count| *count <= 15)
        .ok_or_else(wrong)?;
    let [0, 0, authority @ ..] = authority.to_be_bytes() else {
        return Err(wrong());
    };
    let mut bytes = vec![1, count];
    bytes.extend(authority);
    bytes.extend(numbers.into_iter().flat_map(u32::to_le_bytes));
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &Value, kind: u8, expected: &[u8]) {
        let mut bytes = Vec::new();
        value.encode(&mut bytes).unwrap();
        assert_eq!(
            (value.kind(), bytes.as_slice()),
            (kind, expected),
            "{value:?}"
        );
    }

    #[test]
    fn numbers_are_little_endian() {
        check(&Value::Int32(-2), 0x07, &[0xFE, 0xFF, 0xFF, 0xFF]);
        check(
            &Value::HexInt32(0x8018_0014),
            0x14,
            &[0x14, 0x00, 0x18, 0x80],
        );
        check(&Value::Bool(true), 0x0D, &[1, 0, 0, 0]);
    }

    #[test]
    fn identifiers_are_in_windows_order() {
        check(
            &Value::Guid("{00112233-4455-6677-8899-aabbccddeeff}".into()),
            0x0F,
            &[
                0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD,
                0xEE, 0xFF,
            ],
        );
        check(
            &Value::Sid("S-1-5-18".into()),
            0x13,
            &[1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0],
        );
    }

    #[test]
    fn only_array_members_are_terminated() {
        check(&Value::Text("A".into()), 0x01, &[0x41, 0]);
        check(
            &Value::Texts(vec!["A".into(), String::new()]),
            0x81,
            &[0x41, 0, 0, 0, 0, 0],
        );
    }

    #[test]
    fn malformed_identifiers_are_refused() {
        for text in [
            "",
            "{}",
            "00112233-4455-6677-8899-aabbccddeef",
            "0011223g-4455-6677-8899-aabbccddeeff",
        ] {
            assert!(guid_bytes(text).is_err(), "{text}");
        }
        for text in ["", "S-1-", "S-1-5-x", "S-2-5-18", "S-1-99999999999999999-1"] {
            assert!(sid_bytes(text).is_err(), "{text}");
        }
    }
}
