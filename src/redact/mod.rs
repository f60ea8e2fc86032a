//! Redaction: names of people, machines and organisations become pseudonyms, the same in every output.
//!
//! What is to be replaced is gathered once from everything that outputs can show (`gather`), by fields
//! and places that `rules/catalog/redact.tsv` knows and by form (`shapes`). From then on one automaton
//! finds these names in any text. A pseudonym stands for a word, not for a person: the same word is the
//! same pseudonym wherever it stands, so that a reader can conclude from the output what could be
//! concluded from the evidence, and nothing else.
//!
//! Without a key pseudonyms are numbered in the order in which the evidence shows them (`user-1`): a
//! digest without a key could be found out by trying names. With a key they are digests
//! (`user-3fa94c01d2`), the same in every run with that key.

mod event;
mod gather;
mod met;
mod names;
mod report;
mod shapes;
mod value;
mod words;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use hmac::{Hmac, KeyInit, Mac};
use rustc_hash::{FxHashMap, FxHashSet};
use sha2::Sha256;

use crate::catalog::Personal;
use crate::model::{NameKind, Redaction, Removed, Report, hex_text};
use crate::timeline::Timeline;
use names::{Names, bare};
use words::{guid_digits, is_apart, spellings};

pub use crate::model::RedactionLevel as Level;
pub use event::{ShownEvent, ShownPlace, ShownTimeline};
pub use value::Shown;

/// Spellings that the automaton looks for at most.
const MOST_SPELLINGS: usize = 400_000;
/// What stands for a machine that only the name of its domain gives away.
const SOME_HOST: &str = "host";

/// Replaces names by pseudonyms; at level `none` everything stays as it is.
///
/// Counts what it replaces, so that an output can say it; see [`Self::redaction`].
#[derive(Debug)]
pub struct Redactor {
    level: Level,
    keyed: bool,
    found: Option<Box<Found>>,
    /// Places replaced so far, by kind.
    places: Vec<AtomicU64>,
}

/// What is looked for, and what the tables say.
#[derive(Debug)]
struct Found {
    automaton: AhoCorasick,
    /// What stands for each pattern of the automaton.
    replacements: Vec<Replacement>,
    /// Pseudonyms by name in lower case, those too that are replaced in their fields alone.
    aliases: FxHashMap<String, Replacement>,
    /// Names found, by kind.
    counts: Vec<usize>,
    personal: Personal,
    /// Names of fields that the catalogue knows, in lower case, and ids of public applications.
    known: Known,
    /// There are more names than can be looked for, so that texts must go.
    is_full: bool,
    key: Option<Vec<u8>>,
}

/// What stays readable at level `strict`.
#[derive(Debug, Default)]
struct Known {
    fields: FxHashSet<String>,
    apps: FxHashSet<String>,
}

#[derive(Clone, Debug)]
struct Replacement {
    kind: NameKind,
    text: String,
}

/// A stretch of a text and what stands for it.
type Place<'f> = (Range<usize>, Cow<'f, Replacement>);

impl Redactor {
    /// One that replaces nothing.
    pub fn off() -> Self {
        Self {
            level: Level::None,
            keyed: false,
            found: None,
            places: Vec::new(),
        }
    }

    /// Gathers the names of a case. With `key`, pseudonyms are the same in every run with that key.
    pub fn new(level: Level, key: Option<&[u8]>, report: &Report, timeline: &Timeline) -> Self {
        if level == Level::None {
            return Self::off();
        }
        let names = gather::gather(report, timeline);
        let catalog = timeline.catalog();
        let known = Known {
            fields: catalog.field_names().map(str::to_ascii_lowercase).collect(),
            apps: catalog.apps.ids().map(str::to_owned).collect(),
        };
        let found = Found::new(&names, known, key);
        Self {
            level,
            keyed: key.is_some(),
            found: found.map(Box::new),
            places: NameKind::ALL.iter().map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// How much is left out.
    pub fn level(&self) -> Level {
        self.level
    }

    /// A text of ours, or a name from the evidence, with pseudonyms for the names in it.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.level == Level::None || text.is_empty() {
            return Cow::Borrowed(text);
        }
        let Some(found) = self.found.as_deref() else {
            // Without what finds names, no text is known to hold none.
            return self.left_out(text);
        };
        if found.is_full {
            return self.left_out(text);
        }
        let places = self.places_in(found, text);
        if places.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for (place, replacement) in &places {
            out.push_str(text.get(at..place.start).unwrap_or_default());
            out.push_str(&replacement.text);
            self.count(replacement.kind);
            at = place.end;
        }
        out.push_str(text.get(at..).unwrap_or_default());
        Cow::Owned(out)
    }

    /// A sentence from the evidence: at level `strict` nothing of it stays.
    pub fn free_text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.level {
            Level::Strict if !is_code(text) => self.left_out(text),
            _ => self.text(text),
        }
    }

    /// What was left out so far; nothing at level `none`.
    pub fn redaction(&self) -> Option<Redaction> {
        (self.level != Level::None).then(|| Redaction {
            level: self.level,
            keyed: self.keyed,
            removed: self.removed(),
        })
    }

    /// What was left out so far, by kind, without kinds of which there is nothing.
    pub fn removed(&self) -> Vec<Removed> {
        let removed = NameKind::ALL.iter().zip(&self.places).enumerate();
        let removed = removed.map(|(at, (kind, places))| Removed {
            kind: *kind,
            names: self
                .found
                .as_deref()
                .and_then(|found| found.counts.get(at).copied())
                .unwrap_or(0),
            places: places.load(Ordering::Relaxed),
        });
        removed
            .filter(|removed| removed.names > 0 || removed.places > 0)
            .collect()
    }

    fn count(&self, kind: NameKind) {
        let at = NameKind::ALL.iter().position(|other| *other == kind);
        if let Some(places) = at.and_then(|at| self.places.get(at)) {
            places.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn left_out(&self, text: &str) -> Cow<'static, str> {
        self.count(NameKind::Text);
        let count = text.chars().count();
        let noun = if count == 1 { "letter" } else { "letters" };
        Cow::Owned(format!("[text of {count} {noun}]"))
    }

    /// What is to be replaced in a text, in order and apart from each other.
    fn places_in<'f>(&self, found: &'f Found, text: &str) -> Vec<Place<'f>> {
        let mut places: Vec<Place<'f>> = shapes::encoded(text)
            .into_iter()
            .map(|stretch| {
                let text = format!("[{} letters of encoded bytes]", stretch.len());
                let kind = NameKind::Blob;
                (stretch, Cow::Owned(Replacement { kind, text }))
            })
            .collect();
        for place in found.automaton.find_overlapping_iter(text) {
            if !is_apart(text, place.start(), place.end()) {
                continue;
            }
            let Some(replacement) = found.replacements.get(place.pattern().as_usize()) else {
                continue;
            };
            places.push((place.start()..place.end(), Cow::Borrowed(replacement)));
        }
        if self.level == Level::Strict {
            places.extend(found.requests(text));
        }
        places.sort_by_key(|(place, _)| (place.start, std::cmp::Reverse(place.end)));
        let mut end = 0;
        places.retain(|(place, _)| {
            let is_free = place.start >= end;
            if is_free {
                end = place.end;
            }
            is_free
        });
        found.with_hosts(text, places)
    }
}

impl Found {
    fn new(names: &Names<'_>, known: Known, key: Option<&[u8]>) -> Option<Self> {
        let mut ordered: Vec<(&String, &names::Name)> = names.found.iter().collect();
        ordered.sort_unstable_by_key(|(_, name)| name.order);
        let mut counts = vec![0; NameKind::ALL.len()];
        let mut aliases: FxHashMap<String, Replacement> = FxHashMap::default();
        for (word, name) in &ordered {
            let at = NameKind::ALL.iter().position(|kind| *kind == name.kind)?;
            let count = counts.get_mut(at)?;
            *count += 1;
            let text = match key {
                Some(key) => format!("{}-{}", name.kind, digest(key, word)),
                None => format!("{}-{count}", name.kind),
            };
            let kind = name.kind;
            aliases.insert((*word).clone(), Replacement { kind, text });
        }
        let (patterns, replacements) = patterns(names, &ordered, &aliases);
        let is_full = names.is_full || patterns.len() > MOST_SPELLINGS;
        let patterns = if is_full { Vec::new() } else { patterns };
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(patterns)
            .ok()?;
        Some(Self {
            automaton,
            replacements,
            aliases,
            counts,
            personal: names.personal.clone(),
            known,
            is_full,
            key: key.map(<[u8]>::to_vec),
        })
    }

    /// GUIDs that are none of a public application.
    fn requests(&self, text: &str) -> Vec<Place<'_>> {
        const LENGTH: usize = 36;
        let mut found = Vec::new();
        for (hyphen, _) in text.match_indices('-') {
            let Some(start) = hyphen.checked_sub(8) else {
                continue;
            };
            let place = start..start + LENGTH;
            let Some(guid) = text.get(place.clone()) else {
                continue;
            };
            let is_public = || self.known.apps.contains(&guid.to_ascii_lowercase());
            if guid_digits(guid).is_some() && is_apart(text, place.start, place.end) && !is_public()
            {
                let text = match &self.key {
                    Some(key) => format!("request-{}", digest(key, &guid.to_ascii_lowercase())),
                    None => "request".to_owned(),
                };
                let kind = NameKind::Request;
                found.push((place, Cow::Owned(Replacement { kind, text })));
            }
        }
        found
    }

    /// The places with the labels before a domain that are the name of a machine nobody named.
    fn with_hosts<'f>(&self, text: &str, places: Vec<Place<'f>>) -> Vec<Place<'f>> {
        let mut out: Vec<Place<'f>> = Vec::with_capacity(places.len());
        for (place, replacement) in places {
            if replacement.kind == NameKind::Domain {
                let free = out.last().map_or(0, |(before, _)| before.end);
                out.extend(self.labels_before(text, free, place.start));
            }
            out.push((place, replacement));
        }
        out
    }

    fn labels_before<'f>(&self, text: &str, free: usize, end: usize) -> Vec<Place<'f>> {
        let mut found = Vec::new();
        let mut end = end;
        while let Some(before) = text
            .get(free..end)
            .and_then(|before| before.strip_suffix('.'))
        {
            let is_label = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
            let start = before
                .char_indices()
                .rev()
                .take_while(|(_, letter)| is_label(*letter))
                .last()
                .map_or(before.len(), |(at, _)| at);
            let label = before.get(start..).unwrap_or_default();
            if label.is_empty() {
                break;
            }
            let (start, stop) = (free + start, end - 1);
            if !label.starts_with('_') && !self.personal.is_role(&label.to_lowercase()) {
                let (kind, text) = (NameKind::Host, SOME_HOST.to_owned());
                found.push((start..stop, Cow::Owned(Replacement { kind, text })));
            }
            end = start;
        }
        found.reverse();
        found
    }

    /// What stands for a whole value that is a name.
    fn alias(&self, value: &str) -> Option<&Replacement> {
        self.aliases.get(&bare(value)?.to_lowercase())
    }
}

/// What the automaton looks for, and what stands for each.
fn patterns(
    names: &Names<'_>,
    ordered: &[(&String, &names::Name)],
    aliases: &FxHashMap<String, Replacement>,
) -> (Vec<String>, Vec<Replacement>) {
    let (mut patterns, mut replacements) = (Vec::new(), Vec::new());
    let mut add = |word: &str, replacement: &Replacement| {
        for spelling in spellings(word) {
            patterns.push(spelling);
            replacements.push(replacement.clone());
        }
    };
    for (word, _) in ordered.iter().filter(|(_, name)| name.is_telling) {
        if let Some(alias) = aliases.get(*word) {
            add(word, alias);
        }
    }
    let mut pairs: Vec<&(String, char, String)> = names.pairs.iter().collect();
    pairs.sort_unstable();
    for (left, between, right) in pairs {
        let part = |word: &String| {
            aliases
                .get(word)
                .map_or(word.clone(), |alias| alias.text.clone())
        };
        let known = [aliases.get(left), aliases.get(right)];
        let kinds = known.into_iter().flatten().map(|alias| alias.kind);
        if let Some(kind) = kinds.min() {
            let text = format!("{}{between}{}", part(left), part(right));
            add(
                &format!("{left}{between}{right}"),
                &Replacement { kind, text },
            );
        }
    }
    (patterns, replacements)
}

/// Ten digits of the keyed digest of a word.
fn digest(key: &[u8], word: &str) -> String {
    // A key of any length is one.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(word.as_bytes());
    let digest = mac.finalize().into_bytes();
    hex_text(digest.get(..5).unwrap_or_default())
}

/// Whether a text is a code, a number or one word of a vocabulary, and no sentence.
fn is_code(text: &str) -> bool {
    const LONGEST: usize = 64;
    text.len() <= LONGEST
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.:-+#/(){}[]<>".contains(&byte))
}
