//! Which events belong together because an id stands in them.
//!
//! `rules/catalog/ids.tsv` says which payload fields hold ids; activity ids stand in the records
//! themselves. An id that was made for one request proves that its events are of that request; the id
//! of a thing that lasts only says that they are about it; and where no id is shared, the same thread
//! within two seconds is the last resort.

use joinscope_wire::Guid;
use rustc_hash::FxHashMap;

use super::build::Timeline;
use super::event::EventRef;
use super::query::member;
use crate::catalog::{IdKind, IdRow};
use crate::model::{EventId, GuidId, Shape, Strength, TextId, Value};

/// How far apart events of one thread may be that are tied by time alone.
const NEAR_SECONDS: f64 = 2.0;
/// Events that are looked at for a neighbour in time.
const NEAR_EVENTS: usize = 4096;

/// An id that several events share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LinkId(u32);

/// The shared ids of a timeline.
#[derive(Debug, Default)]
pub struct Links {
    /// What each id proves, and the events that it stands in, in the order of the timeline.
    shared: Vec<(Strength, Vec<EventId>)>,
    /// The ids of each event that has any, in the order of the timeline.
    of_event: Vec<(EventId, LinkId)>,
}

/// Which positions of a payload hold ids: those whose field is one, and of JSON texts the member.
type Places = Vec<(usize, Option<&'static str>, IdKind)>;

/// Where an id stood. Most stand in one event, and need no list.
struct Stood {
    strength: Strength,
    first: EventId,
    more: Vec<EventId>,
}

/// The ids that were found so far.
struct Found<'t> {
    timeline: &'t Timeline,
    ids: Vec<Stood>,
    /// The place among `ids` of each id that the timeline has a number for.
    by_number: Vec<Option<u32>>,
    /// The same of all others.
    others: FxHashMap<Guid, u32>,
}

impl<'t> Found<'t> {
    fn of(timeline: &'t Timeline) -> Self {
        Self {
            timeline,
            ids: Vec::new(),
            by_number: vec![None; timeline.guids.items().len()],
            others: FxHashMap::default(),
        }
    }

    /// An id that stands in an event, which comes after those before.
    fn add(&mut self, id: Guid, strength: Strength, event: EventId) {
        if let Some(number) = self.timeline.guids.known(&id) {
            self.add_known(GuidId(number), strength, event);
        } else if let Ok(next) = u32::try_from(self.ids.len()) {
            let place = *self.others.entry(id).or_insert(next);
            self.stands(place, strength, event);
        }
    }

    /// The same of one that the timeline has a number for; 0 is no id.
    fn add_known(&mut self, id: GuidId, strength: Strength, event: EventId) {
        let next = u32::try_from(self.ids.len()).ok();
        if let (Some(slot), Some(next)) = (self.by_number.get_mut(id.index()), next)
            && id != GuidId(0)
        {
            let place = *slot.get_or_insert(next);
            self.stands(place, strength, event);
        }
    }

    fn stands(&mut self, place: u32, strength: Strength, event: EventId) {
        let Some(id) = self.ids.get_mut(place as usize) else {
            let (first, more) = (event, Vec::new());
            self.ids.push(Stood {
                strength,
                first,
                more,
            });
            return;
        };
        id.strength = id.strength.min(strength);
        if *id.more.last().unwrap_or(&id.first) != event {
            id.more.push(event);
        }
    }
}

impl Links {
    /// Finds the ids that stand in more than one event.
    pub fn of(timeline: &Timeline) -> Self {
        let places = id_places(timeline);
        let mut found = Found::of(timeline);
        for event in timeline.events() {
            for id in [event.record.activity, event.record.related] {
                found.add_known(id, Strength::Exact, event.id());
            }
            let places = places.get(event.kind.shape.index());
            for (place, member, kind) in places.into_iter().flatten() {
                if let Some(value) = event.value_at(*place)
                    && let Some(id) = id_in(value, *member)
                {
                    found.add(id, strength(*kind), event.id());
                }
            }
        }
        // In the order of the events, so that the same evidence gives the same ids.
        let shared = found.ids.into_iter().filter(|id| !id.more.is_empty());
        let events = |id: Stood| [vec![id.first], id.more].concat();
        let mut shared: Vec<(Strength, Vec<EventId>)> =
            shared.map(|id| (id.strength, events(id))).collect();
        shared.sort_unstable();
        let mut of_event: Vec<(EventId, LinkId)> = (0_u32..)
            .zip(&shared)
            .flat_map(|(link, (_, events))| events.iter().map(move |event| (*event, LinkId(link))))
            .collect();
        of_event.sort_unstable();
        Self { shared, of_event }
    }

    /// The shared ids of an event, those that prove most first.
    pub fn ids(&self, event: EventId) -> impl Iterator<Item = LinkId> {
        let from = self.of_event.partition_point(|(other, _)| *other < event);
        let own = self.of_event.get(from..).unwrap_or_default();
        own.iter()
            .take_while(move |(other, _)| *other == event)
            .map(|(_, link)| *link)
    }

    /// What it proves that two events share the id.
    pub fn strength(&self, link: LinkId) -> Strength {
        self.shared
            .get(link.0 as usize)
            .map_or(Strength::Temporal, |(strength, _)| *strength)
    }

    /// The events that an id stands in, in the order of the timeline.
    pub fn events(&self, link: LinkId) -> &[EventId] {
        self.shared
            .get(link.0 as usize)
            .map_or(&[], |(_, events)| events)
    }

    /// The nearest event after (or before) this one that belongs to it, and how sure that is: by the
    /// ids that prove most, else by thread and time.
    pub fn next(
        &self,
        timeline: &Timeline,
        event: EventRef<'_>,
        forward: bool,
    ) -> Option<(EventId, Strength)> {
        let beside = |link: LinkId| {
            let events = self.events(link);
            if forward {
                let after = events.partition_point(|other| *other <= event.id());
                events.get(after)
            } else {
                let before = events.partition_point(|other| *other < event.id());
                events.get(before.checked_sub(1)?)
            }
        };
        let nearest = |strength: Strength| {
            let of_strength = self.ids(event.id());
            let found = of_strength
                .filter(|link| self.strength(*link) == strength)
                .filter_map(beside);
            let found = if forward { found.min() } else { found.max() };
            found.map(|found| (*found, strength))
        };
        nearest(Strength::Exact)
            .or_else(|| nearest(Strength::Identifier))
            .or_else(|| Some((near(timeline, event, forward)?, Strength::Temporal)))
    }
}

fn strength(kind: IdKind) -> Strength {
    match kind {
        IdKind::Request | IdKind::Task => Strength::Exact,
        IdKind::Thing => Strength::Identifier,
    }
}

/// The places of each shape that hold ids, in the order of the shapes.
fn id_places(timeline: &Timeline) -> Vec<Places> {
    let mut known: FxHashMap<TextId, Vec<(Option<&'static str>, IdKind)>> = FxHashMap::default();
    let mut places_of = |shape: &Shape| {
        let mut places = Places::new();
        for (place, name) in shape.names.iter().enumerate() {
            let holds = known.entry(*name);
            let holds = holds.or_insert_with(|| ids_in(timeline, timeline.text(*name)));
            places.extend(holds.iter().map(|(member, kind)| (place, *member, *kind)));
        }
        places
    };
    timeline.shapes.items().iter().map(&mut places_of).collect()
}

/// The ids that a field of this name holds: itself, or members of the JSON text in it.
fn ids_in(timeline: &Timeline, name: &str) -> Vec<(Option<&'static str>, IdKind)> {
    let holds = |row: &IdRow| {
        let (field, member) = match row.field.split_once('.') {
            Some((field, member)) => (field, Some(member)),
            None => (row.field, None),
        };
        name.eq_ignore_ascii_case(field)
            .then_some((member, row.kind))
    };
    timeline.catalog.ids.iter().filter_map(holds).collect()
}

fn id_in(value: Value<'_>, name: Option<&str>) -> Option<Guid> {
    match (value, name) {
        (Value::Guid(id), None) => Some(id),
        (Value::Text(text), None) => text.trim().parse().ok(),
        (Value::Text(text), Some(name)) => member(text, &[name])?.trim().parse().ok(),
        _ => None,
    }
}

/// The nearest event of the same thread within [`NEAR_SECONDS`].
fn near(timeline: &Timeline, event: EventRef<'_>, forward: bool) -> Option<EventId> {
    let (at, thread) = (event.ticks()?, event.pid().zip(event.tid())?);
    let fits = |other: &EventRef<'_>| {
        other.pid().zip(other.tid()) == Some(thread)
            && other.device() == event.device()
            && !other.is_noise()
    };
    let step = |distance: usize| {
        let place = if forward {
            event.id().index().checked_add(distance)
        } else {
            event.id().index().checked_sub(distance)
        };
        timeline.event(EventId(u32::try_from(place?).ok()?))
    };
    (1..=NEAR_EVENTS)
        .map_while(step)
        .map_while(|other| {
            let apart = other.ticks()?.seconds_since(at).abs();
            (apart <= NEAR_SECONDS).then_some(other)
        })
        .find(fits)
        .map(EventRef::id)
}

#[cfg(test)]
mod tests;
