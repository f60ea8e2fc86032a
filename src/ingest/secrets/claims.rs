//! What a JWT says of itself, as data: the claims that the analysis asks for.
//!
//! Names of claims: RFC 7519 section 4.1 and Microsoft's page on claims of access tokens
//! (specified); `client_id` as requests for primary refresh tokens have it (MS-OAPXBC).

use std::cell::RefCell;

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::walk;
use crate::model::{SeenToken, Ticks};

/// Tokens met on the way through texts, in the order in which they were come upon.
#[derive(Default)]
pub(super) struct Met(RefCell<Found>);

#[derive(Default)]
struct Found {
    tokens: Vec<SeenToken>,
    digests: FxHashSet<String>,
}

impl Met {
    /// Adds a token, unless it was met already.
    pub(super) fn add(&self, token: Option<SeenToken>) {
        let mut met = self.0.borrow_mut();
        if let Some(token) = token
            && met.digests.insert(token.digest.clone())
        {
            met.tokens.push(token);
        }
    }

    /// Adds tokens that stood in the claims of the token with this digest.
    pub(super) fn add_inside(&self, tokens: &Self, digest: &str) {
        for mut token in tokens.take() {
            token.inside.get_or_insert_with(|| digest.to_owned());
            self.add(Some(token));
        }
    }

    pub(super) fn take(&self) -> Vec<SeenToken> {
        // Asked of every record, most of which have none.
        if self.is_empty() {
            return Vec::new();
        }
        self.0.take().tokens
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.borrow().tokens.is_empty()
    }
}

/// The token with this digest, header and claims; `None` where neither says that it is one, since
/// other things have dots in them too. `depth` counts the tokens around it.
pub(super) fn seen(
    digest: &str,
    header: Option<Value>,
    claims: Option<&Value>,
    depth: u8,
) -> Option<SeenToken> {
    let header = header.unwrap_or_default();
    let stated = |object: &Value, names: &[&str]| {
        let text = names.iter().find_map(|name| text(object.get(*name)?))?;
        // A claim that is secret itself is as secret here as in the remark.
        Some(walk::scrub(&text, depth + 1, &Met::default()).into_owned())
    };
    let algorithm = stated(&header, &["alg"]);
    if algorithm.is_none() && claims.is_none() {
        return None;
    }
    let claims = claims.unwrap_or(&Value::Null);
    let methods = claims.get("amr").and_then(Value::as_array);
    Some(SeenToken {
        digest: digest.to_owned(),
        algorithm,
        form: stated(&header, &["typ"]),
        audience: stated(claims, &["aud"]),
        app: stated(claims, &["appid", "azp", "client_id"]),
        tenant: stated(claims, &["tid"]),
        subject: stated(
            claims,
            &["upn", "unique_name", "preferred_username", "oid", "sub"],
        ),
        version: stated(claims, &["ver"]),
        scopes: stated(claims, &["scp"]),
        methods: methods
            .into_iter()
            .flatten()
            .filter_map(|method| {
                Some(walk::scrub(method.as_str()?, depth + 1, &Met::default()).into_owned())
            })
            .collect(),
        issued_at: instant(claims.get("iat")),
        not_before: instant(claims.get("nbf")),
        expires_at: instant(claims.get("exp")),
        ..SeenToken::default()
    })
}

/// A claim as text; of several the first.
fn text(claim: &Value) -> Option<String> {
    match claim {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(several) => several.first()?.as_str().map(str::to_owned),
        _ => None,
    }
}

/// Seconds since 1970, which some producers write as text or with a fraction.
fn instant(claim: Option<&Value>) -> Option<Ticks> {
    let seconds = match claim? {
        Value::Number(number) => number
            .as_i64()
            .or_else(|| number.as_f64().and_then(whole))?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    Ticks::from_unix(seconds)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a fraction of a second is cut off, and what is no time saturates and is refused"
)]
fn whole(seconds: f64) -> Option<i64> {
    seconds.is_finite().then_some(seconds as i64)
}
