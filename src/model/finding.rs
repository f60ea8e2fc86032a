//! What rules found, what they ruled out, and what they could not tell.

use super::event::{EventId, Severity, Stage};
use super::time::Ticks;

/// An event that a finding rests on.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct EvidenceLine {
    /// Which.
    pub event: EventId,
    /// What it is to the finding: the rule's name for it.
    pub role: String,
}

/// How often the same was found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Occurrences {
    /// How many times.
    pub number: usize,
    /// The attempts that they stand on, first seen first.
    pub attempts: Vec<String>,
}

/// From when to when.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FindingSpan {
    /// Begin of the first occurrence.
    pub from: Ticks,
    /// End of the last one.
    pub to: Ticks,
}

/// What a rule found; occurrences of the same are one finding.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// Id in the order in which findings are to be told, e.g. `f1`.
    pub id: String,
    /// The rule's id.
    pub rule: String,
    /// What is wrong, in one line.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is, 0 to 100.
    pub confidence: u8,
    /// The stage that it is about.
    pub stage: Stage,
    /// Id of the attempt that the first occurrence stands on.
    pub attempt: Option<String>,
    /// What was seen, in sentences with times and values.
    pub explanation: String,
    /// How it comes to this.
    pub why: Option<String>,
    /// When this reading is wrong.
    pub limits: Option<String>,
    /// What to do, most effective first.
    pub remediation: Vec<String>,
    /// What to collect next.
    pub next: Vec<String>,
    /// Events that it rests on.
    pub evidence: Vec<EvidenceLine>,
    /// Ids of the findings that it comes from; a finding without any is a root.
    pub caused_by: Vec<String>,
    /// Whether it is a state that explains others and no fault by itself.
    pub background: bool,
    /// How often it was found.
    pub occurrences: Occurrences,
    /// When.
    pub span: FindingSpan,
}

/// A reading that the evidence speaks against.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RuledOut {
    /// The rule's id.
    pub rule: String,
    /// The reading.
    pub title: String,
    /// Why not.
    pub because: String,
    /// Events that say so.
    pub evidence: Vec<EvidenceLine>,
}

/// A reading that the evidence can neither confirm nor rule out.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CannotTell {
    /// The rule's id.
    pub rule: String,
    /// The reading.
    pub title: String,
    /// What would tell.
    pub missing: Vec<MissingSource>,
}

/// A source that was not collected, or does not cover the time.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct MissingSource {
    /// Its name in the table of sources.
    pub name: String,
    /// Where a collection of diagnostics holds it.
    pub artifact: String,
    /// How to collect it.
    pub command: String,
}

/// Everything that rules said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// What was found, roots first, each followed by what comes from it.
    pub findings: Vec<Finding>,
    /// Readings that were ruled out.
    pub ruled_out: Vec<RuledOut>,
    /// Readings that lack their evidence.
    pub cannot_tell: Vec<CannotTell>,
}
