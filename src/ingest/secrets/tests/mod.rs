//! What is dropped, what stays, and what it costs.

mod adapters;
mod binary;
mod claims;
mod cost;
mod given;
mod ordinary;
mod tokens;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::{Scrubber, is_secret_field};

/// Signs nothing.
const SIGNATURE: &str = "c2lnbmF0dXJlLW5vYm9keS1tYXktc2Vl";
/// Credits nothing.
const OPAQUE: &str = "0.AXoAopaque-4f9c2e7b1d0123456789";

fn scrub(text: &str) -> String {
    Scrubber::default().scrub(text, false).into_owned()
}

/// The text is scrubbed to this, and scrubbing it again changes nothing.
fn check(text: &str, expected: &str) {
    let scrubbed = scrub(text);
    assert_eq!(scrubbed, expected, "{text}");
    assert_eq!(scrub(&scrubbed), scrubbed, "scrubbed twice: {text}");
}

/// The secret is not in the scrubbed text, while what is around it is.
fn gone(before: &str, secret: &str, behind: &str) {
    let text = format!("{before}{secret}{behind}");
    let scrubbed = scrub(&text);
    let kept = scrubbed.starts_with(before) && scrubbed.ends_with(behind);
    assert!(!scrubbed.contains(secret) && kept, "{text}\n{scrubbed}");
    assert_eq!(scrub(&scrubbed), scrubbed, "scrubbed twice: {text}");
}

fn base64url(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// A token with this header and these claims.
fn jwt(header: &str, claims: &str) -> String {
    format!("{}.{}.{SIGNATURE}", base64url(header), base64url(claims))
}
