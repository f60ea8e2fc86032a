//! Plain Sigma rules as rules of this language; what cannot be said in it is named.
//!
//! The form read is that of the Sigma specification 2, detections and correlations (*specified*).
//! Every selection becomes a query of the one query language, with Sigma's own meaning of wildcards,
//! escapes and letter case. Every rule goes through the loader before it is given out.

mod condition;
mod correlation;
mod detection;
mod logsource;
mod query;
#[cfg(test)]
mod tests;
mod values;
mod write;

use std::collections::BTreeSet;
use std::fmt;

use super::load::{Cases, Known, load};
use super::raw::Tree;
use super::set::RuleSet;
use crate::catalog::Catalog;
use correlation::Correlation;
use detection::Detection;

/// What came of a Sigma file.
#[derive(Debug)]
pub struct Imported {
    /// The rules that could be translated, in the order of their documents.
    pub rules: Vec<ImportedRule>,
    /// What could not, by document.
    pub untranslated: Vec<Untranslated>,
}

/// A rule in this language.
#[derive(Debug)]
pub struct ImportedRule {
    /// Its id, which its file must be named by.
    pub id: String,
    /// The text of its file.
    pub text: String,
}

/// A part of a Sigma document that has no translation; the rule is not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untranslated {
    /// Number of the document in its file, from 1; documents without content do not count.
    pub document: usize,
    /// Keys that lead to the part, with dots between.
    pub key: String,
    /// Why it has none.
    pub fault: String,
}

impl fmt::Display for Untranslated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "document {}: ", self.document)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.fault)
    }
}

/// One document of a Sigma file.
struct Document<'t> {
    number: usize,
    entries: &'t [(String, Tree)],
}

impl<'t> Document<'t> {
    fn get(&self, key: &str) -> Option<&'t Tree> {
        get(self.entries, key)
    }

    /// A single value as text, with white space as one space.
    fn words(&self, key: &str) -> Option<String> {
        let text = self.get(key)?.word()?;
        let words: Vec<&str> = text.split_whitespace().collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// A list of texts, or a single one.
    fn list(&self, key: &str) -> Vec<String> {
        texts(self.get(key))
    }
}

fn get<'t>(entries: &'t [(String, Tree)], key: &str) -> Option<&'t Tree> {
    let mut found = entries.iter().filter(|(name, _)| name == key);
    found.next().map(|(_, tree)| tree)
}

/// The texts of a list, or a single one; what is neither is left out.
fn texts(tree: Option<&Tree>) -> Vec<String> {
    match tree {
        Some(Tree::List(items)) => items.iter().filter_map(Tree::word).collect(),
        Some(single) => single.word().into_iter().collect(),
        None => Vec::new(),
    }
}

/// What could not be translated, gathered.
#[derive(Default)]
struct Faults {
    document: usize,
    found: Vec<Untranslated>,
}

impl Faults {
    fn add(&mut self, key: impl Into<String>, fault: impl Into<String>) {
        self.found.push(Untranslated {
            document: self.document,
            key: key.into(),
            fault: fault.into(),
        });
    }

    /// The value, or its fault noted.
    fn noted<T>(&mut self, key: &str, found: Result<T, String>) -> Option<T> {
        found.map_err(|fault| self.add(key, fault)).ok()
    }
}

impl RuleSet {
    /// Translates a Sigma file of one or several documents. Ids that this set has are not given anew.
    ///
    /// # Errors
    /// The text is no YAML: line and what is wrong.
    pub fn import_sigma(&self, catalog: &Catalog, text: &str) -> Result<Imported, String> {
        let options = serde_saphyr::options! { strict_booleans: true, with_snippet: false };
        let trees: Vec<Tree> =
            serde_saphyr::from_multiple_with_options(text, options).map_err(|error| {
                let (line, fault) = super::fault::of_yaml(&error);
                format!("line {line}: {fault}")
            })?;
        let mut import = Import {
            set: self,
            catalog,
            taken: self.ids().map(str::to_owned).collect(),
            faults: Faults::default(),
            rules: Vec::new(),
        };
        import.documents(&trees);
        let mut untranslated = import.faults.found;
        untranslated.sort_by_key(|fault| fault.document);
        Ok(Imported {
            rules: import.rules,
            untranslated,
        })
    }
}

struct Import<'s> {
    set: &'s RuleSet,
    catalog: &'s Catalog,
    taken: BTreeSet<String>,
    faults: Faults,
    rules: Vec<ImportedRule>,
}

/// What a document is.
enum Content {
    Detection(Detection),
    Correlation(Correlation),
}

impl Import<'_> {
    fn documents(&mut self, trees: &[Tree]) {
        let mut documents = Vec::new();
        for (number, tree) in (1..).zip(trees) {
            self.faults.document = number;
            match tree {
                Tree::Map(entries) => documents.push(Document { number, entries }),
                _ => self.faults.add("", "it is no map"),
            }
        }
        let contents: Vec<Option<Content>> = documents
            .iter()
            .map(|document| self.content(document))
            .collect();
        let used = correlation::used(&documents, &contents);
        for (document, content) in documents.iter().zip(&contents) {
            self.faults.document = document.number;
            let before = self.faults.found.len();
            let written = match content {
                Some(Content::Detection(_)) if used.contains(&document.number) => continue,
                Some(Content::Detection(detection)) => vec![detection.rule(document)],
                Some(Content::Correlation(correlation)) => {
                    correlation.rules(document, &documents, &contents, &mut self.faults)
                }
                None => continue,
            };
            if self.faults.found.len() == before {
                for rule in written {
                    self.give_out(document, &rule);
                }
            }
        }
    }

    /// Reads a document; faults are noted.
    fn content(&mut self, document: &Document<'_>) -> Option<Content> {
        self.faults.document = document.number;
        let before = self.faults.found.len();
        for key in ["action", "filter"] {
            if document.get(key).is_some() {
                self.faults
                    .add(key, "collections and filters have no translation");
            }
        }
        if document
            .words("taxonomy")
            .is_some_and(|name| name != "sigma")
        {
            self.faults
                .add("taxonomy", "only Sigma's own field names are known here");
        }
        let content = if document.get("correlation").is_some() {
            correlation::read(document, &mut self.faults).map(Content::Correlation)
        } else {
            detection::read(document, self.catalog, &mut self.faults).map(Content::Detection)
        };
        content.filter(|_| self.faults.found.len() == before)
    }

    /// Gives a rule its id, lets the loader judge it, and keeps it if it stands.
    fn give_out(&mut self, document: &Document<'_>, rule: &write::Written) {
        let Some(title) = document.words("title") else {
            self.faults.add("title", "it is missing");
            return;
        };
        let level = match document.words("level").as_deref() {
            Some("informational") | None => "info".to_owned(),
            Some(level) => level.to_owned(),
        };
        let id = self.free_id(&write::kebab(&title, document, &rule.suffix));
        let text = rule.text(&id, &title, &level, document);
        let known = Known {
            catalog: self.catalog,
            coverage: &self.set.coverage,
            cases: Cases::Read,
        };
        let mut faults = Vec::new();
        let loaded = load(&format!("{id}.yaml"), "", &text, &known, &mut faults);
        for fault in faults {
            // The line is one of the text that is not given out.
            self.faults.add("", fault.fault);
        }
        if loaded.is_some() {
            self.taken.insert(id.clone());
            self.rules.push(ImportedRule { id, text });
        }
    }

    /// This id, with a number where it is taken: a rule must not replace another by chance.
    fn free_id(&self, wanted: &str) -> String {
        let numbered = (2..).map(|number| format!("{wanted}-{number}"));
        let mut ids = std::iter::once(wanted.to_owned()).chain(numbered);
        ids.find(|id| !self.taken.contains(id))
            .unwrap_or_else(|| wanted.to_owned())
    }
}
