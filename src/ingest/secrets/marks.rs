//! The table of marks: words at which a secret may begin, and how they are found.
//!
//! A mark alone proves nothing. It is short and found in any letter case, and what stands around
//! it is judged only then, so that long ordinary text costs one look at each of its letters.

use std::ops::Range;

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
/// Two places are looked at at once: the pair of letters that both of their first three share, and the
/// one before and behind it. What that takes stands in tables of the nearest cache, and few texts lead
/// on from there. It is several times faster than an automaton, whose every step waits for the one before.
pub(super) fn find(text: &[u8], from: usize) -> Option<Found> {
    let mut at = suspected(text, from);
    while at + 4 <= text.len() {
        let found = found_at(text, at).or_else(|| found_at(text, at + 1));
        if found.is_some() {
            return found;
        }
        at = suspected(text, at + 2);
    }
    found_at(text, at)
}

/// Where, from here on in steps of two, a mark may begin or one place behind; or where fewer than four
/// letters are left.
#[inline(never)]
fn suspected(text: &[u8], from: usize) -> usize {
    let mut at = from;
    // Four steps at once, without a way out in between.
    while let Some([a, b, c, d, e, f, g, h, i, j]) = text.get(at..).and_then(<[u8]>::first_chunk)
        && (hits(*a, *b, *c, *d)
            | hits(*c, *d, *e, *f)
            | hits(*e, *f, *g, *h)
            | hits(*g, *h, *i, *j))
            == 0
    {
        at += 8;
    }
    while let Some([a, b, c, d]) = text.get(at..).and_then(<[u8]>::first_chunk)
        && hits(*a, *b, *c, *d) == 0
    {
        at += 2;
    }
    at
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

/// The longest mark that begins here.
fn found_at(text: &[u8], start: usize) -> Option<Found> {
    let rest = text.get(start..)?;
    let [first, second, third] = rest.first_chunk()?;
    let fits = |at: usize, letter: &u8| FITTING[at][usize::from(letter & 31)];
    let fitting = fits(0, first) & fits(1, second) & fits(2, third);
    if fitting == 0 {
        return None;
    }
    let (word, mark) = longest_of(fitting, rest)?;
    let range = start..start + word.len();
    Some(Found { mark, range })
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

/// The groups of marks of which one may begin at the first or second of four letters.
#[inline]
fn hits(first: u8, second: u8, third: u8, fourth: u8) -> u16 {
    let beside = BEFORE[usize::from(first)] | BEHIND[usize::from(fourth)];
    PAIRS[place_of([second, third])] & beside
}

/// Marks stand in eight groups, as many as a byte has bits: those that begin alike in one of them.
const fn group_of(index: usize) -> u16 {
    1 << (index * 8 / MARKS.len())
}

/// The lower five bits of two letters, which are the same in both letter cases.
const FOLDED: u16 = 0x1f1f;

#[inline]
const fn place_of(pair: [u8; 2]) -> usize {
    (u16::from_le_bytes(pair) & FOLDED) as usize
}

/// By [`place_of`] two letters the groups of marks that they are the second and third letter of, and above
/// these the groups that they are the first and second letter of.
static PAIRS: [u16; FOLDED as usize + 1] = {
    let mut groups = [0; FOLDED as usize + 1];
    let mut index = 0;
    while index < MARKS.len() {
        let word = MARKS[index].0.as_bytes();
        groups[place_of([word[1], word[2]])] |= group_of(index);
        groups[place_of([word[0], word[1]])] |= group_of(index) << 8;
        index += 1;
    }
    groups
};

/// By letter the groups of marks that it begins, which fit to the lower half of [`PAIRS`].
static BEFORE: [u16; 256] = groups_of_letter(0, 0);

/// By letter the groups of marks that it is the third letter of, which fit to the upper half of [`PAIRS`].
static BEHIND: [u16; 256] = groups_of_letter(2, 8);

const fn groups_of_letter(place: usize, shift: u32) -> [u16; 256] {
    let mut groups = [0; 256];
    let mut index = 0;
    while index < MARKS.len() {
        let letter = MARKS[index].0.as_bytes()[place];
        groups[letter as usize] |= group_of(index) << shift;
        groups[letter.to_ascii_uppercase() as usize] |= group_of(index) << shift;
        index += 1;
    }
    groups
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

/// Where the first mark in UTF-16LE begins, at either alignment, at `from` or behind it.
pub(super) fn find_wide(bytes: &[u8], from: usize) -> Option<usize> {
    let begins = |window: &[u8]| {
        let [first, 0, second, 0, third, 0] = *window else {
            return false;
        };
        BEFORE[usize::from(first)] & PAIRS[place_of([second, third])] != 0
    };
    let mut from = from;
    loop {
        let rest = bytes.get(from..)?;
        from += rest.windows(6).position(begins)?;
        if is_wide_mark(bytes.get(from..)?) {
            return Some(from);
        }
        from += 1;
    }
}

/// Whether UTF-16LE begins with a mark.
fn is_wide_mark(bytes: &[u8]) -> bool {
    let units = bytes.as_chunks::<2>().0;
    MARKS.iter().any(|(word, _)| {
        let spells = |(unit, letter): (&[u8; 2], u8)| {
            let [low, high] = unit;
            *high == 0 && low.eq_ignore_ascii_case(&letter)
        };
        units.len() >= word.len() && units.iter().zip(word.bytes()).all(spells)
    })
}

#[cfg(test)]
mod tests {
    use aho_corasick::{AhoCorasick, MatchKind};

    use super::*;

    /// Finds the same by an automaton, of these forms of the marks.
    fn automaton<P: AsRef<[u8]>>(marks: impl IntoIterator<Item = P>) -> AhoCorasick {
        AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(marks)
            .expect("half a hundred short literals are far below the automaton's limits")
    }

    #[test]
    fn marks_are_found_where_an_automaton_finds_them() {
        let wide = |text: &[u8]| -> Vec<u8> {
            let letters = text.iter().copied().map(u16::from);
            letters.flat_map(u16::to_le_bytes).collect()
        };
        let narrow_marks = automaton(MARKS.iter().map(|(mark, _)| mark));
        let wide_marks = automaton(MARKS.iter().map(|(mark, _)| wide(mark.as_bytes())));
        let check = |text: &[u8]| {
            let expected: Vec<_> = narrow_marks
                .find_iter(text)
                .map(|found| found.range())
                .collect();
            let found: Vec<_> = find_each(text).map(|found| found.range).collect();
            let shown = String::from_utf8_lossy(text);
            assert_eq!(found, expected, "{shown}");
            for odd in [0, 1] {
                let mut bytes = vec![b'e'; odd];
                bytes.extend(wide(text));
                let expected = wide_marks.find(&bytes).map(|found| found.start());
                assert_eq!(find_wide(&bytes, 0), expected, "{shown}");
            }
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
