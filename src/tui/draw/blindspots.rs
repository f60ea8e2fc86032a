//! What could not be seen, and the selected one of it in full.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::browse::{self, Look};
use super::columns::{Align, Cell, cell, column};
use crate::tui::app::App;

/// ```text
/// ─> Blind spots 29 ─────────────────────────────────────────────────────────
///   kind           what                         where
/// > ! missing      12 records are missing       …le.evtx
/// ── Blind spot ─────────────────────────────────────────────────────────────
///   the whole sentence, the whole path, the offset, the times that it may hide
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, body: Rect) {
    let spots = &app.report.blindspots;
    let detail = usize::from(body.width).saturating_sub(20) / 2;
    let look = Look {
        title: format!("Blind spots {}", spots.len()),
        empty: "  everything that was given could be read",
        columns: vec![
            column("kind", 14, Align::Left),
            column("what", detail, Align::Left),
            column("where", 0, Align::End),
        ],
        panes: ["Blind spot", ""],
    };
    browse::draw(app, frame, body, &look, |row| {
        spots.get(row).map_or_else(Vec::new, |spot| {
            let sign = app.theme.blindspot(spot.kind);
            vec![
                Cell(sign.text().into(), sign.style),
                cell(&*spot.detail),
                cell(&*spot.artifact),
            ]
        })
    });
}
