//! What is said of a session before its events, and of its end.
//!
//! Events hold raw ticks as soon as they are written, so clock and start come before the first one.

use super::buffer::Era;
use super::clock::{Clock, Moment};
use super::error::EtlError;
use super::log_header::TimeZone;
use super::packing::Compression;
use super::record::PointerSize;
use super::session::{Closure, Tail};
use super::trace::EtlTrace;

impl EtlTrace {
    /// When the session started. Events are then written at this time until [`EtlTrace::at`].
    pub fn start(&mut self, moment: impl Into<Moment>) -> &mut Self {
        if let Some(ticks) = self.resolve(moment.into()) {
            self.session.start = ticks;
            self.now = ticks;
        }
        self
    }

    /// When the session ended; the time of the newest event if this is not said.
    pub fn end(&mut self, moment: impl Into<Moment>) -> &mut Self {
        self.session.end = self.resolve(moment.into());
        self
    }

    /// When the system was booted; an hour before the start if this is not said. Nothing depends
    /// on it.
    pub fn boot(&mut self, moment: impl Into<Moment>) -> &mut Self {
        self.session.boot = self.resolve(moment.into());
        self
    }

    /// What the ticks are.
    pub fn clock(&mut self, clock: Clock) -> &mut Self {
        self.session.clock = clock;
        self
    }

    /// Where the counter stood at the start.
    pub fn counter_at_start(&mut self, ticks: u64) -> &mut Self {
        self.session.counter_at_start = ticks;
        self
    }

    /// One stream of buffers for all processors: the header then says that there is one.
    pub fn shared_buffers(&mut self) -> &mut Self {
        self.mode(0x1000_0000).cpus(1)
    }

    /// Bytes of a buffer: a multiple of 8 from 512 to 16 MiB.
    pub fn buffer_size(&mut self, size_bytes: usize) -> &mut Self {
        if !size_bytes.is_multiple_of(8) || !(512..=16 << 20).contains(&size_bytes) {
            self.fail(EtlError::BufferSize { size_bytes });
        } else {
            self.session.buffer_size = size_bytes;
        }
        self
    }

    /// Pointer width of the system.
    pub fn pointer_size(&mut self, pointer: PointerSize) -> &mut Self {
        self.session.pointer = pointer;
        self
    }

    /// How buffer headers are written; Windows 7 also changes version and build.
    pub fn era(&mut self, era: Era) -> &mut Self {
        self.session.era = era;
        match era {
            Era::Windows7 => self.os([6, 1], 7601),
            Era::Windows10 => self.os([10, 0], 22631),
        }
    }

    /// Version and build of the system.
    pub fn os(&mut self, version: [u8; 2], build: u32) -> &mut Self {
        self.session.os_version = version;
        self.session.os_build = build;
        self
    }

    /// The device's time zone.
    pub fn time_zone(&mut self, zone: TimeZone) -> &mut Self {
        self.session.time_zone = zone;
        self
    }

    /// Names of logger and file.
    pub fn names(&mut self, logger: &str, file: &str) -> &mut Self {
        logger.clone_into(&mut self.session.logger_name);
        file.clone_into(&mut self.session.file_name);
        self
    }

    /// Identifier of the logger in every buffer.
    pub fn logger_id(&mut self, id: u16) -> &mut Self {
        self.session.logger_id = id;
        self
    }

    /// Further bits of the log file mode.
    pub fn mode(&mut self, bits: u32) -> &mut Self {
        self.session.mode |= bits;
        self
    }

    /// Resolution of the timer and speed of the processor, as the header tells them.
    pub fn hardware(&mut self, timer_resolution_100ns: u32, cpu_mhz: u32) -> &mut Self {
        self.session.timer_resolution = timer_resolution_100ns;
        self.session.cpu_mhz = cpu_mhz;
        self
    }

    /// Losses as the header tells them.
    pub fn lost(&mut self, events: u32, buffers: u32) -> &mut Self {
        self.session.events_lost = events;
        self.session.buffers_lost = buffers;
        self
    }

    /// Count of buffers that the header tells, right or wrong.
    pub fn buffers_written(&mut self, count: u32) -> &mut Self {
        self.session.buffers_written = Some(count);
        self
    }

    /// How the session ended.
    pub fn closure(&mut self, closure: Closure) -> &mut Self {
        self.session.closure = closure;
        self
    }

    /// A file that holds this many buffers with the header's and overwrites the oldest one when it
    /// is full. Fewer than two are two.
    pub fn circular(&mut self, buffers: usize) -> &mut Self {
        self.session.slots = Some(buffers.max(2));
        self
    }

    /// A merged or relogged file: buffers carry FILETIME, names are those of the relogger.
    pub fn relogged(&mut self) -> &mut Self {
        self.session.relogged = true;
        self.mode(0x1_0000).names("Relogger", "[multiple files]")
    }

    /// A compressed file. All buffers are packed accordingly but those of [`EtlTrace::packing`].
    pub fn compressed(&mut self, compression: Compression) -> &mut Self {
        self.session.compression = Some(compression);
        self
    }

    /// What lies behind the last buffer.
    pub fn tail(&mut self, tail: Tail) -> &mut Self {
        self.session.tail = tail;
        self
    }
}
