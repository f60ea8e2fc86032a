//! Points in time as a story writes them.

use serde::{Deserialize, Deserializer, de::Error};

use crate::instant;

/// `2026-03-02T08:00:00Z`, or `+12.5s` and `-3s` from the story's start.
#[derive(Debug, Clone, Copy)]
pub(super) enum Moment {
    Absolute(u64),
    After(u64),
    Before(u64),
}

impl Moment {
    /// FILETIME ticks, given those of the start.
    pub(super) fn resolve(self, start: u64) -> u64 {
        match self {
            Self::Absolute(ticks) => ticks,
            Self::After(ticks) => start.saturating_add(ticks),
            Self::Before(ticks) => start.saturating_sub(ticks),
        }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse(&text).ok_or_else(|| {
            D::Error::custom(format!(
                "not a time: {text:?}; write 2026-03-02T08:00:00Z or +12.5s"
            ))
        })
    }
}

fn parse(text: &str) -> Option<Moment> {
    if let Some(offset) = text.strip_prefix('+') {
        return Some(Moment::After(parse_seconds(offset)?));
    }
    if let Some(offset) = text.strip_prefix('-') {
        return Some(Moment::Before(parse_seconds(offset)?));
    }
    Some(Moment::Absolute(instant::parse_rfc3339(text)?))
}

/// Ticks of `12.5s`. At most seven digits of fraction, as a tick is the finest there is.
fn parse_seconds(text: &str) -> Option<u64> {
    let number = text.strip_suffix('s')?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || fraction.len() > 7 || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let seconds: u64 = whole.parse().ok()?;
    let ticks: u64 = format!("{fraction:0<7}").parse().ok()?;
    seconds
        .checked_mul(instant::TICKS_PER_SECOND)?
        .checked_add(ticks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<u64>) {
        assert_eq!(
            parse(text).map(|moment| moment.resolve(1_000_000_000)),
            expected,
            "{text}"
        );
    }

    #[test]
    fn offsets_and_times() {
        check("+12.5s", Some(1_125_000_000));
        check("+0.0000001s", Some(1_000_000_001));
        check("-3s", Some(970_000_000));
        check("1601-01-01T00:00:01Z", Some(10_000_000));
    }

    #[test]
    fn nonsense() {
        for text in [
            "",
            "12s",
            "+s",
            "+1.00000001s",
            "+1",
            "+-1s",
            "+1.5",
            "tomorrow",
        ] {
            check(text, None);
        }
    }
}
