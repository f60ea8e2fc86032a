//! What is copied: a row as it is shown, an event in one line, a block that can stand in a report.
//!
//! All of it goes through the redactor that is given.

use std::sync::Arc;

use super::action::Copied;
use super::app::{App, Mode};
use super::draw;
use super::findings::Row;
use super::host::{News, Task};
use crate::export::{EVENTS, REPORTS, Section, Story, View, clean, duration};
use crate::model::{EvidenceLine, Finding, Outcome};
use crate::redact::{Redactor, ShownEvent, ShownTimeline};

/// Longest value in a block, in characters.
const LONGEST: usize = 400;
/// The exporter that makes summaries.
const SUMMARY: &str = "md";

/// The text; none where nothing is selected that has one.
pub(super) fn text(app: &App, what: Copied, redactor: &Redactor) -> Option<String> {
    let copying = Copying {
        app,
        redactor,
        timeline: ShownTimeline::new(&app.timeline, redactor),
    };
    match what {
        Copied::Row => copying.row(),
        Copied::Line => copying.line(),
        Copied::Block => copying.block(),
        // It is made beside the view.
        Copied::Summary => None,
    }
}

/// The work of making a summary of the case in Markdown.
pub(super) fn summary(app: &App) -> Task {
    let (report, timeline) = (Arc::clone(&app.report), Arc::clone(&app.timeline));
    let (shield, zone) = (app.shield.clone(), app.zone);
    Task::new(move || {
        let exporter = REPORTS.iter().find(|exporter| exporter.name == SUMMARY)?;
        let redactor = shield.redactor(&report, &timeline);
        let shown = ShownTimeline::new(&timeline, redactor);
        let view = View {
            zone,
            colour: false,
            width: 0,
        };
        let mut out = Vec::new();
        let written = (exporter.write)(
            &redactor.report(&report),
            shown,
            Section::All,
            view,
            &mut out,
        );
        Some(match written {
            Ok(()) => News::Composed(String::from_utf8_lossy(&out).into_owned()),
            Err(error) => News::Told(format!("no summary could be made: {error}")),
        })
    })
}

struct Copying<'a> {
    app: &'a App,
    redactor: &'a Redactor,
    timeline: ShownTimeline<'a>,
}

impl<'a> Copying<'a> {
    /// The selected event, where the screen shows events.
    fn event(&self) -> Option<ShownEvent<'a>> {
        let event = self.app.event().filter(|_| self.app.mode.shows_events())?;
        Some(self.timeline.show(event))
    }

    fn row(&self) -> Option<String> {
        if !self.app.mode.shows_events() {
            let row = draw::selected_row(self.app)?;
            return Some(self.redactor.text(&row).into_owned());
        }
        Some(self.row_of(self.event()?))
    }

    /// Time, outcome, provider and id, and what it says.
    fn row_of(&self, event: ShownEvent<'_>) -> String {
        let app = self.app;
        let time = event.ticks().map_or_else(
            || "undated".to_owned(),
            |ticks| format!("{} {}", app.zone.date_and_time(ticks), app.zone.name()),
        );
        let sign = app.theme.event(event.outcome(), event.level());
        let kind = format!("{}/{}", event.provider_alias(), event.kind());
        let what = match event.failure_code() {
            Some(code) if event.outcome() == Outcome::Failure => {
                format!("{code} {}", event.message())
            }
            _ => event.message().into_owned(),
        };
        clean(&format!("{time}  {}  {kind}  {what}", sign.word))
    }

    /// The event as the first of the exporters writes it.
    fn line(&self) -> Option<String> {
        let event = self.event()?;
        let exporter = EVENTS.first()?;
        let mut out = Vec::new();
        let report = self.redactor.report(&self.app.report);
        let story = Story::of(&report);
        exporter
            .write(&mut std::iter::once(event), &story, &mut out)
            .ok()?;
        let text = String::from_utf8_lossy(&out);
        Some(text.trim_end().to_owned())
    }

    fn block(&self) -> Option<String> {
        match (self.app.mode, self.app.findings.selected()) {
            (Mode::Findings, Some(Row::Finding { place, .. })) => {
                let report = self.redactor.report(&self.app.report);
                Some(self.finding_block(report.findings.get(place)?))
            }
            _ => Some(self.event_block(self.event()?)),
        }
    }

    /// A finding with what it rests on, each event with the place that it stands in.
    fn finding_block(&self, finding: &Finding) -> String {
        let (id, title) = (&finding.id, &finding.title);
        let (severity, sure) = (finding.severity.word(), finding.confidence);
        let mut lines = vec![
            format!("{id} {title} ({severity}, {sure} % sure)"),
            finding.explanation.clone(),
        ];
        lines.extend(finding.evidence.iter().map(|line| self.evidence(line)));
        joined(&lines)
    }

    fn evidence(&self, line: &EvidenceLine) -> String {
        let (role, id) = (&line.role, line.event);
        match self.timeline.event(id) {
            Some(event) => {
                let (row, path, place) = (self.row_of(event), event.path(), event.locator());
                format!("  {role}: {row}  [{id}, {path}, {place}]")
            }
            None => format!("  {role}: {id} is not in the timeline"),
        }
    }

    /// An event with its fields, where it stands, and what rests on it.
    fn event_block(&self, event: ShownEvent<'_>) -> String {
        let mut lines = vec![self.row_of(event)];
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
        let report = self.redactor.report(&self.app.report);
        let inputs = report.inputs.iter();
        lines.extend(
            inputs.map(|input| format!("  read from {}, SHA-256 {}", input.path, input.sha256)),
        );
        for finding in &report.findings {
            let roles = finding.evidence.iter().filter(|line| line.event == id);
            for line in roles {
                let (role, id, title) = (&line.role, &finding.id, &finding.title);
                lines.push(format!("  {role} of {id} {title}"));
            }
        }
        if let Some(gap) = self.app.marks.begins(id, &report) {
            lines.push(format!("  {} begins: {}", gap.id, duration(gap.seconds)));
        }
        if let Some(note) = self.app.notes.of(id).filter(|note| !note.is_empty()) {
            lines.push(format!("  note: {}", self.redactor.text(note)));
        }
        joined(&lines)
    }
}

fn joined(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| clean(line)).collect();
    lines.join("\n")
}
