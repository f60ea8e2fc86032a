//! Findings as the page shows them: each root as a card, with what comes from it folded under it.
//!
//! The report's order holds: roots first, each followed by what comes from it. A finding with several
//! causes stands under the first of them that is on the page, and names the others; a state that merely
//! explains another finding stands under that one.

use serde::Serialize;

use super::attempts::event_name;
use super::page::Time;
use crate::model::{EventId, EvidenceLine, Finding, Report, RuledOut, Severity, Zone};
use crate::redact::ShownTimeline;

/// Events shown of one finding.
const EVENTS: usize = 20;
/// Findings on the page; more are nobody's case.
const FINDINGS: usize = 200;

/// One finding.
#[derive(Serialize)]
pub(super) struct FindingView<'a> {
    finding: &'a Finding,
    severity: &'static str,
    /// Sign that tells the severity without its colour.
    sign: &'static str,
    stage: &'static str,
    times: usize,
    from: Time,
    to: Option<Time>,
    /// Causes that are on the page.
    causes: Vec<&'a str>,
    evidence: Vec<EvidenceView<'a>>,
    evidence_more: usize,
    /// Findings under this one, those under these among them.
    under: usize,
    /// What comes from a root, step by step: ids and titles of the findings under it that are no mere
    /// background.
    chain: Vec<(&'a str, &'a str)>,
    /// Whether it stands under no other.
    root: bool,
    /// How many lists of findings end behind it.
    closes: usize,
}

/// An event that something rests on, and what it is to it.
#[derive(Serialize)]
struct EvidenceView<'a> {
    event: EventId,
    role: &'a str,
    name: String,
    title: String,
}

impl FindingView<'_> {
    /// Events that it links to.
    pub(super) fn events(&self) -> impl Iterator<Item = EventId> {
        self.evidence.iter().map(|line| line.event)
    }
}

/// One reading that was ruled out.
#[derive(Serialize)]
pub(super) struct RuledOutView<'a> {
    entry: &'a RuledOut,
    evidence: Vec<EvidenceView<'a>>,
}

impl RuledOutView<'_> {
    /// Events that it links to.
    pub(super) fn events(&self) -> impl Iterator<Item = EventId> {
        self.evidence.iter().map(|line| line.event)
    }
}

/// The findings of a report, each before those that stand under it.
pub(super) fn findings<'r>(
    report: &'r Report,
    timeline: ShownTimeline<'_>,
    zone: Zone,
) -> Vec<FindingView<'r>> {
    let shown = report.findings.get(..FINDINGS).unwrap_or(&report.findings);
    let place_of = |id: &str| shown.iter().position(|finding| finding.id == id);
    // Under a later finding nothing stands, so that no circle can form.
    let parent = |place: usize, finding: &Finding| {
        let explains = |other: &Finding| other.caused_by.contains(&finding.id);
        let explained = shown.iter().take(place).position(explains);
        let causes = finding.caused_by.iter().filter_map(|id| place_of(id));
        let cause = causes.filter(|cause| *cause < place).min();
        // What merely explains another finding is told with that one.
        explained.filter(|_| finding.background).or(cause)
    };
    let parents: Vec<Option<usize>> = shown
        .iter()
        .enumerate()
        .map(|(place, finding)| parent(place, finding))
        .collect();
    let mut ordered = Vec::new();
    for (place, _) in parents
        .iter()
        .enumerate()
        .filter(|(_, parent)| parent.is_none())
    {
        descend(place, 0, &parents, &mut ordered);
    }
    let depths: Vec<usize> = ordered.iter().map(|(_, depth)| *depth).collect();
    let under = |at: usize, depth: usize| {
        let behind = depths.get(at + 1..).unwrap_or_default();
        behind.iter().take_while(|other| **other > depth).count()
    };
    ordered
        .iter()
        .enumerate()
        .filter_map(|(at, (place, depth))| {
            let next = depths.get(at + 1).copied().unwrap_or(0);
            let mut view = view(shown.get(*place)?, timeline, zone);
            view.causes.retain(|id| place_of(id).is_some());
            view.under = under(at, *depth);
            view.root = *depth == 0;
            if view.root {
                let behind = ordered.get(at + 1..).unwrap_or_default();
                let under = behind.iter().take(view.under);
                let under = under.filter_map(|(place, _)| shown.get(*place));
                view.chain = under
                    .filter(|finding| !finding.background)
                    .map(|finding| (finding.id.as_str(), finding.title.as_str()))
                    .collect();
            }
            view.closes = depth.saturating_sub(next);
            Some(view)
        })
        .collect()
}

/// A finding and all that stand under it, with how deep each stands.
fn descend(
    place: usize,
    depth: usize,
    parents: &[Option<usize>],
    ordered: &mut Vec<(usize, usize)>,
) {
    ordered.push((place, depth));
    for (child, _) in parents
        .iter()
        .enumerate()
        .filter(|(_, parent)| **parent == Some(place))
    {
        descend(child, depth + 1, parents, ordered);
    }
}

fn view<'r>(finding: &'r Finding, timeline: ShownTimeline<'_>, zone: Zone) -> FindingView<'r> {
    let (evidence, evidence_more) = evidence(&finding.evidence, timeline);
    let span = &finding.span;
    FindingView {
        finding,
        severity: finding.severity.word(),
        sign: sign(finding.severity),
        stage: finding.stage.word(),
        times: finding.occurrences.number,
        from: Time::of(span.from, zone),
        to: (span.to > span.from).then(|| Time::of(span.to, zone)),
        causes: finding.caused_by.iter().map(String::as_str).collect(),
        evidence,
        evidence_more,
        under: 0,
        chain: Vec::new(),
        root: true,
        closes: 0,
    }
}

/// A sign for each severity, of another form each.
pub(super) fn sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "⛔",
        Severity::High => "▲",
        Severity::Medium => "◆",
        Severity::Low => "▽",
        Severity::Info => "○",
    }
}

/// What was ruled out.
pub(super) fn ruled_out<'r>(
    report: &'r Report,
    timeline: ShownTimeline<'_>,
) -> Vec<RuledOutView<'r>> {
    let view = |entry: &'r RuledOut| RuledOutView {
        entry,
        evidence: evidence(&entry.evidence, timeline).0,
    };
    report.ruled_out.iter().take(FINDINGS).map(view).collect()
}

/// Each event once with its first role, in the order given, and how many found no room.
fn evidence<'r>(
    all: &'r [EvidenceLine],
    timeline: ShownTimeline<'_>,
) -> (Vec<EvidenceView<'r>>, usize) {
    let mut lines: Vec<EvidenceView<'r>> = Vec::new();
    let mut more = 0;
    for line in all {
        if lines.iter().any(|other| other.event == line.event) {
            continue;
        }
        if lines.len() == EVENTS {
            more += 1;
            continue;
        }
        let title = timeline.event(line.event);
        lines.push(EvidenceView {
            event: line.event,
            role: &line.role,
            name: event_name(line.event, timeline),
            title: title.map_or_else(String::new, |event| event.title().into_owned()),
        });
    }
    (lines, more)
}
