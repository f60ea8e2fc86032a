//! Telling an archive by its first bytes.

/// Bytes that are looked at.
const LOOKED_AT: usize = 4096;

/// Whether the first bytes are those of an HTTP archive: an object with `log`, and in it soon one of
/// the members that archives begin with.
///
/// `bytes` may be the start of the file alone; 4 KiB are enough.
pub fn sniff(bytes: &[u8]) -> bool {
    let bytes = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    let text = bytes
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(bytes)
        .trim_ascii_start();
    let behind = |bytes: &'_ [u8], word: &[u8]| {
        let rest = bytes.trim_ascii_start().strip_prefix(word)?;
        Some(bytes.len() - rest.len())
    };
    let mut at = 0;
    for word in [&b"{"[..], b"\"log\"", b":", b"{"] {
        let rest = text.get(at..).unwrap_or_default();
        match behind(rest, word) {
            Some(length) => at += length,
            None => return false,
        }
    }
    let rest = text.get(at..).unwrap_or_default().trim_ascii_start();
    let first = [
        &b"\"version\""[..],
        b"\"creator\"",
        b"\"browser\"",
        b"\"pages\"",
        b"\"entries\"",
        b"\"comment\"",
        b"\"_",
    ];
    first.iter().any(|name| rest.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_told_from_other_json() {
        for text in [
            "{\"log\":{\"version\":\"1.2\"",
            "\u{FEFF}{\r\n  \"log\" : {\r\n    \"creator\": {",
            "{\"log\":{\"_x\":1",
        ] {
            assert!(sniff(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "{",
            "{\"log\":[",
            "{\"log\":{\"level\":3}}",
            "[{\"log\":{\"version\":1}}]",
        ] {
            assert!(!sniff(text.as_bytes()), "{text}");
        }
    }
}
