//! The format of a message: text with placeholders such as `%10!s!`.
//!
//! A placeholder speaks of an argument by its number, not by its order, and may
//! do so several times. `%0` is always the standard prefix, even when a digit
//! follows it. Backslashes stand for themselves: whether a tool that wrote the
//! text escaped anything is not known, and a path must not lose its parts.
//!
//! Sources. *Specified* by the documentation of trace message formats: the
//! numbers below 10 and their meaning, `%%`, the conversions of printf between
//! exclamation marks, `%!FUNC!` and its like.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_till1, take_until, take_while_m_n};
use nom::character::complete::{char, one_of, satisfy};
use nom::combinator::{all_consuming, map_opt, not, opt, recognize, value};
use nom::multi::many0_count;
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};

/// Width and precision above this are no honest wish, and are not understood.
const MAX_COLUMNS: u16 = 256;

/// The format of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    text: Box<str>,
    pub(crate) pieces: Vec<Piece>,
}

impl Template {
    /// Reads a format; with it come the parts that look like placeholders and
    /// are none, which are kept as plain text.
    pub fn parse(text: &str) -> (Self, Vec<Box<str>>) {
        let mut pieces = Vec::new();
        let mut strange = Vec::new();
        let mut rest = text;
        while let Ok((after, piece)) = piece(rest) {
            match piece {
                Read::Piece(piece) => push(&mut pieces, piece),
                Read::Strange(part) => {
                    strange.push(part.into());
                    push(&mut pieces, Piece::Literal(part.into()));
                }
            }
            rest = after;
        }
        let text = text.into();
        (Self { text, pieces }, strange)
    }

    /// The format as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The conversion with which the format first shows an argument.
    pub(crate) fn conversion(&self, index: u16) -> Option<Conversion> {
        self.pieces.iter().find_map(|piece| match piece {
            Piece::Argument { index: i, spec } if *i == index => Some(spec.conversion),
            _ => None,
        })
    }
}

/// A part of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Plain text.
    Literal(String),
    /// `%10!s!`: an argument, or a value of the event itself below 10.
    Argument { index: u16, spec: Spec },
    /// `%!FUNC!`: something that the description says about the message.
    Named(Name),
}

/// What a message's description can say about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Function,
    Level,
    Flags,
    Component,
    File,
    Line,
}

/// How a value is written, after printf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Spec {
    pub(crate) flags: Flags,
    pub(crate) width: u16,
    pub(crate) precision: Option<u16>,
    pub(crate) length: Length,
    pub(crate) conversion: Conversion,
}

/// The flags of printf. They are independent of each other by nature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "printf has five flags, and each combination of them means something"
)]
pub(crate) struct Flags {
    pub(crate) left: bool,
    pub(crate) plus: bool,
    pub(crate) space: bool,
    pub(crate) alternate: bool,
    pub(crate) zero: bool,
}

/// The lengths that make a number smaller than its item. All others leave it
/// as it is, because the item says how wide it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Length {
    #[default]
    Whole,
    Short,
    Byte,
}

/// The conversions of printf, as far as they differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Conversion {
    Signed,
    Unsigned,
    Hex,
    UpperHex,
    Octal,
    Character,
    #[default]
    Text,
    Pointer,
    Fixed,
    Exponent,
    UpperExponent,
    Shorter,
    UpperShorter,
}

enum Read<'a> {
    Piece(Piece),
    Strange(&'a str),
}

/// Adds a piece; plain texts side by side become one.
fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match (pieces.last_mut(), piece) {
        (Some(Piece::Literal(before)), Piece::Literal(text)) => before.push_str(&text),
        (_, piece) => pieces.push(piece),
    }
}

/// The next piece. Fails at the end of the text only.
fn piece(input: &str) -> IResult<&str, Read<'_>> {
    let literal = |text: &str| Read::Piece(Piece::Literal(text.into()));
    alt((
        take_till1(|c| c == '%').map(literal),
        value("%", tag("%%")).map(literal),
        named.map(|name| Read::Piece(Piece::Named(name))),
        // The prefix says what an event says anyway: time, process and thread.
        tag("%0").map(|_| literal("")),
        argument.map(Read::Piece),
        strange.map(Read::Strange),
    ))
    .parse(input)
}

fn named(input: &str) -> IResult<&str, Name> {
    let name = |text: &str| {
        Some(match text {
            "FUNC" => Name::Function,
            "LEVEL" => Name::Level,
            "FLAGS" => Name::Flags,
            "COMPNAME" => Name::Component,
            "FILE" => Name::File,
            "LINE" => Name::Line,
            _ => return None,
        })
    };
    delimited(tag("%!"), map_opt(take_until("!"), name), char('!')).parse(input)
}

fn argument(input: &str) -> IResult<&str, Piece> {
    let spec = delimited(char('!'), map_opt(take_until("!"), Spec::parse), char('!'));
    let digits = |most| take_while_m_n(1, most, |c: char| c.is_ascii_digit());
    let index = |most| map_opt(digits(most), |text: &str| text.parse::<u16>().ok());
    // Without a conversion behind it, a number has at most two digits.
    let with_spec = (index(4), spec);
    let without = (index(2), not(satisfy(|c| c == '!' || c.is_ascii_digit())));
    preceded(
        char('%'),
        alt((
            with_spec,
            without.map(|(index, ())| (index, Spec::default())),
        )),
    )
    .map(|(index, spec)| Piece::Argument { index, spec })
    .parse(input)
}

/// A percent sign, with a number and what stands between exclamation marks if
/// it has them.
fn strange(input: &str) -> IResult<&str, &str> {
    let digits = take_while_m_n(0, 4, |c: char| c.is_ascii_digit());
    let between = take_while_m_n(0, 16, |c: char| c != '!' && c != '%');
    let mark = (char('!'), between, char('!'));
    recognize((char('%'), digits, opt(mark))).parse(input)
}

impl Spec {
    /// Reads what stands between the exclamation marks.
    fn parse(text: &str) -> Option<Self> {
        let columns = || {
            let digits = take_while_m_n(1, 4, |c: char| c.is_ascii_digit());
            map_opt(digits, |text: &str| {
                text.parse().ok().filter(|count| *count <= MAX_COLUMNS)
            })
        };
        let precision = preceded(char('.'), opt(columns()).map(Option::unwrap_or_default));
        let (_, (flags, width, precision, length, conversion)) = all_consuming((
            recognize(many0_count(one_of("-+ #0"))),
            opt(columns()),
            opt(precision),
            length,
            conversion,
        ))
        .parse(text.trim_end())
        .ok()?;
        Some(Self {
            flags: Flags {
                left: flags.contains('-'),
                plus: flags.contains('+'),
                space: flags.contains(' '),
                alternate: flags.contains('#'),
                zero: flags.contains('0'),
            },
            width: width.unwrap_or_default(),
            precision,
            length,
            conversion,
        })
    }
}

fn length(input: &str) -> IResult<&str, Length> {
    alt((
        value(Length::Byte, tag("hh")),
        value(Length::Short, tag("h")),
        value(Length::Whole, tag("ll")),
        value(Length::Whole, tag("I64")),
        value(Length::Whole, tag("I32")),
        value(Length::Whole, one_of("lIwLqjzt")),
        value(Length::Whole, tag("")),
    ))
    .parse(input)
}

fn conversion(input: &str) -> IResult<&str, Conversion> {
    let conversion = |letter| {
        Some(match letter {
            'd' | 'i' => Conversion::Signed,
            'u' => Conversion::Unsigned,
            'x' => Conversion::Hex,
            'X' => Conversion::UpperHex,
            'o' => Conversion::Octal,
            'c' | 'C' => Conversion::Character,
            's' | 'S' | 'Z' => Conversion::Text,
            'p' | 'P' => Conversion::Pointer,
            'f' | 'F' => Conversion::Fixed,
            'e' => Conversion::Exponent,
            'E' => Conversion::UpperExponent,
            'g' => Conversion::Shorter,
            'G' => Conversion::UpperShorter,
            _ => return None,
        })
    };
    map_opt(nom::character::complete::anychar, conversion).parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces in a short notation, and the strange parts.
    fn check(text: &str, expected: &str, strange: &[&str]) {
        let (template, parts) = Template::parse(text);
        let show = |piece: &Piece| match piece {
            Piece::Literal(text) => format!("'{text}'"),
            Piece::Argument { index, spec } => {
                let precision = spec.precision.map_or(String::new(), |p| format!(".{p}"));
                format!("{index}:{}{precision}{:?}", spec.width, spec.conversion)
            }
            Piece::Named(name) => format!("{name:?}"),
        };
        let shown: Vec<String> = template.pieces.iter().map(show).collect();
        assert_eq!(shown.join(" "), expected, "{text}");
        assert_eq!(
            parts.iter().map(|part| &**part).collect::<Vec<_>>(),
            strange
        );
        assert_eq!(template.text(), text);
    }

    #[test]
    fn placeholders_and_text() {
        check("", "", &[]);
        check("%0hr=%11!08X!.", "'hr=' 11:8UpperHex '.'", &[]);
        check("%010 of %10!I64d!", "'10 of ' 10:0Signed", &[]);
        check("%!FUNC! 100%% %12", "Function ' 100% ' 12:0Text", &[]);
        check("%10!-5.3s!%1!s!", "10:5.3Text 1:0Text", &[]);
        check("%10!.f!", "10:0.0Fixed", &[]);
        check(r"C:\new\%10!s!", r"'C:\new\' 10:0Text", &[]);
    }

    #[test]
    fn what_is_no_placeholder_stays_as_text() {
        check("%d", "'%d'", &["%"]);
        check("%", "'%'", &["%"]);
        check("%10!k!", "'%10!k!'", &["%10!k!"]);
        check("%10!9999d! x", "'%10!9999d! x'", &["%10!9999d!"]);
        check("%!NEWS!", "'%!NEWS!'", &["%!NEWS!"]);
        check("%10!s", "'%10!s'", &["%10"]);
        check("%99999!s!", "'%99999!s!'", &["%9999"]);
    }
}
