//! Status texts in a story: a release's field set for a state, and what differs from it.

use serde::Deserialize;

use super::ScenarioError;
use super::field::Pairs;
use crate::dsreg::{self, DsregText};

/// A status text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatusText {
    pub(super) file: String,
    release: Release,
    state: State,
    /// New values of fields that the release prints in that state.
    #[serde(default)]
    set: Pairs<String>,
    /// Fields to leave out.
    #[serde(default)]
    without: Vec<String>,
    #[serde(default)]
    encoding: Encoding,
    /// Lines above the text, such as the prompt with the command.
    #[serde(default)]
    lines_above: Vec<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
enum Release {
    #[serde(rename = "1511")]
    V1511,
    #[serde(rename = "1803")]
    V1803,
    #[serde(rename = "21H2")]
    V21H2,
    #[serde(rename = "23H2")]
    V23H2,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    None,
    Entra,
    Hybrid,
    DomainOnly,
    Registered,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Encoding {
    #[default]
    Utf8,
    Utf16Le,
    #[serde(rename = "windows-1252")]
    Windows1252,
}

impl StatusText {
    pub(super) fn build(&self) -> Result<Vec<u8>, ScenarioError> {
        let release = match self.release {
            Release::V1511 => dsreg::Release::V1511,
            Release::V1803 => dsreg::Release::V1803,
            Release::V21H2 => dsreg::Release::V21H2,
            Release::V23H2 => dsreg::Release::V23H2,
        };
        let state = match self.state {
            State::None => dsreg::JoinState::None,
            State::Entra => dsreg::JoinState::Entra,
            State::Hybrid => dsreg::JoinState::Hybrid,
            State::DomainOnly => dsreg::JoinState::DomainOnly,
            State::Registered => dsreg::JoinState::Registered,
        };
        let encoding = match self.encoding {
            Encoding::Utf8 => dsreg::Encoding::Utf8,
            Encoding::Utf16Le => dsreg::Encoding::Utf16Le,
            Encoding::Windows1252 => dsreg::Encoding::Windows1252,
        };
        let mut text = DsregText::status(release, state).encoding(encoding);
        for key in self.set.iter().map(|(key, _)| key).chain(&self.without) {
            if !text.has(key) {
                return Err(ScenarioError::Artifact {
                    artifact: self.file.clone(),
                    reason: format!("no field {key:?} in this release and state"),
                });
            }
        }
        for (key, value) in self.set.iter() {
            text = text.set(key, value);
        }
        for key in &self.without {
            text = text.without(key);
        }
        for line in &self.lines_above {
            text = text.line_above(line);
        }
        Ok(text.to_bytes())
    }
}
