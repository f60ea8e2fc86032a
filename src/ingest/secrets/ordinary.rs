//! Values that are no secrets whatever their name says: placeholders, states, numbers, identifiers.
//!
//! What is dropped cannot be read any more, so a name that other things have too needs a value that
//! looks like a credential.

use super::looked_at;
use super::names::Class;

/// Credentials are long: 128 bits in hexadecimal are 32 letters, in base64 they are 22. What is
/// shorter than 16 is a word, a number or a code.
pub(super) const SHORTEST_TOKEN: usize = 16;

/// Authorization codes and signatures are base64 of at least 128 bits; many names of errors and
/// states are as long as 20 letters.
const SHORTEST_GRANT: usize = 22;

/// A value that is longer is taken for a secret without a look at its letters, which bounds the
/// work on values that are kept.
const LONGEST_JUDGED: usize = 256;

/// How a value is given to its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Giving {
    /// By `=`, or between quotation marks, or as the content of an element: nothing else is meant.
    Exact,
    /// By a colon, as prose does too.
    Colon,
}

/// Whether a value of this class has to be dropped.
pub(super) fn is_secret(class: Class, value: &str, giving: Giving) -> bool {
    let value = value.trim();
    if value.len() > LONGEST_JUDGED {
        return true;
    }
    looked_at(value.len());
    if is_placeholder(value) {
        return false;
    }
    match class {
        Class::Password => true,
        Class::Token | Class::Header => {
            giving == Giving::Exact || value.len() >= SHORTEST_TOKEN && looks_random(value)
        }
        Class::Likely => value.len() >= SHORTEST_TOKEN && looks_random(value),
        Class::Grant => {
            value.len() >= SHORTEST_GRANT
                && looks_random(value)
                && value.bytes().any(|byte| byte.is_ascii_lowercase())
        }
    }
}

/// Whether the value says that something is not shown, or only whether or how it is set.
///
/// Numbers of up to three digits are flags, lengths and days; hexadecimal ones of up to eight are
/// status codes.
pub(super) fn is_placeholder(value: &str) -> bool {
    const STATES: &[&str] = &[
        "absent",
        "disabled",
        "empty",
        "enabled",
        "expired",
        "failed",
        "false",
        "hidden",
        "invalid",
        "masked",
        "missing",
        "n/a",
        "nil",
        "no",
        "none",
        "not",
        "null",
        "off",
        "on",
        "optional",
        "present",
        "redacted",
        "removed",
        "required",
        "set",
        "snipped",
        "success",
        "true",
        "undefined",
        "unknown",
        "unset",
        "valid",
        "yes",
    ];
    let value = value.trim();
    let bare = value
        .trim_matches(|letter: char| "<>[](){}*.,;!".contains(letter))
        .trim();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    value.bytes().all(|byte| b"*xX.-()[]{}<>".contains(&byte))
        || (1..=3).contains(&bare.len()) && digits(bare)
        || bare
            .strip_prefix("0x")
            .is_some_and(|code| code.len() <= 8 && code.bytes().all(|b| b.is_ascii_hexdigit()))
        || STATES.iter().any(|state| bare.eq_ignore_ascii_case(state))
        || (value.starts_with('<') && value.ends_with('>'))
        || is_marker(value, bare)
}

/// A word in brackets that says what was done: `[PII removed]`, `{secret}`.
fn is_marker(value: &str, bare: &str) -> bool {
    const WORDS: &[&str] = &["redact", "remov", "hidden", "mask", "snip", "pii", "secret"];
    let lower = bare.to_ascii_lowercase();
    value.starts_with(['[', '{', '(', '*'])
        && value.ends_with([']', '}', ')', '*'])
        && !bare.bytes().any(|byte| byte.is_ascii_digit())
        && WORDS.iter().any(|word| lower.contains(word))
}

/// Whether the letters could be drawn at random: digits among them, only letters that encodings of
/// bytes use (which leaves addresses, paths and sentences out), and no GUID, SID or number.
pub(super) fn looks_random(value: &str) -> bool {
    let encoded = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~+/=%|*!$".contains(&byte);
    value.bytes().all(encoded)
        && value.bytes().any(|byte| byte.is_ascii_digit())
        && value.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !is_identifier(value)
}

/// GUIDs, SIDs and numbers.
fn is_identifier(value: &str) -> bool {
    let bare = value.trim_matches(['{', '}']);
    let dashes = [8, 13, 18, 23];
    let guid = bare.len() == 36
        && bare.bytes().enumerate().all(|(at, byte)| {
            if dashes.contains(&at) {
                byte == b'-'
            } else {
                byte.is_ascii_hexdigit()
            }
        });
    let number = bare
        .strip_prefix("0x")
        .is_some_and(|digits| digits.len() <= 16 && digits.bytes().all(|b| b.is_ascii_hexdigit()));
    guid || number || bare.starts_with("S-1-")
}
