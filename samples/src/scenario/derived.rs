//! Stories made from others: the same happening, of which other files were collected.
//!
//! ```yaml
//! title: The same refusal, told by the event logs alone
//! like: preprovisioning-token-expired
//! without:
//!   - trace.saz
//! ```

use std::collections::BTreeMap;

use serde::Deserialize;

use super::artifact::Artifact;
use super::event_log::Provider;
use super::{ScenarioError, Story, story_named};

/// A story that says only in what it differs from the one that it is `like`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Derived {
    /// One line for people.
    #[serde(rename = "title")]
    _title: String,
    /// Name of the story that tells what happened.
    like: String,
    /// Names of that story's files that were not collected.
    #[serde(default)]
    without: Vec<String>,
    /// Providers of its own events, beside those of the other story.
    #[serde(default)]
    providers: BTreeMap<String, Provider>,
    /// Files of its own, behind the others.
    #[serde(default)]
    artifacts: Vec<Artifact>,
}

/// Reads a story of either form. The key `like` tells them apart; no other line begins with it, as
/// what stands inside of a value is indented.
pub(super) fn read(text: &str) -> Result<Story, ScenarioError> {
    if !text.lines().any(|line| line.starts_with("like:")) {
        return Ok(serde_saphyr::from_str(text).map_err(Box::new)?);
    }
    let derived: Derived = serde_saphyr::from_str(text).map_err(Box::new)?;
    derived.resolve()
}

impl Derived {
    /// The other story with the differences. A story that is itself like another is refused, so that
    /// a reader has to open two files at most.
    fn resolve(self) -> Result<Story, ScenarioError> {
        let text = story_named(&self.like)?;
        let mut story: Story = serde_saphyr::from_str(text).map_err(Box::new)?;
        for gone in &self.without {
            let place = story.artifacts.iter().position(|it| it.file() == gone);
            let place = place.ok_or_else(|| self.not_a_file(gone, &story))?;
            story.artifacts.remove(place);
        }
        story.providers.extend(self.providers);
        story.artifacts.extend(self.artifacts);
        Ok(story)
    }

    fn not_a_file(&self, name: &str, story: &Story) -> ScenarioError {
        let known: Vec<&str> = story.artifacts.iter().map(Artifact::file).collect();
        ScenarioError::Artifact {
            artifact: name.to_owned(),
            reason: format!(
                "story {:?} has no such file; there are: {}",
                self.like,
                known.join(", ")
            ),
        }
    }
}
