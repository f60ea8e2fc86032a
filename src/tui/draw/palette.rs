//! What can be chosen by its name: actions, or formats to write out in.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::columns::{Align, Table, cell, column};
use super::{hint, title};
use crate::tui::app::{App, Mode};
use crate::tui::choice::offers;
use crate::tui::layout::below_title;

/// ```text
/// ── Actions 61 ────────────────────────────────────────────────────────────
///   name             keys          what
/// > next-error       e             next event that reports a failure …
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, body: Rect) {
    let offers = offers(app);
    let name = match app.mode {
        Mode::Export => "Write out as",
        _ => "Actions",
    };
    title(app, frame, body, &format!("{name} {}", offers.len()));
    if offers.is_empty() {
        let none = "  nothing has a name like that";
        hint(frame, below_title(body), none);
        return;
    }
    let columns = [
        column("name", 18, Align::Left),
        column("keys", 16, Align::Left),
        column("what", 0, Align::Left),
    ];
    let table = Table {
        theme: app.theme,
        columns: &columns,
        area: below_title(body),
    };
    table.draw(frame, app.choice.list, offers.len(), true, |row| {
        offers.get(row).map_or_else(Vec::new, |offer| {
            vec![cell(&*offer.name), cell(&*offer.keys), cell(&*offer.what)]
        })
    });
}
