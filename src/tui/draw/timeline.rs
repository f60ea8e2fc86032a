//! The timeline: one row an event, however many there are.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::columns::{Align, Cell, Column, Table, cell, column};
use super::{Keys, hint, title_of};
use crate::export::grouped;
use crate::model::EventId;
use crate::timeline::EventRef;
use crate::tui::app::{App, Pane};
use crate::tui::detail::gist;
use crate::tui::layout;
use crate::tui::text::{counted, delta};

/// From this many columns on there is room for the day and the lane.
const ROOMY: u16 = 110;

/// ```text
/// ── Timeline  1,204 of 13,537 events, 12,333 hidden  2026-03-02 ──────────
///   filter: level>=warn
///   UTC          delta    outcome att   event       what
///   05:47:49.083 +2.2s    √ ok    a2    DM-EDP/8    MDM client sent its request
/// > 05:47:49.086 +3ms     × FAIL  a2    DM-EDP/11   0x80180014 MDM client got no ...
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    // Alone, the list needs no mark that the keys are its own.
    let is_alone = area.width == frame.area().width;
    let keys = if is_alone {
        Keys::Elsewhere
    } else {
        Keys::of(app, Pane::Main)
    };
    title_of(app, frame, area, keys, &heading(app));
    let mut inside = layout::below_title(area);
    if let Some(filter) = &app.events.filter {
        let row = Rect {
            height: inside.height.min(1),
            ..inside
        };
        let text = crate::tui::text::safe(&format!("  filter: {filter}"));
        Line::styled(text, app.theme.strong()).render(row, frame.buffer_mut());
        inside = layout::below_title(inside);
    }
    let len = app.events.rows.len();
    if len == 0 {
        let text = match app.events.filter {
            Some(_) => "  nothing matches the filter; Esc clears it",
            None => "  the evidence holds no event that can be read",
        };
        hint(frame, inside, text);
        return;
    }
    let columns = columns(app, area.width);
    let table = Table {
        theme: app.theme,
        columns: &columns,
        area: inside,
    };
    table.draw(frame, app.events.list, len, app.pane == Pane::Main, |row| {
        let event = app
            .events
            .rows
            .get(row)
            .and_then(|id| app.timeline.event(id));
        event.map_or_else(Vec::new, |event| cells(app, row, event, area.width))
    });
}

/// Rows that the list of events has in this body.
pub(in crate::tui) fn rows(app: &App, body: Rect) -> usize {
    let (list, _) = layout::timeline(body);
    layout::list_rows(list).saturating_sub(usize::from(app.events.filter.is_some()))
}

fn heading(app: &App) -> String {
    let (all, shown) = (app.timeline.len(), app.events.rows.len());
    let events = counted(all, "event", "events");
    let mut text = match app.events.filter {
        Some(_) => {
            let hidden = grouped(all.saturating_sub(shown));
            format!("Timeline  {} of {events}, {hidden} hidden", grouped(shown))
        }
        None => format!("Timeline  {events}"),
    };
    if let Some(ticks) = app.event().and_then(EventRef::ticks) {
        let day = app.zone.date_and_time(ticks);
        text.extend(["  ", day.split(' ').next().unwrap_or_default()]);
    }
    if let Some(zero) = app.events.zero {
        text.extend(["  zero at ", &zero.to_string()]);
    }
    text
}

fn columns(app: &App, area_width: u16) -> Vec<Column> {
    let roomy = area_width >= ROOMY;
    let zone = app.zone.name();
    let since = match app.events.zero {
        Some(_) => "to zero",
        None => "delta",
    };
    let mut columns = vec![
        column(zone, if roomy { 18 } else { 12 }, Align::Left),
        column(since, 8, Align::Right),
    ];
    if roomy {
        columns.push(column("lane", 6, Align::Left));
    }
    columns.push(column("outcome", 7, Align::Left));
    columns.push(column("att", marks_width(app, area_width), Align::Left));
    columns.push(column("event", if roomy { 18 } else { 12 }, Align::Left));
    columns.push(column("what", 0, Align::Left));
    columns
}

fn cells<'a>(app: &App, row: usize, event: EventRef<'a>, area_width: u16) -> Vec<Cell<'a>> {
    let roomy = area_width >= ROOMY;
    let sign = app.theme.event(event.outcome(), event.level());
    let quiet = if event.weight() == 0 {
        app.theme.dim()
    } else {
        Style::new()
    };
    let event_width = if roomy { 18 } else { 12 };
    let mut cells = vec![
        Cell(time(app, event, area_width).into(), quiet),
        Cell(since(app, row, event).into(), quiet),
    ];
    if roomy {
        cells.push(Cell(event.lane().word().into(), quiet));
    }
    cells.push(Cell(sign.text().into(), sign.style));
    cells.push(Cell(
        marks(app, event.id(), area_width).into(),
        app.theme.mark(),
    ));
    cells.push(Cell(
        name(event, event_width, app.theme.ellipsis()).into(),
        quiet,
    ));
    cells.push(cell(gist(event)));
    cells
}

fn time(app: &App, event: EventRef<'_>, area_width: u16) -> String {
    match event.ticks() {
        None => "undated".to_owned(),
        Some(ticks) if area_width < ROOMY => app.zone.time_of_day(ticks),
        Some(ticks) => {
            let time = app.zone.date_and_time(ticks);
            // The year stands in the title.
            time.get(5..).unwrap_or(&time).to_owned()
        }
    }
}

/// Time since the row above, or from the zero event.
fn since(app: &App, row: usize, event: EventRef<'_>) -> String {
    let other = match app.events.zero {
        Some(zero) => Some(zero),
        None => row
            .checked_sub(1)
            .and_then(|above| app.events.rows.get(above)),
    };
    let other = other
        .and_then(|id| app.timeline.event(id))
        .and_then(EventRef::ticks);
    match (event.ticks(), other) {
        (Some(ticks), Some(other)) => delta(ticks.seconds_since(other)),
        _ => String::new(),
    }
}

/// Columns for the longest attempt id and a gap's sign or id.
fn marks_width(app: &App, area_width: u16) -> usize {
    // Ids are a letter and a number counted from 1.
    let id = |count: usize| 1 + count.to_string().len();
    let (attempt, gap) = (id(app.report.attempts.len()), id(app.report.gaps.len()));
    if area_width >= ROOMY {
        attempt + gap + 2
    } else {
        (attempt + 1).max(3)
    }
}

/// The attempt that the event is a step of, and the gap that begins (`>`) or ends (`<`) with it.
fn marks(app: &App, event: EventId, area_width: u16) -> String {
    let attempt = app
        .marks
        .step(event)
        .and_then(|place| app.report.attempts.get(place.attempt));
    let id = attempt.map_or("", |attempt| &attempt.id);
    let (begins, ends) = (
        app.marks.begins(event, &app.report),
        app.marks.ends(event, &app.report),
    );
    match (begins, ends) {
        (Some(gap), _) if area_width >= ROOMY => format!("{id} {}>", gap.id),
        (None, Some(gap)) if area_width >= ROOMY => format!("{id} <{}", gap.id),
        (Some(_), _) => format!("{id}>"),
        (None, Some(_)) => format!("{id}<"),
        (None, None) => id.to_owned(),
    }
}

/// Provider and id; of a long provider its beginning, of the id every digit.
fn name(event: EventRef<'_>, width: usize, ellipsis: &str) -> String {
    let id = event.code().to_string();
    let provider = event.provider_alias();
    let provider = provider
        .strip_prefix("Microsoft-Windows-")
        .unwrap_or(provider);
    let provider = crate::tui::text::safe(provider);
    let room = width.saturating_sub(id.len() + 1);
    let shown = crate::tui::text::width(&provider).min(room);
    format!("{}/{id}", crate::tui::text::fit(&provider, shown, ellipsis))
}
