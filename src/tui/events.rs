//! The rows of the timeline screen: all events as a range, or those that a filter lets through.
//!
//! A filter is evaluated once, when it is applied; drawing asks for the rows in sight only.

use super::action::{Direction, Target};
use super::list::List;
use crate::model::{EventId, Outcome, Report};
use crate::timeline::{EventRef, Query, QueryError, Timeline};

/// The events that are listed.
#[derive(Clone, Debug)]
pub(super) enum Rows {
    /// Every event.
    All(usize),
    /// Those that match the filter, by id.
    Filtered(Vec<EventId>),
}

impl Rows {
    /// Every event of a timeline.
    pub(super) fn all(timeline: &Timeline) -> Self {
        Self::All(timeline.len())
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
            Self::Filtered(ids) => ids.len(),
        }
    }

    /// The event in a row.
    pub(super) fn get(&self, row: usize) -> Option<EventId> {
        match self {
            Self::All(len) if row < *len => u32::try_from(row).ok().map(EventId),
            Self::All(_) => None,
            Self::Filtered(ids) => ids.get(row).copied(),
        }
    }

    /// The row of an event, or else the row that the next later event stands in.
    pub(super) fn find(&self, event: EventId) -> Result<usize, usize> {
        match self {
            Self::All(len) if event.index() < *len => Ok(event.index()),
            Self::All(len) => Err(*len),
            Self::Filtered(ids) => ids.binary_search(&event),
        }
    }
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
        gaps: &GapStarts,
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
                let begin = gaps.beside(self.selected()?, direction)?;
                // Where the filter hides the gap's first event, the next row stands for it.
                let row = self.rows.find(begin).unwrap_or_else(|next| next);
                (row < self.rows.len()).then_some(row)
            }
        }
    }

    fn is_failure(&self, row: usize, timeline: &Timeline) -> bool {
        let event = self.rows.get(row).and_then(|id| timeline.event(id));
        event.is_some_and(|event| event.outcome() == Outcome::Failure)
    }
}

/// The events that gaps begin with, in timeline order.
#[derive(Clone, Debug)]
pub(super) struct GapStarts(Vec<EventId>);

impl GapStarts {
    /// Those of a report.
    pub(super) fn of(report: &Report) -> Self {
        let mut starts: Vec<EventId> = report.gaps.iter().map(|gap| gap.from.event).collect();
        starts.sort_unstable();
        starts.dedup();
        Self(starts)
    }

    fn beside(&self, event: EventId, direction: Direction) -> Option<EventId> {
        match direction {
            Direction::Next => {
                let place = self.0.partition_point(|start| *start <= event);
                self.0.get(place).copied()
            }
            Direction::Previous => {
                let place = self.0.partition_point(|start| *start < event);
                place
                    .checked_sub(1)
                    .and_then(|place| self.0.get(place).copied())
            }
        }
    }
}
