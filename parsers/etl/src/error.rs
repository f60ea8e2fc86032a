//! What can be wrong with a trace: an [`Error`] refuses the whole input, a
//! [`Damage`] is a place inside it around which reading went on.

/// The result of opening a trace.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an input is not a trace that can be read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Fewer bytes than one buffer header.
    #[error("input of {length} bytes is shorter than a trace buffer header")]
    TooShort {
        /// Length of the input in bytes.
        length: usize,
    },
    /// The first bytes are not a trace buffer.
    #[error("input does not begin with a trace buffer")]
    NotATrace,
    /// The buffer layout of Windows XP and Server 2003, which is another one.
    #[error("trace was written by Windows {major}.{minor}; its buffer layout is not supported")]
    PreVista {
        /// Major Windows version, 5.
        major: u8,
        /// Minor Windows version.
        minor: u8,
    },
}

/// A place that could not be read, with its extent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// What is wrong there.
    pub kind: DamageKind,
    /// Offset in the file. Inside a compressed buffer it is the buffer's own offset.
    pub offset: u64,
    /// Offset inside the expanded buffer, when the damage is inside a compressed one.
    pub inside: Option<u32>,
    /// Bytes concerned: passed over, missing or left unread.
    pub length: u64,
}

/// What kind of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DamageKind {
    /// The file ends inside a buffer; whole records before the end were read.
    TruncatedFile,
    /// Slots that hold only zeros or only 0xFF: preallocated and never written.
    EmptySlots,
    /// A slot whose buffer header cannot be one; it was stepped over.
    BufferHeader,
    /// A compressed stream ends early or refers to bytes before its start.
    CompressedStream,
    /// A compressed buffer in a format that is not decoded; its records are unknown.
    UndecodedCompression,
    /// A compressed buffer that claims to expand beyond the limits.
    ExpansionLimit,
    /// Bytes between records that are no record; reading went on behind them.
    Resynchronised,
    /// Bytes to the end of the buffer that are no record.
    UnreadTail,
    /// The filled part of a buffer ends in zeros.
    ZeroTail,
}
