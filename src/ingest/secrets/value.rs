//! Values that are given to a name: where they begin, and how far they reach.
//!
//! Where it is open whether a letter still belongs to the value it is taken as part of it: a few
//! words too many are lost rather than the rest of a password kept.

use super::ordinary::Giving;
use super::units::{Unit, skip, starts_with, unit};

/// Where a value stands, and how it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) giving: Giving,
    /// Whether it stands between quotation marks of its own.
    pub(super) quoted: bool,
    /// Whether the name stands between quotation marks as well, as in JSON.
    pub(super) name_quoted: bool,
}

/// The value that is given to a name that ends at `at`; `option` says that the name is one of a
/// command line, where a blank is enough.
pub(super) fn given(bytes: &[u8], at: usize, option: bool) -> Option<Given> {
    let signed = skip(bytes, at, b"\"' \t]");
    let name_quoted = unit(bytes, at).is_some_and(|first| is_quote(first.letter));
    let (sign, mut start) = match unit(bytes, signed)? {
        sign if matches!(sign.letter, b'=' | b':') => (sign, signed + sign.length),
        // The name was itself a value: `name="Password" value="…"`.
        _ if signed > at
            && let Some(found) = sign_of_value(bytes, signed) =>
        {
            found
        }
        first if option && !b"-/<>".contains(&first.letter) => {
            let blanks = skip(bytes, at, b" \t");
            return (blanks > at).then(|| value_at(bytes, blanks, 0, Giving::Exact));
        }
        _ => return None,
    };
    // `==`, `:=` and `=>` give as well.
    for _ in 0..2 {
        match unit(bytes, start) {
            Some(further) if matches!(further.letter, b'=' | b'>') => start += further.length,
            _ => break,
        }
    }
    let giving = if sign.letter == b'=' {
        Giving::Exact
    } else {
        Giving::Colon
    };
    let start = skip(bytes, start, b" \t");
    Some(Given {
        name_quoted,
        ..value_at(bytes, start, sign.depth, giving)
    })
}

/// The sign behind `value`, where that is the next word: in XML, in lists of names and values.
fn sign_of_value(bytes: &[u8], at: usize) -> Option<(Unit, usize)> {
    let word = skip(bytes, at, b",\"' \t\r\n");
    let letters = bytes.get(word..word + 5)?;
    if !letters.eq_ignore_ascii_case(b"value") {
        return None;
    }
    let at = skip(bytes, word + 5, b"\"' \t");
    let sign = unit(bytes, at).filter(|sign| matches!(sign.letter, b'=' | b':'))?;
    Some((sign, at + sign.length))
}

/// The value that begins here, quoted or not; `depth` is that of the sign before it.
fn value_at(bytes: &[u8], start: usize, depth: u8, giving: Giving) -> Given {
    match unit(bytes, start) {
        Some(mark) if is_quote(mark.letter) => {
            let (start, end) = quoted(bytes, start, mark);
            Given {
                start,
                end,
                giving: Giving::Exact,
                quoted: true,
                name_quoted: false,
            }
        }
        _ => Given {
            start,
            end: bare_end(bytes, start, depth),
            giving,
            quoted: false,
            name_quoted: false,
        },
    }
}

fn is_quote(letter: u8) -> bool {
    matches!(letter, b'"' | b'\'')
}

/// Begin and end of what stands between quotation marks, of which `open` is the first.
///
/// It ends with its line at the latest: strings of JSON, headers and attributes do not go on.
fn quoted(bytes: &[u8], at: usize, open: Unit) -> (usize, usize) {
    let mut start = at + open.length;
    let is_twin = |unit: Unit| unit.letter == open.letter && unit.depth == open.depth;
    // Tables double the marks inside their own: `"{""password"":""x""}"`.
    let mut doubled = false;
    if let Some(twin) = unit(bytes, start).filter(|twin| is_twin(*twin)) {
        let after = start + twin.length;
        if twin.slashes == open.slashes && !is_quote_end(bytes, after) {
            doubled = true;
            start = after;
        }
    }
    let mut end = start;
    while let Some(unit_here) = unit(bytes, end) {
        let Unit {
            letter,
            length,
            depth,
            ..
        } = unit_here;
        if depth == 0 && matches!(letter, b'\r' | b'\n') {
            break;
        }
        let after = end + length;
        if letter == open.letter && depth <= open.depth && closes(open, unit_here) {
            let twin = unit(bytes, after).is_some_and(is_twin);
            // A doubled mark inside marks that are not doubled stands for one mark.
            if doubled || !twin || depth < open.depth {
                break;
            }
            end = after + length;
            continue;
        }
        // A text around that ends here ends this one as well.
        if open.depth > depth && matches!(letter, b'"' | b'<') {
            break;
        }
        end = after;
    }
    (start, end)
}

/// Whether a quotation mark behind so many backslashes ends what one behind others began.
///
/// Each level of wrapping doubles backslashes and adds one before a mark, so a closing mark has
/// `m * odd - 1` of them where the opening one has `m - 1`.
fn closes(open: Unit, mark: Unit) -> bool {
    mark.slashes < open.slashes || ((mark.slashes + 1) / (open.slashes + 1)) % 2 == 1
}

/// Whether the text goes on here as it does after a closed quotation.
pub(super) fn is_quote_end(bytes: &[u8], at: usize) -> bool {
    unit(bytes, at).is_none_or(|unit| {
        unit.letter.is_ascii_whitespace() || b",;:&)]}<>/\"'=".contains(&unit.letter)
    })
}

/// The end of a value without quotation marks.
fn bare_end(bytes: &[u8], start: usize, depth: u8) -> usize {
    let mut at = start;
    while let Some(unit) = unit(bytes, at) {
        let after = at + unit.length;
        // What is percent-encoded more often than the sign is part of the value. Entities say
        // nothing of that: a sign is never written as one.
        let is_level = unit.depth <= depth || bytes.get(at) == Some(&b'&');
        if is_level && ends_bare(bytes, unit, after) {
            break;
        }
        at = after;
    }
    at
}

/// The first quotation mark in a value without quotation marks of its own, else its end: a mark that
/// words follow may end the value all the same.
pub(super) fn head_end(bytes: &[u8], given: Given) -> usize {
    let mut at = given.start;
    while at < given.end
        && let Some(unit) = unit(bytes, at).filter(|unit| !is_quote(unit.letter))
    {
        at += unit.length;
    }
    super::looked_at(at - given.start);
    at.min(given.end)
}

/// Whether this letter ends a value without quotation marks.
fn ends_bare(bytes: &[u8], letter: Unit, after: usize) -> bool {
    match letter.letter {
        b'&' | b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c | 0 => true,
        b'<' => starts_with(bytes, after, b"/"),
        b'"' | b'\'' => is_quote_end(bytes, after),
        b'\\' => is_spelled_line_end(bytes, after - letter.length),
        b',' | b';' => is_next_field(bytes, after),
        b')' | b']' | b'}' => is_after_closer(bytes, after),
        _ => false,
    }
}

/// Whether a line end stands here that the text around spells out as `\r\n`.
pub(super) fn is_spelled_line_end(bytes: &[u8], at: usize) -> bool {
    starts_with(bytes, at, br"\r\n") || starts_with(bytes, at, br"\\r\\n")
}

/// Whether, behind a comma or semicolon, blanks follow, the end, or the name of a next field.
fn is_next_field(bytes: &[u8], at: usize) -> bool {
    /// Names are seldom longer, and a password with a comma and an equals sign is rare enough.
    const LONGEST: usize = 40;
    let Some(first) = bytes.get(at) else {
        return true;
    };
    if first.is_ascii_whitespace() || is_quote(*first) {
        return true;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let name = rest
        .iter()
        .take(LONGEST)
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte))
        .count();
    super::looked_at(name);
    name > 0 && matches!(rest.get(name), Some(b'=' | b':'))
}

/// Whether the text goes on here as it does behind a closing bracket that is no letter of a value.
fn is_after_closer(bytes: &[u8], at: usize) -> bool {
    bytes
        .get(at)
        .is_none_or(|byte| byte.is_ascii_whitespace() || b",;)]}\"'<&".contains(byte))
}
