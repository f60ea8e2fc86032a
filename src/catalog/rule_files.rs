//! The rule files that are built in, as the build script lists them.

use serde::de::DeserializeOwned;

include!(concat!(env!("OUT_DIR"), "/rule_files.rs"));

/// A YAML file of `rules`.
#[derive(Clone, Copy, Debug)]
pub struct RuleFile {
    /// Its path: of a flow its name, of others below `rules`, with `/`.
    pub path: &'static str,
    /// As written.
    pub text: &'static str,
    /// What it holds as JSON, but for its tests.
    prepared: &'static str,
}

impl RuleFile {
    /// What the file holds, without its tests and without a place in the text. `None` where that cannot
    /// be told without the text: there is a fault in it, or a number or truth value that stands for a
    /// text has no quotation marks.
    pub fn prepared<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(self.prepared).ok()
    }

    /// What the file holds, by its text where need be.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, String> {
        let of_text = || serde_saphyr::from_str(self.text).map_err(|error| error.to_string());
        self.prepared().map_or_else(of_text, Ok)
    }
}

/// SHA-256 over the tables and the rule files that are built in, as 16 hex digits.
pub fn rules_digest() -> &'static str {
    DIGEST
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::catalog::TABLES;
    use crate::model::hex_text;

    #[test]
    fn what_is_prepared_is_what_is_written() {
        let single = [CLOCKS, CONTEXT, COVERAGE, DEVICE, TOKENS];
        for file in FLOWS.iter().chain(RULES).chain(&single) {
            let options = serde_saphyr::options! { strict_booleans: true };
            let mut written: Value = serde_saphyr::from_str_with_options(file.text, options)
                .unwrap_or_else(|error| panic!("{}: {error}", file.path));
            if let Value::Object(keys) = &mut written {
                keys.remove("tests");
            }
            assert_eq!(file.prepared(), Some(written), "{}", file.path);
        }
    }

    #[test]
    fn the_digest_is_of_all_that_is_built_in() {
        let mut digest = Sha256::new();
        let flows = FLOWS.iter().chain(&[CONTEXT, DEVICE, CLOCKS, TOKENS]);
        let files = flows.chain(RULES).chain(&[COVERAGE]);
        for text in TABLES.into_iter().chain(files.map(|file| file.text)) {
            digest.update((text.len() as u64).to_le_bytes());
            digest.update(text);
        }
        assert_eq!(rules_digest(), hex_text(&digest.finalize()[..8]));
    }
}
