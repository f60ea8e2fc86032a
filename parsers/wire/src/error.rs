//! The one error of the reading primitives.
//!
//! Offsets are absolute: a bounded cursor keeps the base of the input that it
//! was cut from, so the number always means the artifact, not the structure.

/// The result of a checked read.
pub type Result<T> = std::result::Result<T, Error>;

/// A way in which bytes or text were not what they claimed to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The input ends before the thing that was to be read.
    #[error("truncated {what} at offset 0x{offset:x}: need {need} bytes, have {have}")]
    Truncated {
        /// What was being read, in the caller's words.
        what: &'static str,
        /// Absolute byte offset at which the read began.
        offset: u64,
        /// Bytes that the read asked for.
        need: usize,
        /// Bytes that were left.
        have: usize,
    },
    /// The bytes are there but cannot be the thing that was expected.
    #[error("invalid {what} at offset 0x{offset:x}")]
    Invalid {
        /// What was expected.
        what: &'static str,
        /// Absolute byte offset of the thing.
        offset: u64,
    },
    /// A text is not the written form of the thing that was expected.
    #[error("text is not a {what}")]
    NotText {
        /// What was expected.
        what: &'static str,
    },
}
