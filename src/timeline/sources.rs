//! Sources: the streams of events that were read, with what they cover.

use super::build::Timeline;
use crate::model::{Origin, PlaceForm, Ticks};

/// A source, by its place in the order of artifacts and channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

impl std::fmt::Display for SourceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "s{}", u64::from(self.0) + 1)
    }
}

/// Formats whose recordings are often made on another machine than the one that they tell of.
const RECORDINGS: [&str; 2] = ["saz", "har"];

impl Source {
    /// Whether its clock may be another one than that of the device it tells of.
    pub fn has_own_clock(&self) -> bool {
        RECORDINGS.contains(&self.origin.format)
    }

    /// Widens what it covers to these times, the earlier one first.
    pub(super) fn cover(&mut self, [first, last]: [Option<Ticks>; 2]) {
        self.first = [self.first, first].into_iter().flatten().min();
        self.last = [self.last, last].into_iter().flatten().max();
    }
}

/// One stream of events in an artifact.
#[derive(Clone, Debug)]
pub struct Source {
    /// Artifact, format, channel and computer; the provider is that of its first event.
    pub origin: Origin,
    /// Events read from it, undated ones included.
    pub events: usize,
    /// How many of them stand in another source as well.
    pub shared: usize,
    /// Records that were counted and are no events, as nobody asked for them; the first and last time
    /// are theirs too.
    pub passed: usize,
    /// When the session began whose times are counted on from there; setting the clock does not show
    /// in them.
    pub counted_from: Option<Ticks>,
    /// Time of its first event.
    pub first: Option<Ticks>,
    /// Time of its last event.
    pub last: Option<Ticks>,
}

impl Timeline {
    /// Source, number and time as it was recorded of every dated record of a log, in the order of the
    /// timeline.
    pub fn numbered(&self) -> impl Iterator<Item = (SourceId, u64, Ticks)> {
        // Found once for each kind: there are few of these.
        let kinds = self.kinds.items().iter().map(|kind| {
            let is_numbered = kind.place == PlaceForm::Record;
            is_numbered.then(|| self.source_of(kind.origin))
        });
        let sources: Vec<Option<SourceId>> = kinds.collect();
        let corrections = self.corrections.iter().copied();
        let corrections = corrections.chain(std::iter::repeat(0));
        let dated = self.records.iter().take(self.dated).zip(corrections);
        dated.filter_map(move |(record, correction)| {
            let source = (*sources.get(record.kind.index())?)?;
            let recorded = record.ticks().saturating_sub(correction);
            Some((source, record.number(), Ticks(recorded)))
        })
    }
}
