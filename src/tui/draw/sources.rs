//! What was read, and what it covers.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::columns::{Align, Table, cell, column};
use super::title;
use crate::tui::app::App;
use crate::tui::layout::{below_title, list_and_more};

/// Draws the screen.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, body: Rect) {
    let [list, _] = list_and_more(body);
    let sources = &app.report.sources;
    title(app, frame, list, &format!("Sources {}", sources.len()));
    let columns = [
        column("id", 4, Align::Left),
        column("events", 9, Align::Right),
        column("artifact", 0, Align::End),
    ];
    let table = Table {
        theme: app.theme,
        columns: &columns,
        area: below_title(list),
    };
    table.draw(frame, app.lists.sources, sources.len(), true, |row| {
        sources.get(row).map_or_else(Vec::new, |source| {
            let events = crate::export::grouped(source.events);
            vec![cell(&*source.id), cell(events), cell(&*source.artifact)]
        })
    });
}
