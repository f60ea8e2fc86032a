//! What is kept from one view of the same evidence to the next: marks, notes, filters, the zero.

use serde::{Deserialize, Serialize};

use super::app::App;
use super::placement::Placement;
use super::text::counted;
use crate::model::EventId;
use crate::timeline::EventRef;

/// The word that says what such a text is.
pub const SCHEMA: &str = "joinscope.session/1";
/// Lines that are kept of each kind.
const KEPT: usize = 50;

/// What is kept. Events are named by the record that they stand in, as their ids depend on what
/// else was read and by which version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// [`SCHEMA`].
    pub schema: String,
    /// Marked events in the order of the timeline.
    pub marks: Vec<Mark>,
    /// The event that times are counted from.
    pub zero: Option<Place>,
    /// The filter that was shown last.
    pub filter: Option<String>,
    /// Filters that were applied, the last one behind.
    pub filters: Vec<String>,
    /// Texts that were searched for, the last one behind.
    pub searches: Vec<String>,
    /// Where sources were put.
    #[serde(default, skip_serializing_if = "Placement::is_empty")]
    pub placement: Placement,
}

/// An event by the record that it stands in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Its id when it was kept; looked at first.
    pub event: String,
    /// Path of the artifact through the archives.
    pub artifact: String,
    /// Place in the artifact.
    pub place: String,
}

/// A mark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// What is marked.
    pub at: Place,
    /// The note on it; empty for none.
    pub note: String,
}

impl Session {
    /// Whether there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        let is_unmarked = self.marks.is_empty() && self.zero.is_none() && self.placement.is_empty();
        is_unmarked && self.filters.is_empty() && self.searches.is_empty() && self.filter.is_none()
    }
}

impl App {
    /// What is to be kept.
    pub(super) fn session(&self) -> Session {
        let place = |event: EventId| self.timeline.event(event).map(place);
        let last = |lines: &[String]| {
            let from = lines.len().saturating_sub(KEPT);
            lines.get(from..).unwrap_or_default().to_vec()
        };
        let marks = self.notes.iter().filter_map(|(event, note)| {
            Some(Mark {
                at: place(event)?,
                note: note.to_owned(),
            })
        });
        Session {
            schema: SCHEMA.to_owned(),
            marks: marks.collect(),
            zero: self.events.zero.and_then(place),
            filter: self.events.filter.clone(),
            filters: last(self.prompt.history()),
            searches: last(self.search.history()),
            placement: self.placement.clone(),
        }
    }

    /// Takes over what was kept. Marks whose record is not in the evidence are told of.
    pub(super) fn resume(&mut self, session: Session) {
        let mut lost = 0;
        for mark in &session.marks {
            match self.find(&mark.at) {
                Some(event) => self.notes.write(event, mark.note.clone()),
                None => lost += 1,
            }
        }
        self.notes.is_unsaved = false;
        self.events.zero = session.zero.as_ref().and_then(|zero| self.find(zero));
        let clocks = session.placement.offsets.len();
        self.placement = session.placement;
        self.prompt.recall_all(session.filters);
        self.search.recall_all(session.searches);
        if let Some(filter) = &session.filter {
            self.prompt.set(filter);
        }
        let marks = self.notes.len();
        let mut told = Vec::new();
        if marks > 0 {
            told.push(format!(
                "{} of last time; ' lists them",
                counted(marks, "mark", "marks")
            ));
        }
        if lost > 0 {
            let lost = counted(lost, "mark names a record", "marks name records");
            told.push(format!("{lost} that is not here"));
        }
        if clocks > 0 {
            let clocks = counted(clocks, "clock", "clocks");
            told.push(format!("{clocks} as given last time; 8 shows them"));
        }
        if session.filter.is_some() {
            told.push("\\ has the filter of last time".to_owned());
        }
        if !told.is_empty() {
            self.message = Some(told.join("; "));
        }
    }

    fn find(&self, at: &Place) -> Option<EventId> {
        let is_meant = |event: &EventRef<'_>| {
            event.path() == at.artifact && event.locator().to_string() == at.place
        };
        let same = EventId::parse(&at.event).and_then(|id| self.timeline.event(id));
        let found = same
            .filter(is_meant)
            .or_else(|| self.timeline.events().find(is_meant));
        found.map(EventRef::id)
    }
}

fn place(event: EventRef<'_>) -> Place {
    Place {
        event: event.id().to_string(),
        artifact: event.path().to_owned(),
        place: event.locator().to_string(),
    }
}
