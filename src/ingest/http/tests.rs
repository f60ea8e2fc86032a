//! Exchanges become events: fields, levels, refusals, excerpts, and no secret among them.

mod facts;
mod tokens;

use std::sync::LazyLock;

use joinscope_http::{Exchange, Instant, Point, read_request, read_response};
use samples::http::{Coding, Message};

use super::{BodyFault, Place, Tables, add};
use crate::catalog::Catalog;
use crate::model::{ArtifactId, Basis, Batch, Level, Locator, Payload, Precision};

const PLACE: Place = Place {
    format: "saz",
    locator: Locator::Session(7),
    basis: Basis::LocalWithOffset,
};

static TABLES: LazyLock<Tables> =
    LazyLock::new(|| Tables::of(&Catalog::embedded().expect("a test holds that the tables load")));

/// The batch of one exchange, and which bodies could not be decoded.
fn batch(request: &[u8], response: Option<&[u8]>) -> (Batch, Vec<BodyFault>) {
    let mut exchange = Exchange::default();
    let (request, _) = read_request(request).expect("the request is built sound");
    exchange.request = request;
    if let Some(response) = response {
        let answer = read_response(response, &exchange.request.method);
        let (answer, damage) = answer.expect("the response begins sound");
        exchange.response = Some(answer);
        exchange.damage = damage;
    }
    exchange
        .timers
        .set(Point::RequestDone, Instant::stated(1_000_000, 1));
    exchange
        .timers
        .set(Point::ResponseDone, Instant::stated(1_015_000, 1));
    let mut batch = Batch::new(ArtifactId(0), "a.saz".into());
    let faults = add(&exchange, PLACE, &TABLES, &mut batch);
    (batch, faults)
}

/// The fields of the batch's only event as `name=value`.
fn fields(batch: &Batch) -> Vec<String> {
    let [(_, kind)] = *batch.events().collect::<Vec<_>>() else {
        unreachable!("one exchange is one event")
    };
    let names = batch.shapes.get(kind.shape.0);
    let names = names.expect("the shape is there").names.iter();
    names
        .map(|name| batch.texts.str(*name))
        .zip(Payload(&batch.arena))
        .map(|(name, value)| format!("{name}={}", value.text()))
        .collect()
}

fn check(request: &Message, response: Option<&Message>, level: u8, expected: &[&str]) {
    let response = response.map(Message::to_bytes);
    let (batch, faults) = batch(&request.to_bytes(), response.as_deref());
    assert_eq!(faults, []);
    assert_eq!(batch.kinds.items()[0].level, Level(level));
    assert_eq!(fields(&batch), expected);
}

#[test]
fn a_token_request_that_is_refused() {
    let body = r#"{"error":"invalid_grant","error_description":"AADSTS50126: Wrong.","error_codes":[50126,7],"suberror":"bad_token","trace_id":"t-1","correlation_id":"c-1","timestamp":"2026-03-02 08:00:00Z"}"#;
    let request = Message::request(
        "POST",
        "https://login.microsoftonline.com/common/oauth2/token?code=0.AXsAbcdEfghIjkl_mnopQRST-uvwxyz0123456789",
    )
    .field("Client-Request-Id", "11111111-2222-3333-4444-555555555555")
    .field("Content-Type", "application/x-www-form-urlencoded")
    .field("Cookie", "buid=0.AQsAbCdEfGh; esctx=PAQABAAEAAAD")
    .body(b"grant_type=password&username=anna%40contoso.example&password=Blue%20Horse%207&client_id=29d9");
    let response = Message::response(400, "Bad Request")
        .field("Content-Type", "application/json; charset=utf-8")
        .field("Date", "Mon, 02 Mar 2026 08:00:03 GMT")
        .field("x-ms-request-id", "99999999-2222-3333-4444-555555555555")
        .body(body.as_bytes())
        .coded(Coding::Gzip)
        .chunked(20);
    let (batch, _) = batch(&request.to_bytes(), Some(&response.to_bytes()));
    let (record, kind) = batch.events().next().expect("the request is an event");
    assert_eq!(kind.code, 4);
    assert_eq!(batch.texts.str(kind.name), "POST login.microsoftonline.com");
    assert_eq!(record.locator(kind).to_string(), "session 7");
    let stamp = record.stamp(kind).expect("the request was timed");
    assert_eq!(
        (stamp.ticks.0, stamp.precision, stamp.basis),
        (1_000_000, Precision::Tick, Basis::LocalWithOffset)
    );
    let fields = fields(&batch);
    for expected in [
        "method=POST",
        "host=login.microsoftonline.com",
        "path=/common/oauth2/token",
        "endpoint=token",
        "status=400",
        "duration_ms=1.5",
        "server_date=2026-03-02T08:00:03.0000000Z",
        "client-request-id=11111111-2222-3333-4444-555555555555",
        "x-ms-request-id=99999999-2222-3333-4444-555555555555",
        "error=invalid_grant",
        "error_description=AADSTS50126: Wrong.",
        "error_codes=50126, 7",
        "suberror=bad_token",
        "trace_id=t-1",
        "correlation_id=c-1",
    ] {
        assert!(
            fields.iter().any(|field| field == expected),
            "{expected} in {fields:#?}"
        );
    }
    assert!(
        fields
            .iter()
            .any(|field| field.starts_with("response_body={"))
    );
    for secret in ["Horse", "AXsAbcd", "AQsAb", "PAQAB"] {
        assert!(
            !fields.iter().any(|field| field.contains(secret)),
            "{secret} in {fields:#?}"
        );
    }
}

#[test]
fn a_registration_that_is_refused_in_the_service_s_own_words() {
    let request = Message::request("POST", "https://enterpriseregistration.contoso.example/x")
        .field(
            "Authorization",
            "Bearer opaque-0123456789abcdef0123456789abcdef",
        );
    let response = Message::response(401, "").body(
        br#"{"code":"unauthorized","subcode":"invalid_token","message":"Late.","operation":"DeviceJoin","requestid":"r-1","time":"2026"}"#,
    );
    let (batch, _) = batch(&request.to_bytes(), Some(&response.to_bytes()));
    let fields = fields(&batch);
    let server: Vec<&String> = fields
        .iter()
        .filter(|field| field.starts_with("server_"))
        .collect();
    assert_eq!(
        server,
        [
            "server_code=unauthorized",
            "server_subcode=invalid_token",
            "server_message=Late.",
            "server_operation=DeviceJoin",
            "server_request_id=r-1",
            "server_time=2026",
        ]
    );
    let kept = fields
        .iter()
        .find(|field| field.starts_with("authorization="));
    let kept = kept.expect("that there was a token is kept");
    assert!(
        kept.contains("[removed: ") && !kept.contains("0123456789"),
        "{kept}"
    );
}

#[test]
fn ordinary_exchanges_keep_no_body() {
    let request = Message::request("GET", "https://news.example/a?b=c#d");
    let response = Message::response(200, "OK")
        .field("Content-Type", "text/html")
        .body(b"<html>");
    let line = [
        "method=GET",
        "url=https://news.example/a?b=c#d",
        "host=news.example",
        "path=/a",
    ];
    let answered = [
        "status=200",
        "reason=OK",
        "duration_ms=1.5",
        "response_type=text/html",
        "request_bytes=0",
        "response_bytes=6",
    ];
    check(
        &request,
        Some(&response),
        4,
        &[&line[..], &answered].concat(),
    );
    let unanswered = [
        "status=0",
        "reason=no answer",
        "duration_ms=1.5",
        "request_bytes=0",
    ];
    check(&request, None, 2, &[&line[..], &unanswered].concat());
}

#[test]
fn an_excerpt_is_bounded_and_scrubbed_before_it_is_cut() {
    let long = format!(
        "{}é password=Blue7Horse9 é{}",
        "x".repeat(2030),
        "y".repeat(100_000)
    );
    let request =
        Message::request("POST", "https://sts.contoso.example/adfs/ls").body(long.as_bytes());
    let (batch, _) = batch(&request.to_bytes(), None);
    let fields = fields(&batch);
    let excerpt = fields
        .iter()
        .find_map(|field| field.strip_prefix("request_body="));
    let excerpt = excerpt.expect("the host is one of identity");
    assert!(excerpt.len() <= 2048 + '…'.len_utf8() && excerpt.ends_with('…'));
    assert!(!excerpt.contains("Blue7"));
    let huge =
        Message::request("POST", "https://sts.contoso.example/adfs/ls")
            .body(&vec![b'x'; (1 << 20) + 1]);
    let (batch, _) = self::batch(&huge.to_bytes(), None);
    let kept = self::fields(&batch);
    assert!(kept.contains(&"request_bytes=1048577".to_owned()));
    assert!(!kept.iter().any(|field| field.starts_with("request_body=")));
}

#[test]
fn a_body_that_cannot_be_decoded_says_why() {
    let request = Message::request("GET", "https://news.example/").to_bytes();
    let response = b"HTTP/1.1 200 OK\r\nContent-Encoding: secret\r\n\r\nabc";
    let (batch, faults) = batch(&request, Some(response));
    let reason = "body of the response: unknown coding of a body \"secret\"";
    assert_eq!(
        faults,
        [BodyFault {
            reason: reason.to_owned()
        }]
    );
    assert!(fields(&batch).contains(&format!("@fault={reason}")));
}
