//! Gaps: where one lies, what its budget rests on, and what happened inside.

use super::about;
use super::app::App;
use super::page::{Page, Tone};
use super::rests::used;
use crate::export::{duration, grouped};
use crate::model::{EventId, GapEdge};
use crate::timeline::EventRef;

/// Everything about a gap beside what happened inside.
pub(super) fn about(app: &App, row: usize, page: &mut Page) {
    let Some(gap) = app.report.gaps.get(row) else {
        return;
    };
    let title = format!("{} between {} and {}", gap.id, gap.from.step, gap.to.step);
    page.text(&title, Tone::Heading);
    let zone = app.zone.name();
    let edge = |edge: &GapEdge| {
        let title = app.timeline.event(edge.event).map(EventRef::title);
        let title = title.unwrap_or_default();
        let time = app.zone.date_and_time(edge.time);
        format!("{time} {zone}, {}: {title}", edge.event)
    };
    page.pair("from", &edge(&gap.from));
    page.pair("to", &edge(&gap.to));
    page.pair("size", &format!("{}{}", duration(gap.seconds), used(gap)));
    match gap.budget_seconds {
        Some(seconds) => page.pair(
            "budget",
            &match &gap.budget_basis {
                Some(basis) => format!("{}: {basis}", duration(seconds)),
                None => duration(seconds),
            },
        ),
        None => page.pair("budget", "how long this may take is not known"),
    }
    let attempts = app.report.attempts.iter();
    for attempt in attempts.filter(|attempt| attempt.id == gap.attempt) {
        let sign = app.theme.attempt(attempt.outcome);
        let code = attempt.code.as_deref().unwrap_or_default();
        let text = format!("{} {} {code}", attempt.kind, sign.text());
        page.pair(&format!("attempt {}", attempt.id), text.trim_end());
    }
    page.pair_if("token", gap.token.as_deref().unwrap_or_default());
    for finding in &app.report.findings {
        let has = |event| finding.evidence.iter().any(|line| line.event == event);
        if has(gap.from.event) || has(gap.to.event) {
            let sign = app.theme.finding(finding.severity);
            let text = format!("{} {}", sign.text(), finding.title);
            page.pair(&format!("finding {}", finding.id), &text);
        }
    }
    page.aside();
    let mut lines: Vec<(EventId, &str)> = vec![(gap.from.event, "begins")];
    let mut inside: Vec<_> = gap
        .inside
        .iter()
        .map(|it| (it.event, it.role.word()))
        .collect();
    inside.sort_by_key(|(event, _)| *event);
    lines.extend(inside);
    lines.push((gap.to.event, "ends"));
    about::events(app, "Events", &lines, page);
    let more = gap.inside_total.saturating_sub(gap.inside.len());
    if more > 0 {
        let text = format!("and {} other events inside", grouped(more));
        page.text(&text, Tone::Quiet);
    }
}
