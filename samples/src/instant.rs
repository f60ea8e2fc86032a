//! FILETIME ticks and their RFC 3339 text.
//!
//! A tick is 100 ns, counted from 1601-01-01 UTC. Fractions finer than a tick are cut, not rounded.

/// Ticks in one second.
pub const TICKS_PER_SECOND: u64 = 10_000_000;

const SECONDS_PER_DAY: i64 = 86_400;

/// Days from 0000-03-01 (proleptic Gregorian) to 1601-01-01.
const DAYS_TO_1601: i64 = 584_694;

/// Ticks of an RFC 3339 time such as `2026-03-02T08:15:00.1234567Z` or `2026-03-02T09:15:00+01:00`.
///
/// `None` when the text is not such a time, names a day that does not exist, or lies before 1601.
pub fn parse_rfc3339(text: &str) -> Option<u64> {
    let (date, rest) = text.split_once(['T', ' '])?;
    let mut numbers = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (numbers.next()??, numbers.next()??, numbers.next()??);
    if !(1..=12).contains(&month) || !(1..=days_in_month(year, month)).contains(&day) {
        return None;
    }
    let (clock, offset_seconds) = split_offset(rest)?;
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut numbers = whole.splitn(3, ':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (numbers.next()??, numbers.next()??, numbers.next()??);
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..60).contains(&second) {
        return None;
    }
    let seconds =
        days_since_1601(year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second
            - offset_seconds;
    let ticks = u64::try_from(seconds).ok()?.checked_mul(TICKS_PER_SECOND)?;
    ticks.checked_add(fraction_ticks(fraction)?)
}

/// The time as `2026-03-02T08:15:00.1234567Z`, always with seven digits of fraction.
pub fn format_rfc3339(ticks: u64) -> String {
    let seconds = ticks / TICKS_PER_SECOND;
    let (days, of_day) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(i64::try_from(days).unwrap_or(i64::MAX / 2));
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:07}Z",
        of_day / 3600,
        of_day / 60 % 60,
        of_day % 60,
        ticks % TICKS_PER_SECOND
    )
}

/// Calendar parts of a time, in the order of the Windows SYSTEMTIME structure:
/// year, month, day of week (Sunday is 0), day, hour, minute, second, milliseconds.
pub fn system_time(ticks: u64) -> [u16; 8] {
    let seconds = ticks / TICKS_PER_SECOND;
    let (days, of_day) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(i64::try_from(days).unwrap_or(i64::MAX / 2));
    // 1601-01-01 was a Monday.
    let day_of_week = (days + 1) % 7;
    let milliseconds = ticks % TICKS_PER_SECOND / 10_000;
    let part = |value: u64| u16::try_from(value).unwrap_or(u16::MAX);
    let signed = |value: i64| u16::try_from(value).unwrap_or(u16::MAX);
    [
        signed(year),
        signed(month),
        part(day_of_week),
        signed(day),
        part(of_day / 3600),
        part(of_day / 60 % 60),
        part(of_day % 60),
        part(milliseconds),
    ]
}

/// Splits `08:15:00.5+01:00` into the clock part and the offset east of UTC in seconds.
fn split_offset(text: &str) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let at = text.rfind(['+', '-'])?;
    let (clock, offset) = text.split_at_checked(at)?;
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let (hours, minutes) = (hours.parse::<i64>().ok()?, minutes.parse::<i64>().ok()?);
    if !(0..24).contains(&hours) || !(0..60).contains(&minutes) {
        return None;
    }
    Some((clock, sign * (hours * 3600 + minutes * 60)))
}

fn fraction_ticks(digits: &str) -> Option<u64> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seven: String = digits.chars().chain("0000000".chars()).take(7).collect();
    seven.parse().ok()
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1601-01-01, by counting years from March so that the leap day comes last.
fn days_since_1601(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let from_march = (month + 9) % 12;
    let day_of_year = (153 * from_march + 2) / 5 + day - 1;
    365 * year + year / 4 - year / 100 + year / 400 + day_of_year - DAYS_TO_1601
}

/// Year, month and day of a day counted from 1601-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + DAYS_TO_1601;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<u64>) {
        assert_eq!(parse_rfc3339(text), expected, "{text}");
    }

    #[test]
    fn known_points() {
        check("1601-01-01T00:00:00Z", Some(0));
        // The Unix epoch in FILETIME ticks.
        check("1970-01-01T00:00:00Z", Some(116_444_736_000_000_000));
        check("2024-02-29T12:00:00.5Z", Some(133_536_816_005_000_000));
        check("2024-02-29T13:00:00.5+01:00", Some(133_536_816_005_000_000));
    }

    #[test]
    fn nonsense_has_no_time() {
        for text in [
            "",
            "2026-03-02",
            "2026-13-01T00:00:00Z",
            "2023-02-29T00:00:00Z",
        ] {
            check(text, None);
        }
        check("1600-12-31T23:59:59Z", None);
        check("2026-03-02T08:15:00", None);
        check("2026-03-02T08:15:00.x5Z", None);
    }

    #[test]
    fn text_and_ticks_agree_over_four_centuries() {
        for day in (0..400 * 366_u64).step_by(13) {
            let ticks = day * 86_400 * TICKS_PER_SECOND + 1_234_567;
            check(&format_rfc3339(ticks), Some(ticks));
        }
    }

    #[test]
    fn system_time_of_a_known_sunday() {
        let ticks = parse_rfc3339("2026-03-01T08:15:30.25Z").unwrap();
        assert_eq!(system_time(ticks), [2026, 3, 0, 1, 8, 15, 30, 250]);
    }
}
