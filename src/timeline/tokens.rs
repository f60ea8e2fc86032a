//! Tokens on their way from the records that they stood in to the events that these become.
//!
//! Until the order is made a record is known by where its payload stands: that stays the same when
//! records are sorted, and a record that is collapsed into another leaves it with its sighting.

use rustc_hash::FxHashMap;

use super::collapse::Sighting;
use crate::model::{EventId, Record, SeenToken};

/// Where the payload of a record stands: arena, start and length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct PayloadPlace(u32, u32, u32);

impl PayloadPlace {
    pub(super) fn of(record: &Record) -> Self {
        Self(record.arena, record.start, record.length)
    }
}

/// Tokens by the payload that they stood in.
#[derive(Debug, Default)]
pub(super) struct Tokens(FxHashMap<PayloadPlace, Vec<SeenToken>>);

impl Tokens {
    /// Adds a token that stood in a record. Empty payloads share their place, and hold none.
    pub(super) fn add(&mut self, record: &Record, token: SeenToken) {
        if record.length > 0 {
            let place = PayloadPlace::of(record);
            self.0.entry(place).or_default().push(token);
        }
    }

    /// The tokens by event, in the order of the timeline; each once for an event, however many of
    /// its sightings show it.
    pub(super) fn placed(
        mut self,
        records: &[Record],
        sightings: &[(u32, Sighting)],
    ) -> Vec<(EventId, SeenToken)> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let own = (0..).zip(records.iter().map(PayloadPlace::of));
        let other = sightings
            .iter()
            .map(|(event, sighting)| (*event, sighting.payload));
        let mut placed: Vec<(EventId, SeenToken)> = Vec::new();
        for (event, place) in own.chain(other) {
            let tokens = self.0.remove(&place).unwrap_or_default();
            placed.extend(tokens.into_iter().map(|token| (EventId(event), token)));
        }
        // The order in which tokens stand in their event is kept.
        placed.sort_by_key(|(event, _)| *event);
        let mut known = rustc_hash::FxHashSet::default();
        placed.retain(|(event, token)| known.insert((*event, token.digest.clone())));
        placed
    }
}
