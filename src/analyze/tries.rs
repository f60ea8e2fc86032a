//! An attempt while its events are gathered: what it has taken, and what it can still take.

use super::flow::{Flow, Role};
use crate::model::Ticks;
use crate::timeline::{DeviceId, EventRef};

/// How long what merely belongs to an attempt still does so after its end.
const LINGER_SECONDS: f64 = 5.0;
/// How long a step still does: producers log several views of one end at once.
const ECHO_SECONDS: f64 = 1.0;

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
    /// A recording with a clock of its own tells of it.
    pub(super) on_wire: bool,
}

/// An attempt while it is being collected.
pub(super) struct Try<'t> {
    pub(super) device: Option<DeviceId>,
    pub(super) key: Option<String>,
    /// Flows that it can still be of.
    pub(super) candidates: Vec<usize>,
    pub(super) events: Vec<Taken<'t>>,
    /// How far it has come in each flow of the group: the highest step but extras.
    pub(super) reached: Vec<Option<usize>>,
    pub(super) ended: Option<Ticks>,
    /// Its first event was not one that begins an attempt.
    pub(super) headless: bool,
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
    pub(super) fn is_of_another(&self, key: Option<&str>) -> bool {
        matches!((self.key.as_deref(), key), (Some(own), Some(other)) if own != other)
    }

    /// Whether recordings alone tell of it and tell of this step already: a second request is another
    /// try, unless the device's own account says that it is not.
    fn is_told_by(&self, taken: &Taken<'_>, hit: Hit) -> bool {
        let has = |other: &Taken<'_>| {
            let mut hits = other.hits.iter();
            hits.any(|own| own.flow == hit.flow && own.step == hit.step)
        };
        taken.on_wire
            && self.events.iter().all(|other| other.on_wire)
            && self.events.iter().any(has)
    }

    pub(super) fn is_alive(&self, now: Ticks, flows: &[&Flow]) -> bool {
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

    /// Whether the event can be a step of it; `linked` where an id says that it belongs to it.
    pub(super) fn takes(
        &self,
        taken: &Taken<'_>,
        key: Option<&str>,
        flows: &[&Flow],
        linked: bool,
    ) -> bool {
        if self.is_of_another(key) {
            return false;
        }
        taken
            .hits
            .iter()
            .filter(|hit| self.candidates.contains(&hit.flow))
            .any(|hit| {
                let spec = &flows[hit.flow].steps[hit.step];
                if spec.linked && !linked || spec.answer.is_some() && self.is_told_by(taken, *hit) {
                    return false;
                }
                match spec.role {
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
