//! A column of a batch: filled by one owner, and shared without a copy once it is filled.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// A list that can be shared. Whoever changes a shared one gets a copy of its own first.
#[derive(Clone, Debug)]
pub enum Table<T> {
    /// Nobody else has it.
    Own(Vec<T>),
    /// Others may have it as well.
    Shared(Arc<Vec<T>>),
}

impl<T> Table<T> {
    /// The same list once more, without a copy of its items.
    #[must_use]
    pub fn share(&mut self) -> Self {
        let shared = match std::mem::take(self) {
            Self::Own(items) => Arc::new(items),
            Self::Shared(items) => items,
        };
        *self = Self::Shared(Arc::clone(&shared));
        Self::Shared(shared)
    }

    /// The list for whoever only reads it from now on.
    pub fn into_shared(self) -> Arc<Vec<T>> {
        match self {
            Self::Own(items) => Arc::new(items),
            Self::Shared(items) => items,
        }
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self::Own(Vec::new())
    }
}

impl<T> Deref for Table<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        match self {
            Self::Own(items) => items,
            Self::Shared(items) => items,
        }
    }
}

impl<T: Clone> DerefMut for Table<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        match self {
            Self::Own(items) => items,
            Self::Shared(items) => Arc::make_mut(items),
        }
    }
}

impl<'a, T> IntoIterator for &'a Table<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_changes_for_nobody_else() {
        let mut own = Table::Own(vec![1, 2]);
        let shared = own.share();
        assert_eq!(own.as_ptr(), shared.as_ptr());
        own.push(3);
        assert_eq!(
            (own.as_slice(), shared.as_slice()),
            (&[1, 2, 3][..], &[1, 2][..])
        );
        assert_eq!(*shared.into_shared(), [1, 2]);
    }
}
