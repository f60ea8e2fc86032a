//! Words for the page: texts of the evidence made safe to look at, and counts.
//!
//! Escaping is not done here. What is done here is that a reader sees what stands in the
//! evidence: characters that hide, reorder or end text are shown by their code point.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::export::grouped;

/// Characters of one text that the page shows; more is clipped and the rest counted.
pub(super) const PAGE_CHARS: usize = 4_000;

/// Characters of a name: of a provider, channel, field or path.
pub(super) const NAME_CHARS: usize = 1_000;

/// Characters of one field value that the event table keeps.
pub(super) const FIELD_CHARS: usize = 16_000;

/// The text as it may be shown: invisible and reordering characters as `\u{202e}`, and at most
/// `limit` characters, followed by how many more there are.
pub(super) fn shown(text: &str, limit: usize) -> Cow<'_, str> {
    // Most texts are short and clean; bytes bound the number of characters.
    if text.len() <= limit && !text.chars().any(is_deceptive) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut rest = text.chars();
    for character in rest.by_ref().take(limit) {
        if is_deceptive(character) {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    let more = rest.count();
    if more > 0 {
        // Writing to a String cannot fail.
        let _ = write!(out, " … ({} more characters)", grouped(more));
    }
    Cow::Owned(out)
}

/// Whether a character would hide, reorder or end the text around it.
fn is_deceptive(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        // Arabic letter mark, marks, embeddings and isolates, which reorder what is read; separators,
        // zero-width characters that join nothing, non-characters and tags, which nobody sees.
        '\u{61c}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}'
        | '\u{fffe}'
        | '\u{ffff}'
        | '\u{e0000}'..='\u{e007f}' => true,
        other => other.is_control(),
    }
}

/// A count and its noun: `1 event`, `2,000 events`.
pub(super) fn count_of(number: usize, noun: &str) -> String {
    format!(
        "{} {noun}{}",
        grouped(number),
        if number == 1 { "" } else { "s" }
    )
}

/// A size: bytes below 10 KiB, else KiB or MiB with the bytes.
pub(super) fn size(bytes: u64) -> String {
    let exact = grouped(usize::try_from(bytes).unwrap_or(usize::MAX));
    match bytes {
        0..10_240 => format!("{exact} bytes"),
        10_240..1_048_576 => format!("{:.1} KiB ({exact} bytes)", bytes as f64 / 1024.0),
        _ => format!("{:.1} MiB ({exact} bytes)", bytes as f64 / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deceptive_characters_become_visible_and_others_stay() {
        let check = |text: &str, expected: &str| assert_eq!(shown(text, 20), expected, "{text:?}");
        check("plain\ttext\n", "plain\ttext\n");
        check("Grüße שלום", "Grüße שלום");
        check("a\u{202e}b", "a\\u{202e}b");
        check("a\0b\r", "a\\u{0}b\\u{d}");
        check("\u{2028}\u{feff}", "\\u{2028}\\u{feff}");
        check(
            "0123456789012345678901",
            "01234567890123456789 … (2 more characters)",
        );
        check("éééééééééééééééééééé", "éééééééééééééééééééé");
    }

    #[test]
    fn counts_agree_with_their_nouns() {
        assert_eq!(count_of(1, "event"), "1 event");
        assert_eq!(count_of(2_000, "event"), "2,000 events");
        assert_eq!(size(100), "100 bytes");
    }
}
