//! The clocks of the sources: as the evidence measures them, or as they were given.

use super::Stop;
use crate::analyze::{ClockEstimate, Rules};
use crate::model::{ClockLine, Ticks};
use crate::timeline::{EventRef, SourceId, Timeline};

/// A source's clock, measured or given.
struct SourceClock {
    measured: ClockEstimate,
    given: Option<i64>,
}

/// The timeline with all clocks on one axis, and what is known of each source's clock, in the order of
/// the sources. Every clock is measured; those that were given go before.
pub(super) fn clocks(
    timeline: Timeline,
    rules: &Rules,
    given: &[String],
) -> Result<(Timeline, Vec<ClockLine>), Stop> {
    let (timeline, estimates) = crate::analyze::clocks(timeline, rules);
    let mut clocks: Vec<SourceClock> = estimates
        .into_iter()
        .map(|measured| SourceClock {
            measured,
            given: None,
        })
        .collect();
    for text in given {
        give(&timeline, &mut clocks, text)?;
    }
    let amount = |event: EventRef<'_>| {
        let clock = clocks.get(event.source().0 as usize);
        clock.map_or(0, |clock| clock.measured.amount(clock.offset(), event))
    };
    let dated = timeline.events().take(timeline.dated());
    let amounts: Vec<i64> = dated.map(amount).collect();
    let lines = clocks.iter().map(SourceClock::line).collect();
    Ok((timeline.align(&amounts), lines))
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

impl SourceClock {
    /// To add to its times as carried over its settings, in ticks of 100 ns.
    fn offset(&self) -> i64 {
        let measured = self.measured.offset.filter(|_| self.measured.corrects);
        self.given.or(measured).unwrap_or(0)
    }

    fn line(&self) -> ClockLine {
        let measured = &self.measured;
        let basis = match (self.given, &measured.basis, measured.corrects) {
            (Some(_), _, _) => Some("as given".to_owned()),
            (None, Some(basis), true) => Some(format!("{basis}; times are corrected")),
            (None, Some(basis), false) if measured.settings.is_none() => {
                Some(format!("{basis}; times are as recorded"))
            }
            (None, Some(basis), false) if measured.offset.is_some() => {
                Some(format!("{basis}; the offset is not added"))
            }
            (None, basis, _) => basis.clone(),
        };
        let said: Vec<String> = basis.into_iter().chain(measured.settings.clone()).collect();
        if said.is_empty() {
            return ClockLine::as_recorded();
        }
        ClockLine {
            offset_ms: self.given.or(measured.offset).map(milliseconds),
            uncertainty_ms: measured
                .uncertainty
                .filter(|_| self.given.is_none())
                .map(milliseconds),
            basis: said.join("; "),
        }
    }
}

fn milliseconds(ticks: i64) -> f64 {
    ticks as f64 / 10_000.0
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
