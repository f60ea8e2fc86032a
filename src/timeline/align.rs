//! Putting events whose clocks are known to be off onto one axis.
//!
//! What a clock was off by is added to the times of its events, and the events are put in order
//! again. A clock that was set between two events is off by another amount before than after, so the
//! amount is one of the event; what was recorded stays known as the time less the amount.

use super::build::Timeline;
use super::by_kind::ByKind;
use super::order::{arrange, order};
use crate::model::{EventId, Record, Ticks};

impl Timeline {
    /// Whether any time of each source is corrected, in their order.
    pub fn corrected(&self) -> Vec<bool> {
        let mut corrected = vec![false; self.sources.len()];
        for (record, amount) in self.records.iter().zip(&self.corrections) {
            if *amount != 0
                && let Some(kind) = self.kind_of(record)
                && let Some(known) = corrected.get_mut(self.source_of(kind.origin).0 as usize)
            {
                *known = true;
            }
        }
        corrected
    }

    /// Whether any time is corrected.
    pub fn is_corrected(&self) -> bool {
        self.corrections.iter().any(|amount| *amount != 0)
    }

    /// The timeline with an amount in 100 ns ticks added to the time of each dated event, in their
    /// order; 0 leaves an event as it stands, and so does an amount that leads out of the range of
    /// times. Event ids are those of the new order. Amounts of one call after another add up.
    #[must_use]
    pub fn align(self, amounts: &[i64]) -> Self {
        self.moved(amounts, Record::ticks)
    }

    /// The timeline with every time as it was recorded, in the order that [`Timeline::build`] gave it.
    #[must_use]
    pub fn as_recorded(&self) -> Self {
        let amounts = self.corrections.iter();
        let amounts: Vec<i64> = amounts.map(|amount| amount.saturating_neg()).collect();
        // Equal times stood in the order of batches and of places in them.
        let order = |record: &Record| (record.ticks(), record.arena, record.start);
        self.clone().moved(&amounts, order)
    }

    fn moved<K: Ord + Copy + Send>(mut self, amounts: &[i64], key: fn(&Record) -> K) -> Self {
        if amounts.iter().all(|amount| *amount == 0) {
            return self;
        }
        self.corrections.resize(self.dated, 0);
        let dated = self.records.iter_mut().take(self.dated);
        for ((record, correction), amount) in dated.zip(&mut self.corrections).zip(amounts) {
            let moved = record.ticks().checked_add(*amount);
            if let (Some(ticks), Some(sum)) = (moved, correction.checked_add(*amount)) {
                *record = record.at(Ticks(ticks));
                *correction = sum;
            }
        }
        let dated = self.records.get(..self.dated).unwrap_or_default();
        let sorted = order(dated, key);
        let mut place_now = vec![0_u32; sorted.len()];
        for (now, before) in (0_u32..).zip(&sorted) {
            if let Some(place) = place_now.get_mut(*before as usize) {
                *place = now;
            }
        }
        let corrections = sorted.iter().map(|place| self.corrections[*place as usize]);
        self.corrections = corrections.collect();
        // Undated events keep their places, behind the dated ones.
        let dated = self.records.get_mut(..self.dated).unwrap_or_default();
        arrange(dated, sorted);
        let now = |before: u32| place_now.get(before as usize).copied().unwrap_or(before);
        for (event, _) in &mut self.sightings {
            *event = now(*event);
        }
        self.sightings.sort_by_key(|(event, _)| *event);
        for (event, _) in &mut self.tokens {
            *event = EventId(now(event.0));
        }
        self.tokens.sort_by_key(|(event, _)| *event);
        // No query for noise asks when something happened.
        for event in &mut self.noise {
            *event = now(*event);
        }
        self.noise.sort_unstable();
        self.by_kind = ByKind::of(&self.records, self.kinds.items().len());
        self.count_sources();
        self
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalog::Catalog;
    use crate::model::{ArtifactId, Batch, Head, Locator, Stamp};
    use crate::timeline::EventRef;

    /// Logs as lists of ticks; events have the codes 1, 2, 3 and so on.
    fn timeline(logs: &[&[i64]]) -> Timeline {
        let mut code = 0;
        let batches = (0_u32..).zip(logs).map(|(artifact, times)| {
            let mut batch = Batch::new(ArtifactId(artifact), format!("{artifact}.evtx").into());
            let origin = batch.origin("evtx", &format!("P{artifact}"), "", "PC");
            for time in *times {
                code += 1;
                let head = Head {
                    stamp: (*time >= 0).then(|| Stamp::utc(Ticks(*time))),
                    ..Head::new(origin, code, Locator::Line(code))
                };
                batch.event(&head, &[]);
            }
            batch
        });
        let catalog = Arc::new(Catalog::embedded().expect("the embedded tables are sound"));
        Timeline::build(batches.collect(), catalog)
    }

    /// Logs, and what to add to each event by its code, in one call after another, give the codes in
    /// this order; what was recorded stays known to the tick.
    fn check(logs: &[&[i64]], calls: &[&[i64]], expected: &[u32]) {
        let mut timeline = timeline(logs);
        for amounts in calls {
            let of_code = |event: EventRef<'_>| {
                let place = event.code() as usize - 1;
                amounts.get(place).copied().unwrap_or(0)
            };
            let amounts: Vec<i64> = timeline.events().map(of_code).collect();
            timeline = timeline.align(&amounts);
        }
        let codes =
            |timeline: &Timeline| -> Vec<u32> { timeline.events().map(EventRef::code).collect() };
        assert_eq!(codes(&timeline), expected, "{logs:?} {calls:?}");
        let before = super::tests::timeline(logs);
        assert_eq!(
            codes(&timeline.as_recorded()),
            codes(&before),
            "{logs:?} {calls:?}"
        );
        let raw: Vec<i64> = logs.concat();
        for event in timeline.events() {
            let recorded = event.recorded().or(event.ticks());
            let raw = raw.get(event.code() as usize - 1).copied();
            assert_eq!(
                recorded.map(|ticks| ticks.0),
                raw.filter(|raw| *raw >= 0),
                "{calls:?}"
            );
        }
    }

    #[test]
    fn events_are_put_onto_one_axis() {
        check(&[&[10, 20], &[15]], &[], &[1, 3, 2]);
        check(&[&[10, 20], &[15]], &[&[0, 0, 0]], &[1, 3, 2]);
        check(&[&[10, 20], &[15]], &[&[0, 0, 6]], &[1, 2, 3]);
        check(&[&[10, 20], &[15]], &[&[0, 0, -6]], &[3, 1, 2]);
        // A clock that was set between the events of one log.
        check(&[&[10, 20], &[15]], &[&[7, 0, 0]], &[3, 1, 2]);
        // Amounts add up, and can be taken back.
        check(&[&[10, 20], &[15]], &[&[7, 0, 0], &[4, 0, 0]], &[3, 2, 1]);
        check(&[&[10, 20], &[15]], &[&[7], &[-7]], &[1, 3, 2]);
        // An undated event stays behind all others.
        check(&[&[10, -1], &[15]], &[&[9, 0, 0]], &[3, 1, 2]);
        // Equal times keep the order of logs.
        check(&[&[10, 20], &[10]], &[&[0, 0, -1]], &[3, 1, 2]);
        // There are no times out there.
        check(&[&[i64::MAX - 3], &[15]], &[&[4]], &[2, 1]);
    }
}
