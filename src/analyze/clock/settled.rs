//! What became of each source's clock: as the evidence measures it, or as it was given.

use super::falls::falls;
use super::{ClockEstimate, estimates, on_one_clock};
use crate::analyze::flow::Rules;
use crate::model::{ClockLine, Falls};
use crate::timeline::{EventRef, Timeline};

/// A source's clock, measured or given.
#[derive(Clone, Debug)]
pub struct SourceClock {
    measured: ClockEstimate,
    falls: Falls,
    /// Ticks of 100 ns to add, where somebody knows better.
    pub given: Option<i64>,
}

/// The timeline with every clock carried over its settings, and each source's clock as measured.
pub fn measured(timeline: Timeline, rules: &Rules) -> (Timeline, Vec<SourceClock>) {
    let (timeline, settings) = on_one_clock(timeline, rules);
    let estimates = || estimates(&timeline, settings, rules);
    let (estimates, falls) = rayon::join(estimates, || falls(&timeline));
    let clock = |(measured, falls)| SourceClock {
        measured,
        falls,
        given: None,
    };
    let estimates = estimates.into_iter().zip(falls);
    let clocks = estimates.map(clock).collect();
    (timeline, clocks)
}

/// The timeline with all clocks on one axis, and what is known of each source's clock, in the order of
/// the sources.
pub fn settled(timeline: Timeline, clocks: &[SourceClock]) -> (Timeline, Vec<ClockLine>) {
    let lines = clocks.iter().map(SourceClock::line).collect();
    // Most clocks are right, and the events stand where they are to stand.
    let stays = |clock: &SourceClock| {
        clock.offset() == 0 && (clock.measured.follows || !timeline.is_corrected())
    };
    if clocks.iter().all(stays) {
        return (timeline, lines);
    }
    let amount = |event: EventRef<'_>| {
        let clock = clocks.get(event.source().0 as usize);
        clock.map_or(0, |clock| clock.measured.amount(clock.offset(), event))
    };
    let dated = timeline.events().take(timeline.dated());
    let amounts: Vec<i64> = dated.map(amount).collect();
    (timeline.align(&amounts), lines)
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
            return ClockLine {
                falls: self.falls,
                ..ClockLine::as_recorded()
            };
        }
        ClockLine {
            offset_ms: self.given.or(measured.offset).map(milliseconds),
            uncertainty_ms: measured
                .uncertainty
                .filter(|_| self.given.is_none())
                .map(milliseconds),
            basis: said.join("; "),
            steps: measured.steps,
            falls: self.falls,
        }
    }
}

fn milliseconds(ticks: i64) -> f64 {
    ticks as f64 / 10_000.0
}
