//! The grammar of one line: frame, title, row, command or text.
//!
//! A line is read without its neighbours. Whether something that looks like a
//! row is one, or the rest of a wrapped value that happens to hold a colon, is
//! decided in `parse.rs`, which knows the lines before it.

use nom::bytes::complete::{tag, tag_no_case, take_until, take_while};
use nom::character::complete::{char, one_of, satisfy, space0, space1};
use nom::combinator::{all_consuming, eof, opt, peek, recognize, verify};
use nom::multi::many1_count;
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser, branch::alt};

/// Names are at most 24 characters in every known generation.
const MAX_NAME_CHARS: usize = 48;

/// One line, without the marks of a quotation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Line<'a> {
    /// Blanks at the start.
    pub(crate) indent: usize,
    /// All characters, blanks at both ends included.
    pub(crate) width: usize,
    /// The line with its blanks, to join wrapped values exactly.
    pub(crate) whole: &'a str,
    /// The line without blanks at its ends.
    pub(crate) body: &'a str,
    /// What it looks like.
    pub(crate) shape: Shape<'a>,
}

/// What a line looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shape<'a> {
    /// Nothing, or the fence of a code block.
    Blank,
    /// The upper or lower edge of a frame.
    Rule,
    /// A title between two vertical lines.
    Title(&'a str),
    /// A shell's prompt, or the command itself.
    Prompt,
    /// Another line that names the command, such as scripts write above it.
    Heading,
    /// A name and a value.
    Row(Row<'a>),
    /// Anything else.
    Text,
}

/// A name and a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Row<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a str,
    pub(crate) colon: Colon,
    /// Characters before the colon, those of the indent included.
    pub(crate) column: usize,
}

/// How the colon is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Colon {
    /// `Name : value`, as the tool prints.
    Spaced,
    /// `Name: : value`, as the tool prints one row up to version 1809.
    Doubled,
    /// `Name: value`, as some articles and all sentences write.
    Tight,
}

/// Reads one line, which must not contain a line break.
pub(crate) fn read(text: &str) -> Line<'_> {
    let whole = match quotation(text) {
        Ok((rest, _)) => rest,
        Err(_) => text,
    };
    let unindented = whole.trim_start_matches(is_blank);
    let indent = whole.chars().count() - unindented.chars().count();
    let body = unindented.trim_end_matches(is_blank);
    let shape = shape(body, indent);
    Line {
        indent,
        width: whole.chars().count(),
        whole,
        body,
        shape,
    }
}

/// Blanks, control characters and byte order marks: nothing that is printed.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || c == '\u{feff}'
}

fn shape(body: &str, indent: usize) -> Shape<'_> {
    if body.is_empty() || body.starts_with("```") {
        return Shape::Blank;
    }
    if is_rule(body) {
        return Shape::Rule;
    }
    if let Ok((_, title)) = framed_title(body) {
        return Shape::Title(title);
    }
    if command(body).is_ok() {
        return Shape::Prompt;
    }
    match row(body) {
        Ok((value, (name, colon))) => {
            let before_colon = body
                .find(':')
                .and_then(|end| body.get(..end))
                .unwrap_or_default();
            let column = indent + before_colon.chars().count();
            Shape::Row(Row {
                name,
                value,
                colon,
                column,
            })
        }
        Err(_) if names_the_command(body) => Shape::Heading,
        Err(_) => Shape::Text,
    }
}

/// `> ` once or more, as mail programs and forums mark quoted lines. One blank
/// behind the last mark belongs to it.
fn quotation(input: &str) -> IResult<&str, usize> {
    terminated(many1_count((space0, char('>'))), opt(char(' '))).parse(input)
}

fn is_vertical(c: char) -> bool {
    matches!(c, '|' | '\u{2502}' | '\u{2503}' | '\u{2551}')
}

/// An edge: only frame characters, and at least three horizontal ones.
fn is_rule(body: &str) -> bool {
    let is_horizontal =
        |c: char| matches!(c, '-' | '=' | '_' | '\u{2500}' | '\u{2501}' | '\u{2550}');
    let is_frame = |c: char| {
        is_horizontal(c)
            || is_blank(c)
            || c == '+'
            || c == '|'
            || ('\u{2500}'..='\u{257f}').contains(&c)
    };
    body.chars().all(is_frame) && body.chars().filter(|c| is_horizontal(*c)).take(3).count() == 3
}

/// `| Title |`; another vertical line inside makes it a row of some other table.
fn framed_title(input: &str) -> IResult<&str, &str> {
    let inside = verify(take_while(|c| !is_vertical(c)), |text: &str| {
        !text.trim().is_empty()
    });
    all_consuming(delimited(
        satisfy(is_vertical),
        inside,
        satisfy(is_vertical),
    ))
    .parse(input)
    .map(|(rest, title)| (rest, title.trim_matches(is_blank)))
}

/// `C:\path>`, `PS path>` or `dsregcmd /…` at the start.
fn command(input: &str) -> IResult<&str, &str> {
    let drive_prompt = recognize((
        satisfy(|c| c.is_ascii_alphabetic()),
        tag(":\\"),
        take_until(">"),
    ));
    let powershell_prompt = recognize((tag("PS "), take_until(">")));
    let prompt = terminated(alt((powershell_prompt, drive_prompt)), char('>'));
    let bare = recognize((
        tag_no_case("dsregcmd"),
        opt(tag_no_case(".exe")),
        space1,
        one_of("/-"),
    ));
    alt((prompt, bare)).parse(input)
}

/// A heading such as collection scripts write above a command's output.
fn names_the_command(body: &str) -> bool {
    const LONGEST_HEADING: usize = 200;
    let lower = body
        .get(..LONGEST_HEADING.min(body.len()))
        .unwrap_or_default()
        .to_ascii_lowercase();
    body.len() <= LONGEST_HEADING && lower.contains("dsregcmd") && lower.contains(" /")
}

/// A name, a colon and what follows it (the remaining input).
fn row(input: &str) -> IResult<&str, (&str, Colon)> {
    let (rest, name) = name(input)?;
    let (rest, _) = char(':')(rest)?;
    let (rest, doubled) = opt(preceded(space1, char(':'))).parse(rest)?;
    let colon = if doubled.is_some() {
        Colon::Doubled
    } else if name.ends_with(is_blank) {
        Colon::Spaced
    } else {
        // `https://`, `C:\` and `Class::Function` are no rows.
        peek(alt((space1, eof))).parse(rest)?;
        Colon::Tight
    };
    Ok((
        rest.trim_matches(is_blank),
        (name.trim_matches(is_blank), colon),
    ))
}

/// A few words that begin with a letter.
fn name(input: &str) -> IResult<&str, &str> {
    let is_inside = |c: char| c.is_alphanumeric() || " \t-_/()'".contains(c);
    let words = recognize((satisfy(char::is_alphabetic), take_while(is_inside)));
    verify(words, |text: &str| {
        let name = text.trim_end();
        name.chars().take(MAX_NAME_CHARS + 1).count() <= MAX_NAME_CHARS
    })
    .parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Shape<'_>) {
        assert_eq!(read(text).shape, expected, "{text:?}");
    }

    fn spaced<'a>(name: &'a str, value: &'a str, column: usize) -> Shape<'a> {
        Shape::Row(Row {
            name,
            value,
            colon: Colon::Spaced,
            column,
        })
    }

    fn tight<'a>(name: &'a str, value: &'a str, column: usize) -> Shape<'a> {
        Shape::Row(Row {
            name,
            value,
            colon: Colon::Tight,
            column,
        })
    }

    #[test]
    fn rows() {
        check("   AzureAdJoined : YES", spaced("AzureAdJoined", "YES", 17));
        check("AzureAdJoined: YES  ", tight("AzureAdJoined", "YES", 13));
        check("MdmUrl :", spaced("MdmUrl", "", 7));
        check("MdmUrl:", tight("MdmUrl", "", 6));
        let doubled = Row {
            name: "KeySignTest",
            value: "MUST Run",
            colon: Colon::Doubled,
            column: 11,
        };
        check("KeySignTest: : MUST Run", Shape::Row(doubled));
        check("Endpoint URI : https://a.example:443/x", {
            spaced("Endpoint URI", "https://a.example:443/x", 13)
        });
        check(
            "Auto-Configuration URL : ",
            spaced("Auto-Configuration URL", "", 23),
        );
        check("\u{a0}\u{a0}NgcSet :\u{a0}NO", spaced("NgcSet", "NO", 9));
    }

    #[test]
    fn lines_that_are_no_rows() {
        for text in [
            "https://login.contoso.example/",
            "DsrCmdAccountMgr::IsDrsJoined: no",
            "sing WPAD. code: 0x80072f94",
            "10:20:30 : later",
            ": value",
            "For more information",
            "   IPv4 Address. . . . . . . . . . . : 192.0.2.1",
        ] {
            check(text, Shape::Text);
        }
        check(&format!("{} : value", "a".repeat(49)), Shape::Text);
    }

    #[test]
    fn frames_and_titles() {
        check("+------------+", Shape::Rule);
        check("\u{250c}\u{2500}\u{2500}\u{2500}\u{2510}", Shape::Rule);
        check("| Device State      |", Shape::Title("Device State"));
        check("\u{2502} SSO State \u{2502}", Shape::Title("SSO State"));
        check("| a | b |", Shape::Text);
        check("| Device Sta", Shape::Text);
        check("||", Shape::Text);
        check("+-", Shape::Text);
    }

    #[test]
    fn blanks_and_quotations() {
        check("", Shape::Blank);
        check(" \t\0", Shape::Blank);
        check("```text", Shape::Blank);
        check("> > ", Shape::Blank);
        check("> AzureAdJoined : YES", spaced("AzureAdJoined", "YES", 14));
        assert_eq!(read(">    NgcSet : NO").indent, 3);
    }

    #[test]
    fn commands() {
        for text in [
            "C:\\Windows\\system32>dsregcmd /status",
            "PS C:\\Users\\anna> dsregcmd /status",
            "dsregcmd.exe /status /debug",
            "PS C:\\> ",
        ] {
            check(text, Shape::Prompt);
        }
        check("===== dsregcmd /status =====", Shape::Heading);
        check("dsregcmd::wmain logging initialized.", Shape::Text);
    }
}
