//! Reading one field's value by its two types.
//!
//! A value is read whole or not at all: when the payload ends inside one, nothing
//! is pushed for it. Only a string may lack its end.

use joinscope_wire::filetime::{ticks_from_filetime, ticks_from_systemtime};
use joinscope_wire::utf16::nul_position;
use joinscope_wire::{Cursor, Sid};

use super::types::{InType, OutType};
use super::value::{List, Value};
use crate::bytes::nul8_position;
use crate::header::PointerSize;

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
    #[expect(
        clippy::inline_always,
        reason = "a value is large, and handing it out of a call costs more than most take to read"
    )]
    #[inline(always)]
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
                    let end = nul8_position(room);
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
        // The SID itself decides: its TOKEN_USER can be zeros where the writer cleared
        // pointers. No SID at all takes 4 bytes on either width.
        let mut ahead = payload.clone();
        if ahead.skip(2 * self.pointer.bytes(), "token user").is_ok()
            && let Some(sid) = take_sid(&mut ahead)
        {
            *payload = ahead;
            return Some(Value::Sid(sid));
        }
        (payload.u32("token user").ok()? == 0).then_some(Value::Null)
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
    let (text, taken) = match nul8_position(rest) {
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
