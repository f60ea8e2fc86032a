//! Logs whose records follow each other while their times go back.
//!
//! Records of a log are numbered as they are written. Threads that write at once exchange places by
//! milliseconds; what goes back by more was written after the clock had been put back, whether a
//! setting of it is on record or not.

use rustc_hash::FxHashMap;

use crate::model::{Falls, Ticks};
use crate::timeline::{SourceId, Timeline};

/// What is less than this, in ticks of 100 ns, is the order of threads.
const SHORTEST: i64 = 20_000_000;

/// How far the times of each source go back, in the order of the sources; as recorded, not as aligned.
/// Most logs are in order, and nothing of those is kept.
pub(super) fn falls(timeline: &Timeline) -> Vec<Falls> {
    let mut last = vec![0; timeline.sources().len()];
    let mut disordered: FxHashMap<SourceId, Vec<(u64, i64)>> = FxHashMap::default();
    for (source, id, _) in timeline.numbered() {
        let Some(last) = last.get_mut(source.0 as usize) else {
            continue;
        };
        if *last > id {
            disordered.entry(source).or_default();
        }
        *last = id;
    }
    if !disordered.is_empty() {
        for (source, id, Ticks(time)) in timeline.numbered() {
            if let Some(found) = disordered.get_mut(&source) {
                found.push((id, time));
            }
        }
    }
    let of_source = |source| {
        disordered
            .remove(&SourceId(source))
            .map_or_else(Falls::default, counted)
    };
    (0..).take(last.len()).map(of_source).collect()
}

/// How often time goes back from a record to the next, and how far at most.
fn counted(mut records: Vec<(u64, i64)>) -> Falls {
    // Stably, as that makes use of the long stretches that are in order.
    records.sort_by_key(|record| *record);
    let mut falls = Falls::default();
    for pair in records.windows(2) {
        let [(_, before), (_, after)] = pair else {
            continue;
        };
        let fall = before.saturating_sub(*after);
        if fall >= SHORTEST {
            falls.count += 1;
            falls.largest = falls.largest.max(fall);
        }
    }
    falls
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_goes_back_by_seconds_counts() {
        let check = |records: &[(u64, i64)], count: usize, largest: i64| {
            let found = counted(records.to_vec());
            assert_eq!(found, Falls { count, largest }, "{records:?}");
        };
        let second = 10_000_000;
        check(&[], 0, 0);
        check(&[(1, 0), (2, second), (3, 2 * second)], 0, 0);
        check(&[(1, second), (2, 0)], 0, 0);
        check(&[(2, 0), (1, 5 * second)], 1, 5 * second);
        check(
            &[(1, 9 * second), (2, 0), (3, 9 * second), (4, 3 * second)],
            2,
            9 * second,
        );
    }
}
