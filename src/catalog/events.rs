//! Events by provider, channel, id and version.

use rustc_hash::FxHashMap;

use super::table::{TableError, optional, rows};
use crate::model::Stage;

/// A provider and the short name that engineers use for it.
#[derive(Clone, Copy, Debug)]
pub struct Provider {
    /// Short name, e.g. `UDR`.
    pub alias: &'static str,
    /// Name as recorded.
    pub name: &'static str,
    /// GUID without braces, where known.
    pub guid: Option<&'static str>,
    /// What it is.
    pub note: &'static str,
}

/// What a row says of the outcome before the payload is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowOutcome {
    /// Reports that something worked.
    Success,
    /// Reports that something did not.
    Failure,
    /// Reports something else.
    Info,
    /// Chatter that never counts as activity.
    Noise,
    /// Only the status in the payload tells.
    ByStatus,
}

/// One row of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct EventRow {
    /// Index into [`Events::providers`].
    pub provider: usize,
    /// Last part of the channel's name; `*` for any; several by comma.
    pub channel: &'static str,
    /// Event id.
    pub id: u32,
    /// Version; `None` for any.
    pub version: Option<u8>,
    /// Outcome before the payload is looked at.
    pub outcome: RowOutcome,
    /// Payload fields that hold a status, most trusted first, by comma.
    pub status: Option<&'static str>,
    /// Stage that the event belongs to.
    pub stage: Stage,
    /// 0 chatter, 1 detail, 2 context of a join story, 3 a step or a decisive failure.
    pub weight: u8,
    /// `Name:type` of the payload, by semicolon; `None` where there are none or they are not known.
    pub fields: Option<&'static str>,
    /// Whether `fields` is all of the payload: without it the fields are not known.
    pub layout_known: bool,
    /// What happened.
    pub title: &'static str,
    /// What the row rests on.
    pub basis: &'static str,
    /// Line in the table.
    pub(super) line: usize,
}

/// The event catalogue.
#[derive(Debug, Default)]
pub struct Events {
    providers: Vec<Provider>,
    rows: Vec<EventRow>,
    /// By provider index and event id: the rows in file order.
    index: FxHashMap<(usize, u32), Vec<usize>>,
    /// By lower-case name or alias.
    by_name: FxHashMap<String, usize>,
}

const COLUMNS: [&str; 11] = [
    "provider", "channel", "id", "version", "outcome", "status", "stage", "weight", "fields",
    "title", "basis",
];

impl Events {
    pub(super) fn load(
        providers: &'static str,
        events: &'static str,
        faults: &mut Vec<TableError>,
    ) -> Self {
        let mut catalog = Self::default();
        for row in rows(
            "providers.tsv",
            providers,
            ["alias", "provider", "guid", "note"],
            faults,
        ) {
            let [alias, name, guid, note] = row.cells;
            let index = catalog.providers.len();
            for key in [alias, name] {
                let key = key.to_ascii_lowercase();
                if *catalog.by_name.entry(key).or_insert(index) != index {
                    faults.push(TableError {
                        table: "providers.tsv",
                        line: row.line,
                        fault: format!("{alias} is a second use of a name"),
                    });
                }
            }
            catalog.providers.push(Provider {
                alias,
                name,
                guid: optional(guid),
                note,
            });
        }
        for row in rows("events.tsv", events, COLUMNS, faults) {
            match catalog.event_row(&row.cells, row.line) {
                Ok(event) => {
                    let index = catalog.rows.len();
                    catalog
                        .index
                        .entry((event.provider, event.id))
                        .or_default()
                        .push(index);
                    catalog.rows.push(event);
                }
                Err(fault) => faults.push(TableError {
                    table: "events.tsv",
                    line: row.line,
                    fault,
                }),
            }
        }
        catalog
    }

    fn event_row(&self, cells: &[&'static str; 11], line: usize) -> Result<EventRow, String> {
        let [
            provider,
            channel,
            id,
            version,
            outcome,
            status,
            stage,
            weight,
            fields,
            title,
            basis,
        ] = *cells;
        let provider = self
            .by_name
            .get(&provider.to_ascii_lowercase())
            .ok_or_else(|| format!("provider {provider} is not in providers.tsv"))?;
        let outcome = match outcome {
            "success" => RowOutcome::Success,
            "failure" => RowOutcome::Failure,
            "info" => RowOutcome::Info,
            "noise" => RowOutcome::Noise,
            "by-status" => RowOutcome::ByStatus,
            other => return Err(format!("unknown outcome {other}")),
        };
        if outcome == RowOutcome::ByStatus && optional(status).is_none() {
            return Err("outcome by-status needs a status field".to_owned());
        }
        Ok(EventRow {
            provider: *provider,
            channel,
            id: id.parse().map_err(|_| format!("event id {id}"))?,
            version: match version {
                "*" => None,
                text => Some(text.parse().map_err(|_| format!("version {text}"))?),
            },
            outcome,
            status: optional(status),
            stage: Stage::from_word(stage).ok_or_else(|| format!("unknown stage {stage}"))?,
            weight: weight
                .parse()
                .ok()
                .filter(|weight| *weight <= 3)
                .ok_or_else(|| format!("weight {weight}"))?,
            fields: optional(fields).filter(|fields| *fields != "?"),
            layout_known: fields != "?",
            title,
            basis,
            line,
        })
    }

    /// All rows, in file order.
    pub fn rows(&self) -> &[EventRow] {
        &self.rows
    }

    /// All providers, in file order.
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// The provider with this name or alias, in any letter case.
    pub fn provider(&self, name: &str) -> Option<usize> {
        self.by_name.get(&name.to_ascii_lowercase()).copied()
    }

    /// The row that describes an event, as an index into [`Events::rows`]. Rows for the very
    /// channel and version go before rows for any.
    pub fn find(&self, provider: &str, channel: &str, id: u32, version: u8) -> Option<usize> {
        let rows = self.index.get(&(self.provider(provider)?, id))?;
        let fitting = |row: &EventRow| {
            let by_channel = channel_fit(row.channel, channel)?;
            let by_version = match row.version {
                None => 0,
                Some(own) if own == version => 1,
                Some(_) => return None,
            };
            Some((by_channel, by_version))
        };
        // An id that means different things on different channels needs its channel.
        let of_channel = |row: usize| self.rows[row].channel;
        let ambiguous = |pair: &[usize]| of_channel(pair[0]) != of_channel(pair[1]);
        if channel.is_empty() && rows.windows(2).any(ambiguous) {
            return None;
        }
        // The first of equally good rows is kept, so that the file's order decides.
        let mut best = None;
        for &index in rows {
            if let Some(fit) = fitting(&self.rows[index])
                && best.is_none_or(|(score, _)| fit > score)
            {
                best = Some((fit, index));
            }
        }
        best.map(|(_, index)| index)
    }

    /// The rows for one provider and event id, on any channel.
    pub fn of_id(&self, provider: usize, id: u32) -> impl Iterator<Item = &EventRow> {
        self.index
            .get(&(provider, id))
            .into_iter()
            .flatten()
            .map(|&index| &self.rows[index])
    }
}

/// How well a row's channel words fit a channel: 1 by name, 0 by `*` or for an unknown channel,
/// `None` not at all.
fn channel_fit(words: &str, channel: &str) -> Option<u8> {
    // A trace says the channel as a number, which is not always known by name.
    if words == "*" || channel.is_empty() {
        return Some(0);
    }
    let last = channel.rsplit('/').next().unwrap_or(channel);
    words
        .split(',')
        .any(|word| word.trim().eq_ignore_ascii_case(last))
        .then_some(1)
}

#[cfg(test)]
mod tests {
    use super::super::Catalog;
    use super::*;

    #[test]
    fn the_channel_tells_events_of_one_id_apart() {
        let catalog = Catalog::embedded().expect("the embedded tables are sound");
        let title = |provider: &str, channel: &str, id| {
            let row = catalog.events.find(provider, channel, id, 0);
            row.map(|row| catalog.events.rows()[row].outcome)
        };
        let udr = "Microsoft-Windows-User Device Registration";
        assert_eq!(
            title(udr, &format!("{udr}/Admin"), 304),
            Some(RowOutcome::Failure)
        );
        assert_eq!(
            title(udr, &format!("{udr}/Admin"), 306),
            Some(RowOutcome::Success)
        );
        assert_eq!(title("udr", "Admin", 306), Some(RowOutcome::Success));
        assert_eq!(title(udr, "", 306), Some(RowOutcome::Success));
        assert_eq!(title(udr, "Admin", 65_000), None);
        assert_eq!(title("No-Such-Provider", "Admin", 304), None);
    }
}
