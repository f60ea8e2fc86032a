//! From event to event: to one that is named, to the next of a kind, to one that belongs.

use super::filter::change;
use super::screens::is_wide;
use crate::export::duration;
use crate::model::{EventId, Outcome, Strength};
use crate::timeline::Query;
use crate::tui::action::{Direction, Target};
use crate::tui::app::{App, Mode, Pane};
use crate::tui::events::Places;
use crate::tui::findings::Row;
use crate::tui::steps::decisive;
use crate::tui::work::{Search, Work};
use crate::tui::{draw, layout, terms};

/// Goes to an event: in the timeline where its detail stands beside it, else to its detail. A filter
/// that hides it is put aside, and said to be.
pub(super) fn jump(app: &mut App, event: EventId) {
    if let Some(row) = reveal(app, event) {
        app.back.push(app.mode);
        app.mode = if is_wide(app) {
            Mode::Timeline
        } else {
            Mode::Detail
        };
        app.pane = Pane::Main;
        select(app, row);
    }
}

/// Shows the timeline, to come back from it to what is shown now.
pub(super) fn enter_timeline(app: &mut App) {
    app.back.push(app.mode);
    app.mode = Mode::Timeline;
    app.pane = Pane::Main;
}

/// The row of an event, where the timeline has it.
fn reveal(app: &mut App, event: EventId) -> Option<usize> {
    if app.events.rows.find(event).is_err() && app.events.filter.is_some() {
        change(app, None);
        app.message = Some(format!(
            "filter put aside, as it hides {event}; < brings it back"
        ));
    }
    let row = app.events.rows.find(event).ok();
    if row.is_none() {
        app.message = Some(format!("{event} is not in the timeline"));
    }
    row
}

pub(super) fn select(app: &mut App, row: usize) {
    let list = app.events.list;
    app.events.list.selected = row;
    let height = draw::timeline::rows(app, layout::areas(app, app.size).body);
    // A jump within sight does not move the rows under the eye.
    if !(list.top..list.top + height).contains(&row) {
        app.events.list.centre(height);
    }
}

/// Goes to the next or previous event of a kind. From a screen without events, first to the one that
/// the screen or the report puts first.
pub(super) fn seek(app: &mut App, target: Target, direction: Direction) {
    if !app.mode.shows_events() {
        let first = first(app, target);
        if let Some(event) = first {
            if let Some(row) = reveal(app, event) {
                enter_timeline(app);
                select(app, row);
            }
            let aside = app.message.take();
            arrive(app, target);
            app.message = app.message.take().or(aside);
            return;
        }
        enter_timeline(app);
    }
    match target {
        Target::Failure | Target::Warning => find(app, target, direction, None),
        Target::Match => match app.search.history().last() {
            None => app.message = Some("nothing was searched for yet; / does".to_owned()),
            Some(text) => match Query::parse(&terms::anywhere(text)) {
                Ok(query) => find(app, target, direction, Some(query)),
                Err(error) => app.message = Some(error.to_string()),
            },
        },
        Target::Evidence => {
            let row = app.events.beside(&app.evidence, direction);
            arrive_at(app, row, target, direction);
        }
        Target::Gap => {
            let row = gap_row(app, direction);
            arrive_at(app, row, target, direction);
        }
        Target::Mark => {
            let marks = Places::of(app.notes.iter().map(|(event, _)| event));
            let row = app.events.beside(&marks, direction);
            arrive_at(app, row, target, direction);
        }
    }
}

/// The event that is gone to first from a screen without events.
fn first(app: &App, target: Target) -> Option<EventId> {
    let report = &app.report;
    match target {
        Target::Gap => report.gaps.first().map(|gap| gap.from.event),
        Target::Evidence => match app.findings.selected() {
            Some(Row::Finding { place, .. }) if app.mode == Mode::Findings => {
                let finding = report.findings.get(place)?;
                finding.evidence.first().map(|line| line.event)
            }
            _ => None,
        },
        Target::Failure => {
            let about = report.verdict.attempt.as_deref()?;
            let attempt = report.attempts.iter().find(|tried| tried.id == about)?;
            let decisive = attempt.steps.get(decisive(attempt))?;
            // Of the steps that failed alike, the one that findings rest on says most.
            let mut alike = attempt
                .steps
                .iter()
                .filter(|step| step.code == decisive.code);
            let told = alike
                .find(|step| step.outcome == Outcome::Failure && app.evidence.contains(step.event));
            let step = told.unwrap_or(decisive);
            (step.outcome == Outcome::Failure).then_some(step.event)
        }
        Target::Warning | Target::Mark | Target::Match => None,
    }
}

/// Row of the next or previous gap's beginning; where the filter hides it, the next row stands for it.
fn gap_row(app: &App, direction: Direction) -> Option<usize> {
    let selected = app.events.selected()?;
    let begin = match direction {
        Direction::Next => *app.gap_starts.after(selected).first()?,
        Direction::Previous => *app.gap_starts.before(selected).last()?,
    };
    let row = app.events.rows.find(begin).unwrap_or_else(|next| next);
    (row < app.events.rows.len()).then_some(row)
}

fn find(app: &mut App, target: Target, direction: Direction, query: Option<Query>) {
    let search = Search::new(target, direction, query, &app.events);
    app.work = Some(Work::Find(search));
    super::go_on(app);
}

/// Selects what was found, and says what it is, or that nothing was.
pub(super) fn arrive_at(app: &mut App, row: Option<usize>, target: Target, direction: Direction) {
    match row {
        Some(row) => {
            select(app, row);
            arrive(app, target);
        }
        None => app.message = Some(not_found(app, target, direction)),
    }
}

fn arrive(app: &mut App, target: Target) {
    let Some(event) = app.events.selected() else {
        return;
    };
    let row = app.events.list.selected;
    app.message = match target {
        Target::Gap => gap_words(app, event),
        Target::Evidence => Some(evidence_words(app, row)),
        Target::Failure => Some(evidence_words(app, row)).filter(|words| !words.is_empty()),
        Target::Mark => app
            .notes
            .of(event)
            .filter(|note| !note.is_empty())
            .map(str::to_owned),
        Target::Warning | Target::Match => None,
    };
}

/// Goes to the next event that belongs to the selected one, and says by what it does.
pub(super) fn follow(app: &mut App, direction: Direction) {
    let Some(event) = app.event() else {
        return;
    };
    let forward = direction == Direction::Next;
    let found = app.links().next(&app.timeline, event, forward);
    let Some((event, strength)) = found else {
        app.message = Some(format!("no event {} this one shares an id", way(direction)));
        return;
    };
    let Some(row) = reveal(app, event) else {
        return;
    };
    select(app, row);
    let tie = match strength {
        Strength::Exact => "exact: an id of one request or activity stands in both",
        Strength::Identifier => "identifier: both are about the same thing",
        Strength::Temporal => "temporal: the same thread within two seconds, no id in common",
    };
    app.message = Some(match app.message.take() {
        Some(aside) => format!("{tie}; {aside}"),
        None => tie.to_owned(),
    });
}

fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::Next => "after",
        Direction::Previous => "before",
    }
}

fn not_found(app: &App, target: Target, direction: Direction) -> String {
    let what = match target {
        Target::Failure => "failure or error",
        Target::Warning => "warning",
        Target::Gap => "gap",
        Target::Evidence => "evidence of a finding",
        Target::Mark => "mark",
        Target::Match => "match",
    };
    let way = way(direction);
    let shown = match app.events.filter {
        Some(_) => " among the events that the filter shows",
        None => "",
    };
    format!("no {what} {way} this event{shown}")
}

fn gap_words(app: &App, event: EventId) -> Option<String> {
    let gap = app.marks.begins(event, &app.report)?;
    Some(format!(
        "{} begins here: {} from {} to {} of {}",
        gap.id,
        duration(gap.seconds),
        gap.from.step,
        gap.to.step,
        gap.attempt
    ))
}

/// What a row of the timeline is to the findings.
fn evidence_words(app: &App, row: usize) -> String {
    let findings = app.report.findings.iter();
    let words = findings.filter_map(|finding| {
        let mut lines = finding.evidence.iter();
        let line = lines.find(|line| app.events.rows.find(line.event) == Ok(row))?;
        Some(format!("{} of {} {}", line.role, finding.id, finding.title))
    });
    words.collect::<Vec<_>>().join("; ")
}

pub(super) fn toggle_zero(app: &mut App) {
    let selected = app.events.selected();
    if app.events.zero == selected {
        app.events.zero = None;
        return;
    }
    if app.event().is_some_and(|event| event.ticks().is_none()) {
        app.message = Some("this event has no time to count from".to_owned());
        return;
    }
    app.events.zero = selected;
}
