//! Where events come from: artifacts, origins and payload shapes.

use std::borrow::Borrow;

use super::intern::TextId;

/// An artifact of the bundle, by its place in the bundle's order. Opaque past `bundle`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ArtifactId(pub u32);

/// What a run of events has in common, so that each event stores it as one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The artifact that the events stand in.
    pub artifact: ArtifactId,
    /// Format name, e.g. `evtx`.
    pub format: &'static str,
    /// Provider or program that wrote the events.
    pub provider: TextId,
    /// Channel as printed by its producer; empty where the format has none.
    pub channel: TextId,
    /// Computer name as recorded; empty where the format has none.
    pub computer: TextId,
    /// The stream that the events belong to: an event log's channel, a trace's session.
    pub stream: TextId,
}

/// The field names of a payload, in order; the values stand in the same order in the arena.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Shape {
    /// Field names.
    pub names: Box<[TextId]>,
}

// A shape is its names, so a table of shapes can be asked with names that nobody owns yet.
impl Borrow<[TextId]> for Shape {
    fn borrow(&self) -> &[TextId] {
        &self.names
    }
}
