//! The timeline: one row an event, however many there are.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::columns::{Align, Cell, Column, Selection, Table, cell, column};
use super::{Keys, hint, title_of};
use crate::export::{duration, grouped};
use crate::model::{EventId, Lane, Severity};
use crate::timeline::EventRef;
use crate::tui::app::{App, Pane};
use crate::tui::detail::gist;
use crate::tui::layout;
use crate::tui::rests::Rest;
use crate::tui::text::{counted, delta, fit, width};
use crate::tui::theme::{DIM, STRONG};

/// From this many columns on there is room for the day.
const ROOMY: u16 = 110;
/// From this many columns on there is room for the lanes.
const WITH_LANES: u16 = 90;

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
        Line::styled(text, STRONG).render(row, frame.buffer_mut());
        inside = layout::below_title(inside);
    }
    let len = app.events.rows.len();
    if len == 0 {
        let text = match app.events.filter {
            Some(_) => "  nothing matches the filter; Esc clears it, < undoes it",
            None => "  the evidence holds no event that can be read",
        };
        hint(frame, inside, text);
        return;
    }
    let widths = Widths::of(app, area.width);
    let columns = columns(app, widths);
    let table = Table {
        theme: app.theme,
        columns: &columns,
        area: inside,
    };
    let mut areas = inside.rows();
    if let Some(area) = areas.next() {
        table.heading().render(area, frame.buffer_mut());
    }
    let has_keys = app.pane == Pane::Main;
    for row in app.events.list.top..len {
        if let Some(gap) = app.separators.above(row)
            && let Some(area) = areas.next()
        {
            separator(app, gap, area.width).render(area, frame.buffer_mut());
        }
        let Some(area) = areas.next() else {
            return;
        };
        let event = app
            .events
            .rows
            .get(row)
            .and_then(|id| app.timeline.event(id));
        let cells = event.map_or_else(Vec::new, |event| cells(app, row, event, widths));
        let selection = Selection::of(row, app.events.list, has_keys);
        table.draw_row(frame, area, selection, cells);
    }
}

/// ```text
///  ---- g1 10m10s without a step of a2 (34 others, 30 hidden by filter), 1016 % of 60.0 s ----
/// ```
fn separator(app: &App, place: usize, columns: u16) -> Line<'static> {
    let Some(gap) = app.report.gaps.get(place) else {
        return Line::raw("");
    };
    let span = delta(gap.seconds).replace('+', "");
    let mut words = match &gap.token {
        Some(token) => format!("{} {span} from getting {token} to its use", gap.id),
        None => format!("{} {span} without a step of {}", gap.id, gap.attempt),
    };
    let all = gap.to.event.index().saturating_sub(gap.from.event.index());
    let place = |event| app.events.rows.find(event).unwrap_or_else(|next| next);
    let shown = place(gap.to.event).saturating_sub(place(gap.from.event));
    let hidden = match (all.saturating_sub(shown), app.events.filter.is_some()) {
        (0, _) => String::new(),
        (hidden, true) => format!(", {} hidden by filter", grouped(hidden)),
        (hidden, false) => format!(", {} folded", grouped(hidden)),
    };
    let others = all.saturating_sub(1);
    if others > 0 {
        words.extend([" (", &grouped(others), " others", &hidden, ")"]);
    }
    if let (Some(ratio), Some(budget)) = (gap.ratio, gap.budget_seconds) {
        let ratio = format!("{:.0}", ratio * 100.0);
        words.extend([", ", &ratio, " % of ", &duration(budget)]);
    }
    let columns = usize::from(columns);
    let words = fit(
        &words,
        width(&words).min(columns.saturating_sub(6)),
        app.theme.ellipsis(),
    );
    let dash = app.theme.border().horizontal_top;
    let rest = columns.saturating_sub(5 + width(&words));
    let style = if gap.ratio.is_some_and(|ratio| ratio > 1.0) {
        app.theme.severity(Severity::High).style
    } else {
        DIM
    };
    let text = format!(" {dash}{dash} {words} {}", dash.repeat(rest));
    Line::styled(text, style)
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
        None if all > shown => {
            let folded = grouped(all.saturating_sub(shown));
            format!("Timeline  {events}, {folded} folded")
        }
        None => format!("Timeline  {events}"),
    };
    if let Some(ticks) = app.event().and_then(EventRef::ticks) {
        let day = app.zone.date_and_time(ticks);
        text.extend(["  ", day.split(' ').next().unwrap_or_default()]);
    }
    if let Some(work) = &app.work {
        let percent = work.percent().to_string();
        text.extend(["  ", work.word(), " ", &percent, " %"]);
    }
    if let Some(zero) = app.events.zero {
        text.extend(["  zero at ", &zero.to_string()]);
    }
    text
}

/// Whether there is room for the day and the gap's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    Ample,
    Scarce,
}

/// How wide the columns are that depend on the evidence or the terminal.
#[derive(Clone, Copy, Debug)]
struct Widths {
    room: Room,
    has_lanes: bool,
    time: usize,
    marks: usize,
    event: usize,
}

impl Widths {
    fn of(app: &App, area_width: u16) -> Self {
        let room = if area_width >= ROOMY {
            Room::Ample
        } else {
            Room::Scarce
        };
        // Ids are a letter and a number counted from 1.
        let id = |count: usize| 1 + count.to_string().len();
        let (attempt, gap) = (id(app.report.attempts.len()), id(app.report.gaps.len()));
        let (marks, event) = match room {
            Room::Ample => (attempt + gap + 2, 18),
            Room::Scarce => ((attempt + 1).max(3), 12),
        };
        Self {
            room,
            has_lanes: area_width >= WITH_LANES,
            time: time_width(app, room),
            marks,
            event,
        }
    }
}

fn columns(app: &App, widths: Widths) -> Vec<Column> {
    let since = match app.events.zero {
        Some(_) => "to zero",
        None => "delta",
    };
    let mut columns = vec![
        column(app.zone.name(), widths.time, Align::Left),
        column(since, 8, Align::Right),
    ];
    if widths.has_lanes {
        columns.push(column(lanes(None), LANES.len(), Align::Left));
    }
    columns.push(column("outcome", 7, Align::Left));
    columns.push(column("att", widths.marks, Align::Left));
    columns.push(column("event", widths.event, Align::Left));
    columns.push(column("what", 0, Align::Left));
    columns
}

fn cells<'a>(app: &App, row: usize, event: EventRef<'a>, widths: Widths) -> Vec<Cell<'a>> {
    let sign = app.theme.event(event.outcome(), event.level());
    let quiet = if event.weight() == 0 {
        DIM
    } else {
        Style::new()
    };
    let mut cells = vec![
        Cell(time(app, event, widths.time).into(), quiet),
        Cell(since(app, row, event).into(), quiet),
    ];
    if widths.has_lanes {
        cells.push(Cell(lanes(Some(event.lane())).into(), quiet));
    }
    cells.push(Cell(sign.text().into(), sign.style));
    cells.push(Cell(
        marks(app, event.id(), widths.room).into(),
        app.theme.mark(),
    ));
    let name = name(event, widths.event, app.theme.ellipsis());
    cells.push(Cell(name.into(), quiet));
    let said = format!("{}{}", evidence(app, event.id()), gist(event));
    // What the user wrote stands before what the evidence says.
    let what = match app.notes.of(event.id()) {
        None => said,
        Some("") => format!("* {said}"),
        Some(note) => format!("* [{note}] {said}"),
    };
    // What is not seen for want of room must not be the number.
    cells.push(match app.events.rows.folded(row) {
        0 => cell(what),
        more => cell(format!("{} in a row: {what}", grouped(more + 1))),
    });
    cells
}

/// Lanes in the order of their columns.
const LANES: [Lane; 5] = [
    Lane::Http,
    Lane::Evtx,
    Lane::Trace,
    Lane::Task,
    Lane::Device,
];

/// One letter for each lane, or for the one alone that an event lies in.
fn lanes(own: Option<Lane>) -> String {
    let sign = |lane: &Lane| match own {
        Some(own) if own != *lane => ' ',
        _ => match lane {
            Lane::Http => 'H',
            Lane::Evtx => 'E',
            Lane::Trace => 'T',
            Lane::Task => 'K',
            Lane::Device => 'D',
        },
    };
    LANES.iter().map(sign).collect()
}

/// Columns for a time: with month and day where there is room, with the day alone where the
/// evidence spans several, else without.
fn time_width(app: &App, room: Room) -> usize {
    let day = |place: Option<usize>| {
        let place = place.and_then(|place| u32::try_from(place).ok());
        let event = place.and_then(|place| app.timeline.event(EventId(place)));
        event
            .and_then(EventRef::ticks)
            .map(|ticks| app.zone.date_and_time(ticks))
    };
    let (first, last) = (day(Some(0)), day(app.timeline.dated().checked_sub(1)));
    let date = |time: &Option<String>| {
        time.as_ref()
            .and_then(|time| time.get(..10).map(str::to_owned))
    };
    match (room, date(&first) == date(&last)) {
        (Room::Ample, _) => 18,
        (Room::Scarce, false) => 15,
        (Room::Scarce, true) => 12,
    }
}

fn time(app: &App, event: EventRef<'_>, columns: usize) -> String {
    let Some(ticks) = event.ticks() else {
        return "undated".to_owned();
    };
    let time = app.zone.date_and_time(ticks);
    // The title has what is left out here.
    let from = time.len().saturating_sub(columns);
    time.get(from..).unwrap_or(&time).to_owned()
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

/// The attempt that the event is a step of, and the gap that begins (`>`) or ends (`<`) with it.
fn marks(app: &App, event: EventId, room: Room) -> String {
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
        (Some(gap), _) if room == Room::Ample => format!("{id} {}>", gap.id),
        (None, Some(gap)) if room == Room::Ample => format!("{id} <{}", gap.id),
        (Some(_), _) => format!("{id}>"),
        (None, Some(_)) => format!("{id}<"),
        (None, None) => id.to_owned(),
    }
}

/// The findings that rest on an event, `[f5] ` or `[f5+2] `.
fn evidence(app: &App, event: EventId) -> String {
    let findings = app.rests.of(event).iter().filter_map(|rest| match rest {
        Rest::Finding { place, .. } => app.report.findings.get(*place),
        _ => None,
    });
    let mut ids: Vec<&str> = findings.map(|finding| finding.id.as_str()).collect();
    ids.dedup();
    match ids.as_slice() {
        [] => String::new(),
        [only] => format!("[{only}] "),
        [first, more @ ..] => format!("[{first}+{}] ", more.len()),
    }
}

/// Provider and id; of a long provider its beginning, of the id every digit. An event with a name
/// of its own is known by that.
fn name(event: EventRef<'_>, width: usize, ellipsis: &str) -> String {
    if !event.name().is_empty() && event.row().is_none() {
        return crate::tui::text::fit(&crate::tui::text::safe(event.name()), width, ellipsis);
    }
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
