//! Ways out: what is shown, written in each of the formats that the exporters have.

use std::io::{self, Write};
use std::sync::Arc;

use super::app::{App, Mode};
use super::text::counted;
use crate::export::{EVENTS, EventExporter, REPORTS, ReportExporter, Section, Story, View, html};
use crate::model::{EventId, Report};
use crate::redact::ShownTimeline;

/// Columns that text is wrapped at.
const COLUMNS: usize = 100;

/// A format to write in.
#[derive(Clone)]
pub(super) struct Way {
    /// What is chosen by.
    pub(super) name: String,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Events(&'static EventExporter),
    Report(&'static ReportExporter),
    Page,
}

/// Every way, in the order in which it is offered.
pub(super) fn ways() -> Vec<Way> {
    let events = EVENTS.iter().map(|exporter| Way {
        name: format!("events-{}", exporter.name),
        kind: Kind::Events(exporter),
    });
    let reports = REPORTS.iter().map(|exporter| Way {
        name: format!("report-{}", exporter.name),
        kind: Kind::Report(exporter),
    });
    let page = Way {
        name: "report-html".to_owned(),
        kind: Kind::Page,
    };
    events.chain(reports).chain([page]).collect()
}

impl Way {
    /// What it writes of what is shown.
    pub(super) fn what(&self, app: &App) -> String {
        match self.kind {
            Kind::Events(exporter) => {
                let count = match app.events.filter {
                    Some(_) => app.events.rows.len(),
                    None => app.timeline.len(),
                };
                let filter = if app.events.filter.is_some() {
                    ", those that the filter lets through"
                } else {
                    ""
                };
                let count = counted(count, "event", "events");
                format!("{count}{filter}; {}", exporter.help)
            }
            Kind::Report(exporter) if !exporter.sections.contains(&section(app.screen())) => {
                exporter.help.to_owned()
            }
            Kind::Report(_) => match section(app.screen()) {
                Section::Gaps => "the gaps".to_owned(),
                Section::Tokens => "the tokens".to_owned(),
                Section::Findings => "the findings".to_owned(),
                Section::Sources => "the sources and blind spots".to_owned(),
                Section::All => "the whole report".to_owned(),
            },
            Kind::Page => "everything as one page to open anywhere".to_owned(),
        }
    }

    /// How the name of a file ends that it is written to.
    pub(super) fn ending(&self) -> &'static str {
        match self.kind {
            Kind::Events(exporter) => ending(exporter.name),
            Kind::Report(exporter) => ending(exporter.name),
            Kind::Page => "html",
        }
    }

    /// The work of writing it, which needs the state no longer.
    pub(super) fn job(&self, app: &App, report: Arc<Report>) -> Job {
        let (kind, section) = (self.kind, section(app.screen()));
        let timeline = Arc::clone(&app.timeline);
        let shield = app.shield.clone();
        let zone = app.zone;
        let events = match (kind, &app.events.filter) {
            (Kind::Events(_), Some(_)) => {
                let rows = 0..app.events.rows.len();
                Some(rows.filter_map(|row| app.events.rows.get(row)).collect())
            }
            _ => None,
        };
        let view = View {
            zone,
            colour: false,
            width: COLUMNS,
        };
        Job(Box::new(move |out| {
            let redactor = shield.redactor(&report, &timeline);
            let shown = ShownTimeline::new(&timeline, redactor);
            match kind {
                Kind::Events(exporter) => {
                    write_events(exporter, &redactor.report(&report), shown, events, out)
                }
                Kind::Report(exporter) => {
                    let section = if exporter.sections.contains(&section) {
                        section
                    } else {
                        exporter.sections.first().copied().unwrap_or(Section::All)
                    };
                    (exporter.write)(&redactor.report(&report), shown, section, view, out)
                }
                Kind::Page => html::write(&redactor.report(&report), shown, zone, out),
            }
        }))
    }
}

/// Writing that is still to be done.
pub struct Job(Work);

type Work = Box<dyn FnOnce(&mut dyn Write) -> io::Result<()> + Send>;

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Job")
    }
}

impl Job {
    /// Writing a text.
    pub(super) fn of_text(text: String) -> Self {
        Self(Box::new(move |out| {
            out.write_all(text.as_bytes())?;
            out.write_all(b"\n")
        }))
    }

    /// Does it.
    ///
    /// # Errors
    /// What it is written to cannot be written to.
    pub fn write(self, out: &mut dyn Write) -> io::Result<()> {
        (self.0)(out)
    }
}

fn write_events(
    exporter: &EventExporter,
    report: &Report,
    timeline: ShownTimeline<'_>,
    events: Option<Vec<EventId>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let story = Story::of(report);
    let left_out = match events {
        Some(events) => {
            let mut events = events.into_iter().filter_map(|id| timeline.event(id));
            exporter.write(&mut events, &story, out)
        }
        None => exporter.write(&mut timeline.events(), &story, out),
    };
    left_out.map(drop)
}

/// The part of the report that a screen shows.
fn section(screen: Mode) -> Section {
    match screen {
        Mode::Gaps => Section::Gaps,
        Mode::Tokens => Section::Tokens,
        Mode::Findings => Section::Findings,
        Mode::Sources | Mode::Blindspots => Section::Sources,
        _ => Section::All,
    }
}

fn ending(format: &'static str) -> &'static str {
    match format {
        "text" => "txt",
        other => other,
    }
}
