//! The first event of a log: TRACE_LOGFILE_HEADER.
//!
//! PointerSize decides where the later fields lie, so it is read first. The
//! counters are what the logger knew when it stopped: in a log that was never
//! stopped, or that was damaged, they are zero or wrong, and the file decides.
//! Source: specified (TRACE_LOGFILE_HEADER), *observed* for both pointer sizes.

use joinscope_wire::filetime::ticks_from_filetime;
use joinscope_wire::utf16::push_utf16le_until_nul;

use crate::bytes::{array_at, u8_fixed, u16_at, u32_at, u64_at};
use crate::clock::{Clock, ClockKind};
use crate::header::PointerSize;

/// Offset of PointerSize, before which both layouts agree.
const POINTER_SIZE: usize = 0x2c;

/// What the log file header says about the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogHeader {
    /// BufferSize of the session in bytes, expanded.
    pub buffer_size: u32,
    /// Windows version, major and minor.
    pub os_version: (u8, u8),
    /// Version of the log format: 1.5 usually, 2.0 when compressed.
    pub log_version: (u8, u8),
    /// Windows build number.
    pub os_build: u32,
    /// Processors; 1 when the session buffered without regard to them.
    pub processors: u32,
    /// When the log was stopped, ticks since 1601 UTC; `None` when it never was.
    /// In a merged log it is one source's and later events exist.
    pub end_time: Option<i64>,
    /// Timer resolution in 100 ns.
    pub timer_resolution: u32,
    /// Greatest file size in MB, or in KB when [`LogMode::KILOBYTES`] is set; zero is none.
    pub maximum_file_size: u32,
    /// How the session logged.
    pub mode: LogMode,
    /// Buffers written, as the logger counted.
    pub buffers_written: u32,
    /// Width of pointers on the logging system.
    pub pointer_size: PointerSize,
    /// Events lost, as the logger counted.
    pub events_lost: u32,
    /// Processor speed in MHz.
    pub cpu_mhz: u32,
    /// The device's time zone.
    pub time_zone: TimeZone,
    /// System start, ticks since 1601 UTC. Not good for computing event times.
    pub boot_time: Option<i64>,
    /// Performance counter frequency in Hz.
    pub performance_frequency: u64,
    /// Start of the session, ticks since 1601 UTC.
    pub start_time: Option<i64>,
    /// What the time stamps count.
    pub clock_kind: ClockKind,
    /// Buffers lost, as the logger counted.
    pub buffers_lost: u32,
    /// Session name; empty when absent.
    pub logger_name: String,
    /// File name at the time of logging; empty when absent.
    pub file_name: String,
    /// StartTime as stored, for the clock.
    start_filetime: u64,
}

/// LogFileMode bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogMode(pub u32);

impl LogMode {
    /// The oldest buffers are overwritten.
    pub const CIRCULAR: u32 = 0x2;
    /// Sessions follow each other in one file.
    pub const APPEND: u32 = 0x4;
    /// `maximum_file_size` counts kilobytes.
    pub const KILOBYTES: u32 = 0x2000;
    /// Written anew from other logs: merged, or filtered.
    pub const RELOGGED: u32 = 0x1_0000;
    /// Buffers may be compressed.
    pub const COMPRESSED: u32 = 0x0400_0000;

    /// Whether all bits of `mask` are set.
    pub const fn has(self, mask: u32) -> bool {
        self.0 & mask == mask
    }
}

/// TIME_ZONE_INFORMATION without the names, which are resource references.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeZone {
    /// Minutes: UTC = local time + bias. Central European Time is -60.
    pub bias_minutes: i32,
    /// Minutes added to the bias in standard time, usually 0.
    pub standard_bias_minutes: i32,
    /// Minutes added to the bias in daylight time, usually -60.
    pub daylight_bias_minutes: i32,
    /// When standard time begins: a SYSTEMTIME, with year 0 a yearly rule.
    pub standard_date: [u8; 16],
    /// When daylight time begins, likewise.
    pub daylight_date: [u8; 16],
}

impl LogHeader {
    /// Reads the payload of the header event.
    ///
    /// `None` when it is too short for its pointer size, or when that is neither
    /// 4 nor 8. Missing names are empty.
    pub fn parse(payload: &[u8]) -> Option<Self> {
        let pointer_size = PointerSize::from_bytes(u32_at(payload, POINTER_SIZE)?)?;
        // Fields behind the two pointer-sized slots, counted as on 64 bit.
        let behind = |place: usize| match pointer_size {
            PointerSize::Eight => place,
            PointerSize::Four => place - 8,
        };
        let zone = behind(0x48);
        let start_filetime = u64_at(payload, behind(0x108))?;
        let filetime =
            |place| Some(ticks_from_filetime(u64_at(payload, place)?).filter(|ticks| *ticks > 0));
        let (logger_name, file_name) = names(payload.get(behind(0x118)..).unwrap_or_default());
        Some(Self {
            buffer_size: u32_at(payload, 0x00)?,
            os_version: (u8_fixed(payload, 0x04), u8_fixed(payload, 0x05)),
            log_version: (u8_fixed(payload, 0x06), u8_fixed(payload, 0x07)),
            os_build: u32_at(payload, 0x08)?,
            processors: u32_at(payload, 0x0c)?,
            end_time: filetime(0x10)?,
            timer_resolution: u32_at(payload, 0x18)?,
            maximum_file_size: u32_at(payload, 0x1c)?,
            mode: LogMode(u32_at(payload, 0x20)?),
            buffers_written: u32_at(payload, 0x24)?,
            pointer_size,
            events_lost: u32_at(payload, 0x30)?,
            cpu_mhz: u32_at(payload, 0x34)?,
            time_zone: TimeZone {
                bias_minutes: u32_at(payload, zone)?.cast_signed(),
                standard_date: array_at(payload, zone + 0x44)?,
                standard_bias_minutes: u32_at(payload, zone + 0x54)?.cast_signed(),
                daylight_date: array_at(payload, zone + 0x98)?,
                daylight_bias_minutes: u32_at(payload, zone + 0xa8)?.cast_signed(),
            },
            boot_time: filetime(behind(0xf8))?,
            performance_frequency: u64_at(payload, behind(0x100))?,
            start_time: filetime(behind(0x108))?,
            clock_kind: ClockKind::from_reserved_flags(u32_at(payload, behind(0x110))?),
            buffers_lost: u32_at(payload, behind(0x114))?,
            logger_name,
            file_name,
            start_filetime,
        })
    }

    /// Whether the session was stopped in order, so that the counters can be true.
    pub fn is_finalised(&self) -> bool {
        self.end_time.is_some()
    }

    /// The session's clock; `base` is the header event's own time stamp.
    pub fn clock(&self, base: u64) -> Clock {
        Clock::new(
            self.clock_kind,
            self.start_filetime,
            base,
            self.performance_frequency,
            self.cpu_mhz,
        )
    }
}

/// The two names, each up to its NUL.
fn names(bytes: &[u8]) -> (String, String) {
    let mut logger = String::new();
    let mut file = String::new();
    let run = push_utf16le_until_nul(bytes, &mut logger);
    push_utf16le_until_nul(bytes.get(run.consumed..).unwrap_or_default(), &mut file);
    (logger, file)
}

/// Whether `record` begins as the header event does: a SYSTEM header of version 2
/// with group and type zero.
pub(crate) fn begins_log(record: &[u8]) -> bool {
    matches!(array_at::<4>(record, 0), Some([2, 0, 1 | 2, 0xc0])) && u16_at(record, 6) == Some(0)
}
