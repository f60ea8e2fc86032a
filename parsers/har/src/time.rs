//! Times of archives: ISO 8601 with any offset, and milliseconds as floating numbers.

use std::time::Duration;

use joinscope_http::Instant;
use joinscope_wire::filetime::{TICKS_PER_SECOND, UNIX_EPOCH_TICKS, split_timestamp};

/// The instant that a text names, with the precision of its fraction.
///
/// `None` without a zone, neither stated nor assumed (in minutes east of UTC): a local time of an
/// unknown place is no instant.
pub(crate) fn instant(text: &str, assumed: Option<i32>) -> Option<Instant> {
    let text = text.trim();
    let (ticks, zone) = split_timestamp(text)?;
    let assumed = assumed.filter(|_| zone.is_empty());
    let offset = match assumed {
        Some(minutes) => i64::from(minutes) * 60,
        None => offset_seconds(zone.trim_start())?,
    };
    let ticks = ticks.checked_sub(offset.checked_mul(TICKS_PER_SECOND)?)?;
    let written = text.get(..text.len() - zone.len())?;
    let digits = written
        .rsplit_once('.')
        .map_or(0, |(_, digits)| digits.len());
    let divisor = 10_i64.checked_pow(u32::try_from(digits).ok()?);
    let precision = divisor.map_or(1, |divisor| TICKS_PER_SECOND / divisor);
    Some(match assumed {
        Some(_) => Instant::assumed(ticks, precision),
        None => Instant::stated(ticks, precision),
    })
}

/// Whether a text is a time that names no zone.
pub(crate) fn is_without_zone(text: &str) -> bool {
    split_timestamp(text.trim()).is_some_and(|(_, zone)| zone.is_empty())
}

/// Seconds east of UTC: `Z`, `+hh:mm`, `+hhmm` or `+hh`.
fn offset_seconds(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let (sign, digits) = match zone.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-" | "\u{2212}", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.len() {
        2 => (digits, "00"),
        4 => digits.split_at_checked(2)?,
        5 => digits.split_once(':')?,
        _ => return None,
    };
    let number = |text: &str, below: i64| {
        let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        let value = text.parse::<i64>().ok().filter(|_| is_number)?;
        (value < below).then_some(value)
    };
    Some(sign * (number(hours, 24)? * 3600 + number(minutes, 60)? * 60))
}

/// Milliseconds as ticks, rounded; `None` for negative numbers, which mean absence, and for what is
/// no length of time.
pub(crate) fn ticks_from_ms(milliseconds: f64) -> Option<i64> {
    let nanoseconds = Duration::try_from_secs_f64(milliseconds / 1000.0)
        .ok()?
        .as_nanos();
    i64::try_from((nanoseconds + 50) / 100).ok()
}

/// Seconds since 1970 as ticks since 1601; `None` for zero, which recorders write for unknown.
pub(crate) fn ticks_from_epoch(seconds: f64) -> Option<i64> {
    let ticks = ticks_from_ms(seconds * 1000.0).filter(|ticks| *ticks > 0)?;
    ticks.checked_add(UNIX_EPOCH_TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use joinscope_wire::filetime::ticks_from_text;

    fn check(text: &str, expected: Option<(&str, i64)>) {
        let expected = expected
            .map(|(utc, precision)| Instant::stated(ticks_from_text(utc).unwrap(), precision));
        assert_eq!(instant(text, None), expected, "{text}");
        // What states its zone needs no other.
        if expected.is_some() {
            assert_eq!(instant(text, Some(90)), expected, "{text}");
        }
    }

    #[test]
    fn offsets_are_taken_away_and_fractions_kept() {
        let utc = "2026-03-02 08:15:00.1230000";
        check("2026-03-02T08:15:00.123Z", Some((utc, 10_000)));
        check("2026-03-02T09:15:00.123+01:00", Some((utc, 10_000)));
        check("2026-03-02T03:45:00.123-0430", Some((utc, 10_000)));
        check("2026-03-02T10:15:00.123+02", Some((utc, 10_000)));
        check(
            "2026-03-02T08:15:00.1234567Z",
            Some(("2026-03-02 08:15:00.1234567", 1)),
        );
        check(
            "2026-03-02T08:15:00.123456789z",
            Some(("2026-03-02 08:15:00.1234567", 1)),
        );
        check(
            "2026-03-02T08:15:00Z",
            Some(("2026-03-02 08:15:00", 10_000_000)),
        );
    }

    #[test]
    fn what_is_no_instant_is_none() {
        for text in [
            "",
            "2026-03-02T08:15:00.123",
            "2026-03-02T08:15Z",
            "2026-02-30T08:15:00Z",
            "2026-03-02T08:15:00+25:00",
            "2026-03-02T08:15:00+1:000",
            "2026-03-02T08:15:00 CET",
            "2026-03-02T08:15:00é",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn a_zone_is_assumed_where_none_is_stated() {
        let utc = ticks_from_text("2026-03-02 06:15:00.1230000").unwrap();
        let text = "2026-03-02T08:15:00.123";
        assert_eq!(
            instant(text, Some(120)),
            Some(Instant::assumed(utc, 10_000))
        );
        assert!(is_without_zone(text) && !is_without_zone("2026-03-02T08:15:00Z"));
        assert!(!is_without_zone("soon"));
        assert_eq!(instant("soon", Some(120)), None);
    }

    #[test]
    fn milliseconds_become_ticks() {
        assert_eq!(ticks_from_ms(0.27), Some(2_700));
        assert_eq!(ticks_from_ms(61.518_000_226), Some(615_180));
        assert_eq!(ticks_from_ms(0.0), Some(0));
        for nonsense in [-1.0, f64::NAN, f64::INFINITY, 1e30] {
            assert_eq!(ticks_from_ms(nonsense), None);
        }
        assert_eq!(ticks_from_epoch(0.0), None);
        assert_eq!(ticks_from_epoch(1.5), Some(UNIX_EPOCH_TICKS + 15_000_000));
    }
}
