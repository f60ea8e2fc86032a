//! What is known of field names from one batch to the next: their last texts repeat.

use joinscope_evtx::NameId;

use super::super::secrets::is_secret_field;
use crate::model::TextId;

/// A field name, and some of its last texts.
pub(super) struct Known {
    /// The batch that `id` is of.
    batch: u64,
    pub(super) id: TextId,
    /// The name without secrets.
    shown: Box<str>,
    /// Whether its values are secret by name.
    pub(super) secret: bool,
    texts: [Remembered; REMEMBERED],
}

/// A text that a field had.
#[derive(Default)]
struct Remembered {
    /// As it stood in the record.
    raw: Vec<u8>,
    /// The same, decoded, scrubbed and encoded.
    encoded: Vec<u8>,
}

/// Texts of one field that are remembered, each in the place that its letters give it.
const REMEMBERED: usize = 8;
/// All logs of a device have some thousand names.
const MOST_NAMES: usize = 1 << 14;
/// Longer texts are not remembered: they seldom repeat and cost a copy.
const LONGEST: usize = 256;

impl Remembered {
    fn place(raw: &[u8]) -> usize {
        let byte = |at: usize| raw.get(at).copied().map_or(0, usize::from);
        (raw.len() / 2 + byte(raw.len() / 4 * 2) + byte(raw.len().saturating_sub(2))) % REMEMBERED
    }
}

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
    pub(super) fn know(
        &mut self,
        name: NameId,
        text: &str,
        scrub: impl FnOnce(&str) -> Box<str>,
        intern: impl FnOnce(&str) -> TextId,
    ) -> Option<&Known> {
        let index = name.0 as usize;
        if index >= self.known.len() {
            self.known.resize_with(index + 1, || None);
        }
        let slot = self.known.get_mut(index)?;
        let known = slot.get_or_insert_with(|| Known {
            batch: 0,
            id: TextId(0),
            shown: scrub(text),
            secret: is_secret_field(text),
            texts: <[Remembered; REMEMBERED]>::default(),
        });
        if known.batch != self.batch {
            (known.batch, known.id) = (self.batch, intern(&known.shown));
        }
        Some(known)
    }

    /// A text that the field had before, as it was encoded.
    pub(super) fn remembered(&self, name: NameId, raw: &[u8]) -> Option<&[u8]> {
        let known = self.known.get(name.0 as usize)?.as_ref()?;
        let text = known.texts.get(Remembered::place(raw))?;
        (text.raw == raw && !raw.is_empty()).then_some(&text.encoded)
    }

    /// Remembers a text in the place of another one.
    pub(super) fn remember(&mut self, name: NameId, raw: &[u8], encoded: &[u8]) {
        let known = self.known.get_mut(name.0 as usize).and_then(Option::as_mut);
        let text = known.and_then(|known| known.texts.get_mut(Remembered::place(raw)));
        if let Some(text) = text.filter(|_| raw.len() <= LONGEST) {
            raw.clone_into(&mut text.raw);
            encoded.clone_into(&mut text.encoded);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_as_they_were_encoded_and_names_have_a_bound() {
        let mut names = Names::default();
        names.begin();
        let interned = |names: &mut Names, text: &str, id: u32| {
            let known = names.know(NameId(0), text, |text| text.into(), |_| TextId(id));
            known.map(|known| (known.id, known.secret))
        };
        assert_eq!(interned(&mut names, "State", 7), Some((TextId(7), false)));
        assert_eq!(interned(&mut names, "State", 8), Some((TextId(7), false)));
        names.remember(NameId(0), b"o\0n\0", b"on");
        names.remember(NameId(0), &[b'x'; 300], b"x");
        // Another batch has other ids, and the same texts.
        names.begin();
        assert_eq!(interned(&mut names, "State", 9), Some((TextId(9), false)));
        let check = |names: &Names, raw: &[u8], expected: Option<&[u8]>| {
            assert_eq!(names.remembered(NameId(0), raw), expected, "{raw:?}");
        };
        check(&names, b"o\0n\0", Some(b"on"));
        check(&names, b"n\0o\0", None);
        check(&names, &[b'x'; 300], None);
        check(&names, b"", None);
        assert!(!names.are_too_many());
        let last = u32::try_from(MOST_NAMES).expect("it is some thousand");
        names.know(NameId(last), "Late", |text| text.into(), |_| TextId(1));
        assert!(names.are_too_many());
    }
}
