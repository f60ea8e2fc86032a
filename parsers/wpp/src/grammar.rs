//! The grammar of one line of a TMF text.
//!
//! Names of arguments are expressions of the source language and may hold
//! commas, parentheses and anything else, so an argument is read from its end.
//! For the same reason the end of a format is the last quotation mark that can
//! be one.

use joinscope_wire::Guid;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_till1, take_while1};
use nom::character::complete::{char, space0, space1, u16 as number};
use nom::combinator::{all_consuming, map_opt, rest};
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};

use crate::item::Item;
use crate::message::Argument;

/// A line with the GUID of a source file.
#[derive(Debug, PartialEq)]
pub(crate) struct OriginLine<'a> {
    pub(crate) guid: Guid,
    pub(crate) component: &'a str,
    pub(crate) source: Option<&'a str>,
}

/// A line that begins a message.
#[derive(Debug, PartialEq)]
pub(crate) struct TypeLine<'a> {
    pub(crate) place: &'a str,
    pub(crate) number: u16,
    pub(crate) format: &'a str,
    pub(crate) level: Option<&'a str>,
    pub(crate) flags: Option<&'a str>,
    pub(crate) function: Option<&'a str>,
}

/// Why a line that begins a message could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TypeFault {
    /// The format goes on in the next line.
    Open,
    /// Place, number or the opening quotation mark are missing.
    Broken,
}

/// `<guid> <component> // SRC=file.cpp MJ= MN=`.
pub(crate) fn origin(line: &str) -> Option<OriginLine<'_>> {
    let guid = || map_opt(take_till(is_blank), |text: &str| text.parse().ok());
    let parsed: IResult<&str, Guid> = guid().parse(line.trim());
    let (behind, guid) = parsed.ok()?;
    let (component, comment) = behind.split_once("//").unwrap_or((behind, ""));
    Some(OriginLine {
        guid,
        component: component.trim(),
        source: named(comment, "SRC"),
    })
}

/// What a comment says about the PDB; `None` for every other line and for the
/// comment with the PDB's date.
pub(crate) fn pdb_comment(line: &str) -> Option<&str> {
    let mut head = (tag("//"), space0, tag("PDB:"), space0);
    let parsed: IResult<&str, _> = head.parse(line);
    let (path, _) = parsed.ok()?;
    let path = path.trim();
    (!path.is_empty() && !path.starts_with("Last Updated")).then_some(path)
}

/// Whether a line begins a message, well or badly.
pub(crate) fn is_type_line(line: &str) -> bool {
    let parsed: IResult<&str, _> = type_word(line.trim_start());
    parsed.is_ok()
}

/// `#typev file_cpp78 13 "%0text %10!s!" // LEVEL=x FLAGS=y FUNC=z`.
pub(crate) fn type_line(line: &str) -> Result<TypeLine<'_>, TypeFault> {
    let head: IResult<&str, _> = (
        preceded(type_word, take_till1(is_blank)),
        delimited(space1, number, space1),
        preceded(char('"'), rest),
    )
        .parse(line.trim_start());
    let (_, (place, number, behind)) = head.map_err(|_| TypeFault::Broken)?;
    let (format, comment) = close_format(behind).ok_or(TypeFault::Open)?;
    Ok(TypeLine {
        place,
        number,
        format,
        level: named(comment, "LEVEL"),
        flags: named(comment, "FLAGS"),
        function: named(comment, "FUNC"),
    })
}

/// `name, ItemType(…) -- 10`.
pub(crate) fn argument(line: &str) -> Option<Argument> {
    let (typed, index) = line.rsplit_once("--")?;
    let index: IResult<&str, u16> = all_consuming(delimited(space0, number, space0)).parse(index);
    let (_, index) = index.ok()?;
    let (name, item) = split_type(typed.trim_end())?;
    Some(Argument {
        name: name.trim().into(),
        index,
        item: Item::parse(item)?,
    })
}

fn type_word(input: &str) -> IResult<&str, &str> {
    let word = alt((tag("#typev"), tag("#type")));
    terminated(word, space1).parse(input)
}

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

/// Splits what follows the opening quotation mark at the closing one: the last
/// that has nothing or a comment behind it.
fn close_format(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_end();
    text.rmatch_indices('"').find_map(|(at, _)| {
        let format = text.get(..at)?;
        let behind = text.get(at + 1..)?.trim_start();
        (behind.is_empty() || behind.starts_with("//")).then_some((format, behind))
    })
}

/// The value of `KEY=value` in a comment. A value may hold blanks; it ends
/// where the next key begins. An empty value is none.
fn named<'a>(comment: &'a str, key: &str) -> Option<&'a str> {
    let mut rest = comment;
    loop {
        let (before, value) = rest.split_once(key)?;
        let begins = before.is_empty() || before.ends_with([' ', '\t', '/']);
        match value.strip_prefix('=') {
            Some(value) if begins => {
                let value = value.get(..value_end(value))?.trim();
                return (!value.is_empty()).then_some(value);
            }
            _ => rest = value,
        }
    }
}

/// Where the next `KEY=` begins, or the end.
fn value_end(text: &str) -> usize {
    let is_key = |at: usize| {
        let key = take_while1(|c: char| c.is_ascii_uppercase() || c == '_');
        let parsed: IResult<&str, _> = (key, char('=')).parse(text.get(at..).unwrap_or_default());
        parsed.is_ok()
    };
    let mut starts = text.match_indices(is_blank).map(|(at, _)| at);
    starts.find(|at| is_key(at + 1)).unwrap_or(text.len())
}

/// Splits `name, Type` or `name, Type(…)` at the comma before the type.
fn split_type(text: &str) -> Option<(&str, &str)> {
    let head = if text.ends_with(')') {
        text.get(..opening_parenthesis(text)?)?
    } else {
        text
    };
    let comma = head.rfind(',')?;
    Some((text.get(..comma)?, text.get(comma + 1..)?))
}

/// The parenthesis that belongs to the one at the end of the text.
fn opening_parenthesis(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.rmatch_indices(['(', ')']).find_map(|(at, mark)| {
        depth = if mark == ")" { depth + 1 } else { depth - 1 };
        (depth == 0).then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins() {
        #[track_caller]
        fn check(line: &str, expected: Option<(&str, Option<&str>)>) {
            let read = origin(line).map(|origin| {
                assert_eq!(
                    origin.guid.to_string(),
                    "6f1d2c3b-0a19-4e58-8f76-a5b4c3d2e1f0"
                );
                (origin.component, origin.source)
            });
            assert_eq!(read, expected, "{line}");
        }
        let guid = "6F1D2C3B-0A19-4E58-8F76-a5b4c3d2e1f0";
        check(
            &format!("{guid} joiner // SRC=join.cpp MJ= MN="),
            Some(("joiner", Some("join.cpp"))),
        );
        check(&format!("{{{guid}}} two words"), Some(("two words", None)));
        check(guid, Some(("", None)));
        check(&format!("{guid} a // SRC= MJ="), Some(("a", None)));
        check("6f1d2c3b joiner", None);
        check("", None);
    }

    #[test]
    fn comments_with_the_pdb() {
        let check = |line, expected| assert_eq!(pdb_comment(line), expected, "{line}");
        check(r"// PDB:  d:\out\joiner.pdb", Some(r"d:\out\joiner.pdb"));
        check("// PDB:  Last Updated :2024-2-3", None);
        check("// PDB:", None);
        check("// other", None);
    }

    #[test]
    fn lines_that_begin_a_message() {
        #[track_caller]
        fn check(line: &str, expected: Result<(&str, [Option<&str>; 3]), TypeFault>) {
            let read = type_line(line).map(|read| {
                assert_eq!((read.place, read.number), ("join_cpp78", 13), "{line}");
                (read.format, [read.level, read.flags, read.function])
            });
            assert_eq!(read, expected, "{line}");
        }
        let level = Some("TRACE_LEVEL_ERROR");
        check(
            r#"#typev join_cpp78 13 "%0a %10!s!" //   LEVEL=TRACE_LEVEL_ERROR FLAGS=Net FUNC=C::f"#,
            Ok(("%0a %10!s!", [level, Some("Net"), Some("C::f")])),
        );
        check(
            r#"#typev join_cpp78 13 "say "x" // y" // FUNC=C::operator == LEVEL= FLAGS="#,
            Ok((r#"say "x" // y"#, [None, None, Some("C::operator ==")])),
        );
        check(r#"#type join_cpp78 13 "%0""#, Ok(("%0", [None; 3])));
        check("#typev join_cpp78 13 \"half", Err(TypeFault::Open));
        check("#typev join_cpp78 13 half\"", Err(TypeFault::Broken));
        check("#typev join_cpp78 70000 \"%0\"", Err(TypeFault::Broken));
        check("#typed join_cpp78 13 \"%0\"", Err(TypeFault::Broken));
    }

    #[test]
    fn arguments_are_read_from_their_end() {
        #[track_caller]
        fn check(line: &str, expected: Option<(&str, u16, &str)>) {
            let read = argument(line);
            let parts = read.as_ref().map(|a| (&*a.name, a.index, &a.item));
            let item = expected.map(|(_, _, text)| Item::parse(text).unwrap());
            let expected = expected.zip(item.as_ref());
            let expected = expected.map(|((name, index, _), item)| (name, index, item));
            assert_eq!(parts, expected, "{line}");
        }
        check("hr, ItemHRESULT -- 10", Some(("hr", 10, "ItemHRESULT")));
        check(
            "f(a, b--), ItemListByte(No, Yes) -- 11",
            Some(("f(a, b--)", 11, "ItemListByte(No, Yes)")),
        );
        check(
            "x, ItemSetLong(a(1), b)--12",
            Some(("x", 12, "ItemSetLong(a(1), b)")),
        );
        check("x ItemLong -- 10", None);
        check("x, ItemLong", None);
        check("x, ItemLong -- ten", None);
        check("x, ItemListLong a) -- 10", None);
        check("x, Item Long -- 10", None);
    }
}
