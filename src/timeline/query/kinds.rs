//! Many queries over one timeline, each tried only on the events that it can match.
//!
//! Events of one kind share their id, version, level, own name, field names and what of their origin matters,
//! and what these decide is found out once for each kind: which queries are left, and what of them is
//! left to ask. Most queries of rules name their events, so an index by provider and id leaves few to
//! look at.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::super::build::Timeline;
use super::super::event::EventRef;
use super::Query;
use super::eval::{decide, exactly, joined};
use super::ready::{Names, Node};
use super::values::{text_matches, value_matches};
use crate::model::{
    EventId, KindId, Level, Locator, Origin, Outcome, Record, ShapeId, TextId, Value,
};

/// Fewer events are looked at by one thread alone: to wake another costs more.
const FEW: usize = 2_000;

/// Several queries over one timeline.
#[derive(Debug)]
pub struct Matchers<'t> {
    all: Vec<Node<'t>>,
    /// Places of the queries that name their events, by provider and id.
    by_event: FxHashMap<(TextId, u32), Vec<usize>>,
    /// Places of all others.
    others: Vec<usize>,
    timeline: &'t Timeline,
    /// The class of each origin.
    classes: Vec<Class>,
    /// The sets of candidates that were found, the first of which is empty.
    found: Vec<Vec<Candidate<'t>>>,
    by_trait: FxHashMap<Traits, usize>,
    /// The place among `found` of each kind of the timeline that was asked for.
    by_kind: Vec<Option<usize>>,
}

/// What the queries see of a kind: class of the origin, event id, version, level, own name and field names.
type Traits = (Class, u32, u8, Level, TextId, ShapeId);

/// Origins of one class are alike to every query: logs of one channel from many devices mostly are.
type Class = u32;

/// A query that events of one kind can match.
#[derive(Debug)]
pub struct Candidate<'t> {
    place: usize,
    /// What is left to ask; nothing where every event of the kind matches.
    open: Option<Node<'t>>,
}

/// Queries whose candidates are known of every kind of event.
#[derive(Clone, Copy, Debug)]
pub struct Known<'m, 't>(&'m Matchers<'t>);

impl<'t> Known<'_, 't> {
    /// The queries that can match events of this event's kind, in their order.
    pub fn candidates(&self, event: EventRef<'_>) -> &[Candidate<'t>] {
        let place = self.0.by_kind.get(event.record.kind.index());
        let place = place.copied().flatten().unwrap_or_default();
        self.0.found.get(place).map_or(&[], Vec::as_slice)
    }

    /// Whether the event matches any of them.
    pub fn any(&self, event: EventRef<'_>) -> bool {
        let mut candidates = self.candidates(event).iter();
        candidates.any(|query| query.matches(event))
    }
}

impl Candidate<'_> {
    /// The place of the query among those that were given.
    pub fn place(&self) -> usize {
        self.place
    }

    /// Whether the event, which must be of the kind, matches.
    pub fn matches(&self, event: EventRef<'_>) -> bool {
        self.open.as_ref().is_none_or(|open| decide(open, event))
    }
}

impl<'t> Matchers<'t> {
    /// All of these, known by their place.
    pub fn new(timeline: &'t Timeline, queries: impl IntoIterator<Item = &'t Query>) -> Self {
        let names = Names::of(timeline);
        let queries = queries.into_iter();
        let mut matchers = Self {
            all: queries.map(|query| names.ready(&query.root)).collect(),
            by_event: FxHashMap::default(),
            others: Vec::new(),
            timeline,
            classes: Vec::new(),
            found: vec![Vec::new()],
            by_trait: FxHashMap::default(),
            by_kind: vec![None; timeline.kinds.items().len()],
        };
        for (place, node) in matchers.all.iter().enumerate() {
            let Some(mut events) = named(node) else {
                matchers.others.push(place);
                continue;
            };
            events.sort_unstable();
            events.dedup();
            for event in events {
                matchers.by_event.entry(event).or_default().push(place);
            }
        }
        matchers.classes = classes(timeline.origins.items(), &matchers.all);
        matchers
    }

    /// The queries that can match events of this event's kind, in their order.
    pub fn candidates(&mut self, event: EventRef<'_>) -> &[Candidate<'t>] {
        let place = self.place_of(event);
        self.found.get(place).map_or(&[], Vec::as_slice)
    }

    /// The place of the first query that the event matches.
    pub fn first(&mut self, event: EventRef<'_>) -> Option<usize> {
        let candidates = self.candidates(event);
        let first = candidates.iter().find(|query| query.matches(event));
        first.map(Candidate::place)
    }

    /// The events that any query can match, as far as their kinds decide, in the order of the timeline.
    pub fn events(
        &mut self,
    ) -> impl DoubleEndedIterator<Item = EventRef<'t>> + ExactSizeIterator + use<'t> {
        let timeline = self.timeline;
        let kinds = (0..).map(KindId).take(timeline.kinds.items().len());
        let asked: Vec<KindId> = kinds
            .filter(|kind| {
                let standing = Record::new(*kind, None, Locator::Line(0));
                let event = timeline.event_of(&standing, EventId(u32::MAX));
                event.is_some_and(|event| !self.candidates(event).is_empty())
            })
            .collect();
        timeline.events_of(&asked)
    }

    /// The same events in stretches that follow each other, each looked at by a thread with what knows the
    /// queries; what comes of the stretches stands in their order.
    pub fn in_stretches<R: Send>(
        &mut self,
        look: impl Fn(&Known<'_, 't>, &[EventRef<'t>]) -> R + Sync,
    ) -> Vec<R> {
        let events: Vec<EventRef<'t>> = self.events().collect();
        let known = Known(self);
        let stretches = events.len().div_ceil(FEW);
        let stretches = stretches.clamp(1, 4 * rayon::current_num_threads());
        events
            .par_chunks(events.len().div_ceil(stretches).max(1))
            .map(|stretch| look(&known, stretch))
            .collect()
    }

    /// Where the candidates for events of this event's kind stand; 0 for none.
    fn place_of(&mut self, event: EventRef<'_>) -> usize {
        let kind = event.record.kind.index();
        if let Some(Some(place)) = self.by_kind.get(kind) {
            return *place;
        }
        let shared = event.kind;
        // An origin that is not of the timeline has no class, and its events are of no kind.
        let Some(class) = self.classes.get(shared.origin.index()) else {
            return 0;
        };
        let traits = (
            *class,
            shared.code,
            shared.version,
            shared.level,
            shared.name,
            shared.shape,
        );
        let known = self.by_trait.get(&traits).copied();
        let place = known.unwrap_or_else(|| {
            let found = self.of_kind(event);
            let next = self.found.len();
            let place = if found.is_empty() { 0 } else { next };
            if place == next {
                self.found.push(found);
            }
            self.by_trait.insert(traits, place);
            place
        });
        if let Some(slot) = self.by_kind.get_mut(kind) {
            *slot = Some(place);
        }
        place
    }

    /// The same for a kind that is met for the first time; the event stands for all of it.
    fn of_kind(&self, event: EventRef<'_>) -> Vec<Candidate<'t>> {
        let provider = event.origin().map(|origin| origin.provider);
        let named = provider.and_then(|provider| self.by_event.get(&(provider, event.code())));
        let mut places = self.others.clone();
        places.extend(named.into_iter().flatten());
        places.sort_unstable();
        let candidate = |place: usize| {
            let node = self.all.get(place)?;
            let open = match decided(node, event) {
                Some(false) => return None,
                Some(true) => None,
                None => Some(narrowed(node, event)),
            };
            Some(Candidate { place, open })
        };
        places.into_iter().filter_map(candidate).collect()
    }
}

/// The class of each origin: what providers, formats and channels decide beside the queries, and what the
/// queries ask of origins.
fn classes(origins: &[Origin], queries: &[Node<'_>]) -> Vec<Class> {
    let mut masks: Vec<&Arc<[bool]>> = Vec::new();
    for query in queries {
        query.visit(&mut |node| {
            if let Node::Origin(mask) = node {
                masks.push(mask);
            }
        });
    }
    masks.sort_unstable();
    masks.dedup();
    let mut known: FxHashMap<(TextId, TextId, &str, Vec<bool>), Class> = FxHashMap::default();
    let class_of = |(place, origin): (usize, &Origin)| {
        let asked = masks.iter().map(|mask| mask.get(place) == Some(&true));
        let key = (
            origin.provider,
            origin.channel,
            origin.format,
            asked.collect(),
        );
        let next = Class::try_from(known.len()).unwrap_or(Class::MAX);
        *known.entry(key).or_insert(next)
    };
    origins.iter().enumerate().map(class_of).collect()
}

/// The events, by provider and id, without one of which the query cannot match; `None` where it can
/// match any.
fn named(node: &Node<'_>) -> Option<Vec<(TextId, u32)>> {
    match node {
        Node::Event(providers, id) => {
            Some(providers.iter().map(|provider| (*provider, *id)).collect())
        }
        Node::And(parts) => parts.iter().filter_map(named).min_by_key(Vec::len),
        Node::Or(parts) => {
            let all: Option<Vec<_>> = parts.iter().map(named).collect();
            all.map(|lists| lists.concat())
        }
        _ => None,
    }
}

/// What the kind of an event alone decides, if anything; the event stands for all of its kind.
fn decided(node: &Node<'_>, event: EventRef<'_>) -> Option<bool> {
    match node {
        Node::And(parts) => joined(parts.iter().map(|part| decided(part, event)), false),
        Node::Or(parts) => joined(parts.iter().map(|part| decided(part, event)), true),
        Node::Not(inner) => decided(inner, event).map(|decided| !decided),
        Node::Origin(_)
        | Node::Event(..)
        | Node::Own("event" | "id" | "lane" | "level" | "version" | "name" | "stage", _) => {
            Some(decide(node, event))
        }
        // Any event can be noise, and then it has no weight and tells nothing.
        Node::Own("weight", term) => alike(
            [event.usual_weight(), 0]
                .map(|weight| value_matches(Value::Uint(weight.into()), term.op, &term.value)),
        ),
        Node::Own("outcome", term) => alike(
            [event.usual_outcome()?, Outcome::Noise]
                .map(|outcome| text_matches(outcome.word(), exactly(term.op), &term.value)),
        ),
        // Without the field there is no value that could match.
        Node::Payload(names, _) | Node::Member(names, ..) => {
            event.place_of(names).is_none().then_some(false)
        }
        // Nor is there a code without a field that holds one.
        Node::Codes(_) | Node::Own("code", _) => event.status_places().is_empty().then_some(false),
        Node::At(..) | Node::CodesAt(..) | Node::Own(..) => None,
    }
}

/// What two answers say where they are the same.
fn alike([one, other]: [bool; 2]) -> Option<bool> {
    (one == other).then_some(one)
}

/// What is left to ask of events of a kind, where the kind does not decide: parts that it decides say
/// nothing more.
fn narrowed<'t>(node: &Node<'t>, event: EventRef<'_>) -> Node<'t> {
    let open = |parts: &[Node<'t>], make: fn(Vec<Node<'t>>) -> Node<'t>| {
        let open = parts.iter().filter(|part| decided(part, event).is_none());
        let mut open: Vec<Node<'t>> = open.map(|part| narrowed(part, event)).collect();
        match open.len() {
            1 => open.remove(0),
            _ => make(open),
        }
    };
    match node {
        Node::And(parts) => open(parts, Node::And),
        Node::Or(parts) => open(parts, Node::Or),
        Node::Not(inner) => Node::Not(Box::new(narrowed(inner, event))),
        Node::Payload(names, term) => event
            .place_of(names)
            .map_or_else(|| node.clone(), |place| Node::At(place, term)),
        Node::Codes(codes) => Node::CodesAt(event.status_places().into(), Arc::clone(codes)),
        other => other.clone(),
    }
}
