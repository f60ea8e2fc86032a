//! What the catalogue knows of HTTP, as the reading of exchanges needs it.

use crate::catalog::{Apps, Catalog, Endpoints, HttpFact};

/// Tables by which exchanges are read.
#[derive(Clone, Debug, Default)]
pub(in crate::ingest) struct Tables {
    /// Endpoints that requests go to.
    pub(super) endpoints: Endpoints,
    /// Facts that messages hold.
    pub(super) facts: Vec<HttpFact>,
    /// Known resources and clients.
    pub(super) apps: Apps,
}

impl Tables {
    /// Those of the catalogue.
    pub(in crate::ingest) fn of(catalog: &Catalog) -> Self {
        Self {
            endpoints: catalog.endpoints.clone(),
            facts: catalog.http_facts.clone(),
            apps: catalog.apps.clone(),
        }
    }
}
