//! Texts that were met a short while ago: most of a log's texts repeat, in whatever field.
//!
//! Only texts are remembered that are kept as they stand, so what is remembered is a text without
//! secrets, and it is compared with the whole of what stands in the record.

use std::hash::Hasher as _;

use rustc_hash::FxHasher;

/// Bytes that are remembered, so few that they stay in the near cache; with more all is forgotten.
const MOST_BYTES: usize = 1 << 18;
/// Places by hash.
const PLACES: usize = 1 << 12;

/// The place that a text has by its hash.
#[derive(Clone, Copy)]
pub(super) struct Place(usize);

/// Where a text stands among those that are remembered.
#[derive(Clone, Copy, Default)]
struct Kept {
    /// Where its encoded form begins, which ends with its letters.
    start: u32,
    /// Its length in letters; 0 where nothing is remembered.
    letters: u32,
    /// The length of what stands before the letters.
    head: u32,
}

/// Texts of ASCII letters, encoded as they are kept.
pub(super) struct Texts {
    encoded: Vec<u8>,
    kept: Vec<Kept>,
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            encoded: Vec::new(),
            kept: vec![Kept::default(); PLACES],
        }
    }
}

impl Texts {
    /// The encoded form of a text that is remembered in its place.
    pub(super) fn find(&self, place: Place, wide: &[u8]) -> Option<&[u8]> {
        let kept = self.kept.get(place.0)?;
        let (start, head) = (kept.start as usize, kept.head as usize);
        let length = head + kept.letters as usize;
        let encoded = self.encoded.get(start..start + length)?;
        let letters = encoded.get(head..)?;
        let is_same = !letters.is_empty() && letters.len() * 2 == wide.len();
        (is_same && spells(letters, wide)).then_some(encoded)
    }

    /// Remembers a text in its place, which `encoded` ends with.
    pub(super) fn keep(&mut self, place: Place, wide: &[u8], encoded: &[u8]) {
        let letters = wide.len() / 2;
        if encoded.len() > MOST_BYTES {
            return;
        }
        if self.encoded.len() + encoded.len() > MOST_BYTES {
            self.encoded.clear();
            self.kept.fill(Kept::default());
        }
        let number = |number: usize| u32::try_from(number).unwrap_or(0);
        if let Some(kept) = self.kept.get_mut(place.0) {
            *kept = Kept {
                start: number(self.encoded.len()),
                letters: number(letters),
                head: number(encoded.len().saturating_sub(letters)),
            };
            self.encoded.extend_from_slice(encoded);
        }
    }
}

impl Place {
    /// The place of a text in UTF-16LE.
    pub(super) fn of(wide: &[u8]) -> Self {
        let mut hasher = FxHasher::default();
        hasher.write(wide);
        // The upper bits are the mixed ones.
        Self((hasher.finish() >> 32) as usize % PLACES)
    }
}

/// Whether UTF-16LE of the same length spells these ASCII letters.
fn spells(letters: &[u8], wide: &[u8]) -> bool {
    let units = wide.as_chunks::<2>().0.iter().zip(letters);
    // Without a way out in between, so that many letters are compared at once.
    let differing = units.fold(0, |bits, (unit, letter)| {
        bits | (u16::from_le_bytes(*unit) ^ u16::from(*letter))
    });
    differing == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn find<'t>(texts: &'t Texts, text: &str) -> Option<&'t [u8]> {
        let wide = wide(text);
        texts.find(Place::of(&wide), &wide)
    }

    fn keep(texts: &mut Texts, text: &str, encoded: &[u8]) {
        let wide = wide(text);
        texts.keep(Place::of(&wide), &wide, encoded);
    }

    #[test]
    fn a_text_comes_back_as_it_was_encoded() {
        let mut texts = Texts::default();
        let check = |texts: &Texts, text: &str, expected: Option<&[u8]>| {
            assert_eq!(find(texts, text), expected, "{text}");
        };
        check(&texts, "joined", None);
        check(&texts, "", None);
        keep(&mut texts, "joined", b"\x01\x06joined");
        keep(&mut texts, "failed", b"\x01\x06failed");
        check(&texts, "joined", Some(b"\x01\x06joined"));
        check(&texts, "failed", Some(b"\x01\x06failed"));
        check(&texts, "", None);
        // Other letters of the same hash, or the same low bytes, are another text.
        for other in ["joinee", "join", "joined ", "\u{16a}oined"] {
            check(&texts, other, None);
        }
    }

    #[test]
    fn what_is_remembered_has_a_bound() {
        let mut texts = Texts::default();
        for number in 0..100_000 {
            let text = format!("a text of some letters, number {number}");
            keep(&mut texts, &text, text.as_bytes());
            assert_eq!(find(&texts, &text), Some(text.as_bytes()));
        }
        assert!(texts.encoded.len() <= MOST_BYTES && texts.encoded.capacity() <= 2 * MOST_BYTES);
        let long = "x".repeat(MOST_BYTES + 1);
        keep(&mut texts, &long, long.as_bytes());
        assert_eq!(find(&texts, &long), None);
    }
}
