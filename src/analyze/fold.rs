//! Folding the event stream into attempts, by the steps that the flow files name.
//!
//! Events of one group are shared by several flows (a join and a leave post the same
//! requests): an event goes to the attempt that is open and can take it, the most recently
//! touched first, and an attempt stays undecided between flows until an event tells them apart.

use rustc_hash::FxHashMap;

use super::finish::{finish, relate};
use super::flow::{Flow, Role, Rules};
use crate::model::{Attempt, Ticks};
use crate::timeline::{DeviceId, EventRef, Matchers, Timeline};

/// How long what merely belongs to an attempt still does so after its end.
const LINGER_SECONDS: f64 = 5.0;
/// How long a step still does: producers log several views of one end at once.
const ECHO_SECONDS: f64 = 1.0;

/// All attempts of a timeline, by start.
pub(super) fn attempts(timeline: &Timeline, rules: &Rules) -> Vec<Attempt> {
    let mut groups: Vec<&str> = rules.flows.iter().map(|flow| flow.group.as_str()).collect();
    groups.sort_unstable();
    groups.dedup();
    let mut attempts: Vec<Attempt> = Vec::new();
    for group in groups {
        let flows: Vec<&Flow> = rules
            .flows
            .iter()
            .filter(|flow| flow.group == group)
            .collect();
        let tries = Group::new(&flows, timeline).run(timeline);
        attempts.extend(
            tries
                .iter()
                .map(|attempt| finish(attempt, &flows, timeline)),
        );
    }
    attempts.sort_by_key(|attempt| (attempt.start, attempt.kind));
    for (index, attempt) in attempts.iter_mut().enumerate() {
        attempt.id = format!("a{}", index + 1);
    }
    relate(&mut attempts, rules);
    attempts
}

/// One event as a step of one flow.
#[derive(Clone, Copy)]
pub(super) struct Hit {
    /// Index into the group's flows.
    pub(super) flow: usize,
    /// Index into the flow's steps, which is also how far the attempt has come.
    pub(super) step: usize,
}

/// An event that belongs to an attempt, with all the steps that it can be.
pub(super) struct Taken<'t> {
    pub(super) event: EventRef<'t>,
    pub(super) ticks: Ticks,
    pub(super) hits: Vec<Hit>,
}

/// Attempts of one group and device that are open at the same time; more are nobody's evidence.
const OPEN_TRIES: usize = 32;

/// An attempt while it is being collected.
pub(super) struct Try<'t> {
    device: Option<DeviceId>,
    key: Option<String>,
    /// Flows that it can still be of.
    candidates: Vec<usize>,
    pub(super) events: Vec<Taken<'t>>,
    /// How far it has come in each flow of the group: the highest step but extras.
    reached: Vec<Option<usize>>,
    ended: Option<Ticks>,
    /// Its first event was not one that begins an attempt.
    pub(super) headless: bool,
}

struct Group<'f, 't> {
    flows: &'f [&'f Flow],
    /// The steps of all flows, one after the other, and which is which.
    matchers: Matchers<'t>,
    places: Vec<Hit>,
    tries: Vec<Try<'t>>,
    /// Tries of one device that may still take events.
    open: FxHashMap<Option<DeviceId>, Vec<usize>>,
}

impl<'f: 't, 't> Group<'f, 't> {
    fn new(flows: &'f [&'f Flow], timeline: &'t Timeline) -> Self {
        let steps = flows.iter().flat_map(|flow| &flow.steps);
        let matchers = Matchers::new(steps.map(|step| step.when.on(timeline)));
        let places = flows
            .iter()
            .enumerate()
            .flat_map(|(flow, own)| (0..own.steps.len()).map(move |step| Hit { flow, step }))
            .collect();
        Self {
            flows,
            matchers,
            places,
            tries: Vec::new(),
            open: FxHashMap::default(),
        }
    }

    fn run(mut self, timeline: &'t Timeline) -> Vec<Try<'t>> {
        for event in timeline.events().take(timeline.dated()) {
            // Steps are catalogued events that matter; anything else is passed over at a glance.
            let (Some(row), Some(ticks)) = (event.row(), event.ticks()) else {
                continue;
            };
            if row.weight == 0 {
                continue;
            }
            let hits = self.hits(event);
            if !hits.is_empty() {
                self.place(Taken { event, ticks, hits });
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
        for place in &*self.matchers.candidates(event) {
            let Some(hit) = self.places.get(*place) else {
                continue;
            };
            let known = hits.last().is_some_and(|last| last.flow == hit.flow);
            if !known && self.matchers.matches(*place, event) {
                hits.push(*hit);
            }
        }
        hits
    }

    fn role(&self, hit: Hit) -> Role {
        self.flows[hit.flow].steps[hit.step].role
    }

    fn is_extra(&self, hit: Hit) -> bool {
        self.role(hit) == Role::Extra
    }

    /// Gives the event to the attempt that can take it, or begins one.
    fn place(&mut self, taken: Taken<'t>) {
        let device = taken.event.device();
        let key = self.key(&taken);
        if let Some(index) = self.taker(&taken, device, key.as_deref()) {
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
                .is_some_and(|attempt| attempt.takes(taken, key, flows))
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
        let roles: Vec<(usize, Role)> = taken
            .hits
            .iter()
            .map(|hit| (hit.flow, self.role(*hit)))
            .collect();
        let Some(attempt) = self.tries.get_mut(index) else {
            return;
        };
        let telling: Vec<usize> = attempt
            .candidates
            .iter()
            .copied()
            .filter(|flow| {
                roles
                    .iter()
                    .any(|(other, role)| other == flow && *role != Role::Extra)
            })
            .collect();
        if !telling.is_empty() {
            attempt.candidates = telling;
        }
        let ends = roles
            .iter()
            .any(|(flow, role)| *role == Role::End && attempt.candidates.contains(flow));
        if ends {
            attempt.ended = Some(taken.ticks);
        }
        attempt.key = attempt.key.take().or(key);
        for hit in taken
            .hits
            .iter()
            .filter(|hit| !roles.contains(&(hit.flow, Role::Extra)))
        {
            let reached = &mut attempt.reached[hit.flow];
            *reached = (*reached).max(Some(hit.step));
        }
        let device = attempt.device;
        attempt.events.push(taken);
        // The most recently touched stands last.
        if let Some(open) = self.open.get_mut(&device) {
            open.retain(|other| *other != index);
            open.push(index);
        }
    }
}

impl Try<'_> {
    pub(super) fn start(&self) -> Ticks {
        self.events.first().map_or(Ticks(0), |taken| taken.ticks)
    }

    /// The flow that it is of: the one that is left, or the one that takes undecided attempts.
    pub(super) fn flow(&self, flows: &[&Flow]) -> usize {
        let fallback = self.candidates.iter().find(|index| flows[**index].fallback);
        fallback
            .or(self.candidates.first())
            .copied()
            .unwrap_or_default()
    }

    /// Whether keys say that an event is of another attempt.
    fn is_of_another(&self, key: Option<&str>) -> bool {
        matches!((self.key.as_deref(), key), (Some(own), Some(other)) if own != other)
    }

    fn is_alive(&self, now: Ticks, flows: &[&Flow]) -> bool {
        if let Some(ended) = self.ended {
            return now.seconds_since(ended) <= LINGER_SECONDS;
        }
        let idle = self
            .candidates
            .iter()
            .filter_map(|index| flows.get(*index))
            .map(|flow| flow.idle_seconds);
        let last = self.events.last().map_or(now, |taken| taken.ticks);
        now.seconds_since(last) <= idle.fold(0.0, f64::max)
    }

    fn takes(&self, taken: &Taken<'_>, key: Option<&str>, flows: &[&Flow]) -> bool {
        if self.is_of_another(key) {
            return false;
        }
        taken
            .hits
            .iter()
            .filter(|hit| self.candidates.contains(&hit.flow))
            .any(|hit| {
                match flows[hit.flow].steps[hit.step].role {
                    Role::Extra => true,
                    // The last words of an attempt can follow its end.
                    Role::Step | Role::Settle => self
                        .ended
                        .is_none_or(|ended| taken.ticks.seconds_since(ended) <= ECHO_SECONDS),
                    _ if self.ended.is_some() => false,
                    // An opening step that the attempt is already past begins another one.
                    Role::Open => self.reached[hit.flow].is_none_or(|step| step < hit.step),
                    Role::End => true,
                }
            })
    }
}
