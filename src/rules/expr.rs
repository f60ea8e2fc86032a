//! Expressions: text to tree. `refused.time >= token.expires_at + 5m and not token.is_opaque`.

use super::amount::{Amount, Kind};
use super::fault::unknown;
use super::object::ObjectKind;
use super::raw::span;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    Literal(Amount<'static>),
    /// A field of something.
    Field(Base, String),
    /// How many events a role has.
    Count(usize),
    Not(Box<Expr>),
    /// Whether it has a value.
    Known(Box<Expr>),
    Negative(Box<Expr>),
    Pair(Box<Expr>, Operator, Box<Expr>),
}

/// Whose field it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// The event bound to a role.
    Role(usize),
    /// The first event of a role.
    First(usize),
    /// The last event of a role.
    Last(usize),
    Object(ObjectKind),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    AtMost,
    More,
    AtLeast,
    Contains,
    Plus,
    Minus,
    Times,
    Over,
}

impl Operator {
    /// How tightly it binds.
    fn strength(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Plus | Self::Minus => 4,
            Self::Times | Self::Over => 5,
            _ => 3,
        }
    }
}

/// What a name in an expression can mean.
pub(super) trait Names {
    fn roles(&self) -> &[String];
    /// The kind of a role's field, or why there is none of that name.
    fn event_field(&self, name: &str) -> Result<Kind, String>;
    /// The same for a field of an object.
    fn object_field(&self, object: ObjectKind, name: &str) -> Result<Kind, String>;
}

const MAX_DEPTH: usize = 64;

/// Reads an expression; every name is checked, and kinds as far as they can be seen.
pub(super) fn parse(text: &str, names: &dyn Names) -> Result<(Expr, Kind), String> {
    let mut reader = Reader {
        tokens: tokens(text)?,
        at: 0,
        names,
        depth: 0,
    };
    let found = reader.expression(0)?;
    match reader.tokens.get(reader.at) {
        None => Ok(found),
        Some(token) => Err(format!("unexpected `{}`", token.text())),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Amount(Amount<'static>, String),
    Quoted(String),
    Sign(&'static str),
}

impl Token {
    fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::Amount(_, text) | Self::Quoted(text) => text,
            Self::Sign(sign) => sign,
        }
    }
}

const SIGNS: [&str; 17] = [
    "==", "!=", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "(", ")", "[", "]", ".", ",",
];

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first == '"' {
            let end = rest.get(1..).and_then(|inner| inner.find('"'));
            let end = end.ok_or("a quotation mark is missing")? + 1;
            found.push(Token::Quoted(
                rest.get(1..end).unwrap_or_default().to_owned(),
            ));
            end + 1
        } else if first.is_ascii_digit() {
            let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '.';
            let mut end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
            end += usize::from(rest.get(end..).is_some_and(|rest| rest.starts_with('%')));
            let word = rest.get(..end).unwrap_or_default();
            let amount = literal(word).ok_or_else(|| format!("`{word}` is no number or span"))?;
            found.push(Token::Amount(amount, word.to_owned()));
            end
        } else if first.is_alphabetic() || first == '_' || first == '@' {
            let is_part =
                |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '@' | '#');
            let end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
            found.push(Token::Word(rest.get(..end).unwrap_or_default().to_owned()));
            end
        } else {
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
            let sign = sign.ok_or_else(|| format!("`{first}` has no meaning here"))?;
            found.push(Token::Sign(sign));
            sign.len()
        };
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    Ok(found)
}

fn literal(word: &str) -> Option<Amount<'static>> {
    if let Some(digits) = word.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16)
            .ok()
            .map(|number| Amount::Number(number as f64));
    }
    if let Some(percent) = word.strip_suffix('%') {
        let number: f64 = percent.parse().ok()?;
        return Some(Amount::Number(number / 100.0));
    }
    let number = || word.parse().ok().map(Amount::Number);
    span(word).map(Amount::Span).or_else(number)
}

struct Reader<'n> {
    tokens: Vec<Token>,
    at: usize,
    names: &'n dyn Names,
    depth: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = self.tokens.get(self.at).is_some_and(|token| match token {
            Token::Sign(next) => *next == sign,
            Token::Word(word) => word.eq_ignore_ascii_case(sign),
            _ => false,
        });
        self.at += usize::from(found);
        found
    }

    fn operator(&self) -> Option<Operator> {
        Some(match self.tokens.get(self.at)? {
            Token::Word(word) => match word.to_ascii_lowercase().as_str() {
                "or" => Operator::Or,
                "and" => Operator::And,
                "contains" => Operator::Contains,
                _ => return None,
            },
            Token::Sign(sign) => match *sign {
                "==" | "=" => Operator::Equal,
                "!=" => Operator::NotEqual,
                "<" => Operator::Less,
                "<=" => Operator::AtMost,
                ">" => Operator::More,
                ">=" => Operator::AtLeast,
                "+" => Operator::Plus,
                "-" => Operator::Minus,
                "*" => Operator::Times,
                "/" => Operator::Over,
                _ => return None,
            },
            _ => return None,
        })
    }

    fn expression(&mut self, least: u8) -> Result<(Expr, Kind), String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("nested too deep".to_owned());
        }
        let (mut left, mut kind) = self.single()?;
        while let Some(operator) = self
            .operator()
            .filter(|operator| operator.strength() > least)
        {
            self.at += 1;
            let (right, other) = self.expression(operator.strength())?;
            kind = kind_of(operator, kind, other)?;
            left = Expr::Pair(Box::new(left), operator, Box::new(right));
        }
        self.depth -= 1;
        Ok((left, kind))
    }

    fn single(&mut self) -> Result<(Expr, Kind), String> {
        match self.next().ok_or("it ends too early")? {
            Token::Amount(amount, _) => {
                let kind = match amount {
                    Amount::Span(_) => Kind::Span,
                    _ => Kind::Number,
                };
                Ok((Expr::Literal(amount), kind))
            }
            Token::Quoted(text) => Ok((Expr::Literal(Amount::Text(text.into())), Kind::Text)),
            Token::Sign("(") => {
                let inner = self.expression(0)?;
                if self.take(")") {
                    Ok(inner)
                } else {
                    Err("a `)` is missing".to_owned())
                }
            }
            Token::Sign("-") => {
                let (inner, kind) = self.expression(Operator::Over.strength())?;
                Ok((Expr::Negative(Box::new(inner)), kind))
            }
            Token::Word(word) if word.eq_ignore_ascii_case("not") => {
                // `not a == b` negates the comparison.
                let (inner, kind) = self.expression(Operator::And.strength())?;
                if !matches!(kind, Kind::Bool | Kind::Any) {
                    return Err(format!("`not` takes a truth, this is a {}", kind.word()));
                }
                Ok((Expr::Not(Box::new(inner)), Kind::Bool))
            }
            Token::Word(word) if word == "known" && !self.names.roles().contains(&word) => {
                let (inner, _) = self.single()?;
                Ok((Expr::Known(Box::new(inner)), Kind::Bool))
            }
            Token::Word(word) if word == "true" || word == "false" => {
                Ok((Expr::Literal(Amount::Bool(word == "true")), Kind::Bool))
            }
            Token::Word(word) => self.name(&word),
            Token::Sign(sign) => Err(format!("unexpected `{sign}`")),
        }
    }

    fn name(&mut self, word: &str) -> Result<(Expr, Kind), String> {
        let role =
            |names: &dyn Names, word: &str| names.roles().iter().position(|name| name == word);
        if matches!(word, "first" | "last" | "count") && role(self.names, word).is_none() {
            if !self.take(".") {
                return Err(format!("`{word}` needs a role: `{word}.NAME`"));
            }
            let name = self
                .next()
                .map_or_else(String::new, |token| token.text().to_owned());
            let roles = self.names.roles();
            let place = role(self.names, &name)
                .ok_or_else(|| unknown("role", &name, roles.iter().map(String::as_str)))?;
            return match word {
                "count" => Ok((Expr::Count(place), Kind::Number)),
                "first" => self.field_of(Base::First(place)),
                _ => self.field_of(Base::Last(place)),
            };
        }
        if let Some(place) = role(self.names, word) {
            return self.field_of(Base::Role(place));
        }
        if let Some(object) = ObjectKind::from_word(word) {
            return self.field_of(Base::Object(object));
        }
        let objects = ObjectKind::ALL.iter().map(|kind| kind.word());
        let roles = self.names.roles().iter().map(String::as_str);
        Err(unknown("role or object", word, roles.chain(objects)))
    }

    /// The field behind `.name.name` or `["any name"]`.
    fn field_of(&mut self, base: Base) -> Result<(Expr, Kind), String> {
        let mut path = String::new();
        loop {
            let part = if self.take(".") {
                match self.next() {
                    Some(Token::Word(word) | Token::Amount(_, word)) => word,
                    _ => return Err("the name of a field is missing behind the dot".to_owned()),
                }
            } else if self.take("[") {
                let Some(Token::Quoted(name)) = self.next() else {
                    return Err("`[` takes a name in quotation marks".to_owned());
                };
                if !self.take("]") {
                    return Err("a `]` is missing".to_owned());
                }
                name
            } else {
                break;
            };
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&part);
        }
        if path.is_empty() {
            return Err("a field is missing; write `NAME.field`".to_owned());
        }
        let kind = match base {
            Base::Role(_) | Base::First(_) | Base::Last(_) => self.names.event_field(&path)?,
            Base::Object(object) => self.names.object_field(object, &path)?,
        };
        Ok((Expr::Field(base, path), kind))
    }
}

/// The kind of a result, or why the two have nothing to do with each other.
fn kind_of(operator: Operator, left: Kind, right: Kind) -> Result<Kind, String> {
    let wrong = |what: &str| {
        Err(format!(
            "a {} and a {} cannot be {what}",
            left.word(),
            right.word()
        ))
    };
    let any = left == Kind::Any || right == Kind::Any;
    match operator {
        Operator::Or | Operator::And => {
            let is_truth = |kind| matches!(kind, Kind::Bool | Kind::Any);
            if is_truth(left) && is_truth(right) {
                Ok(Kind::Bool)
            } else {
                wrong("joined by `and` and `or`")
            }
        }
        Operator::Contains => Ok(Kind::Bool),
        Operator::Equal | Operator::NotEqual => {
            let mixed = matches!(
                (left, right),
                (Kind::Text, Kind::Number | Kind::Bool | Kind::Time)
                    | (Kind::Number | Kind::Bool | Kind::Time, Kind::Text)
            );
            if any || left == right || mixed {
                Ok(Kind::Bool)
            } else {
                wrong("compared")
            }
        }
        Operator::Less | Operator::AtMost | Operator::More | Operator::AtLeast => {
            if any || (left == right && !matches!(left, Kind::Bool)) {
                Ok(Kind::Bool)
            } else {
                wrong("compared by size")
            }
        }
        Operator::Plus => match (left, right) {
            (Kind::Number, Kind::Number) => Ok(Kind::Number),
            (Kind::Span, Kind::Span) => Ok(Kind::Span),
            (Kind::Time, Kind::Span) | (Kind::Span, Kind::Time) => Ok(Kind::Time),
            _ if any => Ok(Kind::Any),
            _ => wrong("added"),
        },
        Operator::Minus => match (left, right) {
            (Kind::Number, Kind::Number) => Ok(Kind::Number),
            (Kind::Span, Kind::Span) | (Kind::Time, Kind::Time) => Ok(Kind::Span),
            (Kind::Time, Kind::Span) => Ok(Kind::Time),
            _ if any => Ok(Kind::Any),
            _ => wrong("subtracted"),
        },
        Operator::Times => match (left, right) {
            (Kind::Number, Kind::Number) => Ok(Kind::Number),
            (Kind::Number, Kind::Span) | (Kind::Span, Kind::Number) => Ok(Kind::Span),
            _ if any => Ok(Kind::Any),
            _ => wrong("multiplied"),
        },
        Operator::Over => match (left, right) {
            (Kind::Number, Kind::Number) | (Kind::Span, Kind::Span) => Ok(Kind::Number),
            (Kind::Span, Kind::Number) => Ok(Kind::Span),
            _ if any => Ok(Kind::Any),
            _ => wrong("divided"),
        },
    }
}

/// What fields have values, when an expression is evaluated.
pub(super) trait Values {
    fn field(&self, base: Base, name: &str) -> Option<Amount<'_>>;
    fn count(&self, role: usize) -> usize;
}

impl Expr {
    /// The value; `None` where something in it is not known.
    pub(super) fn value<'v>(&'v self, values: &'v dyn Values) -> Option<Amount<'v>> {
        match self {
            Self::Literal(amount) => Some(amount.borrowed()),
            Self::Field(base, name) => values.field(*base, name),
            Self::Count(role) => Some(Amount::Number(values.count(*role) as f64)),
            Self::Not(inner) => inner.truth(values).map(|truth| Amount::Bool(!truth)),
            Self::Known(inner) => Some(Amount::Bool(inner.value(values).is_some())),
            Self::Negative(inner) => inner.value(values)?.times(&Amount::Number(-1.0)),
            Self::Pair(left, operator, right) => pair(left, *operator, right, values),
        }
    }

    /// The value as a truth.
    pub(super) fn truth(&self, values: &dyn Values) -> Option<bool> {
        match self.value(values)? {
            Amount::Bool(truth) => Some(truth),
            Amount::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Amount::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// Calls with every field in it, with the text that names it.
    pub(super) fn visit(&self, each: &mut impl FnMut(Base, &str)) {
        match self {
            Self::Literal(_) | Self::Count(_) => {}
            Self::Field(base, name) => each(*base, name),
            Self::Not(inner) | Self::Known(inner) | Self::Negative(inner) => inner.visit(each),
            Self::Pair(left, _, right) => {
                left.visit(each);
                right.visit(each);
            }
        }
    }

    /// Calls with every role that is counted in it.
    pub(super) fn visit_counts(&self, each: &mut impl FnMut(usize)) {
        match self {
            Self::Literal(_) | Self::Field(..) => {}
            Self::Count(role) => each(*role),
            Self::Not(inner) | Self::Known(inner) | Self::Negative(inner) => {
                inner.visit_counts(each);
            }
            Self::Pair(left, _, right) => {
                left.visit_counts(each);
                right.visit_counts(each);
            }
        }
    }
}

fn pair<'v>(
    left: &'v Expr,
    operator: Operator,
    right: &'v Expr,
    values: &'v dyn Values,
) -> Option<Amount<'v>> {
    // Of a truth one side can be enough, whatever the other is.
    if let Operator::And | Operator::Or = operator {
        let (left, right) = (left.truth(values), right.truth(values));
        let decides = operator == Operator::Or;
        return match (left, right) {
            _ if left == Some(decides) || right == Some(decides) => Some(Amount::Bool(decides)),
            (Some(_), Some(_)) => Some(Amount::Bool(!decides)),
            _ => None,
        };
    }
    let (left, right) = (left.value(values)?, right.value(values)?);
    let truth = match operator {
        Operator::Plus => return left.plus(&right),
        Operator::Minus => return left.minus(&right),
        Operator::Times => return left.times(&right),
        Operator::Over => return left.over(&right),
        Operator::Equal => left.equals(&right)?,
        Operator::NotEqual => !left.equals(&right)?,
        Operator::Contains => left.contains(&right),
        Operator::Less => left.compare(&right)?.is_lt(),
        Operator::AtMost => left.compare(&right)?.is_le(),
        Operator::More => left.compare(&right)?.is_gt(),
        Operator::AtLeast => left.compare(&right)?.is_ge(),
        Operator::And | Operator::Or => return None,
    };
    Some(Amount::Bool(truth))
}
