//! JWTs, keys, credentials of schemes and addresses.

use super::*;

const HEADER: &str = r#"{"alg":"RS256","typ":"JWT"}"#;
const CLAIMS: &str = r#"{"aud":"urn:example","exp":1}"#;

/// A text with the token keeps the claims and all else, and loses the signature.
fn reduced(before: &str, token: &str, behind: &str) {
    let scrubbed = scrub(&format!("{before}{token}{behind}"));
    assert!(
        scrubbed.starts_with(&format!("{before}[jwt sha256:"))
            && scrubbed.ends_with(&format!(" {CLAIMS}]{behind}"))
            && !scrubbed.contains(SIGNATURE),
        "{before}{token}{behind}\n{scrubbed}"
    );
    assert_eq!(scrub(&scrubbed), scrubbed, "scrubbed twice");
}

#[test]
fn a_jwt_keeps_its_claims_and_loses_its_signature() {
    let token = jwt(HEADER, CLAIMS);
    for (before, behind) in [
        ("token=", ";"),
        ("", ""),
        ("Authorization: Bearer is ", "."),
        ("x", " y"),
        ("request=", "&x=1"),
        (r#"{"id_token":""#, r#"","a":1}"#),
        (r#"{\"id_token\":\""#, r#"\",\"a\":1}"#),
        (
            "<wsse:BinarySecurityToken ValueType=\"urn:x\">",
            "</wsse:BinarySecurityToken>",
        ),
        ("id_token%3D", "%26x%3D1"),
        (
            "client_assertion_type=urn:x:jwt-bearer&client_assertion=",
            "",
        ),
        ("?code=", " HTTP/1.1"),
    ] {
        let before = before.trim_start_matches("Authorization: ");
        reduced(before, &token, behind);
    }
    let header = format!("Authorization: Bearer {token}\r\nHost: x");
    assert!(scrub(&header).starts_with("Authorization: [jwt sha256:"));
    assert!(scrub(&header).ends_with(&format!(" {CLAIMS}]\r\nHost: x")));
}

#[test]
fn a_jwt_is_known_by_its_shape() {
    for header in [
        "{ \"alg\":\"RS256\"}",
        "{\n\"alg\":\"RS256\"}",
        "{\n  \"alg\":\"RS256\"}",
        "{\r\n  \"alg\":\"RS256\"}",
        "{\t\"alg\":\"RS256\"}",
        " {\"alg\":\"RS256\"}",
        "\n{\"alg\":\"RS256\"}",
        "\t{\"alg\":\"RS256\"}",
        "\r\n{\"alg\":\"RS256\"}",
        r#"{"1":"a","alg":"RS256"}"#,
    ] {
        reduced("x ", &jwt(header, CLAIMS), " y");
    }
    let token = jwt(HEADER, CLAIMS);
    reduced("p=", &token.replace('.', "%2E"), "&x=1");
    reduced("p=", &token.replace('.', "%252e"), "&x=1");
    let padded = format!(
        "{}=.{}==.{SIGNATURE}=",
        base64url(r#"{"alg":"RS256"}"#),
        base64url(CLAIMS)
    );
    reduced("p ", &padded, " y");
    // However a token is spelled, it has one digest.
    let spelled = [&token, &token.replace('.', "%2E")].map(|token| scrub(token));
    assert_eq!(spelled[0], spelled[1]);
}

#[test]
fn an_encrypted_token_leaves_a_digest() {
    let header = base64url(r#"{"alg":"dir","enc":"A256GCM"}"#);
    for token in [
        format!("{header}..aXZpdml2aXY.Y2lwaGVydGV4dA.dGFndGFn"),
        format!("{header}.a2V5a2V5.aXZpdml2aXY.Y2lwaGVydGV4dA.dGFndGFn"),
        format!("{header}.a2V5a2V5.aXZpdml2aXY.Y2lwaGVydGV4dA.dGFndGFn.bW9yZQ"),
    ] {
        let scrubbed = scrub(&format!("x {token} y"));
        assert!(
            scrubbed.starts_with("x [jwt sha256:") && scrubbed.ends_with("] y"),
            "{scrubbed}"
        );
        assert_eq!(scrubbed.len(), "x [jwt sha256:0123456789abcdef] y".len());
    }
}

/// A request for a primary refresh token is a JWT with a password or another token in its claims.
#[test]
fn claims_are_scrubbed_as_well() {
    let inner = jwt(HEADER, CLAIMS);
    let claims = format!(
        r#"{{"grant_type":"password","password":"hunter2","refresh_token":"{OPAQUE}","x":"{inner}"}}"#
    );
    let scrubbed = scrub(&format!("request={}", jwt(HEADER, &claims)));
    for secret in ["hunter2", OPAQUE, SIGNATURE] {
        assert!(!scrubbed.contains(secret), "{scrubbed}");
    }
    assert!(scrubbed.contains(r#""grant_type":"password""#) && scrubbed.contains("urn:example"));
    assert_eq!(scrub(&scrubbed), scrubbed);
    // Deeper ones than anybody makes lose their claims, not their secrets.
    let nested = (0..8).fold(inner, |token, _| {
        jwt(HEADER, &format!(r#"{{"x":"{token}"}}"#))
    });
    assert!(!scrub(&nested).contains(SIGNATURE));
}

#[test]
fn a_jwt_in_base64_is_reduced_like_any() {
    let token = jwt(HEADER, CLAIMS);
    let wide: Vec<u8> = token.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let wrapped = STANDARD.encode(&token);
    let lines: Vec<_> = wrapped
        .as_bytes()
        .chunks(64)
        .map(String::from_utf8_lossy)
        .collect();
    let lines = lines.join("&#xD;\n");
    for value in [
        &wrapped,
        &STANDARD.encode(wide),
        &URL_SAFE_NO_PAD.encode(&token),
        &lines,
    ] {
        reduced(
            "<BinarySecurityToken a=\"b\">",
            value,
            "</BinarySecurityToken>",
        );
    }
    reduced("x ", &wrapped, " y");
    reduced("x=", &wrapped.replace('=', "%3D"), "&y");
}

#[test]
fn credentials_of_schemes_go_and_words_stay() {
    for (text, expected) in [
        (
            "Bearer 0123456789abcdef0123",
            "Bearer [removed: token, 20 characters]",
        ),
        (
            "bearer%200123456789abcdef0123%20x",
            "bearer%20[removed: token, 20 characters]%20x",
        ),
        (
            "Basic dXNlcjpwYXNz",
            "Basic [removed: token, 12 characters]",
        ),
        ("Basic dTpwYQ==", "Basic [removed: token, 8 characters]"),
        ("basic internationalization", "basic internationalization"),
        (
            "Bearer AuthenticationContext",
            "Bearer AuthenticationContext",
        ),
        (
            r#"Bearer authorization_uri="https://host.example/x", error="invalid_token""#,
            r#"Bearer authorization_uri="https://host.example/x", error="invalid_token""#,
        ),
        (
            "Negotiate TlRMTVNTUAADAAAAGAAYAHIAAACuAK4BigAAAAAAAABYAAAA",
            "Negotiate [removed: token, 48 characters]",
        ),
        (
            "NTLM TlRMTVNTUAADAAAAGAAYAHIAAACuAK4BigAAAAAAAABYAAAA",
            "NTLM [removed: token, 48 characters]",
        ),
        (
            "x t=EwB4A8l6BAAUkj1NuJYtTVha+Mogk+HEiPbQo04AAX3xyzabcdef&p=",
            "x t=[removed: token, 52 characters]&p=",
        ),
        (
            "proxy http://user:pass@proxy.example:8080/x",
            "proxy http://[removed: user and password, 9 characters]@proxy.example:8080/x",
        ),
        (
            "https://host.example:443/a@b",
            "https://host.example:443/a@b",
        ),
        ("ldap://user@host.example/", "ldap://user@host.example/"),
    ] {
        check(text, expected);
    }
}

#[test]
fn private_keys_go_and_certificates_stay() {
    check(
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN [removed: private key, 27 characters]-----END RSA PRIVATE KEY-----",
    );
    for label in [
        "PRIVATE KEY",
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
    ] {
        for end in ["\n", "\\n", "\r\n", "\\r\\n"] {
            let secret = "MIIEvgIBADANBgkqhkiG9w0BAQEFAASC";
            gone(
                "x -----BEGIN",
                &format!(" {label}-----{end}{secret}{end}"),
                &format!("-----END {label}-----{end}y"),
            );
        }
    }
    gone("-----BEGIN", " PRIVATE KEY-----\nMIIEvgIBADAN", "");
    gone(
        "-----BEGIN",
        "%20PRIVATE%20KEY-----%0AMIIEvgIBADAN%0A",
        "-----END%20",
    );
    let certificate = r"-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----\n";
    check(certificate, certificate);
    check(
        &format!(r"{certificate}-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"),
        &format!(
            "{certificate}-----BEGIN [removed: private key, 25 characters]-----END PRIVATE KEY-----"
        ),
    );
}
