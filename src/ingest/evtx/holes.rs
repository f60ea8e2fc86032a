//! Holes in the numbering of records: records that were there and are not, whatever the reason.

use crate::model::{Batch, BlindspotKind, Numbered, Numbers};

/// Holes that are listed one by one.
const LISTED: usize = 16;

/// Adds the holes between the records of one log, given in the order of its chunks.
pub(super) fn report(batches: &mut [Batch]) {
    let mut previous: Option<&Numbers> = None;
    let mut holes: Vec<(Numbered, Numbered)> = Vec::new();
    for numbers in batches.iter().filter_map(|batch| batch.numbers.as_ref()) {
        holes.extend(previous.and_then(|previous| previous.hole_before(numbers.first)));
        holes.extend(&numbers.holes);
        previous = Some(numbers);
    }
    let Some(batch) = batches.first_mut() else {
        return;
    };
    for (before, behind) in holes.iter().take(LISTED) {
        let (first, last) = (before.id + 1, behind.id - 1);
        let detail = if first == last {
            format!("record {first} is missing between its neighbours")
        } else {
            format!("records {first} to {last} are missing between their neighbours")
        };
        batch.blindspot(BlindspotKind::Missing, detail, Some(behind.offset));
        if let Some(spot) = batch.blindspots.last_mut() {
            spot.from = before.ticks;
            spot.to = behind.ticks;
        }
    }
    if holes.len() > LISTED {
        let records: u64 = holes
            .iter()
            .skip(LISTED)
            .map(|(before, behind)| behind.id - before.id - 1)
            .sum();
        let detail = format!(
            "{} further holes in the record numbers, {records} records",
            holes.len() - LISTED
        );
        batch.blindspot(BlindspotKind::Missing, detail, None);
    }
}
