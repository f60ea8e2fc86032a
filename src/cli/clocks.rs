//! The clocks of the sources: as the evidence measures them, or as they were given.

use super::Stop;
use crate::analyze::{Rules, SourceClock, measured, settled};
use crate::model::{ClockLine, Ticks};
use crate::timeline::{SourceId, Timeline};

/// The timeline with all clocks on one axis, and what is known of each source's clock, in the order of
/// the sources. Every clock is measured; those that were given go before.
pub(super) fn clocks(
    timeline: Timeline,
    rules: &Rules,
    given: &[String],
) -> Result<(Timeline, Vec<ClockLine>), Stop> {
    let (timeline, mut clocks) = measured(timeline, rules);
    for text in given {
        give(&timeline, &mut clocks, text)?;
    }
    Ok(settled(timeline, &clocks))
}

/// Sets the clock of every source that is meant.
fn give(timeline: &Timeline, clocks: &mut [SourceClock], text: &str) -> Result<(), Stop> {
    let (name, offset) = parse(text).ok_or_else(|| {
        Stop::Usage(format!(
            "{text} is no clock; use SOURCE=SECONDS, e.g. s4=+1.5s or trace.saz=-0.8s"
        ))
    })?;
    let mut found = false;
    for (source, clock) in (0_u32..).map(SourceId).zip(clocks) {
        if is_meant(timeline, source, name) {
            found = true;
            clock.given = Some(offset);
        }
    }
    if found {
        return Ok(());
    }
    Err(Stop::Usage(format!(
        "no source is called {name}; `joinscope sources` lists them"
    )))
}

/// Name of the source and ticks to add.
fn parse(text: &str) -> Option<(&str, i64)> {
    let (name, seconds) = text.rsplit_once('=')?;
    let seconds: f64 = seconds.trim().trim_end_matches('s').parse().ok()?;
    // A century is more than any clock is off by.
    let bounded = seconds.is_finite() && seconds.abs() < 3.2e9;
    (bounded && !name.is_empty()).then(|| (name, Ticks(0).plus_seconds(seconds).0))
}

fn is_meant(timeline: &Timeline, source: SourceId, name: &str) -> bool {
    let Some(known) = timeline.sources().get(source.0 as usize) else {
        return false;
    };
    source.to_string() == name || timeline.path(known.origin.artifact).contains(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TICKS_PER_SECOND;

    #[test]
    fn clocks_that_are_given() {
        let check = |text: &str, expected: Option<(&str, i64)>| {
            assert_eq!(parse(text), expected, "{text}");
        };
        let second = TICKS_PER_SECOND;
        check("s4=+1.5s", Some(("s4", second * 3 / 2)));
        check("a=b.saz=-2", Some(("a=b.saz", -2 * second)));
        check("s4=", None);
        check("=1s", None);
        check("s4=soon", None);
        check("s4=inf", None);
    }
}
