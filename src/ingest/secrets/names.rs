//! Names whose values are secrets, and values that are none whatever their name.
//!
//! Producers spell one name as `refresh_token`, `refreshToken`, `Refresh-Token`; it is looked up
//! without its letter case and separators.

use super::looked_at;

/// How sure a name makes it that its value is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A password: short ones are real, so any length counts.
    Password,
    /// A name that nothing but a credential has.
    Token,
    /// A name that other things have too; the value has to look like a credential.
    Likely,
    /// A parameter of an address or a form whose name says little: authorization code, signature.
    Grant,
    /// A header, whose value reaches to the end of its line.
    Header,
}

/// Names end in these, so that `adminPassword` and `user_password` are found as well.
const ENDINGS: &[(&str, Class)] = &[
    ("password", Class::Password),
    ("passwd", Class::Password),
    ("passphrase", Class::Password),
    ("pwd", Class::Password),
    ("presharedkey", Class::Password),
    ("keymaterial", Class::Password),
    ("accesstoken", Class::Token),
    ("refreshtoken", Class::Token),
    ("authtoken", Class::Token),
    ("sessiontoken", Class::Token),
    ("securitytoken", Class::Token),
    ("clientsecret", Class::Token),
    ("aauthsecret", Class::Token),
    ("aauthdata", Class::Token),
    ("binarysecret", Class::Token),
    ("sessionkey", Class::Token),
    ("sessionkeyjwe", Class::Token),
    ("refreshtokencredential", Class::Header),
    ("devicecredential", Class::Header),
    ("authorization", Class::Header),
    ("token", Class::Likely),
    ("secret", Class::Likely),
    ("assertion", Class::Likely),
    ("credential", Class::Likely),
    ("cookie", Class::Likely),
    ("codeverifier", Class::Likely),
    ("devicecode", Class::Likely),
    ("authorizationcode", Class::Likely),
    ("authcode", Class::Likely),
    ("samlresponse", Class::Likely),
    ("wresult", Class::Likely),
    ("signaturevalue", Class::Likely),
    ("ciphervalue", Class::Likely),
    ("accountkey", Class::Likely),
    ("accesskey", Class::Likely),
    ("sharedkey", Class::Likely),
    ("apikey", Class::Likely),
    ("subscriptionkey", Class::Likely),
    ("functionskey", Class::Likely),
    ("privatekey", Class::Likely),
    ("recoverykey", Class::Likely),
];

/// Names that mean this only when nothing stands before them: `ErrorCode` is no code to hide.
const WHOLE: &[(&str, Class)] = &[
    ("idtoken", Class::Token),
    ("fedauth", Class::Token),
    ("rtfa", Class::Token),
    ("cookie", Class::Header),
    ("setcookie", Class::Header),
    ("code", Class::Grant),
    ("sig", Class::Grant),
    ("prt", Class::Likely),
    ("bearer", Class::Likely),
];

/// Names that end like a secret's and are none: part of an assembly's name, and an error.
const HARMLESS: &[&str] = &["publickeytoken", "invalidtoken"];

/// What this name makes of its value.
pub(super) fn class_of(name: &str) -> Option<Class> {
    let mut buffer = [0; LONGEST_NAME];
    let letters = name.bytes().rev();
    // The last letters, without the number that may follow them.
    let letters = letters
        .filter(u8::is_ascii_alphanumeric)
        .skip_while(u8::is_ascii_digit)
        .map(|letter| letter.to_ascii_lowercase());
    let length = buffer
        .iter_mut()
        .rev()
        .zip(letters)
        .fold(0, |length, (slot, letter)| {
            *slot = letter;
            length + 1
        });
    let plain = buffer.get(LONGEST_NAME - length..)?;
    if HARMLESS.iter().any(|name| plain == name.as_bytes()) {
        return None;
    }
    if plain.starts_with(b"estsauth") || plain.starts_with(b"msisauth") {
        return Some(Class::Token);
    }
    let last = plain.last();
    let mut whole = WHOLE.iter();
    // Most differ in their last letter already.
    let mut endings = ENDINGS
        .iter()
        .filter(|(ending, _)| ending.as_bytes().last() == last);
    whole
        .find(|(known, _)| plain == known.as_bytes())
        .or_else(|| endings.find(|(ending, _)| plain.ends_with(ending.as_bytes())))
        .map(|(_, class)| *class)
}

/// Whether every value of a field of this name is a secret.
pub(in crate::ingest) fn is_secret_field(name: &str) -> bool {
    matches!(
        class_of(name),
        Some(Class::Password | Class::Token | Class::Header)
    )
}

/// Longer names are judged by their end.
const LONGEST_NAME: usize = 64;

/// Where the name begins that ends at `end`, not before `floor`.
pub(super) fn name_start(text: &str, floor: usize, end: usize) -> usize {
    let floor = floor.max(end.saturating_sub(LONGEST_NAME));
    let letters = text.as_bytes().get(floor..end).unwrap_or_default();
    let length = letters
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte))
        .count();
    looked_at(length);
    end - length
}

/// The name without the rest of an encoded letter before it: `%26code`, `\u0026code`, `\ncode`.
pub(super) fn without_escape<'t>(text: &'t str, start: usize, name: &'t str) -> Option<&'t str> {
    let before = start
        .checked_sub(1)
        .and_then(|at| text.as_bytes().get(at).copied());
    match before {
        Some(b'%') => {
            let mut rest = name;
            while let Some(further) = rest.strip_prefix("25") {
                rest = further;
            }
            let digits = rest.get(..2)?;
            digits
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit())
                .then(|| rest.get(2..))?
        }
        Some(b'\\') => match name.strip_prefix('u') {
            Some(rest) => rest.get(4..),
            None => name.strip_prefix(['n', 'r', 't']),
        },
        _ => None,
    }
}
