//! The filter: what it lets through is listed.

use crate::tui::app::{App, Mode};
use crate::tui::events::Rows;
use crate::tui::{draw, layout};

/// Applies what the prompt holds; a refused line stays in the prompt, with the reason.
pub(super) fn apply_filter(app: &mut App) {
    let text = app.prompt.text().trim().to_owned();
    if text.is_empty() {
        app.events.show(Rows::all(&app.timeline), None);
        app.mode = Mode::Timeline;
        return;
    }
    match Rows::filtered(&text, &app.timeline) {
        Ok(rows) => {
            app.events.show(rows, Some(text));
            app.prompt.remember();
            app.mode = Mode::Timeline;
            let height = draw::timeline::rows(app, layout::areas(app, app.size).body);
            app.events.list.centre(height);
        }
        Err(error) => app.prompt.refusal = Some(error.to_string()),
    }
}
