//! Which events are steps of an attempt, and which ones a gap lies between.
//!
//! Made once from the report, so that a row of the timeline finds its marks by a look-up.

use rustc_hash::FxHashMap;

use crate::model::{Attempt, EventId, Gap, Outcome, Report};

/// A step by its attempt's and its own place in the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StepPlace {
    pub(super) attempt: usize,
    pub(super) step: usize,
}

/// What the report says of single events.
#[derive(Clone, Debug)]
pub(super) struct Marks {
    steps: FxHashMap<EventId, StepPlace>,
    /// Gap that begins with the event, by its place in the report.
    begins: FxHashMap<EventId, usize>,
    /// Gap that ends with the event.
    ends: FxHashMap<EventId, usize>,
}

impl Marks {
    /// Those of a report. Where attempts share an event, the first attempt has it.
    pub(super) fn of(report: &Report) -> Self {
        let mut steps = FxHashMap::default();
        for (attempt, tried) in report.attempts.iter().enumerate() {
            for (step, taken) in tried.steps.iter().enumerate() {
                steps
                    .entry(taken.event)
                    .or_insert(StepPlace { attempt, step });
            }
        }
        let gaps = || report.gaps.iter().enumerate();
        Self {
            steps,
            begins: gaps().map(|(place, gap)| (gap.from.event, place)).collect(),
            ends: gaps().map(|(place, gap)| (gap.to.event, place)).collect(),
        }
    }

    /// The step that an event is.
    pub(super) fn step(&self, event: EventId) -> Option<StepPlace> {
        self.steps.get(&event).copied()
    }

    /// The gap that begins with an event.
    pub(super) fn begins<'r>(&self, event: EventId, report: &'r Report) -> Option<&'r Gap> {
        report.gaps.get(*self.begins.get(&event)?)
    }

    /// The gap that ends with an event.
    pub(super) fn ends<'r>(&self, event: EventId, report: &'r Report) -> Option<&'r Gap> {
        report.gaps.get(*self.ends.get(&event)?)
    }
}

/// The step to look at first: the one that failed with the attempt's code, else any that
/// failed, else the last.
pub(super) fn decisive(attempt: &Attempt) -> usize {
    let failed = |step: &crate::model::Step| step.outcome == Outcome::Failure;
    let with_code = attempt
        .steps
        .iter()
        .position(|step| failed(step) && step.code.is_some() && step.code == attempt.code);
    with_code
        .or_else(|| attempt.steps.iter().position(failed))
        .unwrap_or(attempt.steps.len().saturating_sub(1))
}

/// Seconds from the step before to this one. Steps that merely belong to the attempt divide
/// no stretch, so they are measured from the last real step and never measured to.
pub(super) fn since_last(attempt: &Attempt, step: usize) -> Option<f64> {
    let this = attempt.steps.get(step)?;
    let before = attempt.steps.get(..step)?;
    let last = before.iter().rev().find(|step| !step.extra)?;
    Some(this.time.seconds_since(last.time))
}
