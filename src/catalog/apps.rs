//! Known audiences and clients of tokens: what an application id or a resource is called.

use rustc_hash::FxHashMap;

use super::table::{TableError, optional, rows};

/// An application, under one of its ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct App {
    /// What it is called.
    pub name: &'static str,
    /// The service that a token with this audience opens, in one word for all its ids; `None` where
    /// no rule asks for it.
    pub service: Option<&'static str>,
}

/// The applications by id.
#[derive(Clone, Debug, Default)]
pub struct Apps(FxHashMap<String, App>);

impl Apps {
    pub(super) fn load(text: &'static str, faults: &mut Vec<TableError>) -> Self {
        let mut apps = FxHashMap::default();
        for row in rows(
            "apps.tsv",
            text,
            ["id", "name", "service", "source"],
            faults,
        ) {
            let [id, name, service, source] = row.cells;
            let service = optional(service);
            let known = apps.insert(folded(id), App { name, service });
            let fault = match (known, optional(source)) {
                (Some(_), _) => format!("{id} stands twice"),
                (None, None) => format!("{id} has no source"),
                (None, Some(_)) => continue,
            };
            faults.push(TableError {
                table: "apps.tsv",
                line: row.line,
                fault,
            });
        }
        Self(apps)
    }

    /// The application that an id, a resource or an audience names, in any letter case and with or
    /// without braces or a slash at its end.
    pub fn find(&self, id: &str) -> Option<App> {
        self.0.get(&folded(id)).copied()
    }

    /// Every id, in lower case.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether any application opens this service.
    pub fn has_service(&self, service: &str) -> bool {
        self.0.values().any(|app| app.service == Some(service))
    }
}

fn folded(id: &str) -> String {
    id.trim()
        .trim_start_matches('{')
        .trim_end_matches(['}', '/'])
        .to_ascii_lowercase()
}
