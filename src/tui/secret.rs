//! A password while it is typed: wiped when it is let go, and never shown.

use std::fmt;

use zeroize::Zeroizing;

use super::action::Edit;

/// Letters that a password may have.
const LONGEST: usize = 1024;

/// A text that nothing prints.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// How many characters were typed.
    pub(super) fn len(&self) -> usize {
        self.0.chars().count()
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text, for whoever unlocks with it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Adds to its end what somebody else typed.
    pub fn type_in(&mut self, text: &str) {
        self.edit(&Edit::Insert(text.to_owned()));
    }

    /// Changes the text at its end; there is no cursor in what cannot be seen.
    pub(super) fn edit(&mut self, edit: &Edit) {
        match edit {
            Edit::Insert(text) => {
                // Growing would leave a copy behind that nothing wipes.
                let mut longer = String::with_capacity(self.0.len() + text.len());
                longer.push_str(&self.0);
                let letters = text.chars().filter(|letter| !letter.is_control());
                longer.extend(letters.take(LONGEST.saturating_sub(self.len())));
                self.0 = Zeroizing::new(longer);
            }
            Edit::Erase => drop(self.0.pop()),
            Edit::EraseWord | Edit::Clear => *self = Self::default(),
            _ => {}
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(not shown)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_shown_nowhere() {
        let mut secret = Secret::default();
        for text in ["correct", " horse\n", "!"] {
            secret.edit(&Edit::Insert(text.to_owned()));
        }
        secret.edit(&Edit::Erase);
        assert_eq!((secret.reveal(), secret.len()), ("correct horse", 13));
        assert_eq!(format!("{secret:?}"), "Secret(not shown)");
        secret.edit(&Edit::Clear);
        assert!(secret.is_empty());
    }
}
