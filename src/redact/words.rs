//! Where a word begins and ends, and how it can be spelled.

use std::fmt::Write as _;

/// Whether the stretch stands apart from the words around it.
pub(super) fn is_apart(text: &str, start: usize, end: usize) -> bool {
    let first = text.get(start..).and_then(|rest| rest.chars().next());
    let last = text
        .get(..end)
        .and_then(|before| before.chars().next_back());
    let next = text.get(end..).and_then(|rest| rest.chars().next());
    let begins = !first.is_some_and(joins) || !is_word_before(text, start);
    let ends = !last.is_some_and(joins) || !next.is_some_and(joins);
    begins && ends
}

/// Whether a letter makes one word with a letter beside it. Scripts without blanks between words do
/// not, so that a name is found in them.
fn joins(letter: char) -> bool {
    letter.is_alphanumeric() && letter < '\u{2e80}'
}

/// Whether the letter before a place makes one word with what begins there, and is not the end of an
/// escape: `%2F`, `\n`, `\u002f`.
pub(super) fn is_word_before(text: &str, at: usize) -> bool {
    let Some(before) = text.get(..at) else {
        return false;
    };
    let mut letters = before.chars().rev();
    let Some(letter) = letters.next().filter(|letter| joins(*letter)) else {
        return false;
    };
    let ahead: Vec<char> = letters.take(5).collect();
    let is_hex = |count: usize| {
        letter.is_ascii_hexdigit()
            && ahead
                .get(..count)
                .is_some_and(|ahead| ahead.iter().all(char::is_ascii_hexdigit))
    };
    let is_percent = is_hex(1) && ahead.get(1) == Some(&'%');
    let is_backslash =
        matches!(letter, 'n' | 'r' | 't' | 'b' | 'f') && ahead.first() == Some(&'\\');
    let is_unicode = is_hex(3) && ahead.get(3) == Some(&'u') && ahead.get(4) == Some(&'\\');
    !(is_percent || is_backslash || is_unicode)
}

/// The word as it can stand in texts: as it is, in the other letter case where that is not found
/// without asking, percent-encoded, and escaped as in JSON.
pub(super) fn spellings(word: &str) -> Vec<String> {
    let mut found = vec![word.to_owned()];
    if !word.is_ascii() {
        found.extend([word.to_lowercase(), word.to_uppercase()]);
    }
    for word in found.clone() {
        found.extend([
            percent_encoded(&word),
            json_escaped(&word),
            word.replace(' ', "+"),
        ]);
    }
    if let Some(digits) = guid_digits(word) {
        found.push(digits);
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn percent_encoded(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for byte in word.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn json_escaped(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for letter in word.chars() {
        match letter {
            '\\' => out.push_str("\\\\"),
            letter if letter.is_ascii() => out.push(letter),
            letter => {
                let mut units = [0; 2];
                for unit in letter.encode_utf16(&mut units) {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out
}

/// The digits of a GUID without hyphens and braces.
pub(super) fn guid_digits(word: &str) -> Option<String> {
    let word = word.trim_start_matches('{').trim_end_matches('}');
    let is_guid = word.len() == 36
        && word.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    is_guid.then(|| word.replace('-', ""))
}

/// The words of a text of ours, in lower case.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_where_letters_do() {
        let check = |text: &str, expected: bool| {
            let at = text.find("ada").expect("the case holds the word");
            assert_eq!(is_apart(text, at, at + 3), expected, "{text}");
        };
        check("ada", true);
        check("x\\ada_2", true);
        check("%2Fada%2F", true);
        check("a\\nada", true);
        check("\\u002fada", true);
        check("用户ada登录", true);
        check("canada", false);
        check("adam", false);
        check("zäada", false);
    }

    #[test]
    fn words_have_spellings() {
        let check = |word: &str, expected: &[&str]| {
            let mut expected = expected.to_vec();
            expected.sort_unstable();
            assert_eq!(spellings(word), expected);
        };
        check("ada", &["ada"]);
        check("a@b.c", &["a@b.c", "a%40b.c"]);
        check("Ada L", &["Ada L", "Ada%20L", "Ada+L"]);
        check(r"C\ada", &[r"C\ada", "C%5Cada", r"C\\ada"]);
        check(
            "zoë",
            &[
                "zoë",
                "ZOË",
                "zo%C3%AB",
                "ZO%C3%8B",
                "zo\\u00eb",
                "ZO\\u00cb",
            ],
        );
        check(
            "0a9e4d37-61bc-4852-8f13-d7c52b06e9a1",
            &[
                "0a9e4d37-61bc-4852-8f13-d7c52b06e9a1",
                "0a9e4d3761bc48528f13d7c52b06e9a1",
            ],
        );
    }
}
