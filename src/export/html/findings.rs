//! Findings as the page shows them, in the order of the report.

use serde::Serialize;

use crate::model::{EventId, Finding, Report, RuledOut};

/// Events shown of one finding.
const EVENTS: usize = 20;
/// Findings on the page; more are nobody's case.
const FINDINGS: usize = 200;

/// One finding.
#[derive(Serialize)]
pub(super) struct FindingView<'a> {
    finding: &'a Finding,
    times: usize,
    severity: &'static str,
    causes: String,
    events: Vec<EventId>,
}

impl FindingView<'_> {
    /// Events that it links to.
    pub(super) fn events(&self) -> impl Iterator<Item = EventId> {
        self.events.iter().copied()
    }
}

/// One reading that was ruled out.
#[derive(Serialize)]
pub(super) struct RuledOutView<'a> {
    entry: &'a RuledOut,
    events: Vec<EventId>,
}

impl RuledOutView<'_> {
    /// Events that it links to.
    pub(super) fn events(&self) -> impl Iterator<Item = EventId> {
        self.events.iter().copied()
    }
}

/// The findings of a report.
pub(super) fn findings<'r>(report: &'r Report) -> Vec<FindingView<'r>> {
    let view = |finding: &'r Finding| FindingView {
        finding,
        times: finding.occurrences.number,
        severity: finding.severity.word(),
        causes: finding.caused_by.join(", "),
        events: events(finding.evidence.iter().map(|line| line.event)),
    };
    report.findings.iter().take(FINDINGS).map(view).collect()
}

/// What was ruled out.
pub(super) fn ruled_out<'r>(report: &'r Report) -> Vec<RuledOutView<'r>> {
    let view = |entry: &'r RuledOut| RuledOutView {
        entry,
        events: events(entry.evidence.iter().map(|line| line.event)),
    };
    report.ruled_out.iter().take(FINDINGS).map(view).collect()
}

/// Each event once, in the order given.
fn events(all: impl Iterator<Item = EventId>) -> Vec<EventId> {
    let mut events: Vec<EventId> = Vec::new();
    for event in all {
        if events.len() < EVENTS && !events.contains(&event) {
            events.push(event);
        }
    }
    events
}
