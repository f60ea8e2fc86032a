//! Everything about one finding as lines of text, or about a reading that was ruled out or could
//! not be told.

use super::about;
use super::app::App;
use super::findings::Row;
use super::page::{Page, Tone};
use crate::export::{duration, grouped};
use crate::model::{EventId, EvidenceLine, Finding};

/// What is said of the selected row, in lines of this width.
pub(super) fn page(app: &App, columns: usize) -> Page {
    let mut page = Page::new(columns);
    let report = &app.report;
    match app.findings.selected() {
        Some(Row::Finding { place, .. }) => {
            if let Some(finding) = report.findings.get(place) {
                found(app, finding, &mut page);
            }
        }
        Some(Row::RuledOut(place)) => {
            if let Some(entry) = report.ruled_out.get(place) {
                page.text(&entry.title, Tone::Heading);
                page.text(&entry.because, Tone::Plain);
                page.pair("rule", &entry.rule);
                evidence(app, &entry.evidence, &mut page);
            }
        }
        Some(Row::CannotTell(place)) => {
            if let Some(entry) = report.cannot_tell.get(place) {
                page.text(&entry.title, Tone::Heading);
                page.pair("rule", &entry.rule);
                for missing in &entry.missing {
                    page.heading("Missing");
                    page.pair("source", &missing.name);
                    page.pair("artifact", &missing.artifact);
                    page.pair("collect it with", &missing.command);
                }
            }
        }
        Some(Row::RuledOutTitle | Row::CannotTellTitle) | None => verdict(app, &mut page),
    }
    page
}

/// The verdict, where there is no finding to speak of.
fn verdict(app: &App, page: &mut Page) {
    let verdict = &app.report.verdict;
    let sign = app.theme.severity(verdict.severity);
    let headline = format!("{} {}", sign.text(), verdict.headline);
    page.text(&headline, Tone::Heading);
    for because in &verdict.because {
        page.item("- ", because);
    }
}

fn found(app: &App, finding: &Finding, page: &mut Page) {
    page.text(&finding.title, Tone::Heading);
    page.text(&finding.explanation, Tone::Plain);
    page.pair_if("why", finding.why.as_deref().unwrap_or_default());
    page.pair("confidence", &format!("{} %", finding.confidence));
    let sign = app.theme.finding(finding.severity);
    page.pair(
        "severity",
        &format!("{}, stage {}", sign.text(), finding.stage),
    );
    page.pair("occurrences", &occurrences(app, finding));
    relations(app, finding, page);
    page.pair("rule", &finding.rule);
    if !finding.remediation.is_empty() {
        page.heading("What to do");
        for (number, step) in (1..).zip(&finding.remediation) {
            page.item(&format!("{number}. "), step);
        }
    }
    if !finding.next.is_empty() {
        page.heading("What to collect next");
        for next in &finding.next {
            page.item("- ", next);
        }
    }
    if let Some(limits) = &finding.limits {
        page.heading("When this reading is wrong");
        page.text(limits, Tone::Plain);
    }
    evidence(app, &finding.evidence, page);
}

/// How often, on which attempts, from when to when.
fn occurrences(app: &App, finding: &Finding) -> String {
    let (span, found) = (&finding.span, &finding.occurrences);
    let number = grouped(found.number);
    let text = match found.attempts.as_slice() {
        [] => number,
        attempts => format!("{number} on {}", attempts.join(", ")),
    };
    let from = app.zone.date_and_time(span.from);
    let zone = app.zone.name();
    if span.from == span.to {
        return format!("{text}; at {from} {zone}");
    }
    let to = app.zone.date_and_time(span.to);
    let seconds = duration(span.to.seconds_since(span.from));
    format!("{text}; from {from} to {to} {zone}, {seconds}")
}

/// What it comes from and what comes from it; all of it, also where the tree shows one place alone.
fn relations(app: &App, finding: &Finding, page: &mut Page) {
    let named = |other: &Finding| format!("{} {}", other.id, other.title);
    let all = &app.report.findings;
    for cause in all.iter().filter(|it| finding.caused_by.contains(&it.id)) {
        page.pair("comes from", &named(cause));
    }
    let lead = if finding.background {
        page.pair("kind", "a state that explains others, no fault by itself");
        "explains"
    } else {
        "leads to"
    };
    for effect in all.iter().filter(|it| it.caused_by.contains(&finding.id)) {
        page.pair(lead, &named(effect));
    }
}

/// Events with what they are to the matter, as the second part.
fn evidence(app: &App, lines: &[EvidenceLine], page: &mut Page) {
    let lines: Vec<(EventId, &str)> = lines
        .iter()
        .map(|line| (line.event, line.role.as_str()))
        .collect();
    page.aside();
    about::events(app, "Evidence", &lines, page);
}
