//! `rules/clocks.yaml`: what clocks are measured with, and how they were set.

use std::iter;

use serde::Deserialize;

use crate::catalog::CLOCKS;
use crate::timeline::Query;

/// The file, with its queries readied.
#[derive(Debug, Default)]
pub(in crate::analyze) struct ClockRules {
    pub(super) answers: Vec<AnswerRule>,
    pub(super) steps: Vec<StepRule>,
    pub(super) exchanges: Vec<ExchangeRule>,
    pub(super) shared: Vec<SharedRule>,
}

impl ClockRules {
    /// Every query that they have on events.
    pub(in crate::analyze) fn queries(&self) -> impl Iterator<Item = &Query> {
        let answers = self.answers.iter();
        let answers = answers.flat_map(|rule| iter::once(&rule.answer).chain(&rule.request));
        let steps = self.steps.iter();
        let steps = steps.flat_map(|rule| iter::once(&rule.step).chain(&rule.told));
        answers
            .chain(steps)
            .chain(self.exchanges.iter().map(|rule| &rule.when))
            .chain(self.shared.iter().map(|rule| &rule.when))
    }
}

/// An answer of a server that says when it was made.
#[derive(Debug)]
pub(super) struct AnswerRule {
    pub(super) answer: Query,
    /// The payload field that states the time, or a key of the JSON in it.
    pub(super) time: String,
    /// The request that it answers: the last one before it.
    pub(super) request: Option<Query>,
    pub(super) within_seconds: f64,
    /// Field with the milliseconds from request to answer, of events that tell of both.
    pub(super) span_ms: Option<String>,
}

/// An event that says that a clock was set.
#[derive(Debug)]
pub(super) struct StepRule {
    pub(super) step: Query,
    /// The earlier event of the same log that holds the times, where the step does not itself.
    pub(super) told: Option<Query>,
    /// Fields with the clock's time before and after.
    pub(super) old: String,
    pub(super) new: String,
    /// Whether the jump may as well be time that has passed.
    pub(super) is_unsure: bool,
}

/// An exchange of a recording.
#[derive(Debug)]
pub(super) struct ExchangeRule {
    pub(super) when: Query,
    /// Fields with ids of the request.
    pub(super) ids: Vec<String>,
    /// Field with the milliseconds from request to answer.
    pub(super) span_ms: String,
}

/// An event that tells of an exchange by its id.
#[derive(Debug)]
pub(super) struct SharedRule {
    pub(super) when: Query,
    /// Fields with ids of the request, or keys of the JSON in them.
    pub(super) ids: Vec<String>,
    pub(super) tells: Tells,
    /// How long after the answer or before the request it is taken to be logged at most.
    pub(super) within_seconds: f64,
}

/// What of an exchange an event tells of.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Tells {
    /// The answer had come.
    Answer,
    /// The request was about to be sent.
    Request,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRules {
    answers: Vec<RawAnswer>,
    steps: Vec<RawStep>,
    exchanges: Vec<RawExchange>,
    shared: Vec<RawShared>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAnswer {
    answer: String,
    time: String,
    #[serde(default)]
    request: Option<String>,
    #[serde(default)]
    within_seconds: f64,
    #[serde(default)]
    span_ms: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    step: String,
    #[serde(default)]
    told: Option<String>,
    old: String,
    new: String,
    #[serde(default)]
    unsure: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExchange {
    when: String,
    ids: Vec<String>,
    span_ms: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawShared {
    when: String,
    ids: Vec<String>,
    tells: Tells,
    within_seconds: f64,
}

/// The rules; `query` parses and checks one query.
pub(in crate::analyze) fn load(
    query: impl Fn(&str) -> Result<Query, String>,
) -> Result<ClockRules, String> {
    let raw: RawRules = CLOCKS.read()?;
    let maybe = |text: Option<String>| text.as_deref().map(&query).transpose();
    let mut rules = ClockRules::default();
    for line in raw.answers {
        rules.answers.push(AnswerRule {
            answer: query(&line.answer)?,
            time: line.time,
            request: maybe(line.request)?,
            within_seconds: line.within_seconds,
            span_ms: line.span_ms,
        });
    }
    for line in raw.steps {
        rules.steps.push(StepRule {
            step: query(&line.step)?,
            told: maybe(line.told)?,
            old: line.old,
            new: line.new,
            is_unsure: line.unsure,
        });
    }
    for line in raw.exchanges {
        rules.exchanges.push(ExchangeRule {
            when: query(&line.when)?,
            ids: line.ids,
            span_ms: line.span_ms,
        });
    }
    for line in raw.shared {
        rules.shared.push(SharedRule {
            when: query(&line.when)?,
            ids: line.ids,
            tells: line.tells,
            within_seconds: line.within_seconds,
        });
    }
    Ok(rules)
}
