//! Judging one rule on one subject, part by part.

use super::amount::Amount;
use super::evidence::Scene;
use super::explain::{Part, PartState};
use super::expr::{Base, Values};
use super::hits::Hit;
use super::object::ObjectKind;
use super::rule::{About, Absent, By, Need, Rule, Stretch};
use super::sequence::Chains;
use super::subject::{Object, Subject};
use crate::model::{EventId, TICKS_PER_SECOND, Ticks};
use crate::timeline::EventRef;

/// What came of judging.
pub(super) struct Judgement<'s> {
    pub(super) bound: Bound<'s>,
    pub(super) parts: Vec<Part>,
    /// Coverage that was missing where all else holds.
    pub(super) missing: Vec<Need>,
    pub(super) state: PartState,
}

/// The events and objects that the names of a rule stand for, for one subject.
pub(super) struct Bound<'s> {
    pub(super) scene: &'s Scene<'s>,
    pub(super) rule: usize,
    pub(super) subject: Subject,
    /// The event of each role.
    pub(super) roles: Vec<Option<Hit>>,
    /// Every event of each role around the subject.
    pub(super) windows: Vec<Vec<Hit>>,
    /// The object of each kind.
    pub(super) chosen: Vec<Option<usize>>,
}

impl<'s> Bound<'s> {
    /// Binds what can be bound without judging anything.
    pub(super) fn new(scene: &'s Scene<'s>, rule_place: usize, subject: Subject) -> Self {
        let mut bound = Self {
            scene,
            rule: rule_place,
            subject,
            roles: Vec::new(),
            windows: Vec::new(),
            chosen: Vec::new(),
        };
        for kind in ObjectKind::ALL {
            let first = bound.subject.joined(kind, scene).first().copied();
            bound.chosen.push(first);
        }
        bound
    }

    pub(super) fn rule(&self) -> &'s Rule {
        &self.scene.set.rules[self.rule]
    }

    fn place_of(&self, role: usize) -> Option<usize> {
        self.scene.set.places.get(self.rule)?.get(role).copied()
    }

    /// The window that events are looked for in.
    pub(super) fn window(&self) -> (Ticks, Ticks) {
        let rule = self.rule();
        (
            self.subject.from.plus_seconds(-rule.before),
            self.subject.to.plus_seconds(rule.after),
        )
    }

    /// The attempt that it stands on.
    pub(super) fn attempt(&self) -> Option<usize> {
        self.chosen.first().copied().flatten()
    }

    /// Whether an event is a step of another attempt of the kind that this is about.
    fn is_of_another(&self, hit: &Hit) -> bool {
        let Object::Of(ObjectKind::Attempt | ObjectKind::Gap, _) = self.subject.object else {
            return false;
        };
        let attempts = &self.scene.evidence.attempts;
        let (Some(own), Some(others)) = (self.attempt(), self.scene.steps.get(&hit.event)) else {
            return false;
        };
        let kind = |place: usize| attempts.get(place).map(|attempt| attempt.kind);
        !others.contains(&own) && others.iter().any(|other| kind(*other) == kind(own))
    }

    /// Finds the events of each role, and the one that stands for it.
    pub(super) fn bind_roles(&mut self) {
        let rule = self.rule();
        let window = self.window();
        let ends = self.subject.to;
        for role in 0..rule.roles.len() {
            let Some(place) = self.place_of(role) else {
                continue;
            };
            let own = match &self.subject.object {
                Object::Event(hit) => self.scene.hits.has(place, hit).then_some(*hit),
                Object::Chain(chain) => chain
                    .iter()
                    .rfind(|(of, _)| *of == role)
                    .map(|(_, hit)| *hit),
                Object::Of(..) => None,
            };
            let only_one = matches!(self.subject.object, Object::Event(_)) && rule.roles.len() == 1;
            let hits = if only_one {
                own.into_iter().collect()
            } else {
                let mut hits = self.scene.hits.between(place, self.subject.device, window);
                hits.retain(|hit| !self.is_of_another(hit));
                hits
            };
            let before = hits.iter().rfind(|hit| hit.time <= Some(ends));
            let bound = own.or_else(|| before.or_else(|| hits.first()).copied());
            self.roles.push(bound);
            self.windows.push(hits);
        }
    }

    fn event(&self, hit: Option<&Hit>) -> Option<EventRef<'s>> {
        self.scene.evidence.timeline.event(hit?.event)
    }

    fn hit(&self, base: Base) -> Option<&Hit> {
        match base {
            Base::Role(role) => self.roles.get(role)?.as_ref(),
            Base::First(role) => self.windows.get(role)?.first(),
            Base::Last(role) => self.windows.get(role)?.last(),
            Base::Object(_) => None,
        }
    }
}

impl Values for Bound<'_> {
    fn field(&self, base: Base, name: &str) -> Option<Amount> {
        let Base::Object(kind) = base else {
            return event_field(self.event(self.hit(base))?, name);
        };
        if kind == ObjectKind::Device {
            let value = self.scene.fact(name, self.subject.device)?;
            return (!value.trim().is_empty()).then(|| Amount::Text(value.to_owned()));
        }
        let place = self.chosen.get(kind as usize).copied().flatten()?;
        self.scene.object_field(kind, place, name)
    }

    fn count(&self, role: usize) -> usize {
        self.windows.get(role).map_or(0, Vec::len)
    }
}

/// A field of an event, as expressions name them.
fn event_field(event: EventRef<'_>, name: &str) -> Option<Amount> {
    let text = |text: &str| (!text.trim().is_empty()).then(|| Amount::Text(text.to_owned()));
    match name {
        "time" => event.ticks().map(Amount::Time),
        "code" => event.failure_code().map(Amount::Text),
        "title" => text(&event.title()),
        "id" => Some(Amount::Number(event.code().into())),
        "provider" => text(event.provider()),
        "computer" => text(event.computer()),
        "pid" => event.pid().map(|pid| Amount::Number(pid.into())),
        "message" => text(&event.message()),
        "outcome" => text(event.outcome().word()),
        "level" => text(event.level().word()),
        "channel" => text(event.channel()),
        "name" => text(event.name()),
        "event" => text(&format!("{}/{}", event.provider_alias(), event.kind())),
        _ => match event.field(name) {
            Some(value) if value.is_empty() => None,
            Some(value) => Amount::of(value),
            None => text(&event.field_or_member(name)?),
        },
    }
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
        for (kind, query, text) in &rule.facts {
            let candidates = self.bound.subject.joined(*kind, scene);
            let holds = |place: &usize| {
                query.holds(&|name, show| {
                    if let Some(amount) = scene.object_field(*kind, *place, name) {
                        amount.show(show);
                    }
                })
            };
            let found = candidates.iter().copied().find(|place| holds(place));
            let state = match (found, candidates.is_empty()) {
                (Some(_), _) => PartState::Holds,
                (None, true) => PartState::Unknown,
                (None, false) => PartState::Fails,
            };
            let nearest = found.or_else(|| candidates.first().copied());
            if let Some(slot) = self.bound.chosen.get_mut(*kind as usize)
                && found.is_some()
            {
                *slot = found;
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
            let window = self.bound.windows.get(*role).into_iter().flatten();
            events.extend(window.map(|hit| (*hit, step)));
        }
        let scene = self.bound.scene;
        let chains = chains(
            scene,
            events,
            sequence.order.len(),
            sequence.by,
            sequence.within,
        );
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
                        Base::Role(role) => rule.roles[role].clone(),
                        Base::First(role) => format!("first.{}", rule.roles[role]),
                        Base::Last(role) => format!("last.{}", rule.roles[role]),
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
            let mut found = place.map_or_else(Vec::new, |place| {
                self.bound
                    .scene
                    .hits
                    .between(place, self.bound.subject.device, window)
            });
            let bound_to = |hit: &Hit| match absent.stretch {
                // The events that bound the stretch are no part of it.
                Stretch::Between(from, to) => [from, to].into_iter().any(|role| {
                    self.bound.hit(Base::Role(role)).map(|it| it.event) == Some(hit.event)
                }),
                Stretch::After(role, _) | Stretch::Before(role, _) => {
                    self.bound.hit(Base::Role(role)).map(|it| it.event) == Some(hit.event)
                }
                Stretch::Scope => false,
            };
            found.retain(|hit| !bound_to(hit));
            if let Some(hit) = found.first() {
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
            self.part(name, state, || match missing.is_empty() {
                true => "the sources cover the time".to_owned(),
                false => "the sources that would show it do not cover the time".to_owned(),
            });
        }
    }

    /// The stretch that something is to be absent from.
    fn stretch(&self, absent: &Absent) -> Option<(Ticks, Ticks)> {
        let time = |role: usize| self.bound.hit(Base::Role(role))?.time;
        Some(match absent.stretch {
            Stretch::Between(from, to) => (time(from)?, time(to)?),
            Stretch::After(role, seconds) => (time(role)?, time(role)?.plus_seconds(seconds)),
            Stretch::Before(role, seconds) => (time(role)?.plus_seconds(-seconds), time(role)?),
            Stretch::Scope => self.bound.window(),
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

/// The chains of a sequence, in the order in which they are completed. Events come with the step
/// that they can be.
pub(super) fn chains(
    scene: &Scene<'_>,
    mut events: Vec<(Hit, usize)>,
    steps: usize,
    by: By,
    within: Option<f64>,
) -> Vec<Vec<Hit>> {
    events.retain(|(hit, _)| hit.time.is_some());
    events.sort_by_key(|(hit, step)| (hit.event, *step));
    let doubt = |one: &Hit, other: &Hit| scene.doubt(one, other);
    let mut open: rustc_hash::FxHashMap<Key, Chains<'_>> = rustc_hash::FxHashMap::default();
    let mut completed = Vec::new();
    for group in events.chunk_by(|(one, _), (other, _)| one.event == other.event) {
        let steps_of: Vec<usize> = group.iter().map(|(_, step)| *step).collect();
        let Some((hit, _)) = group.first() else {
            continue;
        };
        for key in keys(scene, hit, by) {
            let chains = open
                .entry(key)
                .or_insert_with(|| Chains::new(steps, within, &doubt));
            completed.extend(chains.feed(&steps_of, *hit));
        }
    }
    completed
}

/// The most events that belong together within a time.
fn crowd(scene: &Scene<'_>, hits: &[Hit], by: By, within: Option<f64>) -> usize {
    let mut open: rustc_hash::FxHashMap<Key, Vec<Ticks>> = rustc_hash::FxHashMap::default();
    for hit in hits {
        for key in keys(scene, hit, by) {
            open.entry(key).or_default().extend(hit.time);
        }
    }
    let most = |times: &Vec<Ticks>| {
        let Some(within) = within else {
            return times.len();
        };
        let mut begin = 0;
        let mut most = 0;
        for (end, time) in times.iter().enumerate() {
            while times
                .get(begin)
                .is_some_and(|first| time.seconds_since(*first) > within)
            {
                begin += 1;
            }
            most = most.max(end + 1 - begin);
        }
        most
    };
    open.values().map(most).max().unwrap_or(0)
}

/// What events of a sequence or count have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Device(Option<crate::timeline::DeviceId>),
    Text(String),
    Place(usize),
    Process(Option<crate::timeline::DeviceId>, u32),
}

/// Fields that hold the id of a request.
const CORRELATIONS: [&str; 3] = ["CorrelationId", "client-request-id", "correlation_id"];

/// The keys of an event; none where it has nothing of the kind.
pub(super) fn keys(scene: &Scene<'_>, hit: &Hit, by: By) -> Vec<Key> {
    let event = scene.evidence.timeline.event(hit.event);
    // What names no device is of the only one that there is.
    let device = hit.device.or(match scene.devices.as_slice() {
        [only] => *only,
        _ => None,
    });
    let places = |map: &rustc_hash::FxHashMap<EventId, Vec<usize>>| {
        let places = map.get(&hit.event).into_iter().flatten();
        places.map(|place| Key::Place(*place)).collect()
    };
    match by {
        By::Device => vec![Key::Device(device)],
        By::Attempt => places(&scene.steps),
        By::Token => places(&scene.token_events),
        By::Activity => event
            .and_then(|event| event.activity().or(event.related()))
            .map(|id| Key::Text(id.to_string()))
            .into_iter()
            .collect(),
        By::Correlation => event
            .and_then(|event| {
                let value = CORRELATIONS.iter().find_map(|name| event.field(name))?;
                let text = value.text().trim_matches(['{', '}']).to_ascii_lowercase();
                (!text.is_empty()).then_some(Key::Text(text))
            })
            .into_iter()
            .collect(),
        By::Process => event
            .and_then(|event| event.pid())
            .map(|pid| Key::Process(device, pid))
            .into_iter()
            .collect(),
    }
}

/// Every subject of a rule.
pub(super) fn subjects(scene: &Scene<'_>, rule_place: usize) -> Vec<Subject> {
    let Some(rule) = scene.set.rules.get(rule_place) else {
        return Vec::new();
    };
    match rule.about {
        About::Object(kind) => {
            let evidence = &scene.evidence;
            let number = match kind {
                ObjectKind::Attempt => evidence.attempts.len(),
                ObjectKind::Token => evidence.tokens.len(),
                ObjectKind::Gap => evidence.gaps.len(),
                ObjectKind::Clock => evidence.clocks.len(),
                ObjectKind::Device => scene.devices.len(),
            };
            (0..number)
                .filter_map(|place| Subject::object(kind, place, scene))
                .collect()
        }
        About::Event => of_events(scene, rule_place, rule),
    }
}

fn of_events(scene: &Scene<'_>, rule_place: usize, rule: &Rule) -> Vec<Subject> {
    let place_of = |role: usize| scene.set.places.get(rule_place)?.get(role).copied();
    let all = |role: usize| {
        let found = place_of(role).and_then(|place| scene.hits.of(place));
        found
            .into_iter()
            .flat_map(|found| found.values().flatten().copied())
    };
    if let Some(sequence) = &rule.sequence {
        let mut events = Vec::new();
        for (step, role) in sequence.order.iter().enumerate() {
            events.extend(all(*role).map(|hit| (hit, step)));
        }
        let chains = chains(
            scene,
            events,
            sequence.order.len(),
            sequence.by,
            sequence.within,
        );
        let with_roles = |chain: Vec<Hit>| sequence.order.iter().copied().zip(chain).collect();
        return chains
            .into_iter()
            .filter_map(|chain| Subject::chain(with_roles(chain)))
            .collect();
    }
    if let Some(count) = &rule.count {
        return crowds(scene, count, all(count.select).collect());
    }
    let mut hits: Vec<Hit> = (0..rule.roles.len()).flat_map(all).collect();
    hits.sort_by_key(|hit| hit.event);
    hits.dedup_by_key(|hit| hit.event);
    hits.into_iter()
        .map(|hit| Subject::event(hit, scene))
        .collect()
}

/// Crowds of events: each begins anew behind the one before.
fn crowds(scene: &Scene<'_>, count: &super::rule::Count, mut hits: Vec<Hit>) -> Vec<Subject> {
    hits.retain(|hit| hit.time.is_some());
    hits.sort_by_key(|hit| hit.event);
    let mut open: rustc_hash::FxHashMap<Key, Vec<Hit>> = rustc_hash::FxHashMap::default();
    let mut found = Vec::new();
    for hit in hits {
        for key in keys(scene, &hit, count.by) {
            let crowd = open.entry(key).or_default();
            crowd.push(hit);
            if let (Some(within), Some(time)) = (count.within, hit.time) {
                let late =
                    |known: &Hit| known.time.is_some_and(|it| time.seconds_since(it) > within);
                let gone = crowd.iter().take_while(|known| late(known)).count();
                crowd.drain(..gone);
            }
            if crowd.len() >= count.at_least {
                let crowd = std::mem::take(crowd);
                let crowd = crowd.into_iter().map(|hit| (count.select, hit)).collect();
                found.extend(Subject::chain(crowd));
            }
        }
    }
    found
}
