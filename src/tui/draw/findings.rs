//! The findings, and what is said of the selected one.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Widget};

use super::columns::{Align, Cell, Selection, Table, cell, column};
use super::detail::shown;
use super::{Keys, hint, position, title_of};
use crate::model::Finding;
use crate::tui::app::{App, Pane};
use crate::tui::findings::{Fold, Row};
use crate::tui::layout::{below_title, findings, page_inside};
use crate::tui::theme::{DIM, SELECTED, STRONG};

/// How far the tree is indented at most; the chain goes on without.
const DEEPEST: usize = 6;

/// ```text
/// ─> Findings 3 ─────────────────────────────────────────────────────────────
///   id   severity    sure   what
/// > f1   × HIGH       97 % [-] Token expired before it was used
///   f2   ! MEDIUM     88 %       The join was refused
///   Ruled out 1
///        √ ruled out           The server could not be reached
/// ── f1 × HIGH  lines 1-11 of 30 ────────────────────────────────────────────
///   what was seen, what to do, evidence
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, body: Rect) {
    let [list, page] = findings(app, body);
    draw_list(app, frame, list);
    draw_page(app, frame, page);
}

fn draw_list(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let count = app.report.findings.len();
    let keys = Keys::of(app, Pane::Main);
    title_of(app, frame, area, keys, &format!("Findings {count}"));
    let rows = &app.findings.rows;
    if rows.is_empty() {
        let none = "  no rule found anything, and none was ruled out";
        hint(frame, below_title(area), none);
        return;
    }
    let columns = [
        column("id", 4, Align::Left),
        column("severity", 11, Align::Left),
        column("sure", 5, Align::Right),
        column("    what", 0, Align::Left),
    ];
    let table = Table {
        theme: app.theme,
        columns: &columns,
        area: below_title(area),
    };
    let has_keys = app.pane == Pane::Main;
    let mut places = below_title(area).rows();
    if let Some(place) = places.next() {
        table.heading().render(place, frame.buffer_mut());
    }
    let listed = rows.iter().enumerate().skip(app.findings.list.top);
    for (place, (number, row)) in places.zip(listed) {
        let title = match row {
            Row::RuledOutTitle => format!("  Ruled out {}", app.report.ruled_out.len()),
            Row::CannotTellTitle => format!("  Cannot tell {}", app.report.cannot_tell.len()),
            _ => {
                let selection = Selection::of(number, app.findings.list, has_keys);
                table.draw_row(frame, place, selection, cells(app, *row));
                continue;
            }
        };
        Line::styled(title, app.theme.heading()).render(place, frame.buffer_mut());
    }
}

fn cells(app: &App, row: Row) -> Vec<Cell<'_>> {
    let report = &app.report;
    let plain = |sign: crate::tui::theme::Sign, title: &str| {
        vec![
            cell(""),
            Cell(sign.text().into(), sign.style),
            cell(""),
            cell(format!("    {title}")),
        ]
    };
    match row {
        Row::Finding { place, depth, fold } => report
            .findings
            .get(place)
            .map_or_else(Vec::new, |finding| found(app, finding, depth, fold)),
        Row::RuledOut(place) => report
            .ruled_out
            .get(place)
            .map_or_else(Vec::new, |entry| plain(app.theme.ruled_out(), &entry.title)),
        Row::CannotTell(place) => report
            .cannot_tell
            .get(place)
            .map_or_else(Vec::new, |entry| {
                plain(app.theme.cannot_tell(), &entry.title)
            }),
        Row::RuledOutTitle | Row::CannotTellTitle => Vec::new(),
    }
}

fn found<'a>(app: &App, finding: &'a Finding, depth: usize, fold: Fold) -> Vec<Cell<'a>> {
    let sign = app.theme.finding(finding.severity);
    let indent = "  ".repeat(depth.min(DEEPEST));
    let kind = if finding.background { "state: " } else { "" };
    let title = &finding.title;
    let what = match fold {
        Fold::Nothing => format!("    {indent}{kind}{title}"),
        Fold::Open => format!("[-] {kind}{title}"),
        Fold::Closed(count) => format!("[+{count}] {kind}{title}"),
    };
    let style = if depth == 0 { STRONG } else { Style::new() };
    vec![
        cell(&*finding.id),
        Cell(sign.text().into(), sign.style),
        cell(format!("{} %", finding.confidence)),
        Cell(Cow::Owned(what), style),
    ]
}

fn draw_page(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let (lines, cursor) = (&app.findings.lines, app.findings.cursor);
    let inside = page_inside(area);
    let place = position(cursor.top, usize::from(inside.height), lines.len());
    let keys = Keys::of(app, Pane::Side);
    title_of(app, frame, area, keys, &format!("{}{place}", name(app)));
    if area.x > 0 {
        let block = Block::new()
            .borders(Borders::LEFT)
            .border_set(app.theme.border())
            .border_style(DIM);
        block.render(below_title(area), frame.buffer_mut());
    }
    let listed = lines.iter().enumerate().skip(cursor.top);
    for (row, (number, line)) in inside.rows().zip(listed) {
        let is_selected = keys == Keys::Here && number == cursor.selected;
        let mark = if is_selected { "> " } else { "  " };
        let text = Rect {
            x: row.x + row.width.min(2),
            width: row.width.saturating_sub(2),
            ..row
        };
        Span::raw(mark).render(row, frame.buffer_mut());
        shown(app, line).render(text, frame.buffer_mut());
        if is_selected {
            frame.buffer_mut().set_style(row, SELECTED);
        }
    }
}

/// What the lines are about.
fn name(app: &App) -> String {
    let report = &app.report;
    match app.findings.selected() {
        Some(Row::Finding { place, .. }) => {
            report
                .findings
                .get(place)
                .map_or_else(String::new, |finding| {
                    let sign = app.theme.finding(finding.severity);
                    format!("{} {}", finding.id, sign.text())
                })
        }
        Some(Row::RuledOut(_)) => app.theme.ruled_out().text(),
        Some(Row::CannotTell(_)) => app.theme.cannot_tell().text(),
        Some(Row::RuledOutTitle | Row::CannotTellTitle) | None => "Nothing selected".to_owned(),
    }
}
