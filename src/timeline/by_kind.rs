//! The events of each kind: who asks for few kinds need not look at every event.

use super::build::Timeline;
use super::event::EventRef;
use crate::catalog::RowOutcome;
use crate::model::{EventId, KindId, Outcome, Record};

/// Where more of the events than one in so many are asked for, looking at all of them is quicker than
/// putting those of many kinds in order.
const FEW: usize = 8;

/// The places of the events of each kind, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct ByKind {
    /// Where among `places` those of each kind end; they begin where those of the kind before end.
    ends: Vec<u32>,
    places: Vec<u32>,
}

impl ByKind {
    /// Of records whose kinds are numbered below `kinds`.
    pub(super) fn of(records: &[Record], kinds: usize) -> Self {
        // Counted first, so that all stand in one list.
        let mut ends = vec![0_u32; kinds];
        for record in records {
            if let Some(count) = ends.get_mut(record.kind.index()) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for end in &mut ends {
            (*end, sum) = (sum, sum + *end);
        }
        let mut places = vec![0_u32; sum as usize];
        for (place, record) in (0..).zip(records) {
            if let Some(end) = ends.get_mut(record.kind.index())
                && let Some(slot) = places.get_mut(*end as usize)
            {
                *slot = place;
                *end += 1;
            }
        }
        Self { ends, places }
    }

    /// The places of the events of a kind, in their order.
    pub(super) fn places(&self, kind: KindId) -> &[u32] {
        let end = |kind: usize| self.ends.get(kind).map_or(0, |end| *end as usize);
        let begin = kind.index().checked_sub(1).map_or(0, end);
        self.places
            .get(begin..end(kind.index()))
            .unwrap_or_default()
    }
}

impl Timeline {
    /// The events of these kinds, in the order of the timeline.
    pub(super) fn places_of(&self, kinds: &[KindId]) -> Vec<u32> {
        let lists = kinds.iter().map(|kind| self.by_kind.places(*kind));
        let count: usize = lists.clone().map(<[u32]>::len).sum();
        if count > self.len() / FEW {
            let mut is_asked = vec![false; self.kinds.items().len()];
            for kind in kinds {
                if let Some(asked) = is_asked.get_mut(kind.index()) {
                    *asked = true;
                }
            }
            let all = (0..).zip(&self.records);
            let asked = all.filter(|(_, record)| is_asked.get(record.kind.index()) == Some(&true));
            return asked.map(|(place, _)| place).collect();
        }
        let mut places: Vec<u32> = lists.flatten().copied().collect();
        places.sort_unstable();
        places
    }

    /// The same as events.
    pub(super) fn events_of(
        &self,
        kinds: &[KindId],
    ) -> impl DoubleEndedIterator<Item = EventRef<'_>> + ExactSizeIterator + use<'_> {
        let all = self.kinds.items();
        self.places_of(kinds).into_iter().map(move |place| {
            let record = &self.records[place as usize];
            EventRef {
                timeline: self,
                record,
                kind: &all[record.kind.index()],
                id: EventId(place),
            }
        })
    }

    /// The events whose outcome is that they tell nothing, in their order.
    pub fn silent(&self) -> Vec<EventId> {
        let rows = self.catalog.events.rows();
        // Beside the queries for noise the catalogue's rows alone make an event so.
        let is_noise = |row: &u32| {
            let row = rows.get(*row as usize);
            row.is_some_and(|row| row.outcome == RowOutcome::Noise)
        };
        let kinds = (0..).map(KindId).zip(&self.rows);
        let kinds = kinds.filter(|(_, row)| is_noise(row));
        let kinds: Vec<KindId> = kinds.map(|(kind, _)| kind).collect();
        let silent = self.events_of(&kinds);
        let silent = silent.filter(|event| event.outcome() == Outcome::Noise);
        let mut silent: Vec<EventId> = silent.map(EventRef::id).chain(self.noise()).collect();
        silent.sort();
        silent.dedup();
        silent
    }

    /// A record of the timeline as the event with this id.
    pub(super) fn event_of<'t>(&'t self, record: &'t Record, id: EventId) -> Option<EventRef<'t>> {
        Some(EventRef {
            timeline: self,
            record,
            kind: self.kind_of(record)?,
            id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Locator;

    #[test]
    fn places_of_kinds_stand_in_order() {
        let check = |kinds: &[u32], kind: u32, expected: &[u32]| {
            let record = |kind: &u32| Record::new(KindId(*kind), None, Locator::Line(1));
            let records: Vec<Record> = kinds.iter().map(record).collect();
            let by_kind = ByKind::of(&records, 4);
            assert_eq!(by_kind.places(KindId(kind)), expected, "{kinds:?} {kind}");
        };
        check(&[], 0, &[]);
        check(&[1, 0, 1, 3], 0, &[1]);
        check(&[1, 0, 1, 3], 1, &[0, 2]);
        check(&[1, 0, 1, 3], 2, &[]);
        check(&[1, 0, 1, 3], 3, &[3]);
        check(&[1, 0, 1, 3], 4, &[]);
    }
}
