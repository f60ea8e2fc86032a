//! Putting records in order.

use rayon::slice::ParallelSliceMut;

use crate::model::Record;

/// Sorts records by a key; those with equal keys keep their order.
///
/// Each log and each part of a trace is in order already, mostly, so the sort is one that finds such
/// runs; and it moves keys with places, not the records themselves.
pub(super) fn in_order<K: Ord + Copy + Send>(
    records: &mut Vec<Record>,
    key: impl Fn(&Record) -> K,
) {
    if !records.is_sorted_by_key(&key) {
        let sorted = order(records, key);
        let mut moved = Vec::with_capacity(sorted.len());
        let places = sorted.iter().map(|place| *place as usize);
        moved.extend(places.filter_map(|place| records.get(place)).copied());
        *records = moved;
    }
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
