//! One exchange as one event: at its request's start, with the answer's status as its code.
//!
//! Nothing of a message is stored that was not scrubbed, and of bodies only what a refusal says and a
//! bounded excerpt of those that are about identity or were refused.

use chrono::DateTime;
use joinscope_http::{Exchange, Instant, Point};
use joinscope_wire::filetime::ticks_from_unix_seconds;

use super::address::{host_and_path, is_identity};
use super::fields::Fields;
use super::{body, refusal};
use crate::model::{
    Basis, Batch, FAULT_FIELD, Head, Level, Locator, Precision, Stamp, TextId, Ticks,
};

/// Provider name of the events.
const PROVIDER: &str = "HTTP";

/// Where an exchange stands, and what its times rest on.
#[derive(Clone, Copy, Debug)]
pub(in crate::ingest) struct Place {
    /// Name of the recording's format.
    pub(in crate::ingest) format: &'static str,
    /// Its place in the recording.
    pub(in crate::ingest) locator: Locator,
    /// What the distance of its times from UTC rests on.
    pub(in crate::ingest) basis: Basis,
}

/// Why a body is not, or not whole, what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct BodyFault {
    /// In words, with the side that the body belongs to.
    pub(in crate::ingest) reason: String,
}

/// Points that can stand for the beginning, the best first.
const BEGINNINGS: &[Point] = &[
    Point::RequestBegun,
    Point::RequestHeadRead,
    Point::RequestDone,
    Point::RequestForwarded,
    Point::ServerGotRequest,
    Point::ResponseBegun,
];
/// Points that can stand for the end.
const ENDS: &[Point] = &[
    Point::ResponseDone,
    Point::ClientResponseDone,
    Point::ResponseHeadRead,
    Point::ResponseBegun,
];

/// Header fields of requests that are kept, and the fields that they become.
const ASKED: &[(&str, &str)] = &[
    ("client-request-id", "client-request-id"),
    ("user-agent", "user_agent"),
    ("authorization", "authorization"),
    ("cookie", "cookie"),
    ("ocp-adrs-client-name", "ocp-adrs-client-name"),
    ("ocp-adrs-client-version", "ocp-adrs-client-version"),
    ("x-ms-prt-cookie", "x-ms-prt-cookie"),
];
/// The same of responses.
const ANSWERED: &[(&str, &str)] = &[
    ("request-id", "request-id"),
    ("x-ms-request-id", "x-ms-request-id"),
    ("x-ms-ests-server", "x-ms-ests-server"),
    ("server", "server"),
    ("via", "via"),
    ("retry-after", "retry-after"),
    ("www-authenticate", "www-authenticate"),
    ("location", "location"),
    ("set-cookie", "set-cookie"),
];

/// Adds the exchange as an event; tells which of its bodies could not be decoded whole.
pub(in crate::ingest) fn add(
    exchange: &Exchange<'_>,
    place: Place,
    batch: &mut Batch,
) -> Vec<BodyFault> {
    let mut fields = Fields::default();
    let (host, path) = host_and_path(&exchange.request.url);
    let status = exchange.response.as_ref().map_or(0, |answer| answer.status);
    add_line(&mut fields, exchange, host, path);
    add_timing(&mut fields, exchange);
    add_headers(&mut fields, exchange);
    let is_told = is_identity(host, path) || status >= 400;
    let faults = add_bodies(&mut fields, exchange, is_told);
    add_recorder(&mut fields, exchange);
    let reasons: Vec<String> = body::reason(&exchange.damage)
        .into_iter()
        .chain(faults.iter().map(|fault| fault.reason.clone()))
        .collect();
    fields.text(FAULT_FIELD, Some(&reasons.join("; ")));

    let name = fields.scrubbed(format!("{} {host}", exchange.request.method).trim());
    let head = Head {
        stamp: first(exchange, BEGINNINGS).map(|instant| stamp(instant, place.basis)),
        name: batch.text(&name),
        level: level(exchange, status),
        pid: exchange
            .process
            .as_ref()
            .and_then(|process| process.pid)
            .unwrap_or(0),
        user: TextId(0),
        ..Head::new(
            batch.origin(place.format, PROVIDER, "", ""),
            status.into(),
            place.locator,
        )
    };
    let event = batch.records.len();
    batch.event(&head, &fields.values());
    batch.seen(event, fields.tokens());
    faults
}

fn add_line(fields: &mut Fields, exchange: &Exchange<'_>, host: &str, path: &str) {
    fields.text("method", Some(&exchange.request.method));
    fields.text("url", Some(&exchange.request.url));
    fields.text("host", Some(host));
    fields.text("path", Some(path));
    if let Some(answer) = &exchange.response {
        fields.uint("status", Some(answer.status.into()));
        fields.text("reason", Some(&answer.reason));
    }
    let process = exchange.process.as_ref();
    fields.text("process", process.map(|process| &*process.name));
    let server = exchange.server.as_ref();
    fields.text("server_address", server.map(|server| &*server.address));
}

fn add_timing(fields: &mut Fields, exchange: &Exchange<'_>) {
    let ends = (first(exchange, BEGINNINGS), first(exchange, ENDS));
    if let (Some(start), Some(end)) = ends {
        let ticks = end.ticks.saturating_sub(start.ticks);
        fields.float("duration_ms", Some(ticks as f64 / 10_000.0));
    }
    let date = exchange.response.as_ref();
    let date = date.and_then(|answer| answer.headers.get("date"));
    fields.time("server_date", date.and_then(http_date));
}

fn add_headers(fields: &mut Fields, exchange: &Exchange<'_>) {
    let asked = &exchange.request.headers;
    for (header, field) in ASKED {
        fields.header(field, header, asked.get(header));
    }
    fields.text("request_type", asked.get("content-type"));
    let Some(answer) = &exchange.response else {
        return;
    };
    if asked.get("client-request-id").is_none() {
        let echoed = answer.headers.get("client-request-id");
        fields.text("client-request-id", echoed);
    }
    for (header, field) in ANSWERED {
        fields.header(field, header, answer.headers.get(header));
    }
    fields.text("response_type", answer.headers.get("content-type"));
}

/// Sizes of the bodies as decoded, what a refusal says, and excerpts. The bodies of a tunnel are the
/// recorder's own words.
fn add_bodies(fields: &mut Fields, exchange: &Exchange<'_>, is_told: bool) -> Vec<BodyFault> {
    if exchange.request.method.eq_ignore_ascii_case("CONNECT") {
        return Vec::new();
    }
    let mut faults = Vec::new();
    let sides = [
        (
            Some(&exchange.request.body),
            ["request", "request_bytes", "request_body"],
        ),
        (
            exchange.response.as_ref().map(|answer| &answer.body),
            ["response", "response_bytes", "response_body"],
        ),
    ];
    for (body, [side, size, excerpt]) in sides {
        let Some(body) = body else { continue };
        let Some(decoded) = body::decode(body) else {
            fields.uint(size, Some(0));
            continue;
        };
        fields.uint(size, Some(decoded.bytes.len() as u64));
        if let Some(reason) = body::reason(&decoded.damage) {
            let reason = format!("body of the {side}: {reason}");
            faults.push(BodyFault { reason });
        }
        let text = is_told.then(|| body::text(body, &decoded)).flatten();
        if let Some(answer) = exchange.response.as_ref().filter(|_| side == "response") {
            let text = text.as_deref().unwrap_or_default();
            refusal::add(fields, text, answer.status >= 400);
        }
        body::excerpt(fields, excerpt, text.as_deref());
    }
    faults
}

/// What the recorder says beside the messages.
fn add_recorder(fields: &mut Fields, exchange: &Exchange<'_>) {
    fields.text("recorder_error", exchange.error.as_deref());
    let kept = [
        ("tls-client-version", "tls_client_version"),
        ("tls-server-version", "tls_server_version"),
        ("tls-server-cipher", "tls_cipher"),
        ("tls-protocol", "tls_protocol"),
        ("tls-cipher", "tls_cipher"),
        ("tls-certificate-subject", "tls_certificate_subject"),
        ("tls-certificate-issuer", "tls_certificate_issuer"),
        ("tls-certificate-not-after", "tls_certificate_not_after"),
        ("https-client-snihostname", "tls_server_name"),
        ("x-securepipe", "secure_pipe"),
        ("x-httpprotocol-violation", "protocol_violation"),
        ("tunnel-sent-bytes", "tunnel_sent_bytes"),
        ("tunnel-received-bytes", "tunnel_received_bytes"),
        ("ui-comments", "comment"),
    ];
    for (flag, field) in kept {
        fields.text(field, exchange.flag(flag));
    }
    if exchange.is_tunnel {
        fields.text("tunnel", Some("not decrypted"));
    }
    if !exchange.messages.is_empty() {
        fields.uint("websocket_frames", Some(exchange.messages.len() as u64));
    }
}

/// No answer, or one that refuses, is an error; an answer that was not passed on whole a warning.
fn level(exchange: &Exchange<'_>, status: u16) -> Level {
    match (status, &exchange.error) {
        (0 | 400.., _) => Level(2),
        (_, Some(_)) => Level(3),
        _ => Level::INFO,
    }
}

fn first(exchange: &Exchange<'_>, points: &[Point]) -> Option<Instant> {
    points.iter().find_map(|point| exchange.timers.at(*point))
}

fn stamp(instant: Instant, basis: Basis) -> Stamp {
    let precision = match instant.precision {
        ..10_000 => Precision::Tick,
        10_000..10_000_000 => Precision::Milli,
        _ => Precision::Second,
    };
    Stamp {
        ticks: Ticks(instant.ticks),
        precision,
        basis,
    }
}

/// The instant of a `Date` header, which is always in UTC.
fn http_date(text: &str) -> Option<Ticks> {
    let seconds = DateTime::parse_from_rfc2822(text.trim()).ok()?.timestamp();
    ticks_from_unix_seconds(seconds).map(Ticks)
}
