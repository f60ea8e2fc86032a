//! What is planted in every field of every format: secrets are in no output at any level, names in
//! none at *standard* and *strict*.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use samples::jwt::Jwt;
use samples::planted::Planting;

use crate::model::hex_text;

use super::{Case, Level, Redactor, outputs, with_case};

/// The part of each secret that must be nowhere. No two are alike, so that a leak names its form.
const SECRETS: &[(&str, &str)] = &[
    (
        "Zq7PlantedBearer4f9c2e7b1d88aa03",
        "Authorization: Bearer {}",
    ),
    ("Zq7PlantedPassword1", "password={}"),
    (
        "Zq7PlantedRefresh7c1e90aa52bd4410",
        r#"{"token_type":"Bearer","refresh_token":"{}","expires_in":"3599"}"#,
    ),
    (
        "Zq7PlantedCookie0c6b9d52e8a147f3",
        "Cookie: ESTSAUTHPERSISTENT={}; path=/; secure",
    ),
    (
        "Zq7PlantedCode3f9c1b7d20aa4e6c9d",
        "https://app.contoso.example/back?code={}&state=12345",
    ),
    (
        "Zq7PlantedSecret5b7d10aa9c42e8f3",
        "grant_type=client_credentials&client_secret={}&scope=x",
    ),
    (
        "Zq7PlantedXml9a7c",
        "<wsse:UsernameToken><wsse:Password Type=\"text\">{}</wsse:Password></wsse:UsernameToken>",
    ),
    (
        "Zq7PlantedKeyMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7",
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----",
    ),
];

const SID: &str = "S-1-5-21-3377019284-1199887766-2288776655-1107";
const HOST: &str = "KIOSK-QX77AB";
const TENANT: &str = "3f77aa10-6b2d-4c8e-9f01-7755aa3311cc";
const DEVICE: &str = "b977aa42-1c3d-4e5f-8a6b-7755bb2299dd";
const SERIAL: &str = "SNQX77-0042-8819";
const HASH: &str = "T0FrAQEAHAAAAAoA9AFlSgAACgAJBnFYcXg3N0FCZGRlZWZmZ2doaGlpamprS2xMbW1Obm9PcHBRcXJSc3NUdHVVdnZXd3hYeVl6WjAwMTEyMjMzNDQ1NTY2Nzc4ODk5QUFCQkNDREVFRkZHRw==";
/// Names with the fields that hold them.
const NAMED: &[(&str, &str)] = &[
    ("UserPrincipalName", "rostrich@fabrikam.example"),
    ("SubjectUserName", "rostrich"),
    ("ComputerName", HOST),
    ("Device Name", HOST),
    ("TenantId", TENANT),
    ("TenantName", "Fabrikam Weltweit"),
    ("DeviceId", DEVICE),
    ("Serial Number", SERIAL),
    ("HardwareHash", HASH),
    ("MacAddress", "02-77-5E-1F-AB-CD"),
];
/// What of these names must be nowhere, in small letters.
const TELLING: &[&str] = &[
    "rostrich",
    "fabrikam",
    "kiosk-qx77ab",
    TENANT,
    DEVICE,
    "snqx77-0042-8819",
    "t0fraqeahaaaaaoa9aflsgaacgajbnfycxg3n0fc",
    "02-77-5e-1f-ab-cd",
    "198.51.100.77",
    "2001:db8:77::beef",
    "s-1-5-21-3377019284",
];

/// A sentence with every name in it.
fn sentence() -> String {
    format!(
        "user rostrich@fabrikam.example (FABRIKAM\\rostrich, {SID}) of {TENANT} on {HOST} \
         ({HOST}.fabrikam.example, https://{HOST}.fabrikam.example/x), device {DEVICE}, serial {SERIAL}, \
         card 02-77-5E-1F-AB-CD, from 198.51.100.77 and 2001:db8:77::beef, C:\\Users\\rostrich\\x, hash {HASH}"
    )
}

/// What a text is written as by outputs that write bytes: itself, hexadecimal in UTF-8 and UTF-16,
/// numbers, and base64 at each of the three places in a group.
fn writings(needle: &str) -> Vec<String> {
    let wide: Vec<u8> = needle.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let numbers: Vec<String> = needle.bytes().map(|byte| byte.to_string()).collect();
    let mut all = vec![
        needle.to_ascii_lowercase(),
        hex_text(needle.as_bytes()),
        hex_text(&wide),
        numbers.join(", "),
        numbers.join(","),
    ];
    for skipped in 0..3 {
        let from = needle.as_bytes().get(skipped..).unwrap_or_default();
        let whole = from.get(..from.len() / 3 * 3).unwrap_or_default();
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            all.push(engine.encode(whole).to_ascii_lowercase());
        }
    }
    all
}

/// Where these stand in the outputs at a level, with what stands around.
fn leaks(case: &Case, level: Level, needles: &[String]) -> Vec<String> {
    let redactor = Redactor::new(level, None, &case.report, &case.timeline);
    let needles: Vec<(usize, String)> = (0..)
        .zip(needles)
        .flat_map(|(number, needle)| writings(needle).into_iter().map(move |it| (number, it)))
        .collect();
    let finder = aho_corasick::AhoCorasick::new(needles.iter().map(|(_, text)| text))
        .expect("texts can be looked for");
    let mut found = std::collections::BTreeMap::new();
    for (name, text) in outputs(case, &redactor) {
        let text = text.to_ascii_lowercase();
        for hit in finder.find_iter(&text) {
            let number = needles[hit.pattern().as_usize()].0;
            let around = hit.start().saturating_sub(160)..(hit.end() + 40).min(text.len());
            let around = String::from_utf8_lossy(&text.as_bytes()[around]).into_owned();
            found
                .entry((number, name.clone()))
                .or_insert_with(|| format!("{level}: {name}: …{around}…"));
        }
    }
    found.into_values().collect()
}

/// No output at these levels shows any of the needles.
fn check(plantings: &[Planting<'_>], needles: &[String], levels: &[Level]) {
    let mut files = Vec::new();
    for (number, planting) in (1..).zip(plantings) {
        let planted = planting.files().expect("the text can be planted");
        files.extend(
            planted
                .into_iter()
                .map(|(name, bytes)| (format!("{number}/{name}"), bytes)),
        );
    }
    with_case("planted", &samples::scenario::pack(&files), |case| {
        let found: Vec<String> = levels
            .iter()
            .flat_map(|level| leaks(case, *level, needles))
            .collect();
        assert!(
            found.is_empty(),
            "{} leaks\n{}",
            found.len(),
            found.join("\n")
        );
    });
}

#[test]
fn planted_secrets_are_in_no_output_at_any_level() {
    let token = Jwt::new()
        .claim("aud", "urn:ms-drs:enterpriseregistration.windows.net")
        .iat(1_772_442_381)
        .exp(1_772_446_281)
        .to_text();
    let mut texts: Vec<String> = SECRETS
        .iter()
        .map(|(secret, form)| form.replace("{}", secret))
        .collect();
    texts.push(token.clone());
    let plantings: Vec<Planting<'_>> = texts
        .iter()
        .map(|text| Planting {
            computer: Some("DESKTOP-EXMPL01"),
            ..Planting::of(text)
        })
        .collect();
    let mut needles: Vec<String> = SECRETS
        .iter()
        .map(|(secret, _)| (*secret).to_owned())
        .collect();
    // Of a token the claims stay, but not as they stood.
    needles.extend(token.split('.').map(|part| part.chars().take(60).collect()));
    check(
        &plantings,
        &needles,
        &[Level::None, Level::Standard, Level::Strict],
    );
}

#[test]
fn planted_names_are_in_no_redacted_output() {
    let text = sentence();
    let planting = Planting {
        text: &text,
        named: NAMED,
        computer: Some(HOST),
        sid: SID,
    };
    let needles: Vec<String> = TELLING.iter().map(|name| (*name).to_owned()).collect();
    check(&[planting], &needles, &[Level::Standard, Level::Strict]);
}
