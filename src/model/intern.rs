//! Interned names: providers, channels, hosts, field names, GUIDs.
//!
//! Ids are local to the table that gave them; the timeline maps those of each
//! batch onto its own when batches are merged.

use std::borrow::Borrow;
use std::hash::Hash;
use std::sync::Arc;

use rustc_hash::FxHashMap;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);

        impl $name {
            /// The id as an index into its table.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// An interned text; id 0 is the empty text.
    TextId,
    /// An interned GUID; id 0 is the all-zero GUID, which stands for "none".
    GuidId,
    /// An interned [`Shape`](super::Shape).
    ShapeId,
    /// An interned [`Origin`](super::Origin).
    OriginId,
    /// An interned [`Kind`](super::Kind).
    KindId
}

/// A table that stores each distinct value once.
#[derive(Clone, Debug)]
pub struct Interner<T> {
    ids: FxHashMap<T, u32>,
    items: Vec<T>,
}

impl<T> Default for Interner<T> {
    fn default() -> Self {
        Self {
            ids: FxHashMap::default(),
            items: Vec::new(),
        }
    }
}

impl<T: Eq + Hash + Clone> Interner<T> {
    /// Makes room for so many more values.
    pub fn reserve(&mut self, more: usize) {
        self.ids.reserve(more);
        self.items.reserve(more);
    }

    /// Gives back the memory that only a table needs that grows; values and ids stay.
    pub fn seal(&mut self) {
        self.ids = FxHashMap::default();
        self.items.shrink_to_fit();
    }

    /// The id of `item`, which is stored if it is new.
    pub fn id(&mut self, item: T) -> u32 {
        if self.ids.is_empty() && !self.items.is_empty() {
            self.ids = self.items.iter().cloned().zip(0..).collect();
        }
        if let Some(&id) = self.ids.get(&item) {
            return id;
        }
        let id = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.ids.insert(item.clone(), id);
        self.items.push(item);
        id
    }

    /// The id of what equals `item`, if it is known; a sealed table knows nothing until it grows again.
    pub fn known<Q: Eq + Hash + ?Sized>(&self, item: &Q) -> Option<u32>
    where
        T: Borrow<Q>,
    {
        self.ids.get(item).copied()
    }

    /// The value with this id, if there is one.
    pub fn get(&self, id: u32) -> Option<&T> {
        self.items.get(id as usize)
    }

    /// All values, in the order of their ids.
    pub fn items(&self) -> &[T] {
        &self.items
    }
}

impl Interner<Arc<str>> {
    /// The id of `text`; a new text is copied once.
    pub fn text(&mut self, text: &str) -> TextId {
        if let Some(&id) = self.ids.get(text) {
            return TextId(id);
        }
        TextId(self.id(Arc::from(text)))
    }

    /// The same of a text that somebody has already; a new one is not copied.
    pub fn shared(&mut self, text: &Arc<str>) -> TextId {
        if let Some(&id) = self.ids.get(text) {
            return TextId(id);
        }
        TextId(self.id(Arc::clone(text)))
    }

    /// The id of `text` if it is already known; none of a sealed table.
    pub fn find(&self, text: &str) -> Option<TextId> {
        self.ids.get(text).map(|&id| TextId(id))
    }

    /// The text with this id; empty for an id that this table did not give.
    pub fn str(&self, id: TextId) -> &str {
        self.get(id.0).map_or("", |text| text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_table_keeps_its_ids_and_grows_again() {
        let mut table = Interner::<Arc<str>>::default();
        let check = |table: &mut Interner<Arc<str>>, text: &str, expected: u32| {
            assert_eq!(table.text(text), TextId(expected), "{text}");
        };
        for (text, id) in [("", 0), ("a", 1), ("b", 2), ("a", 1)] {
            check(&mut table, text, id);
        }
        table.seal();
        assert_eq!((table.str(TextId(2)), table.find("b")), ("b", None));
        for (text, id) in [("b", 2), ("c", 3), ("a", 1)] {
            check(&mut table, text, id);
        }
        assert_eq!(table.find("b"), Some(TextId(2)));
    }
}
