//! Assembling the result from what the stages found.

use std::collections::BTreeMap;

use crate::model::{
    ArtifactId, Attempt, Blindspot, ClockLine, DeviceFact, Findings, Gap, Input, Report,
    SourceLine, Token, Tool, Verdict,
};
use crate::timeline::{SourceId, Timeline};

/// What `assemble` puts together beside the timeline.
#[derive(Debug)]
pub struct Parts {
    /// Attempts by start.
    pub attempts: Vec<Attempt>,
    /// Gaps, worst first.
    pub gaps: Vec<Gap>,
    /// Tokens, by the first event that shows each.
    pub tokens: Vec<Token>,
    /// What rules said.
    pub findings: Findings,
    /// The sentence to say first.
    pub verdict: Verdict,
    /// Facts about the device.
    pub device: BTreeMap<String, DeviceFact>,
    /// The clock of each source, in their order.
    pub clocks: Vec<ClockLine>,
    /// Files as given.
    pub inputs: Vec<Input>,
    /// Blind spots met before any artifact was read.
    pub blindspots: Vec<Blindspot>,
    /// Digest of the rule set.
    pub rules_digest: String,
}

/// Assembles the report; `sha256_of` gives the digest of an artifact, or nothing.
pub fn assemble(
    parts: Parts,
    timeline: &Timeline,
    sha256_of: impl Fn(ArtifactId) -> String,
) -> Report {
    let mut blindspots = parts.blindspots;
    blindspots.extend_from_slice(timeline.blindspots());
    Report {
        schema: Report::SCHEMA,
        tool: Tool::this(parts.rules_digest),
        verdict: parts.verdict,
        inputs: parts.inputs,
        sources: sources(timeline, &parts.clocks, sha256_of),
        attempts: parts.attempts,
        tokens: parts.tokens,
        gaps: parts.gaps,
        findings: parts.findings.findings,
        ruled_out: parts.findings.ruled_out,
        cannot_tell: parts.findings.cannot_tell,
        blindspots,
        device: parts.device,
        event_count: timeline.len(),
        undated_count: timeline.len() - timeline.dated(),
        redaction: None,
    }
}

fn sources(
    timeline: &Timeline,
    clocks: &[ClockLine],
    sha256_of: impl Fn(ArtifactId) -> String,
) -> Vec<SourceLine> {
    let line = |(index, source): (usize, &crate::timeline::Source)| SourceLine {
        id: SourceId(u32::try_from(index).unwrap_or(u32::MAX)).to_string(),
        artifact: timeline.path(source.origin.artifact).to_owned(),
        format: source.origin.format,
        name: timeline.text(source.origin.stream).to_owned(),
        host: timeline.text(source.origin.computer).to_owned(),
        events: source.events,
        shared: source.shared,
        first: source.first,
        last: source.last,
        clock: clocks
            .get(index)
            .cloned()
            .unwrap_or_else(ClockLine::as_recorded),
        sha256: sha256_of(source.origin.artifact),
    };
    timeline.sources().iter().enumerate().map(line).collect()
}
