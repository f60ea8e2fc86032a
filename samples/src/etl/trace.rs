//! A trace file that is being written: a session, its buffers, its closing.
//!
//! Buffers of several processors fill side by side and go to the file when they are full, but take
//! their sequence numbers when they are opened. So the file's order is that of neither numbers nor
//! times.

use super::buffer::{Buffer, BufferKind, BufferMark, FILLER, HEADER_SIZE};
use super::clock::Moment;
use super::error::{EtlError, length_u32};
use super::log_header::LogHeader;
use super::packing::Packing;
use super::record::{Frame, Record};
use super::session::{Closure, Session};

/// A trace that is being written.
///
/// What describes the session (clock, start, buffer size, pointer size) is to be said before the
/// first event. The first fault ends the writing; [`EtlTrace::to_bytes`] tells it.
#[derive(Debug, Clone)]
pub struct EtlTrace {
    pub(super) session: Session,
    pub(super) now: u64,
    cpu: Placement,
    open: Vec<Open>,
    closed: Vec<Buffer>,
    next_sequence: u64,
    next_kind: BufferKind,
    next_marks: u16,
    /// How the next buffers are stored, if not as the session has it.
    packing: Option<Packing>,
    newest: Option<u64>,
    header_records: Vec<u8>,
    appended: Vec<EtlTrace>,
    fault: Option<EtlError>,
}

/// Which processor the next event is written on.
#[derive(Debug, Clone, Copy)]
enum Placement {
    /// One after the other; this one is next.
    InTurn(u16),
    Fixed(u16),
}

/// A buffer that is being filled.
#[derive(Debug, Clone, Default)]
struct Open {
    /// Taken when the first record comes.
    sequence: Option<u64>,
    newest_ticks: u64,
    newest: u64,
    records: Vec<u8>,
}

impl Default for EtlTrace {
    fn default() -> Self {
        Self::new()
    }
}

impl EtlTrace {
    /// An empty trace: one processor, buffers of 64 KiB, a performance counter of 10 MHz, 64 bit,
    /// started at 2026-03-02T08:00:00Z, finalised.
    pub fn new() -> Self {
        let session = Session::default();
        Self {
            now: session.start,
            session,
            cpu: Placement::InTurn(0),
            open: vec![Open::default()],
            closed: Vec::new(),
            next_sequence: 1,
            next_kind: BufferKind::Generic,
            next_marks: 0,
            packing: None,
            newest: None,
            header_records: Vec::new(),
            appended: Vec::new(),
            fault: None,
        }
    }

    /// How many processors write, each into buffers of its own. Events go to one after the other
    /// until [`EtlTrace::cpu`].
    pub fn cpus(&mut self, count: u16) -> &mut Self {
        self.open.resize(usize::from(count.max(1)), Open::default());
        self
    }

    /// The processor on which the events from here on are written, counted from 0.
    pub fn cpu(&mut self, cpu: u16) -> &mut Self {
        let cpus = u16::try_from(self.open.len()).unwrap_or(u16::MAX);
        if cpu >= cpus {
            self.fail(EtlError::Cpu { cpu, cpus });
        }
        self.cpu = Placement::Fixed(cpu);
        self
    }

    /// Events from here on go to one processor after the other, beginning with the first.
    pub fn cpus_in_turn(&mut self) -> &mut Self {
        self.cpu = Placement::InTurn(0);
        self
    }

    /// How buffers are stored from the one that is closed next.
    pub fn packing(&mut self, packing: Packing) -> &mut Self {
        self.packing = Some(packing);
        self
    }

    /// Another session behind this one, with a header of its own, as in append mode.
    pub fn append(&mut self, other: &Self) -> &mut Self {
        self.mode(0x4);
        let mut other = other.clone();
        other.mode(0x4);
        self.appended.push(other);
        self
    }

    /// When the next events are written.
    pub fn at(&mut self, moment: impl Into<Moment>) -> &mut Self {
        if let Some(ticks) = self.resolve(moment.into()) {
            self.now = ticks;
        }
        self
    }

    /// As [`EtlTrace::at`], counted from the last time, in ticks of 100 ns.
    pub fn after(&mut self, ticks: u64) -> &mut Self {
        self.now = self.now.saturating_add(ticks);
        self
    }

    /// Appends a record to the header buffer, behind the log file header.
    pub fn header_record(&mut self, record: impl Record) -> &mut Self {
        if self.fault.is_none() {
            let frame = self.frame();
            let written = record.write(frame, &mut self.header_records);
            pad(&mut self.header_records);
            self.fault = written.err();
        }
        self
    }

    /// Appends an event or any other record.
    pub fn event(&mut self, record: impl Record) -> &mut Self {
        if self.fault.is_none() {
            self.fault = self.append_record(&record).err();
        }
        self
    }

    /// Sends the buffers of all processors to the file as far as they hold anything.
    pub fn flush(&mut self) -> &mut Self {
        for cpu in 0..self.open.len() {
            self.close(cpu);
        }
        self
    }

    /// Leaves `count` sequence numbers unused, as when buffers were lost.
    pub fn skip_sequence(&mut self, count: u64) -> &mut Self {
        self.next_sequence = self.next_sequence.saturating_add(count);
        self
    }

    /// Sets a mark on the buffer that is closed next.
    pub fn mark_next(&mut self, mark: BufferMark) -> &mut Self {
        self.next_marks |= mark as u16;
        self
    }

    /// What the buffer that is closed next is for.
    pub fn next_kind(&mut self, kind: BufferKind) -> &mut Self {
        self.next_kind = kind;
        self
    }

    /// The fault that ended the writing, if there was one.
    pub fn fault(&self) -> Option<&EtlError> {
        self.fault.as_ref()
    }

    /// Bytes of unpacked buffers so far, those being filled counted by what they hold.
    pub fn size_bytes(&self) -> usize {
        let filling = self.open.iter().map(|open| open.records.len());
        (self.closed.len() + 1) * self.session.buffer_size + filling.sum::<usize>()
    }

    /// The file as it stands.
    ///
    /// # Errors
    ///
    /// The first event that cannot be written ends the trace with its fault.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EtlError> {
        self.clone().into_bytes()
    }

    /// The file, without a copy of what is there already.
    ///
    /// # Errors
    ///
    /// As [`EtlTrace::to_bytes`].
    pub fn into_bytes(mut self) -> Result<Vec<u8>, EtlError> {
        self.flush();
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let written = self.closed.len() + 1;
        if self.session.closure == Closure::Finalised
            && let Some(last) = self.closed.last_mut()
        {
            last.mark_flush();
        }
        let slots = into_slots(std::mem::take(&mut self.closed), self.session.slots);
        let mut out = self.header_buffer(written)?;
        let layout = self.session.layout();
        for buffer in &slots {
            buffer.write(layout, &mut out)?;
        }
        self.session.tail.write(layout.buffer_size, &mut out);
        for other in self.appended {
            out.extend(other.into_bytes()?);
        }
        Ok(out)
    }

    fn append_record(&mut self, record: &impl Record) -> Result<(), EtlError> {
        let cpu = usize::from(self.take_cpu());
        let frame = self.frame();
        let (now, room) = (self.now, self.session.buffer_size - HEADER_SIZE);
        let start = self.open[cpu].records.len();
        record.write(frame, &mut self.open[cpu].records)?;
        pad(&mut self.open[cpu].records);
        if self.open[cpu].records.len() > room {
            let newest = self.open[cpu].records.split_off(start);
            if newest.len() > room {
                return Err(EtlError::RecordTooLarge {
                    size_bytes: newest.len(),
                    limit_bytes: room,
                });
            }
            self.close(cpu);
            self.open[cpu].records.extend(newest);
        }
        let next_sequence = &mut self.next_sequence;
        let open = &mut self.open[cpu];
        if open.sequence.is_none() {
            open.sequence = Some(*next_sequence);
            *next_sequence += 1;
        }
        open.newest_ticks = open.newest_ticks.max(frame.ticks);
        open.newest = open.newest.max(now);
        self.newest = self.newest.max(Some(now));
        Ok(())
    }

    /// The processor for the next record.
    fn take_cpu(&mut self) -> u16 {
        let count = u16::try_from(self.open.len()).unwrap_or(u16::MAX);
        match self.cpu {
            Placement::Fixed(cpu) => cpu % count,
            Placement::InTurn(cpu) => {
                self.cpu = Placement::InTurn((cpu + 1) % count);
                cpu % count
            }
        }
    }

    fn close(&mut self, cpu: usize) {
        let open = std::mem::take(&mut self.open[cpu]);
        let Some(sequence) = open.sequence else {
            return;
        };
        self.closed.push(Buffer {
            kind: std::mem::take(&mut self.next_kind),
            cpu: u16::try_from(cpu).unwrap_or(u16::MAX),
            sequence,
            marks: std::mem::take(&mut self.next_marks),
            flushed_at: if self.session.relogged {
                open.newest
            } else {
                open.newest_ticks
            },
            packing: self.packing,
            saved: open.records.len(),
            records: open.records,
        });
    }

    /// The first buffer, from what is known in the end.
    fn header_buffer(&self, written: usize) -> Result<Vec<u8>, EtlError> {
        let session = &self.session;
        let frame = session.frame(session.start);
        let mut records = Vec::new();
        self.log_header(written)?.write(frame, &mut records)?;
        pad(&mut records);
        let saved = records.len();
        records.extend(&self.header_records);
        let fill = HEADER_SIZE + records.len();
        let mut layout = session.layout();
        if session.compression.is_some() {
            layout.buffer_size = fill.next_multiple_of(512);
        } else if fill > layout.buffer_size {
            return Err(EtlError::RecordTooLarge {
                size_bytes: records.len(),
                limit_bytes: layout.buffer_size - HEADER_SIZE,
            });
        }
        let mut buffer = Buffer {
            kind: BufferKind::Header,
            cpu: 0,
            sequence: 0,
            marks: 0,
            flushed_at: if session.relogged {
                session.start
            } else {
                frame.ticks
            },
            packing: Some(Packing::Plain),
            saved,
            records,
        };
        buffer.mark_flush();
        let mut out = Vec::new();
        buffer.write(layout, &mut out)?;
        Ok(out)
    }

    fn log_header(&self, written: usize) -> Result<LogHeader, EtlError> {
        let newest = self.newest.unwrap_or(self.session.start);
        let written = length_u32("a count of buffers", written)?;
        let processors = length_u32("a count of processors", self.open.len())?;
        self.session.log_header(newest, written, processors)
    }

    fn frame(&self) -> Frame {
        self.session.frame(self.now)
    }

    /// FILETIME ticks of a moment; a fault in it ends the writing.
    pub(super) fn resolve(&mut self, moment: Moment) -> Option<u64> {
        match moment.resolve() {
            Ok(ticks) => Some(ticks),
            Err(fault) => {
                self.fail(fault);
                None
            }
        }
    }

    /// Notes a fault if it is the first.
    pub(super) fn fail(&mut self, fault: EtlError) {
        self.fault.get_or_insert(fault);
    }
}

/// The buffers at their places in a file of limited size: each overwrites the one that came a round
/// before it.
fn into_slots(buffers: Vec<Buffer>, slots: Option<usize>) -> Vec<Buffer> {
    let Some(slots) = slots.map(|slots| slots - 1) else {
        return buffers;
    };
    let mut out: Vec<Buffer> = Vec::new();
    for (index, buffer) in buffers.into_iter().enumerate() {
        match out.get_mut(index % slots) {
            Some(slot) => *slot = buffer,
            None => out.push(buffer),
        }
    }
    out
}

/// Aligns what comes next to eight bytes.
fn pad(records: &mut Vec<u8>) {
    let aligned = records.len().next_multiple_of(8);
    records.resize(aligned, FILLER);
}
