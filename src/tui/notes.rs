//! What the user marked and wrote, by event.

use std::collections::BTreeMap;

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
