//! What the user marked and wrote.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::browse::{self, Look};
use super::columns::{Align, cell, column};
use crate::timeline::EventRef;
use crate::tui::app::App;
use crate::tui::detail::gist;

/// ```text
/// ── Marks 2 ───────────────────────────────────────────────────────────────
///   event  UTC                     note                 what
/// > e61    2026-03-09 10:30:15.412 ask about the proxy  0x801c03ed The join …
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, body: Rect) {
    let look = Look {
        title: format!("Marks {}", app.notes.len()),
        empty: "  nothing is marked; m marks an event, a writes a note on one",
        columns: vec![
            column("event", 7, Align::Left),
            column(app.zone.name(), 23, Align::Left),
            column("note", usize::from(body.width) / 3, Align::Left),
            column("what", 0, Align::Left),
        ],
        panes: ["Mark", ""],
    };
    browse::draw(app, frame, body, &look, |row| {
        app.notes.get(row).map_or_else(Vec::new, |(id, note)| {
            let event = app.timeline.event(id);
            let time = event.and_then(EventRef::ticks).map_or_else(
                || "undated".to_owned(),
                |ticks| app.zone.date_and_time(ticks),
            );
            let what = event.map_or_else(String::new, gist);
            vec![cell(id.to_string()), cell(time), cell(note), cell(what)]
        })
    });
}
