//! What encoding a text file is in, and its text.
//!
//! Windows tools write ANSI, UTF-8 or UTF-16 depending on the shell that
//! redirected them, with and without a byte order mark. Without a mark the
//! answer is a guess; ANSI is taken as Windows-1252, which is assumed, because
//! nothing in a text names its code page.

use std::borrow::Cow;

use crate::utf16;

/// The encoding of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextEncoding {
    /// UTF-8, plain ASCII included.
    Utf8,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
    /// Bytes that are not UTF-8, read as Windows-1252.
    Windows1252,
}

/// Bytes that are looked at when there is no mark.
const GUESS_WINDOW: usize = 4096;

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";
const UTF16LE_MARK: &[u8] = b"\xff\xfe";
const UTF16BE_MARK: &[u8] = b"\xfe\xff";

/// The encoding of a text from its bytes: by its mark, else by where the zero
/// bytes are in the first 4096, else UTF-8 if all of the bytes are valid (a
/// character cut off at the end is forgiven), else Windows-1252.
pub fn sniff_text(bytes: &[u8]) -> TextEncoding {
    if bytes.starts_with(UTF8_MARK) {
        return TextEncoding::Utf8;
    }
    if bytes.starts_with(UTF16LE_MARK) {
        return TextEncoding::Utf16Le;
    }
    if bytes.starts_with(UTF16BE_MARK) {
        return TextEncoding::Utf16Be;
    }
    guess_utf16(bytes).unwrap_or_else(|| match str::from_utf8(bytes) {
        Ok(_) => TextEncoding::Utf8,
        Err(error) if error.error_len().is_none() => TextEncoding::Utf8,
        Err(_) => TextEncoding::Windows1252,
    })
}

/// The text of a file without its byte order mark, the encoding that was used,
/// and how many places had to become U+FFFD.
pub fn decode_text(bytes: &[u8]) -> (Cow<'_, str>, TextEncoding, usize) {
    let encoding = sniff_text(bytes);
    let (text, replaced) = match encoding {
        TextEncoding::Utf8 => decode_utf8(bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes)),
        TextEncoding::Utf16Le => {
            let body = bytes.strip_prefix(UTF16LE_MARK).unwrap_or(bytes);
            let mut text = String::new();
            let replaced = utf16::push_utf16le(body, &mut text);
            (Cow::Owned(text), replaced)
        }
        TextEncoding::Utf16Be => {
            let body = bytes.strip_prefix(UTF16BE_MARK).unwrap_or(bytes);
            decode_utf16be(body)
        }
        TextEncoding::Windows1252 => {
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
            (text, 0)
        }
    };
    (text, encoding, replaced)
}

fn decode_utf8(bytes: &[u8]) -> (Cow<'_, str>, usize) {
    // Several times as fast as the search for broken places, which most texts do not have.
    if let Ok(text) = str::from_utf8(bytes) {
        return (Cow::Borrowed(text), 0);
    }
    let chunks = bytes.utf8_chunks();
    let replaced = chunks.filter(|chunk| !chunk.invalid().is_empty()).count();
    (String::from_utf8_lossy(bytes), replaced)
}

/// Big-endian text is rare enough to be turned around first.
fn decode_utf16be(bytes: &[u8]) -> (Cow<'_, str>, usize) {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut turned: Vec<u8> = pairs.iter().flat_map(|[high, low]| [*low, *high]).collect();
    turned.extend_from_slice(odd);
    let mut text = String::new();
    let replaced = utf16::push_utf16le(&turned, &mut text);
    (Cow::Owned(text), replaced)
}

/// UTF-16 of mostly Latin text has a zero in nearly every second byte and
/// hardly any in the others.
fn guess_utf16(bytes: &[u8]) -> Option<TextEncoding> {
    let window = bytes.get(..GUESS_WINDOW).unwrap_or(bytes);
    let (pairs, _) = window.as_chunks::<2>();
    let first_zeros = pairs.iter().filter(|[first, _]| *first == 0).count();
    let second_zeros = pairs.iter().filter(|[_, second]| *second == 0).count();
    let many = |zeros: usize| zeros > 0 && zeros * 5 >= pairs.len() * 2;
    let few = |zeros: usize| zeros * 20 <= pairs.len();
    if many(second_zeros) && few(first_zeros) {
        Some(TextEncoding::Utf16Le)
    } else if many(first_zeros) && few(second_zeros) {
        Some(TextEncoding::Utf16Be)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: (&str, TextEncoding, usize)) {
        let (text, encoding, replaced) = decode_text(bytes);
        assert_eq!((text.as_ref(), encoding, replaced), expected, "{bytes:x?}");
    }

    fn le(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn be(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_be_bytes).collect()
    }

    #[test]
    fn marks_decide_and_are_removed() {
        check(b"\xef\xbb\xbfabc", ("abc", TextEncoding::Utf8, 0));
        check(
            &[&b"\xff\xfe"[..], &le("日本")].concat(),
            ("日本", TextEncoding::Utf16Le, 0),
        );
        check(
            &[&b"\xfe\xff"[..], &be("日本")].concat(),
            ("日本", TextEncoding::Utf16Be, 0),
        );
        check(b"\xff\xfe", ("", TextEncoding::Utf16Le, 0));
        check(
            b"\xef\xbb\xbfa\xffb\xff",
            ("a\u{fffd}b\u{fffd}", TextEncoding::Utf8, 2),
        );
    }

    #[test]
    fn without_a_mark() {
        check(b"", ("", TextEncoding::Utf8, 0));
        check("Gerät".as_bytes(), ("Gerät", TextEncoding::Utf8, 0));
        check(b"Ger\xe4t", ("Gerät", TextEncoding::Windows1252, 0));
        check(
            &le("Gerät : YES\r\n"),
            ("Gerät : YES\r\n", TextEncoding::Utf16Le, 0),
        );
        check(
            &be("Gerät : YES\r\n"),
            ("Gerät : YES\r\n", TextEncoding::Utf16Be, 0),
        );
        check(b"a\0b\0c", ("ab\u{fffd}", TextEncoding::Utf16Le, 1));
    }

    #[test]
    fn a_cut_character_does_not_change_the_encoding() {
        check(b"Ger\xc3", ("Ger\u{fffd}", TextEncoding::Utf8, 1));
    }

    #[test]
    fn zeros_on_both_sides_are_not_utf16() {
        check(&[0; 8], ("\0\0\0\0\0\0\0\0", TextEncoding::Utf8, 0));
        check(b"plain text with one\0zero in it", {
            ("plain text with one\0zero in it", TextEncoding::Utf8, 0)
        });
    }
}
