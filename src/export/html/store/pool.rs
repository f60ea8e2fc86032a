//! Texts that are stored once and named by their number.

use rustc_hash::FxHashMap;
use serde::{Serialize, Serializer};

/// Numbers what it is given, the same for equal things; 0 is the first.
#[derive(Debug)]
pub(super) struct Pool<T> {
    numbers: FxHashMap<T, u32>,
    items: Vec<T>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self {
            numbers: FxHashMap::default(),
            items: Vec::new(),
        }
    }
}

impl<T: Clone + Eq + std::hash::Hash> Pool<T> {
    /// The number of an item.
    pub(super) fn number(&mut self, item: &T) -> u32 {
        if let Some(number) = self.numbers.get(item) {
            return *number;
        }
        let number = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.numbers.insert(item.clone(), number);
        self.items.push(item.clone());
        number
    }

    /// Number of different items so far.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }
}

impl<T: Serialize> Serialize for Pool<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.items)
    }
}
