//! Field values: typed, compact in memory, turned into text only at output.
//!
//! A payload is a run of encoded values in an arena; the names stand in the
//! event's [`Shape`](super::Shape). Nothing is stored as text that was not text.

use std::borrow::Cow;
use std::fmt::Write as _;

use joinscope_wire::{Guid, Sid};

use super::time::Ticks;

/// One field's value, borrowed from the arena that holds it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// Present without a value.
    Null,
    /// Text, already scrubbed of secrets.
    Text(&'a str),
    /// A signed number.
    Int(i64),
    /// An unsigned number.
    Uint(u64),
    /// A 32-bit number that its producer shows in hexadecimal: status codes and flags.
    Hex32(u32),
    /// A 64-bit number that its producer shows in hexadecimal.
    Hex64(u64),
    /// A floating point number.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// A GUID.
    Guid(Guid),
    /// A security identifier in its binary form.
    Sid(&'a [u8]),
    /// Bytes of no stated meaning.
    Bytes(&'a [u8]),
    /// An instant, in UTC.
    Time(Ticks),
    /// Several values, encoded one after the other.
    List(Payload<'a>),
}

const NULL: u8 = 0;
const TEXT: u8 = 1;
const INT: u8 = 2;
const UINT: u8 = 3;
const HEX32: u8 = 4;
const HEX64: u8 = 5;
const FLOAT: u8 = 6;
const FALSE: u8 = 7;
const TRUE: u8 = 8;
const GUID: u8 = 9;
const SID: u8 = 10;
const BYTES: u8 = 11;
const TIME: u8 = 12;
const LIST: u8 = 13;

impl<'a> Value<'a> {
    /// Appends the value to an arena; [`Payload`] reads it back.
    pub fn encode(self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.push(NULL),
            Self::Text(text) => sized(out, TEXT, text.as_bytes()),
            Self::Int(number) => fixed(out, INT, number.to_le_bytes()),
            Self::Uint(number) => fixed(out, UINT, number.to_le_bytes()),
            Self::Hex32(number) => fixed(out, HEX32, number.to_le_bytes()),
            Self::Hex64(number) => fixed(out, HEX64, number.to_le_bytes()),
            Self::Float(number) => fixed(out, FLOAT, number.to_le_bytes()),
            Self::Bool(set) => out.push(if set { TRUE } else { FALSE }),
            Self::Guid(guid) => fixed(out, GUID, guid.0),
            Self::Sid(bytes) => sized(out, SID, bytes),
            Self::Bytes(bytes) => sized(out, BYTES, bytes),
            Self::Time(ticks) => fixed(out, TIME, ticks.0.to_le_bytes()),
            Self::List(items) => sized(out, LIST, items.0),
        }
    }

    /// Appends a text that `fill` appends in so many bytes, which must be UTF-8 and scrubbed of secrets;
    /// gives it back, to be looked at once more.
    pub fn encode_text(out: &mut Vec<u8>, length: usize, fill: impl FnOnce(&mut Vec<u8>)) -> &[u8] {
        header(out, TEXT, length);
        let start = out.len();
        fill(out);
        debug_assert_eq!(
            out.len() - start,
            length,
            "the length stands before the text"
        );
        out.get(start..).unwrap_or_default()
    }

    /// The value as plain text, as an engineer would type it.
    pub fn text(self) -> Cow<'a, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Bool(set) => Cow::Borrowed(if set { "true" } else { "false" }),
            other => {
                let mut out = String::new();
                other.write_text(&mut out);
                Cow::Owned(out)
            }
        }
    }

    /// Appends the value as plain text.
    pub fn write_text(self, out: &mut String) {
        // Writing to a String cannot fail, so the results are of no interest.
        let _ = match self {
            Self::Null => Ok(()),
            Self::Text(text) => out.write_str(text),
            Self::Int(number) => write!(out, "{number}"),
            Self::Uint(number) => write!(out, "{number}"),
            Self::Hex32(number) => write!(out, "0x{number:x}"),
            Self::Hex64(number) => write!(out, "0x{number:x}"),
            Self::Float(number) => write!(out, "{number}"),
            Self::Bool(set) => write!(out, "{set}"),
            Self::Guid(guid) => write!(out, "{guid}"),
            Self::Sid(bytes) => match Sid::from_bytes(bytes) {
                Ok(sid) => write!(out, "{sid}"),
                Err(_) => hex(out, bytes),
            },
            Self::Bytes(bytes) => hex(out, bytes),
            Self::Time(ticks) => write!(out, "{ticks}"),
            Self::List(items) => {
                for (index, item) in items.enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    item.write_text(out);
                }
                Ok(())
            }
        };
    }

    /// The value as a number, where it is one or is text that states one.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Int(number) => Some(number as f64),
            Self::Uint(number) | Self::Hex64(number) => Some(number as f64),
            Self::Hex32(number) => Some(f64::from(number)),
            Self::Float(number) => Some(number),
            Self::Text(text) => {
                let text = text.trim();
                // Most texts are none, and their first letter tells so: `inf` and `nan` are numbers.
                let begin = text.bytes().next()?;
                if begin.is_ascii_alphabetic() && !matches!(begin | 0x20, b'i' | b'n') {
                    return None;
                }
                match parse_integer(text) {
                    Some(number) => Some(number as f64),
                    None => text.parse().ok(),
                }
            }
            _ => None,
        }
    }

    /// The value as an integer, where it is one or is text that states one.
    pub fn integer(self) -> Option<i128> {
        match self {
            Self::Int(number) => Some(i128::from(number)),
            Self::Uint(number) | Self::Hex64(number) => Some(i128::from(number)),
            Self::Hex32(number) => Some(i128::from(number)),
            Self::Text(text) => parse_integer(text.trim()),
            _ => None,
        }
    }

    /// The value as a 32-bit status code: hexadecimal, unsigned and signed forms of
    /// the same code give the same number.
    pub fn code(self) -> Option<u32> {
        let number = self.integer()?;
        u32::try_from(number)
            .ok()
            .or_else(|| i32::try_from(number).ok().map(i32::cast_unsigned))
    }

    /// Whether there is nothing in it: null, or blank text.
    pub fn is_empty(self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }
}

impl serde::Serialize for Value<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::Null => serializer.serialize_none(),
            Self::Int(number) => serializer.serialize_i64(number),
            Self::Uint(number) => serializer.serialize_u64(number),
            Self::Float(number) => serializer.serialize_f64(number),
            Self::Bool(set) => serializer.serialize_bool(set),
            Self::List(items) => serializer.collect_seq(items),
            other => serializer.serialize_str(&other.text()),
        }
    }
}

/// A run of encoded values; iterating it decodes them one by one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Payload<'a>(pub &'a [u8]);

#[expect(
    clippy::copy_iterator,
    reason = "a payload is a slice, and every caller walks it anew"
)]
impl<'a> Iterator for Payload<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let (&tag, rest) = self.0.split_first()?;
        self.0 = rest;
        // Only `Value::encode` writes arenas, so a run that does not decode ends the payload.
        Some(match tag {
            TEXT => Value::Text(std::str::from_utf8(self.bytes()?).ok()?),
            INT => Value::Int(i64::from_le_bytes(self.array()?)),
            UINT => Value::Uint(u64::from_le_bytes(self.array()?)),
            HEX32 => Value::Hex32(u32::from_le_bytes(self.array()?)),
            HEX64 => Value::Hex64(u64::from_le_bytes(self.array()?)),
            FLOAT => Value::Float(f64::from_le_bytes(self.array()?)),
            FALSE => Value::Bool(false),
            TRUE => Value::Bool(true),
            GUID => Value::Guid(Guid(self.array()?)),
            SID => Value::Sid(self.bytes()?),
            BYTES => Value::Bytes(self.bytes()?),
            TIME => Value::Time(Ticks(i64::from_le_bytes(self.array()?))),
            LIST => Value::List(Payload(self.bytes()?)),
            _ => Value::Null,
        })
    }

    fn nth(&mut self, count: usize) -> Option<Value<'a>> {
        // Passed over values are not decoded: checking long texts is most of what decoding costs.
        for _ in 0..count {
            self.pass()?;
        }
        self.next()
    }
}

impl<'a> Payload<'a> {
    /// Passes over the next value.
    fn pass(&mut self) -> Option<()> {
        let (&tag, rest) = self.0.split_first()?;
        self.0 = rest;
        match tag {
            TEXT | SID | BYTES | LIST => {
                self.bytes()?;
            }
            INT | UINT | HEX64 | FLOAT | TIME => {
                self.array::<8>()?;
            }
            HEX32 => {
                self.array::<4>()?;
            }
            GUID => {
                self.array::<16>()?;
            }
            _ => {}
        }
        Some(())
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let mut length = 0usize;
        for shift in (0..35).step_by(7) {
            let [byte] = self.array::<1>()?;
            length |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let (head, rest) = self.0.split_at_checked(length)?;
                self.0 = rest;
                return Some(head);
            }
        }
        None
    }
}

fn fixed<const N: usize>(out: &mut Vec<u8>, tag: u8, bytes: [u8; N]) {
    out.push(tag);
    out.extend_from_slice(&bytes);
}

fn sized(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    header(out, tag, bytes.len());
    out.extend_from_slice(bytes);
}

/// The tag, and the length seven bits a byte.
fn header(out: &mut Vec<u8>, tag: u8, mut length: usize) {
    out.push(tag);
    loop {
        let [low, ..] = length.to_le_bytes();
        length >>= 7;
        if length == 0 {
            out.push(low & 0x7f);
            break;
        }
        out.push(low | 0x80);
    }
}

/// Bytes as lower-case hexadecimal.
pub fn hex_text(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    // Writing to a String cannot fail.
    let _ = hex(&mut out, bytes);
    out
}

fn hex(out: &mut String, bytes: &[u8]) -> std::fmt::Result {
    bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
}

/// The integer that decimal (signed or not) or `0x` hexadecimal text states.
fn parse_integer(text: &str) -> Option<i128> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16).ok().map(i128::from),
        None => text
            .parse::<i64>()
            .map(i128::from)
            .ok()
            .or_else(|| text.parse::<u64>().map(i128::from).ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_state_a_number() {
        let check = |text: &str, expected: Option<f64>| {
            assert_eq!(Value::Text(text).number(), expected, "{text}");
        };
        check(" 7 ", Some(7.0));
        check("-3.5", Some(-3.5));
        check("+2", Some(2.0));
        check(".5e1", Some(5.0));
        check("0x10", Some(16.0));
        check("Infinity", Some(f64::INFINITY));
        check("-inf", Some(f64::NEG_INFINITY));
        check("e5", None);
        check("seven", None);
        check("none", None);
        check("", None);
        check(" ", None);
        assert!(Value::Text("NaN").number().is_some_and(f64::is_nan));
    }

    #[test]
    fn every_kind_of_value_survives_the_arena() {
        let mut inner = Vec::new();
        Value::Text("a").encode(&mut inner);
        Value::Int(-1).encode(&mut inner);
        let long = "x".repeat(70_000);
        let values = [
            Value::Null,
            Value::Text("héllo"),
            Value::Text(&long),
            Value::Int(i64::MIN),
            Value::Uint(u64::MAX),
            Value::Hex32(0x8018_0014),
            Value::Hex64(1),
            Value::Float(1.5),
            Value::Bool(true),
            Value::Bool(false),
            Value::Guid(Guid([7; 16])),
            Value::Sid(&[1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]),
            Value::Bytes(&[0xab, 0]),
            Value::Time(Ticks(5)),
            Value::List(Payload(&inner)),
        ];
        let mut arena = Vec::new();
        for value in values {
            value.encode(&mut arena);
        }
        assert_eq!(Payload(&arena).collect::<Vec<_>>(), values);
        assert_eq!(Value::List(Payload(&inner)).text(), "a, -1");
        assert_eq!(values[11].text(), "S-1-5-18");
    }

    #[test]
    fn a_code_is_the_same_however_it_was_written() {
        for value in [
            Value::Hex32(0x8018_0014),
            Value::Uint(2_149_056_532),
            Value::Int(-2_145_910_764),
            Value::Text("0x80180014"),
            Value::Text("-2145910764"),
        ] {
            assert_eq!(value.code(), Some(0x8018_0014), "{value:?}");
        }
        assert_eq!(Value::Text("none").code(), None);
    }

    #[test]
    fn a_cut_arena_ends_the_payload_quietly() {
        let mut arena = Vec::new();
        Value::Text("hello").encode(&mut arena);
        Value::Uint(9).encode(&mut arena);
        for end in 0..arena.len() {
            assert!(Payload(&arena[..end]).count() <= 1);
        }
    }
}
