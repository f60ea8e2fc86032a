//! The device's clock in a story: how far it is behind, and from when on.
//!
//! Stories tell true times. Logs, and traces that read the system time, write down what the clock showed;
//! a trace that counts from its beginning keeps the error that the clock had then.

use serde::Deserialize;

use super::moment::Moment;

/// The clock in stretches, each from its moment on; right before the first.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct DeviceClock(Vec<Stretch>);

/// How far the clock is behind from a moment on.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stretch {
    /// In true time; from ever if absent.
    from: Option<Moment>,
    /// Milliseconds; negative for ahead.
    behind_ms: i64,
}

impl DeviceClock {
    /// What the clock shows at a true time, in FILETIME ticks.
    pub(super) fn shows(&self, time: u64, start: u64) -> u64 {
        time.saturating_add_signed(self.behind(time, start).saturating_neg())
    }

    /// How far it is behind at a true time, in ticks.
    pub(super) fn behind(&self, time: u64, start: u64) -> i64 {
        let has_begun = |stretch: &&Stretch| {
            let from = stretch.from.map(|from| from.resolve(start));
            from.is_none_or(|from| from <= time)
        };
        let stretch = self.0.iter().rfind(has_begun);
        stretch.map_or(0, |stretch| stretch.behind_ms.saturating_mul(10_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The clock shows this many ticks at so many after the start, which is at 1,000,000,000.
    fn check(clock: &str, time: u64, expected: u64) {
        let clock: DeviceClock = serde_saphyr::from_str(clock).unwrap();
        assert_eq!(clock.shows(1_000_000_000 + time, 1_000_000_000), expected);
    }

    #[test]
    fn a_clock_is_off_from_a_moment_on() {
        check("[]", 7, 1_000_000_007);
        check("[{behind_ms: 2000}]", 7, 980_000_007);
        check("[{behind_ms: -2000}]", 7, 1_020_000_007);
        let set = "[{behind_ms: 2000}, {from: +1s, behind_ms: 0}]";
        check(set, 9_999_999, 989_999_999);
        check(set, 10_000_000, 1_010_000_000);
        check("[{from: +1s, behind_ms: 2000}]", 7, 1_000_000_007);
    }
}
