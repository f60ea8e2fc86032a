//! What the user marked and wrote, by event.

use std::collections::BTreeMap;

use super::app::App;
use super::detail::gist;
use super::page::{Page, Tone};
use crate::model::EventId;

/// Marks of the user, each with a note or without.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes {
    marked: BTreeMap<EventId, String>,
    /// Whether something changed since it was last saved.
    pub(super) is_unsaved: bool,
}

impl Notes {
    /// Marks an event, or takes its mark and note away; whether it is marked now.
    pub(super) fn toggle(&mut self, event: EventId) -> bool {
        self.is_unsaved = true;
        if self.marked.remove(&event).is_some() {
            return false;
        }
        self.marked.insert(event, String::new());
        true
    }

    /// Writes a note to an event, which is marked by that.
    pub(super) fn write(&mut self, event: EventId, text: String) {
        self.is_unsaved = true;
        self.marked.insert(event, text);
    }

    /// The note of an event; empty where it is only marked.
    pub(super) fn of(&self, event: EventId) -> Option<&str> {
        self.marked.get(&event).map(String::as_str)
    }

    /// Every mark in the order of the timeline.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (EventId, &str)> {
        self.marked.iter().map(|(event, note)| (*event, &**note))
    }

    pub(super) fn len(&self) -> usize {
        self.marked.len()
    }

    /// The mark in a row of their list.
    pub(super) fn get(&self, row: usize) -> Option<(EventId, &str)> {
        self.iter().nth(row)
    }
}

/// Everything about a mark.
pub(super) fn about(app: &App, row: usize, page: &mut Page) {
    let Some((id, note)) = app.notes.get(row) else {
        return;
    };
    page.text(if note.is_empty() { "Marked" } else { note }, Tone::Heading);
    match app.timeline.event(id) {
        Some(event) => page.event(id, "event", &gist(event), app.theme.ellipsis()),
        None => page.pair("event", &id.to_string()),
    }
}
