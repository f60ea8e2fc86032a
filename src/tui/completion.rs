//! Ways to complete the word before the cursor of a filter: names of fields, and values that they
//! have in the evidence.

use rustc_hash::FxHashMap;

use super::app::App;
use super::terms;
use crate::timeline::{EventRef, FIELDS};

/// Events that are looked at for values, spread over all of them.
const LOOKED_AT: usize = 8192;
/// Ways that are offered.
const MOST: usize = 40;
/// Longest value that is offered, in bytes.
const LONGEST: usize = 80;

/// The ways, and which one stands in the line.
#[derive(Clone, Debug)]
pub(super) struct Completion {
    /// Byte of the line that the word begins with.
    pub(super) from: usize,
    pub(super) words: Vec<String>,
    pub(super) place: usize,
}

impl Completion {
    /// The ways to complete the word before the cursor.
    pub(super) fn of(app: &App) -> Self {
        let before = app.prompt.halves().0;
        let from = word_start(before);
        let word = before.get(from..).unwrap_or_default();
        let words = match split(word) {
            Some((name, op, value)) => values(app, name, value)
                .into_iter()
                .map(|found| format!("{name}{op}{}", terms::quoted(&found)))
                .collect(),
            None => names(app, word),
        };
        Self {
            from,
            words,
            place: 0,
        }
    }

    /// The next way; after the last one the first again.
    pub(super) fn next(mut self) -> Self {
        self.place = (self.place + 1) % self.words.len().max(1);
        self
    }

    /// The word that stands in the line.
    pub(super) fn word(&self) -> Option<String> {
        self.words.get(self.place).cloned()
    }
}

/// Where the last word of a text begins; what stands in quotation marks is part of its word.
fn word_start(text: &str) -> usize {
    let mut start = 0;
    let mut is_quoted = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => is_quoted = !is_quoted,
            ' ' | '(' | ')' if !is_quoted => start = at + 1,
            _ => {}
        }
    }
    start
}

/// A word as a field's name, an operator and the beginning of a value.
fn split(word: &str) -> Option<(&str, &str, &str)> {
    let is_op = |letter: char| matches!(letter, ':' | '=' | '!' | '<' | '>' | '~');
    let (name, rest) = word.split_at_checked(word.find(is_op)?)?;
    let end = rest.find(|letter| !is_op(letter)).unwrap_or(rest.len());
    let (op, value) = rest.split_at_checked(end)?;
    Some((name, op, value.trim_start_matches('"')))
}

/// Names of fields that begin with a word, the built-in ones first.
fn names(app: &App, word: &str) -> Vec<String> {
    let fits = |name: &&str| begins(name, word);
    let own = FIELDS.iter().map(|(name, _)| *name).filter(fits);
    let is_plain = |name: &&str| {
        let mut letters = name.chars();
        letters.all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.'))
    };
    let fields = app.timeline.field_names();
    let fields = fields.into_iter().filter(fits).filter(is_plain);
    own.chain(fields)
        .take(MOST)
        .map(|name| format!("{name}:"))
        .collect()
}

/// Values of a field that begin with a text, the most frequent first.
fn values(app: &App, name: &str, beginning: &str) -> Vec<String> {
    let words: &[&str] = match name.to_ascii_lowercase().as_str() {
        "level" => &["verbose", "info", "warning", "error", "critical"],
        "outcome" => &["success", "failure", "info", "noise", "unknown"],
        "lane" => &["evtx", "trace", "task", "device", "http"],
        _ => &[],
    };
    if !words.is_empty() {
        let fitting = words.iter().filter(|word| begins(word, beginning));
        return fitting.map(|word| (*word).to_owned()).collect();
    }
    let mut counts: FxHashMap<String, usize> = FxHashMap::default();
    let step = (app.timeline.len() / LOOKED_AT).max(1);
    for event in app.timeline.events().step_by(step) {
        let value = value(event, name).filter(|value| {
            !value.is_empty() && value.len() <= LONGEST && begins(value, beginning)
        });
        if let Some(value) = value {
            *counts.entry(value).or_default() += 1;
        }
    }
    let mut found: Vec<(String, usize)> = counts.into_iter().collect();
    found.sort_by(|(one, few), (other, many)| many.cmp(few).then_with(|| one.cmp(other)));
    found.truncate(MOST);
    found.into_iter().map(|(value, _)| value).collect()
}

/// What an event has in a field, as a filter would name it.
fn value(event: EventRef<'_>, name: &str) -> Option<String> {
    Some(match name.to_ascii_lowercase().as_str() {
        "artifact" => event.path().to_owned(),
        "channel" => event.channel().to_owned(),
        "code" => event.failure_code()?,
        "decoded" => event.decoding().word().to_owned(),
        "event" => format!("{}/{}", event.provider_alias(), event.code()),
        "format" => event.format().to_owned(),
        "host" => event.computer().to_owned(),
        "id" => event.code().to_string(),
        "name" => event.name().to_owned(),
        "pid" => event.pid()?.to_string(),
        "provider" => event.provider_alias().to_owned(),
        "source" => event.source().to_string(),
        "stage" => event.stage().word().to_owned(),
        "tid" => event.tid()?.to_string(),
        "user" => event.user().to_owned(),
        "activity" => event.activity()?.to_string(),
        _ => event.field_or_member(name)?.into_owned(),
    })
}

fn begins(text: &str, beginning: &str) -> bool {
    let head = text.get(..beginning.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(beginning))
}
