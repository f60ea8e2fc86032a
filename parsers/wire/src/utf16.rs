//! UTF-16LE to UTF-8, without failing.
//!
//! Evidence holds broken text: lone surrogates become U+FFFD and are counted,
//! so that a caller can say that a value was repaired. Runs of ASCII, which
//! nearly all text here is, are moved eight code units at a time.

/// What reading one run of UTF-16 found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Utf16Run {
    /// Bytes passed over, the terminator included.
    pub consumed: usize,
    /// Code units (or a last odd byte) that had to become U+FFFD.
    pub replaced: usize,
    /// Whether a NUL ended the run; otherwise the input did.
    pub terminated: bool,
}

/// Where decoded text is appended: a `String`, or a `Vec<u8>` as UTF-8.
pub trait Utf8Sink {
    /// Appends bytes that are all below 0x80.
    fn push_ascii(&mut self, ascii: &[u8]);
    /// Appends one character.
    fn push_char(&mut self, character: char);
}

impl Utf8Sink for String {
    #[inline]
    fn push_ascii(&mut self, ascii: &[u8]) {
        // ASCII is always valid, so nothing is ever left out here.
        self.push_str(str::from_utf8(ascii).unwrap_or_default());
    }

    #[inline]
    fn push_char(&mut self, character: char) {
        self.push(character);
    }
}

impl Utf8Sink for Vec<u8> {
    #[inline]
    fn push_ascii(&mut self, ascii: &[u8]) {
        self.extend_from_slice(ascii);
    }

    #[inline]
    fn push_char(&mut self, character: char) {
        self.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

/// Appends all of the UTF-16LE bytes, NULs included; returns how many code
/// units had to become U+FFFD. A last odd byte counts as one of them.
pub fn push_utf16le<S: Utf8Sink>(bytes: &[u8], out: &mut S) -> usize {
    let mut rest = push_ascii_run(bytes, out);
    let mut replaced = 0;
    while !rest.is_empty() {
        let (character, length) = first_character(rest);
        out.push_char(character.unwrap_or(char::REPLACEMENT_CHARACTER));
        replaced += usize::from(character.is_none());
        rest = push_ascii_run(rest.get(length..).unwrap_or_default(), out);
    }
    replaced
}

/// Appends UTF-16LE text up to its NUL, or to the end if there is none.
///
/// The NUL is not appended but counted in `consumed`.
pub fn push_utf16le_until_nul<S: Utf8Sink>(bytes: &[u8], out: &mut S) -> Utf16Run {
    let nul = nul_position(bytes);
    let text = nul.and_then(|end| bytes.get(..end)).unwrap_or(bytes);
    let replaced = push_utf16le(text, out);
    Utf16Run {
        consumed: nul.map_or(bytes.len(), |end| end + 2),
        replaced,
        terminated: nul.is_some(),
    }
}

/// The byte position of the first NUL code unit; always even.
pub fn nul_position(bytes: &[u8]) -> Option<usize> {
    /// The lowest bit of each of four code units.
    const ONES: u64 = u64::MAX / 0xffff;
    /// The highest bit of each.
    const TOPS: u64 = ONES << 15;
    let mut rest = bytes;
    while let Some((block, after)) = rest.split_first_chunk::<32>() {
        let units = block.as_chunks::<2>().0.iter();
        // Without a way out in between, so that all units are compared at once.
        if units.fold(0, |nuls, unit| nuls | u8::from(*unit == [0, 0])) != 0 {
            break;
        }
        rest = after;
    }
    while let Some((block, after)) = rest.split_first_chunk::<8>() {
        let units = u64::from_le_bytes(*block);
        // A borrow reaches a unit's top bit only from a zero unit at or below it.
        if units.wrapping_sub(ONES) & !units & TOPS != 0 {
            break;
        }
        rest = after;
    }
    let in_rest = rest
        .as_chunks::<2>()
        .0
        .iter()
        .position(|unit| *unit == [0, 0])?;
    Some(bytes.len() - rest.len() + in_rest * 2)
}

/// Every bit that an ASCII code unit leaves clear, in eight of them.
const NOT_ASCII: u128 = u128::MAX / 0xffff * 0xff80;

/// Whether all code units are ASCII; an odd byte at the end is none.
pub fn is_ascii_utf16le(bytes: &[u8]) -> bool {
    let (units, odd) = bytes.as_chunks::<16>();
    let bits = units
        .iter()
        .fold(0, |bits, eight| bits | u128::from_le_bytes(*eight));
    let (units, odd) = (odd.as_chunks::<2>().0, odd.len() % 2);
    let bits = units.iter().fold(bits, |bits, unit| {
        bits | u128::from(u16::from_le_bytes(*unit))
    });
    bits & NOT_ASCII == 0 && odd == 0
}

/// Appends UTF-16LE of which [`is_ascii_utf16le`] holds; of other code units seven bits are left.
pub fn push_ascii_utf16le(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend(bytes.as_chunks::<2>().0.iter().copied().map(letter));
}

/// The lower seven bits of a code unit, which is taken as a whole, so that many are taken at once.
#[inline]
fn letter(unit: [u8; 2]) -> u8 {
    let [low, _] = (u16::from_le_bytes(unit) & 0x7f).to_le_bytes();
    low
}

/// Moves the ASCII code units at the start and returns what follows them.
#[inline]
fn push_ascii_run<'a, S: Utf8Sink>(bytes: &'a [u8], out: &mut S) -> &'a [u8] {
    let mut rest = bytes;
    // In few large pieces, because a `String` checks each one again.
    while let Some((chunk, after)) = rest.split_first_chunk::<64>() {
        let eights = chunk.as_chunks::<16>().0.iter();
        let bits = eights.fold(0, |bits, eight| bits | u128::from_le_bytes(*eight));
        if bits & NOT_ASCII != 0 {
            break;
        }
        let units = chunk.as_chunks::<2>().0;
        let mut ascii = [0; 32];
        for (place, unit) in ascii.iter_mut().zip(units) {
            *place = letter(*unit);
        }
        out.push_ascii(&ascii);
        rest = after;
    }
    // What is left of the run, up to the first other unit.
    let mut ascii = [0; 32];
    let mut length = 0;
    for (letter, unit) in ascii.iter_mut().zip(rest.as_chunks::<2>().0) {
        let [low @ ..0x80, 0] = unit else { break };
        *letter = *low;
        length += 1;
    }
    out.push_ascii(ascii.get(..length).unwrap_or_default());
    rest.get(length * 2..).unwrap_or_default()
}

/// The first character and its length in bytes; `None` stands for a lone
/// surrogate or an odd byte. The input must not be empty.
fn first_character(bytes: &[u8]) -> (Option<char>, usize) {
    let unit = |place: usize| {
        let pair = bytes.get(place..)?.first_chunk::<2>()?;
        Some(u16::from_le_bytes(*pair))
    };
    let Some(first) = unit(0) else {
        return (None, 1);
    };
    let units = std::iter::once(first).chain(unit(2));
    match char::decode_utf16(units).next() {
        Some(Ok(character)) => (Some(character), character.len_utf16() * 2),
        _ => (None, 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(units: impl IntoIterator<Item = u16>) -> Vec<u8> {
        units.into_iter().flat_map(u16::to_le_bytes).collect()
    }

    /// Decodes with this module and with the standard library, and compares.
    fn check(units: &[u16]) {
        let bytes = wire(units.iter().copied());
        let mut text = String::from("before ");
        let replaced = push_utf16le(&bytes, &mut text);
        let mut expected = String::from("before ");
        let mut expected_replaced = 0;
        for decoded in char::decode_utf16(units.iter().copied()) {
            expected_replaced += usize::from(decoded.is_err());
            expected.push(decoded.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        assert_eq!(
            (text.as_str(), replaced),
            (expected.as_str(), expected_replaced),
            "{units:x?}"
        );
        let mut raw = b"before ".to_vec();
        assert_eq!(push_utf16le(&bytes, &mut raw), replaced);
        let is_ascii = units.iter().all(|unit| *unit < 0x80);
        assert_eq!(is_ascii_utf16le(&bytes), is_ascii, "{units:x?}");
        if is_ascii {
            let mut ascii = b"before ".to_vec();
            push_ascii_utf16le(&bytes, &mut ascii);
            assert_eq!(ascii, text.as_bytes());
        }
        assert_eq!(raw, text.as_bytes());
        let nul = units
            .iter()
            .position(|unit| *unit == 0)
            .map(|place| place * 2);
        assert_eq!(nul_position(&bytes), nul, "{units:x?}");
    }

    #[test]
    fn plain_and_mixed_text() {
        for text in [
            "",
            "a",
            "sixteen units ab",
            "Gerät – \u{1f600} und mehr ASCII danach",
        ] {
            check(&text.encode_utf16().collect::<Vec<_>>());
        }
    }

    #[test]
    fn lone_surrogates_are_counted() {
        check(&[0xd83d]);
        check(&[0xde00, 0x41]);
        check(&[0xd83d, 0xd83d, 0xde00]);
        check(&[0x41, 0xd83d, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41]);
    }

    #[test]
    fn random_units_agree_with_the_standard_library() {
        let mut state = 0x5eed_u64;
        for _ in 0..5_000 {
            let mut units = Vec::new();
            for _ in 0..state % 40 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(99);
                let value = u16::try_from(state >> 48).unwrap();
                units.push(match state >> 40 & 7 {
                    0 => value,
                    1 => 0xd800 | value & 0x7ff,
                    2 => value & 0x1ff,
                    _ => value & 0x7f,
                });
            }
            check(&units);
            state = state
                .wrapping_add(1)
                .wrapping_mul(2_862_933_555_777_941_757);
            state ^= state >> 29;
        }
    }

    #[test]
    fn odd_byte_and_terminator() {
        assert!(!is_ascii_utf16le(b"a\0b"));
        let mut text = String::new();
        assert_eq!(push_utf16le(b"a\0b", &mut text), 1);
        assert_eq!(text, "a\u{fffd}");
        text.clear();
        let run = push_utf16le_until_nul(&wire([0x61, 0x62, 0, 0x63]), &mut text);
        assert_eq!(
            run,
            Utf16Run {
                consumed: 6,
                replaced: 0,
                terminated: true
            }
        );
        let run = push_utf16le_until_nul(&wire([0x63]), &mut text);
        assert_eq!(
            run,
            Utf16Run {
                consumed: 2,
                replaced: 0,
                terminated: false
            }
        );
        assert_eq!(text, "abc");
    }
}
