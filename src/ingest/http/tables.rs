//! What the catalogue knows of HTTP, as the reading of exchanges needs it.

use crate::catalog::{Catalog, Endpoints};

/// Tables by which exchanges are read.
#[derive(Clone, Debug, Default)]
pub(in crate::ingest) struct Tables {
    /// Endpoints that requests go to.
    pub(super) endpoints: Endpoints,
}

impl Tables {
    /// Those of the catalogue.
    pub(in crate::ingest) fn of(catalog: &Catalog) -> Self {
        Self {
            endpoints: catalog.endpoints.clone(),
        }
    }
}
