//! The walk from mark to mark: each is judged once, and what is dropped is never looked at again.
//!
//! A judgement that keeps the text has looked at a bounded stretch, or at one that no other mark
//! stands in; one that drops has looked at what it drops. So the work is linear in the text.

use std::borrow::Cow;
use std::ops::Range;

use super::claims::Met;
use super::marks::{SHORTEST_MARKED, find};

/// A stretch of the text, and what stands there instead.
pub(super) struct Secret {
    pub(super) place: Range<usize>,
    pub(super) instead: String,
}

impl Secret {
    pub(super) fn new(place: Range<usize>, instead: String) -> Self {
        Self { place, instead }
    }
}

/// A text on the way through it.
pub(super) struct Walk<'t, 'm> {
    pub(super) text: &'t str,
    /// Where the last secret ended; what is before is not there any more.
    pub(super) kept: usize,
    /// No JWT begins before this place.
    pub(super) barren: usize,
    /// How many tokens this text was inside of.
    pub(super) depth: u8,
    /// Where the tokens go that are dropped on the way.
    pub(super) met: &'m Met,
}

/// The text without its secrets; `depth` says in how many tokens it was, and `met` gets the claims
/// of those that are in it.
pub(super) fn scrub<'t>(text: &'t str, depth: u8, met: &Met) -> Cow<'t, str> {
    if text.len() < SHORTEST_MARKED {
        return Cow::Borrowed(text);
    }
    let mut walk = Walk {
        text,
        kept: 0,
        barren: 0,
        depth,
        met,
    };
    let mut out: Option<String> = None;
    let mut from = 0;
    while let Some(found) = find(text.as_bytes(), from) {
        // The next mark may begin inside this one.
        from = found.range.start + 1;
        let secret = walk.judge(found.mark, found.range);
        let Some(Secret { place, instead }) = secret else {
            continue;
        };
        let out = out.get_or_insert_default();
        let before = text.get(walk.kept..place.start).unwrap_or_default();
        out.push_str(before);
        out.push_str(&instead);
        walk.kept = place.end;
        from = place.end;
    }
    match out {
        None => Cow::Borrowed(text),
        Some(mut out) => {
            out.push_str(text.get(walk.kept..).unwrap_or_default());
            Cow::Owned(out)
        }
    }
}
