//! From the text of a value to its meaning.
//!
//! A meaning is only given when the whole text fits the field's type; then
//! there is nothing to guess. Everything else stays text and is reported.

use joinscope_wire::{Guid, filetime};
use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case, take, take_till, take_while_m_n};
use nom::character::complete::{char, digit1, multispace0};
use nom::combinator::{all_consuming, map, map_opt, map_res, opt, rest, value, verify};
use nom::error::ErrorKind;
use nom::sequence::{delimited, preceded, separated_pair, terminated};
use nom::{IResult, Parser};

use crate::fields::ValueKind;
use crate::report::{FieldValue, TestResult};

/// The meaning of a trimmed text, and whether the text fits the type.
pub(crate) fn interpret(kind: ValueKind, text: &str) -> (FieldValue, bool) {
    if text.is_empty() {
        return (FieldValue::Empty, true);
    }
    if matches!(kind, ValueKind::Text | ValueKind::Message) {
        return (FieldValue::Text, true);
    }
    match all_consuming(alt((stand_in, typed(kind)))).parse(text) {
        Ok((_, meaning)) => (meaning, true),
        Err(_) => (FieldValue::Text, kind == ValueKind::Answer),
    }
}

/// The hexadecimal codes of up to 32 bits in a text, in order.
pub(crate) fn codes(text: &str) -> impl Iterator<Item = u32> + '_ {
    let mut left = text;
    std::iter::from_fn(move || {
        loop {
            let at_zero = left.get(left.find('0')?..)?;
            if let Ok((after, code)) = code(at_zero) {
                left = after;
                return Some(code);
            }
            left = at_zero.get(1..)?;
        }
    })
}

/// What stands in the place of a value of any type.
fn stand_in(input: &str) -> IResult<&str, FieldValue> {
    let error = preceded(
        (tag("ERROR"), multispace0),
        delimited(char('('), code, char(')')),
    );
    alt((
        value(
            FieldValue::NotSet,
            whole(alt((tag_no_case("NOT SET"), tag("NONE")))),
        ),
        value(FieldValue::Unknown, whole(tag_no_case("UNKNOWN"))),
        map(whole(error), FieldValue::Error),
    ))
    .parse(input)
}

/// The parser of one type; it need not consume everything, its caller checks.
fn typed(kind: ValueKind) -> impl Fn(&str) -> IResult<&str, FieldValue> {
    move |input| match kind {
        ValueKind::YesNo | ValueKind::Answer => yes_no(input),
        // Builds without an authority were observed to print NO in its place.
        ValueKind::Url => alt((url, no)).parse(input),
        ValueKind::Guid => guid(input),
        ValueKind::Thumbprint => thumbprint(input),
        ValueKind::Time => map(instant, time_or_not_set).parse(input),
        ValueKind::TimeSpan => time_span(input),
        ValueKind::Code => map(code, FieldValue::Code).parse(input),
        ValueKind::Number => map(map_res(digit1, str::parse), FieldValue::Number).parse(input),
        ValueKind::Test => map(test_result, FieldValue::Test).parse(input),
        ValueKind::List => map(rest, list).parse(input),
        ValueKind::Text | ValueKind::Message | ValueKind::Word => {
            value(FieldValue::Text, rest).parse(input)
        }
    }
}

/// Runs a parser that must reach the end of the input.
fn whole<'a, P>(parser: P) -> impl Parser<&'a str, Output = P::Output, Error = P::Error>
where
    P: Parser<&'a str, Error = nom::error::Error<&'a str>>,
{
    all_consuming(parser)
}

/// A remark in brackets behind a value, such as `( StateReady )`.
fn remark(input: &str) -> IResult<&str, &str> {
    let inside = delimited(char('('), take_till(|c| c == ')'), char(')'));
    preceded(multispace0, inside).parse(input)
}

fn yes_no(input: &str) -> IResult<&str, FieldValue> {
    let answer = alt((value(true, tag("YES")), value(false, tag("NO"))));
    map(terminated(answer, opt(remark)), FieldValue::YesNo).parse(input)
}

fn no(input: &str) -> IResult<&str, FieldValue> {
    value(FieldValue::YesNo(false), tag("NO")).parse(input)
}

/// `scheme://…`, or a host that begins with `www.`, without blanks.
fn url(input: &str) -> IResult<&str, FieldValue> {
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let scheme = terminated(take_while_m_n(1, 20, is_scheme), tag("://"));
    let address = verify(rest, |text: &str| {
        !text.is_empty() && !text.contains(char::is_whitespace)
    });
    value(
        FieldValue::Url,
        (alt((scheme, tag_no_case("www."))), address),
    )
    .parse(input)
}

/// A GUID with or without braces, blanks inside them and a remark behind.
fn guid(input: &str) -> IResult<&str, FieldValue> {
    let bare = |input| map_res(take(36_usize), str::parse::<Guid>).parse(input);
    let braced = delimited((char('{'), multispace0), bare, (multispace0, char('}')));
    map(
        terminated(alt((braced, bare)), opt(remark)),
        FieldValue::Guid,
    )
    .parse(input)
}

/// Forty hexadecimal digits.
fn thumbprint(input: &str) -> IResult<&str, FieldValue> {
    let forty = verify(rest, |text: &str| text.len() == 40);
    map(map_opt(forty, hash_bytes), FieldValue::Thumbprint).parse(input)
}

fn hash_bytes(digits: &str) -> Option<[u8; 20]> {
    let mut nibbles = digits.chars().map(|digit| digit.to_digit(16));
    let mut hash = [0; 20];
    for byte in &mut hash {
        let both = nibbles.next()?? << 4 | nibbles.next()??;
        *byte = u8::try_from(both).ok()?;
    }
    Some(hash)
}

/// A time with its zone; a time without one is not understood.
fn instant(input: &str) -> IResult<&str, i64> {
    let (input, ticks) = timestamp(input)?;
    (multispace0, tag("UTC"))
        .parse(input)
        .map(|(rest, _)| (rest, ticks))
}

fn timestamp(input: &str) -> IResult<&str, i64> {
    filetime::split_timestamp(input).map_or_else(
        || {
            Err(nom::Err::Error(nom::error::Error::new(
                input,
                ErrorKind::Verify,
            )))
        },
        |(ticks, rest)| Ok((rest, ticks)),
    )
}

/// The first instant of the Windows calendar is how "never" is printed.
fn time_or_not_set(ticks: i64) -> FieldValue {
    if ticks == 0 {
        FieldValue::NotSet
    } else {
        FieldValue::Time(ticks)
    }
}

/// `[ from UTC -- to UTC ]`.
fn time_span(input: &str) -> IResult<&str, FieldValue> {
    let between = (multispace0, tag("--"), multispace0);
    let span = separated_pair(instant, between, instant);
    let bracketed = delimited((char('['), multispace0), span, (multispace0, char(']')));
    map(bracketed, |(from, to)| FieldValue::TimeSpan(from, to)).parse(input)
}

/// `0x` and up to eight hexadecimal digits, not followed by another one.
fn code(input: &str) -> IResult<&str, u32> {
    let digits = take_while_m_n(1, 9, |c: char| c.is_ascii_hexdigit());
    let parse = |digits: &str| u32::from_str_radix(digits, 16);
    map_res(preceded(tag_no_case("0x"), digits), parse).parse(input)
}

fn test_result(input: &str) -> IResult<&str, TestResult> {
    let pass = (
        alt((tag("PASSED"), tag("PASS"), tag("SUCCESS"))),
        opt(remark),
    );
    let must_elevate = (tag_no_case("MUST run elevated"), rest);
    let fail = preceded(tag("FAIL"), rest);
    alt((
        value(TestResult::Pass, whole(pass)),
        value(TestResult::Skipped, whole(tag("SKIPPED"))),
        value(TestResult::NotElevated, must_elevate),
        map(fail, failure),
    ))
    .parse(input)
}

/// The codes behind FAIL; `[main/second]` is how two of them are printed.
fn failure(text: &str) -> TestResult {
    let mut codes = codes(text);
    TestResult::Fail {
        code: codes.next(),
        sub: codes.next(),
    }
}

fn list(text: &str) -> FieldValue {
    let parts = text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    FieldValue::List(parts.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: ValueKind, text: &str, expected: FieldValue) {
        assert_eq!(interpret(kind, text), (expected, true), "{text}");
    }

    fn check_misfit(kind: ValueKind, text: &str) {
        assert_eq!(interpret(kind, text), (FieldValue::Text, false), "{text}");
    }

    fn ticks(text: &str) -> i64 {
        filetime::ticks_from_text(text).unwrap()
    }

    #[test]
    fn answers() {
        check(ValueKind::YesNo, "YES", FieldValue::YesNo(true));
        check(ValueKind::YesNo, "NO", FieldValue::YesNo(false));
        check(
            ValueKind::YesNo,
            "YES ( StateReady )",
            FieldValue::YesNo(true),
        );
        check(ValueKind::YesNo, "UNKNOWN", FieldValue::Unknown);
        check(
            ValueKind::YesNo,
            "ERROR (0x80070520)",
            FieldValue::Error(0x8007_0520),
        );
        check(ValueKind::Answer, "NOT SET", FieldValue::NotSet);
        check(ValueKind::Answer, "Managed by MDM", FieldValue::Text);
        check(ValueKind::YesNo, "", FieldValue::Empty);
        for text in ["yes", "YESTERDAY", "NOT", "YES NO", "ERROR", "ERROR (x)"] {
            check_misfit(ValueKind::YesNo, text);
        }
    }

    #[test]
    fn identifiers() {
        let guid = "4f1d2c3b-5a69-4788-9697-a8b9cadbecfd";
        let expected = FieldValue::Guid(guid.parse().unwrap());
        check(ValueKind::Guid, guid, expected.clone());
        check(ValueKind::Guid, &format!("{{{guid}}}"), expected.clone());
        check(
            ValueKind::Guid,
            &format!("{{ {guid} }} (AzureAd)"),
            expected,
        );
        check_misfit(ValueKind::Guid, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
        check_misfit(ValueKind::Guid, &format!("{{{guid}"));
        check_misfit(ValueKind::Guid, "[REDACTED\u{e9}]");
        let hash = "00112233445566778899AABBCCDDEEFF01234567";
        let (value, fits) = interpret(ValueKind::Thumbprint, hash);
        assert!(fits);
        assert!(matches!(
            value,
            FieldValue::Thumbprint([0, 0x11, .., 0x45, 0x67])
        ));
        check_misfit(ValueKind::Thumbprint, "0011223344");
        check_misfit(ValueKind::Thumbprint, &hash.replace('F', "*"));
    }

    #[test]
    fn times() {
        let from = "2023-04-05 06:07:08.090";
        check(
            ValueKind::Time,
            &format!("{from} UTC"),
            FieldValue::Time(ticks(from)),
        );
        check(
            ValueKind::Time,
            "1601-01-01 00:00:00.000 UTC",
            FieldValue::NotSet,
        );
        check(ValueKind::Time, "NONE", FieldValue::NotSet);
        check_misfit(ValueKind::Time, from);
        check_misfit(ValueKind::Time, "2023-13-05 06:07:08.090 UTC");
        check_misfit(ValueKind::Time, &format!("{from} UTC+1"));
        let to = "2033-04-05 06:37:08.090";
        check(
            ValueKind::TimeSpan,
            &format!("[ {from} UTC -- {to} UTC ]"),
            FieldValue::TimeSpan(ticks(from), ticks(to)),
        );
        check_misfit(ValueKind::TimeSpan, &format!("[ {from} UTC -- {to} UTC"));
    }

    #[test]
    fn numbers_and_codes() {
        check(ValueKind::Code, "0x0", FieldValue::Code(0));
        check(ValueKind::Code, "0xC000006d", FieldValue::Code(0xc000_006d));
        check_misfit(ValueKind::Code, "0x1c000006d");
        check_misfit(ValueKind::Code, "c000006d");
        check(ValueKind::Number, "400", FieldValue::Number(400));
        check_misfit(ValueKind::Number, "99999999999999999999");
        check_misfit(ValueKind::Number, "-1");
    }

    #[test]
    fn addresses_and_lists() {
        check(
            ValueKind::Url,
            "https://fs.contoso.example:443/adfs",
            FieldValue::Url,
        );
        check(
            ValueKind::Url,
            "www.contoso.example/errors",
            FieldValue::Url,
        );
        check(ValueKind::Url, "NO", FieldValue::YesNo(false));
        check_misfit(ValueKind::Url, "https://");
        check_misfit(ValueKind::Url, "https://a b");
        check(ValueKind::Word, "urn:ms-drs:x", FieldValue::Text);
        let expected = vec![".a.example".to_owned(), ".b.example:1433".to_owned()];
        check(
            ValueKind::List,
            ".a.example, .b.example:1433,",
            FieldValue::List(expected),
        );
    }

    #[test]
    fn test_results() {
        let check = |text, expected| check(ValueKind::Test, text, FieldValue::Test(expected));
        let fail = |code, sub| TestResult::Fail { code, sub };
        check("PASS", TestResult::Pass);
        check("PASSED", TestResult::Pass);
        check("SUCCESS", TestResult::Pass);
        check("SKIPPED", TestResult::Skipped);
        check("MUST Run elevated to test.", TestResult::NotElevated);
        check("FAIL", fail(None, None));
        check("FAIL [0x80070002]", fail(Some(0x8007_0002), None));
        check(
            "FAIL [0x801c0021/0x801c000c]",
            fail(Some(0x801c_0021), Some(0x801c_000c)),
        );
        check(
            "FAILED. Device is either disabled or deleted",
            fail(None, None),
        );
        check("FAILED. ERROR: 0x80072ee7", fail(Some(0x8007_2ee7), None));
        check_misfit(ValueKind::Test, "PASSING");
        check_misfit(ValueKind::Test, "maybe");
    }

    #[test]
    fn codes_in_a_text() {
        let found: Vec<u32> = codes("0x 0xzz error 0x801C001D; 0x1ffffffff then 0X5.").collect();
        assert_eq!(found, [0x801c_001d, 5]);
        assert_eq!(codes("0x0X0x00").collect::<Vec<_>>(), [0, 0]);
    }
}
