//! The rules and what each said of this evidence, as plain data that the caller gives.

use std::cmp::Reverse;
use std::fmt;
use std::sync::Arc;

use super::about;
use super::action::Effect;
use super::app::{App, Mode};
use super::browse::Screen;
use super::host::{News, Task};
use super::page::{Page, Tone};
use crate::export::duration;
use crate::model::{EventId, Report, Severity, Stage};

/// A rule that judged the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleLine {
    /// Its id.
    pub id: String,
    /// What it finds, in one line.
    pub title: String,
    /// The group that it belongs to.
    pub area: String,
    /// How bad it is what it finds.
    pub severity: Severity,
    /// The stage that it is about.
    pub stage: Stage,
}

/// How near a rule came to one thing that it looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// What was judged, e.g. `event e12`.
    pub subject: String,
    /// Whether it holds there, in a word.
    pub state: &'static str,
    /// Its parts in the order in which they are judged.
    pub parts: Vec<NearPart>,
}

/// One part of a rule on one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearPart {
    /// Whether it holds.
    pub holds: bool,
    /// How it stands, in a word.
    pub state: &'static str,
    /// The part as the rule has it.
    pub part: String,
    /// The values that it saw.
    pub detail: String,
}

/// Tells how near the rule of an id came to the evidence, the nearest first.
pub type Explain = Arc<dyn Fn(&str) -> Vec<NearMiss> + Send + Sync>;

/// The rules that judged the evidence, and how to have one explained.
#[derive(Clone)]
pub struct RuleBook {
    /// Every rule, in the order in which they are to be listed.
    pub rules: Vec<RuleLine>,
    /// Called when the user asks why a rule said what it said.
    pub explain: Explain,
}

impl fmt::Debug for RuleBook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RuleBook of {}", self.rules.len())
    }
}

impl Default for RuleBook {
    fn default() -> Self {
        Self {
            rules: Vec::new(),
            explain: Arc::new(|_| Vec::new()),
        }
    }
}

/// What a rule said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Said {
    Fired,
    CannotTell,
    RuledOut,
    /// Nothing in the evidence is what it looks for.
    Silent,
}

/// A rule as a row.
#[derive(Clone, Debug)]
pub(super) struct RuleRow {
    pub(super) rule: RuleLine,
    pub(super) said: Said,
    near: Near,
}

/// How near a rule came.
#[derive(Clone, Debug)]
enum Near {
    /// Nobody asked.
    Unasked,
    /// It is being found out.
    Asked,
    Known(Vec<NearMiss>),
}

/// The rules, those that said something first.
pub(super) fn rows(book: &RuleBook, report: &Report) -> Vec<RuleRow> {
    let said = |id: &str| {
        if report.findings.iter().any(|finding| finding.rule == id) {
            Said::Fired
        } else if report.cannot_tell.iter().any(|entry| entry.rule == id) {
            Said::CannotTell
        } else if report.ruled_out.iter().any(|entry| entry.rule == id) {
            Said::RuledOut
        } else {
            Said::Silent
        }
    };
    let mut rows: Vec<RuleRow> = book
        .rules
        .iter()
        .map(|rule| RuleRow {
            rule: rule.clone(),
            said: said(&rule.id),
            near: Near::Unasked,
        })
        .collect();
    rows.sort_by_key(|row| (row.said, Reverse(row.rule.severity)));
    rows
}

/// Asks how near a rule came to the evidence, once.
pub(super) fn explain(app: &mut App, place: usize) -> Effect {
    let Some(row) = app.rules.get_mut(place) else {
        return Effect::Draw;
    };
    if !matches!(row.near, Near::Unasked) {
        return Effect::Draw;
    }
    row.near = Near::Asked;
    let rule = row.rule.id.clone();
    renew(app);
    Effect::Explain(rule)
}

/// What is to be done beside the view to find out how near a rule came.
pub(super) fn explaining(app: &App, rule: String) -> Task {
    let (explain, case) = (Arc::clone(&app.rule_book.explain), app.case);
    Task::new(move || {
        let near = explain(&rule);
        Some(News::Near { case, rule, near })
    })
}

/// Takes in how near a rule came.
pub(super) fn learn(app: &mut App, rule: &str, near: Vec<NearMiss>) {
    let mut rows = app.rules.iter_mut();
    if let Some(row) = rows.find(|row| row.rule.id == rule) {
        row.near = Near::Known(near);
        renew(app);
    }
}

/// Has what is said of a rule made anew.
fn renew(app: &mut App) {
    if let Some((place, _)) = Screen::of(Mode::Rules)
        && let Some(about) = app.abouts.get_mut(place)
    {
        about.forget();
    }
}

/// Everything about a rule: what it said, and how near it came.
pub(super) fn about(app: &App, place: usize, page: &mut Page) {
    let Some(row) = app.rules.get(place) else {
        return;
    };
    let rule = &row.rule;
    page.text(&rule.title, Tone::Heading);
    page.pair("rule", &rule.id);
    page.pair("said", &app.theme.rule(row.said, rule.severity).text());
    let sign = app.theme.finding(rule.severity);
    let text = format!("{}, stage {}, area {}", sign.text(), rule.stage, rule.area);
    page.pair("severity", &text);
    said(app, rule, page);
    page.aside();
    page.heading("How near it came");
    let near = match &row.near {
        Near::Unasked => {
            let text = "Enter tells which part of it holds and which does not";
            page.text(text, Tone::Quiet);
            return;
        }
        Near::Asked => {
            page.text("computing", Tone::Quiet);
            return;
        }
        Near::Known(near) => near,
    };
    if near.is_empty() {
        let text = "nothing in the evidence is of the kind that it looks at";
        page.text(text, Tone::Plain);
    }
    for near in near {
        near_miss(app, near, page);
    }
}

fn near_miss(app: &App, near: &NearMiss, page: &mut Page) {
    let title = format!("{}: {}", near.subject, near.state);
    page.text(&title, Tone::Heading);
    for part in &near.parts {
        let sign = app.theme.part(part.holds, part.state);
        page.item(&format!("  {} ", sign.text()), &part.part);
        if !part.detail.is_empty() {
            page.item("      saw ", &part.detail);
        }
    }
    let words = near.subject.split([' ', ',']);
    let events: Vec<(EventId, &str)> = words
        .filter_map(EventId::parse)
        .map(|event| (event, "looked at"))
        .collect();
    about::events(app, "Looked at", &events, page);
}

/// What the report has of the rule.
fn said(app: &App, rule: &RuleLine, page: &mut Page) {
    let report = &app.report;
    for found in report.findings.iter().filter(|it| it.rule == rule.id) {
        page.heading(&format!(
            "Finding {}, {} % sure",
            found.id, found.confidence
        ));
        page.text(&found.explanation, Tone::Plain);
        let length = duration(found.span.to.seconds_since(found.span.from));
        let number = crate::tui::text::counted(found.occurrences.number, "time", "times");
        page.pair("seen", &format!("{number}, within {length}"));
        events(app, &found.evidence, page);
    }
    for entry in report.ruled_out.iter().filter(|it| it.rule == rule.id) {
        page.heading("Ruled out");
        page.text(&entry.because, Tone::Plain);
        events(app, &entry.evidence, page);
    }
    for entry in report.cannot_tell.iter().filter(|it| it.rule == rule.id) {
        for missing in &entry.missing {
            page.heading(&format!("Cannot tell without {}", missing.name));
            page.pair("artifact", &missing.artifact);
            page.pair("collect it with", &missing.command);
        }
    }
}

fn events(app: &App, lines: &[crate::model::EvidenceLine], page: &mut Page) {
    let lines: Vec<(EventId, &str)> = lines
        .iter()
        .map(|line| (line.event, line.role.as_str()))
        .collect();
    about::events(app, "Evidence", &lines, page);
}
