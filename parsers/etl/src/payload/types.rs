//! Input types (how bytes become a value) and output types (what the value is).
//!
//! TraceLogging and manifests number the input types alike up to 21, with one
//! trap: binary (14) carries its own length in TraceLogging, and in a manifest
//! has the length that another property says. The output types are numbered
//! differently throughout.
//! Source: specified (TDH_IN_TYPE, TDH_OUT_TYPE; TraceLogging InType, OutType).

use joinscope_wire::filetime::{ticks_from_filetime, ticks_from_systemtime};
use joinscope_wire::utf16::nul_position;
use joinscope_wire::{Cursor, Sid};

use super::value::{Code, List, Value};
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
    /// A TOKEN_USER of two pointers, then a SID; four zero bytes mean no SID.
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

/// A field's two types and what else its bytes depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldType {
    /// How it lies in the payload.
    pub input: InType,
    /// What it is.
    pub output: OutType,
    /// Width of pointers in the payload.
    pub pointer: PointerSize,
    /// Length that is said elsewhere: in characters for text, in bytes for binary.
    pub length: Option<usize>,
}

impl FieldType {
    /// Reads one value; `None` when the payload ends before it does, or a SID is none.
    #[inline]
    pub fn read<'a>(&self, payload: &mut Cursor<'a>) -> Option<Value<'a>> {
        let what = "field";
        let hex = self.output == OutType::Hex;
        let time = self.output == OutType::Time;
        Some(match self.input {
            InType::Null => Value::Null,
            InType::Utf16 => match self.length {
                Some(length) => {
                    let room = payload.take(length.checked_mul(2)?, what).ok()?;
                    let end = nul_position(room).unwrap_or(room.len());
                    Value::Utf16(room.get(..end).unwrap_or(room))
                }
                None => Value::Utf16(take_until_nul16(payload)),
            },
            InType::Ansi => match self.length {
                Some(length) => {
                    let room = payload.take(length, what).ok()?;
                    let end = room.iter().position(|byte| *byte == 0);
                    self.text(end.and_then(|end| room.get(..end)).unwrap_or(room))
                }
                None => self.text(take_until_nul8(payload)),
            },
            InType::I8 => self.signed(i64::from(payload.i8(what).ok()?)),
            InType::U8 => match self.output {
                OutType::Boolean => Value::Bool(payload.u8(what).ok()? != 0),
                _ => self.small(u16::from(payload.u8(what).ok()?)),
            },
            InType::I16 => self.signed(i64::from(payload.i16(what).ok()?)),
            InType::U16 => match self.output {
                OutType::Port => Value::Port(payload.u16_be(what).ok()?),
                _ => self.small(payload.u16(what).ok()?),
            },
            InType::I32 => {
                let number = payload.i32(what).ok()?;
                match self.word(number.cast_unsigned()) {
                    Some(value) => value,
                    None => Value::Int(i64::from(number)),
                }
            }
            InType::U32 => {
                let number = payload.u32(what).ok()?;
                match self.word(number) {
                    Some(value) => value,
                    None => Value::Uint(u64::from(number)),
                }
            }
            InType::Hex32 => {
                let number = payload.u32(what).ok()?;
                self.word(number).unwrap_or(Value::Hex32(number))
            }
            InType::I64 | InType::U64 if hex => Value::Hex64(payload.u64(what).ok()?),
            InType::I64 | InType::U64 if time => file_time(payload.u64(what).ok()?),
            InType::I64 => Value::Int(payload.i64(what).ok()?),
            InType::U64 => Value::Uint(payload.u64(what).ok()?),
            InType::Hex64 => Value::Hex64(payload.u64(what).ok()?),
            InType::F32 => Value::Float(f64::from(payload.f32(what).ok()?)),
            InType::F64 => Value::Float(payload.f64(what).ok()?),
            InType::Bool32 => Value::Bool(payload.u32(what).ok()? != 0),
            InType::Guid => Value::Guid(payload.guid(what).ok()?),
            InType::Pointer => Value::Hex64(match self.pointer {
                PointerSize::Four => u64::from(payload.u32(what).ok()?),
                PointerSize::Eight => payload.u64(what).ok()?,
            }),
            InType::FileTime => file_time(payload.u64(what).ok()?),
            InType::SystemTime => system_time(payload.take(16, what).ok()?),
            InType::Binary => {
                let usual = match self.output {
                    OutType::Ip6 => Some(16),
                    _ => None,
                };
                self.binary(payload.take(self.length.or(usual)?, what).ok()?)
            }
            InType::Sid => Value::Sid(take_sid(payload)?),
            InType::WbemSid => self.wbem_sid(payload)?,
            InType::CountedUtf16 => {
                let length = payload.u16(what).ok()?;
                Value::Utf16(payload.take(usize::from(length), what).ok()?)
            }
            InType::CountedAnsi => {
                let length = payload.u16(what).ok()?;
                self.text(payload.take(usize::from(length), what).ok()?)
            }
            InType::CountedBinary => {
                let length = payload.u16(what).ok()?;
                self.binary(payload.take(usize::from(length), what).ok()?)
            }
            InType::ReversedUtf16 => {
                let length = payload.u16_be(what).ok()?;
                Value::Utf16(payload.take(usize::from(length), what).ok()?)
            }
            InType::ReversedAnsi => {
                let length = payload.u16_be(what).ok()?;
                self.text(payload.take(usize::from(length), what).ok()?)
            }
            InType::HexDump => {
                let length = usize::try_from(payload.u32(what).ok()?).ok()?;
                Value::Bytes(payload.take(length, what).ok()?)
            }
            InType::RestUtf16 => Value::Utf16(payload.take(payload.remaining(), what).ok()?),
            InType::RestAnsi => self.text(payload.take(payload.remaining(), what).ok()?),
            InType::CharUtf16 => Value::Char(payload.u16(what).ok()?),
            InType::CharAnsi => Value::Char(u16::from(payload.u8(what).ok()?)),
        })
    }

    /// Reads `count` values as one list; `None` when the payload ends before they do,
    /// or when there are items of a type without bytes.
    pub fn read_list<'a>(&self, count: u16, payload: &mut Cursor<'a>) -> Option<List<'a>> {
        let all = payload.rest();
        if let Some(size) = self.input.fixed_size(self.pointer) {
            if size == 0 && count > 0 {
                return None;
            }
            payload.skip(size * usize::from(count), "array").ok()?;
        } else {
            for _ in 0..count {
                // An item of no bytes at the payload's end is one that is missing.
                if payload.is_empty() {
                    return None;
                }
                self.read(payload)?;
            }
        }
        let taken = all.len() - payload.remaining();
        Some(List::new(*self, count, all.get(..taken)?))
    }

    fn text<'a>(&self, bytes: &'a [u8]) -> Value<'a> {
        if self.output == OutType::Utf8 {
            Value::Utf8(bytes)
        } else {
            Value::Ansi(bytes)
        }
    }

    fn signed<'a>(&self, number: i64) -> Value<'a> {
        match self.output {
            OutType::Text => u16::try_from(number & 0xffff).map_or(Value::Int(number), Value::Char),
            OutType::Boolean => Value::Bool(number != 0),
            _ => Value::Int(number),
        }
    }

    fn small<'a>(&self, number: u16) -> Value<'a> {
        match self.output {
            OutType::Text => Value::Char(number),
            OutType::Boolean => Value::Bool(number != 0),
            OutType::Hex => Value::Hex32(u32::from(number)),
            _ => Value::Uint(u64::from(number)),
        }
    }

    /// A 32-bit number that its output type makes something else.
    fn word<'a>(&self, number: u32) -> Option<Value<'a>> {
        Some(match self.output {
            OutType::Hex => Value::Hex32(number),
            OutType::Boolean => Value::Bool(number != 0),
            OutType::Ip4 => Value::Ip4(number.to_le_bytes()),
            OutType::Code(code) => Value::Code(code, number),
            _ => return None,
        })
    }

    fn binary<'a>(&self, bytes: &'a [u8]) -> Value<'a> {
        match self.output {
            OutType::Ip6 => match bytes.try_into() {
                Ok(address) => Value::Ip6(address),
                Err(_) => Value::Bytes(bytes),
            },
            OutType::Ip4 => match bytes.try_into() {
                Ok(address) => Value::Ip4(address),
                Err(_) => Value::Bytes(bytes),
            },
            OutType::Socket => Value::Socket(bytes),
            OutType::Utf8 => Value::Utf8(bytes),
            _ => Value::Bytes(bytes),
        }
    }

    fn wbem_sid<'a>(&self, payload: &mut Cursor<'a>) -> Option<Value<'a>> {
        // No SID takes 4 bytes on either width, not a pointer's.
        if payload.rest().first_chunk() == Some(&[0; 4]) {
            payload.skip(4, "token user").ok()?;
            return Some(Value::Null);
        }
        payload.skip(2 * self.pointer.bytes(), "token user").ok()?;
        Some(Value::Sid(take_sid(payload)?))
    }
}

fn take_until_nul16<'a>(payload: &mut Cursor<'a>) -> &'a [u8] {
    let rest = payload.rest();
    let (text, taken) = match nul_position(rest) {
        Some(end) => (rest.get(..end).unwrap_or(rest), end + 2),
        None => (rest, rest.len()),
    };
    // The NUL was found inside, so that many bytes are there.
    let _ = payload.skip(taken, "string");
    text
}

fn take_until_nul8<'a>(payload: &mut Cursor<'a>) -> &'a [u8] {
    let rest = payload.rest();
    let (text, taken) = match rest.iter().position(|byte| *byte == 0) {
        Some(end) => (rest.get(..end).unwrap_or(rest), end + 1),
        None => (rest, rest.len()),
    };
    // The NUL was found inside, so that many bytes are there.
    let _ = payload.skip(taken, "string");
    text
}

/// The bytes of one SID; `None` when there is none.
fn take_sid<'a>(payload: &mut Cursor<'a>) -> Option<&'a [u8]> {
    let length = Sid::from_bytes(payload.rest()).ok()?.wire_len();
    payload.take(length, "sid").ok()
}

/// A FILETIME; one beyond the range of ticks stays a number.
fn file_time<'a>(filetime: u64) -> Value<'a> {
    ticks_from_filetime(filetime).map_or(Value::Hex64(filetime), Value::Time)
}

/// A SYSTEMTIME, which writers give in UTC; one that is no date stays bytes.
fn system_time(bytes: &[u8]) -> Value<'_> {
    bytes
        .first_chunk()
        .and_then(ticks_from_systemtime)
        .map_or(Value::Bytes(bytes), Value::Time)
}
