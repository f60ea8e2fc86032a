//! Session clock readings as 100 ns ticks since 1601-01-01 UTC.
//!
//! Times are counted from StartTime and the clock reading of the log file
//! header's own event. BootTime is never used: against StartTime it was seen
//! off by up to seven minutes (drift, sleep, clock adjustments).
//! Source: specified (TRACE_LOGFILE_HEADER) for the three kinds; *observed* for QPC.

use joinscope_wire::filetime::{TICKS_PER_SECOND, ticks_from_filetime};

/// What a session's time stamps count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClockKind {
    /// Performance counter, at the header's PerfFreq.
    PerformanceCounter,
    /// FILETIME.
    SystemTime,
    /// Processor cycles, at the header's CpuSpeedInMHz.
    CpuCycles,
    /// A value that is not known; it gives no time.
    Unknown(u32),
}

impl ClockKind {
    /// The kind that ReservedFlags of the log file header names. Zero asks for
    /// the default, which is the performance counter.
    pub fn from_reserved_flags(value: u32) -> Self {
        match value {
            0 | 1 => Self::PerformanceCounter,
            2 => Self::SystemTime,
            3 => Self::CpuCycles,
            other => Self::Unknown(other),
        }
    }
}

/// One session's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    kind: ClockKind,
    /// Ticks since 1601 at `base`.
    start: Option<i64>,
    /// Clock reading of the log file header's event.
    base: u64,
    /// A reading advances `TICKS * multiplier / divisor`; zero when unknown.
    multiplier: u64,
    divisor: u64,
}

impl Clock {
    /// A clock that knows nothing: [`ticks`](Self::ticks) is always `None`.
    pub const UNKNOWN: Self = Self {
        kind: ClockKind::Unknown(u32::MAX),
        start: None,
        base: 0,
        multiplier: 0,
        divisor: 0,
    };

    /// A clock that reads `base` at the FILETIME `start_time`.
    ///
    /// `performance_frequency` is in Hz, `cpu_mhz` in MHz; the one that the kind
    /// needs must not be zero, or the clock gives no times.
    pub fn new(
        kind: ClockKind,
        start_time: u64,
        base: u64,
        performance_frequency: u64,
        cpu_mhz: u32,
    ) -> Self {
        let (multiplier, divisor) = match kind {
            ClockKind::PerformanceCounter => {
                (TICKS_PER_SECOND.unsigned_abs(), performance_frequency)
            }
            ClockKind::CpuCycles => (10, u64::from(cpu_mhz)),
            ClockKind::SystemTime | ClockKind::Unknown(_) => (1, 1),
        };
        Self {
            kind,
            start: ticks_from_filetime(start_time).filter(|ticks| *ticks > 0),
            base,
            multiplier,
            divisor,
        }
    }

    /// What the readings count.
    pub fn kind(&self) -> ClockKind {
        self.kind
    }

    /// A reading as 100 ns ticks since 1601-01-01 UTC, rounded down.
    ///
    /// `None` when the header that the clock needs is missing or holds zeros,
    /// and for readings beyond the range of ticks.
    #[inline]
    pub fn ticks(&self, reading: u64) -> Option<i64> {
        match self.kind {
            ClockKind::SystemTime => ticks_from_filetime(reading),
            ClockKind::PerformanceCounter | ClockKind::CpuCycles => {
                // Readings before the base exist: the header event is written late.
                let delta = reading.wrapping_sub(self.base).cast_signed();
                self.start?.checked_add(self.scaled(delta)?)
            }
            ClockKind::Unknown(_) => None,
        }
    }

    /// The 100 ns ticks between two readings, when the rate is known.
    pub fn elapsed(&self, from: u64, to: u64) -> Option<i64> {
        match self.kind {
            ClockKind::Unknown(_) => None,
            _ => self.scaled(to.wrapping_sub(from).cast_signed()),
        }
    }

    #[inline]
    fn scaled(&self, delta: i64) -> Option<i64> {
        if self.multiplier == self.divisor {
            return Some(delta);
        }
        let magnitude = delta.unsigned_abs();
        let whole = magnitude.checked_div(self.divisor)?;
        let rest = magnitude % self.divisor;
        let (fraction, is_cut) = if let Some(product) = rest.checked_mul(self.multiplier) {
            (product / self.divisor, product % self.divisor != 0)
        } else {
            let product = u128::from(rest) * u128::from(self.multiplier);
            let divisor = u128::from(self.divisor);
            let quotient = u64::try_from(product / divisor).ok()?;
            (quotient, product % divisor != 0)
        };
        let scaled = whole.checked_mul(self.multiplier)?.checked_add(fraction)?;
        if delta < 0 {
            // Rounded down, so that equal steps stay equal across the base.
            0_i64.checked_sub_unsigned(scaled.checked_add(u64::from(is_cut))?)
        } else {
            i64::try_from(scaled).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-02 03:04:05 UTC.
    const START: u64 = 134_117_966_450_000_000;
    const BASE: u64 = 5_000_000_000;

    /// A reading `delta` after the base is `expected` ticks after the start.
    fn check(kind: ClockKind, frequency: u64, mhz: u32, delta: i64, expected: Option<i64>) {
        let clock = Clock::new(kind, START, BASE, frequency, mhz);
        let reading = BASE.wrapping_add_signed(delta);
        let start = i64::try_from(START).unwrap();
        assert_eq!(
            clock.ticks(reading),
            expected.map(|ticks| start + ticks),
            "{kind:?} {frequency} {mhz} {delta}"
        );
    }

    #[test]
    fn performance_counter() {
        let kind = ClockKind::PerformanceCounter;
        check(kind, 10_000_000, 0, 12_345, Some(12_345));
        check(kind, 10_000_000, 0, -12_345, Some(-12_345));
        check(kind, 2_000_000, 0, 3, Some(15));
        check(kind, 3_000_000, 0, 1, Some(3));
        check(kind, 3_000_000, 0, -1, Some(-4));
        check(kind, 3_000_000, 0, -3, Some(-10));
        check(
            kind,
            2_246_095,
            0,
            2_246_095 * 86_400,
            Some(864_000_000_000),
        );
        check(kind, u64::MAX, 0, i64::MAX, Some(4_999_999));
        check(kind, 1, 0, i64::MAX, None);
        check(kind, 0, 0, 1, None);
    }

    #[test]
    fn cpu_cycles() {
        let kind = ClockKind::CpuCycles;
        check(kind, 0, 2_500, 2_500, Some(10));
        check(kind, 0, 2_500, 250, Some(1));
        check(kind, 0, 10, 77, Some(77));
        check(kind, 0, 0, 77, None);
    }

    #[test]
    fn system_time_is_the_reading_itself() {
        let clock = Clock::new(ClockKind::SystemTime, 0, 0, 0, 0);
        assert_eq!(clock.ticks(START), i64::try_from(START).ok());
        assert_eq!(clock.ticks(u64::MAX), None);
    }

    #[test]
    fn without_a_start_there_is_no_time() {
        let clock = Clock::new(ClockKind::PerformanceCounter, 0, 0, 1_000, 0);
        assert_eq!(clock.ticks(1), None);
        assert_eq!(clock.elapsed(1, 3), Some(20_000));
        assert_eq!(Clock::UNKNOWN.ticks(1), None);
        let unknown = ClockKind::from_reserved_flags(9);
        assert_eq!(Clock::new(unknown, START, 0, 1, 1).ticks(1), None);
    }
}
