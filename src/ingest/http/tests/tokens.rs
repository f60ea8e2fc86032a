//! Tokens of exchanges: what is known of each by its place, and that nothing of it is kept.

use samples::http::Message;
use samples::jwt::Jwt;

use super::{batch, fields};
use crate::model::{Batch, SeenToken, TokenPart, TokenSide};

const OPAQUE_ACCESS: &str = "0.AQsample-opaque-4f9c2e7b1d0AbC";
const OPAQUE_REFRESH: &str = "1.AXo_Refresh+9c2e7b1d0AbC/XyZ==";
const TOKEN: &str = "https://login.microsoftonline.com/common/oauth2/token";
const JOIN: &str = "https://enterpriseregistration.windows.net/EnrollmentServer/device/";

/// The tokens of an exchange, as `side part lifetime`, `opaque` behind those that are.
#[track_caller]
fn check(request: &Message, response: Option<&Message>, expected: &[&str]) -> Vec<SeenToken> {
    let response = response.map(Message::to_bytes);
    let (batch, _) = batch(&request.to_bytes(), response.as_deref());
    nothing_is_kept(&batch);
    let word = |word: Option<&'static str>| word.unwrap_or("-");
    let shown: Vec<String> = batch
        .tokens
        .iter()
        .map(|(_, token)| {
            let side = word(token.side.map(TokenSide::word));
            let part = word(token.part.map(TokenPart::word));
            let life = token
                .lifetime_seconds
                .map_or("-".to_owned(), |life| life.to_string());
            let opaque = if token.is_opaque { " opaque" } else { "" };
            format!("{side} {part} {life}{opaque}")
        })
        .collect();
    assert_eq!(shown, expected, "{:#?}", fields(&batch));
    batch.tokens.into_iter().map(|(_, token)| token).collect()
}

#[track_caller]
fn nothing_is_kept(batch: &Batch) {
    let kept = format!("{:?} {:?}", fields(batch), batch.tokens);
    for secret in [
        OPAQUE_ACCESS,
        OPAQUE_REFRESH,
        "%2B9c2e7b1d0AbC",
        samples::jwt::SIGNATURE_TEXT,
    ] {
        assert!(!kept.contains(secret), "{secret} in {kept}");
    }
}

fn answer(body: &str) -> Message {
    Message::response(200, "OK")
        .field("Content-Type", "application/json")
        .body(body.as_bytes())
}

#[test]
fn an_answer_hands_over_tokens_that_requests_show() {
    let asked =
        Message::request("POST", TOKEN).body(b"grant_type=password&username=a&password=Blue7");
    let body = format!(
        r#"{{"expires_in":"3599","refresh_token_expires_in":86399.5,"access_token":"{OPAQUE_ACCESS}","refresh_token":"{OPAQUE_REFRESH}"}}"#
    );
    let got = check(
        &asked,
        Some(&answer(&body)),
        &[
            "response access 3599 opaque",
            "response refresh 86399.5 opaque",
        ],
    );
    let join =
        Message::request("POST", JOIN).field("Authorization", &format!("Bearer {OPAQUE_ACCESS}"));
    let used = check(&join, None, &["request access - opaque"]);
    assert_eq!(used[0].digest, got[0].digest);
    let other = Message::request("GET", "https://graph.microsoft.com/v1.0/me")
        .field("Authorization", &format!("bearer  {OPAQUE_ACCESS}"));
    let used = check(&other, None, &["request access - opaque"]);
    assert_eq!(used[0].digest, got[0].digest);
    let encoded = OPAQUE_REFRESH
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    let form = format!("grant_type=refresh_token&refresh_token={encoded}");
    let renewed = Message::request("POST", TOKEN).body(form.as_bytes());
    let renewed = check(&renewed, None, &["request refresh - opaque"]);
    assert_eq!(renewed[0].digest, got[1].digest);
    assert_eq!(renewed[0].digest.len(), 16);
}

#[test]
fn jwts_are_known_by_their_place_as_well() {
    let jwt = |audience: &str| {
        Jwt::new()
            .claim("aud", audience)
            .exp(1_790_003_900)
            .to_text()
    };
    let (access, id, assertion) = (jwt("urn:a"), jwt("urn:b"), jwt("urn:c"));
    let form = format!("grant_type=urn%3Aietf&assertion={assertion}");
    let asked = Message::request("POST", TOKEN).body(form.as_bytes());
    let body = format!(r#"{{"access_token":"{access}","id_token":"{id}","expires_in":3599}}"#);
    let got = check(
        &asked,
        Some(&answer(&body)),
        &[
            "request assertion -",
            "response access 3599",
            "response id -",
        ],
    );
    let audience = |token: &SeenToken| token.audience.clone().unwrap_or_default();
    assert_eq!(
        got.iter().map(audience).collect::<Vec<_>>(),
        ["urn:c", "urn:a", "urn:b"]
    );
    let join = Message::request("POST", JOIN).field("Authorization", &format!("Bearer {access}"));
    let used = check(&join, None, &["request access -"]);
    assert_eq!(used[0].digest, got[1].digest);
    // In any other place it is known to be there, and by which message.
    let page = Message::request("GET", "https://news.example/");
    let other = Message::response(200, "OK")
        .field("Location", &format!("https://a.example/#id_token={id}"));
    check(&page, Some(&other), &["response - -"]);
}

#[test]
fn what_is_no_token() {
    let asked = |form: &str| Message::request("POST", TOKEN).body(form.as_bytes());
    check(&asked("refresh_token=REDACTED"), None, &[]);
    check(&asked("refresh_token=short"), None, &[]);
    check(
        &asked("refresh_token=[removed: value, 30 characters]"),
        None,
        &[],
    );
    // A SAML document is no token of ours.
    check(&asked(&format!("assertion={OPAQUE_ACCESS}")), None, &[]);
    let body = format!(r#"{{"access_token":"{OPAQUE_ACCESS}"}}"#);
    // Only where tokens are asked for, and where they are given.
    let other = Message::request("POST", JOIN);
    check(&other, Some(&answer(&body)), &[]);
    let refused = Message::response(400, "x").body(body.as_bytes());
    check(&asked("a=b"), Some(&refused), &[]);
    let negotiate = Message::request("GET", JOIN)
        .field("Authorization", "Negotiate YIIabcdefghijklmnop0123456789");
    check(&negotiate, None, &[]);
}
