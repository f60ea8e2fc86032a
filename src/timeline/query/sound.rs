//! Queries that can never match an event, as far as the catalogue tells.

use super::{Expr, Field, Op, Query, Term};
use crate::catalog::Catalog;

impl Query {
    /// Why no event can ever match: it would have to be of two kinds, or have a field that its
    /// catalogued layout lacks. `None` where nothing speaks against it.
    pub fn contradiction(&self, catalog: &Catalog) -> Option<String> {
        contradiction(&self.root, &[], catalog)
    }
}

fn contradiction<'q>(expr: &'q Expr, given: &[&'q Term], catalog: &Catalog) -> Option<String> {
    match expr {
        Expr::Or(parts) => {
            let faults: Option<Vec<String>> = parts
                .iter()
                .map(|part| contradiction(part, given, catalog))
                .collect();
            // One part that can match is enough.
            faults.and_then(|faults| faults.into_iter().next())
        }
        Expr::And(parts) => {
            let mut all = given.to_vec();
            all.extend(parts.iter().filter_map(|part| match part {
                Expr::Term(term) => Some(term),
                _ => None,
            }));
            of_terms(&all, catalog).or_else(|| {
                parts
                    .iter()
                    .filter(|part| matches!(part, Expr::Or(_) | Expr::And(_)))
                    .find_map(|part| contradiction(part, &all, catalog))
            })
        }
        Expr::Term(term) => {
            let mut all = given.to_vec();
            all.push(term);
            of_terms(&all, catalog)
        }
        Expr::Not(_) => None,
    }
}

fn of_terms(terms: &[&Term], catalog: &Catalog) -> Option<String> {
    let mut events: Vec<&str> = terms
        .iter()
        .filter(|term| {
            term.field == Field::BuiltIn("event")
                && matches!(term.op, Op::Equal | Op::Match)
                && !term.value.wildcard
        })
        .map(|term| term.value.text.as_str())
        .collect();
    events.dedup();
    let event = match events.as_slice() {
        [] => return None,
        [event] => *event,
        [one, other, ..] => return Some(format!("no event is both {one} and {other}")),
    };
    let (provider, id) = event.rsplit_once('/')?;
    let Some(provider) = catalog.events.provider(provider) else {
        return Some(format!("no provider is called {provider}"));
    };
    let id: u32 = id.parse().ok()?;
    let rows: Vec<_> = catalog.events.of_id(provider, id).collect();
    if rows.is_empty() {
        return Some(format!("the catalogue has no event {event}"));
    }
    if rows.iter().any(|row| !row.layout_known) {
        return None;
    }
    let has = |name: &str| {
        let of_row = |fields: &str| {
            fields
                .split(';')
                .filter_map(|field| field.split(':').next())
                .any(|field| field.eq_ignore_ascii_case(name))
        };
        name.starts_with('@')
            || rows.iter().filter_map(|row| row.fields).any(of_row)
            // What is lifted out of a text is no part of the layout.
            || catalog.texts.iter().any(|text| text.name.eq_ignore_ascii_case(name))
    };
    terms.iter().find_map(|term| match &term.field {
        Field::Payload(name) => {
            let base = name.split('.').next().unwrap_or(name);
            (!has(name) && !has(base)).then(|| format!("{event} has no field {name}"))
        }
        Field::BuiltIn(_) => None,
    })
}
