//! JSON web tokens with chosen claims and a signature that nobody made.

use crate::{base64, json};

/// What every signature of these tokens begins with once it is decoded, so that a search of outputs
/// for [`SIGNATURE_TEXT`] finds any that slipped through, and no reader takes one for real.
const SIGNATURE: &str = "INVENTED-SIGNATURE-signs-nothing-";

/// The base64 text that every signature of these tokens begins with.
pub const SIGNATURE_TEXT: &str = "SU5WRU5URUQtU0lHTkFUVVJFLXNpZ25zLW5vdGhpbmct";

/// A token under construction.
///
/// ```
/// let token = samples::jwt::Jwt::new()
///     .claim("aud", "urn:ms-drs:enterpriseregistration.windows.net")
///     .iat(1_790_000_000)
///     .exp(1_790_003_900)
///     .to_text();
/// assert_eq!(token.split('.').count(), 3);
/// ```
#[derive(Clone, Debug)]
pub struct Jwt {
    header: Vec<(String, String)>,
    claims: Vec<(String, String)>,
}

impl Default for Jwt {
    fn default() -> Self {
        let header = [("typ", "JWT"), ("alg", "RS256"), ("kid", "invented-key")];
        Self {
            header: header
                .map(|(name, value)| (name.to_owned(), json::string(value)))
                .into(),
            claims: Vec::new(),
        }
    }
}

impl Jwt {
    /// A token without claims, of the usual header.
    pub fn new() -> Self {
        Self::default()
    }

    /// A claim that is text.
    #[must_use]
    pub fn claim(self, name: &str, value: &str) -> Self {
        self.raw_claim(name, &json::string(value))
    }

    /// A claim that is a number.
    #[must_use]
    pub fn number(self, name: &str, value: i64) -> Self {
        self.raw_claim(name, &value.to_string())
    }

    /// A claim that is a list of texts.
    #[must_use]
    pub fn list(self, name: &str, values: &[&str]) -> Self {
        let values: Vec<String> = values.iter().map(|value| json::string(value)).collect();
        self.raw_claim(name, &format!("[{}]", values.join(",")))
    }

    /// A claim whose value is given as JSON, well formed or not.
    #[must_use]
    pub fn raw_claim(mut self, name: &str, json: &str) -> Self {
        self.claims.push((name.to_owned(), json.to_owned()));
        self
    }

    /// Issued at, in seconds since 1970 UTC.
    #[must_use]
    pub fn iat(self, seconds: i64) -> Self {
        self.number("iat", seconds)
    }

    /// Not valid before, in seconds since 1970 UTC.
    #[must_use]
    pub fn nbf(self, seconds: i64) -> Self {
        self.number("nbf", seconds)
    }

    /// Not valid from this second on, in seconds since 1970 UTC.
    #[must_use]
    pub fn exp(self, seconds: i64) -> Self {
        self.number("exp", seconds)
    }

    /// The claims as JSON.
    pub fn claims_json(&self) -> String {
        object(&self.claims)
    }

    /// The token in its compact form: header, claims and a signature of 256 bytes.
    pub fn to_text(&self) -> String {
        let claims = self.claims_json();
        // The rest of the signature depends on the claims, so that equal claims sign equally.
        let mut state = claims.bytes().fold(0xCBF2_9CE4_8422_2325, fnv);
        let mut signature = SIGNATURE.as_bytes().to_vec();
        while signature.len() < 256 {
            state = fnv(state, 0xA5);
            signature.push(state.to_be_bytes()[3]);
        }
        [
            object(&self.header).as_bytes(),
            claims.as_bytes(),
            &signature,
        ]
        .map(base64::url)
        .join(".")
    }
}

/// One step of the FNV-1a hash.
fn fnv(state: u64, byte: u8) -> u64 {
    (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
}

fn object(members: &[(String, String)]) -> String {
    json::object(members.iter().map(|(name, value)| (&**name, value.clone())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_its_parts_and_a_marked_signature() {
        let jwt = Jwt::new().claim("aud", "a\"b").iat(5).list("amr", &["pwd"]);
        assert_eq!(
            jwt.claims_json(),
            "{\"aud\":\"a\\\"b\",\"iat\":5,\"amr\":[\"pwd\"]}"
        );
        let text = jwt.to_text();
        let parts: Vec<&str> = text.split('.').collect();
        assert_eq!(parts.len(), 3);
        assert!(parts[0].starts_with("eyJ") && parts[1].starts_with("eyJ"));
        assert!(parts[2].starts_with(SIGNATURE_TEXT));
        assert_eq!(parts[2].len(), 342);
        assert_eq!(text, jwt.to_text());
        assert_ne!(text, jwt.exp(6).to_text());
    }
}
