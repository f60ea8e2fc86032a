//! The tokens: when each was issued, how long it was valid, whether it was used in time.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::columns::{Align, Table, cell, column};
use super::title;
use crate::tui::app::App;
use crate::tui::layout::{below_title, list_and_more};

/// Draws the screen.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, body: Rect) {
    let [list, _] = list_and_more(body);
    let tokens = &app.report.tokens;
    title(app, frame, list, &format!("Tokens {}", tokens.len()));
    let columns = [column("id", 6, Align::Left), column("for", 0, Align::Left)];
    let table = Table {
        theme: app.theme,
        columns: &columns,
        area: below_title(list),
    };
    table.draw(frame, app.lists.tokens, tokens.len(), true, |row| {
        tokens.get(row).map_or_else(Vec::new, |token| {
            let name = token.audience_name.or(token.audience.as_deref());
            vec![cell(&*token.id), cell(name.unwrap_or_default())]
        })
    });
}
