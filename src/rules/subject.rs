//! What a match is about, and what belongs to it.

use super::evidence::Scene;
use super::hits::Hit;
use super::object::{ObjectKind, worst_use};
use crate::model::{EventId, Ticks, TokenVerdict};
use crate::timeline::DeviceId;

/// What is judged.
#[derive(Clone, Debug)]
pub(super) enum Object {
    /// One event.
    Event(Hit),
    /// The events of a sequence or count, with their roles; the last one is what it is about.
    Chain(Vec<(usize, Hit)>),
    /// An object of the analysis, by its place.
    Of(ObjectKind, usize),
}

/// Attempts that are looked at for an event that is a step of none.
const LOOKED_AT: usize = 64;

/// What is judged, and where and when it lies.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) object: Object,
    pub(super) device: Option<DeviceId>,
    pub(super) from: Ticks,
    pub(super) to: Ticks,
}

impl Subject {
    /// One event; an undated one lies at the end of the evidence.
    pub(super) fn event(hit: Hit, scene: &Scene<'_>) -> Self {
        let time = hit.time.unwrap_or(scene.whole.1);
        Self {
            object: Object::Event(hit),
            device: hit.device,
            from: time,
            to: time,
        }
    }

    /// The events of a chain.
    pub(super) fn chain(chain: Vec<(usize, Hit)>) -> Option<Self> {
        let times = || chain.iter().filter_map(|(_, hit)| hit.time);
        Some(Self {
            device: chain.iter().find_map(|(_, hit)| hit.device),
            from: times().min()?,
            to: times().max()?,
            object: Object::Chain(chain),
        })
    }

    /// An object of the analysis.
    pub(super) fn object(kind: ObjectKind, place: usize, scene: &Scene<'_>) -> Option<Self> {
        let evidence = &scene.evidence;
        let (device, from, to) = match kind {
            ObjectKind::Attempt => {
                let attempt = evidence.attempts.get(place)?;
                let device = scene.attempt_devices.get(place).copied().flatten();
                (device, attempt.start, attempt.end)
            }
            ObjectKind::Token => {
                let token = evidence.tokens.get(place)?;
                let seen = token.seen.iter().filter_map(|sighting| sighting.time);
                let used = token.uses.iter().filter_map(|used| used.time);
                let got = token.acquired.iter().filter_map(|acquired| acquired.time);
                let times: Vec<Ticks> = seen.chain(used).chain(got).collect();
                let device = scene.token_devices.get(place).copied().flatten();
                (device, *times.iter().min()?, *times.iter().max()?)
            }
            ObjectKind::Gap => {
                let gap = evidence.gaps.get(place)?;
                let attempt = scene.attempt_of(&gap.attempt);
                let device = attempt.and_then(|place| scene.attempt_devices.get(place));
                (device.copied().flatten(), gap.from.time, gap.to.time)
            }
            ObjectKind::Clock => {
                let source = evidence.timeline.sources().get(place)?;
                let device = scene.source_devices.get(place).copied().flatten();
                (device, source.first?, source.last?)
            }
            ObjectKind::Device => {
                let device = scene.devices.get(place).copied()?;
                (device, scene.whole.0, scene.whole.1)
            }
        };
        Some(Self {
            object: Object::Of(kind, place),
            device,
            from,
            to,
        })
    }

    /// The event that it is about, where it is about one.
    pub(super) fn last_event(&self) -> Option<EventId> {
        match &self.object {
            Object::Event(hit) => Some(hit.event),
            Object::Chain(chain) => chain.last().map(|(_, hit)| hit.event),
            Object::Of(..) => None,
        }
    }

    fn shares_device(&self, other: Option<DeviceId>) -> bool {
        self.device.is_none() || other.is_none() || self.device == other
    }

    /// Places of the objects of a kind that belong to it, the most telling first.
    pub(super) fn joined(&self, kind: ObjectKind, scene: &Scene<'_>) -> Vec<usize> {
        match (&self.object, kind) {
            (Object::Of(own, place), kind) if *own == kind => vec![*place],
            (_, ObjectKind::Attempt) => self.attempts(scene),
            (_, ObjectKind::Token) => self.tokens(scene),
            (_, ObjectKind::Gap) => self.gaps(scene),
            (_, ObjectKind::Clock) => self.clocks(scene),
            (_, ObjectKind::Device) => (0..scene.devices.len())
                .filter(|place| self.shares_device(scene.devices.get(*place).copied().flatten()))
                .take(1)
                .collect(),
        }
    }

    /// The clocks of its device, known ones of it first; a recording's is another machine's.
    fn clocks(&self, scene: &Scene<'_>) -> Vec<usize> {
        let device = |place: &usize| scene.source_devices.get(*place).copied().flatten();
        let mut clocks: Vec<usize> = (0..scene.source_devices.len())
            .filter(|place| self.shares_device(device(place)) && !scene.is_recording(*place))
            .collect();
        clocks.sort_by_key(|place| device(place).is_none());
        clocks
    }

    /// Attempts that it belongs to.
    pub(super) fn attempts(&self, scene: &Scene<'_>) -> Vec<usize> {
        let evidence = &scene.evidence;
        match &self.object {
            Object::Event(_) | Object::Chain(_) => {
                let steps = self.last_event().and_then(|event| scene.steps.get(&event));
                if let Some(attempts) = steps {
                    return attempts.clone();
                }
                let holds = |place: &usize| {
                    let device = scene.attempt_devices.get(*place).copied().flatten();
                    evidence.attempts.get(*place).is_some_and(|attempt| {
                        self.shares_device(device)
                            && attempt.start <= self.to
                            && attempt.end >= self.to
                    })
                };
                // Attempts are sorted by start; of those before, few are still going on.
                let begun = evidence.attempts.partition_point(|it| it.start <= self.to);
                (begun.saturating_sub(LOOKED_AT)..begun)
                    .filter(holds)
                    .collect()
            }
            Object::Of(ObjectKind::Token, place) => {
                let Some(token) = evidence.tokens.get(*place) else {
                    return Vec::new();
                };
                let uses = worst_use(token).into_iter().chain(token.uses.iter().rev());
                let mut attempts: Vec<usize> = uses
                    .filter_map(|used| scene.steps.get(&used.event))
                    .flatten()
                    .copied()
                    .collect();
                let mut known = Vec::new();
                attempts.retain(|place| {
                    !known.contains(place) && {
                        known.push(*place);
                        true
                    }
                });
                attempts
            }
            Object::Of(ObjectKind::Gap, place) => {
                let gap = evidence.gaps.get(*place);
                let attempt = gap.and_then(|gap| scene.attempt_of(&gap.attempt));
                attempt.into_iter().collect()
            }
            Object::Of(ObjectKind::Attempt, place) => vec![*place],
            Object::Of(ObjectKind::Clock | ObjectKind::Device, _) => {
                let mut attempts: Vec<usize> = (0..evidence.attempts.len())
                    .filter(|place| {
                        self.shares_device(scene.attempt_devices.get(*place).copied().flatten())
                    })
                    .collect();
                // What failed and was not made good tells most.
                let outcome = |place: &usize| evidence.attempts.get(*place).map(|it| it.outcome);
                attempts.sort_by_key(|place| {
                    let failed = outcome(place) == Some("failure");
                    (!failed, scene.made_good_by(*place).is_some())
                });
                attempts
            }
        }
    }

    fn tokens(&self, scene: &Scene<'_>) -> Vec<usize> {
        let evidence = &scene.evidence;
        let own = self
            .last_event()
            .and_then(|event| scene.token_events.get(&event));
        let mut tokens: Vec<usize> = match (&self.object, own) {
            (_, Some(own)) => own.clone(),
            (Object::Of(ObjectKind::Clock | ObjectKind::Device, _), _) => {
                (0..evidence.tokens.len())
                    .filter(|place| {
                        self.shares_device(scene.token_devices.get(*place).copied().flatten())
                    })
                    .collect()
            }
            _ => self
                .attempts(scene)
                .into_iter()
                .filter_map(|place| evidence.attempts.get(place))
                .flat_map(|attempt| &attempt.steps)
                .filter_map(|step| scene.token_events.get(&step.event))
                .flatten()
                .copied()
                .collect(),
        };
        tokens.sort_unstable();
        tokens.dedup();
        tokens.sort_by_key(
            |place| match evidence.tokens.get(*place).map(|it| it.verdict) {
                Some(TokenVerdict::Late) => 0,
                Some(TokenVerdict::Early) => 1,
                Some(TokenVerdict::InTime) => 2,
                _ => 3,
            },
        );
        tokens
    }

    fn gaps(&self, scene: &Scene<'_>) -> Vec<usize> {
        let attempts = self.attempts(scene);
        let ids: Vec<&str> = attempts
            .iter()
            .filter_map(|place| scene.evidence.attempts.get(*place))
            .map(|attempt| attempt.id.as_str())
            .collect();
        // Gaps are sorted worst first.
        (0..)
            .zip(scene.evidence.gaps)
            .filter(|(_, gap)| ids.contains(&gap.attempt.as_str()))
            .map(|(place, _)| place)
            .collect()
    }
}
