//! Tests inside rule files: a handful of events, and what the rule is to say of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use joinscope_wire::Guid;
use sha2::{Digest, Sha256};

use super::raw::{RawCase, RawEvent, RawToken, Tree, span};
use super::rule::Rule;
use super::set::RuleSet;
use crate::catalog::Catalog;
use crate::model::{
    ArtifactId, Batch, DeviceFact, Findings, Head, Level, Locator, SeenToken, Stamp, Ticks,
    TokenPart, TokenSide, Value, hex_text,
};
use crate::timeline::Timeline;

/// When tests begin, unless they say otherwise.
const START: &str = "2026-03-09T10:00:00Z";
/// The computer of events that name none.
const HOST: &str = "DESKTOP-EXMPL01";

/// What a test expects of its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// It finds something.
    Fires,
    /// It says nothing.
    Silent,
    /// It lacks its evidence.
    CannotTell,
    /// It is ruled out.
    RuledOut,
}

/// A test, ready to be run.
#[derive(Debug)]
pub struct Case {
    /// What the rule is to say.
    pub expectation: Expectation,
    /// The events.
    pub timeline: Timeline,
    /// Device facts.
    pub facts: BTreeMap<String, DeviceFact>,
}

/// What a rule is to say of a test.
#[derive(Debug)]
pub struct Expectation {
    /// What the test is about.
    pub name: String,
    /// What is expected.
    pub expected: Expected,
    /// Text that the explanation must contain.
    pub explains: Option<String>,
}

impl Expectation {
    /// What is wrong with what the rule said; `None` where it is as expected.
    pub fn fault(&self, rule: &str, said: &Findings) -> Option<String> {
        let finding = said.findings.iter().find(|finding| finding.rule == rule);
        let ruled_out = said.ruled_out.iter().find(|entry| entry.rule == rule);
        let cannot_tell = said.cannot_tell.iter().any(|entry| entry.rule == rule);
        let found = match (finding, cannot_tell, ruled_out) {
            (Some(_), ..) => Expected::Fires,
            (None, true, _) => Expected::CannotTell,
            (None, false, Some(_)) => Expected::RuledOut,
            (None, false, None) => Expected::Silent,
        };
        // A rule that is ruled out is silent as well.
        let fits = found == self.expected
            || (self.expected == Expected::Silent && found == Expected::RuledOut);
        if !fits {
            return Some(format!(
                "expected {}, found {}",
                self.expected.word(),
                found.word()
            ));
        }
        let told = finding
            .map(|finding| finding.explanation.as_str())
            .or(ruled_out.map(|entry| entry.because.as_str()));
        let wanted = self.explains.as_deref()?;
        let told = told.unwrap_or_default();
        (!told.contains(wanted)).then(|| format!("`{wanted}` is not in `{told}`"))
    }
}

impl Expected {
    const WORDS: [(&'static str, Self); 4] = [
        ("fires", Self::Fires),
        ("silent", Self::Silent),
        ("cannot_tell", Self::CannotTell),
        ("ruled_out", Self::RuledOut),
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        let found = Self::WORDS.iter().find(|(_, known)| *known == self);
        found.map_or("", |(word, _)| word)
    }
}

impl RuleSet {
    /// The tests of a rule, ready to be run; what is wrong with one stands in its place.
    pub fn cases(&self, rule: &Rule, catalog: &Arc<Catalog>) -> Vec<Result<Case, String>> {
        rule.cases
            .iter()
            .map(|raw| {
                self.case(raw, catalog)
                    .map_err(|fault| format!("{}: {fault}", raw.name))
            })
            .collect()
    }

    fn case(&self, raw: &RawCase, catalog: &Arc<Catalog>) -> Result<Case, String> {
        let expected = Expected::WORDS.iter().find(|(word, _)| *word == raw.expect);
        let expected = expected.ok_or_else(|| {
            let words = Expected::WORDS.iter().map(|(word, _)| *word);
            super::fault::unknown("expectation", &raw.expect, words)
        })?;
        let start = raw.start.as_deref().unwrap_or(START);
        let start = Ticks::parse(start).ok_or_else(|| format!("`{start}` is no time"))?;
        let story = Story {
            start,
            ends: raw.ends.as_deref().map(offset).transpose()?,
            catalog,
        };
        let mut events = raw.events.clone();
        if !raw.without_sources.is_empty() {
            events = self.without(&raw.without_sources, events, &story)?;
        }
        let facts = raw.facts.0.iter().map(|(name, value)| {
            let fact = DeviceFact {
                value: value.value.word().unwrap_or_default(),
                source: "the test".to_owned(),
            };
            (name.clone(), fact)
        });
        Ok(Case {
            expectation: Expectation {
                name: raw.name.clone(),
                expected: expected.1,
                explains: raw.explains.clone(),
            },
            timeline: story.timeline(&events)?,
            facts: facts.collect(),
        })
    }

    /// The events without those of sources of these kinds.
    fn without(
        &self,
        kinds: &[String],
        events: Vec<RawEvent>,
        story: &Story<'_>,
    ) -> Result<Vec<RawEvent>, String> {
        let mut kept = Vec::new();
        let mut queries = Vec::new();
        for kind in kinds {
            let row = self.coverage.iter().find(|row| row.name == *kind);
            let names = self.coverage.iter().map(|row| row.name.as_str());
            let row = row.ok_or_else(|| super::fault::unknown("coverage", kind, names))?;
            queries.push(&row.sources);
        }
        for event in events {
            let timeline = story.timeline(std::slice::from_ref(&event))?;
            let gone = timeline.events().any(|found| {
                queries
                    .iter()
                    .any(|query| query.on(&timeline).matches(found))
            });
            if !gone {
                kept.push(event);
            }
        }
        Ok(kept)
    }
}

struct Story<'c> {
    start: Ticks,
    ends: Option<f64>,
    catalog: &'c Arc<Catalog>,
}

impl Story<'_> {
    fn timeline(&self, events: &[RawEvent]) -> Result<Timeline, String> {
        let mut batches: Vec<Batch> = Vec::new();
        for raw in events {
            self.add(raw, &mut batches)?;
        }
        if let Some(ends) = self.ends {
            let batch = batch_of("end of the evidence.evtx", &mut batches);
            let origin = batch.origin("evtx", "EventLog", "System", HOST);
            let stamp = Some(Stamp::utc(self.start.plus_seconds(ends)));
            let locator = Locator::Record { id: 1, offset: 0 };
            batch.event(
                &Head {
                    stamp,
                    ..Head::new(origin, 0, locator)
                },
                &[],
            );
        }
        Ok(Timeline::build(batches, Arc::clone(self.catalog)))
    }

    fn add(&self, raw: &RawEvent, batches: &mut Vec<Batch>) -> Result<(), String> {
        let fault = |what: &str| format!("{}: {what}", raw.event);
        let (alias, id) = raw
            .event
            .rsplit_once('/')
            .ok_or_else(|| fault("an event is written PROVIDER/ID"))?;
        let id: u32 = id.parse().map_err(|_| fault("the id is no number"))?;
        let events = &self.catalog.events;
        let known = events.provider(alias);
        let provider = known
            .and_then(|place| events.providers().get(place))
            .map_or(alias, |provider| provider.name);
        let row = known.and_then(|place| events.of_id(place, id).next());
        let channel = row.map_or("*", |row| row.channel).split(',').next();
        let channel = match channel.unwrap_or("*").trim() {
            "*" | "-" | "" => String::new(),
            channel @ ("System" | "Application" | "Security" | "Setup") => channel.to_owned(),
            channel => format!("{provider}/{channel}"),
        };
        let format = match provider {
            "HTTP" => "saz",
            _ if raw.source.as_deref().is_some_and(is_trace) => "etl",
            _ => "evtx",
        };
        let host = match format {
            "evtx" => raw.host.as_deref().unwrap_or(HOST),
            _ => raw.host.as_deref().unwrap_or(""),
        };
        let path = raw.source.clone().unwrap_or_else(|| match format {
            "saz" => "recording.saz".to_owned(),
            _ => format!("{host} {}.evtx", channel.replace('/', "%4")),
        });
        let batch = batch_of(&path, batches);
        let origin = batch.origin(format, provider, &channel, host);
        let number = batch.records.len() as u64 + 1;
        let locator = match format {
            "saz" => Locator::Session(u32::try_from(number).unwrap_or(u32::MAX)),
            _ => Locator::Record {
                id: number,
                offset: number,
            },
        };
        let at = raw
            .at
            .as_deref()
            .map(offset)
            .transpose()
            .map_err(|it| fault(&it))?;
        let name = raw.name.as_deref().map(|name| batch.text(name));
        let level = raw.level.as_deref().unwrap_or("info");
        let head = Head {
            stamp: at.map(|at| Stamp::utc(self.start.plus_seconds(at))),
            name: name.unwrap_or(crate::model::TextId(0)),
            level: level_of(level).ok_or_else(|| fault(&format!("`{level}` is no level")))?,
            pid: raw.pid,
            activity: match raw.activity.as_deref() {
                None => Guid([0; 16]),
                Some(text) => text
                    .trim_matches(['{', '}'])
                    .parse()
                    .map_err(|_| fault("the activity is no GUID"))?,
            },
            ..Head::new(origin, id, locator)
        };
        let fields: Vec<(&str, Value<'_>)> = raw
            .fields
            .0
            .iter()
            .map(|(name, tree)| (name.as_str(), value_of(&tree.value)))
            .collect();
        let place = batch.records.len();
        batch.event(&head, &fields);
        if let Some(token) = &raw.token {
            let token = self.token(token).map_err(|it| fault(&it))?;
            batch.seen(place, vec![token]);
        }
        Ok(())
    }

    fn token(&self, raw: &RawToken) -> Result<SeenToken, String> {
        let time = |text: &Option<String>| -> Result<Option<Ticks>, String> {
            let at = text.as_deref().map(offset).transpose()?;
            Ok(at.map(|at| self.start.plus_seconds(at)))
        };
        // What a message says of a token is not the token: in an answer and in a request it is one.
        let claims = [
            &raw.aud, &raw.appid, &raw.tid, &raw.upn, &raw.iat, &raw.nbf, &raw.exp,
        ];
        let mut digest = Sha256::new();
        for claim in claims {
            digest.update(claim.as_deref().unwrap_or("-"));
            digest.update([0]);
        }
        let digest = digest.finalize();
        Ok(SeenToken {
            digest: hex_text(digest.get(..8).unwrap_or(&digest)),
            audience: raw.aud.clone(),
            app: raw.appid.clone(),
            tenant: raw.tid.clone(),
            subject: raw.upn.clone(),
            issued_at: time(&raw.iat)?,
            not_before: time(&raw.nbf)?,
            expires_at: time(&raw.exp)?,
            side: word(raw.side.as_deref(), TokenSide::ALL, TokenSide::word)?,
            part: word(raw.part.as_deref(), TokenPart::ALL, TokenPart::word)?,
            ..SeenToken::default()
        })
    }
}

/// The value that a word names.
fn word<T: Copy>(
    word: Option<&str>,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<Option<T>, String> {
    let Some(word) = word else {
        return Ok(None);
    };
    let found = all.iter().find(|known| name(**known) == word);
    let names = all.iter().map(|known| name(*known));
    found
        .map(|known| Some(*known))
        .ok_or_else(|| super::fault::unknown("word of a token", word, names))
}

fn is_trace(file: &str) -> bool {
    let ending = std::path::Path::new(file).extension();
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case("etl"))
}

/// The batch of an artifact of this name.
fn batch_of<'b>(path: &str, batches: &'b mut Vec<Batch>) -> &'b mut Batch {
    let place = batches.iter().position(|batch| &*batch.path == path);
    let place = place.unwrap_or_else(|| {
        let id = ArtifactId(u32::try_from(batches.len()).unwrap_or(u32::MAX));
        batches.push(Batch::new(id, Arc::from(path)));
        batches.len() - 1
    });
    &mut batches[place]
}

fn offset(text: &str) -> Result<f64, String> {
    let seconds = text.trim().parse().ok();
    let seconds = seconds.or_else(|| span(text));
    seconds.ok_or_else(|| format!("`{text}` is no span of time"))
}

fn level_of(word: &str) -> Option<Level> {
    Some(Level(match Level::rank_of(word)? {
        5 => 1,
        4 => 2,
        3 => 3,
        2 => 4,
        _ => 5,
    }))
}

fn value_of(tree: &Tree) -> Value<'_> {
    match tree {
        Tree::Text(text) => Value::Text(text),
        Tree::Bool(set) => Value::Bool(*set),
        Tree::Float(number) => Value::Float(*number),
        Tree::Int(number) => match (i64::try_from(*number), u64::try_from(*number)) {
            (Ok(number), _) => Value::Int(number),
            (_, Ok(number)) => Value::Uint(number),
            _ => Value::Null,
        },
        Tree::Null | Tree::List(_) | Tree::Map(_) => Value::Null,
    }
}
