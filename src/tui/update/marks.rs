//! What the user marks and writes.

use crate::tui::app::App;

/// Marks the selected event, or takes its mark away.
pub(super) fn toggle_mark(app: &mut App) {
    let Some(event) = app.events.selected() else {
        return;
    };
    // A note is not lost by a slip of a finger.
    if app.notes.of(event).is_some_and(|note| !note.is_empty()) {
        app.message = Some(format!(
            "{event} has a note; empty it with a to take the mark away"
        ));
        return;
    }
    app.message = Some(if app.notes.toggle(event) {
        format!("{event} is marked")
    } else {
        format!("{event} is marked no longer")
    });
}
