//! What the command line says about redaction, and the key that it names.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::Stop;
use super::args::Redacting;
use super::stages::Case;
use crate::model::hex_text;
use crate::redact::{Level, Redactor};
use sha2::{Digest as _, Sha256};

/// Shortest key in bytes: a shorter one can be found by trying.
const SHORTEST: usize = 16;
/// Longest key in bytes.
const LONGEST: u64 = 1 << 20;

/// Level and key, read before the work whose output they are for.
pub(super) struct Wanted {
    level: Level,
    key: Option<Vec<u8>>,
}

impl Wanted {
    /// What is asked for, or the level that the output has without being asked.
    pub(super) fn read(redacting: &Redacting, unless_said: Level) -> Result<Self, Stop> {
        let said = redacting.redact.as_deref().and_then(Level::from_word);
        let level = said.unwrap_or(unless_said);
        let key = redacting.redact_key.as_deref().map(key).transpose()?;
        if key.is_some() && level == Level::None {
            return Err(Stop::Usage(
                "--redact-key makes pseudonyms, and nothing is redacted; add --redact standard"
                    .to_owned(),
            ));
        }
        Ok(Self { level, key })
    }

    /// How much is left out.
    pub(super) fn level(&self) -> Level {
        self.level
    }

    /// What tells this from any other level and key, and gives neither away.
    pub(super) fn fingerprint(&self) -> String {
        let key = self.key.as_deref().map(Sha256::digest);
        let key = key.map_or_else(String::new, |digest| hex_text(&digest));
        format!("{} {key}", self.level)
    }

    /// The redactor for a case.
    pub(super) fn redactor(&self, case: &Case) -> Redactor {
        Redactor::new(
            self.level,
            self.key.as_deref(),
            &case.report,
            &case.timeline,
        )
    }
}

/// The key in a file, without line ends behind it.
fn key(path: &Path) -> Result<Vec<u8>, Stop> {
    let unreadable = |error| Stop::Usage(format!("{} cannot be read: {error}", path.display()));
    let mut key = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(LONGEST)
        .read_to_end(&mut key)
        .map_err(unreadable)?;
    while key.last().is_some_and(|byte| matches!(byte, b'\r' | b'\n')) {
        key.pop();
    }
    if key.len() < SHORTEST {
        return Err(Stop::Usage(format!(
            "{} holds a key of {} bytes; {SHORTEST} are needed",
            path.display(),
            key.len()
        )));
    }
    Ok(key)
}

#[cfg(test)]
mod tests;
