//! Query text to expression, with nom.

use nom::branch::alt;
use nom::bytes::complete::{is_not, tag, tag_no_case, take_while1};
use nom::character::complete::{char, multispace0, multispace1};
use nom::combinator::{cut, map, not, opt, peek, recognize, value};
use nom::error::{Error, ErrorKind};
use nom::multi::many0;
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};

use super::{Expr, FIELDS, Field, Op, Pattern, QueryError, Regular, Special, Term, When};
use crate::model::{Lane, Level, Outcome, Stage, Ticks, Value};

/// Deep nesting is nobody's query, and every level costs stack.
const MAX_DEPTH: usize = 64;

/// Parses a whole query over events.
pub(super) fn query(text: &str) -> Result<Expr, QueryError> {
    let expr = expression(text)?;
    check(&expr).map(|()| expr)
}

/// Parses a whole query, whatever its names mean.
pub(super) fn expression(text: &str) -> Result<Expr, QueryError> {
    if nests_too_deep(text) {
        return Err(QueryError::TooDeep(MAX_DEPTH * 4));
    }
    match delimited(multispace0, disjunction, multispace0).parse(text) {
        Ok(("", expr)) => special(expr),
        Ok((rest, _)) => Err(syntax("a term, `and`, `or` or the end", rest)),
        Err(nom::Err::Error(error) | nom::Err::Failure(error)) => {
            Err(syntax("a term", error.input))
        }
        Err(nom::Err::Incomplete(_)) => Err(syntax("a term", text)),
    }
}

/// Whether parentheses and negations may nest deeper than the stack bears.
fn nests_too_deep(text: &str) -> bool {
    const DEEPEST: usize = MAX_DEPTH * 4;
    // Each level takes a letter at least.
    if text.len() <= DEEPEST {
        return false;
    }
    let depth = text
        .chars()
        .fold((0usize, 0usize), |(now, most), letter| match letter {
            '(' | '!' | '-' => (now + 1, most.max(now + 1)),
            ')' => (now.saturating_sub(1), most),
            _ => (now, most),
        });
    let negations = text.to_ascii_lowercase().matches("not ").count();
    depth.1 > DEEPEST || negations > DEEPEST
}

fn syntax(expected: &'static str, rest: &str) -> QueryError {
    let found: String = rest.chars().take(40).collect();
    QueryError::Syntax {
        expected,
        found: if found.is_empty() {
            "the end".to_owned()
        } else {
            found
        },
    }
}

fn disjunction(input: &str) -> IResult<&str, Expr> {
    let (rest, first) = conjunction(input)?;
    let (rest, others) =
        many0(preceded((multispace1, word("or"), gap), cut(conjunction))).parse(rest)?;
    Ok((rest, join(first, others, Expr::Or)))
}

fn conjunction(input: &str) -> IResult<&str, Expr> {
    let (rest, first) = negation(input)?;
    let joined = alt((
        preceded((multispace1, word("and"), gap), cut(negation)),
        preceded((multispace1, not(peek(word("or")))), negation),
    ));
    let (rest, others) = many0(joined).parse(rest)?;
    Ok((rest, join(first, others, Expr::And)))
}

fn negation(input: &str) -> IResult<&str, Expr> {
    let sign = alt((
        recognize((word("not"), gap)),
        recognize((char('!'), multispace0)),
        tag("-"),
    ));
    alt((
        map(preceded(sign, cut(negation)), |inner| {
            Expr::Not(Box::new(inner))
        }),
        primary,
    ))
    .parse(input)
}

fn primary(input: &str) -> IResult<&str, Expr> {
    let group = delimited(
        (char('('), multispace0),
        cut(disjunction),
        cut((multispace0, char(')'))),
    );
    alt((group, map(term, Expr::Term))).parse(input)
}

/// A keyword, not the beginning of a longer word.
fn word(keyword: &'static str) -> impl Fn(&str) -> IResult<&str, &str> {
    move |input| {
        let (rest, found) = tag_no_case(keyword).parse(input)?;
        match rest.chars().next() {
            Some(next) if !next.is_whitespace() && next != '(' => {
                Err(nom::Err::Error(Error::new(input, ErrorKind::Tag)))
            }
            _ => Ok((rest, found)),
        }
    }
}

fn gap(input: &str) -> IResult<&str, &str> {
    alt((multispace1, peek(tag("(")))).parse(input)
}

fn term(input: &str) -> IResult<&str, Term> {
    let anywhere = map(preceded(not(keyword), text), |text| Term {
        field: Field::BuiltIn("text"),
        op: Op::Match,
        value: pattern(&text),
    });
    alt((field_term, anywhere)).parse(input)
}

/// The words that join terms; to search for one it must stand in quotes.
fn keyword(input: &str) -> IResult<&str, &str> {
    alt((word("and"), word("or"), word("not"))).parse(input)
}

fn field_term(input: &str) -> IResult<&str, Term> {
    let (rest, name) = field_name(input)?;
    let (rest, op) = operator(rest)?;
    let (rest, text) = match op {
        Op::Equal | Op::NotEqual | Op::Match => cut(alt((range, text))).parse(rest)?,
        _ => cut(text).parse(rest)?,
    };
    let field = match FIELDS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
    {
        Some((known, _)) => Field::BuiltIn(known),
        None => Field::Payload(name.to_owned()),
    };
    let mut value = pattern(&text);
    if op == Op::Regex {
        value.special = Special::Regex(Regular::new(&text));
    }
    Ok((rest, Term { field, op, value }))
}

fn field_name(input: &str) -> IResult<&str, &str> {
    let quoted = delimited(char('`'), is_not("`"), char('`'));
    let plain = take_while1(|letter: char| {
        letter.is_alphanumeric() || matches!(letter, '_' | '.' | '@' | '#')
    });
    alt((quoted, plain)).parse(input)
}

fn operator(input: &str) -> IResult<&str, Op> {
    alt((
        value(Op::NotEqual, tag("!=")),
        value(Op::AtMost, tag("<=")),
        value(Op::AtLeast, tag(">=")),
        value(Op::Equal, alt((tag("=="), tag("=")))),
        value(Op::Match, tag(":")),
        value(Op::Regex, tag("~")),
        value(Op::Less, tag("<")),
        value(Op::More, tag(">")),
    ))
    .parse(input)
}

/// `cidr(10.0.0.0/8)`, as written.
fn range(input: &str) -> IResult<&str, String> {
    let inner = is_not(" \t\r\n()\"");
    let (rest, inner) = delimited(tag_no_case(RANGE), inner, char(')')).parse(input)?;
    Ok((rest, format!("{RANGE}{inner})")))
}

/// Begin of an address range.
const RANGE: &str = "cidr(";

/// Reads the values that are more than texts.
fn special(expr: Expr) -> Result<Expr, QueryError> {
    let all = |parts: Vec<Expr>| parts.into_iter().map(special).collect::<Result<_, _>>();
    Ok(match expr {
        Expr::And(parts) => Expr::And(all(parts)?),
        Expr::Or(parts) => Expr::Or(all(parts)?),
        Expr::Not(inner) => Expr::Not(Box::new(special(*inner)?)),
        Expr::Term(mut term) => {
            let inner = term.value.text.strip_prefix(RANGE);
            let inner = inner.and_then(|inner| inner.strip_suffix(')'));
            let inner = inner.filter(|_| term.op != Op::Regex);
            if let Some(range) = inner.map(range_of).transpose()? {
                term.value.special = range;
            }
            Expr::Term(term)
        }
    })
}

/// An address range in the form `10.0.0.0/8`.
pub(super) fn range_of(text: &str) -> Result<Special, QueryError> {
    let wrong = || QueryError::Value {
        value: text.to_owned(),
        what: "address range (use 10.0.0.0/8)",
    };
    let (address, bits) = text.split_once('/').ok_or_else(wrong)?;
    let address: core::net::IpAddr = address.parse().map_err(|_| wrong())?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.parse().ok().filter(|bits| *bits <= most);
    Ok(Special::Range(address, bits.ok_or_else(wrong)?))
}

/// A quoted text (`\"` and `\\` inside) or a run without spaces and parentheses.
fn text(input: &str) -> IResult<&str, String> {
    let quoted = delimited(
        char('"'),
        map(
            opt(recognize(many0(alt((
                is_not("\\\""),
                recognize((char('\\'), nom::character::complete::anychar)),
            ))))),
            |inner| unescape(inner.unwrap_or_default()),
        ),
        cut(char('"')),
    );
    let plain = map(is_not(" \t\r\n()\""), str::to_owned);
    alt((quoted, plain)).parse(input)
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, letters.clone().next()) {
            ('\\', Some(escaped @ ('\\' | '"'))) => {
                out.push(escaped);
                letters.next();
            }
            _ => out.push(letter),
        }
    }
    out
}

pub(super) fn pattern(text: &str) -> Pattern {
    let when = Ticks::parse(text)
        .map(When::At)
        .or_else(|| Ticks::parse_clock(text).map(When::Daily));
    Pattern {
        text: text.to_lowercase(),
        wildcard: text.contains(['*', '?']),
        number: Value::Text(text).number(),
        code: Value::Text(text).code(),
        when,
        rank: Level::rank_of(text),
        special: Special::None,
    }
}

fn join(first: Expr, mut others: Vec<Expr>, make: impl Fn(Vec<Expr>) -> Expr) -> Expr {
    if others.is_empty() {
        return first;
    }
    others.insert(0, first);
    make(others)
}

/// Refuses values that can never match their field.
pub(super) fn check(expr: &Expr) -> Result<(), QueryError> {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => parts.iter().try_for_each(check),
        Expr::Not(inner) => check(inner),
        Expr::Term(Term {
            field: Field::BuiltIn(name),
            op,
            value,
        }) => check_value(name, *op, value),
        Expr::Term(_) => Ok(()),
    }
}

fn check_value(name: &str, op: Op, value: &Pattern) -> Result<(), QueryError> {
    let wrong = |what| {
        Err(QueryError::Value {
            value: value.text.clone(),
            what,
        })
    };
    let fits = |is_word: bool| value.wildcard || is_word;
    let text = value.text.as_str();
    match name {
        "after" | "before" if value.when.is_none() => wrong("time (use 2026-03-02T08:00 or 08:00)"),
        "level" if value.rank.is_none() => wrong("level"),
        "level" => Ok(()),
        "stage" if !fits(Stage::from_word(text).is_some()) => wrong("stage"),
        "outcome" if !fits(Outcome::from_word(text).is_some()) => wrong("outcome"),
        "lane" if !fits(Lane::from_word(text).is_some()) => wrong("lane"),
        "id" | "pid" | "tid" | "version" | "weight" | "record"
            if value.number.is_none() && !value.wildcard =>
        {
            wrong("number")
        }
        _ => check_order(op, value),
    }
}

/// Only numbers and times have a size to compare.
pub(super) fn check_order(op: Op, value: &Pattern) -> Result<(), QueryError> {
    let ordered = matches!(op, Op::Less | Op::AtMost | Op::More | Op::AtLeast);
    if ordered && value.number.is_none() && value.when.is_none() {
        return Err(QueryError::Value {
            value: value.text.clone(),
            what: "number or time to compare with",
        });
    }
    Ok(())
}
