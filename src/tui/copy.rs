//! What is copied: a row as it is shown, an event in one line, a block that can stand in a report.

use super::action::Copied;
use super::app::{App, Mode};
use super::detail::gist;
use super::draw;
use crate::export::{EVENTS, Steps, clean, duration};
use crate::model::{EvidenceLine, Finding};
use crate::timeline::EventRef;
use crate::tui::findings::Row;

/// Longest value in a block, in characters.
const LONGEST: usize = 400;

/// The text; none where nothing is selected that has one.
pub(super) fn text(app: &App, what: Copied) -> Option<String> {
    match what {
        Copied::Row => row(app),
        Copied::Line => line(app),
        Copied::Block => block(app),
    }
}

fn row(app: &App) -> Option<String> {
    if !app.mode.shows_events() {
        return draw::selected_row(app);
    }
    Some(row_of(app, app.event()?))
}

/// Time, outcome, provider and id, and what it says.
fn row_of(app: &App, event: EventRef<'_>) -> String {
    let time = event.ticks().map_or_else(
        || "undated".to_owned(),
        |ticks| format!("{} {}", app.zone.date_and_time(ticks), app.zone.name()),
    );
    let sign = app.theme.event(event.outcome(), event.level());
    let kind = format!("{}/{}", event.provider_alias(), event.kind());
    clean(&format!("{time}  {}  {kind}  {}", sign.word, gist(event)))
}

/// The event as the first of the exporters writes it.
fn line(app: &App) -> Option<String> {
    let event = app.event().filter(|_| app.mode.shows_events())?;
    let exporter = EVENTS.first()?;
    let mut out = Vec::new();
    let steps = Steps::of(&app.report);
    (exporter.write)(&mut std::iter::once(event), &steps, &mut out).ok()?;
    let text = String::from_utf8_lossy(&out);
    Some(text.trim_end().to_owned())
}

fn block(app: &App) -> Option<String> {
    match (app.mode, app.findings.selected()) {
        (Mode::Findings, Some(Row::Finding { place, .. })) => {
            Some(finding_block(app, app.report.findings.get(place)?))
        }
        _ if app.mode.shows_events() => Some(event_block(app, app.event()?)),
        _ => None,
    }
}

/// A finding with what it rests on, each event with the place that it stands in.
fn finding_block(app: &App, finding: &Finding) -> String {
    let (id, title) = (&finding.id, &finding.title);
    let (severity, sure) = (finding.severity.word(), finding.confidence);
    let mut lines = vec![
        format!("{id} {title} ({severity}, {sure} % sure)"),
        finding.explanation.clone(),
    ];
    lines.extend(finding.evidence.iter().map(|line| evidence(app, line)));
    joined(&lines)
}

fn evidence(app: &App, line: &EvidenceLine) -> String {
    match app.timeline.event(line.event) {
        Some(event) => {
            let (path, place) = (event.path(), event.locator());
            format!(
                "  {}: {}  [{}, {path}, {place}]",
                line.role,
                row_of(app, event),
                line.event
            )
        }
        None => format!("  {}: {} is not in the timeline", line.role, line.event),
    }
}

/// An event with its fields, where it stands, and what rests on it.
fn event_block(app: &App, event: EventRef<'_>) -> String {
    let mut lines = vec![row_of(app, event)];
    for (name, value) in event.fields() {
        let text = value.text();
        let shown: String = text.chars().take(LONGEST).collect();
        let cut = if shown.len() < text.len() {
            " (cut)"
        } else {
            ""
        };
        lines.push(format!("  {name}: {shown}{cut}"));
    }
    let (id, path, place) = (event.id(), event.path(), event.locator());
    lines.push(format!(
        "  stands in {path}, {place} ({id} of this reading)"
    ));
    let inputs = app.report.inputs.iter();
    lines.extend(
        inputs.map(|input| format!("  read from {}, SHA-256 {}", input.path, input.sha256)),
    );
    for finding in &app.report.findings {
        let roles = finding.evidence.iter().filter(|line| line.event == id);
        for line in roles {
            let (role, id, title) = (&line.role, &finding.id, &finding.title);
            lines.push(format!("  {role} of {id} {title}"));
        }
    }
    if let Some(gap) = app.marks.begins(id, &app.report) {
        lines.push(format!("  {} begins: {}", gap.id, duration(gap.seconds)));
    }
    if let Some(note) = app.notes.of(id).filter(|note| !note.is_empty()) {
        lines.push(format!("  note: {note}"));
    }
    joined(&lines)
}

fn joined(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| clean(line)).collect();
    lines.join("\n")
}
