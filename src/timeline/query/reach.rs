//! Which events of event logs a query can match at all, as far as their own fields say.
//!
//! Before the payload of a record is read its provider, id and level are known. Where these decide
//! that no query matches, whatever the payload holds, nobody asks for it.

use super::eval::{exactly, joined};
use super::values::{compares, text_matches, value_matches};
use super::{Expr, Field, Op, Query, Term};
use crate::catalog::{EventRow, RowOutcome};
use crate::model::{Level, Outcome, Stage, Value};
use crate::timeline::event::lane_of;

/// The format that this is about.
const EVTX: &str = "evtx";

/// What is known of an event before its payload is read.
#[derive(Clone, Copy, Debug)]
pub struct Unread<'e> {
    /// Provider as recorded.
    pub provider: &'e str,
    /// Its alias, where the catalogue lists the provider.
    pub alias: Option<&'e str>,
    /// Channel as recorded.
    pub channel: &'e str,
    /// Event id and level; `None` asks for any of the provider.
    pub event: Option<(u32, Level)>,
    /// The row that the catalogue has for it, if it has one.
    pub row: Option<&'e EventRow>,
}

impl Unread<'_> {
    /// Whether nothing but the level can say what it is: it has no row.
    fn is_uncatalogued(&self) -> bool {
        self.row.is_none() && (self.event.is_some() || self.alias.is_none())
    }

    fn stage(&self) -> Option<Stage> {
        let uncatalogued = self.is_uncatalogued().then_some(Stage::None);
        self.row.map(|row| row.stage).or(uncatalogued)
    }

    /// `Some(false)` where no field of the payload can be its status.
    fn has_status(&self) -> Option<bool> {
        let none = match self.row {
            Some(row) => row.status.is_none(),
            None => self.is_uncatalogued(),
        };
        none.then_some(false)
    }

    fn weight(&self) -> Option<u8> {
        let by_level = || Some(if self.is_failure()? { 2 } else { 1 });
        self.row.map(|row| row.weight).or_else(by_level)
    }

    fn outcome(&self) -> Option<Outcome> {
        let Some(row) = self.row else {
            let is_failure = self.is_failure()?;
            return Some(if is_failure {
                Outcome::Failure
            } else {
                Outcome::Unknown
            });
        };
        row.status.is_none().then_some(match row.outcome {
            RowOutcome::Success => Outcome::Success,
            RowOutcome::Failure => Outcome::Failure,
            RowOutcome::Info => Outcome::Info,
            RowOutcome::Noise => Outcome::Noise,
            RowOutcome::ByStatus => Outcome::Unknown,
        })
    }

    fn is_failure(&self) -> Option<bool> {
        self.event.map(|(_, level)| level.rank() >= 4)
    }
}

impl Query {
    /// Whether such an event can match, whatever else it holds.
    pub fn may_match(&self, event: &Unread<'_>) -> bool {
        decided(&self.root, event) != Some(false)
    }
}

fn decided(expr: &Expr, event: &Unread<'_>) -> Option<bool> {
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

fn built_in(name: &str, term: &Term, event: &Unread<'_>) -> Option<bool> {
    let (op, value) = (term.op, &term.value);
    let word = |word: &str| Some(text_matches(word, exactly(op), value));
    let names = || [Some(event.provider), event.alias].into_iter().flatten();
    let number = |number: u32| Some(value_matches(Value::Uint(number.into()), op, value));
    match name {
        "provider" => Some(names().any(|name| text_matches(name, op, value))),
        "event" => is_named(term, event),
        "id" => event.event.and_then(|(id, _)| number(id)),
        "level" => {
            let (rank, (_, level)) = (value.rank?, event.event?);
            Some(compares(f64::from(level.rank()), op, f64::from(rank)))
        }
        "channel" => Some(text_matches(event.channel, op, value)),
        "format" => Some(text_matches(EVTX, op, value)),
        "lane" => word(lane_of(EVTX, event.provider).word()),
        "stage" => word(event.stage()?.word()),
        "code" => event.has_status(),
        "name" => Some(text_matches("", op, value)),
        "weight" => number(event.weight()?.into()),
        "outcome" => word(event.outcome()?.word()),
        _ => None,
    }
}

/// Whether it is the event that a term on `event` names.
fn is_named(term: &Term, event: &Unread<'_>) -> Option<bool> {
    let (op, value) = (exactly(term.op), &term.value);
    let names = || [Some(event.provider), event.alias].into_iter().flatten();
    let split = value.text.rsplit_once('/').filter(|_| op == Op::Equal);
    let Some((id, _)) = event.event else {
        // Decided only where it can be no event of the provider.
        let (provider, _) = split.filter(|(provider, _)| !provider.contains(['*', '?']))?;
        let is_other = !names().any(|name| name.eq_ignore_ascii_case(provider));
        return is_other.then_some(false);
    };
    if let Some((provider, number)) = split.filter(|_| !value.wildcard) {
        let is_id = number.parse() == Ok(id);
        return Some(is_id && names().any(|name| name.eq_ignore_ascii_case(provider)));
    }
    let fits = |provider: &str| text_matches(&format!("{provider}/{id}"), op, value);
    match event.alias {
        Some(alias) if event.row.is_some() => Some(fits(event.provider) || fits(alias)),
        // Only a row gives an event the alias of its provider.
        _ => Some(fits(event.provider)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    fn check_event(query: &str, event: &Unread<'_>, expected: bool) {
        let query = Query::parse(query).unwrap();
        assert_eq!(query.may_match(event), expected, "{query:?}");
        // What may match an event may match one of its provider.
        let any = Unread {
            event: None,
            row: None,
            ..*event
        };
        assert!(!expected || query.may_match(&any), "{query:?}");
    }

    #[test]
    fn what_the_payload_cannot_change_is_decided_before_it_is_read() {
        let check = |query: &str, id: u32, level: u8, expected: bool| {
            let event = Unread {
                provider: "Contoso-Agent",
                alias: Some("AGENT"),
                channel: "Contoso-Agent/Admin",
                event: Some((id, Level(level))),
                row: None,
            };
            check_event(query, &event, expected);
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
        check("event:Contoso-A*/7", 7, 4, true);
        check("not event:Contoso-A*/7", 7, 4, false);
        check("event:AGENT/7 or event:AGENT/8", 8, 4, true);
        check("event!=Contoso-Agent/7", 7, 4, false);
        check("event!=UDR/7", 7, 4, true);
        // An event without a row does not go by the alias.
        check("not event:AGEN?/7", 7, 4, true);
    }

    #[test]
    fn a_row_of_the_catalogue_foretells_what_the_event_is() {
        let catalog = Catalog::embedded().expect("the embedded tables are sound");
        let check = |alias: &str, id: u32, query: &str, expected: bool| {
            let events = &catalog.events;
            let place = events.provider(alias).expect("the provider is listed");
            let row = events.of_id(place, id).next();
            let provider = events.providers()[place];
            let event = Unread {
                provider: provider.name,
                alias: Some(provider.alias),
                channel: "Any/Operational",
                event: Some((id, Level(2))),
                row: Some(row.expect("the event is listed")),
            };
            check_event(query, &event, expected);
        };
        // Noise without a status, whatever its level.
        check("APPX", 404, "outcome:noise", true);
        check("APPX", 404, "outcome:failure", false);
        check("APPX", 404, "weight>=1", false);
        check("APPX", 404, "weight=0 level:error", true);
        check("APPX", 404, "stage:network", false);
        check("APPX", 404, "code:0x80073cf9", false);
        check("APPX", 404, "event:APPX/404 ErrorCode=1", true);
        check("APPX", 404, "not event:APP?/404", false);
        check("APPX", 404, "text:deployment", true);
        check("DM-EDP", 800, "stage:mdm", true);
        // Others without a status.
        check("UDR", 105, "outcome:success stage:complete weight=3", true);
        check("UDR", 105, "outcome:unknown", false);
        check("UDR", 207, "outcome:failure", true);
        check("UDR", 111, "outcome:info", true);
        // A status decides what nobody can foretell.
        check("UDR", 304, "outcome:success", true);
        check("UDR", 304, "code:0x801c03ed", true);
        check("UDR", 304, "weight<3 outcome:success", false);
    }
}
