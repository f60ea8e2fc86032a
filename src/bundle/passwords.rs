//! Candidate passwords for locked archive members.
//!
//! They are wiped when the last artifact that may need them is gone, and nothing prints them:
//! `Debug` shows only how many there are.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

/// Passwords to try, in this order. Cheap to clone; all clones share one list.
#[derive(Clone, Default)]
pub struct Passwords(Arc<[Zeroizing<Vec<u8>>]>);

impl Passwords {
    /// A list of candidates. Archives store no encoding for passwords; they are tried as UTF-8.
    /// Empty ones are left out, because no archive can be locked by one.
    pub fn new(candidates: impl IntoIterator<Item = String>) -> Self {
        let wiped = candidates
            .into_iter()
            .map(|text| Zeroizing::new(text.into_bytes()));
        Self(wiped.filter(|password| !password.is_empty()).collect())
    }

    /// Whether there is nothing to try.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The candidates in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(|password| password.as_slice())
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Passwords({} not shown)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_prints_a_password() {
        let passwords = Passwords::new(["correct horse".to_owned(), String::new()]);
        assert_eq!(format!("{passwords:?}"), "Passwords(1 not shown)");
        assert_eq!(passwords.iter().collect::<Vec<_>>(), [b"correct horse"]);
    }
}
