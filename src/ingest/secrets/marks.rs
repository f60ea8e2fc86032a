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
/// Every second pair of letters is looked at, as a mark has three at least: few pairs are in any mark,
/// and the table of those that are lies in the nearest cache. That is several times faster than an
/// automaton, whose every step waits for the one before.
pub(super) fn find(text: &[u8], from: usize) -> Option<Found> {
    let mut at = from;
    loop {
        let pairs = text.get(at..)?.as_chunks::<2>().0;
        let suspect = |pair: &[u8; 2]| PAIRS[place_of(*pair)] != 0;
        at += 2 * pairs.iter().position(suspect)?;
        // The pair may be the second and third letter of a mark, or the first and second.
        for start in at.saturating_sub(1).max(from)..=at {
            let fitting = fitting_at(text, start);
            if fitting != 0
                && let Some((word, mark)) = longest_of(fitting, text.get(start..)?)
            {
                let range = start..start + word.len();
                return Some(Found { mark, range });
            }
        }
        at += 2;
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

/// The marks, a bit each, that begin with the three letters at `start`.
fn fitting_at(text: &[u8], start: usize) -> u64 {
    let letters = text.get(start..).and_then(|rest| rest.first_chunk());
    let Some([first, second, third]) = letters else {
        return 0;
    };
    let fits = |at: usize, letter: &u8| FITTING[at][usize::from(letter & 31)];
    fits(0, first) & fits(1, second) & fits(2, third)
}

/// The longest of these marks that a text begins with.
fn longest_of(fitting: u64, text: &[u8]) -> Option<(&'static str, Mark)> {
    let mut left = fitting;
    let mut longest: Option<(&str, Mark)> = None;
    while left != 0 {
        let (word, mark) = *MARKS.get(left.trailing_zeros() as usize)?;
        left &= left - 1;
        let here = text.get(..word.len());
        let is_here = here.is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes()));
        if is_here && longest.is_none_or(|(known, _)| known.len() < word.len()) {
            longest = Some((word, mark));
        }
    }
    longest
}

/// Five bits of each letter, which are the same in both letter cases.
const fn place_of(pair: [u8; 2]) -> usize {
    (pair[0] as usize & 31) << 5 | pair[1] as usize & 31
}

/// For each [`place_of`] two letters whether they are the first and second, or the second and third
/// letter of a mark.
static PAIRS: [u8; 1 << 10] = pairs();

const fn pairs() -> [u8; 1 << 10] {
    let mut found = [0; 1 << 10];
    let mut index = 0;
    while index < MARKS.len() {
        let word = MARKS[index].0.as_bytes();
        found[place_of([word[0], word[1]])] = 1;
        found[place_of([word[1], word[2]])] = 1;
        index += 1;
    }
    found
}

/// One bit for each mark, by the place of a letter in it and five bits of the letter.
static FITTING: [[u64; 32]; 3] = fitting();

const fn fitting() -> [[u64; 32]; 3] {
    assert!(MARKS.len() <= 64, "marks are bits of one number");
    let mut fitting = [[0; 32]; 3];
    let mut index = 0;
    while index < MARKS.len() {
        let word = MARKS[index].0.as_bytes();
        let mut at = 0;
        while at < 3 {
            fitting[at][(word[at] & 31) as usize] |= 1 << index;
            at += 1;
        }
        index += 1;
    }
    fitting
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
