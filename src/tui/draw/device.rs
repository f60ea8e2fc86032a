//! What the device said of itself.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::columns::{Align, Table, cell, column};
use super::title;
use crate::tui::app::App;
use crate::tui::layout::{below_title, list_and_more};

/// Draws the screen.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, body: Rect) {
    let [list, _] = list_and_more(body);
    let facts: Vec<_> = app.report.device.iter().collect();
    title(app, frame, list, &format!("Device {}", facts.len()));
    let columns = [
        column("fact", 32, Align::Left),
        column("value", 0, Align::Left),
    ];
    let table = Table {
        theme: app.theme,
        columns: &columns,
        area: below_title(list),
    };
    table.draw(frame, app.lists.device, facts.len(), true, |row| {
        facts.get(row).map_or_else(Vec::new, |(name, fact)| {
            vec![cell(name.as_str()), cell(&*fact.value)]
        })
    });
}
