//! JWTs: recognised by their shape, reduced to their claims and a digest.
//!
//! Source: RFC 7515 and 7516, compact serialisation (specified): three base64url parts for a signed
//! token, five for an encrypted one, of which the first decodes to a JSON object.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use sha2::{Digest, Sha256};

use super::claims::{Met, seen};
use super::units::unit;
use super::{looked_at, walk};
use crate::model::hex_text;

/// Logs cut tokens, and some producers pad them.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);
/// Base64 of the usual letters, padded or not, cut or whole.
pub(super) const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);

/// So much of a header is decoded to recognise it: nine bytes, as in `{"alg":"R`. Less would take
/// other base64 for it, more would miss headers that were damaged further on.
const HEADER_LETTERS: usize = 12;

/// Fewer letters after the first dot are the ending of a file's name, or dots of omission.
const SHORTEST_REST: usize = 5;

/// Tokens in tokens are read so deep; below, only the digest is kept. A request for a primary
/// refresh token holds one that holds another.
const DEEPEST: u8 = 4;

/// What stands at a place that looks like the begin of a JWT.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Something else.
    Nothing,
    /// A header without anything behind it, up to this place; no token begins before it.
    Barren(usize),
    /// A token up to this place.
    Token(usize),
}

/// Looks for a JWT that begins at `start`.
pub(super) fn find(text: &str, start: usize) -> Found {
    let bytes = text.as_bytes();
    if !has_header(bytes, start) {
        return Found::Nothing;
    }
    let mut at = start;
    let mut rest = 0;
    let mut dots = 0;
    // Dots behind the token end a sentence, or stand for what was left out.
    let mut end = start;
    while let Some((letter, length)) = token_letter(bytes, at) {
        at += length;
        if letter == b'.' {
            dots += 1;
        } else {
            rest += usize::from(dots > 0);
            end = at;
        }
    }
    if rest < SHORTEST_REST {
        return Found::Barren(at);
    }
    Found::Token(end)
}

/// Whether base64url of the first letters of a JSON object stands here.
fn has_header(bytes: &[u8], start: usize) -> bool {
    let mut letters = [0; HEADER_LETTERS];
    let mut at = start;
    for slot in &mut letters {
        let Some((letter, length)) = token_letter(bytes, at) else {
            return false;
        };
        *slot = letter;
        at += length;
    }
    let Ok(decoded) = URL_SAFE.decode(letters) else {
        return false;
    };
    let Some(inside) = decoded.trim_ascii_start().strip_prefix(b"{") else {
        return false;
    };
    let inside = inside.trim_ascii_start();
    let readable = |byte: &u8| (b' '..0x7f).contains(byte) || byte.is_ascii_whitespace();
    inside.first().is_none_or(|byte| *byte == b'"') && inside.iter().all(readable)
}

/// A letter of a token, percent-encoded or not, and how many bytes spell it.
fn token_letter(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    let byte = *bytes.get(at)?;
    let (letter, length) = match byte {
        b'%' => unit(bytes, at).map(|unit| (unit.letter, unit.length))?,
        _ => (byte, 1),
    };
    looked_at(length);
    let fits = letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_' | b'.' | b'=');
    fits.then_some((letter, length))
}

/// A token's claims and digest: all that is kept of it, as text and for `met`. `depth` counts the
/// tokens around it.
///
/// Claims may hold secrets themselves: a request for a primary refresh token carries a password or
/// another token.
pub(super) fn remark(spelled: &str, depth: u8, met: &Met) -> String {
    let token = decoded(spelled);
    let digest = digest(&token);
    let claims = object(&token, 1).filter(|_| depth < DEEPEST);
    met.add(seen(&digest, object(&token, 0), claims.as_ref(), depth));
    match claims {
        Some(claims) => {
            let (claims, inside) = (claims.to_string(), Met::default());
            let claims = walk::scrub(&claims, depth + 1, &inside);
            met.add_inside(&inside, &digest);
            format!("[jwt sha256:{digest} {claims}]")
        }
        // An encrypted token has no claims to read.
        None => format!("[jwt sha256:{digest}]"),
    }
}

/// First half of the SHA-256 of a token, which stands for it.
pub(super) fn digest(token: &str) -> String {
    let digest = Sha256::digest(token);
    hex_text(digest.get(..8).unwrap_or(&digest))
}

/// The digest of the JWT that begins here; `None` for anything else.
pub(super) fn digest_at_start(text: &str) -> Option<String> {
    match find(text, 0) {
        Found::Token(end) => Some(digest(&decoded(text.get(..end)?))),
        _ => None,
    }
}

/// The JSON object that a part of a token is, counted from 0.
fn object(token: &str, part: usize) -> Option<serde_json::Value> {
    let part = token.split('.').nth(part)?;
    let bytes = URL_SAFE.decode(part.trim_end_matches('=')).ok()?;
    let value: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    value.is_object().then_some(value)
}

/// The token as it was before an address or a form carried it, so that equal ones have one digest.
fn decoded(spelled: &str) -> String {
    let mut token = String::with_capacity(spelled.len());
    let mut at = 0;
    while let Some((letter, length)) = token_letter(spelled.as_bytes(), at) {
        token.push(char::from(letter));
        at += length;
    }
    token
}

/// The remark for a value that is base64 of a JWT, in UTF-8 or UTF-16; `None` for any other.
pub(super) fn wrapped_remark(value: &str, depth: u8, met: &Met) -> Option<String> {
    let token = unwrapped(value)?;
    let Found::Token(end) = find(&token, 0) else {
        return None;
    };
    Some(remark(token.get(..end)?, depth, met))
}

/// Whether base64 of the begin of a JWT stands here; the place after the base64 if so.
pub(super) fn wrapped_end(text: &str, start: usize) -> Option<usize> {
    /// So many letters hold those of a header even as UTF-16.
    const ENOUGH: usize = HEADER_LETTERS * 3;
    let bytes = text.as_bytes();
    let mut at = start;
    let mut letters = 0;
    while let Some((_, length)) = base64_letter(bytes, at) {
        at += length;
        letters += 1;
        if letters == ENOUGH && !has_header(unwrapped(text.get(start..at)?)?.as_bytes(), 0) {
            return None;
        }
    }
    (letters >= ENOUGH).then_some(at)
}

/// A letter of base64, percent-encoded or not, and how many bytes spell it.
fn base64_letter(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    let byte = *bytes.get(at)?;
    let (letter, length) = match byte {
        b'%' => unit(bytes, at).map(|unit| (unit.letter, unit.length))?,
        _ => (byte, 1),
    };
    looked_at(length);
    let fits = letter.is_ascii_alphanumeric() || b"+/-_=".contains(&letter);
    fits.then_some((letter, length))
}

/// The text that this is base64 of, in one line or several.
fn unwrapped(value: &str) -> Option<String> {
    let bytes = value.as_bytes();
    let mut letters = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(unit) = unit(bytes, at) {
        at += unit.length;
        match unit.letter {
            b'-' => letters.push(b'+'),
            b'_' => letters.push(b'/'),
            // A line end that the text around spells out.
            b'\\' if matches!(bytes.get(at), Some(b'r' | b'n')) => at += 1,
            letter if letter.is_ascii_whitespace() => {}
            letter => letters.push(letter),
        }
    }
    let decoded = STANDARD.decode(letters).ok()?;
    if decoded.get(1) != Some(&0) {
        return String::from_utf8(decoded).ok();
    }
    let mut wide = String::new();
    joinscope_wire::push_utf16le(&decoded, &mut wide);
    Some(wide)
}

/// Whether claims and digest of a token stand here already.
pub(super) fn is_remark(text: &str) -> bool {
    text.strip_prefix("[jwt sha256:")
        .and_then(|rest| rest.split_at_checked(16))
        .is_some_and(|(digest, rest)| {
            digest.bytes().all(|byte| byte.is_ascii_hexdigit()) && rest.starts_with([']', ' '])
        })
}
