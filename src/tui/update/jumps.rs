//! From event to event: to one that is named, to the next of a kind, to one that belongs.

use super::screens::is_wide;
use crate::export::duration;
use crate::model::{EventId, Strength};
use crate::tui::action::{Direction, Target};
use crate::tui::app::{App, Mode, Pane};
use crate::tui::events::Rows;
use crate::tui::{draw, layout};

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

/// The row of an event, where the timeline has it.
fn reveal(app: &mut App, event: EventId) -> Option<usize> {
    if app.events.rows.find(event).is_err() && app.events.filter.is_some() {
        app.events.show(Rows::all(&app.timeline), None);
        app.message = Some(format!(
            "filter put aside, as it hides {event}; \\ brings it back"
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

pub(super) fn seek(app: &mut App, target: Target, direction: Direction) {
    let found = app.events.seek(
        target,
        direction,
        &app.timeline,
        &app.gap_starts,
        &app.evidence,
    );
    let Some(row) = found else {
        app.message = Some(not_found(app, target, direction));
        return;
    };
    select(app, row);
    app.message = match target {
        Target::Failure => None,
        Target::Gap => app
            .events
            .selected()
            .and_then(|event| gap_words(app, event)),
        Target::Evidence => Some(evidence_words(app, row)),
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
        Target::Failure => "failure",
        Target::Gap => "gap",
        Target::Evidence => "evidence of a finding",
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
