//! What may take longer than a frame: a filter over all events, a search through the rows.
//!
//! Such work is done in slices, so that a key is answered while it goes on. The first slice is done
//! at once; nearly always it is the last one as well.

use super::action::{Direction, Target};
use super::events::{Events, Rows};
use crate::model::{EventId, Outcome};
use crate::timeline::{EventRef, Query, QueryError, Timeline};

/// Events that a query is asked about in one slice.
const ASKED: usize = 4096;
/// Events that are looked at in one slice where a look is enough.
const LOOKED_AT: usize = 65_536;

/// Work that goes on.
#[derive(Debug)]
pub(super) enum Work {
    Filter(Filtering),
    Find(Search),
}

impl Work {
    /// How much of it is done, in percent.
    pub(super) fn percent(&self) -> usize {
        let (done, all) = match self {
            Self::Filter(filter) => (filter.next, filter.all),
            Self::Find(search) => (search.done, search.all),
        };
        done * 100 / all.max(1)
    }

    /// What is done.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Filter(_) => "filtering",
            Self::Find(_) => "searching",
        }
    }
}

/// A filter on its way through the timeline.
#[derive(Debug)]
pub(super) struct Filtering {
    pub(super) text: String,
    query: Query,
    next: usize,
    all: usize,
    found: Vec<EventId>,
    /// Event to select where it is let through.
    pub(super) anchor: Option<EventId>,
}

impl Filtering {
    /// The filter of a line.
    ///
    /// # Errors
    /// The line does not parse, or names a field that nothing has.
    pub(super) fn new(
        text: &str,
        timeline: &Timeline,
        anchor: Option<EventId>,
    ) -> Result<Self, QueryError> {
        let query = Query::parse(text)?;
        query.check(timeline.catalog(), Some(timeline))?;
        Ok(Self {
            text: text.to_owned(),
            query,
            next: 0,
            all: timeline.len(),
            found: Vec::new(),
            anchor,
        })
    }

    /// Asks about further events; the rows once all were asked about.
    pub(super) fn go_on(&mut self, timeline: &Timeline) -> Option<Rows> {
        let matcher = self.query.on(timeline);
        let end = (self.next + ASKED).min(self.all);
        let events = (self.next..end).filter_map(|place| {
            let event = EventId(u32::try_from(place).ok()?);
            timeline.event(event)
        });
        let found = events.filter(|event| matcher.matches(*event));
        self.found.extend(found.map(EventRef::id));
        self.next = end;
        (end == self.all).then(|| Rows::Filtered(std::mem::take(&mut self.found)))
    }
}

/// A search on its way through the rows.
#[derive(Debug)]
pub(super) struct Search {
    pub(super) target: Target,
    pub(super) direction: Direction,
    query: Option<Query>,
    /// Row to look at next.
    row: usize,
    done: usize,
    all: usize,
}

impl Search {
    /// A search from the selected row on for events of a kind, or for those that a query matches.
    pub(super) fn new(
        target: Target,
        direction: Direction,
        query: Option<Query>,
        events: &Events,
    ) -> Self {
        let (here, len) = (events.list.selected, events.rows.len());
        let (row, all) = match direction {
            Direction::Next => (here + 1, len.saturating_sub(here + 1)),
            // Rows are counted from the end of what is left to look at.
            Direction::Previous => (here, here.min(len)),
        };
        Self {
            target,
            direction,
            query,
            row,
            done: 0,
            all,
        }
    }

    /// The same search from its beginning, over other rows.
    pub(super) fn again(self, events: &Events) -> Self {
        Self::new(self.target, self.direction, self.query, events)
    }

    /// Looks at further rows.
    pub(super) fn go_on(&mut self, events: &Events, timeline: &Timeline) -> Found {
        let slice = if self.query.is_some() {
            ASKED
        } else {
            LOOKED_AT
        };
        let count = slice.min(self.all - self.done);
        let matcher = self.query.as_ref().map(|query| query.on(timeline));
        let mut is_meant = |row: &usize| {
            let event = events.rows.get(*row).and_then(|id| timeline.event(id));
            event.is_some_and(|event| match &matcher {
                Some(matcher) => matcher.matches(event),
                None => is_of(event, self.target),
            })
        };
        let found = match self.direction {
            Direction::Next => (self.row..self.row + count).find(&mut is_meant),
            Direction::Previous => (self.row - count..self.row).rev().find(&mut is_meant),
        };
        match self.direction {
            Direction::Next => self.row += count,
            Direction::Previous => self.row -= count,
        }
        self.done += count;
        match found {
            Some(row) => Found::Row(row),
            None if self.done == self.all => Found::Nothing,
            None => Found::NotYet,
        }
    }
}

/// What a slice of a search found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Row(usize),
    /// No row is left to look at.
    Nothing,
    /// There are more rows to look at.
    NotYet,
}

/// Whether an event is what is sought: as the timeline shows it.
fn is_of(event: EventRef<'_>, target: Target) -> bool {
    let is_plain = || matches!(event.outcome(), Outcome::Info | Outcome::Unknown);
    match target {
        Target::Failure => {
            event.outcome() == Outcome::Failure || is_plain() && event.level().rank() >= 4
        }
        Target::Warning => is_plain() && event.level().rank() == 3,
        _ => false,
    }
}
