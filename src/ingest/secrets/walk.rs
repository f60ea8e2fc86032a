//! The walk from mark to mark: each is judged once, and what is dropped is never looked at again.
//!
//! A judgement that keeps the text has looked at a bounded stretch, or at one that no other mark
//! stands in; one that drops has looked at what it drops. So the work is linear in the text.

use std::borrow::Cow;
use std::ops::Range;

use super::claims::Met;
use super::marks::{Found, SHORTEST_MARKED, find};

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
    match first(text.as_bytes()) {
        Some(found) => scrub_from(text, found, depth, met),
        None => Cow::Borrowed(text),
    }
}

/// The first mark in a text that is long enough to hide something.
pub(super) fn first(text: &[u8]) -> Option<Found> {
    let is_long = text.len() >= SHORTEST_MARKED;
    is_long.then(|| find(text, 0)).flatten()
}

/// The text without its secrets, whose first mark is this one.
pub(super) fn scrub_from<'t>(text: &'t str, first: Found, depth: u8, met: &Met) -> Cow<'t, str> {
    let mut walk = Walk {
        text,
        kept: 0,
        barren: 0,
        depth,
        met,
    };
    let mut out: Option<String> = None;
    let mut next = Some(first);
    while let Some(found) = next {
        // The next mark may begin inside this one.
        let mut from = found.range.start + 1;
        if let Some(Secret { place, instead }) = walk.judge(found.mark, found.range) {
            let out = out.get_or_insert_default();
            let before = text.get(walk.kept..place.start).unwrap_or_default();
            out.push_str(before);
            out.push_str(&instead);
            walk.kept = place.end;
            from = place.end;
        }
        next = find(text.as_bytes(), from);
    }
    match out {
        None => Cow::Borrowed(text),
        Some(mut out) => {
            out.push_str(text.get(walk.kept..).unwrap_or_default());
            Cow::Owned(out)
        }
    }
}
