//! Bodies as text: which encoding, and whether to expect text at all.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Bytes at the start of a body that are looked at to tell text from bytes.
const SNIFFED: usize = 512;

/// Sub-types outside of `text/`, and suffixes behind `+`, that are text.
const TEXT_TYPES: &[&str] = &[
    "ecmascript",
    "graphql",
    "javascript",
    "jose",
    "json",
    "jwt",
    "ndjson",
    "soap",
    "sql",
    "toml",
    "x-javascript",
    "x-ndjson",
    "x-pem-file",
    "x-www-form-urlencoded",
    "xml",
    "yaml",
];

/// A body as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyText<'a> {
    /// The text without a byte order mark; what the encoding has no character for is U+FFFD.
    pub text: Cow<'a, str>,
    /// The name of the encoding by the WHATWG Encoding standard, such as `UTF-8`.
    pub encoding: &'static str,
    /// Whether bytes were met that the encoding does not allow.
    pub has_errors: bool,
    /// What of the body could not be decoded.
    pub damage: Vec<crate::Error>,
}

/// Text, the name of its encoding and whether there were errors.
///
/// A byte order mark goes before the `charset` parameter, as the WHATWG Encoding standard has it;
/// without both the text is UTF-8 if it can be, else windows-1252, in which every byte is allowed.
pub(crate) fn decode<'a>(
    bytes: &'a [u8],
    content_type: Option<&str>,
) -> (Cow<'a, str>, &'static str, bool) {
    let named = content_type.and_then(charset);
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => named.unwrap_or_else(|| match std::str::from_utf8(bytes) {
            Ok(_) => UTF_8,
            // A character that was cut at the end does not make it another encoding.
            Err(error) if error.error_len().is_none() => UTF_8,
            Err(_) => WINDOWS_1252,
        }),
    };
    let (text, used, has_errors) = encoding.decode(bytes);
    (text, used.name(), has_errors)
}

/// The encoding that a `Content-Type` names; `None` when it names none that is known.
fn charset(content_type: &str) -> Option<&'static Encoding> {
    let mut parameters = content_type.split(';').skip(1);
    let label = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_charset = name.trim().eq_ignore_ascii_case("charset");
        is_charset.then(|| value.trim().trim_matches(['"', '\'']))
    })?;
    Encoding::for_label(label.as_bytes())
}

/// Whether a media type is one of text; `None` when it says nothing of that.
pub(crate) fn is_text_type(content_type: &str) -> Option<bool> {
    let media = content_type.split(';').next().unwrap_or_default();
    let media = media.trim().to_ascii_lowercase();
    let (kind, sub) = media.split_once('/')?;
    match kind {
        "text" => return Some(true),
        "audio" | "font" | "video" => return Some(false),
        _ => {}
    }
    let suffix = sub.rsplit_once('+').map_or(sub, |(_, suffix)| suffix);
    match suffix {
        "" | "octet-stream" | "unknown" | "x-unknown" => None,
        _ => Some(TEXT_TYPES.contains(&suffix)),
    }
}

/// Whether the first bytes are text: no NUL, and few control characters.
pub(crate) fn looks_like_text(bytes: &[u8]) -> bool {
    let start = bytes.get(..SNIFFED).unwrap_or(bytes);
    if Encoding::for_bom(start).is_some() {
        return true;
    }
    let is_control = |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0C);
    !start.is_empty() && !start.iter().any(|byte| is_control(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], content_type: &str, expected: (&str, &str, bool)) {
        let content_type = Some(content_type).filter(|text| !text.is_empty());
        let (text, encoding, has_errors) = decode(bytes, content_type);
        assert_eq!((&*text, encoding, has_errors), expected);
    }

    #[test]
    fn the_mark_goes_before_the_parameter_and_that_before_a_guess() {
        check(b"a\xC3\xA9", "", ("aé", "UTF-8", false));
        check(b"a\xE9.", "", ("aé.", "windows-1252", false));
        check(b"a\xC3", "", ("a\u{FFFD}", "UTF-8", true));
        let latin = "text/html; Charset=\"ISO-8859-1\"";
        check(b"a\xC3\xA9", latin, ("aÃ©", "windows-1252", false));
        check(b"\xEF\xBB\xBFa", latin, ("a", "UTF-8", false));
        check(b"\xFF\xFEa\0", "text/xml", ("a", "UTF-16LE", false));
        check(
            b"a\xE9",
            "text/xml; charset=utf-8",
            ("a\u{FFFD}", "UTF-8", true),
        );
        check(
            b"a\xE9.",
            "text/xml; charset=x-none",
            ("aé.", "windows-1252", false),
        );
        check(
            b"\x82\xA0",
            "a/b; q=1; charset=shift_jis",
            ("あ", "Shift_JIS", false),
        );
    }

    #[test]
    fn media_types_say_what_they_can() {
        for (media, expected) in [
            ("text/html; charset=utf-8", Some(true)),
            ("application/json", Some(true)),
            ("application/vnd.syncml.dm+xml", Some(true)),
            ("application/vnd.syncml.dm+wbxml", Some(false)),
            ("image/svg+xml", Some(true)),
            ("image/png", Some(false)),
            ("application/octet-stream", None),
            ("x-unknown", None),
        ] {
            assert_eq!(is_text_type(media), expected, "{media}");
        }
        assert!(looks_like_text(b"{\"a\":1}\r\n"));
        assert!(looks_like_text(b"\xFF\xFEa\0"));
        assert!(!looks_like_text(b"ab\0"));
        assert!(!looks_like_text(b""));
    }
}
