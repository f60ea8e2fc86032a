//! What of an archive could not be read.

/// A part of an archive that is not what it should be. Offsets count from the start of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Damage {
    /// The file has no list of entries.
    #[error("no list of entries before offset {offset}")]
    NoEntries {
        /// Where the search ended.
        offset: u64,
    },
    /// The file ends within something.
    #[error("{what} ends early at offset {offset}")]
    Truncated {
        /// What was being read.
        what: &'static str,
        /// Where it began.
        offset: u64,
    },
    /// The bytes are not JSON, or not JSON of the expected form.
    #[error("invalid {what} at offset {offset}, {length} bytes passed over")]
    Invalid {
        /// What was being read.
        what: &'static str,
        /// Where it began.
        offset: u64,
        /// Bytes from there to what was read next.
        length: u64,
    },
    /// More damage than is told one by one.
    #[error("{count} more damaged places")]
    More {
        /// How many there are.
        count: u64,
    },
}
