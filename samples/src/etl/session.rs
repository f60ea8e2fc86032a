//! What holds for a whole session, and the log file header that tells it.

use super::EtlError;
use super::buffer::{Era, HeaderShape, Layout};
use super::clock::Clock;
use super::error::length_u32;
use super::log_header::{LogHeader, TimeZone};
use super::packing::{Compression, Packing};
use super::record::{Frame, PointerSize};

const MODE_SEQUENTIAL: u32 = 0x1;
const MODE_CIRCULAR: u32 = 0x2;
const MODE_COMPRESSED: u32 = 0x0400_0000;
const HOUR: u64 = 36_000_000_000;
const STATE_FLUSH: u32 = 3;

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Closure {
    /// Stopped in order.
    #[default]
    Finalised,
    /// Copied while it ran, or cut off by a power loss: no end time, no flush marker at the end, and
    /// no count of buffers (observed; another count is told with `buffers_written`).
    Running,
}

/// What lies behind the last buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tail {
    /// Nothing.
    #[default]
    None,
    /// This many buffers of zeros.
    ZeroBuffers(usize),
    /// This many buffers of 0xFF.
    BlankBuffers(usize),
    /// This many bytes of zeros.
    ZeroBytes(usize),
}

/// What the trace knows of its session.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) start: u64,
    pub(super) end: Option<u64>,
    pub(super) boot: Option<u64>,
    pub(super) clock: Clock,
    pub(super) counter_at_start: u64,
    pub(super) buffer_size: usize,
    pub(super) pointer: PointerSize,
    pub(super) era: Era,
    pub(super) os_version: [u8; 2],
    pub(super) os_build: u32,
    pub(super) time_zone: TimeZone,
    pub(super) logger_name: String,
    pub(super) file_name: String,
    pub(super) logger_id: u16,
    pub(super) mode: u32,
    pub(super) timer_resolution: u32,
    pub(super) cpu_mhz: u32,
    pub(super) events_lost: u32,
    pub(super) buffers_lost: u32,
    pub(super) buffers_written: Option<u32>,
    pub(super) closure: Closure,
    /// Buffers the file has room for, the header's included.
    pub(super) slots: Option<usize>,
    pub(super) relogged: bool,
    pub(super) compression: Option<Compression>,
    pub(super) tail: Tail,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            // 2026-03-02T08:00:00Z.
            start: 134_169_120_000_000_000,
            end: None,
            boot: None,
            clock: Clock::default(),
            counter_at_start: 36_012_345_678,
            buffer_size: 65_536,
            pointer: PointerSize::Bits64,
            era: Era::Windows10,
            os_version: [10, 0],
            os_build: 22631,
            time_zone: TimeZone::utc(),
            logger_name: "Contoso Session".to_owned(),
            file_name: "C:\\Logs\\contoso.etl".to_owned(),
            logger_id: 0x23,
            mode: 0,
            timer_resolution: 156_250,
            cpu_mhz: 2400,
            events_lost: 0,
            buffers_lost: 0,
            buffers_written: None,
            closure: Closure::Finalised,
            slots: None,
            relogged: false,
            compression: None,
            tail: Tail::None,
        }
    }
}

impl Session {
    /// What a record needs to know at a moment.
    pub(super) fn frame(&self, moment: u64) -> Frame {
        Frame {
            ticks: self.clock.ticks(self.start, moment, self.counter_at_start),
            pointer: self.pointer,
        }
    }

    pub(super) fn layout(&self) -> Layout {
        Layout {
            buffer_size: self.buffer_size,
            packing: self.compression.map_or(Packing::Plain, Packing::from),
            era: self.era,
            logger_id: self.logger_id,
            header: self.header_shape(),
        }
    }

    /// The state is the compression format if there is one. The relogger leaves it at zero, and its
    /// header buffer names no processor (observed).
    fn header_shape(&self) -> HeaderShape {
        HeaderShape {
            state: match (self.compression, self.relogged) {
                (Some(compression), _) => compression as u32,
                (None, true) => 0,
                (None, false) => STATE_FLUSH,
            },
            by_relogger: self.relogged,
        }
    }

    /// The header, given the newest event's time and the counts of buffers and processors.
    pub(super) fn log_header(
        &self,
        newest: u64,
        written: u32,
        processors: u32,
    ) -> Result<LogHeader, EtlError> {
        let is_wide = self.compression.is_some() || self.buffer_size > 1 << 20 || processors > 256;
        let (end_time, counted) = match self.closure {
            Closure::Finalised => (self.end.unwrap_or(newest), written),
            Closure::Running => (0, 0),
        };
        let (frequency, cpu_mhz) = match self.clock {
            Clock::Qpc { frequency } => (frequency, self.cpu_mhz),
            Clock::SystemTime => (10_000_000, self.cpu_mhz),
            Clock::CpuCycles { mhz } => (10_000_000, mhz),
        };
        Ok(LogHeader {
            buffer_size: length_u32("a buffer", self.buffer_size)?,
            os_version: self.os_version,
            log_version: if is_wide { [2, 0] } else { [1, 5] },
            os_build: self.os_build,
            processors,
            end_time,
            timer_resolution: self.timer_resolution,
            maximum_file_size: self.maximum_file_size()?,
            mode: self.log_file_mode(),
            buffers_written: self.buffers_written.unwrap_or(counted),
            start_buffers: 1,
            events_lost: self.events_lost,
            cpu_mhz,
            time_zone: self.time_zone.clone(),
            boot_time: self.boot.unwrap_or_else(|| self.start.saturating_sub(HOUR)),
            frequency,
            start_time: self.start,
            clock: self.clock,
            buffers_lost: self.buffers_lost,
            logger_name: self.logger_name.clone(),
            file_name: self.file_name.clone(),
        })
    }

    fn log_file_mode(&self) -> u32 {
        let order = if self.slots.is_some() {
            MODE_CIRCULAR
        } else {
            MODE_SEQUENTIAL
        };
        let compressed = if self.compression.is_some() {
            MODE_COMPRESSED
        } else {
            0
        };
        self.mode | order | compressed
    }

    /// Megabytes, rounded up; 0 when there is no limit.
    fn maximum_file_size(&self) -> Result<u32, EtlError> {
        let bytes = self.slots.unwrap_or(0) * self.buffer_size;
        length_u32("a file", bytes.div_ceil(1 << 20))
    }
}

impl Tail {
    pub(super) fn write(self, buffer_size: usize, out: &mut Vec<u8>) {
        let (bytes, value) = match self {
            Self::None => (0, 0),
            Self::ZeroBuffers(count) => (count * buffer_size, 0),
            Self::BlankBuffers(count) => (count * buffer_size, 0xFF),
            Self::ZeroBytes(count) => (count, 0),
        };
        out.resize(out.len() + bytes, value);
    }
}
