//! Names that records of a trace leave out: providers by GUID, channels by number.

use rustc_hash::FxHashSet;

use super::events::Events;
use super::layouts::is_guid;
use super::table::{TableError, rows};

/// A provider that is known by name alone, or the GUID of a component's WPP messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceProvider {
    /// GUID without braces.
    pub guid: &'static str,
    /// Name as the provider or its component is called.
    pub name: &'static str,
    /// How it usually writes: `manifest`, `tracelogging`, `wpp`, or `-` where not known; `hashed`
    /// where the GUID follows from the name. What a record is, its header says.
    pub kind: &'static str,
}

/// A channel of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceChannel {
    /// GUID of the provider, without braces.
    pub provider: &'static str,
    /// Number in an event's header.
    pub number: u8,
    /// The part of the channel's name behind the last `/`, or the whole name.
    pub word: &'static str,
}

pub(super) fn providers(
    events: &Events,
    text: &'static str,
    faults: &mut Vec<TableError>,
) -> Vec<TraceProvider> {
    let table = "trace_providers.tsv";
    let catalogued = events.providers().iter();
    let mut known: FxHashSet<&str> = catalogued.filter_map(|provider| provider.guid).collect();
    let mut found = Vec::new();
    for row in rows(table, text, ["guid", "name", "kind"], faults) {
        let [guid, name, kind] = row.cells;
        let fault = if !is_guid(guid) {
            format!("{guid} is no GUID")
        } else if !known.insert(guid) {
            format!("{guid} has a name already")
        } else if !matches!(kind, "manifest" | "tracelogging" | "wpp" | "hashed" | "-") {
            format!("unknown kind {kind}")
        } else if name.is_empty() || name == "-" {
            format!("{guid} has no name")
        } else {
            found.push(TraceProvider { guid, name, kind });
            continue;
        };
        faults.push(TableError {
            table,
            line: row.line,
            fault,
        });
    }
    found
}

pub(super) fn channels(
    events: &Events,
    text: &'static str,
    faults: &mut Vec<TableError>,
) -> Vec<TraceChannel> {
    let table = "channels.tsv";
    let mut found = Vec::new();
    for row in rows(table, text, ["provider", "number", "word", "basis"], faults) {
        let [alias, number, word, _basis] = row.cells;
        let provider = events
            .provider(alias)
            .and_then(|index| events.providers()[index].guid);
        match (provider, number.parse()) {
            (Some(provider), Ok(number)) => found.push(TraceChannel {
                provider,
                number,
                word,
            }),
            (None, _) => faults.push(TableError {
                table,
                line: row.line,
                fault: format!("provider {alias} is not in providers.tsv or has no GUID"),
            }),
            (_, Err(_)) => faults.push(TableError {
                table,
                line: row.line,
                fault: format!("channel number {number}"),
            }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faulty_rows_are_named_by_line() {
        let check = |text: &'static str, expected: &str| {
            let mut faults = Vec::new();
            let found = providers(&Events::default(), text, &mut faults);
            let shown: Vec<String> = faults.iter().map(ToString::to_string).collect();
            assert_eq!(shown.join("; "), expected, "{text:?}");
            assert!(found.len() + faults.len() > 0);
        };
        check(
            "guid\tname\tkind\n23b8d46b-67dd-40a3-b636-d43e50552c6d\tA\twpp",
            "",
        );
        check(
            "guid\tname\tkind\nA\tA\twpp",
            "trace_providers.tsv line 2: A is no GUID",
        );
        check(
            "guid\tname\tkind\n23b8d46b-67dd-40a3-b636-d43e50552c6d\tA\tmof",
            "trace_providers.tsv line 2: unknown kind mof",
        );
    }
}
