//! `rules/coverage.yaml`: which sources tell of what, and what to collect where they are missing.

use serde::Deserialize;

use super::fault::RuleFault;
use super::raw::{Entries, noted};
use crate::catalog::Catalog;
use crate::timeline::Query;

/// A kind of source that an absence can rest on.
#[derive(Debug)]
pub(super) struct Coverage {
    pub(super) name: String,
    /// What it is called in sentences.
    pub(super) title: String,
    /// Events of such a source.
    pub(super) sources: Query,
    /// Where a collection of diagnostics holds it.
    pub(super) artifact: String,
    /// How to collect it.
    pub(super) command: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCoverage {
    title: String,
    sources: String,
    artifact: String,
    command: String,
}

/// The table, in the order of its names.
pub(super) fn load(
    file: &str,
    text: &str,
    catalog: &Catalog,
    faults: &mut Vec<RuleFault>,
) -> Vec<Coverage> {
    let Some(raw) = noted::<Entries<RawCoverage>>(file, text, faults) else {
        return Vec::new();
    };
    let mut table = Vec::new();
    for (name, raw) in raw.0 {
        let line = raw.referenced.line();
        let raw = raw.value;
        let query = Query::parse(&raw.sources)
            .and_then(|query| query.check(catalog, None).map(|()| query))
            .map_err(|error| error.to_string());
        match query {
            Ok(sources) => table.push(Coverage {
                name,
                title: raw.title,
                sources,
                artifact: raw.artifact,
                command: raw.command,
            }),
            Err(fault) => faults.push(RuleFault {
                file: file.to_owned(),
                line,
                fault: format!("{name}: {fault}"),
            }),
        }
    }
    table
}
