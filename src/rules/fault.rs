//! What is wrong with a rule file, and where.

use std::fmt;

use crate::timeline::nearest;

/// A fault of a rule file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleFault {
    /// Path of the file, as it was given.
    pub file: String,
    /// Line, counted from 1; 0 where the whole file is meant.
    pub line: u64,
    /// What is wrong, with the nearest known name where a name is unknown.
    pub fault: String,
}

impl fmt::Display for RuleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.fault),
            line => write!(f, "{}:{line}: {}", self.file, self.fault),
        }
    }
}

impl std::error::Error for RuleFault {}

/// `no WHAT is called NAME`, with the nearest of the known names.
pub(super) fn unknown<'k>(
    what: &str,
    name: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> String {
    let near = nearest(name, known.into_iter().map(str::to_owned));
    let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!("no {what} is called `{name}`{near}")
}

/// A fault of the YAML reader, with the nearest key where an unknown one was used.
pub(super) fn of_yaml(error: &serde_saphyr::Error) -> (u64, String) {
    let line = error.location().map_or(0, |location| location.line());
    if let serde_saphyr::Error::SerdeUnknownField {
        field, expected, ..
    } = error.without_snippet()
    {
        return (line, unknown("key", field, expected.iter().copied()));
    }
    let text = error.without_snippet().to_string();
    (line, text.lines().next().unwrap_or_default().to_owned())
}
