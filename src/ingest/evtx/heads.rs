//! What is known of texts of System fields: a log has few providers, channels, computers and users, and
//! its records name them over and over.

use std::sync::Arc;

use crate::model::TextId;

/// Places by field and hash.
const PLACES: usize = 1 << 8;
/// The same of one field, of four.
const PLACES_OF_FIELD: usize = PLACES / 4;
/// Longer texts are not remembered, so that what is remembered has a bound.
const LONGEST: usize = 512;

/// How a text stands in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Utf16,
    Utf8,
    /// The binary form of a SID.
    Sid,
}

/// A text as it stands in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Raw<'r> {
    pub(super) form: Form,
    pub(super) bytes: &'r [u8],
}

/// A text that is remembered.
struct Known {
    form: Form,
    bytes: Box<[u8]>,
    /// The text without secrets.
    shown: Arc<str>,
    /// The batch that `id` is of.
    batch: u64,
    id: TextId,
}

/// The texts of System fields that were met a short while ago.
pub(super) struct Heads {
    known: Vec<Option<Known>>,
    /// Batches begun.
    batch: u64,
}

impl Default for Heads {
    fn default() -> Self {
        Self {
            known: std::iter::repeat_with(|| None).take(PLACES).collect(),
            batch: 0,
        }
    }
}

impl Heads {
    /// Another batch begins, which gives texts other ids.
    pub(super) fn begin(&mut self) {
        self.batch += 1;
    }

    /// The id of a text of this field that is remembered; `intern` gives it where the batch has not met it
    /// yet.
    #[inline]
    pub(super) fn find(
        &mut self,
        field: usize,
        raw: Raw<'_>,
        intern: impl FnOnce(&Arc<str>) -> TextId,
    ) -> Option<TextId> {
        let known = self.known.get_mut(place_of(field, raw.bytes))?.as_mut()?;
        if known.form != raw.form || *known.bytes != *raw.bytes {
            return None;
        }
        if known.batch != self.batch {
            (known.batch, known.id) = (self.batch, intern(&known.shown));
        }
        Some(known.id)
    }

    /// Remembers a text of this field, which holds no token, by its id in the batch.
    pub(super) fn keep(&mut self, field: usize, raw: Raw<'_>, shown: Arc<str>, id: TextId) {
        if raw.bytes.len() > LONGEST {
            return;
        }
        if let Some(known) = self.known.get_mut(place_of(field, raw.bytes)) {
            *known = Some(Known {
                form: raw.form,
                bytes: raw.bytes.into(),
                shown,
                batch: self.batch,
                id,
            });
        }
    }
}

/// Names of one log differ in their length, or in their last letters.
#[inline]
fn place_of(field: usize, bytes: &[u8]) -> usize {
    let last = bytes
        .last_chunk()
        .map_or(0, |last| u64::from_le_bytes(*last));
    let mixed = (last ^ bytes.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    // The upper bits are the mixed ones.
    field * PLACES_OF_FIELD + (mixed >> 32) as usize % PLACES_OF_FIELD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_a_field_has_an_id_in_each_batch() {
        let mut heads = Heads::default();
        let raw = |form, text: &'static str| Raw {
            form,
            bytes: text.as_bytes(),
        };
        let find = |heads: &mut Heads, field, raw: Raw<'_>, id: u32| {
            heads.find(field, raw, |shown| {
                assert_eq!(&**shown, "Contoso");
                TextId(id)
            })
        };
        heads.begin();
        let text = raw(Form::Utf8, "Contoso");
        assert_eq!(find(&mut heads, 0, text, 7), None);
        heads.keep(0, text, "Contoso".into(), TextId(7));
        assert_eq!(find(&mut heads, 0, text, 8), Some(TextId(7)));
        // Another batch has other ids.
        heads.begin();
        assert_eq!(find(&mut heads, 0, text, 9), Some(TextId(9)));
        // Another field, another form, other letters.
        assert_eq!(find(&mut heads, 1, text, 9), None);
        assert_eq!(find(&mut heads, 0, raw(Form::Sid, "Contoso"), 9), None);
        assert_eq!(find(&mut heads, 0, raw(Form::Utf8, "Lontoso"), 9), None);
        assert_eq!(find(&mut heads, 0, raw(Form::Utf8, ""), 9), None);
    }

    #[test]
    fn what_is_remembered_has_a_bound() {
        let mut heads = Heads::default();
        let long = "x".repeat(LONGEST + 1);
        for text in ["short", &long] {
            let raw = Raw {
                form: Form::Utf8,
                bytes: text.as_bytes(),
            };
            heads.keep(3, raw, text.into(), TextId(1));
            let found = heads.find(3, raw, |_| TextId(1));
            assert_eq!(found.is_some(), text.len() <= LONGEST, "{}", text.len());
        }
    }
}
