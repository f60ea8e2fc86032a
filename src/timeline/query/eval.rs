//! Deciding whether an event matches.
//!
//! What depends on the origin alone (provider, channel, host …) is decided once per origin;
//! payload names are turned into ids once per query.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::super::build::Timeline;
use super::super::event::EventRef;
use super::compose::FieldsOf;
use super::values::{compares, text_matches, value_matches};
use super::{Expr, Field, Op, Pattern, Term, When};
use crate::model::{OriginId, ShapeId, TICKS_PER_SECOND, TextId, Value};

/// A query readied for the events of one timeline.
#[derive(Debug)]
pub struct Matcher<'t> {
    root: Node<'t>,
}

#[derive(Debug)]
enum Node<'t> {
    And(Vec<Node<'t>>),
    Or(Vec<Node<'t>>),
    Not(Box<Node<'t>>),
    /// By origin id.
    Origin(Vec<bool>),
    /// By origin id, and an event id beside it.
    Event(Vec<bool>, u32),
    /// A payload field under any spelling of its name.
    Payload(Vec<TextId>, &'t Term),
    /// A member of the JSON text in a payload field, by the names that lead to it.
    Member(Vec<TextId>, Vec<&'t str>, &'t Term),
    Own(&'static str, &'t Term),
}

impl<'t> Matcher<'t> {
    pub(super) fn new(root: &'t Expr, timeline: &'t Timeline) -> Self {
        Self {
            root: ready(root, timeline),
        }
    }

    /// Whether the event, which must be of the timeline given before, matches.
    pub fn matches(&self, event: EventRef<'_>) -> bool {
        decide(&self.root, event)
    }
}

/// Several queries over one timeline. Each is tried only on events of a kind (origin, event id, names)
/// that it can match, which is found out once per kind: most queries of rules name their events.
#[derive(Debug)]
pub struct Matchers<'t> {
    all: Vec<Matcher<'t>>,
    by_kind: FxHashMap<Kind, Rc<[usize]>>,
    /// The kind of the last event: events of a kind come in runs.
    last: Option<(Kind, Rc<[usize]>)>,
}

/// What events of one kind share: origin, event id, version, own name and field names.
type Kind = (OriginId, u32, u8, TextId, ShapeId);

impl<'t> Matchers<'t> {
    /// All of these, known by their place.
    pub fn new(matchers: impl IntoIterator<Item = Matcher<'t>>) -> Self {
        Self {
            all: matchers.into_iter().collect(),
            by_kind: FxHashMap::default(),
            last: None,
        }
    }

    /// Places of the queries that can match events of this event's kind, in order.
    pub fn candidates(&mut self, event: EventRef<'_>) -> Rc<[usize]> {
        let record = event.record;
        let kind = (
            record.origin,
            record.code,
            record.version,
            record.name,
            record.shape,
        );
        if let Some((_, places)) = self.last.as_ref().filter(|(last, _)| *last == kind) {
            return Rc::clone(places);
        }
        let matchers = &self.all;
        let places = self.by_kind.entry(kind).or_insert_with(|| {
            let can_match = |(place, matcher): (usize, &Matcher<'_>)| {
                (decide_kind(&matcher.root, event) != Some(false)).then_some(place)
            };
            matchers.iter().enumerate().filter_map(can_match).collect()
        });
        let places = Rc::clone(places);
        self.last = Some((kind, Rc::clone(&places)));
        places
    }

    /// Whether the query at this place matches the event.
    pub fn matches(&self, place: usize, event: EventRef<'_>) -> bool {
        self.all
            .get(place)
            .is_some_and(|matcher| matcher.matches(event))
    }
}

/// What the kind of an event alone decides, if anything; the event stands for all of its kind.
fn decide_kind(node: &Node<'_>, event: EventRef<'_>) -> Option<bool> {
    match node {
        Node::And(parts) => decide_parts(parts, false, event),
        Node::Or(parts) => decide_parts(parts, true, event),
        Node::Not(inner) => decide_kind(inner, event).map(|decided| !decided),
        Node::Origin(_)
        | Node::Event(..)
        | Node::Own("event" | "id" | "lane" | "version" | "name" | "stage", _) => {
            Some(decide(node, event))
        }
        // Without the field there is no value that could match.
        Node::Payload(names, _) | Node::Member(names, ..) => {
            (!event.has_field_of(names)).then_some(false)
        }
        Node::Own("code", _) => event
            .row()
            .is_none_or(|row| row.status.is_none())
            .then_some(false),
        Node::Own(..) => None,
    }
}

/// `dominant` where any part is known to be, the opposite where all are known to be.
fn decide_parts(parts: &[Node<'_>], dominant: bool, event: EventRef<'_>) -> Option<bool> {
    let mut decided = Some(!dominant);
    for part in parts {
        match decide_kind(part, event) {
            Some(part) if part == dominant => return Some(dominant),
            Some(_) => {}
            None => decided = None,
        }
    }
    decided
}

fn ready<'t>(expr: &'t Expr, timeline: &'t Timeline) -> Node<'t> {
    match expr {
        Expr::And(parts) => Node::And(parts.iter().map(|part| ready(part, timeline)).collect()),
        Expr::Or(parts) => Node::Or(parts.iter().map(|part| ready(part, timeline)).collect()),
        Expr::Not(inner) => Node::Not(Box::new(ready(inner, timeline))),
        Expr::Term(term) => match &term.field {
            Field::Payload(name) => {
                let spellings = spellings_of(name, timeline);
                match name.split_once('.') {
                    Some((base, members)) if spellings.is_empty() => Node::Member(
                        spellings_of(base, timeline),
                        members.split('.').collect(),
                        term,
                    ),
                    _ => Node::Payload(spellings, term),
                }
            }
            Field::BuiltIn(name) => match (
                by_event(name, term, timeline),
                by_origin(name, term, timeline),
            ) {
                (Some(node), _) => node,
                (None, Some(origins)) => Node::Origin(origins),
                (None, None) => Node::Own(name, term),
            },
        },
    }
}

/// Every spelling of a field's name that the evidence has.
fn spellings_of(name: &str, timeline: &Timeline) -> Vec<TextId> {
    let spelled = |(index, text): (usize, &std::sync::Arc<str>)| {
        let is_meant = text.eq_ignore_ascii_case(name);
        is_meant.then(|| u32::try_from(index).ok().map(TextId))?
    };
    let texts = timeline.texts.items().iter().enumerate();
    texts.filter_map(spelled).collect()
}

/// `event:UDR/304` without wildcards: a provider, decided per origin, and an id.
fn by_event<'t>(name: &str, term: &Term, timeline: &Timeline) -> Option<Node<'t>> {
    if name != "event" || term.value.wildcard || !matches!(term.op, Op::Match | Op::Equal) {
        return None;
    }
    let (provider, id) = term.value.text.rsplit_once('/')?;
    let id = id.parse().ok()?;
    let is_meant = |name: &str| {
        let row = timeline.catalog.events.provider(name);
        let alias = row
            .and_then(|row| timeline.catalog.events.providers().get(row))
            .map(|known| known.alias);
        name.eq_ignore_ascii_case(provider)
            || alias.is_some_and(|alias| alias.eq_ignore_ascii_case(provider))
    };
    let origins = timeline
        .origins
        .items()
        .iter()
        .map(|origin| is_meant(timeline.text(origin.provider)))
        .collect();
    Some(Node::Event(origins, id))
}

/// The term's answer for each origin, where it depends on nothing else.
fn by_origin(name: &str, term: &Term, timeline: &Timeline) -> Option<Vec<bool>> {
    let decide = |pick: &dyn Fn(usize) -> Vec<String>| {
        let answer = |index| {
            let texts = pick(index);
            match term.op {
                Op::NotEqual => !texts
                    .iter()
                    .any(|text| text_matches(text, Op::Equal, &term.value)),
                op => texts.iter().any(|text| text_matches(text, op, &term.value)),
            }
        };
        Some((0..timeline.origins.items().len()).map(answer).collect())
    };
    let origin = |index: usize| timeline.origins.items().get(index);
    let text = |id: TextId| timeline.text(id).to_owned();
    match name {
        "provider" => decide(&|index| {
            origin(index).map_or(Vec::new(), |origin| {
                let name = text(origin.provider);
                let alias = timeline.catalog.events.provider(&name);
                let alias = alias.and_then(|alias| timeline.catalog.events.providers().get(alias));
                let alias = alias.map(|provider| provider.alias.to_owned());
                std::iter::once(name).chain(alias).collect()
            })
        }),
        "channel" => {
            decide(&|index| origin(index).map_or(Vec::new(), |origin| vec![text(origin.channel)]))
        }
        "host" => {
            decide(&|index| origin(index).map_or(Vec::new(), |origin| vec![text(origin.computer)]))
        }
        "format" => decide(&|index| {
            origin(index).map_or(Vec::new(), |origin| vec![origin.format.to_owned()])
        }),
        "artifact" => decide(&|index| {
            origin(index).map_or(Vec::new(), |origin| {
                vec![timeline.path(origin.artifact).to_owned()]
            })
        }),
        _ => None,
    }
}

fn decide(node: &Node<'_>, event: EventRef<'_>) -> bool {
    match node {
        Node::And(parts) => parts.iter().all(|part| decide(part, event)),
        Node::Or(parts) => parts.iter().any(|part| decide(part, event)),
        Node::Not(inner) => !decide(inner, event),
        Node::Origin(origins) => origins
            .get(event.record.origin.index())
            .copied()
            .unwrap_or(false),
        Node::Event(origins, id) => {
            event.code() == *id
                && origins
                    .get(event.record.origin.index())
                    .copied()
                    .unwrap_or(false)
        }
        Node::Payload(names, term) => match event.field_of(names) {
            Some(value) => value_matches(value, term.op, &term.value),
            // A field that is not there has no value that could be different.
            None => false,
        },
        Node::Member(names, members, term) => event
            .field_of(names)
            .is_some_and(|value| member_matches(&value.text(), members, term)),
        Node::Own(name, term) => own_matches(name, event, term),
    }
}

/// Whether a member of a JSON text matches.
fn member_matches(text: &str, members: &[&str], term: &Term) -> bool {
    member(text, members)
        .is_some_and(|text| value_matches(Value::Text(&text), term.op, &term.value))
}

/// The member of a JSON text that these names lead to, as text.
pub(in crate::timeline) fn member(text: &str, names: &[&str]) -> Option<String> {
    // What begins otherwise is no object, and most texts are none.
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let mut place: &serde_json::Value = &serde_json::from_str(text).ok()?;
    for name in names {
        let object = place.as_object()?;
        let exact = object.get(*name);
        let folded = || {
            object
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
        };
        place = exact.or_else(|| folded().map(|(_, value)| value))?;
    }
    match place {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// Whether an object that is no event matches; `field` shows the value of a field, if there is one.
pub(super) fn decide_object(expr: &Expr, field: &FieldsOf<'_>) -> bool {
    match expr {
        Expr::And(parts) => parts.iter().all(|part| decide_object(part, field)),
        Expr::Or(parts) => parts.iter().any(|part| decide_object(part, field)),
        Expr::Not(inner) => !decide_object(inner, field),
        Expr::Term(term) => {
            let name = match &term.field {
                Field::Payload(name) => name.as_str(),
                Field::BuiltIn(name) => name,
            };
            let mut matches = false;
            field(name, &mut |value| {
                matches |= value_matches(value, term.op, &term.value);
            });
            matches
        }
    }
}

fn own_matches(name: &str, event: EventRef<'_>, term: &Term) -> bool {
    let (op, value) = (term.op, &term.value);
    let number = |number: Option<u32>| {
        number.is_some_and(|number| value_matches(Value::Uint(number.into()), op, value))
    };
    match name {
        "id" => number(Some(event.code())),
        "version" => number(Some(event.version().into())),
        "weight" => number(Some(event.weight().into())),
        "pid" => number(event.pid()),
        "tid" => number(event.tid()),
        "record" => match event.locator() {
            crate::model::Locator::Record { id, .. } => value_matches(Value::Uint(id), op, value),
            crate::model::Locator::Line(place) | crate::model::Locator::Session(place) => {
                number(Some(place))
            }
            // A record of a trace has no number of its own.
            crate::model::Locator::Buffer { .. } => false,
        },
        "code" => event
            .status()
            .is_some_and(|code| value_matches(Value::Hex32(code), op, value)),
        "level" => value
            .rank
            .is_some_and(|rank| compares(f64::from(event.level().rank()), op, f64::from(rank))),
        "after" => value.when.is_some_and(|when| is_after(event, when)),
        "before" => {
            event.ticks().is_some() && value.when.is_some_and(|when| !is_after(event, when))
        }
        "stage" => text_matches(event.stage().word(), exactly(op), value),
        "outcome" => text_matches(event.outcome().word(), exactly(op), value),
        "lane" => text_matches(event.lane().word(), exactly(op), value),
        "name" => text_matches(event.name(), op, value),
        "decoded" => text_matches(event.decoding().word(), exactly(op), value),
        "user" => text_matches(event.user(), op, value),
        "source" => text_matches(&event.source().to_string(), exactly(op), value),
        "message" => text_matches(&event.message(), op, value),
        "activity" => {
            let ids = [event.activity(), event.related()];
            ids.into_iter()
                .flatten()
                .any(|id| text_matches(&id.to_string(), op, value))
        }
        "event" => {
            let name = |provider: &str| format!("{provider}/{}", event.code());
            text_matches(&name(event.provider_alias()), exactly(op), value)
                || text_matches(&name(event.provider()), exactly(op), value)
        }
        _ => text_anywhere(event, op, value),
    }
}

/// Fields of fixed words are compared whole even by `:`, so that `outcome:info` means `info`.
fn exactly(op: Op) -> Op {
    if op == Op::Match { Op::Equal } else { op }
}

fn text_anywhere(event: EventRef<'_>, op: Op, value: &Pattern) -> bool {
    text_matches(&event.message(), op, value)
        || text_matches(event.provider(), op, value)
        || text_matches(event.channel(), op, value)
        || event
            .fields()
            .any(|(name, field)| text_matches(name, op, value) || value_matches(field, op, value))
}

fn is_after(event: EventRef<'_>, when: When) -> bool {
    event.ticks().is_some_and(|ticks| match when {
        When::At(bound) => ticks >= bound,
        When::Daily(bound) => ticks.0.rem_euclid(86_400 * TICKS_PER_SECOND) >= bound,
    })
}
