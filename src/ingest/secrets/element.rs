//! Secrets that are the content of an XML element: `<wsse:Password Type="…">…</wsse:Password>`.

use super::units::{Unit, skip, starts_with, unit};

/// Where an element's content stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Content {
    /// The end of the begin tag.
    pub(super) start: usize,
    /// The begin of the next tag.
    pub(super) end: usize,
}

/// Prefixes of namespaces are short.
const LONGEST_PREFIX: usize = 24;

/// The content of the element whose name stands at `name..after`, if that is in a begin tag.
pub(super) fn content(bytes: &[u8], floor: usize, name: usize, after: usize) -> Option<Content> {
    if !follows_bracket(bytes, floor, without_prefix(bytes, floor, name)) {
        return None;
    }
    let first = unit(bytes, after)?;
    // Forms write a blank as `+`.
    if !matches!(first.letter, b'>' | b'+') && !first.letter.is_ascii_whitespace() {
        return None;
    }
    let (start, depth) = tag_end(bytes, after)?;
    // Answer files of an unattended setup put the value into an element of its own.
    let inner = skip(bytes, start, b" \t\r\n");
    let start = value_element(bytes, inner).unwrap_or(start);
    if starts_with(bytes, start, b"<![CDATA[") {
        let start = start + 9;
        let rest = bytes.get(start..)?;
        let length = memchr::memmem::find(rest, b"]]>").unwrap_or(rest.len());
        super::looked_at(length);
        return Some(Content {
            start,
            end: start + length,
        });
    }
    Some(Content {
        start,
        end: content_end(bytes, start, depth),
    })
}

/// The end of the begin tag `<Value>` that stands here.
fn value_element(bytes: &[u8], at: usize) -> Option<usize> {
    let open = unit(bytes, at).filter(|unit| unit.letter == b'<')?;
    let name = at + open.length;
    let letters = bytes.get(name..name + 5)?;
    let is_named = letters.eq_ignore_ascii_case(b"value");
    let (end, _) = is_named.then(|| tag_end(bytes, name + 5)).flatten()?;
    Some(end)
}

/// The place behind the `>` of a tag that is no empty element, and how deep that is encoded. Inside
/// a tag no other can begin.
fn tag_end(bytes: &[u8], mut at: usize) -> Option<(usize, u8)> {
    let mut before = 0;
    while let Some(Unit {
        letter,
        length,
        depth,
        ..
    }) = unit(bytes, at)
    {
        at += length;
        match letter {
            b'>' => return (before != b'/').then_some((at, depth)),
            b'<' => return None,
            _ => before = letter,
        }
    }
    None
}

/// The begin of the next tag; a `<` that is encoded more often than the tags is content.
fn content_end(bytes: &[u8], mut at: usize, depth: u8) -> usize {
    // Nothing but one of these begins a `<`, however it is spelled.
    let may_begin = |byte: &u8| matches!(byte, b'<' | b'%' | b'&' | b'\\');
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let plain = rest.iter().position(may_begin).unwrap_or(rest.len());
        super::looked_at(plain);
        at += plain;
        match unit(bytes, at) {
            Some(unit) if unit.letter != b'<' || unit.depth > depth => at += unit.length,
            _ => return at,
        }
    }
}

/// The begin of the name with its prefix, if it has one.
///
/// The digits of `%3A` are letters of a name, as those of `%3C` are.
fn without_prefix(bytes: &[u8], floor: usize, name: usize) -> usize {
    let Some(colon) = name.checked_sub(1).filter(|colon| *colon >= floor) else {
        return name;
    };
    let is_colon = match bytes.get(colon) {
        Some(b':') => true,
        Some(b'%') => {
            let digits = |digits: &[u8]| {
                let found = bytes.get(name..name + digits.len());
                found.is_some_and(|found| found.eq_ignore_ascii_case(digits))
            };
            digits(b"3a") || digits(b"253a")
        }
        _ => false,
    };
    if !is_colon {
        return name;
    }
    let floor = floor.max(name.saturating_sub(LONGEST_PREFIX));
    let letters = bytes.get(floor..colon).unwrap_or_default();
    let length = letters
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte))
        .count();
    colon - length
}

/// Whether `<` stands before this place, in any spelling.
///
/// The digits of `%3C` and `\u003c` are letters of a name, so they may stand behind it as well.
fn follows_bracket(bytes: &[u8], floor: usize, at: usize) -> bool {
    let before = bytes.get(floor..at).unwrap_or_default();
    if before.ends_with(b"<") || before.ends_with(b"lt;") {
        return true;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let digits = |begin: &[u8]| {
        rest.get(..begin.len())
            .is_some_and(|digits| digits.eq_ignore_ascii_case(begin))
    };
    match before.last() {
        Some(b'%') => digits(b"3c") || digits(b"253c"),
        Some(b'\\') => digits(b"u003c"),
        _ => false,
    }
}
