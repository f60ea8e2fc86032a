//! The gaps, worst first, and what happened inside the selected one.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::columns::{Align, Cell, Column, Table, cell, column};
use super::{hint, title};
use crate::export::{duration, grouped};
use crate::model::{Gap, GapEdge, InsideEvent, Severity};
use crate::tui::app::App;
use crate::tui::detail::gist;
use crate::tui::layout::{below_title, list_and_more};
use crate::tui::list::List;
use crate::tui::text::counted;

/// From this many columns on, the budget and the events at both ends are named.
const ROOMY: u16 = 104;

/// ```text
/// ── Gaps 25, worst first ───────────────────────────────────────────────────
///   id   att     length    used begins UTC          between
/// > g1   a2   10 m 09 s  1015 % 2026-03-02 08:00:01 prepare-key to send
/// ── Inside g1: 12 of 340 events; budget 60.0 s, usual time ─────────────────
///   role     UTC          event       times what
///   task     08:00:09.083 TASK/101        3 Task was not started
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, body: Rect) {
    let [list, more] = list_and_more(body);
    let gaps = &app.report.gaps;
    title(
        app,
        frame,
        list,
        &format!("Gaps {}, worst first", gaps.len()),
    );
    if gaps.is_empty() {
        hint(
            frame,
            below_title(list),
            "  no stretch between two steps is long enough to tell",
        );
        return;
    }
    let columns = columns(app, list.width);
    let table = Table {
        theme: app.theme,
        columns: &columns,
        area: below_title(list),
    };
    table.draw(frame, app.lists.gaps, gaps.len(), true, |row| {
        gaps.get(row)
            .map_or_else(Vec::new, |gap| cells(app, gap, list.width))
    });
    if let Some(gap) = gaps.get(app.lists.gaps.selected) {
        draw_inside(app, frame, more, gap);
    }
}

fn columns(app: &App, area_width: u16) -> Vec<Column> {
    let mut columns = vec![
        column("id", 4, Align::Left),
        column("att", 4, Align::Left),
        column("length", 9, Align::Right),
    ];
    if area_width >= ROOMY {
        columns.push(column("budget", 9, Align::Right));
    }
    columns.push(column("used", 7, Align::Right));
    columns.push(column(
        format!("begins {}", app.zone.name()),
        19,
        Align::Left,
    ));
    columns.push(column("between", 0, Align::Left));
    columns
}

fn cells<'a>(app: &App, gap: &'a Gap, area_width: u16) -> Vec<Cell<'a>> {
    let used = gap
        .ratio
        .map_or_else(|| "-".to_owned(), |ratio| format!("{:.0} %", ratio * 100.0));
    let is_over = gap.ratio.is_some_and(|ratio| ratio > 1.0);
    let style = if is_over {
        app.theme.severity(Severity::High).style
    } else {
        ratatui::style::Style::new()
    };
    let begins = app.zone.date_and_time(gap.from.time);
    let begins = begins
        .split_once('.')
        .map_or(begins.as_str(), |(whole, _)| whole)
        .to_owned();
    let is_roomy = area_width >= ROOMY;
    let end = |edge: &GapEdge| {
        let event = app.timeline.event(edge.event).filter(|_| is_roomy);
        event.map_or_else(
            || edge.step.word().to_owned(),
            |event| format!("{} {}/{}", edge.step, event.provider_alias(), event.kind()),
        )
    };
    let mut cells = vec![
        cell(&*gap.id),
        cell(&*gap.attempt),
        Cell(duration(gap.seconds).into(), style),
    ];
    if is_roomy {
        cells.push(cell(
            gap.budget_seconds.map_or_else(|| "-".to_owned(), duration),
        ));
    }
    cells.push(Cell(used.into(), style));
    cells.push(cell(begins));
    cells.push(cell(format!("{} to {}", end(&gap.from), end(&gap.to))));
    cells
}

fn draw_inside(app: &App, frame: &mut Frame<'_>, area: Rect, gap: &Gap) {
    let budget = match (gap.budget_seconds, gap.budget_basis.as_deref()) {
        (Some(seconds), Some(basis)) => format!("budget {}, {basis}", duration(seconds)),
        (Some(seconds), None) => format!("budget {}", duration(seconds)),
        (None, _) => "no budget is known".to_owned(),
    };
    let told = grouped(gap.inside.len());
    let all = counted(gap.inside_total.max(gap.inside.len()), "event", "events");
    title(
        app,
        frame,
        area,
        &format!("Inside {}: {told} of {all}; {budget}", gap.id),
    );
    let columns = [
        column("role", 8, Align::Left),
        column(app.zone.name(), 12, Align::Left),
        column("event", 13, Align::Left),
        column("times", 5, Align::Right),
        column("what", 0, Align::Left),
    ];
    let table = Table {
        theme: app.theme,
        columns: &columns,
        area: below_title(area),
    };
    let rows = List {
        selected: usize::MAX,
        top: 0,
    };
    let runs = runs(app, gap);
    table.draw(frame, rows, runs.len(), false, |row| {
        runs.get(row)
            .map_or_else(Vec::new, |run| inside_cells(app, run))
    });
}

/// The events inside a gap in runs of one role and kind; the report lists a few dozen at most.
fn runs<'g>(app: &App, gap: &'g Gap) -> Vec<&'g [InsideEvent]> {
    let kind = |inside: &InsideEvent| {
        let event = app.timeline.event(inside.event);
        (
            inside.role,
            event.map(|event| (event.provider(), event.code())),
        )
    };
    gap.inside
        .chunk_by(|left, right| kind(left) == kind(right))
        .collect()
}

fn inside_cells<'a>(app: &App, run: &[InsideEvent]) -> Vec<Cell<'a>> {
    let first = run
        .first()
        .and_then(|inside| Some((inside, app.timeline.event(inside.event)?)));
    let Some((inside, event)) = first else {
        return Vec::new();
    };
    let time = event
        .ticks()
        .map_or_else(String::new, |ticks| app.zone.time_of_day(ticks));
    vec![
        cell(inside.role.word()),
        cell(time),
        cell(format!("{}/{}", event.provider_alias(), event.kind())),
        cell(run.len().to_string()),
        cell(gist(event)),
    ]
}
