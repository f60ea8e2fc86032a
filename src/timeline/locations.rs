//! Finding an event again by the record that it stands in, whatever its id is by now.
//!
//! Ids are places in the order of one reading; a record keeps its artifact and its place in it.

use std::hash::{Hash as _, Hasher as _};

use rustc_hash::FxHasher;

use super::build::Timeline;
use super::event::EventRef;
use crate::model::{ArtifactId, EventId, Locator};

/// Every place where an event of one timeline stands, in the order of digests of these places.
#[derive(Debug, Default)]
pub struct Locations(Vec<(u32, EventId)>);

impl Locations {
    /// The places of a timeline: those of its events, and those where they stand also.
    pub fn of(timeline: &Timeline) -> Self {
        let own = timeline
            .events()
            .map(|event| (digest(event.artifact(), event.locator()), event.id()));
        let other = timeline.sightings.iter().map(|(event, sighting)| {
            let origin = timeline.origins.get(sighting.origin.0);
            let artifact = origin.map_or(ArtifactId(u32::MAX), |origin| origin.artifact);
            (digest(artifact, sighting.locator), EventId(*event))
        });
        let mut places: Vec<(u32, EventId)> = own.chain(other).collect();
        places.sort_unstable();
        Self(places)
    }

    /// The event of `timeline`, which these are the places of, that stands at a place of an artifact.
    pub fn find(
        &self,
        timeline: &Timeline,
        artifact: ArtifactId,
        locator: Locator,
    ) -> Option<EventId> {
        let wanted = digest(artifact, locator);
        let first = self.0.partition_point(|(digest, _)| *digest < wanted);
        let alike = self.0.get(first..).unwrap_or_default().iter();
        let mut alike = alike.take_while(|(digest, _)| *digest == wanted);
        let path = timeline.path(artifact);
        let is_meant = |event: EventRef<'_>| {
            let is_own = event.artifact() == artifact && event.locator() == locator;
            let mut also = event.also();
            is_own || also.any(|also| also.path == path && also.locator == locator)
        };
        let found = alike.find(|(_, id)| timeline.event(*id).is_some_and(is_meant));
        found.map(|(_, id)| *id)
    }
}

fn digest(artifact: ArtifactId, locator: Locator) -> u32 {
    let mut hasher = FxHasher::default();
    (artifact, locator).hash(&mut hasher);
    let digest = hasher.finish();
    // Both halves count, as the upper one is mixed better.
    u32::try_from((digest >> 32) ^ (digest & u64::from(u32::MAX))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalog::Catalog;
    use crate::model::{Batch, Head, Stamp, Ticks};

    #[test]
    fn events_are_found_again_by_where_they_stand() {
        let mut batch = Batch::new(ArtifactId(3), "a.evtx".into());
        let origin = batch.origin("evtx", "P", "", "PC");
        for line in 1..=1000 {
            let head = Head {
                stamp: (line % 7 > 0).then(|| Stamp::utc(Ticks(i64::from(5000 - line)))),
                ..Head::new(origin, line, Locator::Line(line))
            };
            batch.event(&head, &[]);
        }
        let catalog = Arc::new(Catalog::embedded().expect("the embedded tables are sound"));
        let timeline = Timeline::build(vec![batch], catalog);
        let locations = Locations::of(&timeline);
        for event in timeline.events() {
            let found = locations.find(&timeline, ArtifactId(3), event.locator());
            assert_eq!(found, Some(event.id()));
        }
        for (artifact, locator) in [
            (3, Locator::Line(0)),
            (4, Locator::Line(1)),
            (3, Locator::Session(1)),
        ] {
            assert_eq!(
                locations.find(&timeline, ArtifactId(artifact), locator),
                None
            );
        }
    }
}
