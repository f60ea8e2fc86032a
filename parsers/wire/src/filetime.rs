//! Windows time: 100 ns ticks since 1601-01-01 00:00 UTC, and calendar dates.
//!
//! "Ticks" is always an `i64` on that epoch. A FILETIME of zero, and values
//! close to the maximum, mean "not set" or "never" in many structures; that
//! meaning belongs to the structure and is not decided here.
//! Source: specified (MS-DTYP 2.3.3 FILETIME, 2.3.13 SYSTEMTIME). The calendar
//! is the proleptic Gregorian one, without leap seconds.

/// Ticks in one second.
pub const TICKS_PER_SECOND: i64 = 10_000_000;
/// Ticks in one day.
pub const TICKS_PER_DAY: i64 = 86_400 * TICKS_PER_SECOND;
/// 1970-01-01 00:00 UTC in ticks.
pub const UNIX_EPOCH_TICKS: i64 = 116_444_736_000_000_000;

/// Days in 400 years, the period of the calendar.
const DAYS_PER_ERA: i64 = 146_097;
/// Days from 0000-03-01 to 1601-01-01. Years are counted from March so that
/// the leap day is the last day of its year.
const EPOCH_DAYS_FROM_MARCH_0: i64 = 584_694;

/// A calendar date and time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Civil {
    /// Proleptic Gregorian year; zero and below exist.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// 100 ns ticks within the second, 0 to 9 999 999.
    pub ticks: u32,
}

impl std::fmt::Display for Civil {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
            ticks,
        } = self;
        write!(
            f,
            "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{ticks:07}"
        )
    }
}

/// A FILETIME as ticks; `None` when the top bit is set, which no valid
/// FILETIME has.
pub fn ticks_from_filetime(filetime: u64) -> Option<i64> {
    i64::try_from(filetime).ok()
}

/// Ticks as a FILETIME; `None` before 1601.
pub fn filetime_from_ticks(ticks: i64) -> Option<u64> {
    u64::try_from(ticks).ok()
}

/// A Unix time as ticks; nanoseconds are cut to whole ticks.
///
/// `None` when `nanoseconds` is a second or more, or beyond the range of ticks.
pub fn ticks_from_unix(seconds: i64, nanoseconds: u32) -> Option<i64> {
    if nanoseconds >= 1_000_000_000 {
        return None;
    }
    let fraction = i64::from(nanoseconds / 100);
    seconds
        .checked_mul(TICKS_PER_SECOND)?
        .checked_add(UNIX_EPOCH_TICKS)?
        .checked_add(fraction)
}

/// Unix seconds as ticks; `None` beyond the range of ticks.
pub fn ticks_from_unix_seconds(seconds: i64) -> Option<i64> {
    ticks_from_unix(seconds, 0)
}

/// Ticks as whole Unix seconds, rounded down.
pub fn unix_seconds_from_ticks(ticks: i64) -> i64 {
    ticks.div_euclid(TICKS_PER_SECOND) - UNIX_EPOCH_TICKS / TICKS_PER_SECOND
}

/// A SYSTEMTIME (eight little-endian 16-bit fields) as ticks.
///
/// `None` when a field is out of range, so for the all-zero value that stands
/// for "not set". The day of the week is not looked at, as Windows does.
/// Whether the value is UTC or local is for the structure around it to say.
pub fn ticks_from_systemtime(bytes: &[u8; 16]) -> Option<i64> {
    let [
        y0,
        y1,
        mo0,
        mo1,
        _,
        _,
        d0,
        d1,
        h0,
        h1,
        mi0,
        mi1,
        s0,
        s1,
        ms0,
        ms1,
    ] = *bytes;
    let field = |low, high| u16::from_le_bytes([low, high]);
    let year = field(y0, y1);
    let milliseconds = field(ms0, ms1);
    if !(1601..=30827).contains(&year) || milliseconds > 999 {
        return None;
    }
    ticks_from_civil(
        i32::from(year),
        u32::from(field(mo0, mo1)),
        u32::from(field(d0, d1)),
        u32::from(field(h0, h1)),
        u32::from(field(mi0, mi1)),
        u32::from(field(s0, s1)),
        u32::from(milliseconds) * 10_000,
    )
}

/// A calendar date and time as ticks; `ticks` is the part within the second.
///
/// `None` when a field is out of range, when the day does not exist, or beyond
/// the range of `i64` ticks (about 29 000 years either way). Second 60 is
/// refused: Windows time has no leap seconds.
pub fn ticks_from_civil(
    year: i32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    ticks: u32,
) -> Option<i64> {
    let day_exists = day >= 1 && day <= days_in_month(year, month)?;
    let time_exists = hour < 24 && minute < 60 && second < 60 && ticks < 10_000_000;
    if !day_exists || !time_exists {
        return None;
    }
    let seconds = i64::from(hour * 3600 + minute * 60 + second);
    // The day part alone may lie below the range while the sum lies inside, but
    // only on the very first day of the range; that day is given up.
    days_from_epoch(year, month, day)
        .checked_mul(TICKS_PER_DAY)?
        .checked_add(seconds * TICKS_PER_SECOND + i64::from(ticks))
}

/// The calendar date and time of any number of ticks.
pub fn civil_from_ticks(ticks: i64) -> Civil {
    let days = ticks.div_euclid(TICKS_PER_DAY) + EPOCH_DAYS_FROM_MARCH_0;
    let in_day = ticks.rem_euclid(TICKS_PER_DAY);
    let era = days.div_euclid(DAYS_PER_ERA);
    let day_of_era = days.rem_euclid(DAYS_PER_ERA);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let seconds = in_day / TICKS_PER_SECOND;
    Civil {
        year: small(year),
        month: small(month),
        day: small(day_of_year - (153 * month_from_march + 2) / 5 + 1),
        hour: small(seconds / 3600),
        minute: small(seconds / 60 % 60),
        second: small(seconds % 60),
        ticks: small(in_day % TICKS_PER_SECOND),
    }
}

/// Reads a whole text of the form `YYYY-MM-DD HH:MM:SS[.fraction]`.
///
/// As [`split_timestamp`], but anything after the time is refused.
pub fn ticks_from_text(text: &str) -> Option<i64> {
    split_timestamp(text)
        .filter(|(_, rest)| rest.is_empty())
        .map(|(ticks, _)| ticks)
}

/// Reads a date and time at the start of a text and returns it with the rest.
///
/// The form is `YYYY-MM-DD HH:MM:SS` with a blank or `T` in the middle and an
/// optional fraction of one or more digits, cut to ticks. The zone is the
/// caller's to read from the rest. `None` when a field is missing or out of
/// range.
pub fn split_timestamp(text: &str) -> Option<(i64, &str)> {
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let (hour, rest) = digits(rest.strip_prefix([' ', 'T'])?, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let (fraction, rest) = fraction(rest);
    let year = i32::try_from(year).ok()?;
    ticks_from_civil(year, month, day, hour, minute, second, fraction).map(|ticks| (ticks, rest))
}

/// Exactly `count` decimal digits at the start of a text.
fn digits(text: &str, count: usize) -> Option<(u32, &str)> {
    let (head, rest) = text.split_at_checked(count)?;
    if !head.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((head.parse().ok()?, rest))
}

/// An optional `.digits` as ticks within the second. A dot without a digit
/// behind it is left in place.
fn fraction(text: &str) -> (u32, &str) {
    let Some(after_dot) = text.strip_prefix('.') else {
        return (0, text);
    };
    let rest = after_dot.trim_start_matches(|c: char| c.is_ascii_digit());
    let count = after_dot.len() - rest.len();
    if count == 0 {
        return (0, text);
    }
    let seven_digits = after_dot
        .bytes()
        .take(count)
        .chain(std::iter::repeat(b'0'))
        .take(7);
    let ticks = seven_digits.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    (ticks, rest)
}

/// Days from 1601-01-01 to an existing date.
fn days_from_epoch(year: i32, month: u32, day: u32) -> i64 {
    let year = i64::from(year) - i64::from(month <= 2);
    let month_from_march = i64::from((month + 9) % 12);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_PER_ERA + day_of_era - EPOCH_DAYS_FROM_MARCH_0
}

fn days_in_month(year: i32, month: u32) -> Option<u32> {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => Some(29),
        2 => Some(28),
        _ => None,
    }
}

/// Narrows a calendar field, whose range the arithmetic above guarantees.
fn small<T: TryFrom<i64> + Default>(value: i64) -> T {
    T::try_from(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks both directions of one date.
    fn check(text: &str, ticks: i64) {
        assert_eq!(ticks_from_text(text), Some(ticks), "{text}");
        assert_eq!(civil_from_ticks(ticks).to_string(), text);
    }

    #[test]
    fn known_instants() {
        check("1601-01-01 00:00:00.0000000", 0);
        check("1970-01-01 00:00:00.0000000", UNIX_EPOCH_TICKS);
        check("2000-02-29 23:59:59.9999999", 125_963_423_999_999_999);
        check(
            "2024-02-29 12:00:00.0000000",
            UNIX_EPOCH_TICKS + 1_709_208_000 * TICKS_PER_SECOND,
        );
        check("1600-12-31 23:59:59.9999999", -1);
        check("9999-12-31 23:59:59.0000000", 2_650_467_743_990_000_000);
    }

    #[test]
    fn every_day_of_eight_centuries_round_trips() {
        let mut expected = ticks_from_civil(1500, 1, 1, 0, 0, 0, 0).unwrap();
        for year in 1500..2300 {
            for month in 1..=12 {
                for day in 1..=days_in_month(year, month).unwrap() {
                    let ticks = ticks_from_civil(year, month, day, 0, 0, 0, 0).unwrap();
                    assert_eq!(ticks, expected);
                    let civil = civil_from_ticks(ticks);
                    assert_eq!(
                        (civil.year, u32::from(civil.month), u32::from(civil.day)),
                        (year, month, day)
                    );
                    expected += TICKS_PER_DAY;
                }
            }
        }
    }

    #[test]
    fn the_ends_of_the_range_do_not_panic() {
        assert_eq!(
            civil_from_ticks(i64::MAX).to_string(),
            "30828-09-14 02:48:05.4775807"
        );
        assert_eq!(civil_from_ticks(i64::MIN).year, -27_627);
        assert_eq!(ticks_from_civil(i32::MAX, 12, 31, 23, 59, 59, 0), None);
        assert_eq!(ticks_from_civil(i32::MIN, 1, 1, 0, 0, 0, 0), None);
        assert_eq!(ticks_from_unix_seconds(i64::MAX), None);
        assert_eq!(ticks_from_unix_seconds(i64::MIN), None);
        assert_eq!(unix_seconds_from_ticks(i64::MIN), -933_981_677_286);
    }

    #[test]
    fn dates_that_do_not_exist() {
        for text in [
            "2023-02-29 00:00:00",
            "1900-02-29 00:00:00",
            "2023-13-01 00:00:00",
            "2023-00-01 00:00:00",
            "2023-04-31 00:00:00",
            "2023-04-00 00:00:00",
            "2023-04-01 24:00:00",
            "2023-04-01 00:60:00",
            "2016-12-31 23:59:60",
            "2023-4-1 00:00:00",
            "+023-04-01 00:00:00",
            "2023-04-01",
            "2023-04-01 00:00:0\u{e9}",
            "2023-04-01 00:00:00.",
            "2023-04-01 00:00:00 UTC",
            "",
        ] {
            assert_eq!(ticks_from_text(text), None, "{text}");
        }
    }

    #[test]
    fn fractions_are_cut_to_ticks() {
        let whole = ticks_from_text("2021-05-06 07:08:09").unwrap();
        assert_eq!(
            ticks_from_text("2021-05-06T07:08:09.1"),
            Some(whole + 1_000_000)
        );
        assert_eq!(
            ticks_from_text("2021-05-06 07:08:09.0000001"),
            Some(whole + 1)
        );
        assert_eq!(
            ticks_from_text("2021-05-06 07:08:09.123456789"),
            Some(whole + 1_234_567)
        );
        assert_eq!(
            split_timestamp("2021-05-06 07:08:09.500 UTC ]"),
            Some((whole + 5_000_000, " UTC ]"))
        );
    }

    #[test]
    fn unix_and_filetime() {
        assert_eq!(
            ticks_from_unix(0, 999_999_999),
            Some(UNIX_EPOCH_TICKS + 9_999_999)
        );
        assert_eq!(ticks_from_unix(0, 1_000_000_000), None);
        assert_eq!(unix_seconds_from_ticks(UNIX_EPOCH_TICKS - 1), -1);
        assert_eq!(ticks_from_filetime(u64::MAX), None);
        assert_eq!(ticks_from_filetime(5), Some(5));
        assert_eq!(filetime_from_ticks(-1), None);
    }

    #[test]
    fn systemtime() {
        let fields: [u16; 8] = [2022, 3, 9, 15, 13, 14, 15, 16];
        let mut bytes = [0; 16];
        for (to, from) in bytes.chunks_exact_mut(2).zip(fields) {
            to.copy_from_slice(&from.to_le_bytes());
        }
        assert_eq!(
            ticks_from_systemtime(&bytes),
            ticks_from_text("2022-03-15 13:14:15.016")
        );
        assert_eq!(ticks_from_systemtime(&[0; 16]), None);
        assert_eq!(ticks_from_systemtime(&[0xff; 16]), None);
    }
}
