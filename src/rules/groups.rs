//! Events that belong together: chains, crowds, and the subjects that rules about events have.

use rustc_hash::FxHashMap;

use super::evidence::Scene;
use super::hits::Hit;
use super::rule::{About, By, Count, Rule, Sequence};
use super::sequence::Chains;
use super::subject::Subject;
use crate::model::{EventId, Ticks};
use crate::timeline::{DeviceId, EventRef};

/// The chains of a sequence, in the order in which they are completed. Events come with the step
/// that they can be.
pub(super) fn chains(
    scene: &Scene<'_>,
    mut events: Vec<(Hit, usize)>,
    sequence: &Sequence,
) -> Vec<Vec<Hit>> {
    let (steps, within) = (sequence.order.len(), sequence.within);
    events.retain(|(hit, _)| hit.time.is_some());
    events.sort_by_key(|(hit, step)| (hit.event, *step));
    let doubt = |one: &Hit, other: &Hit| scene.doubt(one, other);
    let mut open: FxHashMap<Key, Chains<'_>> = FxHashMap::default();
    let mut completed = Vec::new();
    for group in events.chunk_by(|(one, _), (other, _)| one.event == other.event) {
        let steps_of: Vec<usize> = group.iter().map(|(_, step)| *step).collect();
        let Some((hit, _)) = group.first() else {
            continue;
        };
        for key in keys(scene, hit, sequence.by) {
            let chains = open
                .entry(key)
                .or_insert_with(|| Chains::new(steps, within, &doubt));
            completed.extend(chains.feed(&steps_of, *hit));
        }
    }
    completed
}

/// The most events that belong together within a time.
pub(super) fn crowd(scene: &Scene<'_>, hits: &[Hit], by: By, within: Option<f64>) -> usize {
    let mut open: FxHashMap<Key, Vec<Ticks>> = FxHashMap::default();
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
    Device(Option<DeviceId>),
    Text(String),
    Place(usize),
    Process(Option<DeviceId>, u32),
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
    let places = |map: &FxHashMap<EventId, Vec<usize>>| {
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
            .and_then(EventRef::pid)
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
        About::Object(kind) => (0..scene.number_of(kind))
            .filter_map(|place| Subject::object(kind, place, scene))
            .collect(),
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
        let chains = chains(scene, events, sequence);
        let with_roles = |chain: Vec<Hit>| sequence.order.iter().copied().zip(chain).collect();
        return chains
            .into_iter()
            .filter_map(|chain| Subject::chain(with_roles(chain)))
            .collect();
    }
    if let Some(count) = &rule.count {
        return crowds(scene, count, all(count.select).collect());
    }
    let roles: Vec<usize> = (0..rule.roles.len()).collect();
    let events = every_event(scene, rule_place, &roles).into_iter();
    events.map(|hit| Subject::event(hit, scene)).collect()
}

/// Every event of these roles once, in the order of the timeline.
pub(super) fn every_event(scene: &Scene<'_>, rule_place: usize, roles: &[usize]) -> Vec<Hit> {
    let places = scene.set.places.get(rule_place);
    let place = |role: &usize| places.and_then(|places| places.get(*role));
    let found = roles.iter().filter_map(|role| scene.hits.of(*place(role)?));
    let mut hits: Vec<Hit> = found
        .flat_map(|found| found.values().flatten().copied())
        .collect();
    hits.sort_by_key(|hit| hit.event);
    hits.dedup_by_key(|hit| hit.event);
    hits
}

/// Crowds of events: each begins anew behind the one before.
fn crowds(scene: &Scene<'_>, count: &Count, mut hits: Vec<Hit>) -> Vec<Subject> {
    hits.retain(|hit| hit.time.is_some());
    hits.sort_by_key(|hit| hit.event);
    let mut open: FxHashMap<Key, Vec<Hit>> = FxHashMap::default();
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
