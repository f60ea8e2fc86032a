//! Screens that list things and say more of the selected one: the list, and the panes below it.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::columns::{Cell, Column, Table};
use super::{Keys, about, hint, title_of};
use crate::tui::app::{App, Pane};
use crate::tui::layout::{self, below_title};
use crate::tui::lists;

/// What such a screen looks like.
pub(super) struct Look<'l> {
    pub(super) title: String,
    /// What stands in place of an empty list.
    pub(super) empty: &'static str,
    pub(super) columns: Vec<Column>,
    /// Titles of the panes below.
    pub(super) panes: [&'l str; 2],
}

/// Draws the screen; cells are asked for of the rows in sight.
pub(super) fn draw<'a>(
    app: &App,
    frame: &mut Frame<'_>,
    body: Rect,
    look: &Look<'_>,
    cells: impl Fn(usize) -> Vec<Cell<'a>>,
) {
    let len = lists::len(app, app.screen());
    let Some(panes) = layout::listing(app, body) else {
        return;
    };
    let keys = Keys::of(app, Pane::Main);
    title_of(app, frame, panes.list, keys, &look.title);
    if len == 0 {
        hint(frame, below_title(panes.list), look.empty);
        return;
    }
    let table = Table {
        theme: app.theme,
        columns: &look.columns,
        area: below_title(panes.list),
    };
    let list = app.lists.of(app.screen()).copied().unwrap_or_default();
    let has_keys = app.pane == Pane::Main;
    table.draw(frame, list, len, has_keys, cells);
    if let Some(said) = app.about() {
        about::draw(app, frame, &panes.pages, said, look.panes);
    }
}

/// From this many columns on, there is room for what can be told below as well.
pub(super) const ROOMY: u16 = 120;
