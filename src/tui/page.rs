//! Text about one thing as lines of a given width: headings, names with what they stand for, lists.

use super::text::{fit, safe, width, wrap};
use crate::model::EventId;

/// Columns that names may take.
const NAME_COLUMNS: usize = 18;

/// How a line is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// Title of a group.
    Heading,
    /// What goes on.
    Plain,
    /// Beside the point.
    Quiet,
}

/// A line of a page: a name, padded to its column, and text that is safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PageLine {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) tone: Tone,
    /// The event that the line names, which can be gone to.
    pub(super) event: Option<EventId>,
    /// A query that events match which have the value of the line.
    pub(super) term: Option<String>,
}

/// Collects lines of one width.
#[derive(Debug)]
pub(super) struct Page {
    columns: usize,
    pub(super) lines: Vec<PageLine>,
    /// The line that the second part begins with.
    split: Option<usize>,
}

impl Page {
    pub(super) fn new(columns: usize) -> Self {
        Self {
            columns: columns.max(1),
            lines: Vec::new(),
            split: None,
        }
    }

    /// What follows is the second part, which begins with a heading.
    pub(super) fn aside(&mut self) {
        // The heading leaves a blank line before itself, which the first part keeps.
        let blank = usize::from(!self.lines.is_empty());
        self.split.get_or_insert(self.lines.len() + blank);
    }

    /// The line that the second part begins with; none stands behind it where there is no such part.
    pub(super) fn split(&self) -> usize {
        let len = self.lines.len();
        self.split.map_or(len, |split| split.min(len))
    }

    pub(super) fn heading(&mut self, title: &str) {
        if !self.lines.is_empty() {
            self.push(String::new(), String::new(), Tone::Plain);
        }
        self.push(String::new(), title.to_owned(), Tone::Heading);
    }

    fn push(&mut self, name: String, text: String, tone: Tone) {
        self.lines.push(PageLine {
            name,
            text,
            tone,
            event: None,
            term: None,
        });
    }

    pub(super) fn text(&mut self, text: &str, tone: Tone) {
        for line in wrap(text, self.columns) {
            self.push(String::new(), line, tone);
        }
    }

    /// A text, with a query for it.
    pub(super) fn text_of(&mut self, text: &str, term: &str) {
        let from = self.lines.len();
        self.text(text, Tone::Plain);
        for line in self.lines.iter_mut().skip(from) {
            line.term = Some(term.to_owned());
        }
    }

    /// A name and its text; a long name has a line of its own, as names are evidence too.
    pub(super) fn pair(&mut self, name: &str, text: &str) {
        let room = self.name_room();
        let name = safe(name);
        let mut lead = if width(&name) > room {
            self.push(name, String::new(), Tone::Plain);
            String::new()
        } else {
            name
        };
        let mut lines = wrap(text, self.columns.saturating_sub(room + 1));
        if lines.is_empty() && !lead.is_empty() {
            lines.push(String::new());
        }
        for line in lines {
            let blanks = (room + 1).saturating_sub(width(&lead));
            let padded = format!("{lead}{}", " ".repeat(blanks));
            self.push(padded, line, Tone::Plain);
            lead.clear();
        }
    }

    /// The same, with a query for the value.
    pub(super) fn pair_of(&mut self, name: &str, text: &str, term: &str) {
        let from = self.lines.len();
        self.pair(name, text);
        for line in self.lines.iter_mut().skip(from) {
            line.term = Some(term.to_owned());
        }
    }

    pub(super) fn pair_if(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.pair(name, text);
        }
    }

    /// A text behind a lead such as `1. `; further lines stand below its beginning.
    pub(super) fn item(&mut self, lead: &str, text: &str) {
        let room = self.columns.saturating_sub(width(lead));
        let mut lead = lead.to_owned();
        for line in wrap(text, room) {
            self.push(lead.clone(), line, Tone::Plain);
            lead = " ".repeat(width(&lead));
        }
    }

    /// A line that an event can be gone to from: what it is to the matter, and what it says.
    pub(super) fn event(&mut self, event: EventId, role: &str, text: &str, ellipsis: &str) {
        let room = self.name_room();
        let left = self.columns.saturating_sub(room + 1);
        self.lines.push(PageLine {
            name: fit(role, room, ellipsis) + " ",
            text: fit(text, left, ellipsis),
            tone: Tone::Plain,
            event: Some(event),
            term: None,
        });
    }

    /// Columns for names.
    fn name_room(&self) -> usize {
        NAME_COLUMNS.min(self.columns / 3).max(6)
    }
}
