//! Pseudonyms over a small case: the same everywhere, and nothing that is no name taken away.

use std::collections::BTreeMap;
use std::sync::Arc;

use joinscope_wire::Guid;

use super::{Level, Redactor};
use crate::catalog::Catalog;
use crate::model::{
    ArtifactId, Batch, DeviceFact, Head, Input, Locator, NameKind, Report, Severity, Stage, Value,
    Verdict,
};
use crate::timeline::Timeline;

const TENANT: &str = "5d1c7f0a-83b2-4e6d-9a41-0c7be2f95d18";
const REQUEST: &str = "c39f06d1-7a24-4be8-b50c-81d3e69f4a27";

/// One event with these fields, on a computer of a domain.
fn timeline(fields: &[(&str, Value<'_>)]) -> Timeline {
    let catalog = Arc::new(Catalog::embedded().expect("the tables load"));
    let mut batch = Batch::new(ArtifactId(0), "case.zip/DESKTOP-EXMPL02.evtx".into());
    let origin = batch.origin(
        "evtx",
        "Example",
        "Example/Admin",
        "DESKTOP-EXMPL02.contoso.example",
    );
    let head = Head::new(origin, 7, Locator::Line(1));
    batch.event(&head, fields);
    Timeline::build(vec![batch], catalog)
}

fn report() -> Report {
    Report {
        verdict: Verdict {
            headline: "ada@contoso.example on DESKTOP-EXMPL02 was refused".to_owned(),
            severity: Severity::High,
            stage: Stage::Mdm,
            attempt: None,
            because: vec!["the server said “No ada here”".to_owned()],
        },
        inputs: vec![Input {
            path: "D:/cases/Contoso/case.zip".to_owned(),
            sha256: String::new(),
            bytes: 1,
        }],
        device: BTreeMap::from([(
            "os.computer_name".to_owned(),
            DeviceFact {
                value: "DESKTOP-EXMPL02".to_owned(),
                source: "e1".to_owned(),
            },
        )]),
        event_count: 1,
        ..Report::empty("")
    }
}

fn standard(timeline: &Timeline) -> Redactor {
    Redactor::new(Level::Standard, None, &report(), timeline)
}

#[test]
fn a_name_goes_from_every_text() {
    let text =
        format!(r#"{{"Upn":"ada@contoso.example","TenantId":"{TENANT}","DisplayName":"Contoso"}}"#);
    let timeline = timeline(&[
        ("ServerResponse", Value::Text(&text)),
        ("UserSid", Value::Text("S-1-5-21-1-2-3-1001")),
        ("Address", Value::Text("from 10.1.2.3")),
    ]);
    let redactor = standard(&timeline);
    let check = |text: &str, expected: &str| assert_eq!(redactor.text(text), expected, "{text}");
    check("ada@contoso.example", "user-1@domain-1");
    check("ADA%40Contoso.Example", "user-1@domain-1");
    check(r"C:\Users\ada\AppData", r"C:\Users\user-1\AppData");
    check(r"CONTOSO\ada", r"tenant-1\user-1");
    check("desktop-exmpl02", "host-1");
    check("DESKTOP-EXMPL02.contoso.example", "host-1.domain-1");
    check("dc01.contoso.example", "host.domain-1");
    check(
        "enterpriseregistration.contoso.example",
        "enterpriseregistration.domain-1",
    );
    check("S-1-5-21-1-2-3-1001 and S-1-5-18", "sid-1 and S-1-5-18");
    check("10.1.2.3:443", "ip-1:443");
    check(
        &format!("https://login.microsoftonline.com/{TENANT}/oauth2"),
        "https://login.microsoftonline.com/tenant-2/oauth2",
    );
    check(&TENANT.replace('-', "").to_uppercase(), "tenant-2");
    // No name: words that a name is a part of, ids of requests, public hosts.
    check("canada", "canada");
    check(REQUEST, REQUEST);
    check("login.microsoftonline.com", "login.microsoftonline.com");
}

#[test]
fn a_text_that_was_met_is_a_name_all_the_same_where_a_field_says_so() {
    let timeline = timeline(&[
        ("Note", Value::Text("lovell")),
        ("Name", Value::Text("grace@contoso.example")),
        ("UserName", Value::Text("lovell")),
        ("Note", Value::Text("lovell")),
        ("UserName", Value::Text("grace@contoso.example")),
    ]);
    let redactor = standard(&timeline);
    let check = |text: &str, expected: &str| assert_eq!(redactor.text(text), expected, "{text}");
    check("lovell and grace", "user-2 and user-1");
}

#[test]
fn a_short_or_ordinary_name_goes_where_a_field_says_that_it_is_one() {
    let timeline = timeline(&[
        ("UPN", Value::Text("a@contoso.example")),
        ("UserName", Value::Text("device")),
        ("Message1", Value::Text("a device of a@contoso.example")),
    ]);
    let redactor = standard(&timeline);
    let shown = |name: &str, text: &str| redactor.named(name, text).into_owned();
    assert_eq!(shown("UserName", "a"), "user-1");
    assert_eq!(shown("UserName", "device"), "user-2");
    assert_eq!(shown("UPN", "a@contoso.example"), "user-1@domain-1");
    assert_eq!(
        shown("Message1", "a device of a@contoso.example"),
        "a device of user-1@domain-1"
    );
}

#[test]
fn values_keep_their_kind_where_they_are_no_names() {
    let timeline = timeline(&[("DeviceId", Value::Guid(Guid([7; 16])))]);
    let redactor = standard(&timeline);
    let check = |name: &str, value: Value<'_>, expected: &str| {
        let shown = redactor.field(name, value);
        assert_eq!(
            serde_json::to_string(&shown).expect("it is JSON"),
            expected,
            "{name}"
        );
    };
    check("DeviceId", Value::Guid(Guid([7; 16])), r#""device-1""#);
    check(
        "RequestId",
        Value::Guid(Guid([8; 16])),
        r#""08080808-0808-0808-0808-080808080808""#,
    );
    check("Status", Value::Hex32(5), r#""0x5""#);
    check("Count", Value::Uint(5), "5");
    check("Blob", Value::Bytes(&[1, 2]), r#""[2 bytes]""#);
    check("LocalAddress", Value::Uint(167_772_161), r#""[number]""#);
}

#[test]
fn strict_keeps_codes_and_known_words_alone() {
    let timeline = timeline(&[("UPN", Value::Text("ada@contoso.example"))]);
    let redactor = Redactor::new(Level::Strict, None, &report(), &timeline);
    let check = |name: &str, text: &str, expected: &str| {
        assert_eq!(redactor.named(name, text), expected, "{name}: {text}");
    };
    check("UPN", "ada@contoso.example", "user-1@domain-1");
    check(
        "ErrorMessage",
        "Authorization failed for Eva",
        "[text of 28 letters]",
    );
    check(
        "JoinRequestTypeSymbolicName",
        "DEVICE_UNJOIN",
        "DEVICE_UNJOIN",
    );
    check("Whatever", "Eva", "[text of 3 letters]");
    check("Whatever", "0x80180014", "0x80180014");
    check(
        "url",
        "https://x.microsoft.com/a?q=Eva",
        "https://x.microsoft.com/a",
    );
    assert_eq!(redactor.text(REQUEST), "request");
    assert_eq!(
        redactor.text("dd762716-544d-4aeb-a526-687b73838a22"),
        "dd762716-544d-4aeb-a526-687b73838a22"
    );
    let report = redactor.report(&report()).into_owned();
    assert_eq!(
        report.verdict.because,
        ["the server said [text of 12 letters]"]
    );
}

#[test]
fn a_report_says_what_was_left_out() {
    let timeline = timeline(&[]);
    let redactor = standard(&timeline);
    let report = redactor.report(&report()).into_owned();
    assert_eq!(
        report.verdict.headline,
        "user-1@domain-1 on host-1 was refused"
    );
    assert_eq!(report.inputs.first().map(|it| &*it.path), Some("case.zip"));
    let redaction = report.redaction.expect("the level is standard");
    let removed: Vec<(NameKind, usize)> = redaction
        .removed
        .iter()
        .map(|removed| (removed.kind, removed.names))
        .collect();
    assert_eq!(
        removed,
        [
            (NameKind::User, 1),
            (NameKind::Host, 1),
            (NameKind::Domain, 1),
            (NameKind::Tenant, 1)
        ]
    );
}

#[test]
fn a_key_makes_pseudonyms_the_same_in_other_evidence() {
    let one = timeline(&[("UPN", Value::Text("ada@contoso.example"))]);
    let other = timeline(&[
        ("UserName", Value::Text("grace")),
        ("UPN", Value::Text("Ada@contoso.example")),
    ]);
    let with = |key: &[u8], timeline: &Timeline| {
        Redactor::new(Level::Standard, Some(key), &report(), timeline)
            .text("ada@contoso.example")
            .into_owned()
    };
    assert_eq!(with(b"one key", &one), with(b"one key", &other));
    assert_ne!(with(b"one key", &one), with(b"another", &one));
}

#[test]
fn the_level_none_changes_nothing() {
    let timeline = timeline(&[("UPN", Value::Text("ada@contoso.example"))]);
    let redactor = Redactor::new(Level::None, None, &report(), &timeline);
    assert_eq!(redactor.text("ada@contoso.example"), "ada@contoso.example");
    assert_eq!(
        redactor
            .report(&report())
            .inputs
            .first()
            .map(|it| &*it.path),
        Some("D:/cases/Contoso/case.zip")
    );
    assert_eq!(redactor.redaction(), None);
}
