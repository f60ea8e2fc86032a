//! The rows of the timeline screen: all events as a range, or those that a filter lets through.
//!
//! A filter is evaluated when it is applied; drawing asks for the rows in sight only. Without
//! a filter, events of one kind that tell nothing and directly follow each other are one row.

use super::action::Direction;
use super::list::List;
use crate::model::EventId;
use crate::timeline::{EventRef, Timeline};

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
    /// The rows without a filter.
    all: Rows,
    pub(super) list: List,
    /// The filter that `rows` obeys, as typed.
    pub(super) filter: Option<String>,
    /// Filters before the present one, the last one behind, and those that were left by going back.
    /// No filter is an empty text here.
    past: Vec<String>,
    future: Vec<String>,
    /// The event that times are counted from.
    pub(super) zero: Option<EventId>,
    /// How often other rows were put in place: whoever lists a part of them knows by it.
    pub(super) edition: usize,
}

impl Events {
    /// Every event, the first one selected.
    pub(super) fn new(all: Rows) -> Self {
        Self {
            rows: all.clone(),
            all,
            list: List::default(),
            filter: None,
            past: Vec::new(),
            future: Vec::new(),
            zero: None,
            edition: 0,
        }
    }

    /// The selected event; none where no row is left.
    pub(super) fn selected(&self) -> Option<EventId> {
        self.rows.get(self.list.selected)
    }

    /// Puts other rows in place and selects this event, or what comes next after it.
    pub(super) fn show(&mut self, rows: Rows, filter: Option<String>, event: Option<EventId>) {
        self.rows = rows;
        self.filter = filter;
        self.edition += 1;
        let row = event.map_or(0, |event| self.rows.find(event).unwrap_or_else(|next| next));
        self.list = List {
            selected: row,
            top: self.list.top,
        };
    }

    /// Takes over the filters that were shown over the events of another case.
    pub(super) fn inherit(&mut self, before: &mut Self) {
        self.past = std::mem::take(&mut before.past);
        self.future = std::mem::take(&mut before.future);
    }

    /// Shows every event.
    pub(super) fn show_all(&mut self, event: Option<EventId>) {
        self.show(self.all.clone(), None, event);
    }

    /// Remembers a filter that is about to be left.
    pub(super) fn leave(&mut self, filter: Option<String>) {
        let filter = filter.unwrap_or_default();
        if self.past.last() != Some(&filter) {
            self.past.push(filter);
        }
        self.future.clear();
    }

    /// The filter before the present one or after it, which is left for it; empty for no filter.
    pub(super) fn travel(&mut self, direction: Direction) -> Option<String> {
        let (from, to) = match direction {
            Direction::Previous => (&mut self.past, &mut self.future),
            Direction::Next => (&mut self.future, &mut self.past),
        };
        let filter = from.pop()?;
        to.push(self.filter.clone().unwrap_or_default());
        Some(filter)
    }

    /// Row of the nearest of these places after the selected row, or before it.
    pub(super) fn beside(&self, places: &Places, direction: Direction) -> Option<usize> {
        let (here, selected) = (self.list.selected, self.selected()?);
        // A row that folds several events can hold more than the selected one.
        match direction {
            Direction::Next => self.rows_of(places.after(selected)).find(|row| *row > here),
            Direction::Previous => self
                .rows_of(places.before(selected))
                .rev()
                .find(|row| *row < here),
        }
    }

    /// The rows of those events that have one.
    fn rows_of(&self, events: &[EventId]) -> impl DoubleEndedIterator<Item = usize> {
        events
            .iter()
            .filter_map(|event| self.rows.find(*event).ok())
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

    pub(super) fn contains(&self, event: EventId) -> bool {
        self.0.binary_search(&event).is_ok()
    }

    pub(super) fn after(&self, event: EventId) -> &[EventId] {
        let place = self.0.partition_point(|other| *other <= event);
        self.0.get(place..).unwrap_or_default()
    }

    pub(super) fn before(&self, event: EventId) -> &[EventId] {
        let place = self.0.partition_point(|other| *other < event);
        self.0.get(..place).unwrap_or_default()
    }
}
