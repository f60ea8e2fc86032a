//! Why a trace cannot be written as asked.

/// A description that the file format cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EtlError {
    /// A GUID's text is not 32 hexadecimal digits in the usual groups.
    #[error("not a GUID: {text:?}")]
    Guid {
        /// The text as given.
        text: String,
    },
    /// A security identifier's text is not `S-1-<authority>-<number>...`.
    #[error("not a security identifier: {text:?}")]
    Sid {
        /// The text as given.
        text: String,
    },
    /// A time's text is not RFC 3339.
    #[error("not a time: {text:?}; write 2026-03-02T08:00:00Z")]
    Time {
        /// The text as given.
        text: String,
    },
    /// Something is longer than its length field can say.
    #[error("{what} of {size}, its length field holds {limit}")]
    TooLong {
        /// What it is.
        what: &'static str,
        /// Its length, in the unit of the length field.
        size: usize,
        /// The longest there can be.
        limit: usize,
    },
    /// A record does not fit into an empty buffer.
    #[error("a record of {size_bytes} bytes, a buffer holds {limit_bytes}")]
    RecordTooLarge {
        /// Bytes of the record with its padding.
        size_bytes: usize,
        /// Room for records in one buffer.
        limit_bytes: usize,
    },
    /// A buffer size that is no multiple of 8, smaller than 512 bytes, or larger than 16 MiB.
    #[error("a buffer size of {size_bytes} bytes; it is a multiple of 8 from 512 to 16777216")]
    BufferSize {
        /// The size asked for.
        size_bytes: usize,
    },
    /// An array without elements, whose element type is therefore unknown.
    #[error("field {name:?} has no elements to take the type from")]
    NoElements {
        /// Name of the field.
        name: String,
    },
    /// A property of an event's description that another one names does not exist.
    #[error("no property {name:?} to take a length or a count from")]
    NoProperty {
        /// The name given.
        name: String,
    },
    /// A processor that the session does not have.
    #[error("processor {cpu}, the session has {cpus}")]
    Cpu {
        /// The processor asked for, counted from 0.
        cpu: u16,
        /// How many there are.
        cpus: u16,
    },
}

/// A length as the 16-bit number that stands before or in what it measures.
pub(super) fn length_u16(what: &'static str, size: usize) -> Result<u16, EtlError> {
    u16::try_from(size).map_err(|_| EtlError::TooLong {
        what,
        size,
        limit: usize::from(u16::MAX),
    })
}

/// A length or an offset as a 32-bit number.
pub(crate) fn length_u32(what: &'static str, size: usize) -> Result<u32, EtlError> {
    u32::try_from(size).map_err(|_| EtlError::TooLong {
        what,
        size,
        limit: usize::try_from(u32::MAX).unwrap_or(usize::MAX),
    })
}
