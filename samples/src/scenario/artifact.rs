//! The kinds of artifacts. A new kind is one file beside this one and one variant here.

use serde::Deserialize;

use super::container::Container;
use super::dsregcmd::StatusText;
use super::etl::EventTrace;
use super::event_log::EventLog;
use super::free_text::FreeText;
use super::saz::Recording;
use super::{ScenarioError, Setting};

/// One file of a bundle, by kind.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Artifact {
    /// A Windows event log.
    Evtx(EventLog),
    /// A Windows event trace.
    Etl(EventTrace),
    /// A session archive of HTTP traffic.
    Saz(Recording),
    /// A text of `dsregcmd /status`.
    Dsregcmd(StatusText),
    /// Any other text.
    Text(FreeText),
    /// A cabinet of further artifacts.
    Cab(Container),
    /// A zip of further artifacts.
    Zip(Container),
}

impl Artifact {
    /// Name of its file.
    pub(super) fn file(&self) -> &str {
        match self {
            Self::Evtx(log) => &log.file,
            Self::Etl(trace) => &trace.file,
            Self::Saz(recording) => &recording.file,
            Self::Dsregcmd(status) => &status.file,
            Self::Text(text) => &text.file,
            Self::Cab(container) | Self::Zip(container) => &container.file,
        }
    }
}

/// Name and bytes of every artifact.
pub(super) fn build_all(
    artifacts: &[Artifact],
    setting: &Setting<'_>,
) -> Result<Vec<(String, Vec<u8>)>, ScenarioError> {
    artifacts
        .iter()
        .map(|artifact| build(artifact, setting))
        .collect()
}

fn build(artifact: &Artifact, setting: &Setting<'_>) -> Result<(String, Vec<u8>), ScenarioError> {
    let bytes = match artifact {
        Artifact::Evtx(log) => log.build(setting)?,
        Artifact::Etl(trace) => trace.build(setting)?,
        Artifact::Saz(recording) => recording.build(setting)?,
        Artifact::Dsregcmd(status) => status.build()?,
        Artifact::Text(text) => text.build(),
        Artifact::Cab(container) => container.build_cab(setting)?,
        Artifact::Zip(container) => container.build_zip(setting)?,
    };
    Ok((artifact.file().to_owned(), bytes))
}
