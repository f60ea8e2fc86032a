//! GUIDs in the form that Windows stores: the first three fields are
//! little-endian, the last eight bytes are in order.
//!
//! Two GUIDs are equal when their wire bytes are; the derived order is that of
//! the wire bytes, not of the written form.
//! Source: specified (MS-DTYP 2.3.4).

use std::fmt;
use std::str::FromStr;

use crate::error::Error;

/// A GUID in wire order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Guid(pub [u8; 16]);

impl Guid {
    /// The all-zero GUID, which most structures use for "none".
    pub const ZERO: Self = Self([0; 16]);

    /// A GUID from its four fields, for tables of constants.
    pub const fn from_fields(first: u32, second: u16, third: u16, last: [u8; 8]) -> Self {
        let [a0, a1, a2, a3] = first.to_le_bytes();
        let [b0, b1] = second.to_le_bytes();
        let [c0, c1] = third.to_le_bytes();
        let [d0, d1, d2, d3, d4, d5, d6, d7] = last;
        Self([
            a0, a1, a2, a3, b0, b1, c0, c1, d0, d1, d2, d3, d4, d5, d6, d7,
        ])
    }

    /// Whether every byte is zero.
    pub fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }
}

impl fmt::Display for Guid {
    /// Lower case with hyphens, without braces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [
            a0,
            a1,
            a2,
            a3,
            b0,
            b1,
            c0,
            c1,
            d0,
            d1,
            d2,
            d3,
            d4,
            d5,
            d6,
            d7,
        ] = self.0;
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{d0:02x}{d1:02x}-{d2:02x}{d3:02x}{d4:02x}{d5:02x}{d6:02x}{d7:02x}",
            u32::from_le_bytes([a0, a1, a2, a3]),
            u16::from_le_bytes([b0, b1]),
            u16::from_le_bytes([c0, c1]),
        )
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Guid {
    type Err = Error;

    /// Reads the hyphenated form in either case, with both braces or none.
    ///
    /// # Errors
    /// [`Error::NotText`] for anything else, blanks included.
    fn from_str(text: &str) -> Result<Self, Error> {
        let bare = match text.strip_prefix('{') {
            Some(inner) => inner.strip_suffix('}'),
            None => Some(text),
        };
        bare.and_then(parse_bare)
            .ok_or(Error::NotText { what: "guid" })
    }
}

fn parse_bare(text: &str) -> Option<Guid> {
    const HYPHENS: [usize; 4] = [8, 13, 18, 23];
    /// Where the digits of each byte begin.
    const PAIRS: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
    let letters: &[u8; 36] = text.as_bytes().try_into().ok()?;
    let digit = |place: usize| letters.get(place).copied().map_or(u8::MAX, digit);
    let mut bytes = [0; 16];
    let mut seen = 0;
    for (byte, place) in bytes.iter_mut().zip(PAIRS) {
        let (high, low) = (digit(place), digit(place + 1));
        seen |= high | low;
        *byte = high << 4 | low;
    }
    if seen > 0x0f
        || HYPHENS
            .iter()
            .any(|place| letters.get(*place) != Some(&b'-'))
    {
        return None;
    }
    let [
        a3,
        a2,
        a1,
        a0,
        b1,
        b0,
        c1,
        c0,
        d0,
        d1,
        d2,
        d3,
        d4,
        d5,
        d6,
        d7,
    ] = bytes;
    Some(Guid([
        a0, a1, a2, a3, b0, b1, c0, c1, d0, d1, d2, d3, d4, d5, d6, d7,
    ]))
}

/// The hexadecimal digit that a letter is; more than 15 where it is none.
fn digit(letter: u8) -> u8 {
    match letter {
        b'0'..=b'9' => letter - b'0',
        b'a'..=b'f' => letter - b'a' + 10,
        b'A'..=b'F' => letter - b'A' + 10,
        _ => u8::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "01234567-89ab-cdef-1021-324354657687";
    const FIELDS: Guid = Guid::from_fields(
        0x0123_4567,
        0x89ab,
        0xcdef,
        [0x10, 0x21, 0x32, 0x43, 0x54, 0x65, 0x76, 0x87],
    );

    #[test]
    fn wire_form_and_text_agree() {
        assert_eq!(FIELDS.to_string(), TEXT);
        assert_eq!(
            FIELDS.0[..8],
            [0x67, 0x45, 0x23, 0x01, 0xab, 0x89, 0xef, 0xcd]
        );
        assert_eq!(TEXT.parse(), Ok(FIELDS));
        assert_eq!(format!("{{{}}}", TEXT.to_uppercase()).parse(), Ok(FIELDS));
    }

    #[test]
    fn zero() {
        assert!(Guid::default().is_zero());
        assert!(!FIELDS.is_zero());
        assert_eq!(
            Guid::ZERO.to_string(),
            "00000000-0000-0000-0000-000000000000"
        );
    }

    #[test]
    fn texts_that_are_no_guid() {
        for text in [
            "",
            "{",
            "{}",
            "{01234567-89ab-cdef-1021-324354657687",
            "01234567-89ab-cdef-1021-324354657687}",
            "01234567-89ab-cdef-1021-32435465768",
            "01234567-89ab-cdef-1021-3243546576878",
            "0123456789abcdef1021324354657687",
            "01234567-89ab-cdef-1021-32435465768g",
            "01234567-89ab-cdef-10213-2435465768",
            "01234567-89ab-cdef-1021-3243546576é",
            " 01234567-89ab-cdef-1021-324354657687",
        ] {
            assert_eq!(
                text.parse::<Guid>(),
                Err(Error::NotText { what: "guid" }),
                "{text}"
            );
        }
    }
}
