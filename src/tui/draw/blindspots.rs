//! What could not be seen, and the selected one of it in full.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::columns::{Align, Cell, Table, cell, column};
use super::{hint, text_lines, title};
use crate::tui::app::App;
use crate::tui::layout::{below_title, list_and_more};
use crate::tui::text::{safe, wrap};

/// ```text
/// ── Blind spots 29 ─────────────────────────────────────────────────────────
///   kind           what                         where
/// > ! missing      12 records are missing       …le.evtx
/// ── ! missing ──────────────────────────────────────────────────────────────
///   the whole sentence, the whole path, the offset, the times that it may hide
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, body: Rect) {
    let [list, more] = list_and_more(body);
    let spots = &app.report.blindspots;
    title(app, frame, list, &format!("Blind spots {}", spots.len()));
    if spots.is_empty() {
        hint(
            frame,
            below_title(list),
            "  everything that was given could be read",
        );
        return;
    }
    let detail = usize::from(list.width).saturating_sub(20) / 2;
    let columns = [
        column("kind", 14, Align::Left),
        column("what", detail, Align::Left),
        column("where", 0, Align::End),
    ];
    let table = Table {
        theme: app.theme,
        columns: &columns,
        area: below_title(list),
    };
    table.draw(frame, app.lists.blindspots, spots.len(), true, |row| {
        spots.get(row).map_or_else(Vec::new, |spot| {
            let sign = app.theme.blindspot(spot.kind);
            vec![
                Cell(sign.text().into(), sign.style),
                cell(&*spot.detail),
                cell(&*spot.artifact),
            ]
        })
    });
    draw_selected(app, frame, more);
}

fn draw_selected(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let Some(spot) = app.report.blindspots.get(app.lists.blindspots.selected) else {
        return;
    };
    let sign = app.theme.blindspot(spot.kind);
    title(app, frame, area, &sign.text());
    let room = usize::from(area.width).saturating_sub(3);
    let time = |ticks: Option<_>| {
        ticks.map_or_else(|| "?".to_owned(), |ticks| app.zone.date_and_time(ticks))
    };
    let mut texts = vec![safe(&spot.detail), safe(&spot.artifact)];
    if let Some(offset) = spot.offset {
        texts.push(format!("at byte 0x{offset:x} of the artifact"));
    }
    if spot.from.is_some() || spot.to.is_some() {
        let zone = app.zone.name();
        texts.push(format!(
            "may hide {} to {} {zone}",
            time(spot.from),
            time(spot.to)
        ));
    }
    let lines: Vec<Line<'_>> = texts
        .iter()
        .flat_map(|text| wrap(text, room))
        .map(|line| Line::raw(format!("  {line}")))
        .collect();
    text_lines(frame, below_title(area), &lines, 0);
}
