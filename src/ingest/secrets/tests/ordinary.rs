//! What has to stay readable.

use super::*;

#[test]
fn words_about_secrets_are_not_secrets() {
    for text in [
        "",
        "the password was changed",
        "bearer of news",
        "-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
        "eyJ",
        "AuthToken",
        "the request's `Authorization: Bearer`, its `Cookie` and what else there is",
        "Kennwort für Jürgen",
        "PasswordPolicy: 5",
        "MinPasswordLength=8",
        "PasswordLength=12",
        "password=****",
        "password=",
        "password: (null)",
        "{\"password\":null,\"x\":1}",
        "{\"password\":\"\",\"x\":1}",
        "AllowPassword=1",
        "ResetPassword: 0x80070005",
        "AdfsRefreshToken : YES",
        "AzureAdPrt : YES",
        "access_token: missing",
        "refresh_token: expired, asking for another one",
        "grant_type=refresh_token&resource=x",
        "response_type=code id_token&scope=openid",
        r#"{"token_type":"Bearer","expires_in":3599}"#,
        r#"{"error":"invalid_token","error_description":"The access token expired"}"#,
        "invalid_token: AADSTS500133 at 2026-03-02T08:00:00Z, not valid any more",
        "AADSTS50126: Invalid username or password.\r\nTrace ID: 9c3f6a2e-1b7d-4f50-8e21-5a0c4d7b9e13",
    ] {
        check(text, text);
    }
}

#[test]
fn codes_keys_and_identifiers_stay() {
    for text in [
        "error_code=0123456789abcdefABCDEF0123456789",
        "code=0x801c03ed",
        "code: 5",
        "code=authorization_declined_by_the_user",
        "code=ERROR_WINHTTP_CANNOT_CONNECT_12029",
        "code=9c3f6a2e-1b7d-4f50-8e21-5a0c4d7b9e13",
        "errorcode: 0xcaa20003",
        "statusCode=200",
        "zipcode=0123456789abcdefABCDEF",
        r#"{"code":"InvalidAuthenticationToken","message":"x"}"#,
        "Version=4.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35",
        "token: 9c3f6a2e-1b7d-4f50-8e21-5a0c4d7b9e13",
        "Token: S-1-5-21-1004336348-1177238915-682003330-512",
        "Token=0x00000000000003e7",
        "token: https://login.example/0123456789/oauth2/token",
        "Thumbprint=0123456789ABCDEF0123456789ABCDEF01234567",
        "nonce=AwABEgEAAAADAOz_BQD0_0123456789abcdef",
        "KeyId: b7ec92d1-6c22-4a3e-9a1f-0a1b2c3d4e5f",
        r"Key: HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion",
        "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "https://login.example/common/oauth2/authorize?client_id=0123&scope=openid%20profile",
        "frameworkversion.dll ewokewokewok.villages.example keyAlgorithmNames.txt.example",
        "eyJhbGciOiJSUzI1NiJ9 and eyJhbGciOiJSUzI1NiJ9... are no tokens, nor is eyJhbGciOiJSUzI1NiJ9.txt",
        "Microsoft.Windows.Security.TokenBroker, Microsoft.AAD.BrokerPlugin_cw5n1h2txyewy",
        "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer",
        "keyboardinterrupttranslation eyjafjallajokull.erupted.twice Freya.and.the.others.went.home",
    ] {
        check(text, text);
    }
}

#[test]
fn nothing_breaks_at_letters_of_several_bytes() {
    for text in [
        "password=ü",
        "ücookie: ü",
        "Bearer üüüüüüüüüüüüüüüüüüü",
        "eyJü.ü.ü",
        "eyJhbGciOiJSUzI1NiJ9.ü",
        "<üPassword ü>ü</ü>",
        "https://ü:ü@ü",
        "password: ",
        "ü\\ü\"password\\\"ü",
        "%ü password%3",
        "pwd=",
        "-----BEGIN üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü",
    ] {
        for (at, _) in text.char_indices() {
            for part in [&text[at..], &text[..at]] {
                let scrubbed = scrub(part);
                assert_eq!(scrub(&scrubbed), scrubbed, "{part}");
            }
        }
    }
}
