//! How the clocks of devices were set, as their logs tell it.
//!
//! A setting puts a clock from one time to another; what was logged before it bears the times of the
//! clock as it was then. That the clock jumped because the device had slept is no setting: that time
//! has passed. Only one stream of a device tells its settings, since several producers log each.

use std::collections::BTreeMap;

use super::finish::quoted;
use super::rules::{ClockRules, StepRule};
use super::{Clock, Owners, dated, parse};
use crate::model::{Locator, TICKS_PER_SECOND, TextId, Ticks, Value};
use crate::timeline::{DeviceId, EventRef, Matchers, Timeline};

/// Settings by this or less are not followed: bounds of servers' answers are no finer.
pub(super) const STEP: i64 = TICKS_PER_SECOND;
/// More than any clock is set by: a century. What claims more is damaged.
const FARTHEST: i64 = 100 * 366 * 86_400 * TICKS_PER_SECOND;
/// Settings of one clock that are followed.
const MOST: usize = 100;

/// One setting of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// The place of its event in the order of its stream.
    pub(super) order: u64,
    /// The clock's time before, in ticks.
    pub(super) old: i64,
    /// The clock's time after, in ticks.
    pub(super) new: i64,
}

impl Step {
    /// What the clock was set by.
    pub(super) fn by(self) -> i64 {
        self.new.saturating_sub(self.old)
    }
}

/// How a clock was set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Settings {
    /// In the order in which they happened.
    pub(super) steps: Vec<Step>,
    /// Jumps that cannot be followed.
    pub(super) unsure: usize,
    /// The stream that tells of them.
    pub(super) stream: Option<TextId>,
}

/// A mark that the events of one rule leave in a stream.
#[derive(Clone, Copy)]
struct Mark {
    order: u64,
    is_step: bool,
    times: Option<(i64, i64)>,
}

/// The settings of each clock that was set.
pub(super) fn settings(
    timeline: &Timeline,
    owners: &Owners,
    rules: &ClockRules,
) -> BTreeMap<Clock, Settings> {
    let mut by_clock: BTreeMap<Clock, Settings> = BTreeMap::new();
    // By device, rule and stream.
    let mut streams: BTreeMap<(DeviceId, usize), BTreeMap<TextId, Vec<Mark>>> = BTreeMap::new();
    for ((device, rule), stream, mark) in marks(timeline, owners, &rules.steps) {
        let streams = streams.entry((device, rule)).or_default();
        streams.entry(stream).or_default().push(mark);
    }
    for ((device, rule), streams) in streams {
        let found = streams
            .into_iter()
            .map(|(stream, marks)| (stream, steps(marks)));
        // The first of those that tell most.
        let most = found.reduce(|most, other| {
            if other.1.len() > most.1.len() {
                other
            } else {
                most
            }
        });
        let Some((stream, steps)) = most.filter(|(_, steps)| !steps.is_empty()) else {
            continue;
        };
        let known = by_clock.entry(Clock::Device(device)).or_default();
        let is_unsure = rules.steps.get(rule).is_some_and(|rule| rule.is_unsure);
        if is_unsure || steps.len() > MOST {
            known.unsure += steps.len();
        } else if known.steps.is_empty() {
            (known.steps, known.stream) = (steps, Some(stream));
        }
    }
    by_clock
}

/// The marks of all rules, with device, rule and stream.
fn marks(
    timeline: &Timeline,
    owners: &Owners,
    rules: &[StepRule],
) -> impl Iterator<Item = ((DeviceId, usize), TextId, Mark)> {
    let queries = rules.iter().enumerate().flat_map(|(place, rule)| {
        let step = (place, true, &rule.step);
        std::iter::once(step).chain(rule.told.iter().map(move |told| (place, false, told)))
    });
    let queries: Vec<_> = queries.collect();
    let mut matchers = Matchers::new(timeline, queries.iter().map(|(_, _, query)| *query));
    let mut found = Vec::new();
    for event in dated(&mut matchers) {
        for query in matchers.candidates(event) {
            let (Some((rule, is_step, _)), true) =
                (queries.get(query.place()), query.matches(event))
            else {
                continue;
            };
            let Clock::Device(device) = owners.of(event.source()) else {
                continue;
            };
            let source = timeline.sources().get(event.source().0 as usize);
            let stream = source.map_or(TextId(0), |source| source.origin.stream);
            let mark = Mark {
                order: order(event),
                is_step: *is_step,
                times: rules.get(*rule).and_then(|rule| times(event, rule)),
            };
            found.push(((device, *rule), stream, mark));
        }
    }
    found.into_iter()
}

/// Where an event stands in its stream: by its number in a log, else by its time.
pub(super) fn order(event: EventRef<'_>) -> u64 {
    match event.locator() {
        Locator::Record { id, .. } => id,
        _ => event.id().0.into(),
    }
}

/// The clock's time before and after, of a setting that is worth following.
fn times(event: EventRef<'_>, rule: &StepRule) -> Option<(i64, i64)> {
    let time = |name: &str| match event.field(name)? {
        Value::Time(ticks) => Some(ticks),
        _ => Ticks::parse(&quoted(event, name)?).or_else(|| parse(&quoted(event, name)?)),
    };
    let (old, new) = (time(&rule.old)?.0, time(&rule.new)?.0);
    let by = new.checked_sub(old)?;
    (STEP < by.abs() && by.abs() < FARTHEST && old > 0 && new > 0).then_some((old, new))
}

/// The settings of one stream, in its order. An announced one counts where it was carried out.
fn steps(mut marks: Vec<Mark>) -> Vec<Step> {
    marks.sort_by_key(|mark| mark.order);
    let mut told = None;
    let mut steps = Vec::new();
    for mark in marks {
        if !mark.is_step {
            told = mark.times;
        } else if let Some((old, new)) = mark.times.or(told.take()) {
            let order = mark.order;
            steps.push(Step { order, old, new });
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    type Times = Option<(i64, i64)>;

    /// Marks as order, whether it is a step, and times, give steps as order and times.
    fn check(marks: &[(u64, bool, Times)], expected: &[(u64, i64, i64)]) {
        let marks = marks.iter().map(|(order, is_step, times)| Mark {
            order: *order,
            is_step: *is_step,
            times: *times,
        });
        let found: Vec<(u64, i64, i64)> = steps(marks.collect())
            .iter()
            .map(|step| (step.order, step.old, step.new))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn settings_stand_in_the_order_of_their_stream() {
        check(&[], &[]);
        // Set back, so by time the second stands before the first.
        check(
            &[(9, true, Some((50, 40))), (7, true, Some((90, 20)))],
            &[(7, 90, 20), (9, 50, 40)],
        );
        // A setting of no account.
        check(&[(7, true, None)], &[]);
        // Announced, tried again, carried out; announced and never carried out.
        check(
            &[
                (1, false, Some((10, 70))),
                (2, false, Some((11, 71))),
                (3, true, None),
                (4, true, None),
                (5, false, Some((80, 90))),
            ],
            &[(3, 11, 71)],
        );
    }
}
