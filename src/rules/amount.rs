//! Values of expressions: numbers, spans, times, texts, truth; and what can be done with them.
//!
//! Unknown is no value: an operation on something that is not there, or on kinds that have nothing
//! to do with each other, gives `None`.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::model::{Ticks, Value, duration};

/// A value; its text is where it was found, wherever it stands there as it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Amount<'a> {
    Number(f64),
    /// Seconds.
    Span(f64),
    Time(Ticks),
    Text(Cow<'a, str>),
    Bool(bool),
}

/// What kind of value an expression has, where that can be seen without evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Span,
    Time,
    Text,
    Bool,
    /// Only the evidence tells.
    Any,
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Span => "span of time",
            Self::Time => "time",
            Self::Text => "text",
            Self::Bool => "truth",
            Self::Any => "value",
        }
    }
}

impl<'a> Amount<'a> {
    pub(super) fn of(value: Value<'a>) -> Option<Self> {
        Some(match value {
            Value::Null => return None,
            Value::Int(_) | Value::Uint(_) | Value::Float(_) => Self::Number(value.number()?),
            Value::Bool(set) => Self::Bool(set),
            Value::Time(ticks) => Self::Time(ticks),
            other => Self::Text(other.text()),
        })
    }

    /// A text that stands somewhere.
    pub(super) fn text_of(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// The same value, its text where it is.
    pub(super) fn borrowed(&self) -> Amount<'_> {
        match self {
            Self::Number(number) => Amount::Number(*number),
            Self::Span(seconds) => Amount::Span(*seconds),
            Self::Time(ticks) => Amount::Time(*ticks),
            Self::Text(text) => Amount::text_of(text),
            Self::Bool(set) => Amount::Bool(*set),
        }
    }

    /// The value as the query language compares it.
    pub(super) fn show(&self, show: &mut dyn FnMut(Value<'_>)) {
        match self {
            Self::Number(number) | Self::Span(number) => show(Value::Float(*number)),
            Self::Time(ticks) => show(Value::Time(*ticks)),
            Self::Text(text) => show(Value::Text(text)),
            Self::Bool(set) => show(Value::Bool(*set)),
        }
    }

    /// As sentences print it.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Span(seconds) => Cow::Owned(duration(*seconds)),
            Self::Time(ticks) => {
                // Tenths of a second are as fine as a sentence needs.
                let text = ticks.to_string().replace('T', " ");
                Cow::Owned(text.get(..21).unwrap_or(&text).to_owned())
            }
            Self::Text(text) => Cow::Borrowed(text),
            Self::Bool(set) => Cow::Borrowed(if *set { "yes" } else { "no" }),
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) | Self::Span(number) => Some(*number),
            Self::Text(text) => Value::Text(text).number(),
            Self::Time(_) | Self::Bool(_) => None,
        }
    }

    fn time(&self) -> Option<Ticks> {
        match self {
            Self::Time(ticks) => Some(*ticks),
            // dsregcmd writes the zone as a word.
            Self::Text(text) => match text.trim().strip_suffix(" UTC") {
                Some(time) => Ticks::parse(&format!("{time}Z")),
                None => Ticks::parse(text),
            },
            _ => None,
        }
    }

    pub(super) fn plus(&self, other: &Self) -> Option<Self> {
        Some(match (self, other) {
            (Self::Number(left), Self::Number(right)) => Self::Number(left + right),
            (Self::Span(left), Self::Span(right)) => Self::Span(left + right),
            (Self::Span(span), time) | (time, Self::Span(span)) => {
                Self::Time(time.time()?.plus_seconds(*span))
            }
            (left, right) => Self::Number(left.number()? + right.number()?),
        })
    }

    pub(super) fn minus(&self, other: &Self) -> Option<Self> {
        Some(match (self, other) {
            (Self::Number(left), Self::Number(right)) => Self::Number(left - right),
            (Self::Span(left), Self::Span(right)) => Self::Span(left - right),
            (time, Self::Span(span)) => Self::Time(time.time()?.plus_seconds(-span)),
            (Self::Time(_), right) => Self::Span(self.time()?.seconds_since(right.time()?)),
            (left, Self::Time(right)) => Self::Span(left.time()?.seconds_since(*right)),
            (left, right) => match (left.number(), right.number()) {
                (Some(left), Some(right)) => Self::Number(left - right),
                _ => Self::Span(left.time()?.seconds_since(right.time()?)),
            },
        })
    }

    pub(super) fn times(&self, other: &Self) -> Option<Self> {
        Some(match (self, other) {
            (Self::Span(_), Self::Span(_)) => return None,
            (Self::Span(span), other) | (other, Self::Span(span)) => {
                Self::Span(span * other.number()?)
            }
            (left, right) => Self::Number(left.number()? * right.number()?),
        })
    }

    pub(super) fn over(&self, other: &Self) -> Option<Self> {
        let divisor = other.number().filter(|number| *number != 0.0)?;
        Some(match (self, other) {
            (Self::Span(left), Self::Span(_)) => Self::Number(left / divisor),
            (Self::Span(left), _) => Self::Span(left / divisor),
            (left, _) => Self::Number(left.number()? / divisor),
        })
    }

    /// Whether both are the same: codes and numbers by value, texts in any letter case.
    pub(super) fn equals(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Bool(left), Self::Bool(right)) => Some(left == right),
            (Self::Bool(set), Self::Text(text)) | (Self::Text(text), Self::Bool(set)) => {
                Some(text.eq_ignore_ascii_case(if *set { "true" } else { "false" }))
            }
            (Self::Text(left), Self::Text(right)) => {
                let code = |text: &str| Value::Text(text).code();
                let same_code = code(left).is_some() && code(left) == code(right);
                Some(same_code || left.to_lowercase() == right.to_lowercase())
            }
            (Self::Text(text), Self::Number(number)) | (Self::Number(number), Self::Text(text)) => {
                let code = Value::Text(text).code().map(f64::from);
                let value = Value::Text(text).number();
                Some([code, value].contains(&Some(*number)))
            }
            _ => self.compare(other).map(|order| order == Ordering::Equal),
        }
    }

    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        if matches!(self, Self::Time(_)) || matches!(other, Self::Time(_)) {
            return Some(self.time()?.cmp(&other.time()?));
        }
        self.number()?.partial_cmp(&other.number()?)
    }

    pub(super) fn contains(&self, other: &Self) -> bool {
        let part = other.text().to_lowercase();
        self.text().to_lowercase().contains(&part)
    }
}
