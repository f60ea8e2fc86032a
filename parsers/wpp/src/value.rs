//! The arguments of a message as typed values, read from a payload.
//!
//! A payload has neither types nor names; all of that comes from the message's
//! description. If the description belongs to another build, the bytes are
//! read as something that they are not, and only lengths can show it.

use std::net::{Ipv4Addr, Ipv6Addr};

use joinscope_wire::{Cursor, Guid, Result, Sid, decode_text, push_utf16le, utf16};

use crate::item::{Base, CodeKind, Item, Sign, TextEnd, TextTail, TextUnit, Width};

/// Width of the writer's pointers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointerSize {
    /// 32-bit code.
    Four,
    /// 64-bit code.
    Eight,
}

/// One argument of one event.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// A number.
    Integer(Integer),
    /// An address; the size is that of the writer's pointers.
    Pointer(u64, PointerSize),
    /// A floating-point number; may be NaN.
    Double(f64),
    /// Text. What could not be decoded is U+FFFD.
    Text(String),
    /// GUID.
    Guid(Guid),
    /// Security identifier in its written form.
    Sid(String),
    /// Ticks of 100 ns since 1601; the time zone is the programmer's secret.
    Timestamp(i64),
    /// Time span in a unit that the description does not say.
    TimeSpan(i64),
    /// IPv4 address.
    Ipv4(Ipv4Addr),
    /// IPv6 address.
    Ipv6(Ipv6Addr),
    /// Hardware address.
    Mac([u8; 6]),
    /// TCP or UDP port.
    Port(u16),
    /// 32-bit code.
    Code(CodeKind, u32),
    /// A number that stands for a name.
    Listed {
        /// The number.
        number: u64,
        /// The name; `None` if the description has none for this number.
        name: Option<Box<str>>,
    },
    /// A number whose bits have names.
    Bits {
        /// The number.
        number: u64,
        /// Names of the bits that are set, from the lowest.
        names: Vec<Box<str>>,
        /// The bits that are set and have no name.
        unnamed: u64,
    },
    /// Bytes.
    Bytes(Vec<u8>),
}

/// A number of 1, 2, 4 or 8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integer {
    /// Its bits, with zeros above its width.
    pub bits: u64,
    /// Its width in the payload.
    pub width: Width,
    /// Whether the highest of its bits is a sign, as the format shows it.
    pub sign: Sign,
    /// Base for a format that does not say it.
    pub base: Base,
}

impl Integer {
    /// The number with its sign.
    pub fn value(self) -> i128 {
        match self.sign {
            Sign::Signed => i128::from(self.signed()),
            Sign::Unsigned => i128::from(self.bits),
        }
    }

    /// The bits as a signed number of this width.
    pub(crate) fn signed(self) -> i64 {
        let shift = 64 - 8 * u32::from(self.width.bytes());
        (self.bits << shift).cast_signed() >> shift
    }
}

/// A value, and whether it is as long as it claimed.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) value: Value,
    pub(crate) ending: Ending,
}

/// Whether a value ended where it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Whole,
    /// The payload ended first; the value is what was there.
    Cut,
    /// The type is unknown; the value is all that was left.
    Unknown,
}

/// Reads one argument. `sign` is what the format says of a number, if it does.
///
/// Fails when the payload is too short for a value of fixed size; texts and
/// bytes are cut instead.
pub(crate) fn read(
    item: &Item,
    sign: Option<Sign>,
    pointer: PointerSize,
    payload: &mut Cursor<'_>,
) -> Result<Read> {
    let value = match item {
        Item::Text { unit, end, tail } => return read_text(*unit, *end, *tail, payload),
        Item::HexDump => return read_dump(payload),
        Item::Sid => return read_sid(payload),
        Item::Other(_) => {
            let rest = payload.take(payload.remaining(), "argument")?;
            return Ok(Read {
                value: Value::Bytes(rest.to_vec()),
                ending: Ending::Unknown,
            });
        }
        Item::Integer {
            width,
            sign: own,
            base,
        } => Value::Integer(Integer {
            bits: bits(*width, payload)?,
            width: *width,
            sign: sign.unwrap_or(*own),
            base: *base,
        }),
        Item::Enum { .. } => Value::Integer(Integer {
            bits: bits(Width::Four, payload)?,
            width: Width::Four,
            sign: sign.unwrap_or(Sign::Signed),
            base: Base::Decimal,
        }),
        Item::Pointer => match pointer {
            PointerSize::Four => Value::Pointer(bits(Width::Four, payload)?, pointer),
            PointerSize::Eight => Value::Pointer(bits(Width::Eight, payload)?, pointer),
        },
        Item::Double => Value::Double(payload.f64("ItemDouble")?),
        Item::Char4 => Value::Text(ansi(payload.take(4, "ItemChar4")?)),
        Item::Guid => Value::Guid(payload.guid("ItemGuid")?),
        Item::Timestamp => Value::Timestamp(payload.i64("ItemTimestamp")?),
        Item::TimeSpan => Value::TimeSpan(payload.i64("time span")?),
        Item::Ipv4 => Value::Ipv4(Ipv4Addr::from(payload.array::<4>("ItemIPAddr")?)),
        Item::Ipv6 => Value::Ipv6(Ipv6Addr::from(payload.array::<16>("ItemIPV6Addr")?)),
        Item::Mac => Value::Mac(payload.array("ItemMACAddr")?),
        Item::Port => Value::Port(payload.u16_be("ItemPort")?),
        Item::Code(kind) => Value::Code(*kind, payload.u32("code")?),
        Item::List { width, names } => listed(bits(*width, payload)?, names),
        Item::Set { width, names } => named_bits(bits(*width, payload)?, names),
    };
    Ok(Read {
        value,
        ending: Ending::Whole,
    })
}

fn bits(width: Width, payload: &mut Cursor<'_>) -> Result<u64> {
    Ok(match width {
        Width::One => payload.u8("8-bit number")?.into(),
        Width::Two => payload.u16("16-bit number")?.into(),
        Width::Four => payload.u32("32-bit number")?.into(),
        Width::Eight => payload.u64("64-bit number")?,
    })
}

fn listed(number: u64, names: &[(u64, Box<str>)]) -> Value {
    let found = names.iter().find(|(of, _)| *of == number);
    Value::Listed {
        number,
        name: found.map(|(_, name)| name.clone()),
    }
}

fn named_bits(number: u64, names: &[(u64, Box<str>)]) -> Value {
    let mut set = Vec::new();
    let mut unnamed = number;
    for (bit, name) in names {
        let mask = u32::try_from(*bit)
            .ok()
            .and_then(|bit| 1_u64.checked_shl(bit));
        // A bit that was named already is not named again.
        if let Some(mask) = mask.filter(|mask| unnamed & mask != 0) {
            set.push(name.clone());
            unnamed &= !mask;
        }
    }
    Value::Bits {
        number,
        names: set,
        unnamed,
    }
}

fn read_text(
    unit: TextUnit,
    end: TextEnd,
    tail: TextTail,
    payload: &mut Cursor<'_>,
) -> Result<Read> {
    let (bytes, ending) = match end {
        TextEnd::Nul => until_nul(unit, payload)?,
        TextEnd::Counted => {
            let count = payload.u16("byte count of a string")?;
            counted(count.into(), payload)?
        }
        TextEnd::CountedBigEndian => {
            let count = payload.u16_be("byte count of a string")?;
            counted(count.into(), payload)?
        }
        TextEnd::Payload => counted(payload.remaining(), payload)?,
    };
    let mut text = match unit {
        TextUnit::Ansi => ansi(bytes),
        TextUnit::Wide => {
            let mut text = String::new();
            push_utf16le(bytes, &mut text);
            text
        }
    };
    if tail == TextTail::Trim {
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
    }
    Ok(Read {
        value: Value::Text(text),
        ending,
    })
}

/// The bytes before the NUL, which is passed over. Without a NUL all that is
/// left is the text, for writers cut a long message at its end.
fn until_nul<'a>(unit: TextUnit, payload: &mut Cursor<'a>) -> Result<(&'a [u8], Ending)> {
    let rest = payload.rest();
    let (nul, size) = match unit {
        TextUnit::Ansi => (rest.iter().position(|byte| *byte == 0), 1),
        TextUnit::Wide => (utf16::nul_position(rest), 2),
    };
    let Some(length) = nul else {
        // An empty rest is no text at all: the argument is missing.
        payload.clone().skip(1, "string")?;
        return Ok((payload.take(rest.len(), "string")?, Ending::Cut));
    };
    let bytes = payload.take(length, "string")?;
    payload.skip(size, "end of a string")?;
    Ok((bytes, Ending::Whole))
}

/// As many bytes as are claimed, or as there are.
fn counted<'a>(claimed: usize, payload: &mut Cursor<'a>) -> Result<(&'a [u8], Ending)> {
    let there = payload.remaining().min(claimed);
    let ending = if there < claimed {
        Ending::Cut
    } else {
        Ending::Whole
    };
    Ok((payload.take(there, "counted bytes")?, ending))
}

fn read_dump(payload: &mut Cursor<'_>) -> Result<Read> {
    let count = payload.u16("byte count of ItemHEXDump")?;
    let (bytes, ending) = counted(count.into(), payload)?;
    Ok(Read {
        value: Value::Bytes(bytes.to_vec()),
        ending,
    })
}

/// A SID; for a missing one the writer has the text NULL (assumed, after the
/// same habit for strings), which no SID begins with.
fn read_sid(payload: &mut Cursor<'_>) -> Result<Read> {
    const MISSING: &[u8] = b"NULL\0";
    let value = if payload.rest().starts_with(MISSING) {
        payload.skip(MISSING.len(), "missing sid")?;
        Value::Text("NULL".into())
    } else {
        Value::Sid(Sid::read(payload)?.to_text())
    };
    Ok(Read {
        value,
        ending: Ending::Whole,
    })
}

fn ansi(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => decode_text(bytes).0.into_owned(),
    }
}
