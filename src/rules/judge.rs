//! Judging one rule on one subject, part by part.

use super::amount::Amount;
use super::bound::Bound;
use super::evidence::Scene;
use super::explain::{Part, PartState};
use super::expr::{Base, Values as _};
use super::groups::{chains, crowd};
use super::hits::Hit;
use super::rule::{Absent, Need, Stretch};
use super::subject::{Object, Subject};
use crate::model::{TICKS_PER_SECOND, Ticks};

/// What came of judging.
pub(super) struct Judgement<'s> {
    pub(super) bound: Bound<'s>,
    pub(super) parts: Vec<Part>,
    /// Coverage that was missing where all else holds.
    pub(super) missing: Vec<Need>,
    pub(super) state: PartState,
}

/// Judges; `full` goes on behind the first part that does not hold.
pub(super) fn judge<'s>(
    scene: &'s Scene<'s>,
    rule: usize,
    subject: Subject,
    full: bool,
) -> Judgement<'s> {
    let mut judging = Judging {
        bound: Bound::new(scene, rule, subject),
        parts: Vec::new(),
        missing: Vec::new(),
        state: PartState::Holds,
        full,
    };
    let steps: [fn(&mut Judging<'s>); 8] = [
        Judging::facts,
        |judging| judging.bound.bind_roles(),
        Judging::condition,
        Judging::sequence,
        Judging::count,
        Judging::gap,
        Judging::conditions,
        Judging::absent,
    ];
    for step in steps {
        if !judging.full && matches!(judging.state, PartState::Fails | PartState::Unknown) {
            break;
        }
        step(&mut judging);
    }
    Judgement {
        bound: judging.bound,
        parts: judging.parts,
        missing: judging.missing,
        state: judging.state,
    }
}

struct Judging<'s> {
    bound: Bound<'s>,
    parts: Vec<Part>,
    missing: Vec<Need>,
    state: PartState,
    full: bool,
}

impl Judging<'_> {
    fn part(
        &mut self,
        name: impl FnOnce() -> String,
        state: PartState,
        detail: impl FnOnce() -> String,
    ) {
        self.state = self.state.max(state);
        if self.full {
            self.parts.push(Part {
                part: name(),
                state,
                detail: detail(),
            });
        }
    }

    /// Each `facts` query holds for an object of its kind.
    fn facts(&mut self) {
        let rule = self.bound.rule();
        let scene = self.bound.scene;
        let questions = &scene.set.facts[self.bound.rule];
        for ((kind, query, text), question) in rule.facts.iter().zip(questions) {
            let candidates = self.bound.subject.joined(*kind, scene);
            let mut fitting = candidates.iter().copied();
            let found = fitting.find(|place| scene.fits(*question, *place));
            let state = match (found, candidates.is_empty()) {
                (Some(_), _) => PartState::Holds,
                (None, true) => PartState::Unknown,
                (None, false) => PartState::Fails,
            };
            let nearest = found.or_else(|| candidates.first().copied());
            if let Some(found) = found {
                self.bound.choose(*kind, found);
            }
            self.part(
                || format!("{} {text}", kind.word()),
                state,
                || match nearest {
                    None => format!("no {} belongs to it", kind.word()),
                    Some(place) => {
                        let mut values = Vec::new();
                        for (name, _) in query.names() {
                            let value = scene.object_field(*kind, place, &name);
                            let value =
                                value.map_or("not known".to_owned(), |it| it.text().into_owned());
                            values.push(format!("{name} is {value}"));
                        }
                        values.join(", ")
                    }
                },
            );
        }
    }

    fn condition(&mut self) {
        let rule = self.bound.rule();
        let Some(condition) = &rule.condition else {
            return;
        };
        let bound = &self.bound;
        // On one event the condition asks what that event is; else what events there are.
        let holds = match &bound.subject.object {
            Object::Event(hit) => condition.holds(&mut |role| {
                bound
                    .place_of(role)
                    .is_some_and(|place| bound.scene.hits.has(place, hit))
            }),
            _ => condition.holds(&mut |role| bound.roles.get(role).is_some_and(Option::is_some)),
        };
        let state = if holds {
            PartState::Holds
        } else {
            PartState::Fails
        };
        let described = self.full.then(|| {
            let found = rule
                .roles
                .iter()
                .zip(&self.bound.roles)
                .zip(&self.bound.windows);
            let found = found.map(|((name, hit), window)| match hit {
                Some(hit) => format!("{name} is {} of {}", hit.event, window.len().max(1)),
                None => format!("no event fits {name}"),
            });
            found.collect::<Vec<_>>().join(", ")
        });
        self.part(
            || format!("condition {}", rule.condition_text),
            state,
            || described.unwrap_or_default(),
        );
    }

    fn sequence(&mut self) {
        let rule = self.bound.rule();
        let Some(sequence) = &rule.sequence else {
            return;
        };
        if matches!(self.bound.subject.object, Object::Chain(_)) {
            return;
        }
        let mut events: Vec<(Hit, usize)> = Vec::new();
        for (step, role) in sequence.order.iter().enumerate() {
            let window = self.bound.windows.get(*role);
            let window = window.into_iter().flat_map(|hits| hits.iter());
            events.extend(window.map(|hit| (*hit, step)));
        }
        let scene = self.bound.scene;
        let chains = chains(scene, events, sequence);
        let chain = chains.into_iter().next_back();
        for (role, hit) in sequence.order.iter().zip(chain.iter().flatten()) {
            if let Some(slot) = self.bound.roles.get_mut(*role) {
                *slot = Some(*hit);
            }
        }
        let state = match chain {
            Some(_) => PartState::Holds,
            None => PartState::Fails,
        };
        let names = || -> Vec<&str> {
            let names = sequence
                .order
                .iter()
                .filter_map(|role| rule.roles.get(*role));
            names.map(String::as_str).collect()
        };
        self.part(
            || format!("sequence {}", names().join(", ")),
            state,
            || match &chain {
                Some(chain) => {
                    let ids: Vec<String> = chain.iter().map(|hit| hit.event.to_string()).collect();
                    ids.join(", ")
                }
                None => "no events in this order".to_owned(),
            },
        );
    }

    fn count(&mut self) {
        let rule = self.bound.rule();
        let Some(count) = &rule.count else {
            return;
        };
        if matches!(self.bound.subject.object, Object::Chain(_)) {
            return;
        }
        let scene = self.bound.scene;
        let window = self
            .bound
            .windows
            .get(count.select)
            .cloned()
            .unwrap_or_default();
        let most = crowd(scene, &window, count.by, count.within);
        let state = if most >= count.at_least {
            PartState::Holds
        } else {
            PartState::Fails
        };
        self.part(
            || {
                format!(
                    "count of {} at least {}",
                    rule.roles[count.select], count.at_least
                )
            },
            state,
            || format!("at most {most} belong together"),
        );
    }

    fn gap(&mut self) {
        let rule = self.bound.rule();
        let Some(gap) = &rule.gap else {
            return;
        };
        let over = gap.over.value(&self.bound);
        let hits = (
            self.bound.hit(Base::Role(gap.from)),
            self.bound.hit(Base::Role(gap.to)),
        );
        let (from, to) = (hits.0.copied(), hits.1.copied());
        let length = from.zip(to).and_then(|(from, to)| {
            let doubt = self.bound.scene.doubt(&from, &to) as f64 / TICKS_PER_SECOND as f64;
            Some((to.time?.seconds_since(from.time?), doubt))
        });
        let limit = match over {
            Some(Amount::Span(seconds) | Amount::Number(seconds)) => Some(seconds),
            _ => None,
        };
        let state = match length.zip(limit) {
            Some(((seconds, doubt), limit)) if seconds - doubt > limit => PartState::Holds,
            Some(((seconds, doubt), limit)) if seconds + doubt <= limit => PartState::Fails,
            _ => PartState::Unknown,
        };
        self.part(
            || {
                format!(
                    "gap from {} to {}",
                    rule.roles[gap.from], rule.roles[gap.to]
                )
            },
            state,
            || match length {
                Some((seconds, _)) => format!("it is {}", crate::model::duration(seconds)),
                None => "its ends are not both known".to_owned(),
            },
        );
    }

    fn conditions(&mut self) {
        let rule = self.bound.rule();
        for (expr, text) in &rule.conditions {
            let state = match expr.truth(&self.bound) {
                Some(true) => PartState::Holds,
                Some(false) => PartState::Fails,
                None => PartState::Unknown,
            };
            let detail = self.full.then(|| {
                let mut values = Vec::new();
                expr.visit(&mut |base, name| {
                    let value = self.bound.field(base, name);
                    let value = value.map_or("not known".to_owned(), |it| it.text().into_owned());
                    let of = match base {
                        Base::Role(place) => rule.roles[place].clone(),
                        Base::First(place) => format!("first.{}", rule.roles[place]),
                        Base::Last(place) => format!("last.{}", rule.roles[place]),
                        Base::Object(kind) => kind.word().to_owned(),
                    };
                    values.push(format!("{of}.{name} is {value}"));
                });
                values.join(", ")
            });
            self.part(
                || format!("where {text}"),
                state,
                || detail.unwrap_or_default(),
            );
        }
    }

    fn absent(&mut self) {
        let rule = self.bound.rule();
        for absent in &rule.absent {
            let name = || format!("absent {}", rule.roles[absent.select]);
            let Some(window) = self.stretch(absent) else {
                self.part(name, PartState::Unknown, || {
                    "its time is not known".to_owned()
                });
                continue;
            };
            let place = self.bound.place_of(absent.select);
            let device = self.bound.subject.device;
            let found = place.map(|place| self.bound.scene.hits.between(place, device, window));
            let bound_to = |hit: &Hit| match absent.stretch {
                // The events that bound the stretch are no part of it.
                Stretch::Between(from, to) => [from, to].into_iter().any(|role| {
                    self.bound.hit(Base::Role(role)).map(|it| it.event) == Some(hit.event)
                }),
                Stretch::After(place, _) | Stretch::Before(place, _) => {
                    self.bound.hit(Base::Role(place)).map(|it| it.event) == Some(hit.event)
                }
                Stretch::Scope => false,
            };
            let mut found = found.iter().flat_map(|hits| hits.iter());
            if let Some(hit) = found.find(|hit| !bound_to(hit)) {
                let event = hit.event;
                self.part(name, PartState::Fails, || format!("{event} is there"));
                continue;
            }
            let missing = missing(&self.bound, &absent.coverage, window);
            let state = if missing.is_empty() {
                PartState::Holds
            } else {
                PartState::CannotTell
            };
            self.missing.extend(missing.iter().cloned());
            let detail = if missing.is_empty() {
                "the sources cover the time"
            } else {
                "the sources that would show it do not cover the time"
            };
            self.part(name, state, || detail.to_owned());
        }
    }

    /// The stretch that something is to be absent from.
    fn stretch(&self, absent: &Absent) -> Option<(Ticks, Ticks)> {
        let time = |role: usize| self.bound.hit(Base::Role(role))?.time;
        Some(match absent.stretch {
            Stretch::Between(from, to) => (time(from)?, time(to)?),
            Stretch::After(role, seconds) => (time(role)?, time(role)?.plus_seconds(seconds)),
            Stretch::Before(role, seconds) => (time(role)?.plus_seconds(-seconds), time(role)?),
            Stretch::Scope => {
                // The scope ends with the evidence.
                let (from, to) = self.bound.window();
                let end = self.bound.scene.end_of(self.bound.subject.device);
                let own = self.bound.subject.to;
                (from, end.map_or(to, |end| to.min(end.max(own))))
            }
        })
    }
}

/// The coverage that a window lacks.
pub(super) fn missing(bound: &Bound<'_>, needs: &[Need], window: (Ticks, Ticks)) -> Vec<Need> {
    let (scene, device) = (bound.scene, bound.subject.device);
    let lacks = |need: &&Need| match need {
        Need::Named(coverage) => !scene.is_covered(*coverage, device, window),
        Need::SourceOf(role) => !bound
            .hit(Base::Role(*role))
            .is_some_and(|hit| scene.covers(hit.source, device, window)),
    };
    needs.iter().filter(lacks).cloned().collect()
}
