//! Texts in a payload that nothing describes.
//!
//! A run of printable characters that is long enough is most likely one: URLs, paths, GUIDs
//! and error texts show themselves so. What it means stays unknown.
//! Source: *assumed*; UTF-16 and 8-bit runs are the two that writers of traces use.

use crate::bytes::u16_at;

/// Shortest run that passes for a text, in characters.
const SHORTEST: usize = 5;
/// Texts that one payload gives at most.
const MOST: usize = 64;

/// A text as it lies in the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carved<'a> {
    /// UTF-16LE code units as bytes.
    Utf16(&'a [u8]),
    /// One byte a character, all printable ASCII.
    Ascii(&'a [u8]),
}

/// The texts of a payload, in order; at most 64, each of at least five printable ASCII
/// characters or line ends.
pub fn carve(payload: &[u8]) -> impl Iterator<Item = Carved<'_>> {
    let mut place = 0;
    let next = move || {
        while place < payload.len() {
            let rest = payload.get(place..)?;
            let wide = wide_run(rest);
            if wide >= SHORTEST {
                place += wide * 2;
                return rest.get(..wide * 2).map(Carved::Utf16);
            }
            let narrow = rest.iter().take_while(|byte| is_printable(**byte)).count();
            if narrow >= SHORTEST {
                place += narrow;
                return rest.get(..narrow).map(Carved::Ascii);
            }
            // One byte on, as a run of the other width can begin inside this one.
            place += 1;
        }
        None
    };
    std::iter::from_fn(next).take(MOST)
}

/// Printable code units from the start on.
fn wide_run(bytes: &[u8]) -> usize {
    let unit = |index: usize| u16_at(bytes, index * 2);
    let printable =
        |index: &usize| unit(*index).is_some_and(|unit| u8::try_from(unit).is_ok_and(is_printable));
    (0..bytes.len() / 2).take_while(printable).count()
}

fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    /// A payload gives these texts.
    fn check(payload: &[u8], expected: &[&str]) {
        let texts: Vec<String> = carve(payload)
            .map(|carved| match carved {
                Carved::Ascii(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                Carved::Utf16(bytes) => bytes
                    .iter()
                    .step_by(2)
                    .map(|byte| char::from(*byte))
                    .collect(),
            })
            .collect();
        assert_eq!(texts, expected);
    }

    #[test]
    fn texts_are_found_in_either_width_at_any_place() {
        check(b"", &[]);
        check(b"\x01\x02abcd\0", &[]);
        check(b"\x01\x02abcde\0", &["abcde"]);
        check(
            &wide("https://contoso.example"),
            &["https://contoso.example"],
        );
        let odd = [&[7][..], &wide("odd place"), &[0, 0, 1], b"narrow one"].concat();
        check(&odd, &["odd place", "narrow one"]);
        check(
            &[&b"x"[..], &wide("behind a letter")].concat(),
            &["behind a letter"],
        );
        check(&[&wide("four")[..], &[0, 0, 1, 2]].concat(), &[]);
    }

    #[test]
    fn one_payload_gives_a_bounded_number() {
        let payload = b"abcde\0".repeat(1000);
        assert_eq!(carve(&payload).count(), MOST);
    }
}
