//! The steps of the selected attempt.
//!
//! A step is one row; below it stand the code and the server's words if it failed or is
//! selected, so that rows differ in height and the selection is kept in sight by rows, not steps.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::attempts::relation;
use super::columns::{Align, Cell, Column, MARK, Selection, Table, column};
use super::{Keys, title, title_of};
use crate::export::duration;
use crate::model::{Attempt, Outcome, Step};
use crate::tui::app::{App, Pane};
use crate::tui::layout::{below_title, list_rows};
use crate::tui::list::List;
use crate::tui::steps::since_last;
use crate::tui::text::{delta, width, wrap};
use crate::tui::theme::{DIM, STRONG};

/// Columns that what belongs to a step is indented by.
const INDENT: usize = 6;
/// From this many columns on, the code and the event have columns of their own.
const ROOMY: u16 = 104;
/// Rows of notes above the steps, at most.
const NOTES: usize = 3;

/// ```text
/// ── a2 mdm-enrol × failure 0x80180014, longest gap 26.9 s prepare-key to send ──
///   note: what the evidence leaves open
///   UTC          delta    stage        outcome   what
///   05:47:49.083 +2.2s    send         √ ok      MDM client sent its enrolment request
/// > 05:47:49.086 +3ms     respond      × FAIL    MDM server refused the enrolment
///       0x80180014 MENROLL_E_...: what it means
///       the server said: "..."
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let Some(attempt) = app.attempt() else {
        title(app, frame, area, "Steps");
        return;
    };
    title_of(
        app,
        frame,
        area,
        Keys::of(app, Pane::Side),
        &heading(app, attempt),
    );
    let inside = below_title(area);
    let notes = notes(attempt, inside.width);
    let mut rows = inside.rows();
    for (note, row) in notes.iter().zip(rows.by_ref()) {
        Line::raw(format!("  {note}")).render(row, frame.buffer_mut());
    }
    let columns = columns(app, area.width);
    let table = Table {
        theme: app.theme,
        columns: &columns,
        area: inside,
    };
    if let Some(row) = rows.next() {
        table.heading().render(row, frame.buffer_mut());
    }
    for (place, step) in attempt.steps.iter().enumerate().skip(app.steps.top) {
        let Some(row) = rows.next() else {
            return;
        };
        let selection = Selection::of(place, app.steps, app.pane == Pane::Side);
        table.draw_row(
            frame,
            row,
            selection,
            cells(app, attempt, place, step, area.width),
        );
        for (line, row) in below(app, step, place, area.width)
            .iter()
            .zip(rows.by_ref())
        {
            line.render(row, frame.buffer_mut());
        }
    }
}

fn heading(app: &App, attempt: &Attempt) -> String {
    let sign = app.theme.attempt(attempt.outcome);
    let mut parts = vec![format!("{} {} {}", attempt.id, attempt.kind, sign.text())];
    let relation = relation(attempt);
    if !relation.is_empty() {
        parts.push(relation);
    }
    if let Some(gap) = &attempt.longest_gap {
        let (from, to, span) = (gap.from_step, gap.to_step, duration(gap.seconds));
        parts.push(format!("longest gap {span} {from} to {to}"));
    }
    parts.join(", ")
}

/// The notes of an attempt in rows; the verdict screen has all of a long one.
fn notes(attempt: &Attempt, columns: u16) -> Vec<String> {
    let room = usize::from(columns).saturating_sub(MARK);
    let lines = attempt
        .notes
        .iter()
        .flat_map(|note| wrap(&format!("note: {note}"), room));
    lines.take(NOTES).collect()
}

fn columns(app: &App, area_width: u16) -> Vec<Column> {
    let mut columns = vec![
        column(app.zone.name(), 12, Align::Left),
        column("delta", 8, Align::Right),
        column("stage", 12, Align::Left),
        column("outcome", 9, Align::Left),
    ];
    if area_width >= ROOMY {
        columns.push(column("code", 10, Align::Left));
        columns.push(column("event", 14, Align::Left));
    }
    columns.push(column("what", 0, Align::Left));
    columns
}

fn cells<'a>(
    app: &App,
    attempt: &Attempt,
    place: usize,
    step: &'a Step,
    area_width: u16,
) -> Vec<Cell<'a>> {
    let sign = app.theme.outcome(step.outcome);
    let style = if step.extra { DIM } else { Style::new() };
    let since = since_last(attempt, place).map_or_else(String::new, delta);
    let mut cells = vec![
        Cell(app.zone.time_of_day(step.time).into(), style),
        Cell(since.into(), style),
        Cell(step.step.word().into(), style),
        Cell(sign.text().into(), sign.style),
    ];
    if area_width >= ROOMY {
        cells.push(Cell(step.code.as_deref().unwrap_or_default().into(), style));
        cells.push(Cell(event_name(app, step), style));
    }
    cells.push(Cell(Cow::Borrowed(&step.title), style));
    cells
}

/// Provider and id of a step's event, e.g. `UDR/304`.
fn event_name(app: &App, step: &Step) -> Cow<'static, str> {
    app.timeline
        .event(step.event)
        .map_or(Cow::Borrowed(""), |event| {
            Cow::Owned(format!("{}/{}", event.provider_alias(), event.kind()))
        })
}

/// The rows below a step: what did not fit, what its code means, what the server said. A
/// failure that is not selected is told in one row for each.
fn below(app: &App, step: &Step, place: usize, area_width: u16) -> Vec<Line<'static>> {
    let is_selected = place == app.steps.selected;
    if !is_selected && step.outcome != Outcome::Failure {
        return Vec::new();
    }
    let is_roomy = area_width >= ROOMY;
    let failed = app.theme.outcome(step.outcome).style;
    let mut texts: Vec<(String, Style)> = Vec::new();
    let taken: usize = columns(app, area_width).iter().map(Column::taken).sum();
    if is_selected && width(&step.title) > usize::from(area_width).saturating_sub(MARK + taken) {
        texts.push((step.title.clone(), STRONG));
    }
    match &step.code {
        Some(code) if is_selected => texts.push((code_words(app, step, code), failed)),
        // Elsewhere the code has a column.
        Some(code) if !is_roomy => texts.push((code.clone(), failed)),
        _ => {}
    }
    for quote in &step.quotes {
        texts.push((format!("the server said: \"{quote}\""), Style::new()));
    }
    if is_selected {
        let text = if is_roomy {
            format!("event {}", step.event)
        } else {
            format!("{}, event {}", event_name(app, step), step.event)
        };
        texts.push((text, DIM));
    }
    let room = usize::from(area_width).saturating_sub(INDENT);
    let kept = if is_selected { usize::MAX } else { 1 };
    let mut lines = Vec::new();
    for (text, style) in texts {
        for line in wrap(&text, room).into_iter().take(kept) {
            let indent = Span::raw(" ".repeat(INDENT));
            lines.push(Line::from(vec![indent, Span::styled(line, style)]));
        }
    }
    lines
}

/// A code with its name and meaning, from the family that belongs to the step's stage if
/// several know it.
fn code_words(app: &App, step: &Step, code: &str) -> String {
    let rows = app.timeline.catalog().errors.find(code);
    let row = rows
        .iter()
        .find(|row| row.stage == step.step)
        .or(rows.first());
    let Some(row) = row else {
        return code.to_owned();
    };
    let words = [Some(code), row.name]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    match row.meaning {
        Some(meaning) => format!("{words}: {meaning}"),
        None => words,
    }
}

/// The list of steps with its selection brought into sight.
pub(in crate::tui) fn settled(app: &App, panel: Rect) -> List {
    let mut list = app.steps;
    let Some(attempt) = app.attempt() else {
        return List::default();
    };
    list.selected = list.selected.min(attempt.steps.len().saturating_sub(1));
    let room = list_rows(panel).saturating_sub(notes(attempt, panel.width).len());
    let height = |place: usize| {
        let step = attempt.steps.get(place);
        1 + step.map_or(0, |step| below(app, step, place, panel.width).len())
    };
    // The lowest top that still shows all of the selected step.
    let mut lowest = list.selected;
    let mut used = height(list.selected);
    while let Some(before) = lowest.checked_sub(1) {
        used += height(before);
        if used > room {
            break;
        }
        lowest = before;
    }
    // What follows the top must not leave rows blank that earlier steps could fill.
    let mut highest = attempt.steps.len().saturating_sub(1);
    let mut used = height(highest);
    while let Some(before) = highest.checked_sub(1) {
        used += height(before);
        if used > room {
            break;
        }
        highest = before;
    }
    list.top = list
        .top
        .clamp(lowest, list.selected)
        .min(highest.max(lowest));
    list
}
