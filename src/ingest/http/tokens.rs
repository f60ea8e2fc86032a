//! Tokens that a message hands over or shows by their place: which part of an answer each is, how long
//! the answer says that it lives, and those that are no JWT.

use serde_json::Value;

use super::fields::Fields;
use super::message::{Message, parameter};
use crate::ingest::secrets::token_alone;
use crate::model::{SeenToken, TokenPart, TokenSide};

/// Parameters of requests that are tokens. Of an assertion only a JWT is one; others are documents.
const ASKED: &[(&str, TokenPart)] = &[
    ("assertion", TokenPart::Assertion),
    ("client_assertion", TokenPart::Assertion),
    ("refresh_token", TokenPart::Refresh),
    ("access_token", TokenPart::Access),
    ("id_token", TokenPart::Id),
];

/// Members of answers that are tokens, and those that say how many seconds each lives.
///
/// Source: RFC 6749, section 5.1; the last two members for lives are additions of the sign-in service
/// (both specified).
const ANSWERED: &[(&str, TokenPart, &str)] = &[
    ("access_token", TokenPart::Access, "expires_in"),
    ("id_token", TokenPart::Id, "id_token_expires_in"),
    (
        "refresh_token",
        TokenPart::Refresh,
        "refresh_token_expires_in",
    ),
];

/// Names the tokens that the request shows.
pub(super) fn add_request(fields: &mut Fields, message: &Message<'_>) {
    let bearer = message.headers.get("authorization").and_then(|value| {
        let (scheme, rest) = value.trim().split_once(' ')?;
        let token = rest.split([' ', ',']).find(|word| !word.is_empty())?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token)
    });
    let bearer = bearer.map(|token| (token, TokenPart::Access));
    let given = ASKED
        .iter()
        .filter_map(|(name, part)| Some((parameter(&message.form, name)?, *part)));
    for (text, part) in bearer.into_iter().chain(given) {
        if let Some(token) = token_alone(text) {
            let is_document = token.is_opaque && part == TokenPart::Assertion;
            if !is_document {
                fields.token(SeenToken {
                    side: Some(TokenSide::Request),
                    part: Some(part),
                    ..token
                });
            }
        }
    }
}

/// Names the tokens that an answer hands over; what is no JWT is one only where tokens are asked for.
pub(super) fn add_answer(fields: &mut Fields, message: &Message<'_>, is_of_tokens: bool) {
    let Some(json) = &message.json else { return };
    for (name, part, life) in ANSWERED {
        let token = json.get(name).and_then(Value::as_str).and_then(token_alone);
        if let Some(token) = token.filter(|token| is_of_tokens || !token.is_opaque) {
            fields.token(SeenToken {
                side: Some(TokenSide::Response),
                part: Some(*part),
                lifetime_seconds: json.get(life).and_then(seconds),
                ..token
            });
        }
    }
}

/// A length of time, which some servers write as text.
fn seconds(value: &Value) -> Option<f64> {
    let seconds = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    Some(seconds).filter(|seconds| seconds.is_finite() && *seconds >= 0.0)
}
