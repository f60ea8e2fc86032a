//! What the device said of itself, fact by fact.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::browse::{self, Look, ROOMY};
use super::columns::{Align, Cell, cell, column};
use crate::tui::app::App;
use crate::tui::device::DeviceRow;

/// ```text
/// ─> Device 31 facts ──────────────────────────────────────────────────────
///   section          fact                 state    value
/// >                  join_state           i given  not joined (AzureAdJoined NO …)
///   device_state     AzureAdJoined        · no     NO
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, body: Rect) {
    let is_roomy = body.width >= ROOMY;
    let (section, fact) = if is_roomy { (22, 28) } else { (17, 22) };
    let look = Look {
        title: format!("Device {}", facts(app.device.len())),
        empty: "  nothing in the evidence states a fact about the device",
        columns: vec![
            column("section", section, Align::Left),
            column("fact", fact, Align::Left),
            column("state", 9, Align::Left),
            column("value", 0, Align::Left),
        ],
        panes: ["Fact", "Who says so"],
    };
    browse::draw(app, frame, body, &look, |row| {
        let row = app.device.get(row);
        row.map_or_else(Vec::new, |row| cells(app, row))
    });
}

fn facts(count: usize) -> String {
    crate::tui::text::counted(count, "fact", "facts")
}

fn cells<'a>(app: &App, row: &'a DeviceRow) -> Vec<Cell<'a>> {
    let sign = app.theme.device(row.state);
    vec![
        cell(&*row.section),
        cell(&*row.name),
        Cell(sign.text().into(), sign.style),
        cell(&*row.value),
    ]
}
