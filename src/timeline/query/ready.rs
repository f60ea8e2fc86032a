//! Readying a query for the events of one timeline: names become ids, and what the origin alone
//! decides (provider, channel, host …) is decided once for each origin.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::super::build::Timeline;
use super::values::text_matches;
use super::{Expr, Field, Op, Special, Term};
use crate::model::{Origin, TextId};

/// A readied query, or a part of one. Its parts are cheap to copy: queries are narrowed to each kind
/// of event.
#[derive(Clone, Debug)]
pub(super) enum Node<'t> {
    And(Vec<Node<'t>>),
    Or(Vec<Node<'t>>),
    Not(Box<Node<'t>>),
    /// By origin id.
    Origin(Arc<[bool]>),
    /// By the spellings of a provider's name, and an event id beside it.
    Event(Arc<[TextId]>, u32),
    /// A payload field under any spelling of its name.
    Payload(Arc<[TextId]>, &'t Term),
    /// The payload field at this place, for events of a kind that is known to have it there.
    At(usize, &'t Term),
    /// A member of the JSON text in a payload field, by the names that lead to it.
    Member(Arc<[TextId]>, Arc<[&'t str]>, &'t Term),
    /// The status code is one of these, which are sorted.
    Codes(Arc<[u32]>),
    /// The first code among the payload fields at these places is one of these, which are sorted.
    CodesAt(Arc<[usize]>, Arc<[u32]>),
    Own(&'static str, &'t Term),
}

impl<'t> Node<'t> {
    /// Shows every part of it, itself included.
    pub(super) fn visit<'n>(&'n self, show: &mut impl FnMut(&'n Node<'t>)) {
        show(self);
        match self {
            Node::And(parts) | Node::Or(parts) => parts.iter().for_each(|part| part.visit(show)),
            Node::Not(inner) => inner.visit(show),
            _ => {}
        }
    }
}

/// The names that the evidence has, by their lower-case forms: made once for all queries on it.
#[derive(Clone, Debug, Default)]
pub(in crate::timeline) struct Spellings {
    /// Every spelling of each payload field.
    fields: FxHashMap<String, Arc<[TextId]>>,
    /// Every spelling of each provider, by its name and by its alias.
    providers: FxHashMap<String, Arc<[TextId]>>,
}

impl Spellings {
    pub(in crate::timeline) fn of(timeline: &Timeline) -> Self {
        let shapes = timeline.shapes.items().iter();
        let fields = distinct(shapes.flat_map(|shape| shape.names.iter().copied()));
        let origins = timeline.origins.items().iter();
        let providers = distinct(origins.map(|origin| origin.provider));
        let with_name = |id: TextId| (timeline.text(id).to_ascii_lowercase(), id);
        let named = providers.iter().flat_map(|id| {
            let (name, id) = with_name(*id);
            let alias = alias_of(&name, timeline).map(str::to_ascii_lowercase);
            let alias = alias
                .filter(|alias| *alias != name)
                .map(|alias| (alias, id));
            [Some((name, id)), alias].into_iter().flatten()
        });
        Self {
            fields: by_name(fields.into_iter().map(with_name)),
            providers: by_name(named),
        }
    }

    /// Every spelling of a payload field's name that the evidence has.
    fn field(&self, name: &str) -> Arc<[TextId]> {
        let known = self.fields.get(&name.to_ascii_lowercase());
        known.cloned().unwrap_or_default()
    }
}

/// A timeline and the names that it has.
pub(super) struct Names<'t> {
    timeline: &'t Timeline,
    spellings: &'t Spellings,
}

impl<'t> Names<'t> {
    pub(super) fn of(timeline: &'t Timeline) -> Self {
        Self {
            timeline,
            spellings: &timeline.spellings,
        }
    }

    pub(super) fn ready(&self, expr: &'t Expr) -> Node<'t> {
        match expr {
            Expr::And(parts) => {
                let parts = parts.iter().map(|part| self.ready(part));
                Node::And(cheapest_first(parts.collect()))
            }
            Expr::Or(parts) => self.either(parts),
            Expr::Not(inner) => Node::Not(Box::new(self.ready(inner))),
            Expr::Term(term) => self.term(term),
        }
    }

    /// Any of several parts; the codes among them become one list.
    fn either(&self, parts: &'t [Expr]) -> Node<'t> {
        let (codes, others): (Vec<&Expr>, Vec<&Expr>) =
            parts.iter().partition(|part| code_of(part).is_some());
        let mut codes: Vec<u32> = codes.into_iter().filter_map(code_of).collect();
        let mut nodes: Vec<Node<'t>> = others.into_iter().map(|part| self.ready(part)).collect();
        if !codes.is_empty() {
            codes.sort_unstable();
            nodes.push(Node::Codes(codes.into()));
        }
        Node::Or(cheapest_first(nodes))
    }

    fn term(&self, term: &'t Term) -> Node<'t> {
        match &term.field {
            Field::Payload(name) => {
                let spellings = self.spellings.field(name);
                match name.split_once('.') {
                    Some((base, members)) if spellings.is_empty() => Node::Member(
                        self.spellings.field(base),
                        members.split('.').collect(),
                        term,
                    ),
                    _ => Node::Payload(spellings, term),
                }
            }
            Field::BuiltIn(name) => {
                let code = || code_in(term).map(|code| Node::Codes(Arc::new([code])));
                let found = self.by_event(name, term).or_else(code);
                let origins = || self.by_origin(name, term).map(Node::Origin);
                found.or_else(origins).unwrap_or(Node::Own(name, term))
            }
        }
    }

    /// `event:UDR/304` without wildcards: a provider and an id.
    fn by_event(&self, name: &str, term: &Term) -> Option<Node<'t>> {
        if name != "event" || term.value.wildcard || !matches!(term.op, Op::Match | Op::Equal) {
            return None;
        }
        let (provider, id) = term.value.text.rsplit_once('/')?;
        let id = id.parse().ok()?;
        let providers = self.spellings.providers.get(&provider.to_ascii_lowercase());
        Some(Node::Event(providers.cloned().unwrap_or_default(), id))
    }

    /// The term's answer for each origin, where it depends on nothing else.
    fn by_origin(&self, name: &str, term: &Term) -> Option<Arc<[bool]>> {
        let column: fn(&Origin) -> TextId = match name {
            "provider" => |origin| origin.provider,
            "channel" => |origin| origin.channel,
            "host" => |origin| origin.computer,
            "format" => return Some(self.each(|origin| one_of(&[origin.format], term))),
            "artifact" => {
                let path = |origin: &Origin| self.timeline.path(origin.artifact);
                return Some(self.each(|origin| one_of(&[path(origin)], term)));
            }
            _ => return None,
        };
        let mut known: FxHashMap<TextId, bool> = FxHashMap::default();
        let answer = |id: TextId| {
            let text = self.timeline.text(id);
            let alias = alias_of(text, self.timeline).filter(|_| name == "provider");
            match alias {
                Some(alias) => one_of(&[text, alias], term),
                None => one_of(&[text], term),
            }
        };
        Some(self.each(|origin| {
            let id = column(origin);
            *known.entry(id).or_insert_with(|| answer(id))
        }))
    }

    fn each(&self, answer: impl FnMut(&Origin) -> bool) -> Arc<[bool]> {
        self.timeline.origins.items().iter().map(answer).collect()
    }
}

/// The parts in the order of what asking them costs: the first that decides spares the others.
fn cheapest_first(mut parts: Vec<Node<'_>>) -> Vec<Node<'_>> {
    parts.sort_by_key(|part| match part {
        Node::Origin(_) | Node::Event(..) => 0,
        Node::Codes(_) | Node::CodesAt(..) => 1,
        Node::At(..) | Node::Payload(..) => 2,
        Node::Own("text" | "message", _) | Node::Member(..) => 4,
        Node::Own(..) | Node::And(_) | Node::Or(_) | Node::Not(_) => 3,
    });
    parts
}

fn distinct(ids: impl Iterator<Item = TextId>) -> Vec<TextId> {
    let mut ids: Vec<TextId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn by_name(named: impl Iterator<Item = (String, TextId)>) -> FxHashMap<String, Arc<[TextId]>> {
    let mut lists: FxHashMap<String, Vec<TextId>> = FxHashMap::default();
    for (name, id) in named {
        lists.entry(name).or_default().push(id);
    }
    let lists = lists.into_iter();
    lists.map(|(name, ids)| (name, ids.into())).collect()
}

/// The short name of a provider, where the catalogue has one.
fn alias_of(provider: &str, timeline: &Timeline) -> Option<&'static str> {
    let events = &timeline.catalog.events;
    let row = events.provider(provider)?;
    events.providers().get(row).map(|known| known.alias)
}

/// Whether any of these texts matches; by `!=` whether none is the value.
fn one_of(texts: &[&str], term: &Term) -> bool {
    let any = |op: Op| texts.iter().any(|text| text_matches(text, op, &term.value));
    match term.op {
        Op::NotEqual => !any(Op::Equal),
        op => any(op),
    }
}

fn code_of(expr: &Expr) -> Option<u32> {
    match expr {
        Expr::Term(term) => code_in(term),
        _ => None,
    }
}

/// The status code that a term asks for by equality.
fn code_in(term: &Term) -> Option<u32> {
    let is_code = term.field == Field::BuiltIn("code")
        && matches!(term.op, Op::Match | Op::Equal)
        && !term.value.wildcard
        && matches!(term.value.special, Special::None);
    term.value.code.filter(|_| is_code)
}
