//! Which events of event logs a query can match at all, as far as their own fields say.
//!
//! Before the payload of a record is read its provider, id and level are known. Where these decide
//! that no query matches, whatever the payload holds, nobody asks for it.

use super::eval::{exactly, joined};
use super::values::{compares, text_matches, value_matches};
use super::{Expr, Field, Query, Term};
use crate::model::{Level, Value};
use crate::timeline::event::lane_of;

/// The format that this is about.
const EVTX: &str = "evtx";

/// What is known of an event before its payload is read. It has no row in the catalogue: those that have
/// one are always asked for.
#[derive(Clone, Copy, Debug)]
pub struct Uncatalogued<'e> {
    /// Provider as recorded.
    pub provider: &'e str,
    /// Its alias in the catalogue, which may list the provider for other ids.
    pub alias: Option<&'e str>,
    /// Channel as recorded.
    pub channel: &'e str,
    /// Event id and level; `None` asks for any of the provider.
    pub event: Option<(u32, Level)>,
}

impl Query {
    /// Whether such an event can match, whatever else it holds.
    pub fn may_match(&self, event: &Uncatalogued<'_>) -> bool {
        decided(&self.root, event) != Some(false)
    }
}

fn decided(expr: &Expr, event: &Uncatalogued<'_>) -> Option<bool> {
    let parts = |parts: &[Expr], dominant: bool| {
        joined(parts.iter().map(|part| decided(part, event)), dominant)
    };
    match expr {
        Expr::And(all) => parts(all, false),
        Expr::Or(any) => parts(any, true),
        Expr::Not(inner) => decided(inner, event).map(|decided| !decided),
        Expr::Term(term) => match &term.field {
            Field::BuiltIn(name) => built_in(name, term, event),
            Field::Payload(_) => None,
        },
    }
}

fn built_in(name: &str, term: &Term, event: &Uncatalogued<'_>) -> Option<bool> {
    let (op, value) = (term.op, &term.value);
    let word = |word: &str| Some(text_matches(word, exactly(op), value));
    let names = || [Some(event.provider), event.alias].into_iter().flatten();
    let number = |number: u32| Some(value_matches(Value::Uint(number.into()), op, value));
    match name {
        "provider" => Some(names().any(|name| text_matches(name, op, value))),
        "event" => match event.event {
            Some((id, _)) => {
                let name = |provider: &str| format!("{provider}/{id}");
                Some(names().any(|provider| text_matches(&name(provider), exactly(op), value)))
            }
            None => named_only(term, names().collect::<Vec<_>>().as_slice()),
        },
        "id" => event.event.and_then(|(id, _)| number(id)),
        "level" => {
            let (rank, (_, level)) = (value.rank?, event.event?);
            Some(compares(f64::from(level.rank()), op, f64::from(rank)))
        }
        "channel" => Some(text_matches(event.channel, op, value)),
        "format" => Some(text_matches(EVTX, op, value)),
        "lane" => word(lane_of(EVTX, event.provider).word()),
        // Nothing but the catalogue gives a stage or says which field holds a code.
        "stage" => word("none"),
        "code" => Some(false),
        "name" => Some(text_matches("", op, value)),
        "weight" => {
            let is_failure = event.event.map(|(_, level)| level.rank() >= 4)?;
            number(if is_failure { 2 } else { 1 })
        }
        "outcome" => {
            let is_failure = event.event.map(|(_, level)| level.rank() >= 4)?;
            word(if is_failure { "failure" } else { "unknown" })
        }
        _ => None,
    }
}

/// Whether `event:PROVIDER/…` can be of one of these names: decided only where it cannot.
fn named_only(term: &Term, names: &[&str]) -> Option<bool> {
    let (provider, _) = term.value.text.rsplit_once('/')?;
    let is_other = !provider.contains(['*', '?'])
        && !names.iter().any(|name| name.eq_ignore_ascii_case(provider));
    is_other.then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_payload_cannot_change_is_decided_before_it_is_read() {
        let check = |query: &str, id: u32, level: u8, expected: bool| {
            let query = Query::parse(query).unwrap();
            let event = Uncatalogued {
                provider: "Contoso-Agent",
                alias: Some("AGENT"),
                channel: "Contoso-Agent/Admin",
                event: Some((id, Level(level))),
            };
            assert_eq!(query.may_match(&event), expected, "{query:?}");
            // What may match an event may match one of its provider.
            let any = Uncatalogued {
                event: None,
                ..event
            };
            assert!(!expected || query.may_match(&any), "{query:?}");
        };
        check("event:AGENT/7", 7, 4, true);
        check("event:AGENT/7", 70, 4, false);
        check("event:Contoso-Agent/7 State=1", 7, 4, true);
        check("event:UDR/7", 7, 4, false);
        check("event:UDR/7 or text:lost", 7, 4, true);
        check("not event:UDR/7", 7, 4, true);
        check("provider:agent level>=error", 7, 2, true);
        check("provider:agent level>=error", 7, 4, false);
        check("outcome:failure weight>=2", 7, 2, true);
        check("outcome:failure weight>=2", 7, 4, false);
        check("weight>=3", 7, 1, false);
        check("stage:network", 7, 4, false);
        check("code:0x801c03ed", 7, 2, false);
        check("lane:http", 7, 4, false);
        check("lane:evtx", 7, 4, true);
        check("format:etl", 7, 4, false);
        check("Reason=1", 7, 4, true);
        check("channel:Agent/Admin", 7, 4, true);
        check("channel:System", 7, 4, false);
    }
}
