//! By what a file is known as a trace.
//! Source: *observed*, Windows 7 to build 26200, and files that lost their header buffer.

use crate::buffer::{BUFFER_HEADER_SIZE, BufferHeader, BufferKind};
use crate::bytes::{array_at, size, u32_at};
use crate::error::{Error, Result};
use crate::header::{Header, Marker, marker};
use crate::log_header::begins_log;
use crate::session::{Session, behind_header, data_of};

/// Bytes that are looked at whatever the first buffer says: its first record may be as long as
/// a record can be.
pub(crate) const BEGINNING: usize = BUFFER_HEADER_SIZE + (64 << 10);

/// Whether the first bytes of a file (at least 0x50 of them) begin a trace that
/// [`Trace::open`](crate::Trace::open) accepts by its header buffer.
pub fn begins_trace(head: &[u8]) -> bool {
    BufferHeader::believed(head)
        .is_some_and(|header| header.kind == BufferKind::HEADER && begins_log(behind_header(head)))
}

/// The first log of a file, or why it is no trace; told from the file, or from [`BEGINNING`] of
/// it and the first buffer with a header behind.
pub(crate) fn first_session(bytes: &[u8]) -> Result<Session> {
    let Some(first) = array_at(bytes, 0) else {
        return Err(Error::TooShort {
            length: bytes.len(),
        });
    };
    let first = BufferHeader::parse(&first);
    if !begins_trace(bytes) && !begins_with_data(&first, bytes) {
        return Err(refusal(bytes));
    }
    Ok(Session::begin(&first, data_of(&first, bytes), 0))
}

/// Whether a file whose first buffer is no header buffer is a trace all the same:
/// that buffer holds a record or a compressed stream, and another buffer or the end
/// follows it.
fn begins_with_data(first: &BufferHeader, bytes: &[u8]) -> bool {
    let holds_record = match marker(behind_header(bytes)) {
        Marker::Record { size } => behind_header(bytes)
            .get(..size)
            .is_some_and(|record| Header::parse(record).is_some()),
        Marker::Filler | Marker::Unknown => first.is_compressed(),
    };
    first.is_plausible()
        && holds_record
        && match bytes.get(size(first.buffer_size)..) {
            Some(rest) => rest.is_empty() || BufferHeader::believed(rest).is_some(),
            None => false,
        }
}

/// Tells the old layout from what is no trace.
fn refusal(bytes: &[u8]) -> Error {
    let record = behind_header(bytes);
    let version = record.get(0x20..).and_then(|payload| u32_at(payload, 4));
    match version.map(u32::to_le_bytes) {
        Some([major @ 5, minor, ..]) if begins_log(record) => Error::PreVista { major, minor },
        _ => Error::NotATrace,
    }
}
