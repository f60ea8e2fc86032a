//! Putting records in order.

use rayon::prelude::*;

use crate::model::{GuidId, KindId, Locator, Record, Table};

/// Fewer records are moved by one thread alone: to wake another costs more.
const FEW: usize = 10_000;

/// The records of a batch, and what their ids are in the timeline.
pub(super) struct Merged {
    pub(super) records: Table<Record>,
    /// The timeline's number of the batch's arena.
    pub(super) arena: u32,
    /// By the batch's kinds those of the timeline, and whether events of them have a time.
    pub(super) kinds: Vec<(KindId, bool)>,
    /// By the batch's GUIDs those of the timeline.
    pub(super) guids: Vec<u32>,
}

impl Merged {
    /// The kind in the timeline of a record of the batch.
    fn kind(&self, record: &Record) -> Option<(KindId, bool)> {
        self.kinds.get(record.kind.index()).copied()
    }

    /// A record of the batch as one of the timeline.
    fn mapped(&self, place: u32) -> Option<Record> {
        let mut record = *self.records.get(place as usize)?;
        let guid = |id: GuidId| GuidId(self.guids.get(id.index()).copied().unwrap_or(0));
        (record.kind, record.arena) = (self.kind(&record)?.0, self.arena);
        (record.activity, record.related) = (guid(record.activity), guid(record.related));
        Some(record)
    }
}

/// The records of all batches: those with a time in its order, equal times in the order of batches and
/// of places in them; and those without.
///
/// Each log and each part of a trace is in order already, mostly, so the sort is one that finds such
/// runs; and it moves times with places: a record is moved once, when its place is known.
pub(super) fn in_order(batches: &[Merged]) -> (Vec<Record>, Vec<Record>) {
    let count = batches.iter().map(|batch| batch.records.len()).sum();
    let mut keys: Vec<(i64, u32, u32)> = Vec::with_capacity(count);
    let mut undated = Vec::new();
    for (number, batch) in (0..).zip(batches) {
        for (place, record) in (0..).zip(&batch.records) {
            match batch.kind(record) {
                Some((_, true)) => keys.push((record.ticks(), number, place)),
                Some((_, false)) => undated.extend(batch.mapped(place)),
                None => {}
            }
        }
    }
    if !keys.is_sorted() {
        keys.par_sort();
    }
    // A key was made of each record, so each is there.
    let none = Record::new(KindId(u32::MAX), None, Locator::Line(0));
    let mapped = |(_, number, place): &(i64, u32, u32)| {
        let batch = batches.get(*number as usize);
        batch.and_then(|batch| batch.mapped(*place)).unwrap_or(none)
    };
    let mut records = Vec::with_capacity(keys.len() + undated.len());
    records.par_extend(keys.par_iter().with_min_len(FEW).map(mapped));
    (records, undated)
}

/// The places of records in the order of their keys.
pub(super) fn order<K: Ord + Copy + Send>(
    records: &[Record],
    key: impl Fn(&Record) -> K,
) -> Vec<u32> {
    let mut keys: Vec<(K, u32)> = records.iter().map(key).zip(0..).collect();
    keys.par_sort();
    keys.into_iter().map(|(_, place)| place).collect()
}

/// Moves items to their places in an order of all of them, without a second list of them.
pub(super) fn arrange<T: Copy>(items: &mut [T], mut order: Vec<u32>) {
    for start in 0..items.len().min(order.len()) {
        let first = items[start];
        let mut hole = start;
        // What is in its place already is marked by being its own successor.
        loop {
            let from = order[hole] as usize;
            order[hole] = u32::try_from(hole).unwrap_or(u32::MAX);
            if from == start || from == hole {
                break;
            }
            items[hole] = items[from];
            hole = from;
        }
        items[hole] = first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_moved_to_their_places() {
        let check = |order: &[u32]| {
            let mut items: Vec<u32> = (100..).take(order.len()).collect();
            let expected: Vec<u32> = order.iter().map(|place| place + 100).collect();
            arrange(&mut items, order.to_vec());
            assert_eq!(items, expected, "{order:?}");
        };
        check(&[]);
        check(&[0]);
        check(&[1, 0]);
        check(&[0, 2, 1]);
        check(&[1, 2, 3, 4, 0]);
        check(&[3, 1, 0, 2, 5, 4]);
        // Strides that reach all places, so that there is one long cycle and short ones.
        for stride in [1_u32, 2, 5, 7, 11, 12] {
            let order: Vec<u32> = (0..13).map(|place| place * stride % 13).collect();
            check(&order);
        }
    }
}
