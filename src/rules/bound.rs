//! What the names of a rule stand for on one subject: events by role, objects by kind.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::amount::Amount;
use super::evidence::Scene;
use super::expr::{Base, Values};
use super::hits::Hit;
use super::object::ObjectKind;
use super::rule::Rule;
use super::subject::{Object, Subject};
use crate::model::Ticks;
use crate::timeline::EventRef;

/// The events and objects that the names of a rule stand for, for one subject.
pub(super) struct Bound<'s> {
    pub(super) scene: &'s Scene<'s>,
    pub(super) rule: usize,
    pub(super) subject: Subject,
    /// The event of each role.
    pub(super) roles: Vec<Option<Hit>>,
    /// Every event of each role around the subject; where they were found, wherever that is one list.
    pub(super) windows: Vec<Cow<'s, [Hit]>>,
    /// The object of each kind, looked for when it is first asked for: most rules need few.
    chosen: [OnceCell<Option<usize>>; 5],
}

impl<'s> Bound<'s> {
    /// Binds what can be bound without judging anything.
    pub(super) fn new(scene: &'s Scene<'s>, rule_place: usize, subject: Subject) -> Self {
        Self {
            scene,
            rule: rule_place,
            subject,
            roles: Vec::new(),
            windows: Vec::new(),
            chosen: Default::default(),
        }
    }

    /// The object of a kind that belongs to the subject: the one that a query asked for, else the
    /// most telling one.
    pub(super) fn chosen(&self, kind: ObjectKind) -> Option<usize> {
        let cell = self.chosen.get(kind as usize)?;
        *cell.get_or_init(|| self.subject.joined(kind, self.scene).first().copied())
    }

    /// Chooses the object of a kind.
    pub(super) fn choose(&mut self, kind: ObjectKind, object: usize) {
        if let Some(cell) = self.chosen.get_mut(kind as usize) {
            *cell = OnceCell::from(Some(object));
        }
    }

    pub(super) fn rule(&self) -> &'s Rule {
        &self.scene.set.rules[self.rule]
    }

    pub(super) fn place_of(&self, role: usize) -> Option<usize> {
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
        self.chosen(ObjectKind::Attempt)
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
        self.roles.reserve_exact(rule.roles.len());
        self.windows.reserve_exact(rule.roles.len());
        for role in 0..rule.roles.len() {
            let Some(place) = self.place_of(role) else {
                continue;
            };
            let known = match &self.subject.object {
                Object::Event(hit) => self.scene.hits.known(place, hit),
                Object::Chain(_) | Object::Of(..) => None,
            };
            let own = match &self.subject.object {
                Object::Chain(chain) => chain
                    .iter()
                    .rfind(|(of, _)| *of == role)
                    .map(|(_, hit)| *hit),
                Object::Event(_) | Object::Of(..) => known.copied(),
            };
            let only_one = matches!(self.subject.object, Object::Event(_)) && rule.roles.len() == 1;
            let hits = if only_one {
                Cow::Borrowed(known.map_or(&[][..], std::slice::from_ref))
            } else {
                let mut hits = self.scene.hits.between(place, self.subject.device, window);
                // What only `where` and sentences ask for can stand in another attempt: a later
                // success takes a failure back.
                if self.scene.set.is_asked(self.rule, role)
                    && hits.iter().any(|hit| self.is_of_another(hit))
                {
                    hits.to_mut().retain(|hit| !self.is_of_another(hit));
                }
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

    pub(super) fn hit(&self, base: Base) -> Option<&Hit> {
        match base {
            Base::Role(role) => self.roles.get(role)?.as_ref(),
            Base::First(role) => self.windows.get(role)?.first(),
            Base::Last(role) => self.windows.get(role)?.last(),
            Base::Object(_) => None,
        }
    }
}

impl Values for Bound<'_> {
    fn field(&self, base: Base, name: &str) -> Option<Amount<'_>> {
        let Base::Object(kind) = base else {
            return event_field(self.event(self.hit(base))?, name);
        };
        if kind == ObjectKind::Device {
            let value = self.scene.fact(name, self.subject.device)?;
            return (!value.trim().is_empty()).then(|| Amount::text_of(value));
        }
        let place = self.chosen(kind)?;
        self.scene.object_field(kind, place, name)
    }

    fn count(&self, role: usize) -> usize {
        self.windows.get(role).map_or(0, |window| window.len())
    }
}

/// A field of an event, as expressions name them.
fn event_field<'t>(event: EventRef<'t>, name: &str) -> Option<Amount<'t>> {
    let whole = |text: Cow<'t, str>| (!text.trim().is_empty()).then_some(Amount::Text(text));
    let text = |text: &'t str| whole(Cow::Borrowed(text));
    match name {
        "time" => event.ticks().map(Amount::Time),
        "code" => event.failure_code().map(|code| Amount::Text(code.into())),
        "title" => whole(event.title()),
        "id" => Some(Amount::Number(event.code().into())),
        "provider" => text(event.provider()),
        "computer" => text(event.computer()),
        "pid" => event.pid().map(|pid| Amount::Number(pid.into())),
        "message" => whole(event.message()),
        "outcome" => text(event.outcome().word()),
        "level" => text(event.level().word()),
        "channel" => text(event.channel()),
        "name" => text(event.name()),
        "event" => whole(format!("{}/{}", event.provider_alias(), event.kind()).into()),
        _ => match event.field(name) {
            Some(value) if value.is_empty() => None,
            Some(value) => Amount::of(value),
            None => whole(event.field_or_member(name)?),
        },
    }
}
