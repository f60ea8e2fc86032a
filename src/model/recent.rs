//! Kinds and shapes of the events before, one of which the next one most likely is of: to compare costs less
//! than to look up.

use super::intern::{KindId, ShapeId, TextId};
use super::record::Kind;

/// How many kinds and shapes are remembered.
const RECENT: usize = 64;

/// Ids of kinds and shapes, by places that these give themselves. Whoever asks compares the whole, so that
/// an id that was never given is only one of another.
#[derive(Clone, Debug)]
pub(super) struct Recent {
    shapes: [ShapeId; RECENT],
    kinds: [KindId; RECENT],
}

impl Default for Recent {
    fn default() -> Self {
        Self {
            shapes: [ShapeId(0); RECENT],
            kinds: [KindId(0); RECENT],
        }
    }
}

impl Recent {
    /// The shape that an event with these names may have; names of one provider's events begin alike, or
    /// end alike.
    pub(super) fn shape(&mut self, names: &[TextId]) -> &mut ShapeId {
        let of = |name: Option<&TextId>| name.map_or(0, |name| name.index());
        let place = of(names.first()) + 7 * of(names.last()) + 31 * names.len();
        &mut self.shapes[place % RECENT]
    }

    /// The kind that may be this one.
    pub(super) fn kind(&mut self, kind: &Kind) -> &mut KindId {
        let place = kind.shape.index() + 7 * kind.code as usize + 31 * kind.origin.index();
        &mut self.kinds[place % RECENT]
    }
}
