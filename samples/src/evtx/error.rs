//! Why a log cannot be written as asked.

/// A description that the file format cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EvtxError {
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
    /// A value is longer than its 16-bit length field can say.
    #[error("a value of {size_bytes} bytes in record {record_id}, the format holds 65535")]
    ValueTooLong {
        /// Identifier the record would have had.
        record_id: u64,
        /// Encoded length of the value.
        size_bytes: usize,
    },
    /// A record does not fit into an empty chunk.
    #[error("record {record_id} needs {size_bytes} bytes, a chunk holds {limit_bytes}")]
    RecordTooLarge {
        /// Identifier the record would have had.
        record_id: u64,
        /// Encoded length of the record.
        size_bytes: usize,
        /// Room for records in one chunk.
        limit_bytes: usize,
    },
    /// More chunks than the 16-bit count of the file header can say.
    #[error("{chunks} chunks, the file header counts to 65535")]
    TooManyChunks {
        /// Chunks the events need.
        chunks: usize,
    },
}
