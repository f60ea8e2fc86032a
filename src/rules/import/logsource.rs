//! Sigma's log sources as queries: `rules/sigma_logsources.tsv`.

use super::super::fault::unknown;
use super::super::raw::Tree;
use super::Faults;

const TABLE: &str = include_str!("../../../rules/sigma_logsources.tsv");

/// Where a Sigma rule looks.
#[derive(Debug, Default, PartialEq)]
pub(super) struct LogSource {
    /// The query for its events; `None` for whatever Windows tells.
    pub(super) query: Option<&'static str>,
    /// Alias of the provider that writes it, where there is only one.
    pub(super) provider: Option<&'static str>,
}

/// The rows of the table: service, query, alias of the provider.
pub(super) fn rows() -> impl Iterator<Item = (&'static str, LogSource)> {
    TABLE.lines().skip(1).filter_map(|line| {
        let mut cells = line.split('\t');
        let service = cells.next()?;
        let source = LogSource {
            query: Some(cells.next()?),
            provider: cells.next().filter(|alias| *alias != "-"),
        };
        Some((service, source))
    })
}

/// Reads `logsource`; faults are noted.
pub(super) fn read(tree: Option<&Tree>, faults: &mut Faults) -> Option<LogSource> {
    let Some(Tree::Map(entries)) = tree else {
        faults.add("logsource", "it is missing");
        return None;
    };
    let before = faults.found.len();
    let mut source = LogSource::default();
    for (key, value) in entries {
        let place = format!("logsource.{key}");
        let word = value.word().unwrap_or_default();
        match key.as_str() {
            // A sentence for readers.
            "definition" => {}
            "product" if word == "windows" => {}
            "product" => faults.add(place, format!("`{word}` is none of Windows' own logs")),
            "service" => {
                let found = rows().find(|(service, _)| *service == word);
                let services = || rows().map(|(service, _)| service);
                let found = found.ok_or_else(|| unknown("log", &word, services()));
                if let Some((_, row)) = faults.noted(&place, found) {
                    source = row;
                }
            }
            "category" => faults.add(place, format!("no log is known for the category `{word}`")),
            _ => faults.add(place, "it is not known what this narrows down"),
        }
    }
    if !entries.iter().any(|(key, _)| key == "product") {
        faults.add("logsource.product", "it is missing");
    }
    (faults.found.len() == before).then_some(source)
}
