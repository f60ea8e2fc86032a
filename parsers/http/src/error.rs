//! The one error of reading HTTP messages.
//!
//! Offsets count from the start of the bytes that were given, be it a message or a body.

/// The result of reading a message or a body.
pub type Result<T> = std::result::Result<T, Error>;

/// A way in which bytes were not what HTTP says of them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes end before the thing that was to be read does.
    #[error("{what} ends early at offset {offset}")]
    Truncated {
        /// What was being read.
        what: &'static str,
        /// Offset at which the bytes end.
        offset: u64,
    },
    /// The bytes are there and cannot be what was expected.
    #[error("invalid {what} at offset {offset}")]
    Invalid {
        /// What was expected.
        what: &'static str,
        /// Offset of the thing, or of the part of it that was understood last.
        offset: u64,
    },
    /// More of something than is read.
    #[error("more than {limit} {what} at offset {offset}")]
    Limit {
        /// What there is too much of, as a plural.
        what: &'static str,
        /// How much is read.
        limit: u64,
        /// Offset at which the limit was met.
        offset: u64,
    },
    /// A coding that is not known.
    #[error("unknown {what} {name:?}")]
    Unknown {
        /// What kind of coding.
        what: &'static str,
        /// Its name, lower case, at most 40 characters.
        name: String,
    },
}
