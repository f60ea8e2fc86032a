//! A query while it is put together, and its text in the one query language.

use std::fmt;

/// What a selection asks for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Asked {
    /// A comparison as text of the query language.
    Term(String),
    Not(Box<Asked>),
    And(Vec<Asked>),
    Or(Vec<Asked>),
}

impl Asked {
    pub(super) fn all(parts: Vec<Self>) -> Self {
        Self::joined(parts, Self::And)
    }

    pub(super) fn any(parts: Vec<Self>) -> Self {
        Self::joined(parts, Self::Or)
    }

    fn joined(mut parts: Vec<Self>, make: impl Fn(Vec<Self>) -> Self) -> Self {
        match parts.len() {
            1 => parts.remove(0),
            _ => make(parts),
        }
    }

    pub(super) fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    fn is_composite(&self) -> bool {
        matches!(self, Self::And(_) | Self::Or(_))
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let single = |part: &Self, f: &mut fmt::Formatter<'_>| {
            if part.is_composite() {
                write!(f, "({part})")
            } else {
                write!(f, "{part}")
            }
        };
        let list = |parts: &[Self], word: &str, f: &mut fmt::Formatter<'_>| {
            for (place, part) in parts.iter().enumerate() {
                if place > 0 {
                    f.write_str(word)?;
                }
                single(part, f)?;
            }
            Ok(())
        };
        match self {
            Self::Term(text) => f.write_str(text),
            Self::Not(inner) => {
                f.write_str("not ")?;
                single(inner, f)
            }
            Self::And(parts) => list(parts, " and ", f),
            Self::Or(parts) => list(parts, " or ", f),
        }
    }
}

/// A value in the form that the query language reads as the same text.
pub(super) fn quoted(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_');
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The name of a payload field in the form that the query language reads as one name.
pub(super) fn field_name(name: &str) -> Result<String, String> {
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '@' | '#');
    if name.chars().all(plain) {
        Ok(name.to_owned())
    } else if name.contains('`') {
        Err(format!("`{name}` cannot be the name of a field here"))
    } else {
        Ok(format!("`{name}`"))
    }
}
