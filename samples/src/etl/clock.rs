//! Clocks of a session, and how a moment is told to a trace.
//!
//! Records hold raw ticks. Only the ticks and the start time in the log file header, taken together,
//! say what time a tick is; the boot time does not.

use super::EtlError;
use crate::instant;

/// What the ticks of a session are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Performance counter. Moments survive exactly from 10 MHz on; slower counters cannot tell
    /// 100 ns apart.
    Qpc {
        /// Ticks in a second.
        frequency: u64,
    },
    /// FILETIME ticks of 100 ns.
    SystemTime,
    /// CPU cycles.
    CpuCycles {
        /// Millions of cycles in a second; the header names it too. From 10 on moments survive.
        mhz: u32,
    },
}

impl Default for Clock {
    fn default() -> Self {
        Self::Qpc {
            frequency: 10_000_000,
        }
    }
}

impl Clock {
    /// The performance counter at this frequency.
    pub fn qpc(frequency: u64) -> Self {
        Self::Qpc { frequency }
    }

    /// The clock type of the log file header.
    pub(super) fn number(self) -> u32 {
        match self {
            Self::Qpc { .. } => 1,
            Self::SystemTime => 2,
            Self::CpuCycles { .. } => 3,
        }
    }

    /// Raw ticks at a moment, where the counter stood at `base` at the start. Rounded up, so that a
    /// reader that rounds down comes back to the moment.
    pub(super) fn ticks(self, start: u64, moment: u64, base: u64) -> u64 {
        let elapsed = i128::from(moment) - i128::from(start);
        let (factor, divisor) = match self {
            Self::SystemTime => return moment,
            Self::Qpc { frequency } => (i128::from(frequency), 10_000_000),
            Self::CpuCycles { mhz } => (i128::from(mhz), 10),
        };
        let counted = -(-elapsed * factor).div_euclid(divisor);
        let ticks = i128::from(base) + counted;
        u64::try_from(ticks.max(0)).unwrap_or(u64::MAX)
    }
}

/// A moment: FILETIME ticks, or RFC 3339 text that is read when it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moment {
    /// 100 ns since 1601-01-01 UTC.
    Ticks(u64),
    /// Text such as `2026-03-02T10:00:01.5Z`.
    Text(String),
}

impl Moment {
    pub(super) fn resolve(self) -> Result<u64, EtlError> {
        match self {
            Self::Ticks(ticks) => Ok(ticks),
            Self::Text(text) => instant::parse_rfc3339(&text).ok_or(EtlError::Time { text }),
        }
    }
}

impl From<u64> for Moment {
    fn from(ticks: u64) -> Self {
        Self::Ticks(ticks)
    }
}

impl From<&str> for Moment {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: u64 = 134_169_120_000_000_000;

    fn check(clock: Clock, after: i64, expected: u64) {
        let moment = START.saturating_add_signed(after);
        assert_eq!(clock.ticks(START, moment, 1000), expected, "{clock:?}");
    }

    #[test]
    fn ticks_of_each_clock() {
        check(Clock::qpc(10_000_000), 7, 1007);
        check(Clock::qpc(3_000_000), 10_000_000, 3_001_000);
        check(Clock::qpc(24_000_000), 1, 1003);
        check(Clock::qpc(10_000_000), -7, 993);
        check(Clock::SystemTime, 7, START + 7);
        check(Clock::CpuCycles { mhz: 2400 }, 10, 3400);
    }
}
