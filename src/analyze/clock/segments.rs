//! Which of a clock's settings lie behind an event, and so by what its time is to be carried onto the
//! clock as it was set last.
//!
//! Between two settings a clock runs from where it was put to where it was taken from. A clock that was
//! put ahead passes no time twice, so the time of an event says where it lies. One that was put back does,
//! and there the order of records counts: in one log, and in one buffer of a trace, time falls only where
//! the clock was put back. The log that tells of the settings says by its order alone; what neither time nor
//! order tells goes where that log has the nearest record.

use std::collections::BTreeMap;

use super::steps::{STEP, Settings, Step, order};
use super::{Clock, Owners};
use crate::model::{Locator, Ticks};
use crate::timeline::{EventRef, SourceId, Timeline};

/// How far beyond its ends a stretch of a clock still holds an event: the setting and its event are not
/// one instant. 0.1 s.
const SLACK: i64 = STEP / 10;

/// What the settings do to the events.
#[derive(Debug, Default)]
pub(super) struct Carried {
    /// Ticks to add to each dated event, in their order; empty where no clock was set.
    pub(super) amounts: Vec<i64>,
    /// Events of each clock that may lie on either side of a setting by time and order.
    pub(super) ambiguous: BTreeMap<Clock, usize>,
}

/// Carries every event onto its clock as it was set last.
pub(super) fn carried(
    timeline: &Timeline,
    owners: &Owners,
    settings: &BTreeMap<Clock, Settings>,
) -> Carried {
    let mut carried = Carried::default();
    if settings.values().all(|settings| settings.steps.is_empty()) {
        return carried;
    }
    carried.amounts = vec![0; timeline.dated()];
    let chains = chains(timeline, owners, settings);
    let landmarks = landmarks(&chains);
    for chain in chains {
        let stretches = Stretches(&chain.settings.steps);
        let found = chain.places(&stretches);
        let unsure = found.iter().filter(|(earliest, latest)| earliest != latest);
        *carried.ambiguous.entry(chain.clock).or_default() += unsure.count();
        let marks = landmarks.get(&chain.clock).map_or(&[][..], Vec::as_slice);
        let settled = stretches.settle(&chain.times(), &found, marks);
        for (link, stretch) in chain.links.iter().zip(settled) {
            if let Some(amount) = carried.amounts.get_mut(link.event as usize) {
                *amount = stretches.after(stretch);
            }
        }
    }
    carried
}

/// The times in each stretch of a clock, in order, at which the log that tells of its settings has a
/// record: the device was at work then.
fn landmarks(chains: &[Chain<'_>]) -> BTreeMap<Clock, Vec<Vec<i64>>> {
    let mut landmarks: BTreeMap<Clock, Vec<Vec<i64>>> = BTreeMap::new();
    let telling = |chain: &&Chain<'_>| matches!(chain.kind, ChainKind::Telling);
    for chain in chains.iter().filter(telling) {
        let stretches = Stretches(&chain.settings.steps);
        let marks = landmarks
            .entry(chain.clock)
            .or_insert_with(|| vec![Vec::new(); chain.settings.steps.len() + 1]);
        for (link, (stretch, _)) in chain.links.iter().zip(chain.places(&stretches)) {
            if let Some(times) = marks.get_mut(stretch) {
                times.push(link.ticks);
            }
        }
    }
    for times in landmarks.values_mut().flatten() {
        times.sort_unstable();
    }
    landmarks
}

/// How far the nearest of these times is, which stand in order; as far as can be where there is none.
fn distance(times: &[i64], time: i64) -> u64 {
    let place = times.partition_point(|known| *known < time);
    let before = place.checked_sub(1).and_then(|before| times.get(before));
    let near = before.into_iter().chain(times.get(place));
    near.map(|known| known.abs_diff(time))
        .min()
        .unwrap_or(u64::MAX)
}

/// Events in the order in which they were recorded.
struct Chain<'s> {
    clock: Clock,
    settings: &'s Settings,
    links: Vec<Link>,
    kind: ChainKind,
}

/// What the order of a chain says.
#[derive(Clone, Copy)]
enum ChainKind {
    /// It is that of the stream that tells of the settings.
    Telling,
    /// Time falls where the clock was put back.
    Recorded,
    /// Times are counted on from here.
    Counted(Ticks),
}

/// An event of a chain.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Link {
    source: SourceId,
    /// Buffer of a trace; 0 elsewhere.
    buffer: u64,
    order: u64,
    event: u32,
    ticks: i64,
}

/// The chains of all clocks that were set.
fn chains<'s>(
    timeline: &Timeline,
    owners: &Owners,
    settings: &'s BTreeMap<Clock, Settings>,
) -> Vec<Chain<'s>> {
    let mut set: Vec<(Clock, &Settings, Vec<Link>)> = settings
        .iter()
        .filter(|(_, settings)| !settings.steps.is_empty())
        .map(|(clock, settings)| (*clock, settings, Vec::new()))
        .collect();
    // By source the place of its clock, as every event is asked for its own.
    let sources = (0..).map(SourceId).take(timeline.sources().len());
    let places: Vec<Option<usize>> = sources
        .map(|source| set.iter().position(|(set, ..)| *set == owners.of(source)))
        .collect();
    for event in timeline.events().take(timeline.dated()) {
        let place = places.get(event.source().0 as usize).copied().flatten();
        if let Some((.., links)) = place.and_then(|place| set.get_mut(place)) {
            links.extend(link(event));
        }
    }
    let mut chains = Vec::new();
    for (clock, settings, mut links) in set {
        // Stably, as that makes use of the long stretches that are in order.
        links.sort();
        for run in
            links.chunk_by(|one, other| (one.source, one.buffer) == (other.source, other.buffer))
        {
            chains.push(Chain {
                clock,
                settings,
                links: run.to_vec(),
                kind: kind(timeline, run, settings),
            });
        }
    }
    chains
}

fn link(event: EventRef<'_>) -> Option<Link> {
    let (buffer, order) = match event.locator() {
        Locator::Buffer { buffer, inside } => (buffer, inside.into()),
        Locator::Line(line) => (0, line.into()),
        Locator::Session(number) => (0, number.into()),
        Locator::Record { .. } => (0, order(event)),
    };
    Some(Link {
        source: event.source(),
        buffer,
        order,
        event: event.id().0,
        ticks: event.ticks()?.0,
    })
}

fn kind(timeline: &Timeline, links: &[Link], settings: &Settings) -> ChainKind {
    let source = links
        .first()
        .and_then(|link| timeline.sources().get(link.source.0 as usize));
    match source {
        Some(source) if Some(source.origin.stream) == settings.stream => ChainKind::Telling,
        Some(source) => source
            .counted_from
            .map_or(ChainKind::Recorded, ChainKind::Counted),
        None => ChainKind::Recorded,
    }
}

impl Chain<'_> {
    /// The earliest and the latest stretch that each event can lie in.
    fn places(&self, stretches: &Stretches<'_>) -> Vec<(usize, usize)> {
        match self.kind {
            ChainKind::Telling => {
                let behind = |link: &Link| {
                    let stretch = stretches.0.partition_point(|step| step.order <= link.order);
                    (stretch, stretch)
                };
                self.links.iter().map(behind).collect()
            }
            ChainKind::Counted(start) => {
                let place = stretches.walk(&[start.0]).first().copied();
                vec![place.unwrap_or_default(); self.links.len()]
            }
            ChainKind::Recorded => stretches.walk(&self.times()),
        }
    }

    /// The times by which its events are placed.
    fn times(&self) -> Vec<i64> {
        let time = |link: &Link| match self.kind {
            ChainKind::Counted(start) => start.0,
            _ => link.ticks,
        };
        self.links.iter().map(time).collect()
    }
}

/// What lies between the settings of one clock: one stretch more than there are settings.
struct Stretches<'s>(&'s [Step]);

impl Stretches<'_> {
    /// What carries a time of this stretch onto the last one.
    fn after(&self, stretch: usize) -> i64 {
        let later = self.0.iter().skip(stretch);
        later.fold(0, |sum: i64, step| sum.saturating_add(step.by()))
    }

    /// Whether the clock showed this time in this stretch.
    fn holds(&self, stretch: usize, time: i64) -> bool {
        let begun = stretch
            .checked_sub(1)
            .and_then(|before| self.0.get(before))
            .is_none_or(|step| step.new.saturating_sub(SLACK) <= time);
        let ended = self.0.get(stretch);
        begun && ended.is_none_or(|step| time <= step.old.saturating_add(SLACK))
    }

    /// Whether the clock was put back between these stretches.
    fn is_back(&self, from: usize, to: usize) -> bool {
        let between = self.0.get(from..to).unwrap_or_default();
        between.iter().any(|step| step.by() < 0)
    }

    /// The stretch of each of these times; where several are possible, the one in which the nearest
    /// landmark is, else the earliest.
    fn settle(
        &self,
        times: &[i64],
        places: &[(usize, usize)],
        landmarks: &[Vec<i64>],
    ) -> Vec<usize> {
        let mut least = 0;
        let settle = |(time, (earliest, latest)): (&i64, &(usize, usize))| {
            let far = |stretch: &usize| {
                let marks = landmarks.get(*stretch).map_or(&[][..], Vec::as_slice);
                distance(marks, *time)
            };
            let possible = (*earliest.max(&least)..=*latest)
                .filter(|stretch| earliest == latest || self.holds(*stretch, *time));
            let settled = possible.min_by_key(far).unwrap_or(*earliest);
            least = least.max(settled);
            settled
        };
        times.iter().zip(places).map(settle).collect()
    }

    /// The earliest and the latest stretch of each of these times, which stand in the order in which
    /// they were recorded.
    fn walk(&self, times: &[i64]) -> Vec<(usize, usize)> {
        let last = self.0.len();
        let mut earliest = Vec::with_capacity(times.len());
        let (mut here, mut before) = (0, i64::MIN);
        for time in times {
            let falls = *time < before.saturating_sub(STEP);
            if falls || !self.holds(here, *time) {
                let fits =
                    |to: &usize| self.holds(*to, *time) && (!falls || self.is_back(here, *to));
                here = (here + 1..=last).find(fits).unwrap_or(here);
            }
            before = *time;
            earliest.push(here);
        }
        let mut places = Vec::with_capacity(times.len());
        let (mut here, mut behind) = (last, i64::MAX);
        for (time, earliest) in times.iter().zip(earliest).rev() {
            let falls = *time > behind.saturating_add(STEP);
            if falls || !self.holds(here, *time) {
                let fits =
                    |to: &usize| self.holds(*to, *time) && (!falls || self.is_back(*to, here));
                here = (0..here).rev().find(fits).unwrap_or(here);
            }
            behind = *time;
            places.push((earliest, here));
        }
        places.reverse();
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TICKS_PER_SECOND;

    fn steps(settings: &[(i64, i64)]) -> Vec<Step> {
        let step = |(order, (old, new)): (u64, &(i64, i64))| Step {
            order,
            old: old * TICKS_PER_SECOND,
            new: new * TICKS_PER_SECOND,
        };
        (0..).zip(settings).map(step).collect()
    }

    /// A clock that was set from and to these seconds; seconds in the order of records; the stretch
    /// of each, and after a stroke the latest it can be where that is another: `0 0/1 1`.
    fn check(settings: &[(i64, i64)], times: &[i64], expected: &str) {
        let steps = steps(settings);
        let times: Vec<i64> = times.iter().map(|time| time * TICKS_PER_SECOND).collect();
        let found: Vec<String> = Stretches(&steps)
            .walk(&times)
            .into_iter()
            .map(|(earliest, latest)| {
                if earliest == latest {
                    earliest.to_string()
                } else {
                    format!("{earliest}/{latest}")
                }
            })
            .collect();
        assert_eq!(found.join(" "), expected, "{settings:?} {times:?}");
    }

    #[test]
    fn a_clock_put_ahead_shows_no_time_twice() {
        check(&[(100, 760)], &[], "");
        check(&[(100, 760)], &[10, 100, 760, 900], "0 0 1 1");
        check(&[(100, 760), (800, 900)], &[10, 770, 950], "0 1 2");
        // A time that the clock never showed.
        check(&[(100, 760)], &[400], "0/1");
        check(&[(100, 760)], &[10, 400, 800], "0 0/1 1");
    }

    #[test]
    fn a_clock_put_back_is_followed_by_the_order_of_records() {
        // Before and behind what was shown twice.
        check(&[(900, 300)], &[100, 200, 1000], "0 0 1");
        // Time falls once.
        check(&[(900, 300)], &[200, 700, 400, 1000], "0 0 1 1");
        check(&[(900, 300)], &[850, 350, 899], "0 1 1");
        // It never falls, so nothing tells.
        check(&[(900, 300)], &[200, 500, 600, 1000], "0 0/1 0/1 1");
        check(&[(900, 300)], &[500], "0/1");
        // Records out of order by no more than a second are no fall.
        check(&[(900, 300)], &[500, 499, 501], "0/1 0/1 0/1");
        // A fall that no setting explains.
        check(&[(100, 760)], &[900, 800], "1 1");
    }

    #[test]
    fn a_clock_put_ahead_and_back() {
        let settings = [(100, 760), (800, 140)];
        check(&settings, &[50, 770, 150, 900], "0 1 2 2");
        check(&settings, &[50, 90, 120, 150], "0 0 0/2 2");
        // Back twice: each fall is one setting.
        let settings = [(900, 300), (800, 200)];
        check(&settings, &[850, 700, 250, 1000], "0 1 2 2");
        check(&settings, &[850, 350, 1000], "0 1/2 2");
    }

    #[test]
    fn what_may_lie_on_either_side_goes_to_the_nearest_landmark() {
        let check = |landmarks: [&[i64]; 2], times: &[i64], expected: &[usize]| {
            let steps = steps(&[(900, 300)]);
            let stretches = Stretches(&steps);
            let ticks = |times: &[i64]| -> Vec<i64> {
                times.iter().map(|time| time * TICKS_PER_SECOND).collect()
            };
            let (marks, times) = (landmarks.map(ticks), ticks(times));
            let settled = stretches.settle(&times, &stretches.walk(&times), &marks);
            assert_eq!(settled, expected, "{landmarks:?} {times:?}");
        };
        check([&[], &[]], &[500, 600], &[0, 0]);
        check([&[850, 890], &[310, 480]], &[500, 880], &[1, 1]);
        check([&[100, 490], &[310, 980]], &[500, 1000], &[0, 1]);
        // Order goes before.
        check([&[850], &[310, 480]], &[500, 400], &[0, 1]);
        check([&[100], &[310]], &[100, 1000], &[0, 1]);
    }

    #[test]
    fn times_are_carried_onto_the_last_stretch() {
        let check = |settings: &[(i64, i64)], expected: &[i64]| {
            let steps = steps(settings);
            let found: Vec<i64> = (0..=settings.len())
                .map(|stretch| Stretches(&steps).after(stretch) / TICKS_PER_SECOND)
                .collect();
            assert_eq!(found, expected, "{settings:?}");
        };
        check(&[], &[0]);
        check(&[(100, 760)], &[660, 0]);
        check(&[(100, 760), (800, 140)], &[0, -660, 0]);
    }
}
