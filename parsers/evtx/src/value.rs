//! Values as they stand in a record, borrowed from the chunk.

use evtx::Utf16LeSlice;
use evtx::binxml::value_variant::{BinXmlValue, FileTime, SidRef, SysTime};
use joinscope_wire::{Guid, nul_position, ticks_from_civil};

/// One value; strings stay UTF-16 until the sink wants them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// No value.
    Null,
    /// UTF-16LE code units as bytes, possibly with a terminating NUL.
    Utf16(&'a [u8]),
    /// Text that needed decoding anyway (ANSI strings, literals of a template).
    Text(&'a str),
    /// Any signed integer type.
    Int(i64),
    /// Any unsigned integer type.
    Uint(u64),
    /// HexInt32.
    Hex32(u32),
    /// HexInt64.
    Hex64(u64),
    /// Real32 or Real64.
    Float(f64),
    /// Bool.
    Bool(bool),
    /// GUID.
    Guid(Guid),
    /// SID in its binary form.
    Sid(&'a [u8]),
    /// Binary.
    Bytes(&'a [u8]),
    /// FILETIME or SYSTEMTIME as 100 ns ticks since 1601-01-01 UTC. A SYSTEMTIME states
    /// no zone; event producers write UTC into it.
    Time(i64),
    /// An array.
    List(List<'a>),
}

/// An array value; [`List::for_each`] hands out its items.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct List<'a>(Items<'a>);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Items<'a> {
    Utf16(&'a [Utf16LeSlice<'a>]),
    /// Strings that end with a NUL each.
    Utf16Run(&'a [u8]),
    Text(&'a [&'a str]),
    Int8(&'a [i8]),
    Uint8(&'a [u8]),
    Int16(&'a [i16]),
    Uint16(&'a [u16]),
    Int32(&'a [i32]),
    Uint32(&'a [u32]),
    Int64(&'a [i64]),
    Uint64(&'a [u64]),
    Hex32(&'a [u32]),
    Hex64(&'a [u64]),
    Float32(&'a [f32]),
    Float64(&'a [f64]),
    Bool(&'a [bool]),
    Guid(&'a [[u8; 16]]),
    FileTime(&'a [FileTime]),
    SysTime(&'a [SysTime]),
    Sid(&'a [SidRef<'a>]),
}

impl<'a> List<'a> {
    /// Calls `item` for each item, in order.
    pub fn for_each(self, mut item: impl FnMut(Value<'a>)) {
        match self.0 {
            Items::Utf16(list) => list
                .iter()
                .for_each(|text| item(Value::Utf16(text.as_bytes()))),
            Items::Utf16Run(bytes) => strings(bytes).for_each(|text| item(Value::Utf16(text))),
            Items::Text(list) => list.iter().for_each(|text| item(Value::Text(text))),
            Items::Int8(list) => list
                .iter()
                .for_each(|number| item(Value::Int(i64::from(*number)))),
            Items::Uint8(list) => list
                .iter()
                .for_each(|number| item(Value::Uint(u64::from(*number)))),
            Items::Int16(list) => list
                .iter()
                .for_each(|number| item(Value::Int(i64::from(*number)))),
            Items::Uint16(list) => list
                .iter()
                .for_each(|number| item(Value::Uint(u64::from(*number)))),
            Items::Int32(list) => list
                .iter()
                .for_each(|number| item(Value::Int(i64::from(*number)))),
            Items::Uint32(list) => list
                .iter()
                .for_each(|number| item(Value::Uint(u64::from(*number)))),
            Items::Int64(list) => list.iter().for_each(|number| item(Value::Int(*number))),
            Items::Uint64(list) => list.iter().for_each(|number| item(Value::Uint(*number))),
            Items::Hex32(list) => list.iter().for_each(|number| item(Value::Hex32(*number))),
            Items::Hex64(list) => list.iter().for_each(|number| item(Value::Hex64(*number))),
            Items::Float32(list) => list
                .iter()
                .for_each(|number| item(Value::Float(f64::from(*number)))),
            Items::Float64(list) => list.iter().for_each(|number| item(Value::Float(*number))),
            Items::Bool(list) => list.iter().for_each(|set| item(Value::Bool(*set))),
            Items::Guid(list) => list.iter().for_each(|guid| item(Value::Guid(Guid(*guid)))),
            Items::FileTime(list) => list.iter().for_each(|time| item(file_time(*time))),
            Items::SysTime(list) => list.iter().for_each(|time| item(system_time(*time))),
            Items::Sid(list) => list.iter().for_each(|sid| item(Value::Sid(sid.as_bytes()))),
        }
    }
}

/// What a decoded substitution is: a value, or a BinXml fragment to descend into.
#[derive(Clone, Copy)]
pub(crate) enum Substitution<'a> {
    Value(Value<'a>),
    Fragment(&'a [u8]),
}

/// A substitution as it stands in the record: its type and its bytes.
#[derive(Clone, Copy)]
pub(crate) struct Stated<'a> {
    pub(crate) kind: u8,
    pub(crate) bytes: &'a [u8],
}

impl<'a> Stated<'a> {
    /// What it is; `None` for one of an unusual form.
    #[inline]
    pub(crate) fn value(self) -> Option<Substitution<'a>> {
        // Most of all are texts.
        if self.kind == TEXT && self.bytes.len().is_multiple_of(2) {
            Some(Substitution::Value(text(self.bytes)))
        } else {
            usual_substitution(self.kind, self.bytes)
        }
    }
}

/// The values of a template instance.
pub(crate) trait Values {
    /// The one of this number, no value where there are fewer; `None` for one of an unusual form.
    fn at(&self, slot: u16) -> Option<Substitution<'_>>;
    /// The same of an unsigned integer, where it is quicker to say.
    fn number(&self, _: u16) -> Option<u64> {
        None
    }
    /// Whether it is no value, where that is quicker to say.
    fn is_nothing(&self, _: u16) -> bool {
        false
    }
}

impl Values for [Substitution<'_>] {
    fn at(&self, slot: u16) -> Option<Substitution<'_>> {
        let value = self.get(usize::from(slot)).copied();
        Some(value.unwrap_or(Substitution::Value(Value::Null)))
    }
}

/// Only those are decoded that something asks for.
impl Values for [Stated<'_>] {
    #[inline]
    fn at(&self, slot: u16) -> Option<Substitution<'_>> {
        match self.get(usize::from(slot)) {
            Some(stated) => stated.value(),
            None => Some(Substitution::Value(Value::Null)),
        }
    }

    #[inline]
    fn number(&self, slot: u16) -> Option<u64> {
        let stated = self.get(usize::from(slot))?;
        unsigned(stated.kind, stated.bytes)
    }

    #[inline]
    fn is_nothing(&self, slot: u16) -> bool {
        let stated = self.get(usize::from(slot));
        stated.is_none_or(|stated| stated.kind == NOTHING)
    }
}

/// The type of a substitution that has no value.
pub(crate) const NOTHING: u8 = 0x00;
/// The type of a fragment.
pub(crate) const FRAGMENT: u8 = 0x21;
/// The type of UTF-16 text.
const TEXT: u8 = 0x01;

/// UTF-16 up to its terminating NUL, if it has one.
fn text(bytes: &[u8]) -> Value<'_> {
    let end = nul_position(bytes).and_then(|end| bytes.get(..end));
    Value::Utf16(end.unwrap_or(bytes))
}

/// Whether a value of this type and size is an unsigned integer of one of the four sizes.
#[inline]
pub(crate) fn is_unsigned(kind: u8, size: usize) -> bool {
    matches!((kind, size), (0x04, 1) | (0x06, 2) | (0x08, 4) | (0x0a, 8))
}

/// An unsigned integer of one of the four sizes.
#[inline]
fn unsigned(kind: u8, bytes: &[u8]) -> Option<u64> {
    Some(match kind {
        0x04 => u8::from_le_bytes(bytes.try_into().ok()?).into(),
        0x06 => u16::from_le_bytes(bytes.try_into().ok()?).into(),
        0x08 => u32::from_le_bytes(bytes.try_into().ok()?).into(),
        0x0a => u64::from_le_bytes(bytes.try_into().ok()?),
        _ => return None,
    })
}

/// The strings of a run in which each ends with a NUL.
fn strings(run: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = run;
    std::iter::from_fn(move || {
        let length = nul_position(rest)?;
        let text = rest.get(..length)?;
        rest = rest.get(length + 2..)?;
        Some(text)
    })
}

/// Reads a substitution of one of the usual types but UTF-16 text, whose bytes are exactly as long as the
/// type asks; `None` for all else, which is left to the `evtx` crate.
fn usual_substitution(kind: u8, bytes: &[u8]) -> Option<Substitution<'_>> {
    Some(Substitution::Value(match kind {
        NOTHING => Value::Null,
        // Of ASCII alone the code page does not matter; NULs count for nothing.
        0x02 => {
            let mut text = bytes;
            while let [before @ .., 0] = text {
                text = before;
            }
            let usual = text.is_ascii() && !text.contains(&0);
            Value::Text(usual.then(|| str::from_utf8(text).ok()).flatten()?)
        }
        0x03 => Value::Int(i8::from_le_bytes(bytes.try_into().ok()?).into()),
        0x04 | 0x06 | 0x08 | 0x0a => Value::Uint(unsigned(kind, bytes)?),
        0x05 => Value::Int(i16::from_le_bytes(bytes.try_into().ok()?).into()),
        0x07 => Value::Int(i32::from_le_bytes(bytes.try_into().ok()?).into()),
        0x09 => Value::Int(i64::from_le_bytes(bytes.try_into().ok()?)),
        0x0b => Value::Float(f32::from_le_bytes(bytes.try_into().ok()?).into()),
        0x0c => Value::Float(f64::from_le_bytes(bytes.try_into().ok()?)),
        // Bit masks are met in places of truth values; they stay numbers.
        0x0d => match i32::from_le_bytes(bytes.try_into().ok()?) {
            0 => Value::Bool(false),
            1 => Value::Bool(true),
            number => Value::Int(number.into()),
        },
        0x0e => Value::Bytes(bytes),
        0x0f => Value::Guid(Guid(bytes.try_into().ok()?)),
        0x10 | 0x14 if bytes.len() == 4 => Value::Hex32(u32::from_le_bytes(bytes.try_into().ok()?)),
        0x10 | 0x15 => Value::Hex64(u64::from_le_bytes(bytes.try_into().ok()?)),
        0x11 => file_time(FileTime(u64::from_le_bytes(bytes.try_into().ok()?))),
        0x12 => system_time(SysTime::from_bytes(bytes.try_into().ok()?)),
        0x13 if bytes
            .get(1)
            .is_some_and(|count| bytes.len() == 8 + 4 * usize::from(*count)) =>
        {
            Value::Sid(bytes)
        }
        FRAGMENT => return Some(Substitution::Fragment(bytes)),
        0x81 if bytes.is_empty() || (bytes.len().is_multiple_of(2) && bytes.ends_with(&[0, 0])) => {
            Value::List(List(Items::Utf16Run(bytes)))
        }
        _ => return None,
    }))
}

/// Translates a substitution of the `evtx` crate.
pub(crate) fn substitution<'a>(value: &BinXmlValue<'a>) -> Substitution<'a> {
    let value = match *value {
        BinXmlValue::BinXmlType(bytes) => return Substitution::Fragment(bytes),
        BinXmlValue::StringType(text) => Value::Utf16(text.as_bytes()),
        BinXmlValue::AnsiStringType(text) => Value::Text(text),
        BinXmlValue::Int8Type(number) => Value::Int(i64::from(number)),
        BinXmlValue::UInt8Type(number) => Value::Uint(u64::from(number)),
        BinXmlValue::Int16Type(number) => Value::Int(i64::from(number)),
        BinXmlValue::UInt16Type(number) => Value::Uint(u64::from(number)),
        BinXmlValue::Int32Type(number) => Value::Int(i64::from(number)),
        BinXmlValue::UInt32Type(number) => Value::Uint(u64::from(number)),
        BinXmlValue::Int64Type(number) => Value::Int(number),
        BinXmlValue::UInt64Type(number) => Value::Uint(number),
        BinXmlValue::Real32Type(number) => Value::Float(f64::from(number)),
        BinXmlValue::Real64Type(number) => Value::Float(number),
        BinXmlValue::BoolType(set) => Value::Bool(set),
        BinXmlValue::BinaryType(bytes) => Value::Bytes(bytes),
        BinXmlValue::GuidType(guid) => Value::Guid(Guid(guid)),
        BinXmlValue::SizeTType(size) => Value::Hex64(size as u64),
        BinXmlValue::FileTimeType(time) => file_time(time),
        BinXmlValue::SysTimeType(time) => system_time(time),
        BinXmlValue::SidType(sid) => Value::Sid(sid.as_bytes()),
        BinXmlValue::HexInt32Type(number) => Value::Hex32(number),
        BinXmlValue::HexInt64Type(number) => Value::Hex64(number),
        ref array => list(array).map_or(Value::Null, |items| Value::List(List(items))),
    };
    Substitution::Value(value)
}

fn list<'a>(value: &BinXmlValue<'a>) -> Option<Items<'a>> {
    Some(match *value {
        BinXmlValue::StringArrayType(items) => Items::Utf16(items),
        BinXmlValue::AnsiStringArrayType(items) => Items::Text(items),
        BinXmlValue::Int8ArrayType(items) => Items::Int8(items),
        BinXmlValue::UInt8ArrayType(items) => Items::Uint8(items),
        BinXmlValue::Int16ArrayType(items) => Items::Int16(items),
        BinXmlValue::UInt16ArrayType(items) => Items::Uint16(items),
        BinXmlValue::Int32ArrayType(items) => Items::Int32(items),
        BinXmlValue::UInt32ArrayType(items) => Items::Uint32(items),
        BinXmlValue::Int64ArrayType(items) => Items::Int64(items),
        BinXmlValue::UInt64ArrayType(items) => Items::Uint64(items),
        BinXmlValue::HexInt32ArrayType(items) => Items::Hex32(items),
        BinXmlValue::HexInt64ArrayType(items) => Items::Hex64(items),
        BinXmlValue::Real32ArrayType(items) => Items::Float32(items),
        BinXmlValue::Real64ArrayType(items) => Items::Float64(items),
        BinXmlValue::BoolArrayType(items) => Items::Bool(items),
        BinXmlValue::GuidArrayType(items) => Items::Guid(items),
        BinXmlValue::FileTimeArrayType(items) => Items::FileTime(items),
        BinXmlValue::SysTimeArrayType(items) => Items::SysTime(items),
        BinXmlValue::SidArrayType(items) => Items::Sid(items),
        _ => return None,
    })
}

/// A FILETIME past the signed range is no instant; the number is kept.
fn file_time(time: FileTime) -> Value<'static> {
    i64::try_from(time.0).map_or(Value::Hex64(time.0), Value::Time)
}

/// A SYSTEMTIME that names no instant (all zero is common) is no value.
fn system_time(time: SysTime) -> Value<'static> {
    let ticks = time.is_valid().then(|| {
        ticks_from_civil(
            i32::from(time.year),
            u32::from(time.month),
            u32::from(time.day),
            u32::from(time.hour),
            u32::from(time.minute),
            u32::from(time.second),
            u32::from(time.milliseconds) * 10_000,
        )
    });
    ticks.flatten().map_or(Value::Null, Value::Time)
}
