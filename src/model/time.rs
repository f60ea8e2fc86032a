//! Instants in 100 ns ticks since 1601-01-01 UTC, and how they are written down.
//!
//! A [`Stamp`] is an instant that evidence vouches for; where none does there is
//! no stamp at all, never a zero.

use std::fmt;

use chrono::{DateTime, FixedOffset, TimeDelta, TimeZone as _, Utc};
use joinscope_wire::{civil_from_ticks, ticks_from_civil};

/// Ticks in one second.
pub const TICKS_PER_SECOND: i64 = 10_000_000;

/// Seconds from 1601-01-01 to 1970-01-01.
const UNIX_EPOCH_SECONDS: i64 = 11_644_473_600;

/// An instant as 100 ns ticks since 1601-01-01 00:00:00 UTC (a FILETIME, signed).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticks(pub i64);

impl Ticks {
    /// Seconds from `earlier` to `self`; negative when `self` is the earlier one.
    pub fn seconds_since(self, earlier: Self) -> f64 {
        self.0.saturating_sub(earlier.0) as f64 / TICKS_PER_SECOND as f64
    }

    /// The instant `seconds` later (or earlier when negative), saturating.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "float to integer casts saturate, which is what is wanted"
    )]
    #[must_use]
    pub fn plus_seconds(self, seconds: f64) -> Self {
        Self(
            self.0
                .saturating_add((seconds * TICKS_PER_SECOND as f64) as i64),
        )
    }

    /// The instant so many seconds after 1970-01-01 00:00:00 UTC; `None` at or before that, which
    /// is how producers leave a time out, and from the year 10000 on.
    pub fn from_unix(seconds: i64) -> Option<Self> {
        const YEAR_10000: i64 = 253_402_300_800;
        let is_time = (1..YEAR_10000).contains(&seconds);
        is_time.then(|| Self((seconds + UNIX_EPOCH_SECONDS) * TICKS_PER_SECOND))
    }

    /// Whole milliseconds since 1970-01-01 00:00:00 UTC.
    pub fn unix_milliseconds(self) -> i64 {
        let ticks = self.0.saturating_sub(UNIX_EPOCH_SECONDS * TICKS_PER_SECOND);
        ticks.div_euclid(TICKS_PER_SECOND / 1000)
    }

    /// Whole seconds since 1970-01-01 00:00:00 UTC, towards the past.
    pub fn unix_seconds(self) -> i64 {
        self.0.div_euclid(TICKS_PER_SECOND) - UNIX_EPOCH_SECONDS
    }

    /// RFC 3339 in UTC with seven fractional digits and `Z`.
    pub fn rfc3339(self) -> String {
        self.to_string()
    }

    /// The same instant for chrono; `None` outside the years chrono can express.
    pub fn datetime(self) -> Option<DateTime<Utc>> {
        let seconds = self.0.div_euclid(TICKS_PER_SECOND) - UNIX_EPOCH_SECONDS;
        let nanos = u32::try_from(self.0.rem_euclid(TICKS_PER_SECOND) * 100).ok()?;
        DateTime::from_timestamp(seconds, nanos)
    }

    /// The instant that an RFC 3339 text, or `YYYY-MM-DD[ hh:mm[:ss[.fffffff]]]` read as UTC, names.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(time) = DateTime::parse_from_rfc3339(text) {
            let whole = (time.timestamp() + UNIX_EPOCH_SECONDS).checked_mul(TICKS_PER_SECOND)?;
            return Some(Self(whole + i64::from(time.timestamp_subsec_nanos() / 100)));
        }
        let (date, clock) = text.split_once(['T', ' ']).unwrap_or((text, "00:00"));
        let mut parts = date.splitn(3, '-').map(|part| part.parse::<u32>().ok());
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        let of_day = Self::parse_clock(clock.trim_end_matches('Z'))?;
        ticks_from_civil(i32::try_from(year).ok()?, month, day, 0, 0, 0, 0)
            .map(|midnight| Self(midnight + of_day))
    }

    /// Ticks into the day that `hh:mm[:ss[.fffffff]]` names.
    pub fn parse_clock(text: &str) -> Option<i64> {
        let mut parts = text.split(':');
        let hours: i64 = parts.next()?.parse().ok().filter(|hours| *hours < 24)?;
        let minutes: i64 = parts.next()?.parse().ok().filter(|minutes| *minutes < 60)?;
        let (seconds, fraction) = match parts.next() {
            None => (0, 0),
            Some(part) => {
                let (whole, fraction) = part.split_once('.').unwrap_or((part, ""));
                let digits: String = fraction.chars().chain("0000000".chars()).take(7).collect();
                (
                    whole.parse().ok().filter(|seconds| *seconds < 60)?,
                    digits.parse::<i64>().ok()?,
                )
            }
        };
        parts
            .next()
            .is_none()
            .then_some((hours * 3600 + minutes * 60 + seconds) * TICKS_PER_SECOND + fraction)
    }
}

impl fmt::Display for Ticks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = civil_from_ticks(self.0);
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:07}Z",
            civil.year, civil.month, civil.day, civil.hour, civil.minute, civil.second, civil.ticks
        )
    }
}

impl serde::Serialize for Ticks {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How finely the evidence states an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Precision {
    /// 100 ns, the grain of FILETIME.
    Tick,
    /// A thousandth of a second.
    Milli,
    /// A whole second.
    Second,
}

/// What an instant's distance from UTC rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Basis {
    /// The evidence states UTC.
    Utc,
    /// The evidence states local time with its offset; the instant here is converted.
    LocalWithOffset,
    /// The evidence states local time; the offset was taken from elsewhere in the bundle.
    Guessed,
}

/// An instant that evidence vouches for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The instant, in UTC.
    pub ticks: Ticks,
    /// How finely it was stated.
    pub precision: Precision,
    /// What its distance from UTC rests on.
    pub basis: Basis,
}

impl Stamp {
    /// An instant that the evidence states in UTC to 100 ns, as EVTX and ETL do.
    pub fn utc(ticks: Ticks) -> Self {
        Self {
            ticks,
            precision: Precision::Tick,
            basis: Basis::Utc,
        }
    }
}

/// Minutes east of UTC of an offset such as `+02:00`, `-05:30` or `+9`, of at most 14 hours.
pub fn minutes_east(text: &str) -> Option<i32> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
    let hours = hours.parse::<i32>().ok();
    let minutes = minutes.parse::<i32>().ok();
    let hours = hours.filter(|hours| (0..=14).contains(hours))?;
    let minutes = minutes.filter(|minutes| (0..60).contains(minutes))?;
    Some(sign * (hours * 60 + minutes))
}

/// The zone that times are shown in; the zone is always shown with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// Coordinated universal time.
    Utc,
    /// A fixed offset, in minutes east of UTC.
    Offset(i32),
}

impl Zone {
    /// `YYYY-MM-DD hh:mm:ss.fff` in this zone, without naming it.
    pub fn date_and_time(self, ticks: Ticks) -> String {
        self.format(ticks, "%Y-%m-%d %H:%M:%S%.3f")
    }

    /// `hh:mm:ss.fff` in this zone, without naming it.
    pub fn time_of_day(self, ticks: Ticks) -> String {
        self.format(ticks, "%H:%M:%S%.3f")
    }

    /// The zone's name as it stands in headings: `UTC` or `UTC+02:00`.
    pub fn name(self) -> String {
        match self {
            Self::Utc => "UTC".to_owned(),
            Self::Offset(minutes) => {
                let sign = if minutes < 0 { '-' } else { '+' };
                format!(
                    "UTC{sign}{:02}:{:02}",
                    minutes.abs() / 60,
                    minutes.abs() % 60
                )
            }
        }
    }

    fn format(self, ticks: Ticks, pattern: &str) -> String {
        let minutes = match self {
            Self::Utc => 0,
            Self::Offset(minutes) => minutes,
        };
        let shown = ticks.datetime().and_then(|utc| {
            let offset = FixedOffset::east_opt(minutes * 60)?;
            // Adding the offset can leave chrono's range even though the instant lies in it.
            utc.checked_add_signed(TimeDelta::try_minutes(i64::from(minutes))?)?;
            Some(
                offset
                    .from_utc_datetime(&utc.naive_utc())
                    .format(pattern)
                    .to_string(),
            )
        });
        shown.unwrap_or_else(|| ticks.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_with_seven_digits_and_read_back() {
        let check = |text: &str, expected: &str| {
            assert_eq!(
                Ticks::parse(text).map(Ticks::rfc3339).as_deref(),
                Some(expected),
                "{text}"
            );
        };
        check(
            "2026-03-02T08:00:01.2345678Z",
            "2026-03-02T08:00:01.2345678Z",
        );
        check(
            "2026-03-02T10:00:01.5+02:00",
            "2026-03-02T08:00:01.5000000Z",
        );
        check("2026-03-02 08:00", "2026-03-02T08:00:00.0000000Z");
        check("2026-03-02", "2026-03-02T00:00:00.0000000Z");
        check("1601-01-01T00:00:00Z", "1601-01-01T00:00:00.0000000Z");
        assert_eq!(Ticks::parse("yesterday"), None);
        assert_eq!(Ticks::parse("2026-02-30"), None);
    }

    #[test]
    fn zones_shift_what_is_shown_and_survive_the_ends_of_time() {
        let noon = Ticks::parse("2026-03-02T12:00:00Z").expect("a valid time");
        assert_eq!(
            Zone::Offset(-330).date_and_time(noon),
            "2026-03-02 06:30:00.000"
        );
        assert_eq!(Zone::Offset(-330).name(), "UTC-05:30");
        for ticks in [Ticks(i64::MIN), Ticks(i64::MAX), Ticks(0)] {
            assert!(!Zone::Offset(840).date_and_time(ticks).is_empty());
        }
    }
}
