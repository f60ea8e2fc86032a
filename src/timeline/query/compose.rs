//! Queries made of parts, and queries on objects that are no events.

use super::parse::{pattern, range_of};
use super::{Expr, FIELDS, Field, Op, Query, QueryError, Regular, Special, Term, eval, parse};
use crate::model::Value;

/// The fields of an object that is no event: called with a name, it shows the value, if there is one.
pub type FieldsOf<'o> = dyn Fn(&str, &mut dyn FnMut(Value<'_>)) + 'o;

/// How a field is compared with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The whole value; `*` and `?` stand for any run and any letter, numbers and codes by value.
    Equal,
    /// The value is a part of the text.
    Contains,
    /// The text begins with the value.
    Begins,
    /// The text ends with the value.
    Ends,
    /// By a regular expression.
    Regex,
    /// An address in a range such as `10.0.0.0/8`.
    Range,
    /// Greater.
    More,
    /// Greater or equal.
    AtLeast,
    /// Less.
    Less,
    /// Less or equal.
    AtMost,
    /// The field is there, whatever its value.
    Present,
    /// The field is there, and not empty.
    Filled,
}

impl Query {
    /// One comparison of an event's field. Whether a regular expression is one,
    /// [`Query::compiles`] tells.
    ///
    /// # Errors
    /// The value is none that the field or the comparison can have.
    pub fn term(name: &str, how: Comparison, value: &str) -> Result<Self, QueryError> {
        let known = FIELDS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        let field = known.map_or_else(
            || Field::Payload(name.to_owned()),
            |(known, _)| Field::BuiltIn(known),
        );
        let mut pattern = pattern(value);
        let op = match how {
            Comparison::Equal | Comparison::Range => Op::Equal,
            Comparison::Contains => Op::Contains,
            Comparison::Begins => Op::Begins,
            Comparison::Ends => Op::Ends,
            Comparison::Regex => Op::Regex,
            Comparison::More => Op::More,
            Comparison::AtLeast => Op::AtLeast,
            Comparison::Less => Op::Less,
            Comparison::AtMost => Op::AtMost,
            Comparison::Present => Op::Present,
            Comparison::Filled => Op::Filled,
        };
        match how {
            Comparison::Regex => pattern.special = Special::Regex(Regular::new(value)),
            Comparison::Range => pattern.special = range_of(value)?,
            _ => {}
        }
        let root = Expr::Term(Term {
            field,
            op,
            value: pattern,
        });
        if matches!(
            how,
            Comparison::Equal | Comparison::More | Comparison::AtLeast
        ) || matches!(how, Comparison::Less | Comparison::AtMost)
        {
            parse::check(&root)?;
        }
        Ok(Self { root })
    }

    /// What all of these find.
    #[must_use]
    pub fn all(parts: Vec<Self>) -> Self {
        Self::joined(parts, Expr::And)
    }

    /// What any of these finds.
    #[must_use]
    pub fn any(parts: Vec<Self>) -> Self {
        Self::joined(parts, Expr::Or)
    }

    fn joined(parts: Vec<Self>, make: impl Fn(Vec<Expr>) -> Expr) -> Self {
        let mut roots: Vec<Expr> = parts.into_iter().map(|part| part.root).collect();
        Self {
            root: match roots.len() {
                1 => roots.remove(0),
                _ => make(roots),
            },
        }
    }

    /// What this does not find.
    #[must_use]
    pub fn negated(self) -> Self {
        Self {
            root: Expr::Not(Box::new(self.root)),
        }
    }

    /// Parses a query on an object that is no event: every name is a field of that object.
    ///
    /// # Errors
    /// Where and why it does not parse; a word without a field is refused.
    pub fn of_object(text: &str) -> Result<Self, QueryError> {
        let root = parse::expression(text)?;
        let query = Self { root };
        let mut unnamed = None;
        query.visit(&mut |term| {
            if term.field == Field::BuiltIn("text") {
                unnamed = Some(term.value.text.clone());
            }
        });
        match unnamed {
            Some(found) => Err(QueryError::Syntax {
                expected: "the name of a field before it",
                found,
            }),
            None => query.compiles().map(|()| query),
        }
    }

    /// Whether an object matches; `field` shows the value of the field that it is asked for, if
    /// there is one.
    pub fn holds(&self, field: &FieldsOf<'_>) -> bool {
        self.decided_by(field, &|_| true) == Some(true)
    }

    /// What some fields of an object decide, if anything: those of which `is_given` holds.
    pub fn decided_by(
        &self,
        field: &FieldsOf<'_>,
        is_given: &dyn Fn(&str) -> bool,
    ) -> Option<bool> {
        eval::decide_object(&self.root, field, is_given)
    }

    /// Every field name in the query with the word that it is compared with by equality, where it is.
    pub fn names(&self) -> Vec<(String, Option<String>)> {
        let mut names = Vec::new();
        self.visit(&mut |term| {
            let name = match &term.field {
                Field::BuiltIn(name) => (*name).to_owned(),
                Field::Payload(name) => name.clone(),
            };
            let is_word = matches!(term.op, Op::Equal | Op::NotEqual | Op::Match)
                && !term.value.wildcard
                && matches!(term.value.special, Special::None);
            names.push((name, is_word.then(|| term.value.text.clone())));
        });
        names
    }

    pub(super) fn visit(&self, each: &mut impl FnMut(&Term)) {
        fn walk(expr: &Expr, each: &mut impl FnMut(&Term)) {
            match expr {
                Expr::And(parts) | Expr::Or(parts) => {
                    for part in parts {
                        walk(part, each);
                    }
                }
                Expr::Not(inner) => walk(inner, each),
                Expr::Term(term) => each(term),
            }
        }
        walk(&self.root, each);
    }
}
