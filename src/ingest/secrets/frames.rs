//! Secrets between marks of their own: keys in frames, users of addresses, credentials of schemes.

use base64::Engine as _;

use super::jwt::STANDARD as LENIENT;
use super::ordinary::{SHORTEST_TOKEN, looks_random};
use super::units::{skip, unit};
use super::value::is_quote_end;
use super::walk::Secret;
use super::{is_remark, looked_at, removed};

/// What a frame begins with.
pub(super) const BEGIN: &str = "-----BEGIN";

/// What stands behind `-----BEGIN` up to its end, if it is a private key.
///
/// Source: RFC 7468 (specified). Certificates and public keys stay.
pub(super) fn key_block(text: &str, start: usize) -> Option<Secret> {
    /// The longest label in use has 21 letters, more where blanks are encoded.
    const LONGEST_LABEL: usize = 64;
    let rest = text.get(start..)?;
    if is_remark(rest.trim_start()) {
        return None;
    }
    let window = rest.as_bytes().get(..LONGEST_LABEL.min(rest.len()))?;
    let length = memchr::memmem::find(window, b"-----")?;
    let label = window.get(..length)?.to_ascii_uppercase();
    looked_at(length);
    let is_label = label
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || b" +%".contains(byte));
    if !is_label || memchr::memmem::find(&label, b"PRIVATE").is_none() {
        return None;
    }
    let end = rest.find("-----END").unwrap_or(rest.len());
    looked_at(end);
    let remark = removed("private key", rest.get(..end)?);
    Some(Secret::new(start..start + end, format!(" {remark}")))
}

/// User and password that stand between `://` and the host.
pub(super) fn user_of_address(text: &str, start: usize) -> Option<Secret> {
    let rest = text.get(start..)?;
    let ends = |byte: u8| byte.is_ascii_whitespace() || b"/?#\"'<>\\".contains(&byte);
    let length = rest.bytes().take_while(|byte| !ends(*byte)).count();
    looked_at(length);
    let authority = rest.get(..length)?;
    let (user, _) = authority.rsplit_once('@')?;
    let (_, password) = user.split_once(':')?;
    (!password.is_empty()).then(|| {
        let place = start..start + user.len();
        Secret::new(place, removed("user and password", user))
    })
}

/// Base64 of a message or ticket is longer than this.
pub(super) const SHORTEST_BLOB: usize = 40;

/// The end of the credential that begins here: letters of base64 and `=` behind them.
///
/// Source: RFC 9110 section 11.2, `token68` (specified).
pub(super) fn credential_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(unit) = unit(bytes, at) {
        let fits = unit.letter.is_ascii_alphanumeric() || b"-._~+/".contains(&unit.letter);
        if !fits || unit.slashes > 0 {
            break;
        }
        at += unit.length;
    }
    let padded = skip(bytes, at, b"=");
    // `realm="…"` is a parameter and no credential: its sign is left out.
    if is_quote_end(bytes, padded) && !matches!(bytes.get(padded), Some(b'"' | b'\'')) {
        padded
    } else {
        at
    }
}

/// Whether a word behind the name of a scheme is a credential and no word of a sentence.
///
/// Basic credentials are checked for what they are, base64 of user and password.
pub(super) fn is_credential(word: &str, is_basic: bool) -> bool {
    /// Base64 of user and password is not longer, and what is longer is no word of a sentence.
    const LONGEST_BASIC: usize = 512;
    if !is_basic || word.len() > LONGEST_BASIC {
        return word.len() >= SHORTEST_BLOB || word.len() >= SHORTEST_TOKEN && looks_random(word);
    }
    looked_at(word.len());
    let letters = word.trim_end_matches('=');
    // A log may have cut it anywhere.
    let whole = letters.len() - usize::from(letters.len() % 4 == 1);
    letters
        .get(..whole)
        .and_then(|letters| LENIENT.decode(letters).ok())
        .is_some_and(|decoded| decoded.contains(&b':'))
}

/// Whether a header's value names a scheme and ends there, as sentences about headers do.
pub(super) fn is_bare_scheme(value: &str) -> bool {
    const SCHEMES: &[&str] = &["basic", "bearer", "digest", "kerberos", "negotiate", "ntlm"];
    let end = value
        .find(|letter: char| !letter.is_ascii_alphabetic())
        .unwrap_or(value.len());
    let (scheme, rest) = value.split_at(end);
    SCHEMES
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
        && (rest.is_empty() || rest.starts_with(['`', ',', '.', ';', ')', '"', '\'']))
}
