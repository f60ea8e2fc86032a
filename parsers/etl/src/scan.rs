//! The walk from buffer to buffer, of a file that is there or of one that comes piece by piece.
//!
//! A buffer is believed by what follows it, so the walk looks ahead: by the buffer's own size
//! and one header, 16 MiB and 72 bytes at most. Where that was not seen yet it waits, and so
//! comes to the same for any pieces.
//! Source: *observed*, Windows 7 to build 26200; append mode is *specified*.

use crate::beginning::{BEGINNING, first_session};
use crate::buffer::{BUFFER_HEADER_SIZE, BufferHeader, BufferSpan};
use crate::bytes::{narrow, size, u8_fixed, wide};
use crate::error::{Damage, DamageKind, Error, Result};
use crate::index::TraceIndex;
use crate::session::{Session, data_of, starts_log};

/// An index on its way. Give it the file from [`offset`](Self::offset) on, as often as there
/// is more of it, and at last all that is left.
///
/// A file whose header buffer is missing is accepted when its first buffer is believable; its
/// records then have no time.
#[derive(Clone, Debug)]
pub struct Scan {
    /// Where the next buffer is expected, in the file.
    offset: u64,
    /// Bytes from there that the next step needs.
    wants: usize,
    /// Why the file is no trace.
    refused: Option<Error>,
    passing: Option<Passing>,
    index: TraceIndex,
}

/// Bytes without a buffer, in a log whose buffers have no fixed size, whose end was not seen yet.
#[derive(Clone, Copy, Debug)]
struct Passing {
    kind: DamageKind,
    /// They are all the same so far; else a believable header ends them.
    run: Option<u8>,
}

/// What was given of the file.
#[derive(Clone, Copy)]
struct Window<'w> {
    bytes: &'w [u8],
    /// Whether the file ends with it.
    is_last: bool,
}

/// What lies where a buffer is expected.
enum Slot {
    Buffer(BufferHeader),
    /// Zeros or 0xFF throughout the header.
    Empty,
    Bad,
}

/// So many bytes must be there before anything can be said.
#[derive(Clone, Copy)]
struct Wanted(usize);

type Stepped<T> = std::result::Result<T, Wanted>;

impl Default for Scan {
    fn default() -> Self {
        Self::new()
    }
}

impl Scan {
    /// Nothing was seen yet.
    pub fn new() -> Self {
        Self {
            offset: 0,
            wants: BEGINNING,
            refused: None,
            passing: None,
            index: TraceIndex::default(),
        }
    }

    /// Where it stands in the file, in bytes: what lies before is not needed any more.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// How many bytes from [`offset`](Self::offset) on it needs to come further, more than it
    /// was given last. At most 16 MiB and 72.
    pub fn wants(&self) -> usize {
        self.wants
    }

    /// What was found so far.
    pub fn index(&self) -> &TraceIndex {
        &self.index
    }

    /// Takes bytes from [`offset`](Self::offset) on, behind which the file goes on, and gives
    /// how many of them it is done with. The rest is to be given again, with more behind it.
    pub fn add(&mut self, bytes: &[u8]) -> usize {
        self.walk(Window {
            bytes,
            is_last: false,
        })
    }

    /// Takes all bytes from [`offset`](Self::offset) to the end of the file.
    pub fn add_last(&mut self, bytes: &[u8]) {
        self.walk(Window {
            bytes,
            is_last: true,
        });
    }

    /// The index, once the end was given.
    ///
    /// # Errors
    /// When the input is not a trace, or one of before Windows Vista.
    pub fn finish(self) -> Result<TraceIndex> {
        match self.refused {
            Some(error) => Err(error),
            None if self.index.sessions.is_empty() => Err(Error::TooShort { length: 0 }),
            None => Ok(self.index),
        }
    }

    /// Goes as far as the bytes allow.
    fn walk(&mut self, window: Window<'_>) -> usize {
        if self.index.sessions.is_empty() && self.refused.is_none() {
            match begin(window) {
                Ok(Ok(session)) => self.index.sessions.push(session),
                Ok(Err(error)) => self.refused = Some(error),
                Err(Wanted(bytes)) => {
                    self.wants = bytes;
                    return 0;
                }
            }
        }
        if self.refused.is_some() {
            return window.bytes.len();
        }
        let start = self.offset;
        let mut done = 0;
        self.wants = BUFFER_HEADER_SIZE;
        while done < window.bytes.len() {
            match self.step(window.at(done)) {
                Ok(length) => {
                    done += length;
                    self.offset = start + wide(done);
                }
                Err(Wanted(bytes)) => {
                    self.wants = bytes;
                    break;
                }
            }
        }
        done
    }

    /// Takes the next buffer or steps over what is none; gives how many bytes that were.
    fn step(&mut self, window: Window<'_>) -> Stepped<usize> {
        let rest = window.bytes;
        if let Some(passing) = self.passing.take() {
            return self.pass_on(passing, window, 0).inspect_err(|_| {
                self.passing = Some(passing);
            });
        }
        if window.is_last && rest.len() < BUFFER_HEADER_SIZE {
            let kind = if is_unwritten(rest) {
                DamageKind::EmptySlots
            } else {
                DamageKind::TruncatedFile
            };
            return Ok(self.pass(kind, rest.len()));
        }
        match self.slot(window)? {
            Slot::Buffer(header) => Ok(self.take(header, rest)),
            Slot::Empty => {
                let run = rest.first().copied();
                self.pass_slots(DamageKind::EmptySlots, run, window)
            }
            Slot::Bad => self.pass_slots(DamageKind::BufferHeader, None, window),
        }
    }

    fn slot(&self, window: Window<'_>) -> Stepped<Slot> {
        let rest = window.showing(BUFFER_HEADER_SIZE)?;
        if rest.get(..BUFFER_HEADER_SIZE).is_some_and(is_unwritten) {
            return Ok(Slot::Empty);
        }
        let Some(header) = BufferHeader::believed(rest) else {
            return Ok(Slot::Bad);
        };
        let Some(session) = self.index.sessions.last() else {
            return Ok(Slot::Bad);
        };
        window.showing(size(header.buffer_size) + BUFFER_HEADER_SIZE)?;
        let follows_well = || match rest.get(size(header.buffer_size)..) {
            Some([]) => true,
            Some(next) if next.len() < BUFFER_HEADER_SIZE => is_unwritten(next),
            Some(next) => {
                BufferHeader::believed(next).is_some()
                    || next.get(..BUFFER_HEADER_SIZE).is_some_and(is_unwritten)
            }
            // Cut short; believed when it is one of this session's.
            None => header.logger_id == session.logger_id,
        };
        let of_usual_size = !session.is_compressed() && header.buffer_size == session.buffer_size;
        if of_usual_size || starts_log(&header, rest) || follows_well() {
            Ok(Slot::Buffer(header))
        } else {
            Ok(Slot::Bad)
        }
    }

    fn take(&mut self, header: BufferHeader, rest: &[u8]) -> usize {
        let available = narrow(rest.len().min(size(header.buffer_size)));
        if available < header.buffer_size {
            self.index.damage.push(Damage {
                kind: DamageKind::TruncatedFile,
                offset: self.offset,
                inside: None,
                length: u64::from(header.buffer_size - available),
            });
        }
        let place = self.index.buffers.len();
        if place > 0 && starts_log(&header, rest) {
            let data = data_of(&header, rest);
            let session = Session::begin(&header, data, place);
            self.index.sessions.push(session);
        }
        let number = self.index.sessions.len() - 1;
        if let Some(session) = self.index.sessions.last_mut() {
            session.buffers.end = place + 1;
            let limit = if header.is_compressed() {
                session.buffer_size
            } else {
                available
            };
            self.index.buffers.push(BufferSpan {
                offset: self.offset,
                length: available,
                filled: header.fill_within(limit),
                session: number,
                header,
            });
        }
        size(available)
    }

    /// Steps over bytes that hold no buffer, a `run` of the same ones or a bad header: by whole
    /// slots, or to the next believable header where buffers have no fixed size.
    fn pass_slots(
        &mut self,
        kind: DamageKind,
        run: Option<u8>,
        window: Window<'_>,
    ) -> Stepped<usize> {
        let Some(session) = self.index.sessions.last() else {
            return Ok(self.pass(kind, window.bytes.len()));
        };
        if session.is_compressed() {
            return self.pass_on(Passing { kind, run }, window, 1);
        }
        let slot = size(session.buffer_size).max(BUFFER_HEADER_SIZE);
        let rest = window.showing(slot)?;
        // Slots that begin empty are passed together.
        let length = run.map_or(1, |byte| run_of(byte, rest));
        let length = (length / slot).max(1).saturating_mul(slot);
        Ok(self.pass(kind, length.min(rest.len())))
    }

    /// Steps over bytes to the next believable header from a place on, or as far as can be seen.
    fn pass_on(&mut self, passing: Passing, window: Window<'_>, from: usize) -> Stepped<usize> {
        let Passing { kind, run } = passing;
        let from = run.map_or(from, |byte| run_of(byte, window.bytes));
        if run.is_some() && from == window.bytes.len() {
            self.passing = (!window.is_last).then_some(passing);
            return Ok(self.pass(kind, from));
        }
        let (length, unseen) = self.search(window, from);
        if let Some(wanted) = unseen {
            if length == 0 {
                return Err(wanted);
            }
            self.passing = Some(Passing { kind, run: None });
        }
        Ok(self.pass(kind, length))
    }

    /// The place of the next believable header, or of the first bytes of which it cannot be said yet.
    fn search(&self, window: Window<'_>, from: usize) -> (usize, Option<Wanted>) {
        let logger_id = self.index.sessions.last().map(|session| session.logger_id);
        for place in from..window.bytes.len() {
            let at = window.at(place);
            if !at.is_last && at.bytes.len() < BUFFER_HEADER_SIZE {
                return (place, Some(Wanted(BUFFER_HEADER_SIZE)));
            }
            // The quick test first: nearly every byte fails it.
            let may_be = u8_fixed(at.bytes, 0x37) == 0
                && BufferHeader::believed(at.bytes)
                    .is_some_and(|header| Some(header.logger_id) == logger_id);
            if may_be {
                match self.slot(at) {
                    Ok(Slot::Buffer(_)) => return (place, None),
                    Ok(Slot::Empty | Slot::Bad) => {}
                    Err(wanted) => return (place, Some(wanted)),
                }
            }
        }
        (window.bytes.len(), None)
    }

    /// Steps over bytes and notes them, joined with a note just before.
    fn pass(&mut self, kind: DamageKind, length: usize) -> usize {
        let offset = self.offset;
        match self.index.damage.last_mut() {
            Some(last) if last.kind == kind && last.offset + last.length == offset => {
                last.length += wide(length);
            }
            _ => self.index.damage.push(Damage {
                kind,
                offset,
                inside: None,
                length: wide(length),
            }),
        }
        length
    }
}

impl<'w> Window<'w> {
    /// From a place in it on.
    fn at(self, place: usize) -> Self {
        Self {
            bytes: self.bytes.get(place..).unwrap_or_default(),
            is_last: self.is_last,
        }
    }

    /// All of it, where so many bytes or the end of the file are in it.
    fn showing(self, length: usize) -> Stepped<&'w [u8]> {
        if self.is_last || self.bytes.len() >= length {
            Ok(self.bytes)
        } else {
            Err(Wanted(length))
        }
    }
}

/// The first log of a file, or why it is no trace.
fn begin(window: Window<'_>) -> Stepped<Result<Session>> {
    let bytes = window.showing(BEGINNING)?;
    if let Some(first) = BufferHeader::believed(bytes) {
        window.showing(size(first.buffer_size) + BUFFER_HEADER_SIZE)?;
    }
    Ok(first_session(bytes))
}

/// How many of the first bytes are this one.
fn run_of(byte: u8, bytes: &[u8]) -> usize {
    let other = bytes.iter().position(|other| *other != byte);
    other.unwrap_or(bytes.len())
}

/// Whether bytes were never written: zeros, or the filler, throughout.
fn is_unwritten(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0) || bytes.iter().all(|byte| *byte == 0xff)
}
