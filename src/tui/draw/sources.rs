//! What was read, and what it covers.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::browse::{self, Look, ROOMY};
use super::columns::{Align, Cell, Column, cell, column};
use crate::export::grouped;
use crate::model::Ticks;
use crate::tui::app::App;
use crate::tui::sources::{SourceRow, clock, spots};
use crate::tui::text::{counted, fit_end, safe, width};
use crate::tui::theme::DIM;

/// ```text
/// ─> Sources 8, 2 blind spots; clocks: what is to be added ────────────────
///   what                            format     events clock          damage
/// > case.zip
///     trace.saz                     saz             8 +1.96s ±0.22s  √ none
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, body: Rect) {
    let is_roomy = body.width >= ROOMY;
    let count = counted(app.report.blindspots.len(), "blind spot", "blind spots");
    let sources = app.report.sources.len();
    let look = Look {
        title: format!("Sources {sources}, {count}; clock: what is to be added to its times"),
        empty: "  nothing was given that could be read",
        columns: columns(app, is_roomy),
        panes: ["Source", "What it hides"],
    };
    browse::draw(app, frame, body, &look, |row| {
        let row = app.sources.get(row);
        row.map_or_else(Vec::new, |row| cells(app, row, is_roomy))
    });
}

/// How far the tree is indented at most.
const DEEPEST: usize = 6;

/// Columns of the tree.
fn what(is_roomy: bool) -> usize {
    if is_roomy { 52 } else { 34 }
}

fn columns(app: &App, is_roomy: bool) -> Vec<Column> {
    let mut columns = vec![
        column("what", what(is_roomy), Align::Left),
        column("format", 8, Align::Left),
        column("events", if is_roomy { 10 } else { 7 }, Align::Right),
    ];
    if is_roomy {
        columns.push(column(format!("from {}", app.zone.name()), 19, Align::Left));
        columns.push(column("to", 19, Align::Left));
    }
    columns.push(column("clock", 16, Align::Left));
    if is_roomy {
        columns.push(column("SHA-256", 10, Align::Left));
    }
    columns.push(column("damage", 0, Align::Left));
    columns
}

fn cells<'a>(app: &'a App, row: &'a SourceRow, is_roomy: bool) -> Vec<Cell<'a>> {
    let source = row.source.and_then(|place| app.report.sources.get(place));
    let indent = "  ".repeat(row.depth.min(DEEPEST));
    let room = what(is_roomy).saturating_sub(indent.len());
    // The end of a log's name tells most.
    let shown = width(&safe(&row.name)).min(room);
    let name = fit_end(&safe(&row.name), shown, app.theme.ellipsis());
    let name = format!("{indent}{name}");
    let second = |ticks: Option<Ticks>| {
        let text = ticks.map(|ticks| app.zone.date_and_time(ticks));
        let text = text.as_deref().and_then(|text| text.get(..19));
        text.unwrap_or("-").to_owned()
    };
    let mut cells = vec![cell(name)];
    let Some(source) = source else {
        let blanks = if is_roomy { 6 } else { 3 };
        cells.extend((0..blanks).map(|_| cell("")));
        cells.push(damage(app, row));
        return cells;
    };
    cells.push(cell(source.format));
    cells.push(cell(grouped(source.events)));
    if is_roomy {
        cells.push(cell(second(source.first)));
        cells.push(cell(second(source.last)));
    }
    let is_known = source.clock.offset_ms.is_some();
    let style = if is_known { Style::new() } else { DIM };
    cells.push(Cell(clock(app.theme, &source.clock).into(), style));
    if is_roomy {
        let start = source.sha256.get(..10).unwrap_or(&source.sha256);
        cells.push(cell(start));
    }
    cells.push(damage(app, row));
    cells
}

/// The worst that could not be seen of a row, and how much there is.
fn damage<'a>(app: &App, row: &SourceRow) -> Cell<'a> {
    let spots = spots(&app.report, row);
    let worst = spots
        .iter()
        .find(|spot| spot.kind.harms_evidence())
        .or(spots.first());
    match worst {
        Some(worst) => {
            let sign = app.theme.blindspot(worst.kind);
            let text = match spots.len() {
                1 => sign.text(),
                several => format!("{} ({several})", sign.text()),
            };
            Cell(text.into(), sign.style)
        }
        None if row.source.is_some() => {
            let sign = app.theme.ruled_out();
            Cell(format!("{} none", sign.glyph).into(), sign.style)
        }
        None => cell(""),
    }
}
