//! The rules that the evidence was judged by, and what each said.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::browse::{self, Look, ROOMY};
use super::columns::{Align, Cell, cell, column};
use crate::tui::app::App;
use crate::tui::rules::{RuleRow, Said};

/// ```text
/// ─> Rules 242: 6 fired, 3 cannot tell, 2 ruled out, 231 silent ───────────
///   said          severity   what
/// > × fired       ! MEDIUM   The token had expired before it was used
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, body: Rect) {
    let is_roomy = body.width >= ROOMY;
    let mut columns = vec![
        column("said", 13, Align::Left),
        column("severity", 10, Align::Left),
    ];
    if is_roomy {
        columns.push(column("stage", 12, Align::Left));
        columns.push(column("rule", 36, Align::Left));
    }
    columns.push(column("what it finds", 0, Align::Left));
    let look = Look {
        title: heading(app),
        empty: "  no rules judged this evidence",
        columns,
        panes: ["Rule", "How near it came"],
    };
    browse::draw(app, frame, body, &look, |row| {
        let row = app.rules.get(row);
        row.map_or_else(Vec::new, |row| cells(app, row, is_roomy))
    });
}

fn heading(app: &App) -> String {
    let count = |said| app.rules.iter().filter(|row| row.said == said).count();
    format!(
        "Rules {}: {} fired, {} cannot tell, {} ruled out, {} silent",
        app.rules.len(),
        count(Said::Fired),
        count(Said::CannotTell),
        count(Said::RuledOut),
        count(Said::Silent)
    )
}

fn cells<'a>(app: &App, row: &'a RuleRow, is_roomy: bool) -> Vec<Cell<'a>> {
    let sign = app.theme.rule(row.said, row.rule.severity);
    let severity = app.theme.finding(row.rule.severity);
    let style = match row.said {
        Said::Fired => severity.style,
        _ => crate::tui::theme::DIM,
    };
    let mut cells = vec![
        Cell(sign.text().into(), sign.style),
        Cell(severity.text().into(), style),
    ];
    if is_roomy {
        cells.push(cell(row.rule.stage.word()));
        cells.push(cell(&*row.rule.id));
    }
    cells.push(cell(&*row.rule.title));
    cells
}
