//! Input types (how bytes become a value) and output types (what the value is).
//!
//! TraceLogging and manifests number the input types alike up to 21, with one
//! trap: binary (14) carries its own length in TraceLogging, and in a manifest
//! has the length that another property says. The output types are numbered
//! differently throughout.
//! Source: specified (TDH_IN_TYPE, TDH_OUT_TYPE; TraceLogging InType, OutType).

use super::value::Code;
use crate::header::PointerSize;

/// How a field lies in the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InType {
    /// No bytes.
    Null,
    /// UTF-16 to its NUL or to the end of the payload.
    Utf16,
    /// Bytes to a NUL or to the end of the payload.
    Ansi,
    /// Signed, 1 byte.
    I8,
    /// Unsigned, 1 byte.
    U8,
    /// Signed, 2 bytes.
    I16,
    /// Unsigned, 2 bytes.
    U16,
    /// Signed, 4 bytes.
    I32,
    /// Unsigned, 4 bytes.
    U32,
    /// Signed, 8 bytes.
    I64,
    /// Unsigned, 8 bytes.
    U64,
    /// Float, 4 bytes.
    F32,
    /// Float, 8 bytes.
    F64,
    /// 4 bytes, zero is false.
    Bool32,
    /// Bytes whose number is said elsewhere.
    Binary,
    /// 16 bytes.
    Guid,
    /// 4 or 8 bytes.
    Pointer,
    /// 8 bytes, 100 ns since 1601.
    FileTime,
    /// 16 bytes.
    SystemTime,
    /// A SID, which says its own length.
    Sid,
    /// 4 bytes.
    Hex32,
    /// 8 bytes.
    Hex64,
    /// u16 byte count, then UTF-16.
    CountedUtf16,
    /// u16 byte count, then bytes of text.
    CountedAnsi,
    /// u16 byte count, then bytes.
    CountedBinary,
    /// Big-endian u16 byte count, then UTF-16.
    ReversedUtf16,
    /// Big-endian u16 byte count, then bytes of text.
    ReversedAnsi,
    /// UTF-16 to the end of the payload.
    RestUtf16,
    /// Text to the end of the payload.
    RestAnsi,
    /// One UTF-16 code unit.
    CharUtf16,
    /// One byte of text.
    CharAnsi,
    /// u32 byte count, then bytes.
    HexDump,
    /// A TOKEN_USER of two pointers, then a SID; or four zero bytes for no SID.
    WbemSid,
}

impl InType {
    /// The TraceLogging number, without its flag bits; structures (24) are not types.
    pub fn from_trace_logging(number: u8) -> Option<Self> {
        Some(match number {
            14 | 25 => Self::CountedBinary,
            22 => Self::CountedUtf16,
            23 => Self::CountedAnsi,
            0..=21 => Self::from_common(number)?,
            _ => return None,
        })
    }

    /// The number of a manifest or TRACE_EVENT_INFO.
    pub fn from_tdh(number: u16) -> Option<Self> {
        Some(match number {
            22 | 300 => Self::CountedUtf16,
            23 | 301 => Self::CountedAnsi,
            25 => Self::CountedBinary,
            302 => Self::ReversedUtf16,
            303 => Self::ReversedAnsi,
            304 => Self::RestUtf16,
            305 => Self::RestAnsi,
            306 => Self::CharUtf16,
            307 => Self::CharAnsi,
            308 => Self::Pointer,
            309 => Self::HexDump,
            310 => Self::WbemSid,
            _ => Self::from_common(u8::try_from(number).ok()?)?,
        })
    }

    fn from_common(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::Null,
            1 => Self::Utf16,
            2 => Self::Ansi,
            3 => Self::I8,
            4 => Self::U8,
            5 => Self::I16,
            6 => Self::U16,
            7 => Self::I32,
            8 => Self::U32,
            9 => Self::I64,
            10 => Self::U64,
            11 => Self::F32,
            12 => Self::F64,
            13 => Self::Bool32,
            14 => Self::Binary,
            15 => Self::Guid,
            16 => Self::Pointer,
            17 => Self::FileTime,
            18 => Self::SystemTime,
            19 => Self::Sid,
            20 => Self::Hex32,
            21 => Self::Hex64,
            _ => return None,
        })
    }

    /// Bytes that every value of the type has; `None` when they vary.
    pub fn fixed_size(self, pointer: PointerSize) -> Option<usize> {
        Some(match self {
            Self::Null => 0,
            Self::I8 | Self::U8 | Self::CharAnsi => 1,
            Self::I16 | Self::U16 | Self::CharUtf16 => 2,
            Self::I32 | Self::U32 | Self::F32 | Self::Bool32 | Self::Hex32 => 4,
            Self::I64 | Self::U64 | Self::F64 | Self::FileTime | Self::Hex64 => 8,
            Self::Guid | Self::SystemTime => 16,
            Self::Pointer => pointer.bytes(),
            _ => return None,
        })
    }
}

/// What a value is, beyond its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum OutType {
    /// What the input type says.
    #[default]
    Plain,
    /// Text; of a small number, a character.
    Text,
    /// UTF-8 text, also for XML and JSON.
    Utf8,
    /// True or false.
    Boolean,
    /// A number that is read in hexadecimal.
    Hex,
    /// A port, big-endian.
    Port,
    /// An IPv4 address.
    Ip4,
    /// An IPv6 address.
    Ip6,
    /// A SOCKADDR.
    Socket,
    /// An error code.
    Code(Code),
    /// A time; of a 64-bit number, a FILETIME.
    Time,
}

impl OutType {
    /// The TraceLogging number.
    pub fn from_trace_logging(number: u8) -> Self {
        match number {
            2 => Self::Text,
            3 => Self::Boolean,
            4 | 37 => Self::Hex,
            7 => Self::Port,
            8 => Self::Ip4,
            9 => Self::Ip6,
            10 => Self::Socket,
            11 | 12 | 35 => Self::Utf8,
            13 => Self::Code(Code::Win32),
            14 => Self::Code(Code::NtStatus),
            15 => Self::Code(Code::Hresult),
            16 | 33 | 38 => Self::Time,
            _ => Self::Plain,
        }
    }

    /// The number of a manifest or TRACE_EVENT_INFO.
    pub fn from_tdh(number: u16) -> Self {
        match number {
            1 => Self::Text,
            2 | 33 | 38 => Self::Time,
            13 => Self::Boolean,
            16..=19 | 37 => Self::Hex,
            22 => Self::Port,
            23 => Self::Ip4,
            24 => Self::Ip6,
            25 => Self::Socket,
            28 | 34 | 35 => Self::Utf8,
            29 => Self::Code(Code::Any),
            30 => Self::Code(Code::Win32),
            31 => Self::Code(Code::NtStatus),
            32 => Self::Code(Code::Hresult),
            _ => Self::Plain,
        }
    }
}
