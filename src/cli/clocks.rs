//! The clocks of the sources: as the evidence measures them, or as they were given.

use super::Stop;
use crate::analyze::{Rules, SourceClock, measured, settled};
use crate::bundle::Bundle;
use crate::model::{ClockLine, Ticks, minutes_east};
use crate::timeline::{SourceId, Timeline};
use crate::tui::Placement;

/// Clocks that somebody knows better than the evidence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given<'a> {
    /// As typed on the command line.
    pub(super) clocks: &'a [String],
    /// As given in the view.
    pub(super) placement: &'a Placement,
}

/// The timeline with all clocks on one axis, and what is known of each source's clock, in the order of
/// the sources. Every clock is measured; those that were given go before, and those that were given in
/// the view before these.
pub(super) fn clocks(
    timeline: Timeline,
    rules: &Rules,
    given: Given<'_>,
) -> Result<(Timeline, Vec<ClockLine>), Stop> {
    let (timeline, mut clocks) = measured(timeline, rules);
    for text in given.clocks {
        give(&timeline, &mut clocks, text)?;
    }
    place(&timeline, &mut clocks, given.placement);
    Ok(settled(timeline, &clocks))
}

/// Zones of files whose times name none, by path: as typed on the command line, then as given in the
/// view.
pub(super) fn zones(
    bundle: &Bundle,
    given: &[String],
    placement: &Placement,
) -> Result<Vec<(String, i32)>, Stop> {
    let mut zones = Vec::new();
    for text in given {
        let parsed = text.rsplit_once('=');
        let parsed = parsed.and_then(|(name, zone)| Some((name, minutes_east(zone.trim())?)));
        let (name, minutes) = parsed.filter(|(name, _)| !name.is_empty()).ok_or_else(|| {
            Stop::Usage(format!(
                "{text} is no zone of a file; use FILE=OFFSET, e.g. trace.har=+02:00"
            ))
        })?;
        let before = zones.len();
        let paths = bundle.artifacts.iter().map(|artifact| &*artifact.path);
        let meant = paths.filter(|path| path.contains(name));
        zones.extend(meant.map(|path| (path.to_owned(), minutes)));
        if zones.len() == before {
            return Err(Stop::Usage(format!(
                "no file is called {name}; `joinscope inspect` lists them"
            )));
        }
    }
    let placed = placement.zones.iter();
    zones.extend(placed.map(|zone| (zone.artifact.clone(), zone.minutes)));
    Ok(zones)
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

/// Sets the clocks that were given in the view. A source that is not there has none to set.
fn place(timeline: &Timeline, clocks: &mut [SourceClock], placement: &Placement) {
    for offset in &placement.offsets {
        let mut sources = timeline.sources().iter().zip(clocks.iter_mut());
        let meant = sources.find(|(source, _)| {
            let origin = source.origin;
            timeline.path(origin.artifact) == offset.artifact
                && timeline.text(origin.stream) == offset.stream
                && timeline.text(origin.computer) == offset.host
        });
        if let Some((_, clock)) = meant {
            clock.given = Some(offset.ticks);
        }
    }
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
