//! The records of one buffer.
//!
//! A place that is no record does not end the buffer: reading goes on at the
//! next 8-byte boundary where a record fits *and* what follows it could be a
//! record too. The bytes passed over are reported, never silent.
//! Source: *observed* (8-byte alignment, 0xFF filler).

use std::hint::black_box;

use crate::buffer::{BUFFER_HEADER_SIZE, BufferSpan};
use crate::bytes::{narrow, size, wide};
use crate::clock::Clock;
use crate::error::{Damage, DamageKind};
use crate::header::{Header, Marker, continues, marker};
use crate::record::Record;

/// Records begin at multiples of this.
const ALIGNMENT: usize = 8;
/// Bytes that are called into the cache together.
const STRIDE: usize = 256;
/// How far ahead of the record that is being read.
const AHEAD: usize = 1024;
/// Bytes that come into the cache as one.
const LINE: usize = 64;

/// One buffer, expanded if it was compressed.
#[derive(Debug)]
pub struct Buffer<'a> {
    /// What lies behind the buffer header, up to the fill length.
    pub(crate) data: &'a [u8],
    pub(crate) span: &'a BufferSpan,
    pub(crate) clock: &'a Clock,
    /// Damage of the buffer as a whole, handed out first.
    pub(crate) damage: Option<Damage>,
}

impl<'a> Buffer<'a> {
    /// The filled bytes behind the buffer header.
    pub fn data(&self) -> &'a [u8] {
        self.data
    }

    /// The records in the order of the buffer.
    #[inline]
    pub fn records(&self) -> Records<'a> {
        Records {
            data: self.data,
            position: 0,
            called: 0,
            span: self.span,
            clock: self.clock,
            pending: self.damage,
        }
    }
}

/// Iterator over a buffer's records. After an `Err` the next call goes on behind
/// the damage, or ends.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    data: &'a [u8],
    position: usize,
    /// From this position on, what lies ahead was not called into the cache yet.
    called: usize,
    span: &'a BufferSpan,
    clock: &'a Clock,
    pending: Option<Damage>,
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, Damage>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.pending.is_some() {
            return self.pending.take().map(Err);
        }
        if self.position >= self.called {
            self.call_ahead();
        }
        let rest = self.data.get(self.position..)?;
        match marker(rest) {
            Marker::Filler => {
                self.position = self.data.len();
                return None;
            }
            Marker::Record { size } => {
                if let Some(bytes) = rest.get(..size)
                    && let Some(header) = Header::parse(bytes)
                {
                    let inside = self.position;
                    self.position += size.next_multiple_of(ALIGNMENT);
                    return Some(Ok(self.record(header, bytes, inside)));
                }
            }
            Marker::Unknown => {}
        }
        self.recover(rest).map(Err)
    }
}

impl<'a> Records<'a> {
    /// Reads a byte of each cache line of a stretch that records will be read from soon.
    ///
    /// Where a record begins is said by the one before it, so without this each record
    /// would wait for memory by itself. The lines of a stretch come together.
    fn call_ahead(&mut self) {
        self.called = self.position + STRIDE;
        let ahead = self.data.get(self.position + AHEAD..);
        if let Some(stretch) = ahead.and_then(<[u8]>::first_chunk::<STRIDE>) {
            let lines = stretch.iter().step_by(LINE);
            black_box(lines.fold(0, |bits, byte| bits | byte));
        }
    }

    #[inline]
    fn record(&self, header: Header<'a>, bytes: &'a [u8], inside: usize) -> Record<'a> {
        Record {
            header,
            bytes,
            inside: narrow(BUFFER_HEADER_SIZE + inside),
            span: self.span,
            clock: self.clock,
        }
    }

    /// Moves to the next believable record, or to the end.
    #[cold]
    fn recover(&mut self, rest: &'a [u8]) -> Option<Damage> {
        if rest.is_empty() {
            return None;
        }
        let start = self.position;
        let (kind, length) = if rest.iter().all(|byte| *byte == 0) {
            (DamageKind::ZeroTail, rest.len())
        } else {
            let next = (ALIGNMENT..rest.len())
                .step_by(ALIGNMENT)
                .find(|place| rest.get(*place..).is_some_and(is_believable));
            match next {
                Some(place) => (DamageKind::Resynchronised, place),
                None => (DamageKind::UnreadTail, rest.len()),
            }
        };
        self.position = start + length;
        Some(damage_in(self.span, kind, start, length))
    }
}

/// Whether a record begins here, judged without having been led here.
fn is_believable(rest: &[u8]) -> bool {
    let Marker::Record { size } = marker(rest) else {
        return matches!(marker(rest), Marker::Filler);
    };
    let next = size.next_multiple_of(ALIGNMENT).min(rest.len());
    rest.get(..size)
        .is_some_and(|bytes| Header::parse(bytes).is_some())
        && rest.get(next..).is_some_and(continues)
}

/// Damage at a place behind the buffer header.
pub(crate) fn damage_in(
    span: &BufferSpan,
    kind: DamageKind,
    position: usize,
    length: usize,
) -> Damage {
    let inside = narrow(BUFFER_HEADER_SIZE + position);
    let compressed = span.header.is_compressed();
    Damage {
        kind,
        offset: if compressed {
            span.offset
        } else {
            span.offset.saturating_add(wide(size(inside)))
        },
        inside: compressed.then_some(inside),
        length: wide(length),
    }
}
