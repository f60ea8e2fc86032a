//! Holes in the numbering of records: records that were there and are not, whatever the reason.

use crate::model::{Batch, BlindspotKind, Locator, Stamp};

/// Holes that are listed one by one.
const LISTED: usize = 16;

/// Adds the holes between the records of one log, given in the order of its chunks.
pub(super) fn report(batches: &mut [Batch]) {
    let mut previous: Option<(u64, Option<Stamp>)> = None;
    let mut holes = Vec::new();
    for (record, kind) in batches.iter().flat_map(Batch::events) {
        let (Locator::Record { id, offset }, stamp) = (record.locator(kind), record.stamp(kind))
        else {
            continue;
        };
        if let Some((last, before)) = previous
            && id > last.saturating_add(1)
        {
            holes.push((last + 1, id - 1, offset, before, stamp));
        }
        previous = Some((id, stamp));
    }
    let Some(batch) = batches.first_mut() else {
        return;
    };
    for (first, last, offset, from, to) in holes.iter().take(LISTED) {
        let detail = if first == last {
            format!("record {first} is missing between its neighbours")
        } else {
            format!("records {first} to {last} are missing between their neighbours")
        };
        batch.blindspot(BlindspotKind::Missing, detail, Some(*offset));
        if let Some(spot) = batch.blindspots.last_mut() {
            spot.from = from.map(|stamp| stamp.ticks);
            spot.to = to.map(|stamp| stamp.ticks);
        }
    }
    if holes.len() > LISTED {
        let records: u64 = holes
            .iter()
            .skip(LISTED)
            .map(|(first, last, ..)| last - first + 1)
            .sum();
        let detail = format!(
            "{} further holes in the record numbers, {records} records",
            holes.len() - LISTED
        );
        batch.blindspot(BlindspotKind::Missing, detail, None);
    }
}
