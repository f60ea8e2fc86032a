//! Rule files as text.

use std::fmt::Write as _;

use super::Document;

/// Letters of an id; a file's name is built of it.
const LONGEST_ID: usize = 80;

/// What one match is about, as text.
#[derive(Debug)]
pub(super) enum About {
    /// One event that fits this condition.
    Event(String),
    Sequence(String),
    Count(String),
}

/// A rule but for what all rules take from their document alike.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) selections: Vec<(String, String)>,
    pub(super) about: About,
    /// A template.
    pub(super) explain: String,
    /// Tells rules of one document apart.
    pub(super) suffix: String,
    pub(super) limits: Vec<String>,
}

impl Written {
    /// The text of the file.
    pub(super) fn text(
        &self,
        id: &str,
        title: &str,
        level: &str,
        document: &Document<'_>,
    ) -> String {
        let mut out = String::from("# Made from a Sigma rule by `joinscope rules import`.\n");
        let mut line = |key: &str, value: &str| {
            let _ = writeln!(out, "{key}: {value}");
        };
        let sigma = match document.words("id") {
            Some(id) => format!("Sigma rule {id}"),
            None => "Sigma rule without an id".to_owned(),
        };
        let sources = std::iter::once(sigma).chain(document.list("references"));
        let refs = sources.map(|source| {
            let source = scalar(&source);
            format!("\n  - {{ source: {source}, confidence: medium }}")
        });
        let refs: String = refs.collect();
        let title = match self.suffix.rsplit('-').next() {
            Some(number) if !number.is_empty() => format!("{title} (order {number})"),
            _ => title.to_owned(),
        };
        line("title", &scalar(&title));
        line("id", &scalar(id));
        line("level", &scalar(level));
        line("stage", "none");
        line("about", "event");
        line("refs", &refs);
        let mut detection = String::new();
        for (name, query) in &self.selections {
            let _ = write!(detection, "\n  {name}: {}", scalar(query));
        }
        if let About::Event(condition) = &self.about {
            let _ = write!(detection, "\n  condition: {}", scalar(condition));
        }
        line("detection", &detection);
        match &self.about {
            About::Event(_) => {}
            About::Sequence(text) => line("sequence", text),
            About::Count(text) => line("count", text),
        }
        line("explain", &scalar(&self.explain));
        if let Some(description) = document.words("description") {
            line("why", &scalar(&escaped(&description)));
        }
        // Sigma has no remedies, and none is made up.
        line(
            "fix",
            "['Look at the events that were found; the Sigma rule names no remedy.']",
        );
        let doubts = document.list("falsepositives").into_iter();
        let doubts: Vec<String> = self.limits.iter().cloned().chain(doubts).collect();
        if !doubts.is_empty() {
            line("limits", &scalar(&format!("{}.", doubts.join("; "))));
        }
        out.replace(": \n", ":\n")
    }
}

impl Document<'_> {
    /// The title as the begin of an explanation.
    pub(super) fn told_title(&self) -> String {
        let title = self.words("title").unwrap_or_default();
        escaped(title.trim_end_matches('.'))
    }
}

/// A text as YAML on one line.
fn scalar(text: &str) -> String {
    if text.chars().any(char::is_control) {
        // Strings of JSON are strings of YAML.
        return serde_json::Value::from(text).to_string();
    }
    format!("'{}'", text.replace('\'', "''"))
}

/// A text that is the same as a template: braces and double brackets would have a meaning there.
fn escaped(text: &str) -> String {
    let text = text.replace('{', "(").replace('}', ")");
    text.replace("[[", "[ [").replace("]]", "] ]")
}

/// A title as an id; of the Sigma id where no letter of it is plain.
pub(super) fn kebab(title: &str, document: &Document<'_>, suffix: &str) -> String {
    let words = |text: &str| {
        let lower = text.to_ascii_lowercase();
        let words = lower.split(|letter: char| !letter.is_ascii_alphanumeric());
        let mut id = String::new();
        for word in words.filter(|word| !word.is_empty()) {
            if id.len() + word.len() >= LONGEST_ID {
                break;
            }
            if !id.is_empty() {
                id.push('-');
            }
            id.push_str(word);
        }
        id
    };
    let mut id = words(title);
    if id.is_empty() {
        id = words(&format!(
            "sigma {}",
            document.words("id").unwrap_or_default()
        ));
    }
    if suffix.is_empty() {
        id
    } else {
        format!("{id}-{suffix}")
    }
}
