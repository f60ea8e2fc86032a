//! Times in the metadata: local, with their offset, seven digits of fraction.
//!
//! Observed: `2026-03-02T10:00:01.2345678+02:00`, with trailing zeros of the fraction left out, and
//! `0001-01-01T00:00:00` where nothing was timed.

use joinscope_wire::filetime::split_timestamp;

/// An instant as a timer states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Ticks of 100 ns since 1601-01-01. UTC, but local where the zone is unstated.
    pub ticks: i64,
    /// How its distance from UTC was stated.
    pub zone: Zone,
}

/// How a time's distance from UTC is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// By `Z`.
    Utc,
    /// In minutes east of UTC.
    Offset(i32),
    /// Not at all.
    Unstated,
    /// Not at all; whoever had it read said how many minutes east of UTC it is.
    Assumed(i32),
}

impl Moment {
    /// The same in this zone, in minutes east of UTC, where none was stated.
    pub(crate) fn in_zone(self, minutes: i32) -> Self {
        let ticks = self
            .ticks
            .checked_sub(i64::from(minutes) * TICKS_PER_MINUTE);
        match (self.zone, ticks) {
            (Zone::Unstated, Some(ticks)) => Self {
                ticks,
                zone: Zone::Assumed(minutes),
            },
            _ => self,
        }
    }
}

const TICKS_PER_MINUTE: i64 = 60 * 10_000_000;

/// The instant; `Ok(None)` where the text says that there is none, the text where it is no time.
pub(crate) fn parse(text: &str) -> Result<Option<Moment>, &str> {
    let text = text.trim();
    // The year 1 is what the writer's time type holds when nothing was set; an offset may follow.
    if text.is_empty() || text.starts_with("0001-01-0") || text.starts_with("0000-12-31") {
        return Ok(None);
    }
    let (local, rest) = split_timestamp(text).ok_or(text)?;
    let moment = match rest {
        "" => Some(Moment {
            ticks: local,
            zone: Zone::Unstated,
        }),
        "Z" | "z" => Some(Moment {
            ticks: local,
            zone: Zone::Utc,
        }),
        offset => minutes_east(offset).and_then(|minutes| {
            let ticks = local.checked_sub(i64::from(minutes) * TICKS_PER_MINUTE)?;
            Some(Moment {
                ticks,
                zone: Zone::Offset(minutes),
            })
        }),
    };
    moment.map(Some).ok_or(text)
}

/// Minutes east of UTC of `+02:00`; up to 14 hours, which is what zones have.
fn minutes_east(text: &str) -> Option<i32> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = digits.split_once(':')?;
    let two = |part: &str| {
        let is_two = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<i32>().ok().filter(|_| is_two)
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    let east = hours * 60 + minutes;
    (minutes < 60 && east <= 14 * 60).then_some(sign * east)
}

#[cfg(test)]
mod tests {
    use super::*;
    use joinscope_wire::filetime::ticks_from_text;

    #[test]
    fn offsets_become_utc_and_every_tick_is_kept() {
        let check = |text: &str, utc: &str, zone| {
            let ticks = ticks_from_text(utc).unwrap();
            assert_eq!(parse(text), Ok(Some(Moment { ticks, zone })), "{text}");
        };
        let plus = Zone::Offset(120);
        check(
            "2026-03-02T10:00:01.2345678+02:00",
            "2026-03-02 08:00:01.2345678",
            plus,
        );
        check("2026-03-02T00:30:00.5+02:00", "2026-03-01 22:30:00.5", plus);
        check("2026-03-02T10:00:01+02:00", "2026-03-02 08:00:01", plus);
        check(
            "2026-03-02T10:00:00-05:30",
            "2026-03-02 15:30:00",
            Zone::Offset(-330),
        );
        check(
            "2026-03-02T10:00:00.0000001Z",
            "2026-03-02 10:00:00.0000001",
            Zone::Utc,
        );
        check("2026-03-02T10:00:00", "2026-03-02 10:00:00", Zone::Unstated);
    }

    #[test]
    fn the_year_one_is_no_time_and_nonsense_is_told() {
        for text in [
            "",
            "0001-01-01T00:00:00",
            "0001-01-01T00:00:00+02:00",
            "0001-01-01T02:00:00Z",
        ] {
            assert_eq!(parse(text), Ok(None), "{text}");
        }
        for text in [
            "0",
            "yesterday",
            "2026-02-30T00:00:00",
            "2026-03-02T10:00:00+2",
            "2026-03-02T10:00:00+99:00",
            "2026-03-02T10:00:00 UTC",
        ] {
            assert_eq!(parse(text), Err(text));
        }
    }
}
