//! The clocks of the evidence, measured against the clocks of the servers that answered.
//!
//! Sources of one device share a clock, and so do the parts of one recording. A clock that was set is
//! first made one axis: what lies before a setting is carried onto the clock as it was set last. Then an
//! answer that says when it was made bounds the clock's offset from both sides: it was made after its
//! request was sent and before it was recorded. The offset lies where most of the bounds meet, and half
//! the width of that place is its uncertainty. It takes two answers that agree. Where the bounds only
//! meet far from each other, or a token contradicts them, the offset is not corrected.

mod answers;
mod estimate;
mod falls;
mod meeting;
mod rules;
mod segments;
mod settled;
mod shared;
mod steps;
#[cfg(test)]
mod tests;
mod words;

pub use settled::{SourceClock, measured, settled};

pub(super) use rules::{ClockRules, load};

use std::collections::BTreeMap;

use super::finish;
use super::flow::Rules;
use crate::timeline::{DeviceId, EventRef, Matchers, Source, SourceId, Timeline};
use answers::parse;
use estimate::Measured;
use steps::Settings;

/// What shares one clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Clock {
    Device(DeviceId),
    Source(SourceId),
}

/// A source's clock against the servers'.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ClockEstimate {
    /// Ticks of 100 ns to add to its times as carried over its settings; unknown where no server
    /// vouches for the clock.
    pub offset: Option<i64>,
    /// Plus or minus, in ticks of 100 ns.
    pub uncertainty: Option<i64>,
    /// Whether the offset is to be added: it is not nothing within its uncertainty.
    pub corrects: bool,
    /// How the clock was set, where it was.
    pub settings: Option<String>,
    /// How often that was.
    pub steps: usize,
    /// Whether times stand as carried over the settings; else they are to stand as recorded.
    pub follows: bool,
    /// What the offset rests on.
    pub basis: Option<String>,
}

impl ClockEstimate {
    /// What to add to an event of the timeline that [`on_one_clock`] gives, in ticks of 100 ns, with this
    /// offset.
    pub(super) fn amount(&self, offset: i64, event: EventRef<'_>) -> i64 {
        let carried = if self.follows { 0 } else { event.correction() };
        offset.saturating_sub(carried)
    }
}

/// How each clock was set, and how many of its events may lie on either side of a setting.
type Settled = BTreeMap<Clock, (Settings, usize)>;

/// The timeline with every event carried onto its clock as it was set last.
fn on_one_clock(timeline: Timeline, rules: &Rules) -> (Timeline, Settled) {
    let owners = Owners::new(&timeline);
    let settings = steps::settings(&timeline, &owners, &rules.clocks);
    let carried = segments::carried(&timeline, &owners, &settings);
    let settings = settings.into_iter().map(|(clock, settings)| {
        let ambiguous = carried.ambiguous.get(&clock).copied();
        (clock, (settings, ambiguous.unwrap_or_default()))
    });
    (timeline.align(&carried.amounts), settings.collect())
}

/// The estimate of each source's clock, in their order.
fn estimates(timeline: &Timeline, settings: Settled, rules: &Rules) -> Vec<ClockEstimate> {
    let (rules, owners) = (&rules.clocks, &Owners::new(timeline));
    let mut measured: BTreeMap<Clock, Measured> = BTreeMap::new();
    for (clock, sides) in answers::evidence(timeline, owners, rules) {
        measured.entry(clock).or_default().sides = sides;
    }
    for (clock, (settings, ambiguous)) in settings {
        let measured = measured.entry(clock).or_default();
        (measured.ambiguous, measured.settings) = (ambiguous, settings);
    }
    let vouched = measured
        .iter()
        .filter_map(|(clock, measured)| Some((*clock, measured.vouched()?)))
        .collect();
    let time = |event: EventRef<'_>| {
        let clock = owners.of(event.source());
        let follows = measured.get(&clock).is_none_or(Measured::follows);
        let recorded = event.recorded().filter(|_| !follows);
        recorded.or(event.ticks())
    };
    let shared = shared::shared(timeline, owners, rules, &vouched, time);
    for (clock, bounds) in shared {
        measured.entry(clock).or_default().shared = bounds;
    }

    let estimates: BTreeMap<Clock, ClockEstimate> = measured
        .into_iter()
        .map(|(clock, measured)| (clock, measured.estimate()))
        .collect();
    let sources = (0_u32..).map(SourceId).take(timeline.sources().len());
    sources
        .map(|source| {
            let known = estimates.get(&owners.of(source));
            known.cloned().unwrap_or_default()
        })
        .collect()
}

/// The dated events that any of the queries can match as far as their kinds decide, in order.
fn dated<'t>(matchers: &mut Matchers<'t>) -> impl Iterator<Item = EventRef<'t>> + use<'t> {
    matchers
        .events()
        .take_while(|event| event.ticks().is_some())
}

/// The clock of each source.
struct Owners(Vec<Clock>);

impl Owners {
    fn new(timeline: &Timeline) -> Self {
        let owner = |source| {
            let known = timeline
                .sources()
                .get(usize::try_from(source).unwrap_or(usize::MAX));
            let source = SourceId(source);
            match timeline.device_of(source) {
                Some(device) if !known.is_some_and(Source::has_own_clock) => Clock::Device(device),
                _ => Clock::Source(source),
            }
        };
        let count = u32::try_from(timeline.sources().len()).unwrap_or(u32::MAX);
        Self((0..count).map(owner).collect())
    }

    fn of(&self, source: SourceId) -> Clock {
        let known = self.0.get(source.0 as usize).copied();
        known.unwrap_or(Clock::Source(source))
    }
}
