//! Tokens through the whole program: from event logs and traces to every output.

#![expect(
    clippy::unwrap_used,
    reason = "evidence that cannot be built is a test that fails"
)]

mod common;

use common::{Dir, list, text};
use samples::etl::{EtlEvent, EtlTrace};
use samples::evtx::{EventSpec, EvtxLog};
use samples::http::Message;
use samples::jwt::{Jwt, SIGNATURE_TEXT};
use samples::saz::{Saz, SazSession};
use serde_json::{Value, json};

const UDR: &str = "Microsoft-Windows-User Device Registration";
const UDR_GUID: &str = "23b8d46b-67dd-40a3-b636-d43e50552c6d";
/// 2026-03-02T09:00:00Z in seconds since 1970, and as FILETIME ticks.
const START: i64 = 1_772_442_000;
const START_TICKS: u64 = 134_169_156_000_000_000;

fn ticks(seconds: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "times of a story are near its start"
    )]
    let after = (seconds * 10_000_000.0) as i64;
    START_TICKS.saturating_add_signed(after)
}

fn drs_token() -> Jwt {
    Jwt::new()
        .claim("aud", "01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9")
        .claim("appid", "dd762716-544d-4aeb-a526-687b73838a22")
        .claim("tid", "5d1c7f0a-83b2-4e6d-9a41-0c7be2f95d18")
        .claim("upn", "ada@contoso.example")
        .iat(START)
        .nbf(START)
        .exp(START + 600)
}

/// A log in which the token is handed over and sent so many seconds later.
fn log(token: &Jwt, sent: f64) -> Vec<u8> {
    let event =
        |id: u16, at: f64| EventSpec::new(UDR, &format!("{{{UDR_GUID}}}"), id).at(ticks(at));
    let mut log = EvtxLog::new(&format!("{UDR}/Admin"), "DESKTOP-EXMPL01");
    log.event(event(325, 1.0).field("CorrelationId", format!("token={}", token.to_text())));
    log.event(event(103, sent).field("AuthToken", token.to_text()));
    // The same once more: a small value that stays is not met again unless it is looked for.
    log.event(event(103, sent + 1.0).field("AuthToken", token.to_text()));
    log.to_bytes().unwrap()
}

fn tokens(dir: &Dir, inputs: &[&str]) -> Value {
    let arguments: Vec<&str> = ["tokens", "--format", "json"]
        .into_iter()
        .chain(inputs.iter().copied())
        .collect();
    dir.run(&arguments).exits(0).silent().json()
}

#[test]
fn a_token_tells_when_it_was_issued_used_and_expired() {
    let dir = Dir::new().file("udr.evtx", &log(&drs_token(), 612.5));
    let report = tokens(&dir, &["udr.evtx"]);
    let tokens = list(&report, "tokens");
    assert_eq!(tokens.len(), 1, "{tokens:#?}");
    let token = &tokens[0];
    for (key, expected) in [
        ("id", json!("t1")),
        ("audience_name", json!("Device Registration Service")),
        ("app_name", json!("Microsoft Device Registration Client")),
        ("app_known", json!(true)),
        ("tenant", json!("5d1c7f0a-83b2-4e6d-9a41-0c7be2f95d18")),
        ("subject", json!("ada@contoso.example")),
        ("issued_at", json!("2026-03-02T09:00:00.0000000Z")),
        ("expires_at", json!("2026-03-02T09:10:00.0000000Z")),
        ("lifetime_seconds", json!(600.0)),
        ("verdict", json!("late")),
        (
            "acquired",
            json!({"event": "e1", "time": "2026-03-02T09:00:01.0000000Z", "strength": "exact"}),
        ),
    ] {
        assert_eq!(token[key], expected, "{key}");
    }
    let uses: Vec<(&str, f64)> = list(token, "uses")
        .iter()
        .map(|used| {
            (
                text(used, "event"),
                used["seconds_after_expiry"].as_f64().unwrap(),
            )
        })
        .collect();
    assert_eq!(uses, [("e2", 12.5), ("e3", 13.5)]);
    dir.run(&["tokens", "udr.evtx"])
        .exits(0)
        .shows("12.5 s after it expired");
    dir.run(&["analyze", "udr.evtx"])
        .exits(0)
        .shows("was used 12.5 s after it had expired");
}

/// Short values that repeat are remembered by the reader; each event shows its token all the same.
#[test]
fn a_small_token_is_met_in_every_event() {
    let small = "eyJhbGciOiJub25lIn0.eyJhdWQiOiJ1cm46eCJ9.c2lnbmF0dXJl";
    let mut log = EvtxLog::new(&format!("{UDR}/Admin"), "DESKTOP-EXMPL01");
    for second in 0..3_u8 {
        log.event(
            EventSpec::new(UDR, &format!("{{{UDR_GUID}}}"), 103)
                .at(ticks(f64::from(second)))
                .field("AuthToken", small),
        );
    }
    let dir = Dir::new().file("udr.evtx", &log.to_bytes().unwrap());
    let report = tokens(&dir, &["udr.evtx"]);
    let token = &list(&report, "tokens")[0];
    assert_eq!(list(token, "seen").len(), 3);
    assert_eq!(text(token, "verdict"), "unknown");
}

/// What a log and a trace both hold is one event, with one sighting of its token.
#[test]
fn a_token_that_a_trace_shows_as_well_is_one_token() {
    let token = drs_token();
    let mut trace = EtlTrace::new();
    trace
        .start("2026-03-02T08:59:00Z")
        .at(ticks(300.0) + 6)
        .event(
            EtlEvent::manifest(UDR_GUID, 103)
                .channel(16)
                .field(token.to_text()),
        );
    let alone = Dir::new().file("udr.evtx", &log(&token, 300.0));
    let both = Dir::new()
        .file("udr.evtx", &log(&token, 300.0))
        .file("udr.etl", &trace.to_bytes().unwrap());
    let both_told = tokens(&both, &["udr.evtx", "udr.etl"]);
    assert_eq!(tokens(&alone, &["udr.evtx"]), both_told);
    let sources = both
        .run(&["sources", "udr.evtx", "udr.etl", "--format", "json"])
        .json();
    let shared = |source: &Value| source["shared"] == 1;
    assert!(list(&sources, "sources").iter().all(shared), "{sources:#}");
    // The trace alone tells it as well.
    let traced = tokens(&both, &["udr.etl"]);
    assert_eq!(list(&list(&traced, "tokens")[0], "uses").len(), 1);
}

#[test]
fn no_part_of_a_signature_is_in_any_output() {
    let inner = Jwt::new().claim("aud", "urn:inner");
    let token = drs_token().claim("assertion", &inner.to_text());
    let dir = Dir::new().file("udr.evtx", &log(&token, 612.5));
    let mut outputs = vec![
        dir.run(&["report", "udr.evtx", "-o", "out.html"])
            .exits(0)
            .out,
    ];
    outputs.push(dir.text("out.html"));
    for call in [
        &["tokens"][..],
        &["tokens", "--format", "json"],
        &["analyze"],
        &["analyze", "--format", "json"],
        &["timeline"],
        &["timeline", "--format", "csv"],
        &["inspect"],
    ] {
        let arguments: Vec<&str> = call.iter().copied().chain(["udr.evtx"]).collect();
        outputs.push(dir.run(&arguments).exits(0).out);
    }
    let page = &outputs[1];
    assert!(page.contains("12.5 s after it expired") && page.contains("id=\"t1\""));
    let secrets: Vec<String> = [token.to_text(), inner.to_text()]
        .iter()
        .flat_map(|text| text.split('.').map(str::to_owned).collect::<Vec<_>>())
        .chain([SIGNATURE_TEXT.to_owned()])
        .collect();
    for output in &outputs {
        for secret in &secrets {
            assert!(!output.contains(secret.as_str()), "{secret} in {output}");
        }
    }
}

/// A day in the form of HTTP's `Date`, so many seconds after the start.
fn http_date(seconds: i64) -> String {
    let (hour, rest) = (9 + seconds / 3600, seconds % 3600);
    format!(
        "Mon, 02 Mar 2026 {hour:02}:{:02}:{:02} GMT",
        rest / 60,
        rest % 60
    )
}

/// A recording whose clock is `behind` seconds behind the servers': a token that lives ten minutes
/// is handed out, nonsense is asked in between, and the join is sent so many seconds later.
fn recording(behind: f64, join_after: i64) -> Vec<u8> {
    let token = drs_token().to_text();
    let answered = |status, reason, at: i64, body: &str| {
        Message::response(status, reason)
            .field("Date", &http_date(at))
            .field("Content-Type", "application/json")
            .body(body.as_bytes())
            .to_bytes()
    };
    // A request is at the server a fifth of a second after it was sent, and the server's second began
    // before that.
    let session = |at: f64, request: Message, response: Vec<u8>| {
        SazSession::new(&request.to_bytes())
            .answered(&response)
            .at(ticks(at - behind), 4_000_000)
    };
    let asked = Message::request(
        "POST",
        "https://login.microsoftonline.com/contoso.example/oauth2/token",
    )
    .field("Host", "login.microsoftonline.com")
    .body(b"grant_type=refresh_token&client_id=dd762716-544d-4aeb-a526-687b73838a22");
    let given = format!(r#"{{"token_type":"Bearer","expires_in":"600","access_token":"{token}"}}"#);
    let mut saz = Saz::new().session(session(0.1, asked, answered(200, "OK", 0, &given)));
    for at in [60_i64, 120, 180] {
        #[expect(clippy::cast_precision_loss, reason = "seconds of a story are few")]
        let begun = at as f64 + 0.7;
        let page = Message::request("GET", "https://time.contoso.example/")
            .field("Host", "time.contoso.example");
        saz = saz.session(session(begun, page, answered(200, "OK", at, "{}")));
    }
    let join = Message::request(
        "POST",
        "https://enterpriseregistration.windows.net/EnrollmentServer/device/?api-version=2.0",
    )
    .field("Host", "enterpriseregistration.windows.net")
    .field("Authorization", &format!("Bearer {token}"))
    .body(b"{}");
    let refused = r#"{"code":"invalid_request","subcode":"error_invalid_token","message":"The token is no good."}"#;
    #[expect(clippy::cast_precision_loss, reason = "seconds of a story are few")]
    let begun = join_after as f64 + 0.1;
    saz.session(session(
        begun,
        join,
        answered(400, "Bad Request", join_after, refused),
    ))
    .to_bytes()
}

/// What a recording says of its token and its clock.
#[track_caller]
fn check_recording(behind: f64, join_after: i64, verdict: &str) {
    let dir = Dir::new().file("trace.saz", &recording(behind, join_after));
    let run = dir
        .run(&["analyze", "trace.saz", "--format", "json"])
        .exits(0);
    assert!(!run.out.contains(SIGNATURE_TEXT), "a signature is shown");
    let report = run.json();
    let clock = &list(&report, "sources")[0]["clock"];
    let offset = clock["offset_ms"].as_f64().unwrap() / 1000.0;
    assert!((offset - behind).abs() < 0.5, "{clock}");
    let tokens = list(&report, "tokens");
    assert_eq!(tokens.len(), 1, "{tokens:#?}");
    let token = &tokens[0];
    assert_eq!(text(token, "verdict"), verdict, "{token}");
    assert_eq!(token["lifetime_seconds"], 600.0);
    assert_eq!(token["acquired"]["strength"], "exact");
    let used = &list(token, "uses")[0];
    let late = used["seconds_after_expiry"].as_f64().unwrap();
    #[expect(clippy::cast_precision_loss, reason = "seconds of a story are few")]
    let expected = (join_after - 600) as f64 + 0.1;
    assert!(
        (late - expected).abs() < 0.5,
        "{late} for {expected}, on the server's clock"
    );
}

#[test]
fn a_recording_shows_the_token_and_how_late_it_was_used() {
    check_recording(1.8, 613, "late");
    check_recording(-1.8, 613, "late");
    // By the recorder's own clock the first would be in time, the second late.
    check_recording(11.0 * 60.0, 613, "late");
    check_recording(-11.0 * 60.0, 500, "in_time");
}
