//! Secrets are dropped here, as text is read, and never enter an event.
//!
//! A JWT is reduced to its claims and a digest; opaque tokens, cookies, passwords and
//! private keys to a remark that they were there. What remains in square brackets is ours,
//! everything else is the evidence's own text.

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::model::hex_text;

/// Where a secret may begin, and how it ends.
const MARKS: &[(&str, Secret)] = &[
    ("eyJ", Secret::Jwt),
    ("bearer ", Secret::Word),
    ("basic ", Secret::Word),
    ("cookie:", Secret::Line),
    ("authorization:", Secret::Line),
    ("x-ms-refreshtokencredential", Secret::Assigned),
    ("x-ms-devicecredential", Secret::Assigned),
    ("password", Secret::Assigned),
    ("passwd", Secret::Assigned),
    ("pwd=", Secret::Given),
    ("client_secret", Secret::Assigned),
    ("refresh_token", Secret::Assigned),
    ("access_token", Secret::Assigned),
    ("id_token", Secret::Assigned),
    ("assertion", Secret::Assigned),
    ("session_key_jwe", Secret::Assigned),
    ("sessionkey", Secret::Assigned),
    ("samlresponse", Secret::Assigned),
    ("estsauth", Secret::Assigned),
    ("-----begin", Secret::PrivateKey),
];

/// How far a secret reaches from its mark.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Secret {
    /// Three or five base64url parts, the mark included.
    Jwt,
    /// The next word, if it is long enough to be a token.
    Word,
    /// To the end of the line.
    Line,
    /// What `=`, `:` or `":"` gives to the mark, if it is given anything.
    Assigned,
    /// What follows directly.
    Given,
    /// To the end of the block, if it is of a private key.
    PrivateKey,
}

/// Values shorter than this are placeholders and remarks, not tokens.
const SHORTEST_TOKEN: usize = 16;

/// Whether every value of a field of this name is a secret.
pub(super) fn is_secret_field(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "authtoken",
        "password",
        "accesstoken",
        "refreshtoken",
        "sessionkey",
        "clientsecret",
    ];
    NAMES.iter().any(|secret| name.eq_ignore_ascii_case(secret))
}

/// The automaton of all marks; making it costs more than scrubbing a small log.
static AUTOMATON: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(MARKS.iter().map(|(mark, _)| mark))
        .expect("a score of short literals is far below the automaton's limits")
});

/// No mark with something to hide after it is shorter.
const SHORTEST_MARKED: usize = 5;

/// Drops secrets from texts.
pub(super) struct Scrubber {
    marks: &'static AhoCorasick,
}

impl Default for Scrubber {
    fn default() -> Self {
        Self { marks: &AUTOMATON }
    }
}

impl Scrubber {
    /// The text without its secrets; `secret` says that the field's name makes all of it one.
    pub(super) fn scrub<'t>(&self, text: &'t str, secret: bool) -> Cow<'t, str> {
        let scrubbed = self.scrub_marked(text);
        if secret && !is_remark(&scrubbed) && !scrubbed.starts_with("[jwt ") {
            return Cow::Owned(removed("secret", text.trim()));
        }
        scrubbed
    }

    /// The remark that stands for bytes which hold a secret; `None` where they may be kept.
    pub(super) fn bytes(&self, bytes: &[u8], secret: bool) -> Option<String> {
        let _ = (self.marks, bytes);
        secret.then(|| "[secret removed]".to_owned())
    }

    fn scrub_marked<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if text.len() < SHORTEST_MARKED {
            return Cow::Borrowed(text);
        }
        let mut out: Option<String> = None;
        let mut kept = 0;
        let mut from = 0;
        while let Some(found) = self
            .marks
            .find(aho_corasick::Input::new(text).range(from..))
        {
            from = found.end();
            let Some((_, kind)) = MARKS.get(found.pattern().as_usize()) else {
                continue;
            };
            let Some((start, end, instead)) = secret_at(text, found.start(), found.end(), *kind)
            else {
                continue;
            };
            let out = out.get_or_insert_default();
            out.push_str(&text[kept..start]);
            out.push_str(&instead);
            kept = end;
            from = end.max(from);
        }
        match out {
            None => Cow::Borrowed(text),
            Some(mut out) => {
                out.push_str(&text[kept..]);
                Cow::Owned(out)
            }
        }
    }
}

/// Start, end and replacement of the secret that a mark at `start..after` announces.
fn secret_at(
    text: &str,
    start: usize,
    after: usize,
    kind: Secret,
) -> Option<(usize, usize, String)> {
    let rest = &text[after..];
    match kind {
        Secret::Jwt => {
            // The mark is matched in any letter case, a JWT only in its own.
            if !text[start..].starts_with("eyJ") {
                return None;
            }
            let length = text[start..]
                .bytes()
                .take_while(|byte| is_token_byte(*byte))
                .count();
            let token = text[start..start + length].trim_end_matches('.');
            let parts = token.split('.').count();
            (parts >= 2 && token.len() >= SHORTEST_TOKEN)
                .then(|| (start, start + length, jwt_remark(token)))
        }
        Secret::Word => {
            let length = rest
                .bytes()
                .take_while(|byte| !byte.is_ascii_whitespace() && !b"\"'<>,;&".contains(byte))
                .count();
            let word = &rest[..length];
            if word.starts_with("eyJ") {
                return secret_at(text, after, after + 3, Secret::Jwt);
            }
            (length >= SHORTEST_TOKEN).then(|| (after, after + length, removed("token", word)))
        }
        Secret::Line => {
            let length = rest.find(['\r', '\n']).unwrap_or(rest.len());
            let value = rest[..length].trim();
            if let Some(at) = value.find("eyJ") {
                // The claims of a token in a header are worth keeping.
                let at = after + rest.find(value)? + at;
                if let Some((_, end, remark)) = secret_at(text, at, at + 3, Secret::Jwt) {
                    return Some((after, end.max(after + length), format!(" {remark}")));
                }
            }
            (!value.is_empty() && !is_remark(value)).then(|| {
                (
                    after,
                    after + length,
                    format!(" {}", removed("header value", value)),
                )
            })
        }
        Secret::Given => given(text, after),
        Secret::Assigned => {
            let skip = rest
                .find(|letter: char| !matches!(letter, '"' | '\'' | ' ' | '\\'))
                .unwrap_or(0);
            let sign = rest[skip..]
                .chars()
                .next()
                .filter(|sign| matches!(sign, '=' | ':'))?;
            let value = after + skip + sign.len_utf8();
            let space = text[value..].len()
                - text[value..]
                    .trim_start_matches(['"', '\'', ' ', '\\'])
                    .len();
            given(text, value + space)
        }
        Secret::PrivateKey => {
            let first_line = rest.find(['\r', '\n']).map_or(rest, |end| &rest[..end]);
            if !first_line.to_ascii_uppercase().contains("PRIVATE KEY") {
                return None;
            }
            let end = rest.find("-----END").map_or(text.len(), |end| after + end);
            Some((
                after,
                end,
                format!(" {}", removed("private key", &text[after..end])),
            ))
        }
    }
}

/// The value that begins at `start`, up to its delimiter.
fn given(text: &str, start: usize) -> Option<(usize, usize, String)> {
    let rest = text.get(start..)?;
    let length = rest
        .find(|letter: char| letter.is_whitespace() || "\"'&<>,;}\\".contains(letter))
        .unwrap_or(rest.len());
    let value = &rest[..length];
    if value.starts_with("eyJ") {
        return secret_at(text, start, start + 3, Secret::Jwt);
    }
    (length > 0 && !is_remark(value)).then(|| (start, start + length, removed("value", value)))
}

fn removed(what: &str, value: &str) -> String {
    format!("[removed: {what}, {} characters]", value.chars().count())
}

/// Producers' own placeholders (`<Present; Snipped>`, `<NULL>`), our remarks, and nothing.
fn is_remark(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || (text.starts_with('<') && text.ends_with('>'))
        || (text.starts_with('[') && text.ends_with(']'))
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'=')
}

/// A token's claims and digest: all that is kept of it.
fn jwt_remark(token: &str) -> String {
    let digest = Sha256::digest(token);
    let digest = hex_text(digest.get(..8).unwrap_or(&digest));
    let claims = token
        .split('.')
        .nth(1)
        .and_then(|part| URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok())
        .and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok())
        .filter(serde_json::Value::is_object);
    match claims {
        Some(claims) => format!("[jwt sha256:{digest} {claims}]"),
        // An encrypted token has no claims to read.
        None => format!("[jwt sha256:{digest}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(Scrubber::default().scrub(text, false), expected, "{text}");
    }

    #[test]
    fn a_jwt_keeps_its_claims_and_loses_its_signature() {
        let claims = URL_SAFE_NO_PAD.encode(r#"{"aud":"urn:example","exp":1}"#);
        let token = format!("eyJhbGciOiJSUzI1NiJ9.{claims}.c2lnbmF0dXJlLW5vYm9keS1tYXktc2Vl");
        let scrubbed = Scrubber::default()
            .scrub(&format!("token={token};"), false)
            .into_owned();
        assert!(
            scrubbed.contains(r#"{"aud":"urn:example","exp":1}"#),
            "{scrubbed}"
        );
        assert!(!scrubbed.contains("c2lnbmF0dXJl"), "{scrubbed}");
        let header = Scrubber::default()
            .scrub(&format!("Authorization: Bearer {token}\r\nHost: x"), false)
            .into_owned();
        assert!(
            header.contains("urn:example")
                && header.ends_with("\r\nHost: x")
                && !header.contains("c2ln"),
            "{header}"
        );
    }

    #[test]
    fn opaque_secrets_leave_a_remark() {
        check(
            "Cookie: ESTSAUTH=abc; x=y\nNext: 1",
            "Cookie: [removed: header value, 17 characters]\nNext: 1",
        );
        check(
            "grant_type=password&password=hunter2&x=1",
            "grant_type=password&password=[removed: value, 7 characters]&x=1",
        );
        check(
            r#"{"refresh_token":"0.AXoA.secret","a":1}"#,
            r#"{"refresh_token":"[removed: value, 13 characters]","a":1}"#,
        );
        check(
            "Bearer 0123456789abcdef0123",
            "Bearer [removed: token, 20 characters]",
        );
        check(
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN [removed: private key, 27 characters]-----END RSA PRIVATE KEY-----",
        );
    }

    #[test]
    fn words_about_secrets_are_not_secrets() {
        for text in [
            "the password was changed",
            "bearer of news",
            "-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----",
            "eyJ",
            "AuthToken",
            "",
            "Kennwort für Jürgen",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn a_secret_field_keeps_only_its_producers_placeholder() {
        let scrubber = Scrubber::default();
        assert!(is_secret_field("AuthToken"));
        assert_eq!(
            scrubber.scrub("<Present; Snipped>", true),
            "<Present; Snipped>"
        );
        assert_eq!(scrubber.scrub("<NULL>", true), "<NULL>");
        assert_eq!(
            scrubber.scrub("AQABAAEAAAD--secret", true),
            "[removed: secret, 19 characters]"
        );
    }

    #[test]
    fn nothing_breaks_at_letters_of_several_bytes() {
        for text in [
            "password=ü",
            "cookie: ü",
            "Bearer üüüüüüüüüüüüüüüüüüü",
            "eyJü.ü.ü",
            "password: ",
            "pwd=",
        ] {
            let _ = Scrubber::default().scrub(text, false);
        }
    }
}
