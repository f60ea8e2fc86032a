//! Near misses: which part of a rule did not hold, with the values that it saw.

use super::evidence::{Evidence, Scene};
use super::groups::subjects;
use super::judge::judge;
use super::set::RuleSet;
use super::subject::{Object, Subject};

/// How one part of a rule stands, from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartState {
    /// It holds.
    Holds,
    /// The source that would show it is missing.
    CannotTell,
    /// Something in it is not known.
    Unknown,
    /// It does not hold.
    Fails,
}

impl PartState {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::CannotTell => "cannot tell",
            Self::Unknown => "unknown",
            Self::Fails => "fails",
        }
    }
}

/// One part of a rule on one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The part as the rule has it.
    pub part: String,
    /// How it stands.
    pub state: PartState,
    /// The values that it saw.
    pub detail: String,
}

/// A subject of a rule, part by part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// What was judged.
    pub subject: String,
    /// How it stands as a whole.
    pub state: PartState,
    /// The parts, in the order in which they are judged.
    pub parts: Vec<Part>,
}

/// Subjects that are judged in full.
const JUDGED: usize = 2000;
/// Subjects that are told.
const TOLD: usize = 5;

impl RuleSet {
    /// The subjects that come nearest to a rule, the nearest first; `None` for an unknown rule.
    pub fn explain(&self, id: &str, evidence: Evidence<'_>) -> Option<Vec<NearMiss>> {
        let place = self.rules.iter().position(|rule| rule.id == id)?;
        let scene = Scene::new(self, evidence, Some(id));
        let mut told: Vec<NearMiss> = subjects(&scene, place)
            .into_iter()
            .take(JUDGED)
            .map(|subject| {
                let name = name_of(&subject, &scene);
                let judgement = judge(&scene, place, subject, true);
                NearMiss {
                    subject: name,
                    state: judgement.state,
                    parts: judgement.parts,
                }
            })
            .collect();
        let failing = |near: &NearMiss| {
            let fails = near
                .parts
                .iter()
                .filter(|part| part.state != PartState::Holds);
            fails.count()
        };
        told.sort_by_key(failing);
        told.truncate(TOLD);
        Some(told)
    }
}

fn name_of(subject: &Subject, scene: &Scene<'_>) -> String {
    match &subject.object {
        Object::Event(hit) => format!("event {}", hit.event),
        Object::Chain(chain) => {
            let ids: Vec<String> = chain.iter().map(|(_, hit)| hit.event.to_string()).collect();
            format!("events {}", ids.join(", "))
        }
        Object::Of(kind, place) => {
            let id = scene
                .object_field(*kind, *place, "id")
                .or_else(|| scene.object_field(*kind, *place, "source"));
            let id = id.map_or_else(|| (place + 1).to_string(), |id| id.text().into_owned());
            format!("{} {id}", kind.word())
        }
    }
}
