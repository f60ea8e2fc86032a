//! Requests and their answers.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::title;
use crate::tui::app::App;

/// Rows of the list.
pub(in crate::tui) fn len(_: &App) -> usize {
    0
}

/// Draws the screen.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, body: Rect) {
    title(app, frame, body, "HTTP");
}
