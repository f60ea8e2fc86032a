//! ETW trace logs (ETL), read from bytes alone: no call into Windows.
//!
//! [`Trace::open`] indexes a file's buffers without touching their records.
//! Each buffer is then read by itself with [`Trace::open_buffer`] or
//! [`Trace::read_buffer`], in any order and by any number of threads, each with
//! a [`Scratch`] of its own; this crate starts none. Of a file that comes piece by
//! piece a [`Scan`] makes the same index, and a [`Session`] reads its buffers from
//! the pieces. A [`Record`] borrows its bytes and reads a field when it is asked
//! for. [`decode()`] gives payloads as named values.
//!
//! Format: public descriptions of the structures and what was *observed* in
//! traces of Windows 7 to Windows 11 build 26200; each file says which.

#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

mod beginning;
mod buffer;
mod bytes;
mod carve;
mod clock;
pub mod decode;
pub mod embedded;
mod error;
mod expand;
mod file;
pub mod frames;
pub mod header;
mod index;
mod log_header;
mod log_notes;
pub mod lznt1;
mod manifests;
pub mod mof;
mod order;
pub mod packets;
pub mod payload;
mod prefilter;
mod provider;
mod record;
mod records;
mod scan;
mod session;
mod sha1;
mod tally;
mod tracelogging;
pub mod wevt;
pub mod xpress;

pub use beginning::begins_trace;
pub use buffer::{
    BUFFER_HEADER_SIZE, BufferFlags, BufferHeader, BufferKind, BufferSpan, MAX_BUFFER_SIZE,
};
pub use carve::{Carved, carve};
pub use clock::{Clock, ClockKind};
pub use decode::{Decoded, Reading, Rung, decode};
pub use embedded::{EmbeddedCollector, EmbeddedSchemas};
pub use error::{Damage, DamageKind, Error, Result};
pub use expand::{Compression, Scratch};
pub use file::{Sink, Trace};
pub use frames::{Frame, FrameCounts, Frames};
pub use header::{Family, Header, PointerSize};
pub use index::TraceIndex;
pub use log_header::{LogHeader, LogMode, TimeZone};
pub use log_notes::LogNote;
pub use manifests::Manifests;
pub use mof::KernelEvents;
pub use order::{MergedByTime, OrderKey, merge_by_time, streams};
pub use packets::Packet;
pub use payload::value::{Code, List, Value};
pub use payload::{Ending, Fault, Fields, Identity};
pub use prefilter::Prefilter;
pub use provider::{ProviderTraits, guid_from_name};
pub use record::{Place, Record};
pub use records::{Buffer, Records};
pub use scan::Scan;
pub use session::{Loss, Session};
pub use tally::{HeaderCounts, Tally};
pub use tracelogging::TraceLogging;
