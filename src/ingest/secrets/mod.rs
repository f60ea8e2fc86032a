//! Secrets are dropped here, as text is read, and never enter an event.
//!
//! A JWT is reduced to its claims and a digest; opaque tokens, cookies, passwords and
//! private keys to a remark that they were there. What remains in square brackets is ours,
//! everything else is the evidence's own text. Scrubbing what was scrubbed changes nothing.

mod binary;
mod claims;
mod element;
mod frames;
mod judge;
mod jwt;
mod marks;
mod names;
mod ordinary;
#[cfg(test)]
mod tests;
mod units;
mod value;
mod walk;

use std::borrow::Cow;

use claims::Met;
use marks::Found;
pub(super) use names::is_secret_field;

use crate::model::SeenToken;

/// Drops secrets from texts and from bytes that hold text.
///
/// The claims of every JWT that it drops wait in it, for the adapter to take once the event that
/// they stood in is known.
#[derive(Default)]
pub(super) struct Scrubber {
    met: Met,
}

impl Scrubber {
    /// The tokens met since the last time that they were taken, each once.
    pub(super) fn take_tokens(&self) -> Vec<SeenToken> {
        self.met.take()
    }

    /// Whether there are any to take.
    pub(super) fn has_tokens(&self) -> bool {
        !self.met.is_empty()
    }

    /// What UTF-8 text, kept already, is without its secrets; `None` where it has none.
    pub(super) fn instead_of(&self, text: &[u8]) -> Option<String> {
        let first = walk::first(text)?;
        match settled(str::from_utf8(text).ok()?, first, &self.met) {
            Cow::Owned(instead) => Some(instead),
            Cow::Borrowed(_) => None,
        }
    }

    /// The text without its secrets; `secret` says that the field's name makes all of it one.
    pub(super) fn scrub<'t>(&self, text: &'t str, secret: bool) -> Cow<'t, str> {
        let scrubbed = match walk::first(text.as_bytes()) {
            Some(first) => settled(text, first, &self.met),
            None => Cow::Borrowed(text),
        };
        if secret && !ordinary::is_placeholder(&scrubbed) && !is_remark(&scrubbed) {
            return Cow::Owned(removed("secret", text.trim()));
        }
        scrubbed
    }

    /// A remark that stands for the bytes, if they hold a secret as UTF-8 or UTF-16LE text, or if
    /// `secret` says that the field's name makes them one. `None` says that they may be kept.
    pub(super) fn bytes(&self, bytes: &[u8], secret: bool) -> Option<String> {
        let holds = binary::holds_secret(bytes, &self.met);
        let drops = holds || secret && !bytes.is_empty();
        drops.then(|| format!("[removed: secret, {} bytes]", bytes.len()))
    }
}

/// A token that a message holds in a place for tokens, by its digest: the text itself is dropped where
/// it is read. `None` for words that stand for one that was removed, and for what is too short.
pub(super) fn token_alone(text: &str) -> Option<SeenToken> {
    let text = text.trim();
    if let Some(digest) = jwt::digest_at_start(text) {
        return Some(SeenToken {
            digest,
            ..SeenToken::default()
        });
    }
    let is_one = text.len() >= ordinary::SHORTEST_TOKEN
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && !ordinary::is_placeholder(text)
        && !is_remark(text);
    is_one.then(|| SeenToken {
        digest: jwt::digest(text),
        is_opaque: true,
        ..SeenToken::default()
    })
}

/// The text, with its first mark, scrubbed until nothing changes: what a secret hid may be one when it is
/// gone. The second round is the last one for all but malicious texts, and only texts with secrets have
/// one.
fn settled<'t>(text: &'t str, first: Found, met: &Met) -> Cow<'t, str> {
    const ROUNDS: usize = 4;
    let mut settled = walk::scrub_from(text, first, 0, met);
    for _ in 1..ROUNDS {
        let Cow::Owned(next) = &settled else { break };
        match walk::scrub(next, 0, met) {
            Cow::Owned(next) => settled = Cow::Owned(next),
            Cow::Borrowed(_) => break,
        }
    }
    settled
}

/// The remark that stands for what was dropped.
fn removed(what: &str, value: &str) -> String {
    looked_at(value.len());
    format!("[removed: {what}, {} characters]", value.chars().count())
}

/// Whether a remark of ours stands here, which is what is left of a secret.
///
/// Evidence that spells one out is believed: nobody's password begins like this.
fn is_remark(text: &str) -> bool {
    /// More digits count nothing that is in memory.
    const LONGEST: usize = 64;
    if jwt::is_remark(text) {
        return true;
    }
    let Some(rest) = text.strip_prefix("[removed: ") else {
        return false;
    };
    let end = rest.bytes().take(LONGEST).position(|byte| byte == b']');
    end.and_then(|end| rest.get(..end))
        .and_then(|inside| inside.rsplit_once(", "))
        .and_then(|(_, count)| count.split_once(' '))
        .is_some_and(|(number, unit)| {
            number.bytes().all(|byte| byte.is_ascii_digit())
                && matches!(unit, "characters" | "bytes")
        })
}

#[cfg(test)]
thread_local! {
    /// How many bytes were looked at beyond the automaton's one pass; a test holds it linear.
    static LOOKED_AT: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
fn looked_at(bytes: usize) {
    LOOKED_AT.with(|sum| sum.set(sum.get() + bytes));
}

#[cfg(not(test))]
#[inline]
fn looked_at(_bytes: usize) {}
