//! The rows of the timeline screen: all events as a range, or those that a filter lets through.
//!
//! A filter is evaluated once, when it is applied; drawing asks for the rows in sight only. Without
//! a filter, events of one kind that tell nothing and directly follow each other are one row.

use super::action::{Direction, Target};
use super::list::List;
use crate::model::{EventId, Outcome};
use crate::timeline::{EventRef, Query, QueryError, Timeline};

/// The events that are listed.
#[derive(Clone, Debug)]
pub(super) enum Rows {
    /// Every event.
    All(usize),
    /// Every event but the further ones of a run that tells nothing; the row of a run is its first.
    Folded {
        /// The events that have a row.
        ids: Vec<EventId>,
        /// How many events there are.
        all: usize,
    },
    /// Those that match the filter, by id.
    Filtered(Vec<EventId>),
}

impl Rows {
    /// Every event of a timeline.
    pub(super) fn all(timeline: &Timeline) -> Self {
        let mut before: Option<EventRef<'_>> = None;
        let mut folded = timeline
            .noise()
            .filter_map(|id| timeline.event(id))
            .filter(|event| {
                let follows = before.is_some_and(|before| {
                    before.id().0.checked_add(1) == Some(event.id().0) && is_alike(before, *event)
                });
                before = Some(*event);
                follows
            })
            .map(EventRef::id)
            .peekable();
        if folded.peek().is_none() {
            return Self::All(timeline.len());
        }
        let is_row = |id: &EventId| folded.next_if_eq(id).is_none();
        Self::Folded {
            ids: timeline.events().map(EventRef::id).filter(is_row).collect(),
            all: timeline.len(),
        }
    }

    /// How many events are folded into a row beside its own.
    pub(super) fn folded(&self, row: usize) -> usize {
        match self {
            Self::Folded { ids, all } => ids.get(row).map_or(0, |own| {
                let next = ids.get(row + 1).map_or(*all, |next| next.index());
                next.saturating_sub(own.index() + 1)
            }),
            _ => 0,
        }
    }

    /// The events that match a query.
    ///
    /// # Errors
    /// The query does not parse, or names a field that nothing has.
    pub(super) fn filtered(text: &str, timeline: &Timeline) -> Result<Self, QueryError> {
        let query = Query::parse(text)?;
        query.check(timeline.catalog(), Some(timeline))?;
        let matcher = query.on(timeline);
        let events = timeline.events().filter(|event| matcher.matches(*event));
        Ok(Self::Filtered(events.map(EventRef::id).collect()))
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::All(len) => *len,
            Self::Folded { ids, .. } | Self::Filtered(ids) => ids.len(),
        }
    }

    /// The event in a row.
    pub(super) fn get(&self, row: usize) -> Option<EventId> {
        match self {
            Self::All(len) if row < *len => u32::try_from(row).ok().map(EventId),
            Self::All(_) => None,
            Self::Folded { ids, .. } | Self::Filtered(ids) => ids.get(row).copied(),
        }
    }

    /// How many rows stand for events before this place in the timeline.
    pub(super) fn before(&self, place: usize) -> usize {
        match self {
            Self::All(len) => place.min(*len),
            Self::Folded { ids, .. } | Self::Filtered(ids) => {
                ids.partition_point(|id| id.index() < place)
            }
        }
    }

    /// The row of an event, or else the row that the next later event stands in.
    pub(super) fn find(&self, event: EventId) -> Result<usize, usize> {
        match self {
            Self::All(len) if event.index() < *len => Ok(event.index()),
            Self::All(len) => Err(*len),
            Self::Filtered(ids) => ids.binary_search(&event),
            // A folded event stands in the row of its run.
            Self::Folded { ids, .. } => ids
                .binary_search(&event)
                .or_else(|next| next.checked_sub(1).ok_or(next)),
        }
    }
}

/// Whether two events say the same of the same thing.
fn is_alike(one: EventRef<'_>, other: EventRef<'_>) -> bool {
    (one.provider(), one.code()) == (other.provider(), other.code()) && one.title() == other.title()
}

/// What the timeline screen shows of the events.
#[derive(Clone, Debug)]
pub(super) struct Events {
    pub(super) rows: Rows,
    pub(super) list: List,
    /// The filter that `rows` obeys, as typed.
    pub(super) filter: Option<String>,
    /// The event that times are counted from.
    pub(super) zero: Option<EventId>,
}

impl Events {
    /// Every event, the first one selected.
    pub(super) fn new(timeline: &Timeline) -> Self {
        Self {
            rows: Rows::all(timeline),
            list: List::default(),
            filter: None,
            zero: None,
        }
    }

    /// The selected event; none where no row is left.
    pub(super) fn selected(&self) -> Option<EventId> {
        self.rows.get(self.list.selected)
    }

    /// Puts other rows in place and keeps the selected event, or what comes next after it.
    pub(super) fn show(&mut self, rows: Rows, filter: Option<String>) {
        let selected = self.selected();
        self.rows = rows;
        self.filter = filter;
        let row = selected.map_or(0, |event| self.rows.find(event).unwrap_or_else(|next| next));
        self.list = List {
            selected: row,
            top: self.list.top,
        };
    }

    /// Row of the next or previous event of a kind, from the selected one on.
    pub(super) fn seek(
        &self,
        target: Target,
        direction: Direction,
        timeline: &Timeline,
        gaps: &Places,
        evidence: &Places,
    ) -> Option<usize> {
        let here = self.list.selected;
        match (target, direction) {
            (Target::Failure, Direction::Next) => {
                (here + 1..self.rows.len()).find(|row| self.is_failure(*row, timeline))
            }
            (Target::Failure, Direction::Previous) => {
                (0..here).rev().find(|row| self.is_failure(*row, timeline))
            }
            (Target::Gap, direction) => {
                let selected = self.selected()?;
                let begin = match direction {
                    Direction::Next => *gaps.after(selected).first()?,
                    Direction::Previous => *gaps.before(selected).last()?,
                };
                // Where the filter hides the gap's first event, the next row stands for it.
                let row = self.rows.find(begin).unwrap_or_else(|next| next);
                (row < self.rows.len()).then_some(row)
            }
            // A row that folds several events can hold more than the selected one.
            (Target::Evidence, Direction::Next) => {
                let mut rows = self.rows_of(evidence.after(self.selected()?));
                rows.find(|row| *row > here)
            }
            (Target::Evidence, Direction::Previous) => {
                let rows = self.rows_of(evidence.before(self.selected()?));
                rows.rev().find(|row| *row < here)
            }
        }
    }

    /// The rows of those events that have one.
    fn rows_of(&self, events: &[EventId]) -> impl DoubleEndedIterator<Item = usize> {
        events
            .iter()
            .filter_map(|event| self.rows.find(*event).ok())
    }

    fn is_failure(&self, row: usize, timeline: &Timeline) -> bool {
        let event = self.rows.get(row).and_then(|id| timeline.event(id));
        event.is_some_and(|event| event.outcome() == Outcome::Failure)
    }
}

/// Events that can be gone to one after the other, in timeline order.
#[derive(Clone, Debug)]
pub(super) struct Places(Vec<EventId>);

impl Places {
    /// These events, each once.
    pub(super) fn of(events: impl Iterator<Item = EventId>) -> Self {
        let mut events: Vec<EventId> = events.collect();
        events.sort_unstable();
        events.dedup();
        Self(events)
    }

    fn after(&self, event: EventId) -> &[EventId] {
        let place = self.0.partition_point(|other| *other <= event);
        self.0.get(place..).unwrap_or_default()
    }

    fn before(&self, event: EventId) -> &[EventId] {
        let place = self.0.partition_point(|other| *other < event);
        self.0.get(..place).unwrap_or_default()
    }
}
