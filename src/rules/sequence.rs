//! Ordered chains of events, in one pass and with a bounded memory.
//!
//! For each step only the latest chain that reaches it is kept. An event that comes before the step
//! it should follow waits for it, as long as their times leave the order open: equal stamps, and clocks
//! whose uncertainties together are greater than the distance.

use std::collections::VecDeque;

use super::hits::Hit;
use crate::model::TICKS_PER_SECOND;

/// Events of one step that wait for the step before.
const WAITING: usize = 8;

/// The chains of one key.
pub(super) struct Chains<'d> {
    within: Option<f64>,
    doubt: &'d dyn Fn(&Hit, &Hit) -> i64,
    /// The latest chain that reaches each step.
    ready: Vec<Option<Vec<Hit>>>,
    waiting: Vec<VecDeque<Hit>>,
}

impl<'d> Chains<'d> {
    pub(super) fn new(
        steps: usize,
        within: Option<f64>,
        doubt: &'d dyn Fn(&Hit, &Hit) -> i64,
    ) -> Self {
        Self {
            within,
            doubt,
            ready: vec![None; steps],
            waiting: vec![VecDeque::new(); steps],
        }
    }

    /// Takes the next event in the order of the timeline, with the steps that it can be; gives the
    /// chain that it completes.
    pub(super) fn feed(&mut self, steps: &[usize], hit: Hit) -> Option<Vec<Hit>> {
        let mut completed = None;
        // From the last step on, so that one event does not take two steps at once.
        for step in steps.iter().rev() {
            completed = self.extend(*step, hit).or(completed);
        }
        for step in steps.iter().filter(|step| **step > 0) {
            if let Some(waiting) = self.waiting.get_mut(*step) {
                if waiting.len() == WAITING {
                    waiting.pop_front();
                }
                waiting.push_back(hit);
            }
        }
        completed
    }

    fn extend(&mut self, step: usize, hit: Hit) -> Option<Vec<Hit>> {
        let mut chain = match step.checked_sub(1) {
            None => Vec::new(),
            Some(before) => self.ready.get(before)?.clone()?,
        };
        let taken = chain.iter().any(|known| known.event == hit.event);
        if taken || !self.is_in_time(&chain, &hit) {
            return None;
        }
        chain.push(hit);
        let slot = self.ready.get_mut(step)?;
        *slot = Some(chain.clone());
        if step + 1 == self.ready.len() {
            return Some(chain);
        }
        let late: Vec<Hit> = self
            .waiting
            .get(step + 1)
            .into_iter()
            .flatten()
            .filter(|waiting| self.can_follow(&hit, waiting))
            .copied()
            .collect();
        let mut completed = None;
        for waiting in late {
            completed = self.extend(step + 1, waiting).or(completed);
        }
        completed
    }

    /// Whether `next`, which stands before `hit`, may have happened after it.
    fn can_follow(&self, hit: &Hit, next: &Hit) -> bool {
        let (Some(hit_time), Some(next_time)) = (hit.time, next.time) else {
            return false;
        };
        next_time.0.saturating_add((self.doubt)(hit, next)) >= hit_time.0
    }

    fn is_in_time(&self, chain: &[Hit], hit: &Hit) -> bool {
        let (Some(within), Some(first)) = (self.within, chain.first()) else {
            return true;
        };
        let doubt = (self.doubt)(first, hit) as f64 / TICKS_PER_SECOND as f64;
        match (first.time, hit.time) {
            (Some(first), Some(time)) => time.seconds_since(first) <= within + doubt,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EventId, Ticks};
    use crate::timeline::SourceId;

    /// Events as `step@seconds` in the order of the timeline; the last completed chain by event.
    fn check(events: &[(usize, f64)], doubt_seconds: f64, within: Option<f64>, expected: &[u32]) {
        let doubt = |_: &Hit, _: &Hit| Ticks(0).plus_seconds(doubt_seconds).0;
        let mut chains = Chains::new(3, within, &doubt);
        let mut found = None;
        for (index, (step, seconds)) in (0_u32..).zip(events) {
            let hit = Hit {
                event: EventId(index),
                time: Some(Ticks(0).plus_seconds(*seconds)),
                device: None,
                source: SourceId(0),
            };
            found = chains.feed(&[*step], hit).or(found);
        }
        let found = found.unwrap_or_default();
        let found: Vec<u32> = found.iter().map(|hit| hit.event.0).collect();
        assert_eq!(found, expected, "{events:?}");
    }

    #[test]
    fn chains_are_found_whatever_the_order_of_equal_stamps() {
        check(&[(0, 1.0), (1, 2.0), (2, 3.0)], 0.0, None, &[0, 1, 2]);
        check(&[(1, 1.0), (0, 2.0), (2, 3.0)], 0.0, None, &[]);
        check(&[(2, 1.0), (1, 1.0), (0, 1.0)], 0.0, None, &[2, 1, 0]);
        check(&[(1, 1.0), (0, 1.0), (2, 3.0)], 0.0, None, &[1, 0, 2]);
        // The latest chain is kept.
        check(
            &[(0, 1.0), (0, 2.0), (1, 3.0), (2, 4.0)],
            0.0,
            None,
            &[1, 2, 3],
        );
        check(&[(0, 1.0), (1, 2.0), (2, 9.0)], 0.0, Some(5.0), &[]);
        // Clocks that leave the order open.
        check(&[(1, 1.0), (0, 2.0), (2, 3.0)], 1.0, None, &[1, 0, 2]);
        check(&[(1, 1.0), (0, 2.1), (2, 3.0)], 1.0, None, &[]);
    }
}
