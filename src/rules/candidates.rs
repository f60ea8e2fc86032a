//! The subjects that a rule can hold on: most of the others can be told without judging them.
//!
//! Objects are taken by the rule's own `facts` and by whether their device has any event for what the
//! rule cannot do without; events by the condition, from the selections that have the fewest.

use rustc_hash::FxHashMap;

use super::condition::Condition;
use super::evidence::Scene;
use super::groups::{every_event, subjects};
use super::hits::Hit;
use super::object::ObjectKind;
use super::rule::{About, Rule, Stretch};
use super::subject::Subject;
use crate::timeline::DeviceId;

/// The subjects of a rule without those on which a part of it surely fails.
pub(super) fn candidates(scene: &Scene<'_>, place: usize) -> Vec<Subject> {
    let Some(rule) = scene.set.rules.get(place) else {
        return Vec::new();
    };
    match (rule.about, &rule.condition) {
        (About::Object(kind), _) => objects(scene, place, rule, kind),
        (About::Event, Some(condition)) if rule.sequence.is_none() && rule.count.is_none() => {
            events(scene, place, condition)
        }
        (About::Event, _) => subjects(scene, place),
    }
}

fn objects(scene: &Scene<'_>, place: usize, rule: &Rule, kind: ObjectKind) -> Vec<Subject> {
    let questions = scene.set.facts[place].iter().zip(&rule.facts);
    let own: Vec<usize> = questions
        .filter(|(_, (of, ..))| *of == kind)
        .map(|(question, _)| *question)
        .collect();
    // The question that fewest fit gives those of which the others are asked.
    let fewest = own.iter().map(|question| scene.fitting(*question));
    let fits = |object: &usize| own.iter().all(|question| scene.fits(*question, *object));
    let fitting: Vec<usize> = match fewest.min_by_key(|fitting| fitting.len()) {
        Some(fewest) => fewest.iter().copied().filter(fits).collect(),
        None => (0..scene.number_of(kind)).collect(),
    };
    let mut known: FxHashMap<Option<DeviceId>, bool> = FxHashMap::default();
    let mut can_be_bound = |subject: &Subject| {
        let device = subject.device;
        let known = known.entry(device);
        *known.or_insert_with(|| can_be_bound(scene, place, rule, device))
    };
    fitting
        .into_iter()
        .filter_map(|object| Subject::object(kind, object, scene))
        .filter(|subject| can_be_bound(subject))
        .collect()
}

/// Whether a device has events, at any time, for every role without which the rule fails on an object.
fn can_be_bound(scene: &Scene<'_>, place: usize, rule: &Rule, device: Option<DeviceId>) -> bool {
    let places = &scene.set.places[place];
    let has = |role: &usize| {
        let selection = places.get(*role);
        selection.is_some_and(|selection| scene.hits.has_any(*selection, device))
    };
    // A condition on objects has no `not`, so it fails wherever too little is there.
    let condition = rule.condition.as_ref();
    let count = rule.count.iter().filter(|count| count.at_least > 0);
    let absent = rule.absent.iter().flat_map(|absent| match absent.stretch {
        Stretch::Between(from, to) => vec![from, to],
        Stretch::After(end, _) | Stretch::Before(end, _) => vec![end],
        Stretch::Scope => Vec::new(),
    });
    condition.is_none_or(|condition| condition.holds(&mut |role| has(&role)))
        && rule
            .sequence
            .iter()
            .all(|sequence| sequence.order.iter().all(has))
        && rule.gap.iter().all(|gap| has(&gap.from) && has(&gap.to))
        && count.map(|count| count.select).all(|role| has(&role))
        && absent.into_iter().all(|role| has(&role))
}

fn events(scene: &Scene<'_>, place: usize, condition: &Condition) -> Vec<Subject> {
    let places = &scene.set.places[place];
    let number = |role: usize| {
        let selection = places.get(role);
        selection.map_or(0, |selection| scene.hits.number(*selection))
    };
    let seeds = condition.seeds(&number);
    let seeds = seeds.unwrap_or_else(|| (0..places.len()).collect());
    let holds = |hit: &Hit| {
        condition.holds(&mut |role| {
            let selection = places.get(role);
            selection.is_some_and(|selection| scene.hits.has(*selection, hit))
        })
    };
    let events = every_event(scene, place, &seeds).into_iter().filter(holds);
    events.map(|hit| Subject::event(hit, scene)).collect()
}
