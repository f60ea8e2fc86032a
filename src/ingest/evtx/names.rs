//! What is known of field names from one batch to the next.

use std::sync::Arc;

use joinscope_evtx::NameId;

use super::super::secrets::is_secret_field;
use crate::model::TextId;

/// A field name.
pub(super) struct Known {
    /// The batch that `id` is of.
    batch: u64,
    pub(super) id: TextId,
    /// The name without secrets.
    shown: Arc<str>,
    /// Whether its values are secret by name.
    pub(super) secret: bool,
}

/// All logs of a device have some thousand names.
const MOST_NAMES: usize = 1 << 14;
/// What is known of each name that a reader gives, by its number.
#[derive(Default)]
pub(super) struct Names {
    known: Vec<Option<Known>>,
    /// Batches begun.
    batch: u64,
}

impl Names {
    /// Whether there are more names than logs have in life, so that it is time to begin anew, together with
    /// the reader that numbers them.
    pub(super) fn are_too_many(&self) -> bool {
        self.known.len() > MOST_NAMES
    }

    /// Another batch begins, which gives names other ids.
    pub(super) fn begin(&mut self) {
        self.batch += 1;
    }

    /// What is known of a name; where it is new, `scrub` says how it is shown, and where the batch has not
    /// met it yet, `intern` gives the id of that.
    #[inline]
    pub(super) fn know(
        &mut self,
        name: NameId,
        text: &str,
        scrub: impl FnOnce(&str) -> Arc<str>,
        intern: impl FnOnce(&Arc<str>) -> TextId,
    ) -> Option<&Known> {
        let index = name.0 as usize;
        let known = self.known.get(index).and_then(Option::as_ref);
        if known.is_none_or(|known| known.batch != self.batch) {
            self.meet(index, text, scrub, intern);
        }
        self.known.get(index)?.as_ref()
    }

    /// Takes down a name that the batch has not met yet.
    #[cold]
    fn meet(
        &mut self,
        index: usize,
        text: &str,
        scrub: impl FnOnce(&str) -> Arc<str>,
        intern: impl FnOnce(&Arc<str>) -> TextId,
    ) {
        if index >= self.known.len() {
            self.known.resize_with(index + 1, || None);
        }
        let Some(slot) = self.known.get_mut(index) else {
            return;
        };
        let known = slot.get_or_insert_with(|| Known {
            batch: 0,
            id: TextId(0),
            shown: scrub(text),
            secret: is_secret_field(text),
        });
        (known.batch, known.id) = (self.batch, intern(&known.shown));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_from_batch_to_batch_and_names_have_a_bound() {
        let mut names = Names::default();
        names.begin();
        let interned = |names: &mut Names, text: &str, id: u32| {
            let known = names.know(NameId(0), text, |text| text.into(), |_| TextId(id));
            known.map(|known| (known.id, known.secret))
        };
        assert_eq!(interned(&mut names, "State", 7), Some((TextId(7), false)));
        assert_eq!(interned(&mut names, "State", 8), Some((TextId(7), false)));
        // Another batch has other ids.
        names.begin();
        assert_eq!(interned(&mut names, "State", 9), Some((TextId(9), false)));
        assert!(!names.are_too_many());
        let last = u32::try_from(MOST_NAMES).expect("it is some thousand");
        names.know(NameId(last), "Late", |text| text.into(), |_| TextId(1));
        assert!(names.are_too_many());
    }
}
