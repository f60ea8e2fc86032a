//! A map by offsets in a chunk, and in front of it what was met last: to compare costs less than to look
//! up.

use std::hash::Hash;

use rustc_hash::FxHashMap;

/// Places of what was met last.
const PLACES: usize = 64;

/// What is known of things that stand at offsets of a chunk.
pub(crate) struct Recent<K, V> {
    all: FxHashMap<K, V>,
    last: Vec<Option<(K, V)>>,
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self {
            all: FxHashMap::default(),
            last: std::iter::repeat_with(|| None).take(PLACES).collect(),
        }
    }
}

impl<K: Copy + Eq + Hash, V: Clone> Recent<K, V> {
    /// Forgets all, for the next chunk.
    pub(crate) fn clear(&mut self) {
        // Many chunks have none of some of them.
        if !self.all.is_empty() {
            self.all.clear();
            self.last.fill(None);
        }
    }

    /// What is known of a key, of which this is an offset.
    #[inline]
    pub(crate) fn get(&mut self, key: K, offset: usize) -> Option<&V> {
        // Names and definitions stand some bytes apart.
        let place = self.last.get_mut((offset >> 2) % PLACES)?;
        if place.as_ref().is_none_or(|(known, _)| *known != key) {
            *place = Some((key, self.all.get(&key)?.clone()));
        }
        place.as_ref().map(|(_, value)| value)
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        self.all.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_map_is_found_whatever_was_met_last() {
        let mut recent = Recent::default();
        for offset in 0..1000_usize {
            recent.insert((offset, true), offset);
        }
        // Offsets that have one place, in turn.
        let offsets = (0..1000).chain((0..1000).rev()).chain([8, 264, 8, 9]);
        for offset in offsets {
            assert_eq!(recent.get((offset, true), offset), Some(&offset));
            assert_eq!(recent.get((offset, false), offset), None);
            assert_eq!(recent.get((offset, true), offset), Some(&offset));
        }
        recent.clear();
        assert_eq!(recent.get((8, true), 8), None);
    }
}
