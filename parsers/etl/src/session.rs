//! One log inside a file. Append mode puts several behind each other, each with
//! its own header buffer, clock and sequence.

use std::ops::Range;

use crate::buffer::{
    BUFFER_HEADER_SIZE, BufferFlags, BufferHeader, BufferKind, BufferSpan, MAX_BUFFER_SIZE,
};
use crate::bytes::{narrow, size, u16_at};
use crate::clock::Clock;
use crate::error::DamageKind;
use crate::expand::{Compression, Outcome, Scratch};
use crate::file::Sink;
use crate::header::Header;
use crate::log_header::{LogHeader, LogMode, begins_log};
use crate::records::{Buffer, damage_in};

/// One log of a file.
#[derive(Clone, Debug)]
pub struct Session {
    /// What the log says of itself; `None` when the header buffer is missing, and
    /// then no record of the session has a time.
    pub header: Option<LogHeader>,
    /// Turns time stamps into ticks.
    pub clock: Clock,
    /// How its buffers are compressed.
    pub compression: Compression,
    /// Bytes that a whole uncompressed buffer of the session has.
    pub buffer_size: u32,
    /// Number of the logging session, the same in all its buffers.
    pub logger_id: u16,
    /// Its buffers, as a range into [`TraceIndex::buffers`](crate::TraceIndex::buffers).
    pub buffers: Range<usize>,
}

/// What stands for the log of a buffer that belongs to none: it has no time.
pub(crate) static NO_SESSION: Session = Session {
    header: None,
    clock: Clock::UNKNOWN,
    compression: Compression::None,
    buffer_size: 0,
    logger_id: 0,
    buffers: 0..0,
};

/// What is known to be missing from a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loss {
    /// Events lost, by the log header; true only of a finalised log.
    pub events: u32,
    /// Buffers lost, by the log header.
    pub buffers: u32,
    /// Buffers that carry the mark "events were lost".
    pub buffers_marked_events_lost: u64,
    /// Buffers that carry the mark "a buffer was lost".
    pub buffers_marked_buffer_lost: u64,
    /// Missing runs of buffer sequence numbers between two that are there.
    pub sequence_holes: Vec<Range<u64>>,
    /// Whether the oldest buffers were overwritten: the log testifies only from
    /// its first surviving record on.
    pub wrapped: bool,
}

impl Loss {
    /// How many buffers are missing by their sequence numbers.
    pub fn missing_buffers(&self) -> u64 {
        self.sequence_holes
            .iter()
            .fold(0, |sum, hole| sum.saturating_add(hole.end - hole.start))
    }
}

impl Session {
    /// A session that begins with `buffer`, whose filled part is `data`; the
    /// buffer need not be a header buffer.
    pub(crate) fn begin(buffer: &BufferHeader, data: &[u8], first_buffer: usize) -> Self {
        let parsed = log_header(data);
        let clock = parsed
            .as_ref()
            .map_or(Clock::UNKNOWN, |(header, base)| header.clock(*base));
        let header = parsed.map(|(header, _)| header);
        let compressed = header.as_ref().map_or(buffer.is_compressed(), |header| {
            header.mode.has(LogMode::COMPRESSED)
        });
        let compression = match (compressed, &header) {
            (false, _) => Compression::None,
            (true, Some(_)) => Compression::from_state(buffer.state),
            // Only the lost header buffer says which; this is the only one seen.
            (true, None) => Compression::Xpress,
        };
        let buffer_size = match (&header, compressed) {
            (Some(header), true) => header.buffer_size.min(MAX_BUFFER_SIZE),
            (None, true) => MAX_BUFFER_SIZE,
            (_, false) => buffer.buffer_size,
        };
        Self {
            header,
            clock,
            compression,
            buffer_size,
            logger_id: buffer.logger_id,
            buffers: first_buffer..first_buffer,
        }
    }

    /// Whether buffers of the session may be compressed, so that they have no
    /// fixed size and no alignment.
    pub fn is_compressed(&self) -> bool {
        self.compression != Compression::None
    }

    /// What is missing, from the header and from `buffers`, those of the session.
    pub fn loss(&self, buffers: &[BufferSpan]) -> Loss {
        let marked = |mask| {
            let count = buffers
                .iter()
                .filter(|span| span.header.flags.has(mask))
                .count();
            crate::bytes::wide(count)
        };
        let circular = self
            .header
            .as_ref()
            .is_some_and(|header| header.mode.has(LogMode::CIRCULAR));
        let (first, data) = match buffers.split_first() {
            Some((first, data)) if self.header.is_some() => (Some(first.header.sequence), data),
            _ => (None, buffers),
        };
        let mut sequences: Vec<u64> = data.iter().map(|span| span.header.sequence).collect();
        sequences.sort_unstable();
        let wrapped = circular
            && match (first, sequences.first()) {
                (Some(first), Some(oldest)) => *oldest > first.saturating_add(1),
                _ => false,
            };
        if let (Some(first), false) = (first, wrapped) {
            sequences.push(first);
            sequences.sort_unstable();
        }
        Loss {
            events: self.header.as_ref().map_or(0, |header| header.events_lost),
            buffers: self.header.as_ref().map_or(0, |header| header.buffers_lost),
            buffers_marked_events_lost: marked(BufferFlags::EVENTS_LOST),
            buffers_marked_buffer_lost: marked(BufferFlags::BUFFER_LOST),
            sequence_holes: sequences
                .iter()
                .zip(sequences.iter().skip(1))
                .filter(|(before, after)| **after > before.saturating_add(1))
                .map(|(before, after)| *before + 1..*after)
                .collect(),
            wrapped,
        }
    }

    /// Opens one of its buffers, of which `stored` is what the file has from the buffer's
    /// header on, expanding it into `scratch` if it is compressed.
    ///
    /// A buffer that cannot be expanded has no records, or those before the fault;
    /// its damage comes first from [`Buffer::records`].
    pub fn open_buffer<'b>(
        &'b self,
        span: &'b BufferSpan,
        stored: &'b [u8],
        scratch: &'b mut Scratch,
    ) -> Buffer<'b> {
        let mut buffer = self.plain(span, stored);
        if span.header.is_compressed() {
            let (filled, stored) = (span.filled_behind_header(), behind_header(stored));
            let (data, kind) = match scratch.expand(self.compression, stored, narrow(filled)) {
                Outcome::Expanded {
                    bytes,
                    complete: true,
                } => (bytes, None),
                Outcome::Expanded { bytes, .. } => (bytes, Some(DamageKind::CompressedStream)),
                Outcome::Undecoded => (&[][..], Some(DamageKind::UndecodedCompression)),
                Outcome::TooLarge => (&[][..], Some(DamageKind::ExpansionLimit)),
            };
            buffer.data = data;
            buffer.damage = kind.map(|kind| damage_in(span, kind, data.len(), filled - data.len()));
        }
        buffer
    }

    /// Reads one of its buffers into a sink; `stored` as for [`Self::open_buffer`].
    #[inline]
    pub fn read_buffer(
        &self,
        span: &BufferSpan,
        stored: &[u8],
        scratch: &mut Scratch,
        sink: &mut impl Sink,
    ) {
        for record in self.open_buffer(span, stored, scratch).records() {
            match record {
                Ok(record) => sink.record(&record),
                Err(damage) => sink.damage(damage),
            }
        }
    }

    /// One of its buffers as it is stored.
    pub(crate) fn plain<'t>(&'t self, span: &'t BufferSpan, stored: &'t [u8]) -> Buffer<'t> {
        let stored = behind_header(stored);
        Buffer {
            data: stored.get(..span.filled_behind_header()).unwrap_or(stored),
            span,
            clock: &self.clock,
            damage: None,
        }
    }
}

/// The log header at the start of a header buffer's data, and its time stamp.
fn log_header(data: &[u8]) -> Option<(LogHeader, u64)> {
    if !begins_log(data) {
        return None;
    }
    let size = usize::from(u16_at(data, 4)?);
    let record = data.get(..size).unwrap_or(data);
    let Some(Header::System(system)) = Header::parse(record) else {
        return None;
    };
    Some((LogHeader::parse(system.payload())?, system.raw_time()))
}

/// The part of a buffer behind its header.
pub(crate) fn behind_header(buffer: &[u8]) -> &[u8] {
    buffer.get(BUFFER_HEADER_SIZE..).unwrap_or_default()
}

/// What a buffer holds behind its header, as far as it is present.
pub(crate) fn data_of<'a>(header: &BufferHeader, rest: &'a [u8]) -> &'a [u8] {
    let whole = rest.get(..size(header.buffer_size)).unwrap_or(rest);
    behind_header(whole)
}

/// Whether a buffer is a header buffer with a log header that can be read.
pub(crate) fn starts_log(header: &BufferHeader, rest: &[u8]) -> bool {
    header.kind == BufferKind::HEADER && log_header(data_of(header, rest)).is_some()
}
