//! Logs whose records follow each other while their times go back.
//!
//! Records of a log are numbered as they are written. Threads that write at once exchange places by
//! milliseconds; what goes back by more was written after the clock had been put back, whether a
//! setting of it is on record or not.

use crate::model::{Falls, Locator};
use crate::timeline::Timeline;

/// What is less than this, in ticks of 100 ns, is the order of threads.
const SHORTEST: i64 = 20_000_000;

/// How far the times of each source go back, in the order of the sources; as recorded, not as aligned.
pub(super) fn falls(timeline: &Timeline) -> Vec<Falls> {
    let mut records: Vec<Vec<(u64, i64)>> = vec![Vec::new(); timeline.sources().len()];
    let mut is_disordered = vec![false; records.len()];
    for event in timeline.events().take(timeline.dated()) {
        let (Locator::Record { id, .. }, Some(time)) = (event.locator(), event.ticks()) else {
            continue;
        };
        let place = event.source().0 as usize;
        let (Some(records), Some(disordered)) =
            (records.get_mut(place), is_disordered.get_mut(place))
        else {
            continue;
        };
        *disordered |= records.last().is_some_and(|(last, _)| *last > id);
        records.push((id, time.0.saturating_sub(event.correction())));
    }
    let told = records.into_iter().zip(is_disordered);
    told.map(|(records, disordered)| {
        if disordered {
            counted(records)
        } else {
            Falls::default()
        }
    })
    .collect()
}

/// How often time goes back from a record to the next, and how far at most.
fn counted(mut records: Vec<(u64, i64)>) -> Falls {
    records.sort_unstable();
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
