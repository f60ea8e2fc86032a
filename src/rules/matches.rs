//! The matches of all rules, folded by rule, device and key.

use rustc_hash::FxHashMap;

use super::candidates::candidates;
use super::evidence::Scene;
use super::explain::PartState;
use super::judge::{Judgement, judge};
use super::object::ObjectKind;
use super::rule::{Need, Rule};
use super::subject::Object;
use crate::model::{EventId, EvidenceLine, Ticks};
use crate::timeline::DeviceId;

/// One match of a rule.
#[derive(Clone, Debug)]
pub(super) struct Occurrence {
    pub(super) attempt: Option<usize>,
    /// Whether it is about the device, so that it belongs to whatever the device tried.
    pub(super) of_device: bool,
    pub(super) device: Option<DeviceId>,
    pub(super) from: Ticks,
    pub(super) to: Ticks,
    pub(super) evidence: Vec<EvidenceLine>,
    /// Whether it tells of the failure of its attempt: it rests on the step, or on nothing else than
    /// what the attempt says of itself.
    pub(super) tells_failure: bool,
    /// What is said of it; kept for the first ones only.
    pub(super) told: Option<Told>,
}

/// The sentences of a match.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) explanation: String,
    pub(super) why: Option<String>,
    pub(super) confidence: u8,
}

/// Matches of one rule on one device that say the same.
#[derive(Clone, Debug)]
pub(super) struct Fold {
    pub(super) rule: usize,
    pub(super) occurrences: Vec<Occurrence>,
    /// Occurrences beyond those that are kept.
    pub(super) more: usize,
}

/// A subject on which a rule holds but for coverage that is missing.
#[derive(Clone, Debug)]
pub(super) struct Undecided {
    pub(super) rule: usize,
    pub(super) missing: Vec<usize>,
}

/// Occurrences whose sentences are kept.
const TOLD: usize = 16;
/// Occurrences of one fold that are kept.
const KEPT: usize = 1000;
/// Folds of one rule and device; a key that never comes back is no key.
const FOLDS: usize = 200;

/// Judges every rule, or one; gives the folds in the order of rules and first occurrence.
pub(super) fn all(scene: &Scene<'_>, only: Option<&str>) -> (Vec<Fold>, Vec<Undecided>) {
    let mut folds = Vec::new();
    let mut undecided: Vec<Undecided> = Vec::new();
    for (place, rule) in scene.set.rules.iter().enumerate() {
        if only.is_some_and(|only| only != rule.id) {
            continue;
        }
        let begin = folds.len();
        let mut known: FxHashMap<(Option<DeviceId>, String), usize> = FxHashMap::default();
        for subject in candidates(scene, place) {
            let judgement = judge(scene, place, subject, false);
            match judgement.state {
                PartState::Holds => {
                    let device = judgement.bound.subject.device;
                    let key = (device, rule.key.fill(&judgement.bound));
                    let is_full = known.len() >= FOLDS;
                    let last = folds.len().saturating_sub(1);
                    let fold = *known.entry(key).or_insert_with(|| {
                        if is_full {
                            return last;
                        }
                        folds.push(Fold {
                            rule: place,
                            occurrences: Vec::new(),
                            more: 0,
                        });
                        folds.len() - 1
                    });
                    if let Some(fold) = folds.get_mut(fold) {
                        fold.add(rule, &judgement);
                    }
                }
                PartState::CannotTell => {
                    let named = judgement.missing.iter().filter_map(|need| match need {
                        Need::Named(coverage) => Some(*coverage),
                        Need::SourceOf(_) => None,
                    });
                    undecided.push(Undecided {
                        rule: place,
                        missing: named.collect(),
                    });
                }
                PartState::Unknown | PartState::Fails => {}
            }
        }
        let first = |fold: &Fold| fold.occurrences.first().map(|occurrence| occurrence.from);
        if let Some(own) = folds.get_mut(begin..) {
            own.sort_by_key(first);
        }
    }
    (folds, undecided)
}

impl Fold {
    fn add(&mut self, rule: &Rule, judgement: &Judgement<'_>) {
        if self.occurrences.len() >= KEPT {
            self.more += 1;
            return;
        }
        let bound = &judgement.bound;
        let told = (self.occurrences.len() < TOLD).then(|| {
            let added: i32 = rule
                .weights
                .iter()
                .filter(|(expr, _)| expr.truth(bound) == Some(true))
                .map(|(_, weight)| i32::from(*weight))
                .sum();
            let confidence = (i32::from(rule.base) + added).clamp(0, 100);
            Told {
                explanation: rule.explain.fill(bound),
                why: rule.why.as_ref().map(|why| why.fill(bound)),
                confidence: u8::try_from(confidence).unwrap_or(100),
            }
        });
        let evidence = evidence(rule, judgement);
        self.occurrences.push(Occurrence {
            attempt: bound.attempt(),
            tells_failure: tells_failure(rule, judgement, &evidence),
            of_device: matches!(
                bound.subject.object,
                Object::Of(ObjectKind::Device | ObjectKind::Clock, _)
            ),
            device: bound.subject.device,
            from: bound.subject.from,
            to: bound.subject.to,
            evidence,
            told,
        });
    }
}

/// Role of the step that an attempt failed with, where no selection found it.
const FAILURE: &str = "failure";

fn tells_failure(rule: &Rule, judgement: &Judgement<'_>, evidence: &[EvidenceLine]) -> bool {
    let bound = &judgement.bound;
    let attempts = &bound.scene.evidence.attempts;
    let Some(attempt) = bound.attempt().and_then(|place| attempts.get(place)) else {
        return false;
    };
    let failed = |event: EventId| {
        let mut steps = attempt.steps.iter();
        steps.any(|step| {
            step.event == event && step.outcome == crate::model::Outcome::Failure && !step.extra
        })
    };
    let of_attempt = rule.roles.is_empty()
        && rule
            .facts
            .iter()
            .all(|(kind, ..)| *kind == ObjectKind::Attempt);
    evidence
        .iter()
        .any(|line| failed(line.event) && (of_attempt || line.role != FAILURE))
}

/// The events that a match rests on: those of its roles, and the ends of the object that it is about.
fn evidence(rule: &Rule, judgement: &Judgement<'_>) -> Vec<EvidenceLine> {
    let bound = &judgement.bound;
    let mut lines: Vec<EvidenceLine> = Vec::new();
    let mut add = |event: EventId, role: &str| {
        if !lines
            .iter()
            .any(|line| line.event == event && line.role == role)
        {
            lines.push(EvidenceLine {
                event,
                role: role.to_owned(),
            });
        }
    };
    let absent = |role: usize| rule.absent.iter().any(|absent| absent.select == role);
    for (role, (name, hit)) in rule.roles.iter().zip(&bound.roles).enumerate() {
        let aside = bound.scene.set.is_aside(bound.rule, role);
        if let Some(hit) = hit.filter(|_| !absent(role) && !aside) {
            add(hit.event, name);
        }
    }
    if let Object::Chain(chain) = &bound.subject.object {
        for (role, hit) in chain.iter().take(8) {
            if let Some(name) = rule.roles.get(*role) {
                add(hit.event, name);
            }
        }
    }
    let evidence = &bound.scene.evidence;
    match bound.subject.object {
        Object::Of(ObjectKind::Gap, place) => {
            if let Some(gap) = evidence.gaps.get(place) {
                add(gap.from.event, "from");
                add(gap.to.event, "to");
            }
        }
        Object::Of(ObjectKind::Token, place) => {
            if let Some(token) = evidence.tokens.get(place) {
                if let Some(acquired) = &token.acquired {
                    add(acquired.event, "acquired");
                }
                if let Some(used) = super::object::worst_use(token) {
                    add(used.event, "used");
                }
            }
        }
        Object::Of(ObjectKind::Attempt, place) => {
            let attempt = evidence.attempts.get(place);
            if let Some(step) = attempt.and_then(crate::model::Attempt::failing_step) {
                add(step.event, FAILURE);
            }
        }
        _ => {}
    }
    lines
}
