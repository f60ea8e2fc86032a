//! The result as plain data: two faces (screens and exports) show the same one.
//!
//! Field names are the keys of `joinscope.report/1`; keys are stable, additions only.

use std::collections::BTreeMap;

use super::attempt::{Attempt, Gap};
use super::blindspot::Blindspot;
use super::event::{Severity, Stage};
use super::finding::{CannotTell, Finding, RuledOut};
use super::redaction::Redaction;
use super::time::Ticks;
use super::token::Token;

/// Everything that the analysis says.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Report {
    /// Always `joinscope.report/1`.
    pub schema: &'static str,
    /// Which program said it.
    pub tool: Tool,
    /// The one sentence, and what it is about.
    pub verdict: Verdict,
    /// The files that were given.
    pub inputs: Vec<Input>,
    /// Streams of events that were read.
    pub sources: Vec<SourceLine>,
    /// Every try that was seen.
    pub attempts: Vec<Attempt>,
    /// Tokens seen, and those of which only the getting was seen, by their first event.
    pub tokens: Vec<Token>,
    /// Gaps, longest against their budget first.
    pub gaps: Vec<Gap>,
    /// Findings of rules.
    pub findings: Vec<Finding>,
    /// Rules that had their evidence and did not fire.
    pub ruled_out: Vec<RuledOut>,
    /// Rules that lacked their evidence.
    pub cannot_tell: Vec<CannotTell>,
    /// What could not be seen.
    pub blindspots: Vec<Blindspot>,
    /// Facts about the device, by name.
    pub device: BTreeMap<String, DeviceFact>,
    /// Events on the timeline, undated ones included.
    pub event_count: usize,
    /// Events without an honest time.
    pub undated_count: usize,
    /// What was left out of this copy of the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redaction: Option<Redaction>,
}

impl Report {
    /// Name and version of the form.
    pub const SCHEMA: &'static str = "joinscope.report/1";

    /// One that says this sentence, and nothing of any evidence.
    pub fn empty(headline: &str) -> Self {
        Self {
            schema: Self::SCHEMA,
            tool: Tool::this(String::new()),
            verdict: Verdict {
                headline: headline.to_owned(),
                severity: Severity::Info,
                stage: Stage::None,
                attempt: None,
                because: Vec::new(),
            },
            inputs: Vec::new(),
            sources: Vec::new(),
            attempts: Vec::new(),
            tokens: Vec::new(),
            gaps: Vec::new(),
            findings: Vec::new(),
            ruled_out: Vec::new(),
            cannot_tell: Vec::new(),
            blindspots: Vec::new(),
            device: BTreeMap::new(),
            event_count: 0,
            undated_count: 0,
            redaction: None,
        }
    }
}

/// Name and version of the program, and what rules it ran.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Tool {
    /// `joinscope`.
    pub name: &'static str,
    /// Package version.
    pub version: &'static str,
    /// SHA-256 over the embedded rule and catalogue files, 16 hex digits.
    pub rules_digest: String,
}

impl Tool {
    /// This program.
    pub fn this(rules_digest: String) -> Self {
        Self {
            name: "joinscope",
            version: env!("CARGO_PKG_VERSION"),
            rules_digest,
        }
    }
}

/// What to tell the customer first.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Verdict {
    /// One sentence.
    pub headline: String,
    /// `info` where nothing is at fault.
    pub severity: Severity,
    /// `none` where nothing is at fault.
    pub stage: Stage,
    /// Id of the attempt it is about.
    pub attempt: Option<String>,
    /// What the headline rests on, sentence by sentence.
    pub because: Vec<String>,
}

/// A file as it was given.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Input {
    /// Path as given.
    pub path: String,
    /// Of the whole file; of a folder, over the sorted list of its artifacts' digests.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// One stream of events.
#[derive(Clone, Debug, serde::Serialize)]
pub struct SourceLine {
    /// Id, e.g. `s4`.
    pub id: String,
    /// Path through the archives.
    pub artifact: String,
    /// Format name.
    pub format: &'static str,
    /// Channel, or what the format calls its stream.
    pub name: String,
    /// Computer as recorded.
    pub host: String,
    /// Events read from it.
    pub events: usize,
    /// How many of them stand in another source as well and are one event with those.
    pub shared: usize,
    /// Time of its first event.
    pub first: Option<Ticks>,
    /// Time of its last event.
    pub last: Option<Ticks>,
    /// Its clock against the reference.
    pub clock: ClockLine,
    /// SHA-256 of the artifact.
    pub sha256: String,
}

/// A source's clock against the reference.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ClockLine {
    /// To add to its times; unknown until something vouches for it.
    pub offset_ms: Option<f64>,
    /// Plus or minus.
    pub uncertainty_ms: Option<f64>,
    /// What it rests on.
    pub basis: String,
    /// How often it was set while the evidence was written; `basis` tells of each.
    #[serde(skip)]
    pub steps: usize,
    /// Where its records follow each other while their times go back.
    #[serde(skip)]
    pub falls: Falls,
}

/// How often the times of a log go back from a record to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Falls {
    /// How often.
    pub count: usize,
    /// How far at most, in ticks of 100 ns.
    pub largest: i64,
}

impl ClockLine {
    /// The clock of a source that nothing vouches for.
    pub fn as_recorded() -> Self {
        Self {
            offset_ms: None,
            uncertainty_ms: None,
            basis: "as recorded".to_owned(),
            steps: 0,
            falls: Falls::default(),
        }
    }

    /// Whether nothing vouches for it.
    pub fn is_as_recorded(&self) -> bool {
        let known = Self {
            falls: Falls::default(),
            ..self.clone()
        };
        known == Self::as_recorded()
    }
}

/// A fact about the device and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct DeviceFact {
    /// As text.
    pub value: String,
    /// Artifact path and place in it.
    pub source: String,
}
