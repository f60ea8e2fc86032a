//! Evidence that is missing, damaged, locked or out of range: what we could not see.

use super::event::words;
use super::time::Ticks;
use std::fmt;

words! {
    /// Why something could not be seen.
    BlindspotKind {
        /// Nothing of it could be read.
        Unreadable = "unreadable",
        /// It ends before it should.
        Truncated = "truncated",
        /// A part of it does not decode.
        Damaged = "damaged",
        /// Its own numbering says that records are missing.
        Missing = "missing",
        /// It needs a password.
        Locked = "locked",
        /// A limit that protects this program was reached.
        Limit = "limit",
        /// It was recognised, and this version cannot read it.
        Unsupported = "unsupported",
        /// It was not recognised.
        Unrecognised = "unrecognised",
        /// It was left out on purpose, for the reason given.
        Skipped = "skipped",
    }
}

impl BlindspotKind {
    /// Whether the evidence itself was harmed or held back (exit code 4), rather than
    /// rolled over, unknown to us, or irrelevant.
    pub fn harms_evidence(self) -> bool {
        matches!(
            self,
            Self::Unreadable | Self::Truncated | Self::Damaged | Self::Locked | Self::Limit
        )
    }
}

/// One thing that we could not see, and what that hides.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Blindspot {
    /// Why.
    pub kind: BlindspotKind,
    /// Path through the archives of the artifact concerned.
    pub artifact: String,
    /// One sentence for the engineer: what, and where it is not obvious, what it hides.
    pub detail: String,
    /// Byte offset in the artifact, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// Earliest instant that may be hidden, where known.
    pub from: Option<Ticks>,
    /// Latest instant that may be hidden, where known.
    pub to: Option<Ticks>,
}

impl Blindspot {
    /// A blind spot about a whole artifact.
    pub fn new(
        kind: BlindspotKind,
        artifact: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            artifact: artifact.into(),
            detail: detail.into(),
            offset: None,
            from: None,
            to: None,
        }
    }

    /// The same, at a byte offset in the artifact.
    #[must_use]
    pub fn at(mut self, offset: u64) -> Self {
        self.offset = Some(offset);
        self
    }
}
