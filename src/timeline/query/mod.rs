//! The one query language: `--where`, the filter box and the rule and flow files use it.
//!
//! ```text
//! level>=warn and provider:UDR and not id:502
//! code:0x8018* or "not preregistered"
//! (event:UDR/102 JoinRequestType=8) after:2026-03-02T08:00
//! ```
//!
//! Terms next to each other are joined by *and*. `:` matches loosely (part of the text, or
//! the whole text where `*` or `?` are used; numbers and codes by value), `=` and `!=`
//! exactly, `< <= > >=` by size, `~` by a regular expression; `=cidr(10.0.0.0/8)` means an address in
//! that range; letter case never matters. A member of a JSON text is named by dots
//! (`ServerResponse.subcode`). A word or quoted text without a field is searched everywhere. A name that is neither built in, nor known to the
//! catalogue, nor met in the evidence is an error: a query that can never match must not
//! pass for one that found nothing.

mod compose;
mod eval;
mod json;
mod kinds;
mod parse;
mod reach;
mod ready;
mod regular;
mod sound;
#[cfg(test)]
mod tests;
mod values;

use crate::catalog::Catalog;
use crate::model::Ticks;

use super::build::Timeline;
pub use compose::{Comparison, FieldsOf};
pub use eval::Matcher;
pub(super) use eval::member;
pub use json::{Letters, json_member};
pub use kinds::{Candidate, Known, Matchers};
pub use reach::Unread;
pub(super) use ready::Spellings;
use regular::Regular;

/// The built-in fields: name, and what it holds.
pub const FIELDS: &[(&str, &str)] = &[
    (
        "after",
        "at or after a time (2026-03-02T08:00, or 08:00 on any day, UTC)",
    ),
    ("activity", "activity or related activity id"),
    ("artifact", "path of the artifact through the archives"),
    ("before", "before a time"),
    ("channel", "event log channel"),
    ("code", "status code in the payload, hexadecimal or decimal"),
    (
        "decoded",
        "by what the payload was decoded: own, tracelogging, embedded, manifest, wpp, mof, undecoded",
    ),
    ("event", "provider alias and event id, e.g. UDR/304"),
    ("format", "format it was read from, e.g. evtx"),
    ("host", "computer name as recorded"),
    ("id", "event id"),
    ("lane", "evtx, trace, task, device, http"),
    ("level", "verbose, info, warning, error, critical"),
    ("message", "rendered message or title"),
    (
        "name",
        "name of an event that is not told by its id, e.g. of TraceLogging",
    ),
    ("outcome", "success, failure, info, noise, unknown"),
    ("pid", "process id"),
    ("provider", "provider name or its alias"),
    ("record", "number of a record or session, or line of a text"),
    ("source", "source id, e.g. s4"),
    ("stage", "stage word, e.g. prepare-key"),
    (
        "text",
        "anywhere: message, provider, channel, field names and values",
    ),
    ("tid", "thread id"),
    ("user", "SID of the user"),
    ("version", "version of the event's definition"),
    ("weight", "how much it matters to a join story, 0 to 3"),
];

/// Why a query was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// It does not parse.
    #[error("query: expected {expected} at `{found}`")]
    Syntax {
        /// What could have stood there.
        expected: &'static str,
        /// The rest of the query from the fault on.
        found: String,
    },
    /// No such field.
    #[error("query: no field is called `{name}`{}", nearest.as_ref().map_or_else(String::new, |near| format!("; did you mean `{near}`?")))]
    UnknownField {
        /// The name as written.
        name: String,
        /// The known name nearest to it.
        nearest: Option<String>,
    },
    /// The value does not fit the field.
    #[error("query: `{value}` is no {what}")]
    Value {
        /// The value as written.
        value: String,
        /// What the field holds.
        what: &'static str,
    },
    /// The parentheses nest too deep.
    #[error("query: nested deeper than {0}")]
    TooDeep(usize),
}

/// A parsed query.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    root: Expr,
}

#[derive(Clone, Debug, PartialEq)]
enum Expr {
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Term(Term),
}

#[derive(Clone, Debug, PartialEq)]
struct Term {
    field: Field,
    op: Op,
    value: Pattern,
}

/// A field of the query: built in, or of the payload.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Field {
    BuiltIn(&'static str),
    Payload(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    /// There, whatever its value.
    Present,
    /// There, and not empty.
    Filled,
    Contains,
    Begins,
    Ends,
    /// By [`Special::Regex`].
    Regex,
    Match,
    Equal,
    NotEqual,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// The value of a term, in every reading that comparing may need.
#[derive(Clone, Debug, PartialEq)]
struct Pattern {
    /// As written, lower case.
    text: String,
    wildcard: bool,
    number: Option<f64>,
    code: Option<u32>,
    when: Option<When>,
    rank: Option<u8>,
    special: Special,
}

/// A value that is more than a text.
#[derive(Clone, Debug, PartialEq)]
enum Special {
    None,
    Regex(Regular),
    /// An address range: its begin and how many bits of it count.
    Range(core::net::IpAddr, u8),
}

/// A time bound.
#[derive(Clone, Copy, Debug, PartialEq)]
enum When {
    At(Ticks),
    /// A time of day, on any day.
    Daily(i64),
}

impl Query {
    /// Parses a query; names of payload fields are checked by [`Query::check`].
    ///
    /// # Errors
    /// Where and why it does not parse.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let query = Self::built_in(text)?;
        query.compiles().map(|()| query)
    }

    /// Parses a query that tests have seen: its regular expressions are compiled when they are first
    /// asked, and not checked before.
    ///
    /// # Errors
    /// Where and why it does not parse.
    pub fn built_in(text: &str) -> Result<Self, QueryError> {
        parse::query(text).map(|root| Self { root })
    }

    /// Checks every regular expression.
    ///
    /// # Errors
    /// The first text that is none, or is too large a one.
    pub fn compiles(&self) -> Result<(), QueryError> {
        let mut wrong = None;
        self.visit(&mut |term| match &term.value.special {
            Special::Regex(regex) if wrong.is_none() && !regex.compiles() => {
                wrong = Some(regex.text().to_owned());
            }
            _ => {}
        });
        wrong.map_or(Ok(()), |value| {
            Err(QueryError::Value {
                value,
                what: "regular expression",
            })
        })
    }

    /// Checks every field name against the built-in ones, the catalogue and, where given,
    /// the evidence.
    ///
    /// # Errors
    /// The first unknown name, with the known one nearest to it; or a comparison by size with a
    /// value that has none.
    pub fn check(&self, catalog: &Catalog, timeline: Option<&Timeline>) -> Result<(), QueryError> {
        let mut terms = Vec::new();
        payload_terms(&self.root, &mut terms);
        let known = |name: &str| {
            let base = name.split('.').next().unwrap_or(name);
            catalog.has_field(name)
                || catalog.has_field(base)
                || timeline.is_some_and(|timeline| {
                    timeline
                        .field_names()
                        .iter()
                        .any(|known| known.eq_ignore_ascii_case(name))
                })
        };
        for (name, term) in terms {
            if known(name) {
                parse::check_order(term.op, &term.value)?;
                continue;
            }
            let candidates = FIELDS
                .iter()
                .map(|(field, _)| *field)
                .chain(catalog.field_names())
                .chain(timeline.map(Timeline::field_names).unwrap_or_default())
                .map(str::to_owned);
            return Err(QueryError::UnknownField {
                name: name.to_owned(),
                nearest: nearest(name, candidates),
            });
        }
        Ok(())
    }

    /// Readies the query for the events of one timeline.
    pub fn on<'t>(&'t self, timeline: &'t Timeline) -> Matcher<'t> {
        Matcher::new(&self.root, timeline)
    }
}

fn payload_terms<'q>(expr: &'q Expr, terms: &mut Vec<(&'q str, &'q Term)>) {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => {
            for part in parts {
                payload_terms(part, terms);
            }
        }
        Expr::Not(inner) => payload_terms(inner, terms),
        Expr::Term(term) => {
            if let Field::Payload(name) = &term.field {
                terms.push((name, term));
            }
        }
    }
}

/// The candidate that fewest edits turn into `name`, if few enough do.
pub fn nearest(name: &str, candidates: impl Iterator<Item = String>) -> Option<String> {
    let name = name.to_ascii_lowercase();
    candidates
        .map(|candidate| (edits(&name, &candidate.to_ascii_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= 1 + name.chars().count() / 3)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance.
fn edits(from: &str, to: &str) -> usize {
    // Nobody's name is so long, and the work grows with the product of both lengths.
    if from.len() > 200 || to.len() > 200 {
        return usize::MAX;
    }
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, left) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (column, right) in to.iter().enumerate() {
            let changed = diagonal + usize::from(left != *right);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
