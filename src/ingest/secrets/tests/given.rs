//! Values that are given to names: in forms, JSON, XML, headers, command lines.

use super::*;

#[test]
fn a_form_loses_the_values_of_secrets_only() {
    check(
        "grant_type=password&password=hunter2&x=1",
        "grant_type=password&password=[removed: value, 7 characters]&x=1",
    );
    for name in [
        "refresh_token",
        "access_token",
        "assertion",
        "client_assertion",
        "client_secret",
        "device_code",
        "code",
        "code_verifier",
        "prt",
        "sig",
        "session_key",
        "SAMLResponse",
        "wresult",
        "ESTSAUTH",
        "ESTSAUTHPERSISTENT",
        "x-ms-RefreshTokenCredential1",
        "MSISAuth1",
        "passwd",
        "user_password",
        "adminPwd",
    ] {
        if !name.starts_with("x-ms") {
            gone(&format!("{name}="), OPAQUE, "&x=1");
            gone(
                &format!("https://h.example/?a=b&{name}="),
                OPAQUE,
                "&x=1 200",
            );
            gone(&format!("a=b&amp;{name}="), OPAQUE, "&amp;x=1");
            gone(&format!("a%3Db%26{name}%3D"), OPAQUE, "%26x%3D1");
            gone(&format!(r"a=b\u0026{name}="), OPAQUE, r"\u0026x=1");
        }
        // What prose says of a code or a signature is not one.
        if !matches!(name, "code" | "sig") {
            gone(&format!("x {name}: "), OPAQUE, "\ny: 1");
        }
        gone(&format!(r#"{{"{name}":""#), OPAQUE, r#"","x":1}"#);
    }
}

#[test]
fn json_is_read_in_every_wrapping() {
    for name in [
        "refreshToken",
        "accessToken",
        "idToken",
        "clientSecret",
        "sessionKey",
        "refresh-token",
    ] {
        gone(&format!(r#"{{"{name}":""#), OPAQUE, r#"","x":1}"#);
        gone(&format!(r#"{{"{name}" : ""#), OPAQUE, r#"", "x":1}"#);
        gone(&format!(r#"{{\"{name}\":\""#), OPAQUE, r#"\",\"x\":1}"#);
        gone(
            &format!(r#"{{\\\"{name}\\\": \\\""#),
            OPAQUE,
            r#"\\\",\\\"x\\\":1}"#,
        );
        gone(
            &format!("{{&quot;{name}&quot;:&quot;"),
            OPAQUE,
            "&quot;,&quot;x&quot;:1}",
        );
        gone(
            &format!("%7B%22{name}%22%3A%22"),
            OPAQUE,
            "%22%2C%22x%22%3A1%7D",
        );
        gone(
            &format!(r"\u0022{name}\u0022:\u0022"),
            OPAQUE,
            r"\u0022,\u0022x\u0022:1",
        );
        gone(&format!(r#"{{""{name}"":"""#), OPAQUE, r#""",""x"":1}"#);
        gone(&format!("{{'{name}': '"), OPAQUE, "', 'x': 1}");
    }
}

/// A delimiter inside a password does not end it.
#[test]
fn the_whole_of_a_password_goes() {
    gone(r#"{"password":""#, r#"a\"b, c&d"#, r#"","x":1}"#);
    gone(r#"{"password":""#, r"a\\", r#"","x":1}"#);
    gone(r#"{\"password\":\""#, r#"a\\\"b c"#, r#"\",\"x\":1}"#);
    gone("{&quot;password&quot;:&quot;", r"a\&quot;b c", "&quot;}");
    gone("%22password%22%3A%22", "a%5C%22b", "%22%7D");
    gone("\"password=", "a,b;c)d\"e'f", "\" x");
    gone("password=", "a%26b%22c", "&x=1");
    gone("password=", "ab\\new", " x");
    gone("Server=x;Password=", "a;b,c", ";User=y");
    gone("@{Password=", "abc", "; User=y}");
    gone("<a Password=\"", "x y", "\" b=\"c\"/>");
    gone("password='", "x y", "'");
    gone("password = ", "hunter2", " x");
    gone("Password: ", "hunter2", "");
    gone("$password == ", "hunter2", "");
    gone("password => ", "hunter2", "");
    gone("curl --password ", "hunter2", " http://x");
    gone("x.exe /password:", "hunter2", " /y");
    gone("x.exe /password ", "hunter2", " /y");
    gone("form[password]=", "hunter2", "&x");
    gone("password=", "[abc]", " x");
    gone("password=", "wort-für-jürgen", " x");
    gone("{\"password=", "a{\"access_token\":\"b", "\"}");
    gone(
        "password=\"",
        "-----BEGIN PRIVATE KEY-----\nMIIE\n",
        "-----END PRIVATE KEY-----\"",
    );
}

#[test]
fn a_name_may_itself_be_a_value() {
    gone(r#"<parm name="AAUTHSECRET" value=""#, "hunter2", r#""/>"#);
    gone(r#"{"name":"Cookie","value":""#, "a=b; c=d", r#""}"#);
    gone("{\"name\": \"password\",\n \"value\": \"", "hunter2", "\"}");
    check(
        r#"{"grant_type":"password","username":"someone"}"#,
        r#"{"grant_type":"password","username":"someone"}"#,
    );
}

#[test]
fn a_header_goes_to_the_end_of_its_line() {
    check(
        "Cookie: ESTSAUTH=abc; x=y\nNext: 1",
        "Cookie: [removed: header value, 17 characters]\nNext: 1",
    );
    for name in [
        "Cookie",
        "Set-Cookie",
        "Authorization",
        "Proxy-Authorization",
        "x-ms-RefreshTokenCredential",
        "x-ms-RefreshTokenCredential2",
        "x-ms-DeviceCredential",
    ] {
        gone(
            &format!("GET /\r\n{name}: "),
            "a=b; \"c\"; d=e f",
            "\r\nHost: x",
        );
        gone(&format!(r"GET /\r\n{name}: "), "a=b; c=d e", r"\r\nHost: x");
        gone(&format!(r#"{{"{name}":""#), "a=b; c=d e", r#"","x":1}"#);
        gone(&format!("{name}="), "a=b; c=d e", "");
    }
    gone("Set-Cookie: ", r"u=A\nancy; c=d", "\nx");
}

#[test]
fn a_quotation_mark_that_words_follow_hides_no_value() {
    let code = "0.AQsample-opaque-4f9c2e7b1d0AbC";
    for behind in ["&quot;cli:", "\"cli:", "'x", "\\\"x"] {
        let text = format!("https://host.example/?code={code}{behind} and more");
        let scrubbed = scrub(&text);
        assert!(!scrubbed.contains("AQsample"), "{scrubbed}");
        assert!(scrubbed.ends_with(" and more"), "{scrubbed}");
    }
    check("code=red\"and:green", "code=red\"and:green");
}

#[test]
fn elements_lose_their_content() {
    for (before, behind) in [
        ("<Password>", "</Password>"),
        (
            "<wsse:Password Type=\"urn:x#PasswordText\">",
            "</wsse:Password>",
        ),
        (
            "&lt;o:Password Type=&quot;x&quot;&gt;",
            "&lt;/o:Password&gt;",
        ),
        ("%3CPassword%3E", "%3C/Password%3E"),
        (
            "%3Cwsse%3APassword%20Type%3D%22x%22%3E",
            "%3C%2Fwsse%3APassword%3E",
        ),
        (
            "%253cwsse%253aPassword%253e",
            "%253c%252fwsse%253aPassword%253e",
        ),
        ("<wsse:Password+Type=\"x\">", "</wsse:Password>"),
        (r"\u003cPassword\u003e", r"\u003c/Password\u003e"),
        ("<AdministratorPassword>\n <Value>", "</Value>"),
        ("<Password><![CDATA[", "]]></Password>"),
        ("<keyMaterial>", "</keyMaterial>"),
        ("<trust:BinarySecret>", "</trust:BinarySecret>"),
        ("<ds:SignatureValue>", "</ds:SignatureValue>"),
        (
            "<wsse:BinarySecurityToken ValueType=\"x\"\n Id=\"y\">",
            "</wsse:BinarySecurityToken>",
        ),
    ] {
        gone(before, OPAQUE, behind);
    }
    gone("<Password>", "a&lt;b c&amp;d", "</Password>");
    gone("<Password>", "hunter2", "");
    gone(
        "<BinarySecurityToken>",
        "MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBa",
        "</x>",
    );
    gone(
        "<saml:SignatureValue>",
        "\r\nabc0def1abc0def1\r\nabc0def1==\r\n",
        "</x>",
    );
    check("<Password/><x>y</x>", "<Password/><x>y</x>");
    check("<Password></Password>", "<Password></Password>");
}

#[test]
fn a_secret_field_keeps_only_its_producers_placeholder() {
    let scrubber = Scrubber::default();
    for name in [
        "AuthToken",
        "Password",
        "UserPassword",
        "refresh_token",
        "Client Secret",
    ] {
        assert!(is_secret_field(name), "{name}");
    }
    for name in [
        "PublicKeyToken",
        "ErrorCode",
        "PasswordLength",
        "AzureAdPrt",
        "KeySignTest",
        "token",
    ] {
        assert!(!is_secret_field(name), "{name}");
    }
    for text in [
        "<Present; Snipped>",
        "<NULL>",
        "",
        "YES",
        "****",
        "0",
        "0x80070005",
    ] {
        assert_eq!(scrubber.scrub(text, true), text);
    }
    assert_eq!(
        scrubber.scrub("AQABAAEAAAD--secret", true),
        "[removed: secret, 19 characters]"
    );
    assert_eq!(scrubber.bytes(&[0xf3, 0x9c], false), None);
    assert_eq!(
        scrubber.bytes(&[0xf3, 0x9c], true).as_deref(),
        Some("[removed: secret, 2 bytes]")
    );
}
