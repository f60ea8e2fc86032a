//! A trace file as a sequence of buffers, and the reading of one of them.
//!
//! The file is trusted, not its counters: a log that was never stopped says that
//! it has no buffers. Buffers are indexed without looking at their records, so
//! that opening is quick; each can then be read by itself and in parallel.
//! Source: *observed*, Windows 7 to build 26200; append mode is *specified*.

use crate::buffer::{BUFFER_HEADER_SIZE, BufferHeader, BufferKind, BufferSpan};
use crate::bytes::{array_at, narrow, size, u8_fixed, u32_at, wide};
use crate::error::{Damage, DamageKind, Error, Result};
use crate::expand::{Outcome, Scratch};
use crate::header::{Header, Marker, marker};
use crate::log_header::{LogHeader, begins_log};
use crate::record::Record;
use crate::records::{Buffer, damage_in};
use crate::session::{Loss, Session, behind_header, log_header};

/// Receives the records and the damage of buffers, in the order of the buffer.
pub trait Sink {
    /// A record.
    fn record(&mut self, record: &Record<'_>);
    /// Something could not be read.
    fn damage(&mut self, damage: Damage);
}

/// A trace, indexed by buffers. It borrows the file's bytes.
#[derive(Clone, Debug)]
pub struct Trace<'a> {
    bytes: &'a [u8],
    /// The logs of the file; one, unless sessions were appended. Never empty.
    pub sessions: Vec<Session>,
    /// The buffers in the order of the file, header buffers included. With several
    /// processors and in wrapped logs this is not the order of time.
    pub buffers: Vec<BufferSpan>,
    /// Damage of the container; damage inside buffers comes with their records.
    pub damage: Vec<Damage>,
}

/// Whether the first bytes of a file (at least 0x50 of them) begin a trace that
/// [`Trace::open`] accepts by its header buffer.
pub fn begins_trace(head: &[u8]) -> bool {
    array_at(head, 0).is_some_and(|bytes| {
        let header = BufferHeader::parse(&bytes);
        header.is_plausible()
            && header.kind == BufferKind::HEADER
            && begins_log(behind_header(head))
    })
}

impl<'a> Trace<'a> {
    /// Indexes the buffers of a file.
    ///
    /// A file whose header buffer is missing is accepted when its first buffer is
    /// believable; its records then have no time.
    ///
    /// # Errors
    /// When the input is not a trace, or one of before Windows Vista.
    pub fn open(bytes: &'a [u8]) -> Result<Self> {
        let Some(first) = array_at(bytes, 0) else {
            return Err(Error::TooShort {
                length: bytes.len(),
            });
        };
        let first = BufferHeader::parse(&first);
        if !begins_trace(bytes) && !begins_with_data(&first, bytes) {
            return Err(refusal(bytes));
        }
        let mut walk = Walk {
            bytes,
            offset: 0,
            trace: Self {
                bytes,
                sessions: vec![Session::begin(&first, data_of(&first, bytes), 0)],
                buffers: Vec::new(),
                damage: Vec::new(),
            },
        };
        while walk.step() {}
        Ok(walk.trace)
    }

    /// The first log's header; `None` when it is missing.
    pub fn header(&self) -> Option<&LogHeader> {
        self.sessions.first()?.header.as_ref()
    }

    /// What is missing from each log, in the order of `sessions`.
    pub fn losses(&self) -> Vec<Loss> {
        self.sessions
            .iter()
            .map(|session| {
                let range = session.buffers.clone();
                session.loss(self.buffers.get(range).unwrap_or_default())
            })
            .collect()
    }

    /// Opens one of `buffers`, expanding it into `scratch` if it is compressed.
    ///
    /// A buffer that cannot be expanded has no records, or those before the fault;
    /// its damage comes first from [`Buffer::records`].
    pub fn open_buffer<'b>(&'b self, span: &'b BufferSpan, scratch: &'b mut Scratch) -> Buffer<'b> {
        let stored = self.stored(span);
        let filled = filled_behind_header(span);
        let mut buffer = self.plain(span, stored);
        let session = self.sessions.get(span.session);
        if let (true, Some(session)) = (span.header.is_compressed(), session) {
            let expected = narrow(filled);
            let (data, kind) = match scratch.expand(session.compression, stored, expected) {
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

    /// Opens one of `buffers` that is stored as it is, so that its records borrow from
    /// the file alone; `None` for a compressed one.
    pub fn open_plain_buffer<'t>(&'t self, span: &'t BufferSpan) -> Option<Buffer<'t>> {
        (!span.header.is_compressed()).then(|| self.plain(span, self.stored(span)))
    }

    /// What the file has of a buffer behind its header.
    fn stored(&self, span: &BufferSpan) -> &'a [u8] {
        let start = usize::try_from(span.offset).unwrap_or(usize::MAX);
        let rest = self.bytes.get(start..).unwrap_or_default();
        behind_header(rest.get(..size(span.length)).unwrap_or_default())
    }

    fn plain<'t>(&'t self, span: &'t BufferSpan, stored: &'t [u8]) -> Buffer<'t> {
        let session = self.sessions.get(span.session);
        Buffer {
            data: stored.get(..filled_behind_header(span)).unwrap_or(stored),
            span,
            clock: session.map_or(&crate::clock::Clock::UNKNOWN, |session| &session.clock),
            damage: None,
        }
    }

    /// Reads one of `buffers` into a sink.
    #[inline]
    pub fn read_buffer(&self, span: &BufferSpan, scratch: &mut Scratch, sink: &mut impl Sink) {
        for record in self.open_buffer(span, scratch).records() {
            match record {
                Ok(record) => sink.record(&record),
                Err(damage) => sink.damage(damage),
            }
        }
    }
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
            Some(rest) => rest.is_empty() || plausible_header(rest).is_some(),
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

fn plausible_header(rest: &[u8]) -> Option<BufferHeader> {
    let header = BufferHeader::parse(&array_at(rest, 0)?);
    header.is_plausible().then_some(header)
}

/// The state of indexing; `offset` is where the next buffer is expected.
struct Walk<'a> {
    bytes: &'a [u8],
    offset: usize,
    trace: Trace<'a>,
}

/// What lies where a buffer is expected.
enum Slot {
    Buffer(BufferHeader),
    /// Zeros or 0xFF throughout the header.
    Empty,
    Bad,
}

impl Walk<'_> {
    /// Takes the next buffer or steps over what is none; `false` at the end.
    fn step(&mut self) -> bool {
        let rest = self.bytes.get(self.offset..).unwrap_or_default();
        if rest.is_empty() {
            return false;
        }
        if rest.len() < BUFFER_HEADER_SIZE {
            let kind = if is_unwritten(rest) {
                DamageKind::EmptySlots
            } else {
                DamageKind::TruncatedFile
            };
            self.pass(kind, rest.len());
            return false;
        }
        match self.slot(rest) {
            Slot::Buffer(header) => self.take(header, rest),
            Slot::Empty => {
                let written = rest.iter().position(|byte| Some(byte) != rest.first());
                self.pass_slots(DamageKind::EmptySlots, rest, written.unwrap_or(rest.len()));
            }
            Slot::Bad => self.pass_slots(DamageKind::BufferHeader, rest, 1),
        }
        true
    }

    fn slot(&self, rest: &[u8]) -> Slot {
        if rest.get(..BUFFER_HEADER_SIZE).is_some_and(is_unwritten) {
            return Slot::Empty;
        }
        let Some(header) = plausible_header(rest) else {
            return Slot::Bad;
        };
        let Some(session) = self.trace.sessions.last() else {
            return Slot::Bad;
        };
        let follows_well = || match rest.get(size(header.buffer_size)..) {
            Some([]) => true,
            Some(next) if next.len() < BUFFER_HEADER_SIZE => is_unwritten(next),
            Some(next) => {
                plausible_header(next).is_some()
                    || next.get(..BUFFER_HEADER_SIZE).is_some_and(is_unwritten)
            }
            // Cut short; believed when it is one of this session's.
            None => header.logger_id == session.logger_id,
        };
        let of_usual_size = !session.is_compressed() && header.buffer_size == session.buffer_size;
        if of_usual_size || starts_log(&header, rest) || follows_well() {
            Slot::Buffer(header)
        } else {
            Slot::Bad
        }
    }

    fn take(&mut self, header: BufferHeader, rest: &[u8]) {
        let available = narrow(rest.len().min(size(header.buffer_size)));
        if available < header.buffer_size {
            self.trace.damage.push(Damage {
                kind: DamageKind::TruncatedFile,
                offset: wide(self.offset),
                inside: None,
                length: u64::from(header.buffer_size - available),
            });
        }
        let index = self.trace.buffers.len();
        if index > 0 && starts_log(&header, rest) {
            let data = data_of(&header, rest);
            self.trace
                .sessions
                .push(Session::begin(&header, data, index));
        }
        let number = self.trace.sessions.len() - 1;
        if let Some(session) = self.trace.sessions.last_mut() {
            session.buffers.end = index + 1;
            let limit = if header.is_compressed() {
                session.buffer_size
            } else {
                available
            };
            self.trace.buffers.push(BufferSpan {
                offset: wide(self.offset),
                length: available,
                filled: header.fill_within(limit),
                session: number,
                header,
            });
        }
        self.offset += size(available);
    }

    /// Steps over at least `length` bytes that hold no buffer: by whole slots, or
    /// to the next believable header where buffers have no fixed size.
    fn pass_slots(&mut self, kind: DamageKind, rest: &[u8], length: usize) {
        let Some(session) = self.trace.sessions.last() else {
            return self.pass(kind, rest.len());
        };
        let length = if session.is_compressed() {
            let logger_id = session.logger_id;
            (length..rest.len())
                .find(|place| {
                    rest.get(*place..).is_some_and(|at| {
                        // The quick test first: nearly every byte fails it.
                        u8_fixed(at, 0x37) == 0
                            && plausible_header(at)
                                .is_some_and(|header| header.logger_id == logger_id)
                            && matches!(self.slot(at), Slot::Buffer(_))
                    })
                })
                .unwrap_or(rest.len())
        } else {
            let slot = size(session.buffer_size).max(BUFFER_HEADER_SIZE);
            // Slots that begin empty are passed together.
            (length / slot).max(1).saturating_mul(slot)
        };
        self.pass(kind, length.min(rest.len()));
    }

    /// Steps over bytes and notes them, joined with a note just before.
    fn pass(&mut self, kind: DamageKind, length: usize) {
        let offset = wide(self.offset);
        self.offset += length;
        match self.trace.damage.last_mut() {
            Some(last) if last.kind == kind && last.offset + last.length == offset => {
                last.length += wide(length);
            }
            _ => self.trace.damage.push(Damage {
                kind,
                offset,
                inside: None,
                length: wide(length),
            }),
        }
    }
}

/// Filled bytes of a buffer behind its header, of the expanded one if it is compressed.
fn filled_behind_header(span: &BufferSpan) -> usize {
    size(span.filled).saturating_sub(BUFFER_HEADER_SIZE)
}

/// What a buffer holds behind its header, as far as it is present.
fn data_of<'a>(header: &BufferHeader, rest: &'a [u8]) -> &'a [u8] {
    let whole = rest.get(..size(header.buffer_size)).unwrap_or(rest);
    behind_header(whole)
}

/// Whether a buffer is a header buffer with a log header that can be read.
fn starts_log(header: &BufferHeader, rest: &[u8]) -> bool {
    header.kind == BufferKind::HEADER && log_header(data_of(header, rest)).is_some()
}

/// Whether bytes were never written: zeros, or the filler, throughout.
fn is_unwritten(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0) || bytes.iter().all(|byte| *byte == 0xff)
}
