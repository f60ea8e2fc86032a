//! The one pass over the timeline: which events the selections of all rules find.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::set::RuleSet;
use crate::model::{EventId, Ticks};
use crate::timeline::{Candidate, DeviceId, EventRef, Matchers, SourceId, Timeline};

/// An event that a selection found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hit {
    pub(super) event: EventId,
    /// Absent for an undated event.
    pub(super) time: Option<Ticks>,
    pub(super) device: Option<DeviceId>,
    pub(super) source: SourceId,
}

/// What one selection found, by device, each in the order of the timeline.
pub(super) type Found = BTreeMap<Option<DeviceId>, Vec<Hit>>;

/// What all selections found.
pub(super) struct Hits {
    found: Vec<Found>,
    /// Sources of each kind in the coverage table.
    pub(super) covered: Vec<Vec<SourceId>>,
}

/// What was found in a stretch of the timeline.
struct Stretch {
    /// By the places of queries.
    found: Vec<Found>,
    /// Sources of each kind in the coverage table.
    covered: Vec<FxHashSet<SourceId>>,
}

impl Stretch {
    fn new(queries: usize, coverage: usize) -> Self {
        Self {
            found: vec![Found::new(); queries],
            covered: vec![FxHashSet::default(); coverage],
        }
    }

    /// Asks the queries of an event; the first ones stand in these places of the set, and those behind them
    /// are of the coverage table.
    fn look(&mut self, event: EventRef<'_>, queries: &[Candidate<'_>], places: &[usize]) {
        for query in queries {
            let row = query.place().checked_sub(places.len());
            let sources = row.and_then(|row| self.covered.get_mut(row));
            let is_known = |sources: &&mut FxHashSet<SourceId>| sources.contains(&event.source());
            if sources.as_ref().is_some_and(is_known) || !query.matches(event) {
                continue;
            }
            if let Some(sources) = sources {
                sources.insert(event.source());
                sources.extend(event.also().map(|also| also.source));
            } else if let Some(place) = places.get(query.place())
                && let Some(found) = self.found.get_mut(*place)
            {
                found.entry(event.device()).or_default().push(Hit {
                    event: event.id(),
                    time: event.ticks(),
                    device: event.device(),
                    source: event.source(),
                });
            }
        }
    }

    /// Adds what was found in the stretch behind this one.
    fn append(&mut self, behind: Self) {
        for (found, more) in self.found.iter_mut().zip(behind.found) {
            for (device, hits) in more {
                found.entry(device).or_default().extend(hits);
            }
        }
        for (sources, more) in self.covered.iter_mut().zip(behind.covered) {
            sources.extend(more);
        }
    }
}

impl Hits {
    pub(super) fn collect(set: &RuleSet, timeline: &Timeline, only: Option<&str>) -> Self {
        let mut wanted = vec![only.is_none(); set.queries.len()];
        for (rule, places) in set.rules.iter().zip(&set.places) {
            for place in places.iter().filter(|_| only == Some(rule.id.as_str())) {
                if let Some(wanted) = wanted.get_mut(*place) {
                    *wanted = true;
                }
            }
        }
        let places: Vec<usize> = (0..set.queries.len())
            .filter(|place| wanted.get(*place) == Some(&true))
            .collect();
        let selections = places.iter().filter_map(|place| set.queries.get(*place));
        let coverage = set.coverage.iter().map(|row| &row.sources);
        let mut matchers = Matchers::new(timeline, selections.chain(coverage));
        let stretches = matchers.in_stretches(|known, events| {
            let mut stretch = Stretch::new(set.queries.len(), set.coverage.len());
            for event in events {
                stretch.look(*event, known.candidates(*event), &places);
            }
            stretch
        });
        let mut all = Stretch::new(set.queries.len(), set.coverage.len());
        for stretch in stretches {
            all.append(stretch);
        }
        let sorted = |sources: FxHashSet<SourceId>| {
            let mut sources: Vec<SourceId> = sources.into_iter().collect();
            sources.sort_unstable();
            sources
        };
        Self {
            found: all.found,
            covered: all.covered.into_iter().map(sorted).collect(),
        }
    }

    /// What a selection found, by its place among the set's queries.
    pub(super) fn of(&self, place: usize) -> Option<&Found> {
        self.found.get(place)
    }

    /// How many events a selection found.
    pub(super) fn number(&self, place: usize) -> usize {
        let lists = self.of(place).into_iter().flat_map(Found::values);
        lists.map(Vec::len).sum()
    }

    /// Whether a selection found any event of a device, or of no known one.
    pub(super) fn has_any(&self, place: usize, device: Option<DeviceId>) -> bool {
        let found = self.of(place);
        found.is_some_and(|found| of_device(found, device).next().is_some())
    }

    /// Whether a selection found this event.
    pub(super) fn has(&self, place: usize, hit: &Hit) -> bool {
        self.known(place, hit).is_some()
    }

    /// This event where a selection found it.
    pub(super) fn known(&self, place: usize, hit: &Hit) -> Option<&Hit> {
        let list = self.of(place)?.get(&hit.device)?;
        let found = list.binary_search_by_key(&hit.event, |known| known.event);
        list.get(found.ok()?)
    }

    /// The events of a device, and those of no known one, that a selection found between two times
    /// (both included), in the order of the timeline; of many only the last ones.
    pub(super) fn between(
        &self,
        place: usize,
        device: Option<DeviceId>,
        window: (Ticks, Ticks),
    ) -> Cow<'_, [Hit]> {
        let Some(found) = self.of(place) else {
            return Cow::default();
        };
        let mut hits: Cow<'_, [Hit]> = Cow::default();
        for list in of_device(found, device) {
            let inside = inside(list, window);
            if hits.is_empty() {
                hits = Cow::Borrowed(inside);
            } else if !inside.is_empty() {
                hits.to_mut().extend_from_slice(inside);
            }
        }
        // One list is in order; several are not.
        if let Cow::Owned(hits) = &mut hits {
            hits.sort_by_key(|hit| hit.event);
        }
        hits
    }
}

/// The events of a list between two times (both included); of many only the last ones.
fn inside(list: &[Hit], (from, to): (Ticks, Ticks)) -> &[Hit] {
    // Undated events come last and lie in no window.
    let begin = list.partition_point(|hit| hit.time.is_some_and(|time| time < from));
    let list = list.get(begin..).unwrap_or_default();
    let end = list.partition_point(|hit| hit.time.is_some_and(|time| time <= to));
    let inside = list.get(..end).unwrap_or_default();
    let too_many = inside.len().saturating_sub(LISTED);
    inside.get(too_many..).unwrap_or_default()
}

/// The lists of a device and of none; all of them for no known device.
fn of_device(found: &Found, device: Option<DeviceId>) -> impl Iterator<Item = &Vec<Hit>> {
    let all = device.is_none().then(|| found.values());
    let own = device.map(|device| [None, Some(device)]);
    let own = own.into_iter().flatten();
    let own = own.filter_map(|device| found.get(&device));
    all.into_iter().flatten().chain(own)
}

/// Events of one selection that are looked at around one subject.
pub(super) const LISTED: usize = 4096;
