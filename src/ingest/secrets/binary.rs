//! Secrets in bytes of no stated type, as text in UTF-8 or in UTF-16LE at either alignment.
//!
//! The bytes are searched for marks as they are. Only where one is seen is the text around it
//! decoded, and each stretch of text is decoded once, so that the work is linear.

use std::ops::Range;

use super::claims::Met;
use super::marks::{SHORTEST_MARKED, find, find_wide};
use super::{looked_at, walk};

/// How much text before a mark says what the mark means: a name with its prefix and brackets.
const CONTEXT: usize = 128;

/// Whether a text in these bytes holds a secret. Every text with a mark is looked at, so that `met`
/// gets every token.
pub(super) fn holds_secret(bytes: &[u8], met: &Met) -> bool {
    bytes.len() >= SHORTEST_MARKED && (narrow(bytes, met) | wide(bytes, met))
}

fn narrow(bytes: &[u8], met: &Met) -> bool {
    let mut judged = 0;
    let begin = |from| Some(find(bytes, from)?.range.start);
    marks(begin).fold(false, |holds, found| {
        if found < judged {
            return holds;
        }
        let text = narrow_run(bytes, judged, found);
        judged = text.end;
        let text = String::from_utf8_lossy(bytes.get(text).unwrap_or_default());
        is_changed(&text, met) || holds
    })
}

fn wide(bytes: &[u8], met: &Met) -> bool {
    // In UTF-16 every other byte of a mark is zero.
    if memchr::memchr(0, bytes).is_none() {
        return false;
    }
    let mut judged = [0; 2];
    marks(|from| find_wide(bytes, from)).fold(false, |holds, found| {
        let [even, odd] = &mut judged;
        let judged = if found % 2 == 0 { even } else { odd };
        if found < *judged {
            return holds;
        }
        let text = wide_run(bytes, *judged, found);
        *judged = text.end;
        let mut decoded = String::new();
        joinscope_wire::push_utf16le(bytes.get(text).unwrap_or_default(), &mut decoded);
        is_changed(&decoded, met) || holds
    })
}

fn is_changed(text: &str, met: &Met) -> bool {
    looked_at(text.len());
    matches!(walk::scrub(text, 0, met), std::borrow::Cow::Owned(_))
}

/// Where marks begin. Each is found even where it begins inside another one.
fn marks(find: impl Fn(usize) -> Option<usize>) -> impl Iterator<Item = usize> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let found = find(from)?;
        from = found + 1;
        Some(found)
    })
}

/// The stretch of text around a place, as bytes that are no control characters.
fn narrow_run(bytes: &[u8], floor: usize, at: usize) -> Range<usize> {
    let is_text = |byte: &u8| *byte >= b' ' || matches!(byte, b'\t' | b'\r' | b'\n');
    let floor = floor.max(at.saturating_sub(CONTEXT));
    let before = bytes.get(floor..at).unwrap_or_default();
    let behind = bytes.get(at..).unwrap_or_default();
    let back = before.iter().rev().take_while(|byte| is_text(byte)).count();
    let on = behind.iter().take_while(|byte| is_text(byte)).count();
    looked_at(back + on);
    at - back..at + on
}

/// The same for code units, at the alignment of the place.
fn wide_run(bytes: &[u8], floor: usize, at: usize) -> Range<usize> {
    let is_text = |unit: &&[u8]| {
        let [low, high] = unit else { return false };
        *high != 0 || *low >= b' ' || matches!(low, b'\t' | b'\r' | b'\n')
    };
    let floor = floor.max(at.saturating_sub(CONTEXT * 2));
    let before = bytes.get(floor..at).unwrap_or_default();
    let behind = bytes.get(at..).unwrap_or_default();
    let back = before.rchunks_exact(2).take_while(is_text).count() * 2;
    let on = behind.chunks_exact(2).take_while(is_text).count() * 2;
    looked_at(back + on);
    at - back..at + on
}
