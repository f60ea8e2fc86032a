//! Finding a marked piece of a text. Every piece is borrowed from the text.

use std::str::FromStr as _;

use joinscope_wire::Guid;
use memchr::memmem::Finder;
use memchr::{memchr2, memchr2_iter};
use nom::bytes::complete::{tag_no_case, take_while, take_while_m_n, take_while1};
use nom::sequence::preceded;
use nom::{IResult, Parser as _};

/// Class (empty for none) and function that a text begins with: `Class::Function: …`.
pub(super) fn function(text: &str) -> Option<(&str, &str)> {
    let is_part =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | ':' | '~');
    let (rest, path): (&str, &str) = name(text, is_part).ok()?;
    let path = path.strip_suffix(':')?;
    if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let (class, function) = path.rsplit_once("::").unwrap_or(("", path));
    (!function.is_empty()).then_some((class, function))
}

fn name(text: &str, is_part: impl Fn(char) -> bool) -> IResult<&str, &str> {
    take_while1(is_part).parse(text)
}

/// To the end of the clause that the mark begins.
pub(super) fn value<'t, 'm, M: Iterator<Item = &'m str>>(
    text: &'t str,
    mark: &Finder<'_>,
    marks: impl Fn() -> M,
) -> Option<&'t str> {
    let rest = behind(text, mark)?.trim_start_matches([' ', '\t']);
    let ends_here = |at: usize| {
        let here = &rest[at..];
        here.starts_with("; ")
            || here
                .strip_prefix(", ")
                .is_some_and(|next| marks().any(|mark| next.starts_with(mark)))
    };
    // A line's end ends it in any case.
    let line = memchr2(b'\r', b'\n', rest.as_bytes()).unwrap_or(rest.len());
    let mut clauses = memchr2_iter(b';', b',', &rest.as_bytes()[..line]);
    let end = clauses.find(|at| ends_here(*at)).unwrap_or(line);
    Some(rest[..end].trim_end().trim_end_matches('.'))
}

/// One word behind the mark.
pub(super) fn word<'t>(text: &'t str, mark: &Finder<'_>) -> Option<&'t str> {
    let rest = behind(text, mark)?.trim_start();
    rest.split_whitespace()
        .next()
        .map(|word| word.trim_end_matches(['.', ',', ';']))
}

/// The word before the mark.
pub(super) fn before<'t>(text: &'t str, mark: &Finder<'_>) -> Option<&'t str> {
    let at = mark.find(text.as_bytes())?;
    text[..at].split_whitespace().next_back()
}

/// What stands in double quotes right behind the mark.
pub(super) fn quoted<'t>(text: &'t str, mark: &Finder<'_>) -> Option<&'t str> {
    let rest = behind(text, mark)?.trim_start().strip_prefix('"')?;
    rest.split_once('"').map(|(quoted, _)| quoted)
}

/// A GUID right behind the mark.
pub(super) fn guid<'t>(text: &'t str, mark: &Finder<'_>) -> Option<&'t str> {
    let guid = behind(text, mark)?.get(..36)?;
    Guid::from_str(guid).ok().map(|_| guid)
}

/// Everything behind the mark.
pub(super) fn rest<'t>(text: &'t str, mark: &Finder<'_>) -> Option<&'t str> {
    behind(text, mark).map(str::trim)
}

/// A code in hexadecimal behind the mark, in any letter case.
pub(super) fn code(text: &str, mark: &str) -> Option<u32> {
    let folded = text.to_ascii_lowercase();
    let mark = mark.to_ascii_lowercase();
    folded.match_indices(&mark).find_map(|(at, _)| {
        let behind = text.get(at + mark.len()..)?;
        let (_, digits) = hexadecimal(behind).ok()?;
        u32::from_str_radix(digits, 16).ok()
    })
}

fn hexadecimal(text: &str) -> IResult<&str, &str> {
    let gap = take_while(|letter: char| letter == ' ' || letter == ':');
    let digits = take_while_m_n(1, 8, |letter: char| letter.is_ascii_hexdigit());
    preceded((gap, tag_no_case("0x")), digits).parse(text)
}

/// The lines `Name: value` behind the mark, up to the first line that is none.
pub(super) fn lines<'t>(
    text: &'t str,
    mark: &Finder<'_>,
) -> impl Iterator<Item = (&'t str, &'t str)> + use<'t> {
    let block = behind(text, mark).unwrap_or_default();
    block
        .trim_start_matches(['\r', '\n', ' '])
        .lines()
        .map_while(|line| {
            let (name, value) = line.split_once(':')?;
            let is_token = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
            (!name.is_empty() && name.chars().all(is_token)).then_some((name, value.trim()))
        })
}

/// The text behind the first mark that begins a word.
fn behind<'t>(text: &'t str, mark: &Finder<'_>) -> Option<&'t str> {
    let needle = mark.needle();
    let is_word = needle.first().is_some_and(u8::is_ascii_alphanumeric);
    let begins_word = |at: usize| {
        !is_word || !text[..at].ends_with(|letter: char| letter.is_ascii_alphanumeric())
    };
    let at = mark
        .find_iter(text.as_bytes())
        .find(|at| begins_word(*at))?;
    text.get(at + needle.len()..)
}
