//! Where the user puts sources on the axis of time: clocks and zones that he knows better than the
//! evidence.

use serde::{Deserialize, Serialize};

use crate::model::SourceLine;

/// What was given, source by source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placement {
    /// Clocks that were given, at most one for a source.
    pub offsets: Vec<Offset>,
    /// Zones that were given, at most one for a file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<LocalZone>,
}

/// The zone of a file whose times name none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalZone {
    /// Path of the artifact through the archives.
    pub artifact: String,
    /// Minutes east of UTC.
    pub minutes: i32,
}

/// The clock of a source. Sources are named by what they are, as their ids depend on what else was
/// read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offset {
    /// Path of the artifact through the archives.
    pub artifact: String,
    /// Name of the stream in it.
    pub stream: String,
    /// Computer that the stream names.
    pub host: String,
    /// To add to its times, in ticks of 100 ns.
    pub ticks: i64,
}

impl Offset {
    /// Whether it is for this source.
    pub fn is_of(&self, source: &SourceLine) -> bool {
        (&*self.artifact, &*self.stream, &*self.host)
            == (&*source.artifact, &*source.name, &*source.host)
    }
}

impl Placement {
    /// Whether nothing was given.
    pub fn is_empty(&self) -> bool {
        self.offsets.is_empty() && self.zones.is_empty()
    }

    /// What was given for a source, in ticks of 100 ns.
    pub(super) fn of(&self, source: &SourceLine) -> Option<i64> {
        let mut offsets = self.offsets.iter();
        let given = offsets.find(|offset| offset.is_of(source));
        given.map(|offset| offset.ticks)
    }

    /// The zone that was given for the file of a source, in minutes east of UTC.
    pub(super) fn zone_of(&self, source: &SourceLine) -> Option<i32> {
        let mut zones = self.zones.iter();
        let given = zones.find(|zone| zone.artifact == source.artifact);
        given.map(|zone| zone.minutes)
    }

    /// The same with this zone for the file of a source; without one, times that name none are none.
    #[must_use]
    pub(super) fn in_zone(&self, source: &SourceLine, minutes: Option<i32>) -> Self {
        let mut placement = self.clone();
        placement
            .zones
            .retain(|zone| zone.artifact != source.artifact);
        placement.zones.extend(minutes.map(|minutes| LocalZone {
            artifact: source.artifact.clone(),
            minutes,
        }));
        placement
    }

    /// The same with this clock for a source; without one, its own stands again.
    #[must_use]
    pub(super) fn with(&self, source: &SourceLine, ticks: Option<i64>) -> Self {
        let mut placement = self.clone();
        placement.offsets.retain(|offset| !offset.is_of(source));
        placement.offsets.extend(ticks.map(|ticks| Offset {
            artifact: source.artifact.clone(),
            stream: source.name.clone(),
            host: source.host.clone(),
            ticks,
        }));
        placement
    }
}
