//! The clocks of the sources: as the evidence measures them, or as they were given.

use super::Stop;
use crate::analyze::{ClockEstimate, Rules};
use crate::model::{ClockLine, Ticks};
use crate::timeline::{SourceId, Timeline};

/// What is known of each source's clock, in the order of the sources.
pub(super) struct Clocks {
    /// To add to the times of a source, in ticks of 100 ns.
    pub(super) offsets: Vec<i64>,
    /// The same for the report, with what it rests on.
    pub(super) lines: Vec<ClockLine>,
}

/// Measures every clock; those that were given go before.
pub(super) fn clocks(timeline: &Timeline, rules: &Rules, given: &[String]) -> Result<Clocks, Stop> {
    let mut clocks = Clocks {
        offsets: Vec::new(),
        lines: Vec::new(),
    };
    for estimate in crate::analyze::clocks(timeline, rules) {
        let corrects = estimate.as_ref().filter(|estimate| estimate.corrects);
        clocks
            .offsets
            .push(corrects.map_or(0, |estimate| estimate.offset));
        clocks.lines.push(line(estimate.as_ref()));
    }
    for text in given {
        let (name, offset) = parse(text).ok_or_else(|| {
            Stop::Usage(format!(
                "{text} is no clock; use SOURCE=SECONDS, e.g. s4=+1.5s or trace.saz=-0.8s"
            ))
        })?;
        let mut found = false;
        for source in (0_u32..).map(SourceId).take(timeline.sources().len()) {
            if !is_meant(timeline, source, name) {
                continue;
            }
            found = true;
            let index = source.0 as usize;
            if let (Some(slot), Some(line)) =
                (clocks.offsets.get_mut(index), clocks.lines.get_mut(index))
            {
                *slot = offset;
                *line = ClockLine {
                    offset_ms: Some(milliseconds(offset)),
                    uncertainty_ms: None,
                    basis: "as given".to_owned(),
                };
            }
        }
        if !found {
            return Err(Stop::Usage(format!(
                "no source is called {name}; `joinscope sources` lists them"
            )));
        }
    }
    Ok(clocks)
}

fn line(estimate: Option<&ClockEstimate>) -> ClockLine {
    match estimate {
        None => ClockLine::as_recorded(),
        Some(estimate) => ClockLine {
            offset_ms: Some(milliseconds(estimate.offset)),
            uncertainty_ms: Some(milliseconds(estimate.uncertainty)),
            basis: if estimate.corrects {
                format!("{}; times are corrected", estimate.basis)
            } else {
                format!("{}; times are as recorded", estimate.basis)
            },
        },
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
