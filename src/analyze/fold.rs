//! Folding the event stream into attempts, by the steps that the flow files name.
//!
//! Events of one group are shared by several flows (a join and a leave post the same
//! requests): an event goes to the attempt that is open and can take it, the most recently
//! touched first, and an attempt stays undecided between flows until an event tells them apart.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::FEW;
use super::finish::{Ends, finish};
use super::flow::{Flow, Role, Rules};
use super::tries::{Hit, Taken, Try};
use crate::model::{Attempt, Strength};
use crate::timeline::{DeviceId, EventRef, LinkId, Links, Matchers, Source, Timeline};

/// All attempts of a timeline, still without ids.
pub(super) fn attempts(timeline: &Timeline, links: &Links, rules: &Rules) -> Vec<Attempt> {
    let mut groups: Vec<&str> = rules.flows.iter().map(|flow| flow.group.as_str()).collect();
    groups.sort_unstable();
    groups.dedup();
    let ends = Ends::of(timeline);
    // Groups share nothing, and their attempts stand in the order of groups.
    let least = if timeline.len() < FEW {
        groups.len()
    } else {
        1
    };
    let attempts = groups.par_iter().with_min_len(least).map(|group| {
        let flows = rules.flows.iter().filter(|flow| flow.group == *group);
        let flows: Vec<&Flow> = flows.collect();
        let tries = Group::new(&flows, timeline, links).run(timeline);
        let attempts = tries.iter().map(|attempt| finish(attempt, &flows, &ends));
        attempts.collect::<Vec<_>>()
    });
    attempts.flatten_iter().collect()
}

/// Attempts of one group and device that are open at the same time; more are nobody's evidence.
const OPEN_TRIES: usize = 32;

struct Group<'f, 't> {
    flows: &'f [&'f Flow],
    links: &'t Links,
    /// The attempt that took an event with this id last.
    owners: FxHashMap<LinkId, usize>,
    /// The steps of all flows, one after the other, and which is which.
    matchers: Matchers<'t>,
    places: Vec<Hit>,
    tries: Vec<Try<'t>>,
    /// Tries of one device that may still take events.
    open: FxHashMap<Option<DeviceId>, Vec<usize>>,
}

impl<'f: 't, 't> Group<'f, 't> {
    fn new(flows: &'f [&'f Flow], timeline: &'t Timeline, links: &'t Links) -> Self {
        let steps = flows.iter().flat_map(|flow| &flow.steps);
        let matchers = Matchers::new(timeline, steps.map(|step| &step.when));
        let places = flows
            .iter()
            .enumerate()
            .flat_map(|(flow, own)| (0..own.steps.len()).map(move |step| Hit { flow, step }))
            .collect();
        Self {
            flows,
            links,
            owners: FxHashMap::default(),
            matchers,
            places,
            tries: Vec::new(),
            open: FxHashMap::default(),
        }
    }

    fn run(mut self, timeline: &'t Timeline) -> Vec<Try<'t>> {
        for event in self.matchers.events() {
            // Steps are dated and catalogued events that matter.
            let (Some(row), Some(ticks)) = (event.row(), event.ticks()) else {
                continue;
            };
            if row.weight == 0 {
                continue;
            }
            let hits = self.hits(event);
            if !hits.is_empty() {
                let source = timeline.sources().get(event.source().0 as usize);
                self.place(Taken {
                    event,
                    ticks,
                    hits,
                    on_wire: source.is_some_and(Source::has_own_clock),
                });
            }
        }
        let flows = self.flows;
        let shows = |hit: &Hit| flows[hit.flow].steps[hit.step].alone;
        self.tries.retain(|attempt| {
            attempt
                .events
                .iter()
                .flat_map(|taken| &taken.hits)
                .any(|hit| shows(hit) && attempt.candidates.contains(&hit.flow))
        });
        self.tries
    }

    /// The first step of each flow that the event fits.
    fn hits(&mut self, event: EventRef<'t>) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        for query in self.matchers.candidates(event) {
            let Some(hit) = self.places.get(query.place()) else {
                continue;
            };
            let known = hits.last().is_some_and(|last| last.flow == hit.flow);
            if !known && query.matches(event) {
                hits.push(*hit);
            }
        }
        hits
    }

    fn role(&self, hit: Hit) -> Role {
        role_of(self.flows, hit)
    }

    fn is_extra(&self, hit: Hit) -> bool {
        self.role(hit) == Role::Extra
    }

    /// Gives the event to the attempt that can take it, or begins one.
    fn place(&mut self, taken: Taken<'t>) {
        let device = taken.event.device();
        let key = self.key(&taken);
        let linked = self.linked(&taken, device, key.as_deref());
        let owner = linked.or_else(|| self.taker(&taken, device, key.as_deref()));
        if let Some(index) = owner {
            self.give(index, taken, key);
        } else if !taken.hits.iter().all(|hit| self.is_extra(*hit)) {
            let candidates = taken
                .hits
                .iter()
                .filter(|hit| !self.is_extra(**hit))
                .map(|hit| hit.flow)
                .collect();
            let headless = !taken.hits.iter().any(|hit| self.role(*hit) == Role::Open);
            self.supersede(&taken, device, key.as_deref());
            let index = self.tries.len();
            self.tries.push(Try {
                device,
                key: None,
                candidates,
                events: Vec::new(),
                reached: vec![None; self.flows.len()],
                ended: None,
                headless,
            });
            self.open.entry(device).or_default().push(index);
            self.give(index, taken, key);
        }
    }

    fn key(&self, taken: &Taken<'_>) -> Option<String> {
        let name = self.flows.iter().find_map(|flow| flow.key.as_deref())?;
        let value = taken.event.field(name).filter(|value| !value.is_empty())?;
        Some(value.text().trim_matches(['{', '}']).to_ascii_lowercase())
    }

    /// The open attempt that an id ties the event to. Ids of things that last tie every attempt of
    /// a device to every other, so they do not count.
    fn linked(
        &self,
        taken: &Taken<'_>,
        device: Option<DeviceId>,
        key: Option<&str>,
    ) -> Option<usize> {
        let owner = self
            .links
            .ids(taken.event.id())
            .filter(|link| self.links.strength(*link) == Strength::Exact)
            .find_map(|link| self.owners.get(&link).copied())?;
        let attempt = self.tries.get(owner)?;
        let is_open = self.open.get(&device)?.contains(&owner);
        let can_take = is_open
            && attempt.is_alive(taken.ticks, self.flows)
            && attempt.takes(taken, key, self.flows, true);
        can_take.then_some(owner)
    }

    /// The open attempt that takes the event, the most recently touched first.
    fn taker(
        &mut self,
        taken: &Taken<'_>,
        device: Option<DeviceId>,
        key: Option<&str>,
    ) -> Option<usize> {
        let open = self.open.get_mut(&device)?;
        let (tries, flows) = (&self.tries, self.flows);
        open.retain(|index| {
            tries
                .get(*index)
                .is_some_and(|attempt| attempt.is_alive(taken.ticks, flows))
        });
        let can_take = |index: &&usize| {
            tries
                .get(**index)
                .is_some_and(|attempt| attempt.takes(taken, key, flows, false))
        };
        open.iter().rev().find(can_take).copied()
    }

    /// A new beginning ends what was open of the same flow: a device does not join twice at a time.
    /// Where keys tell attempts apart only the oldest beyond [`OPEN_TRIES`] go.
    fn supersede(&mut self, taken: &Taken<'_>, device: Option<DeviceId>, key: Option<&str>) {
        let begun: Vec<usize> = taken
            .hits
            .iter()
            .filter(|hit| self.role(**hit) == Role::Open)
            .map(|hit| hit.flow)
            .collect();
        let Some(open) = self.open.get_mut(&device) else {
            return;
        };
        let tries = &self.tries;
        open.retain(|index| {
            tries.get(*index).is_some_and(|attempt| {
                attempt.is_of_another(key)
                    || !begun.iter().any(|flow| attempt.candidates.contains(flow))
            })
        });
        let surplus = open.len().saturating_sub(OPEN_TRIES - 1);
        open.drain(..surplus);
    }

    fn give(&mut self, index: usize, taken: Taken<'t>, key: Option<String>) {
        let flows = self.flows;
        let role = |hit: &Hit| role_of(flows, *hit);
        let hits = taken.hits.iter();
        let Some(attempt) = self.tries.get_mut(index) else {
            return;
        };
        let tells = |flow: &usize| {
            let mut hits = hits.clone();
            hits.any(|hit| hit.flow == *flow && role(hit) != Role::Extra)
        };
        if attempt.candidates.iter().any(tells) {
            attempt.candidates.retain(tells);
        }
        let mut ends = hits.clone().filter(|hit| role(hit) == Role::End);
        if ends.any(|hit| attempt.candidates.contains(&hit.flow)) {
            attempt.ended = Some(taken.ticks);
        }
        attempt.key = attempt.key.take().or(key);
        // A flow has one hit at most. Another clock may put a message before the step that it came after.
        for hit in hits.filter(|hit| !taken.on_wire && role(hit) != Role::Extra) {
            let reached = &mut attempt.reached[hit.flow];
            *reached = (*reached).max(Some(hit.step));
        }
        let device = attempt.device;
        for link in self.links.ids(taken.event.id()) {
            self.owners.insert(link, index);
        }
        attempt.events.push(taken);
        // The most recently touched stands last.
        if let Some(open) = self.open.get_mut(&device) {
            open.retain(|other| *other != index);
            open.push(index);
        }
    }
}

fn role_of(flows: &[&Flow], hit: Hit) -> Role {
    flows[hit.flow].steps[hit.step].role
}
