//! Deciding whether an event matches.

use super::super::build::Timeline;
use super::super::event::EventRef;
use super::compose::FieldsOf;
use super::json::{Letters, json_member};
use super::ready::{Names, Node};
use super::values::{compares, holds, text_matches, value_matches};
use super::{Expr, Field, Op, Pattern, Term, When};
use crate::model::{TICKS_PER_SECOND, Value};

/// A query readied for the events of one timeline.
#[derive(Debug)]
pub struct Matcher<'t> {
    root: Node<'t>,
}

impl<'t> Matcher<'t> {
    pub(super) fn new(root: &'t Expr, timeline: &'t Timeline) -> Self {
        Self {
            root: Names::of(timeline).ready(root),
        }
    }

    /// Whether the event, which must be of the timeline given before, matches.
    pub fn matches(&self, event: EventRef<'_>) -> bool {
        decide(&self.root, event)
    }
}

pub(super) fn decide(node: &Node<'_>, event: EventRef<'_>) -> bool {
    match node {
        Node::And(parts) => parts.iter().all(|part| decide(part, event)),
        Node::Or(parts) => parts.iter().any(|part| decide(part, event)),
        Node::Not(inner) => !decide(inner, event),
        Node::Origin(origins) => origins
            .get(event.kind.origin.index())
            .copied()
            .unwrap_or(false),
        Node::Event(providers, id) => {
            event.code() == *id
                && event
                    .origin()
                    .is_some_and(|origin| providers.contains(&origin.provider))
        }
        Node::Payload(names, term) => match event.field_of(names) {
            Some(value) => value_matches(value, term.op, &term.value),
            // A field that is not there has no value that could be different.
            None => false,
        },
        Node::At(place, term) => event
            .value_at(*place)
            .is_some_and(|value| value_matches(value, term.op, &term.value)),
        Node::Member(names, members, term) => event
            .field_of(names)
            .is_some_and(|value| member_matches(&value.text(), members, term)),
        Node::Codes(codes) => event
            .status()
            .is_some_and(|code| codes.binary_search(&code).is_ok()),
        Node::CodesAt(places, codes) => {
            let mut found = places
                .iter()
                .filter_map(|place| event.value_at(*place)?.code());
            found
                .next()
                .is_some_and(|code| codes.binary_search(&code).is_ok())
        }
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
    // To read a text costs much more than to see that the name does not stand in it.
    if names.first().is_some_and(|name| !may_name(text, name)) {
        return None;
    }
    match json_member(text, names, Letters::AnyCase)? {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

/// Whether a JSON text can have a member of this name, in any letter case. A name can be written with
/// escapes.
fn may_name(text: &str, name: &str) -> bool {
    text.contains('\\') || holds(text.as_bytes(), name.as_bytes())
}

/// Whether an object that is no event matches, as far as its given fields decide it; `field` shows the
/// value of a field, if there is one.
pub(super) fn decide_object(
    expr: &Expr,
    field: &FieldsOf<'_>,
    is_given: &dyn Fn(&str) -> bool,
) -> Option<bool> {
    let parts = |parts: &[Expr], dominant: bool| {
        let parts = parts.iter();
        joined(
            parts.map(|part| decide_object(part, field, is_given)),
            dominant,
        )
    };
    match expr {
        Expr::And(all) => parts(all, false),
        Expr::Or(any) => parts(any, true),
        Expr::Not(inner) => decide_object(inner, field, is_given).map(|decided| !decided),
        Expr::Term(term) => {
            let name = match &term.field {
                Field::Payload(name) => name.as_str(),
                Field::BuiltIn(name) => name,
            };
            if !is_given(name) {
                return None;
            }
            let mut matches = false;
            field(name, &mut |value| {
                matches |= value_matches(value, term.op, &term.value);
            });
            Some(matches)
        }
    }
}

/// What parts that may be undecided come to: `dominant` where any part is, the opposite where all are.
pub(super) fn joined(
    parts: impl IntoIterator<Item = Option<bool>>,
    dominant: bool,
) -> Option<bool> {
    let mut all = Some(!dominant);
    for part in parts {
        match part {
            Some(part) if part == dominant => return Some(dominant),
            Some(_) => {}
            None => all = None,
        }
    }
    all
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
pub(super) fn exactly(op: Op) -> Op {
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
