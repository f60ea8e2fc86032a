//! Scenarios: whole bundles of evidence, described by a story file each.
//!
//! A story lies in `scenarios/<name>/story.yaml`; the build script lists them, and they are part of the
//! binary. It says what happened and
//! which artifacts tell of it; it never says bytes. An unknown word in a story is an error.
//! A story that is `like` another names only the files that were not collected, and those of its own.

mod artifact;
mod container;
mod derived;
mod device_clock;
mod dsregcmd;
mod etl;
mod event_log;
mod field;
mod free_text;
mod moment;
mod saz;

use serde::Deserialize;

use crate::archive::{ZipBundle, ZipMember};
use crate::evtx::EvtxError;
use artifact::Artifact;
use device_clock::DeviceClock;
use moment::Moment;

include!(concat!(env!("OUT_DIR"), "/stories.rs"));

/// Texts in the scenarios that look like credentials. All are invented; no output may show them.
const PLANTED_SECRETS: &[&str] = &[
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InNhbXBsZSJ9.eyJhdWQiOiJ1cm46bXMtZHJzOmVudGVycHJpc2VyZWdpc3RyYXRpb24ud2luZG93cy5uZXQiLCJ1cG4iOiJ0ZWNobmljaWFuQGNvbnRvc28uZXhhbXBsZSIsImlhdCI6MTc3MjQ0MjM4MSwiZXhwIjoxNzcyNDQ2MjgxfQ.c2FtcGxlLXNpZ25hdHVyZS10aGF0LXNpZ25zLW5vdGhpbmctYXQtYWxs",
    "c2FtcGxlLXNpZ25hdHVyZS10aGF0LXNpZ25zLW5vdGhpbmctYXQtYWxs",
    "0.AQsample-opaque-bearer-4f9c2e7b1d",
    "ESTSAUTHPERSISTENT-sample-0c6b9d52e8a147f3",
    "0.AQsample-opaque-refresh-7e1d",
    "0.AQsample-opaque-code-3f9c1b7d",
];

/// Why a scenario cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// There is no story of that name.
    #[error("no scenario {name:?}; there are: {known}")]
    Unknown {
        /// The name asked for.
        name: String,
        /// The names there are, separated by commas.
        known: String,
    },
    /// The text is not a story.
    #[error("not a story: {0}")]
    Story(#[from] Box<serde_saphyr::Error>),
    /// An artifact cannot be written as the story says.
    #[error("artifact {artifact:?}: {reason}")]
    Artifact {
        /// Name of the artifact's file.
        artifact: String,
        /// What is wrong.
        reason: String,
    },
    /// An event log cannot hold what the story says.
    #[error("event log {artifact:?}: {source}")]
    EventLog {
        /// Name of the artifact's file.
        artifact: String,
        /// What the format does not allow.
        source: EvtxError,
    },
}

/// What a story file holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    /// One line for people.
    #[serde(rename = "title")]
    _title: String,
    /// The moment that offsets count from.
    start: Moment,
    /// Name of the device.
    computer: String,
    /// How far the device's clock is off.
    #[serde(default)]
    device_clock: DeviceClock,
    /// Event providers by the short name that events use.
    #[serde(default)]
    providers: std::collections::BTreeMap<String, event_log::Provider>,
    /// The files of the bundle, in order.
    artifacts: Vec<Artifact>,
}

/// What artifacts need to know of the story they stand in.
struct Setting<'a> {
    start: u64,
    computer: &'a str,
    clock: &'a DeviceClock,
    providers: &'a std::collections::BTreeMap<String, event_log::Provider>,
}

/// Names of all scenarios, in alphabetical order.
pub fn names() -> &'static [&'static str] {
    NAMES
}

/// The scenario as one zip file.
///
/// # Errors
///
/// `Unknown` for a name that is not one of [`names`]. The stories that come with the crate have no
/// other fault.
pub fn build(name: &str) -> Result<Vec<u8>, ScenarioError> {
    Ok(pack(&build_files(name)?))
}

/// The scenario as files of a folder: name and bytes, in the story's order.
///
/// # Errors
///
/// As [`build`].
pub fn build_files(name: &str) -> Result<Vec<(String, Vec<u8>)>, ScenarioError> {
    build_story(story_named(name)?)
}

/// The text of a story that comes with the crate.
fn story_named(name: &str) -> Result<&'static str, ScenarioError> {
    let story = STORIES.iter().find(|(known, _)| *known == name);
    let (_, text) = story.ok_or_else(|| ScenarioError::Unknown {
        name: name.to_owned(),
        known: NAMES.join(", "),
    })?;
    Ok(text)
}

/// The files of a story that is given as text.
///
/// # Errors
///
/// `Story` when the text is not a story, `Unknown` when it is like one that there is not, the others
/// when an artifact cannot be written.
pub fn build_story(text: &str) -> Result<Vec<(String, Vec<u8>)>, ScenarioError> {
    let story = derived::read(text)?;
    let setting = Setting {
        start: story.start.resolve(0),
        computer: &story.computer,
        clock: &story.device_clock,
        providers: &story.providers,
    };
    artifact::build_all(&story.artifacts, &setting)
}

/// Files as one zip, deflated, in the given order.
pub fn pack(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let members = files
        .iter()
        .map(|(name, bytes)| ZipMember::new(name, bytes).deflated());
    members.fold(ZipBundle::new(), ZipBundle::member).to_bytes()
}

/// Texts in the scenarios that look like credentials: a token, its signature, the value of a
/// `Bearer` header and of a cookie. Tests search every output for them.
pub fn planted_secrets() -> &'static [&'static str] {
    PLANTED_SECRETS
}
