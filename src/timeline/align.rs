//! Putting sources whose clocks are known to be off onto one axis.
//!
//! A source's offset is added to the time of each of its events, and the events are put in order
//! again; what was recorded stays known as the time less the offset.

use rayon::slice::ParallelSliceMut;

use super::build::Timeline;
use super::sources::SourceId;
use crate::model::{EventId, Record, Stamp, Ticks};

impl Timeline {
    /// The timeline with offsets in 100 ns ticks added to the times of sources, each in the place of
    /// its source; 0 leaves a source as it was recorded. Event ids are those of the new order.
    #[must_use]
    pub fn align(mut self, offsets: &[i64]) -> Self {
        if offsets.iter().all(|offset| *offset == 0) {
            return self;
        }
        let offset_of = |source: SourceId| offsets.get(source.0 as usize).copied().unwrap_or(0);
        let mut dated: Vec<(Record, u32)> = Vec::with_capacity(self.dated);
        for (place, record) in (0_u32..).zip(self.records.iter().take(self.dated)) {
            let offset = offset_of(self.source_of(record.origin));
            let stamp = record.stamp.map(|stamp| Stamp {
                ticks: Ticks(stamp.ticks.0.saturating_add(offset)),
                ..stamp
            });
            dated.push((Record { stamp, ..*record }, place));
        }
        dated.par_sort_by_key(|(record, _)| record.stamp.map_or(i64::MAX, |stamp| stamp.ticks.0));
        let mut place_now = vec![0_u32; dated.len()];
        for (now, (_, before)) in (0_u32..).zip(&dated) {
            if let Some(place) = place_now.get_mut(*before as usize) {
                *place = now;
            }
        }
        for (slot, (record, _)) in self.records.iter_mut().zip(dated) {
            *slot = record;
        }
        // Undated events keep their places, behind the dated ones.
        let now = |before: u32| place_now.get(before as usize).copied().unwrap_or(before);
        for (event, _) in &mut self.sightings {
            *event = now(*event);
        }
        self.sightings.sort_by_key(|(event, _)| *event);
        for (event, _) in &mut self.tokens {
            *event = EventId(now(event.0));
        }
        self.tokens.sort_by_key(|(event, _)| *event);
        for (source, offset) in self.sources.iter_mut().zip(offsets) {
            source.offset = *offset;
        }
        self.count_sources();
        self.find_rows();
        self.noise = self.find_noise();
        self
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalog::Catalog;
    use crate::model::{ArtifactId, Batch, Head, Locator};
    use crate::timeline::EventRef;

    /// Logs as lists of seconds, and the seconds to add to each, give the codes in this order.
    fn check(logs: &[&[i64]], offsets: &[i64], expected: &[u32]) {
        let mut code = 0;
        let batches = (0_u32..).zip(logs).map(|(artifact, seconds)| {
            let mut batch = Batch::new(ArtifactId(artifact), format!("{artifact}.evtx").into());
            let origin = batch.origin("evtx", &format!("P{artifact}"), "", "PC");
            for second in *seconds {
                code += 1;
                let head = Head {
                    stamp: (*second >= 0).then(|| Stamp::utc(Ticks(second * 10_000_000))),
                    ..Head::new(origin, code, Locator::Line(code))
                };
                batch.event(&head, &[]);
            }
            batch
        });
        let catalog = Arc::new(Catalog::embedded().expect("the embedded tables are sound"));
        let timeline = Timeline::build(batches.collect(), catalog);
        let offsets: Vec<i64> = offsets.iter().map(|offset| offset * 10_000_000).collect();
        let timeline = timeline.align(&offsets);
        let codes: Vec<u32> = timeline.events().map(EventRef::code).collect();
        assert_eq!(codes, expected, "{logs:?} {offsets:?}");
        for event in timeline.events() {
            let offset = offsets.get(event.source().0 as usize).copied().unwrap_or(0);
            let recorded = event.ticks().map(|ticks| Ticks(ticks.0 - offset));
            assert_eq!(event.recorded(), recorded.filter(|_| offset != 0));
        }
    }

    #[test]
    fn sources_are_put_onto_one_axis() {
        check(&[&[10, 20], &[15]], &[], &[1, 3, 2]);
        check(&[&[10, 20], &[15]], &[0, 0], &[1, 3, 2]);
        check(&[&[10, 20], &[15]], &[0, 6], &[1, 2, 3]);
        check(&[&[10, 20], &[15]], &[0, -6], &[3, 1, 2]);
        // An undated event stays behind all others.
        check(&[&[10, -1], &[15]], &[9, 0], &[3, 1, 2]);
    }
}
