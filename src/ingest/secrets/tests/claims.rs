//! What is known of a token that was dropped.

use samples::jwt::Jwt;

use super::*;
use crate::model::{SeenToken, Ticks};

fn met(text: &str) -> Vec<SeenToken> {
    let scrubber = Scrubber::default();
    let kept = scrubber.scrub(text, false);
    let tokens = scrubber.take_tokens();
    // What is kept as data stands in the remark as well, under the same digest.
    for token in tokens.iter().filter(|token| token.inside.is_none()) {
        assert!(kept.contains(&format!("[jwt sha256:{}", token.digest)));
    }
    assert!(scrubber.take_tokens().is_empty(), "taken once");
    tokens
}

fn one(text: &str) -> SeenToken {
    let mut tokens = met(text);
    assert_eq!(tokens.len(), 1, "{text}");
    tokens.remove(0)
}

fn unix(seconds: i64) -> Option<Ticks> {
    Ticks::from_unix(seconds)
}

#[test]
fn claims_are_known_by_their_names() {
    let jwt = Jwt::new()
        .claim("aud", "urn:example")
        .claim("appid", "dd762716-544d-4aeb-a526-687b73838a22")
        .claim("tid", "5d1c7f0a-83b2-4e6d-9a41-0c7be2f95d18")
        .claim("sub", "opaque")
        .claim("upn", "ada@contoso.example")
        .claim("scp", "self_service_device_delete")
        .claim("ver", "1.0")
        .list("amr", &["pwd", "ngcmfa"])
        .iat(1_790_000_000)
        .nbf(1_790_000_001)
        .exp(1_790_003_900);
    let token = one(&format!(
        "Authorization: Bearer {}\r\nHost: x",
        jwt.to_text()
    ));
    let text = |text: &str| Some(text.to_owned());
    let expected = SeenToken {
        digest: token.digest.clone(),
        algorithm: text("RS256"),
        form: text("JWT"),
        audience: text("urn:example"),
        app: text("dd762716-544d-4aeb-a526-687b73838a22"),
        tenant: text("5d1c7f0a-83b2-4e6d-9a41-0c7be2f95d18"),
        subject: text("ada@contoso.example"),
        version: text("1.0"),
        scopes: text("self_service_device_delete"),
        methods: vec!["pwd".to_owned(), "ngcmfa".to_owned()],
        issued_at: unix(1_790_000_000),
        not_before: unix(1_790_000_001),
        expires_at: unix(1_790_003_900),
        ..SeenToken::default()
    };
    assert_eq!(token, expected);
}

#[test]
fn a_time_in_another_form_is_read_and_what_is_none_is_absent() {
    let check = |claim: &str, expected: Option<Ticks>| {
        let jwt = Jwt::new()
            .claim("aud", "urn:example")
            .raw_claim("exp", claim);
        assert_eq!(one(&jwt.to_text()).expires_at, expected, "{claim}");
    };
    check("1790003900", unix(1_790_003_900));
    check("1790003900.75", unix(1_790_003_900));
    check("\"1790003900\"", unix(1_790_003_900));
    for none in [
        "0",
        "-5",
        "1e300",
        "9223372036854775807",
        "null",
        "true",
        "\"soon\"",
        "[1]",
    ] {
        check(none, None);
    }
}

#[test]
fn claims_in_another_form_are_absent_or_the_first_of_several() {
    let jwt = Jwt::new()
        .list("aud", &["urn:first", "urn:second"])
        .raw_claim("upn", "{}")
        .claim("oid", "the-object")
        .raw_claim("ver", "2")
        .raw_claim("amr", "[1,\"pwd\"]");
    let token = one(&jwt.to_text());
    assert_eq!(token.audience.as_deref(), Some("urn:first"));
    assert_eq!(token.subject.as_deref(), Some("the-object"));
    assert_eq!(token.version.as_deref(), Some("2"));
    assert_eq!(token.methods, ["pwd"]);
}

#[test]
fn tokens_inside_of_tokens_are_known_with_what_carried_them() {
    let inner = Jwt::new().claim("aud", "urn:inner").to_text();
    let outer = Jwt::new()
        .claim("aud", "urn:outer")
        .claim("assertion", &inner);
    let tokens = met(&format!("{inner} request={}", outer.to_text()));
    let told: Vec<(&str, bool)> = tokens
        .iter()
        .map(|token| (token.audience.as_deref().unwrap(), token.inside.is_some()))
        .collect();
    // One that stands for itself as well is not a part of the other.
    assert_eq!(told, [("urn:inner", false), ("urn:outer", false)]);
    let tokens = met(&outer.to_text());
    assert_eq!(tokens.len(), 2);
    assert_eq!(tokens[1].inside.as_ref(), Some(&tokens[0].digest));
}

#[test]
fn what_is_secret_in_a_claim_is_not_kept() {
    let jwt = Jwt::new()
        .claim(
            "aud",
            "https://host.example/?client_secret=0.AXoAopaque-4f9c2e7b1d0123456789",
        )
        .claim("sub", &Jwt::new().claim("aud", "urn:inner").to_text());
    let kept = format!("{:?}", met(&jwt.to_text()));
    for secret in [OPAQUE, samples::jwt::SIGNATURE_TEXT] {
        assert!(!kept.contains(secret), "{kept}");
    }
}

#[test]
fn only_what_says_that_it_is_a_token_is_one() {
    assert_eq!(met("no token here").len(), 0);
    // Something with dots whose first part is an object, but no header.
    let other = format!(
        "{}.{}.{SIGNATURE}",
        base64url(r#"{"Version":1}"#),
        "not-base64-!"
    );
    assert_eq!(met(&other.replace('!', "x")).len(), 0);
    // An encrypted one states how it is encrypted, and nothing more.
    let encrypted = format!(
        "{}..aXZpdml2aXY.Y2lwaGVydGV4dA.dGFndGFn",
        base64url(r#"{"alg":"dir","enc":"A256GCM"}"#)
    );
    let token = one(&encrypted);
    assert_eq!(
        (token.algorithm.as_deref(), token.audience),
        (Some("dir"), None)
    );
    // One whose claims are cut off is known by its digest.
    let whole = Jwt::new().claim("aud", "urn:example").to_text();
    let cut = whole.rsplit_once('.').unwrap().0;
    assert_eq!(one(&cut[..cut.len() - 4]).audience, None);
}

#[test]
fn tokens_in_bytes_are_met_each_once() {
    let text = format!(
        "password=x {} ",
        Jwt::new().claim("aud", "urn:example").to_text()
    );
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut both = text.clone().into_bytes();
    both.push(0);
    both.extend_from_slice(&wide);
    for bytes in [text.as_bytes(), &wide, &both] {
        let scrubber = Scrubber::default();
        assert!(scrubber.bytes(bytes, false).is_some());
        let tokens = scrubber.take_tokens();
        assert_eq!(tokens.len(), 1);
        assert_eq!(tokens[0].audience.as_deref(), Some("urn:example"));
    }
    let scrubber = Scrubber::default();
    assert!(scrubber.bytes(b"password=hunter2", false).is_some() && !scrubber.has_tokens());
}
