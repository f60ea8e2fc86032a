//! What is known beforehand: events by provider and id, endpoints by address, error codes by family.
//!
//! The tables in `rules/catalog` are embedded; they hold facts, each row with its basis,
//! and no code per row. An id alone decides nothing: a row says which payload field
//! carries the status, and the status wins over the title.

mod apps;
mod endpoints;
mod errors;
mod events;
mod http_facts;
mod ids;
mod layouts;
mod personal;
mod rule_files;
mod table;
mod texts;
mod trace;

pub use apps::{App, Apps};
pub use endpoints::{Asked, Endpoint, Endpoints};
pub use errors::{Confidence, ErrorRow, Errors, code_text};
pub use events::{EventRow, Events, Provider, RowOutcome};
pub use http_facts::{FactForm, FactKind, FactSide, HttpFact};
pub use ids::{IdKind, IdRow};
pub use layouts::{Layout, LayoutExtent, LayoutField, LayoutType};
pub use personal::{Personal, PersonalKind};
pub use rule_files::{
    CLOCKS, CONTEXT, COVERAGE, DEVICE, FLOWS, RULES, RuleFile, TOKENS, rules_digest,
};
pub use table::TableError;
pub use texts::{TextKind, TextRow};
pub use trace::{TraceChannel, TraceProvider};

use rustc_hash::FxHashSet;

const APPS: &str = include_str!("../../rules/catalog/apps.tsv");
const ENDPOINTS: &str = include_str!("../../rules/catalog/endpoints.tsv");
const HTTP_FACTS: &str = include_str!("../../rules/catalog/http_facts.tsv");
const HOSTS: &str = include_str!("../../rules/catalog/hosts.tsv");
const EVENTS: &str = include_str!("../../rules/catalog/events.tsv");
const IDS: &str = include_str!("../../rules/catalog/ids.tsv");
const PROVIDERS: &str = include_str!("../../rules/catalog/providers.tsv");
const PAYLOADS: &str = include_str!("../../rules/catalog/payloads.tsv");
const TRACE_PROVIDERS: &str = include_str!("../../rules/catalog/trace_providers.tsv");
const CHANNELS: &str = include_str!("../../rules/catalog/channels.tsv");
const ERRORS: &str = include_str!("../../rules/catalog/errors.tsv");
const FAMILIES: &str = include_str!("../../rules/catalog/families.tsv");
const TEXTS: &str = include_str!("../../rules/catalog/texts.tsv");
const REDACT: &str = include_str!("../../rules/catalog/redact.tsv");
const NOISE: &str = include_str!("../../rules/catalog/noise.tsv");
const FACILITIES: &str = include_str!("../../rules/catalog/facilities.tsv");

/// The embedded tables.
#[derive(Debug)]
pub struct Catalog {
    /// Events by provider and id.
    pub events: Events,
    /// Known audiences and clients of tokens.
    pub apps: Apps,
    /// Endpoints that requests go to.
    pub endpoints: Endpoints,
    /// Facts that messages of HTTP hold.
    pub http_facts: Vec<HttpFact>,
    /// Error codes.
    pub errors: Errors,
    /// Fields that hold ids which other events share.
    pub ids: Vec<IdRow>,
    /// Facts that stand inside text fields.
    pub texts: Vec<TextRow>,
    /// What names people, machines and organisations.
    pub personal: Personal,
    /// Queries for events that tell nothing, whatever their level says.
    pub noise: Vec<&'static str>,
    /// Layouts of payloads, of catalogued events first.
    pub layouts: Vec<Layout>,
    /// Providers that only traces speak of.
    pub trace_providers: Vec<TraceProvider>,
    /// Channels by their numbers.
    pub trace_channels: Vec<TraceChannel>,
    /// The names of [`Self::field_names`], in lower case: every term of every rule asks here.
    known_fields: FxHashSet<String>,
}

impl Catalog {
    /// Loads the embedded tables.
    ///
    /// # Errors
    /// Every fault of every table, by table and line. A test holds that there is none.
    pub fn embedded() -> Result<Self, Vec<TableError>> {
        let mut faults = Vec::new();
        let events = Events::load(PROVIDERS, EVENTS, &mut faults);
        let apps = Apps::load(APPS, &mut faults);
        let endpoints = Endpoints::load(HOSTS, ENDPOINTS, &mut faults);
        let http_facts = http_facts::load(&endpoints, HTTP_FACTS, &mut faults);
        let errors = Errors::load(ERRORS, FAMILIES, FACILITIES, &mut faults);
        let ids = ids::load(IDS, &mut faults);
        let texts = texts::load(&events, TEXTS, &mut faults);
        let personal = Personal::load(REDACT, &mut faults);
        let noise = table::rows("noise.tsv", NOISE, ["when", "why"], &mut faults);
        let layouts = Layout::load(&events, PAYLOADS, &mut faults);
        let trace_providers = trace::providers(&events, TRACE_PROVIDERS, &mut faults);
        let trace_channels = trace::channels(&events, CHANNELS, &mut faults);
        if faults.is_empty() {
            let known_fields = field_names(&events, &texts, &http_facts)
                .map(str::to_ascii_lowercase)
                .collect();
            Ok(Self {
                apps,
                endpoints,
                http_facts,
                events,
                errors,
                ids,
                texts,
                personal,
                noise: noise.iter().map(|row| row.cells[0]).collect(),
                layouts,
                trace_providers,
                trace_channels,
                known_fields,
            })
        } else {
            Err(faults)
        }
    }

    /// Names of payload fields that the tables list, and of those lifted out of texts and messages.
    pub fn field_names(&self) -> impl Iterator<Item = &str> {
        field_names(&self.events, &self.texts, &self.http_facts)
    }

    /// Whether [`Self::field_names`] holds `name`, in whatever ASCII case.
    pub fn has_field(&self, name: &str) -> bool {
        self.known_fields.contains(&name.to_ascii_lowercase())
    }
}

fn field_names<'c>(
    events: &'c Events,
    texts: &'c [TextRow],
    facts: &'c [HttpFact],
) -> impl Iterator<Item = &'c str> {
    let fields = events.rows().iter().filter_map(|row| row.fields);
    fields
        .flat_map(|list| list.split(';').filter_map(|field| field.split(':').next()))
        .chain(texts.iter().map(|row| row.name))
        .chain(facts.iter().map(|fact| fact.name))
}

/// Every table, in the order of [`rules_digest`].
#[cfg(test)]
const TABLES: [&str; 16] = [
    APPS,
    ENDPOINTS,
    HOSTS,
    HTTP_FACTS,
    EVENTS,
    IDS,
    PROVIDERS,
    ERRORS,
    FAMILIES,
    FACILITIES,
    PAYLOADS,
    TRACE_PROVIDERS,
    CHANNELS,
    TEXTS,
    NOISE,
    REDACT,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_tables_load_without_fault() {
        let catalog = Catalog::embedded().unwrap_or_else(|faults| panic!("{faults:#?}"));
        assert!(catalog.events.rows().len() > 1200);
        assert!(catalog.errors.rows().len() > 700);
        for id in [
            "01CB2876-7ebd-4aa4-9cc9-d28bd4d359a9",
            "urn:ms-drs:enterpriseregistration.windows.net",
            "{dd762716-544d-4aeb-a526-687b73838a22}",
        ] {
            let service = catalog.apps.find(id).and_then(|app| app.service);
            assert_eq!(service, Some("drs"), "{id}");
        }
    }
}
