//! A trace file that is there as a whole.
//!
//! The file is trusted, not its counters: a log that was never stopped says that
//! it has no buffers. Buffers are indexed without looking at their records, so
//! that opening is quick; each can then be read by itself and in parallel.

use std::ops::Deref;

use crate::buffer::BufferSpan;
use crate::error::{Damage, Result};
use crate::expand::Scratch;
use crate::index::TraceIndex;
use crate::record::Record;
use crate::records::Buffer;
use crate::scan::Scan;

/// Receives the records and the damage of buffers, in the order of the buffer.
pub trait Sink {
    /// A record.
    fn record(&mut self, record: &Record<'_>);
    /// Something could not be read.
    fn damage(&mut self, damage: Damage);
}

/// A trace: the file's bytes, which it borrows, and the index of their buffers, whose
/// fields and methods it has.
#[derive(Clone, Debug)]
pub struct Trace<'a> {
    bytes: &'a [u8],
    index: TraceIndex,
}

impl Deref for Trace<'_> {
    type Target = TraceIndex;

    fn deref(&self) -> &TraceIndex {
        &self.index
    }
}

impl<'a> Trace<'a> {
    /// Indexes the buffers of a file, as [`Scan`] says.
    ///
    /// # Errors
    /// When the input is not a trace, or one of before Windows Vista.
    pub fn open(bytes: &'a [u8]) -> Result<Self> {
        let mut scan = Scan::new();
        scan.add_last(bytes);
        let index = scan.finish()?;
        Ok(Self { bytes, index })
    }

    /// The index alone.
    pub fn into_index(self) -> TraceIndex {
        self.index
    }

    /// Opens one of `buffers`, expanding it into `scratch` if it is compressed.
    ///
    /// A buffer that cannot be expanded has no records, or those before the fault;
    /// its damage comes first from [`Buffer::records`].
    pub fn open_buffer<'b>(&'b self, span: &'b BufferSpan, scratch: &'b mut Scratch) -> Buffer<'b> {
        let session = self.index.session_of(span);
        session.open_buffer(span, span.within(self.bytes, 0), scratch)
    }

    /// Opens one of `buffers` that is stored as it is, so that its records borrow from
    /// the file alone; `None` for a compressed one.
    pub fn open_plain_buffer<'t>(&'t self, span: &'t BufferSpan) -> Option<Buffer<'t>> {
        let session = self.index.session_of(span);
        (!span.header.is_compressed()).then(|| session.plain(span, span.within(self.bytes, 0)))
    }

    /// Reads one of `buffers` into a sink.
    #[inline]
    pub fn read_buffer(&self, span: &BufferSpan, scratch: &mut Scratch, sink: &mut impl Sink) {
        let session = self.index.session_of(span);
        session.read_buffer(span, span.within(self.bytes, 0), scratch, sink);
    }
}
