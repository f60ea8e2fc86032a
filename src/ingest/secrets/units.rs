//! Letters as texts spell them: plain, or encoded because the text was wrapped in another one.
//!
//! Logs hold form bodies inside JSON inside XML. A delimiter counts at its own level of wrapping or
//! at one further out, so each letter is read together with how deep it is encoded.

use super::looked_at;

/// One letter of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    /// The ASCII letter that is meant; `0xff` for a byte of any other.
    pub(super) letter: u8,
    /// How many bytes spell it.
    pub(super) length: usize,
    /// How often it is percent- or entity-encoded; 0 is plain.
    pub(super) depth: u8,
    /// Backslashes that belong to it.
    pub(super) slashes: usize,
}

/// Deeper encodings are not told apart.
const DEEPEST: u8 = 4;

const OTHER: u8 = 0xff;

/// The letter at this place; `None` at the end. Backslashes belong to the quotation mark, slash or
/// `u0022` that they escape.
pub(super) fn unit(bytes: &[u8], at: usize) -> Option<Unit> {
    let first = spelled(bytes, at)?;
    let unit = if first.letter == b'\\' {
        escaped(bytes, at, first)
    } else {
        first
    };
    looked_at(unit.length);
    Some(unit)
}

/// The letter at this place, without regard to backslashes.
fn spelled(bytes: &[u8], at: usize) -> Option<Unit> {
    let plain = *bytes.get(at)?;
    let encoded = match plain {
        b'%' => percent(bytes, at),
        b'&' => entity(bytes, at),
        _ => None,
    };
    Some(encoded.unwrap_or(Unit {
        letter: if plain.is_ascii() { plain } else { OTHER },
        length: 1,
        depth: 0,
        slashes: 0,
    }))
}

/// Passes over units of these letters; the place of the first other one.
pub(super) fn skip(bytes: &[u8], mut at: usize, letters: &[u8]) -> usize {
    while let Some(unit) = unit(bytes, at).filter(|unit| letters.contains(&unit.letter)) {
        at += unit.length;
    }
    at
}

/// `%XX`, and `%25XX` for what was encoded again.
fn percent(bytes: &[u8], at: usize) -> Option<Unit> {
    let mut digits = at + 1;
    let mut depth = 1;
    while depth < DEEPEST && bytes.get(digits..digits + 2) == Some(b"25") {
        // `%25` that no two digits follow is a percent sign.
        if hex(bytes, digits + 2, 2).is_none() {
            break;
        }
        digits += 2;
        depth += 1;
    }
    Some(Unit {
        letter: ascii(hex(bytes, digits, 2)?),
        length: digits + 2 - at,
        depth,
        slashes: 0,
    })
}

/// `&quot;` and its like, and `&amp;quot;` for what was encoded again.
fn entity(bytes: &[u8], at: usize) -> Option<Unit> {
    const NAMED: &[(&[u8], u8)] = &[
        (b"quot;", b'"'),
        (b"apos;", b'\''),
        (b"lt;", b'<'),
        (b"gt;", b'>'),
    ];
    let mut name = at + 1;
    let mut depth = 1;
    while depth < DEEPEST && starts_with(bytes, name, b"amp;") {
        name += 4;
        depth += 1;
    }
    let found = |letter, end: usize| Unit {
        letter,
        length: end - at,
        depth,
        slashes: 0,
    };
    if let Some((text, letter)) = NAMED
        .iter()
        .find(|(text, _)| starts_with(bytes, name, text))
    {
        return Some(found(*letter, name + text.len()));
    }
    if starts_with(bytes, name, b"#") {
        let body = bytes.get(name + 1..(name + 8).min(bytes.len()))?;
        let length = body.iter().position(|byte| *byte == b';')?;
        let text = std::str::from_utf8(body.get(..length)?).ok()?;
        let number = match text.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => text.parse().ok()?,
        };
        return Some(found(ascii(number), name + 1 + length + 1));
    }
    // An encoded ampersand.
    (depth > 1).then(|| Unit {
        depth: depth - 1,
        ..found(b'&', name)
    })
}

/// A run of backslashes, of which `first` is one, with what it escapes.
fn escaped(bytes: &[u8], at: usize, first: Unit) -> Unit {
    let mut end = at;
    let mut slashes = 0;
    let mut next = Some(first);
    while let Some(slash) = next.filter(|next| next.letter == b'\\') {
        end += slash.length;
        slashes += 1;
        next = spelled(bytes, end);
    }
    let run = |letter, end: usize, depth| Unit {
        letter,
        length: end - at,
        depth,
        slashes,
    };
    match next {
        Some(next) if matches!(next.letter, b'"' | b'\'' | b'/') => {
            run(next.letter, end + next.length, next.depth)
        }
        Some(next) if next.letter == b'u' && slashes % 2 == 1 => match hex(bytes, end + 1, 4) {
            Some(number) => run(ascii(number), end + 5, 0),
            None => run(b'\\', end, first.depth),
        },
        _ => run(b'\\', end, first.depth),
    }
}

fn ascii(number: u32) -> u8 {
    u8::try_from(number)
        .ok()
        .filter(u8::is_ascii)
        .unwrap_or(OTHER)
}

fn hex(bytes: &[u8], at: usize, digits: usize) -> Option<u32> {
    let digits = bytes.get(at..at + digits)?;
    digits.iter().try_fold(0, |number, digit| {
        char::from(*digit)
            .to_digit(16)
            .map(|digit| number * 16 + digit)
    })
}

/// Whether this text stands here.
pub(super) fn starts_with(bytes: &[u8], at: usize, text: &[u8]) -> bool {
    bytes.get(at..).is_some_and(|rest| rest.starts_with(text))
}
