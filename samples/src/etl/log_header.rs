//! The log file header: the first record of the first buffer.
//!
//! Two pointer-wide slots in its middle shift everything behind them, so the pointer size at 0x2C
//! decides where the rest stands. The names follow behind the structure.

use super::clock::Clock;
use super::record::{Frame, PointerSize, Record, patch_size};
use super::value::push_text;
use super::{EtlError, Value};

/// A time zone as the header tells it. Biases are minutes with UTC = local time + bias; dates are
/// SYSTEMTIME structures in which a year of zero means "the nth such weekday of the month".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeZone {
    /// Minutes.
    pub bias: i32,
    /// Name in winter, or a resource reference such as `@tzres.dll,-322`. 32 characters at most.
    pub standard_name: String,
    /// When winter time begins; all zero without summer time.
    pub standard_date: [u16; 8],
    /// Minutes to add in winter.
    pub standard_bias: i32,
    /// Name in summer.
    pub daylight_name: String,
    /// When summer time begins.
    pub daylight_date: [u16; 8],
    /// Minutes to add in summer.
    pub daylight_bias: i32,
}

/// The numbers of the log file header; the trace fills them in.
#[derive(Debug, Clone)]
pub(super) struct LogHeader {
    pub(super) buffer_size: u32,
    pub(super) os_version: [u8; 2],
    /// 1.5 or 2.0, as two bytes.
    pub(super) log_version: [u8; 2],
    pub(super) os_build: u32,
    pub(super) processors: u32,
    pub(super) end_time: u64,
    pub(super) timer_resolution: u32,
    pub(super) maximum_file_size: u32,
    pub(super) mode: u32,
    pub(super) buffers_written: u32,
    pub(super) start_buffers: u32,
    pub(super) events_lost: u32,
    pub(super) cpu_mhz: u32,
    pub(super) time_zone: TimeZone,
    pub(super) boot_time: u64,
    pub(super) frequency: u64,
    pub(super) start_time: u64,
    pub(super) clock: Clock,
    pub(super) buffers_lost: u32,
    pub(super) logger_name: String,
    pub(super) file_name: String,
}

impl TimeZone {
    /// UTC, without summer time.
    pub fn utc() -> Self {
        Self::with_bias(0)
    }

    /// A zone this many minutes west of UTC, without summer time.
    pub fn with_bias(bias: i32) -> Self {
        Self {
            bias,
            standard_name: "@tzres.dll,-932".to_owned(),
            standard_date: [0; 8],
            standard_bias: 0,
            daylight_name: "@tzres.dll,-931".to_owned(),
            daylight_date: [0; 8],
            daylight_bias: 0,
        }
    }

    /// Central European time, with summer time from the last Sunday of March to that of October.
    pub fn central_europe() -> Self {
        Self {
            bias: -60,
            standard_name: "@tzres.dll,-322".to_owned(),
            standard_date: [0, 10, 0, 5, 3, 0, 0, 0],
            standard_bias: 0,
            daylight_name: "@tzres.dll,-321".to_owned(),
            daylight_date: [0, 3, 0, 5, 2, 0, 0, 0],
            daylight_bias: -60,
        }
    }

    /// The structure of 0xAC bytes.
    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EtlError> {
        let name = |name: &str| Value::FixedText(name.to_owned(), 32);
        let dates = |date: [u16; 8]| date.into_iter().flat_map(u16::to_le_bytes);
        out.extend(self.bias.to_le_bytes());
        name(&self.standard_name).encode(PointerSize::Bits64, out)?;
        out.extend(dates(self.standard_date));
        out.extend(self.standard_bias.to_le_bytes());
        name(&self.daylight_name).encode(PointerSize::Bits64, out)?;
        out.extend(dates(self.daylight_date));
        out.extend(self.daylight_bias.to_le_bytes());
        Ok(())
    }
}

impl LogHeader {
    fn write_structure(&self, pointer: PointerSize, out: &mut Vec<u8>) -> Result<(), EtlError> {
        out.extend(self.buffer_size.to_le_bytes());
        out.extend(self.os_version);
        out.extend(self.log_version);
        out.extend(self.os_build.to_le_bytes());
        out.extend(self.processors.to_le_bytes());
        out.extend(self.end_time.to_le_bytes());
        for number in [
            self.timer_resolution,
            self.maximum_file_size,
            self.mode,
            self.buffers_written,
            self.start_buffers,
            pointer.bytes(),
            self.events_lost,
            self.cpu_mhz,
        ] {
            out.extend(number.to_le_bytes());
        }
        // Since Windows 7 the two slots hold small enumerations instead of pointers to names.
        pointer.encode(1, out);
        pointer.encode(2, out);
        self.time_zone.encode(out)?;
        out.extend([0; 4]);
        for number in [self.boot_time, self.frequency, self.start_time] {
            out.extend(number.to_le_bytes());
        }
        out.extend(self.clock.number().to_le_bytes());
        out.extend(self.buffers_lost.to_le_bytes());
        Ok(())
    }
}

impl Record for LogHeader {
    fn write(&self, frame: Frame, out: &mut Vec<u8>) -> Result<(), EtlError> {
        let start = out.len();
        out.extend(2_u16.to_le_bytes());
        out.extend([frame.pointer.choose(0x01, 0x02), 0xC0, 0, 0, 0, 0]);
        // The thread and process that started the session.
        out.extend(5120_u32.to_le_bytes());
        out.extend(5100_u32.to_le_bytes());
        out.extend(frame.ticks.to_le_bytes());
        out.extend([0; 8]);
        self.write_structure(frame.pointer, out)?;
        push_text(&self.logger_name, out);
        push_text(&self.file_name, out);
        patch_size(out, start, 4)
    }
}
