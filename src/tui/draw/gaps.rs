//! The gaps, worst first.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::browse::{self, Look, ROOMY};
use super::columns::{Align, Cell, Column, cell, column};
use crate::export::{duration, grouped};
use crate::model::{Gap, GapEdge, Severity, Ticks};
use crate::tui::app::App;

/// ```text
/// ─> Gaps 25, worst first ───────────────────────────────────────────────────
///   id   att  begins UTC ends           length    used between
/// > g1   a2   08:00:01   08:10:10   10 m 09 s  1015 % prepare-key to send
/// ── Gap ────────────────────────────────┬── What was inside ───────────────
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, body: Rect) {
    let gaps = &app.report.gaps;
    let is_roomy = body.width >= ROOMY;
    let look = Look {
        title: format!("Gaps {}, worst first", gaps.len()),
        empty: "  no stretch between two steps is long enough to tell",
        columns: columns(app, is_roomy),
        panes: ["Gap", "What was inside"],
    };
    browse::draw(app, frame, body, &look, |row| {
        let gap = gaps.get(row);
        gap.map_or_else(Vec::new, |gap| cells(app, gap, is_roomy))
    });
}

fn columns(app: &App, is_roomy: bool) -> Vec<Column> {
    let zone = app.zone.name();
    let mut columns = vec![column("id", 4, Align::Left), column("att", 4, Align::Left)];
    if is_roomy {
        columns.extend([
            column(format!("begins {zone}"), 23, Align::Left),
            column("ends", 12, Align::Left),
        ]);
    } else {
        columns.push(column(format!("begins {zone}"), 12, Align::Left));
    }
    columns.push(column("length", 9, Align::Right));
    if is_roomy {
        columns.push(column("budget", 9, Align::Right));
    }
    columns.push(column("used", 8, Align::Right));
    if is_roomy {
        columns.push(column("between", 54, Align::Left));
        columns.push(column("inside", 0, Align::Left));
    } else {
        columns.push(column("between", 27, Align::Left));
        columns.push(column("inside", 0, Align::Right));
    }
    columns
}

fn cells<'a>(app: &App, gap: &'a Gap, is_roomy: bool) -> Vec<Cell<'a>> {
    let used = gap
        .ratio
        .map_or_else(|| "-".to_owned(), |ratio| format!("{:.0} %", ratio * 100.0));
    let is_over = gap.ratio.is_some_and(|ratio| ratio > 1.0);
    let sign = app.theme.severity(Severity::High);
    let style = if is_over {
        sign.style
    } else {
        ratatui::style::Style::new()
    };
    let time = |ticks: Ticks| app.zone.time_of_day(ticks);
    let mut cells = vec![cell(&*gap.id), cell(&*gap.attempt)];
    if is_roomy {
        cells.push(cell(app.zone.date_and_time(gap.from.time)));
        cells.push(cell(time(gap.to.time)));
    } else {
        cells.push(cell(time(gap.from.time)));
    }
    cells.push(Cell(duration(gap.seconds).into(), style));
    if is_roomy {
        let budget = gap.budget_seconds.map_or_else(|| "-".to_owned(), duration);
        cells.push(cell(budget));
    }
    let used = if is_over {
        format!("{} {used}", sign.glyph)
    } else {
        used
    };
    cells.push(Cell(used.into(), style));
    let end = |edge: &GapEdge| match app.timeline.event(edge.event) {
        Some(event) if is_roomy => {
            format!("{} {}/{}", edge.step, event.provider_alias(), event.kind())
        }
        _ => edge.step.word().to_owned(),
    };
    cells.push(cell(format!("{} to {}", end(&gap.from), end(&gap.to))));
    cells.push(cell(if is_roomy {
        inside(gap)
    } else {
        grouped(gap.inside_total.max(gap.inside.len()))
    }));
    cells
}

/// What happened inside, by its roles: how often each.
fn inside(gap: &Gap) -> String {
    let mut roles: Vec<(&'static str, usize)> = Vec::new();
    for event in &gap.inside {
        let word = event.role.word();
        match roles.iter_mut().find(|(role, _)| *role == word) {
            Some((_, count)) => *count += 1,
            None => roles.push((word, 1)),
        }
    }
    let mut words: Vec<String> = roles
        .iter()
        .map(|(role, count)| format!("{role} {count}"))
        .collect();
    let others = gap.inside_total.saturating_sub(gap.inside.len());
    if others > 0 {
        words.push(format!("other {}", grouped(others)));
    }
    if words.is_empty() {
        return "nothing".to_owned();
    }
    words.join(", ")
}
