//! The table of marks: words at which a secret may begin, and how they are found.
//!
//! A mark alone proves nothing. It is short and found in any letter case, and what stands around
//! it is judged only then, so that long ordinary text costs one look at each of its letters.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Input, MatchKind};

/// What a mark announces, and so how it is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The begin of a JWT: base64url of `{` and what may follow it.
    Jwt,
    /// Base64 of the begin of a JWT.
    WrappedJwt,
    /// The last part of a name that is given a value.
    Name,
    /// The begin of a name whose further letters do not matter.
    NameStart,
    /// An authentication scheme; the next word is the credential.
    Scheme,
    /// Base64 that begins like this is a credential by itself.
    Blob,
    /// The frame of a key or certificate.
    Frame,
    /// The part of an address in which user and password may stand.
    Address,
}

/// Marks in lower case, and what they announce. Of two that begin alike the longer one is found.
pub(super) const MARKS: &[(&str, Mark)] = &[
    // `{"`, `{` and a blank, line end or tab; the same after one blank, line end or tab.
    ("eyj", Mark::Jwt),
    ("eyi", Mark::Jwt),
    ("eya", Mark::Jwt),
    ("ewo", Mark::Jwt),
    ("ewk", Mark::Jwt),
    ("ew0", Mark::Jwt),
    ("ihs", Mark::Jwt),
    ("cns", Mark::Jwt),
    ("cxs", Mark::Jwt),
    ("dqp7", Mark::Jwt),
    // `eyJ`, `eyA`, `ewo`, `ewk` and `ew0` as UTF-8; `eyJ` as UTF-16.
    ("zxlk", Mark::WrappedJwt),
    ("zxlb", Mark::WrappedJwt),
    ("zxdv", Mark::WrappedJwt),
    ("zxdr", Mark::WrappedJwt),
    ("zxcw", Mark::WrappedJwt),
    ("zqb5aeoa", Mark::WrappedJwt),
    ("password", Mark::Name),
    ("passwd", Mark::Name),
    ("passphrase", Mark::Name),
    ("pwd", Mark::Name),
    ("secret", Mark::Name),
    ("token", Mark::Name),
    ("assertion", Mark::Name),
    ("credential", Mark::Name),
    ("code", Mark::Name),
    ("verifier", Mark::Name),
    ("prt", Mark::Name),
    ("sig", Mark::Name),
    ("key", Mark::Name),
    ("jwe", Mark::Name),
    ("bearer", Mark::Scheme),
    ("basic", Mark::Scheme),
    ("negotiate", Mark::Scheme),
    ("cookie", Mark::Name),
    ("authorization", Mark::Name),
    ("samlresponse", Mark::Name),
    ("wresult", Mark::Name),
    ("aauthdata", Mark::Name),
    ("keymaterial", Mark::Name),
    ("signaturevalue", Mark::Name),
    ("ciphervalue", Mark::Name),
    ("fedauth", Mark::Name),
    ("rtfa", Mark::Name),
    ("estsauth", Mark::NameStart),
    ("msisauth", Mark::NameStart),
    // The signature of NTLM messages, and the compact tickets of personal accounts.
    ("tlrmtvntuaad", Mark::Blob),
    ("t=ew", Mark::Blob),
    ("-----begin", Mark::Frame),
    ("://", Mark::Address),
];

/// Base64 by its own letter case, for the marks that are base64.
pub(super) const BLOBS: &[&str] = &["TlRMTVNTUAAD", "t=Ew"];

/// No mark with something to hide after it is shorter.
pub(super) const SHORTEST_MARKED: usize = 5;

/// A mark that was found.
pub(super) struct Found {
    pub(super) mark: Mark,
    pub(super) range: Range<usize>,
}

/// The first mark in a text that begins at `from` or behind it; of two that begin there the longer.
///
/// Almost no three letters begin a mark, and a table of those that do fits into the nearest cache:
/// that is several times faster than an automaton, whose every step waits for the one before.
pub(super) fn find(text: &[u8], from: usize) -> Option<Found> {
    let mut from = from;
    loop {
        from += text.get(from..)?.windows(3).position(may_begin)?;
        if let Some((word, mark)) = longest_at(text.get(from..)?) {
            let range = from..from + word.len();
            return Some(Found { mark, range });
        }
        from += 1;
    }
}

/// Marks one behind the other; none begins inside another one.
pub(super) fn find_each(text: &[u8]) -> impl Iterator<Item = Found> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let found = find(text, from)?;
        from = found.range.end;
        Some(found)
    })
}

fn longest_at(text: &[u8]) -> Option<(&'static str, Mark)> {
    let fits = |(word, _): &&(&str, Mark)| {
        let here = text.get(..word.len());
        here.is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes()))
    };
    let fitting = MARKS.iter().filter(fits);
    fitting.copied().max_by_key(|(word, _)| word.len())
}

/// Whether a mark may begin with these three letters; says so too often, never too seldom.
fn may_begin(letters: &[u8]) -> bool {
    let [first, second, third] = *letters else {
        return false;
    };
    let place = place_of(first, second, third);
    BEGINNINGS[place >> 3] & 1 << (place & 7) != 0
}

/// Five bits of each letter, which are the same in both letter cases.
const fn place_of(first: u8, second: u8, third: u8) -> usize {
    (first as usize & 31) << 10 | (second as usize & 31) << 5 | third as usize & 31
}

/// One bit for each [`place_of`] three letters: whether a mark begins with such.
static BEGINNINGS: [u8; 1 << 12] = beginnings();

const fn beginnings() -> [u8; 1 << 12] {
    let mut bits = [0; 1 << 12];
    let mut index = 0;
    while index < MARKS.len() {
        let word = MARKS[index].0.as_bytes();
        let place = place_of(word[0], word[1], word[2]);
        bits[place >> 3] |= 1 << (place & 7);
        index += 1;
    }
    bits
}

/// Finds all marks in UTF-16LE, at either alignment.
static IN_WIDE_TEXT: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let wide = |mark: &str| -> Vec<u8> {
        let units = mark.encode_utf16().flat_map(u16::to_le_bytes);
        units.collect()
    };
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(MARKS.iter().map(|(mark, _)| wide(mark)))
        .expect("half a hundred short literals are far below the automaton's limits")
});

/// Where the first mark in UTF-16LE begins, at `from` or behind it.
pub(super) fn find_wide(bytes: &[u8], from: usize) -> Option<usize> {
    let found = IN_WIDE_TEXT.find(Input::new(bytes).range(from..))?;
    Some(found.start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_where_an_automaton_finds_them() {
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(MARKS.iter().map(|(mark, _)| mark))
            .unwrap();
        let check = |text: &[u8]| {
            let expected: Vec<_> = automaton
                .find_iter(text)
                .map(|found| found.range())
                .collect();
            let found: Vec<_> = find_each(text).map(|found| found.range).collect();
            assert_eq!(found, expected, "{}", String::from_utf8_lossy(text));
        };
        check(b"");
        check(b"PassWord://tokeN=eyJ0 codeverifierprtsigkey-----BEGIN");
        let mut state = 7_u64;
        for _ in 0..20_000 {
            // Pieces of marks and other bytes, so that much begins like one.
            let mut text = Vec::new();
            for _ in 0..12 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let [first, second, length, ..] = state.to_le_bytes();
                let word = MARKS[usize::from(first) % MARKS.len()].0.as_bytes();
                text.extend(word.iter().take(usize::from(length) % 12));
                text.extend((second % 3 == 0).then_some(second));
                text.extend((second % 5 == 0).then_some(first.to_ascii_uppercase()));
            }
            check(&text);
        }
    }
}
