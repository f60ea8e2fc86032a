//! The list of attempts.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::columns::{Align, Cell, Table, cell, column};
use super::{Keys, hint, title_of};
use crate::export::duration;
use crate::model::Attempt;
use crate::tui::app::{App, Pane};
use crate::tui::layout::below_title;

/// From this many columns on, the longest gap and the relation have columns of their own.
const ROOMY: u16 = 104;

/// ```text
/// ── Attempts 12 ─────────────────────────────────────────────────────────────
///   id   kind         outcome      code       start UTC            length
/// > a2   mdm-enrol    × failure    0x80180014 2026-03-02 05:46:55    53.3 s
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let attempts = &app.report.attempts;
    let heading = format!("Attempts {}", attempts.len());
    title_of(app, frame, area, Keys::of(app, Pane::Main), &heading);
    if attempts.is_empty() {
        let none = "  nothing in the evidence is a try to join, register, enrol or sign in";
        hint(frame, below_title(area), none);
        return;
    }
    let mut columns = vec![
        column("id", 4, Align::Left),
        column("kind", 12, Align::Left),
        column("outcome", 12, Align::Left),
        column("code", 10, Align::Left),
        column(format!("start {}", app.zone.name()), 19, Align::Left),
        column("length", 9, Align::Right),
    ];
    if area.width >= ROOMY {
        columns.push(column("longest gap", 11, Align::Right));
        columns.push(column("relation", 0, Align::Left));
    } else {
        columns.push(column("", 0, Align::Left));
    }
    let table = Table {
        theme: app.theme,
        columns: &columns,
        area: below_title(area),
    };
    let has_keys = app.pane == Pane::Main;
    table.draw(frame, app.attempts, attempts.len(), has_keys, |row| {
        attempts
            .get(row)
            .map_or_else(Vec::new, |attempt| cells(app, attempt, area.width))
    });
}

fn cells<'a>(app: &App, attempt: &'a Attempt, width: u16) -> Vec<Cell<'a>> {
    let sign = app.theme.attempt(attempt.outcome);
    let start = app.zone.date_and_time(attempt.start);
    // The list names the second; the steps below it have the fraction.
    let start = start
        .split_once('.')
        .map_or(start.as_str(), |(whole, _)| whole)
        .to_owned();
    let mut cells = vec![
        cell(&*attempt.id),
        cell(attempt.kind.word()),
        Cell(sign.text().into(), sign.style),
        cell(attempt.code.as_deref().unwrap_or_default()),
        cell(start),
        cell(duration(attempt.seconds)),
    ];
    if width >= ROOMY {
        let gap = attempt.longest_gap.as_ref();
        cells.push(cell(
            gap.map_or_else(String::new, |gap| duration(gap.seconds)),
        ));
        cells.push(cell(relation(attempt)));
    } else {
        cells.push(cell(""));
    }
    cells
}

/// What the attempt is to another one, e.g. `rollback of a2`.
pub(super) fn relation(attempt: &Attempt) -> String {
    attempt
        .follows
        .as_ref()
        .map_or_else(String::new, |follows| {
            format!("{} of {}", follows.relation, follows.attempt)
        })
}
