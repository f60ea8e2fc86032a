//! Regular expressions that are compiled when they are first asked.
//!
//! Compiling one costs more than reading the rule around it, and most rules never meet an event that
//! theirs could be asked of.

use std::fmt;
use std::sync::{Arc, OnceLock};

use regex::{Regex, RegexBuilder};

/// A regular expression; letter case does not matter to it. Copies share what was compiled.
#[derive(Clone)]
pub(super) struct Regular(Arc<Inner>);

struct Inner {
    text: String,
    /// Once it was asked; nothing where the text is no regular expression.
    compiled: OnceLock<Option<Regex>>,
}

impl Regular {
    pub(super) fn new(text: &str) -> Self {
        Self(Arc::new(Inner {
            text: text.to_owned(),
            compiled: OnceLock::new(),
        }))
    }

    /// As written.
    pub(super) fn text(&self) -> &str {
        &self.0.text
    }

    /// Whether the text is a regular expression of a bearable size.
    pub(super) fn compiles(&self) -> bool {
        self.compiled().is_some()
    }

    /// Whether any part of `text` matches; what does not compile matches nothing.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.compiled().is_some_and(|regex| regex.is_match(text))
    }

    fn compiled(&self) -> Option<&Regex> {
        /// Bytes that a compiled expression may take.
        const LARGEST: usize = 1 << 20;
        let compile = || {
            let mut builder = RegexBuilder::new(&self.0.text);
            let builder = builder.case_insensitive(true).size_limit(LARGEST);
            builder.nest_limit(50).build().ok()
        };
        self.0.compiled.get_or_init(compile).as_ref()
    }
}

impl fmt::Debug for Regular {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Regular({:?})", self.text())
    }
}

impl PartialEq for Regular {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}
