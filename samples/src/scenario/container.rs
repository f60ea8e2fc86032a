//! Archives inside the bundle.

use serde::Deserialize;

use super::artifact::{self, Artifact};
use super::{ScenarioError, Setting};
use crate::archive::{CabBundle, CabFolder};

/// An archive and what it holds. Cabinets have one MSZIP folder, as Windows makes them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Container {
    pub(super) file: String,
    artifacts: Vec<Artifact>,
}

impl Container {
    pub(super) fn build_cab(&self, setting: &Setting<'_>) -> Result<Vec<u8>, ScenarioError> {
        let files = artifact::build_all(&self.artifacts, setting)?;
        let folder = files
            .iter()
            .fold(CabFolder::ms_zip(), |folder, (name, bytes)| {
                folder.file(name, bytes)
            });
        Ok(CabBundle::new().folder(folder).to_bytes())
    }

    pub(super) fn build_zip(&self, setting: &Setting<'_>) -> Result<Vec<u8>, ScenarioError> {
        Ok(super::pack(&artifact::build_all(&self.artifacts, setting)?))
    }
}
