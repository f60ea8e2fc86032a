//! One exchange as one event: at its request's start, with its endpoint's number as its code.
//!
//! Nothing of a message is stored that was not scrubbed, and of bodies only the facts that the
//! catalogue names and a bounded excerpt of those that went to a known endpoint or were refused.

use chrono::DateTime;
use joinscope_http::{Exchange, Instant, Point};
use joinscope_wire::filetime::ticks_from_unix_seconds;

use super::address::{host_and_path, query};
use super::body::{self, Opened};
use super::fields::Fields;
use super::message::Message;
use super::{Tables, facts, tokens};
use crate::catalog::Asked;
use crate::model::{
    Basis, Batch, FAULT_FIELD, Head, Level, Locator, Precision, Stamp, TextId, Ticks, TokenSide,
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
    tables: &Tables,
    batch: &mut Batch,
) -> Vec<BodyFault> {
    let mut fields = Fields::default();
    let (host, path) = host_and_path(&exchange.request.url);
    let status = exchange.response.as_ref().map_or(0, |answer| answer.status);
    let bodies = open_bodies(exchange);
    let request = bodies.first();
    let endpoint = tables.endpoints.find(&Asked {
        method: &exchange.request.method,
        host,
        path,
        query: query(&exchange.request.url),
        body_has: &|text| {
            let body = request.and_then(|(body, _)| body.text());
            body.is_some_and(|body| body.contains(text))
        },
    });
    let word = endpoint.map(|endpoint| endpoint.word);
    add_line(&mut fields, exchange, host, path);
    fields.text("endpoint", word);
    add_answer(&mut fields, exchange);
    add_timing(&mut fields, exchange);
    add_headers(&mut fields, exchange);
    let is_told = endpoint.is_some() || status >= 400;
    let faults = add_sizes(&mut fields, &bodies);
    if is_told {
        add_facts(&mut fields, exchange, &bodies, tables, word);
        add_excerpts(&mut fields, &bodies);
    } else {
        // Any service is opened by a token.
        tokens::add_request(&mut fields, &Message::request(exchange, None));
    }
    fields.are_of(None);
    add_recorder(&mut fields, exchange);
    let reasons: Vec<String> = body::reason(&exchange.damage)
        .into_iter()
        .chain(faults.iter().map(|fault| fault.reason.clone()))
        .collect();
    fields.text(FAULT_FIELD, Some(&reasons.join("; ")));

    let name = fields.scrubbed(format!("{} {host}", exchange.request.method).trim());
    let process = exchange.process.as_ref();
    let head = Head {
        stamp: first(exchange, BEGINNINGS).map(|instant| stamp(instant, place.basis)),
        name: batch.text(&name),
        level: level(exchange, status),
        pid: process.and_then(|process| process.pid).unwrap_or(0),
        user: TextId(0),
        ..Head::new(
            batch.origin(place.format, PROVIDER, "", ""),
            endpoint.map_or(0, |endpoint| endpoint.id),
            place.locator,
        )
    };
    let event = batch.records.len();
    batch.event(&head, &fields.values());
    batch.seen(event, fields.tokens());
    faults
}

fn add_line(fields: &mut Fields, exchange: &Exchange<'_>, host: &str, path: &str) {
    fields.are_of(Some(TokenSide::Request));
    fields.text("method", Some(&exchange.request.method));
    fields.text("url", Some(&exchange.request.url));
    fields.text("host", Some(host));
    fields.text("path", Some(path));
}

/// The status and what the answer says of it; without an answer the status is 0.
fn add_answer(fields: &mut Fields, exchange: &Exchange<'_>) {
    let (status, reason) = match &exchange.response {
        Some(answer) => (answer.status, &*answer.reason),
        None => (0, "no answer"),
    };
    fields.uint("status", Some(status.into()));
    fields.text("reason", Some(reason));
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
    fields.are_of(Some(TokenSide::Request));
    let asked = &exchange.request.headers;
    for (header, field) in ASKED {
        fields.header(field, header, asked.get(header));
    }
    fields.text("request_type", asked.get("content-type"));
    let Some(answer) = &exchange.response else {
        return;
    };
    fields.are_of(Some(TokenSide::Response));
    if asked.get("client-request-id").is_none() {
        let echoed = answer.headers.get("client-request-id");
        fields.text("client-request-id", echoed);
    }
    for (header, field) in ANSWERED {
        fields.header(field, header, answer.headers.get(header));
    }
    fields.text("response_type", answer.headers.get("content-type"));
}

/// What the fields of a side's body are called.
struct Names {
    is_of: TokenSide,
    side: &'static str,
    size: &'static str,
    excerpt: &'static str,
}

const REQUEST: Names = Names {
    is_of: TokenSide::Request,
    side: "request",
    size: "request_bytes",
    excerpt: "request_body",
};
const RESPONSE: Names = Names {
    is_of: TokenSide::Response,
    side: "response",
    size: "response_bytes",
    excerpt: "response_body",
};

/// The bodies of the request and of its answer. Those of a tunnel are the recorder's own words.
fn open_bodies<'e>(exchange: &'e Exchange<'e>) -> Vec<(Opened<'e>, &'static Names)> {
    if exchange.request.method.eq_ignore_ascii_case("CONNECT") {
        return Vec::new();
    }
    let answer = exchange.response.as_ref();
    let answer = answer.map(|answer| (Opened::of(&answer.body), &RESPONSE));
    let request = (Opened::of(&exchange.request.body), &REQUEST);
    std::iter::once(request).chain(answer).collect()
}

/// Sizes of the bodies as decoded; gives which could not be decoded whole.
fn add_sizes(fields: &mut Fields, bodies: &[(Opened<'_>, &'static Names)]) -> Vec<BodyFault> {
    let mut faults = Vec::new();
    for (body, names) in bodies {
        fields.uint(names.size, Some(body.size()));
        if let Some(reason) = body.fault() {
            let reason = format!("body of the {}: {reason}", names.side);
            faults.push(BodyFault { reason });
        }
    }
    faults
}

/// What the messages say, and the tokens that they name.
fn add_facts(
    fields: &mut Fields,
    exchange: &Exchange<'_>,
    bodies: &[(Opened<'_>, &'static Names)],
    tables: &Tables,
    endpoint: Option<&'static str>,
) {
    let text = |place: usize| bodies.get(place).and_then(|(body, _)| body.text());
    fields.are_of(Some(TokenSide::Request));
    let asked = Message::request(exchange, text(0));
    facts::add_request(fields, tables, endpoint, &asked);
    tokens::add_request(fields, &asked);
    let status = exchange.response.as_ref().map_or(0, |answer| answer.status);
    if let Some(answer) = Message::answer(exchange, text(1)) {
        fields.are_of(Some(TokenSide::Response));
        facts::add_answer(fields, tables, endpoint, &answer, status);
        let is_of_tokens = matches!(endpoint, Some("token" | "oauth"));
        if (200..300).contains(&status) {
            tokens::add_answer(fields, &answer, is_of_tokens);
        }
    }
}

fn add_excerpts(fields: &mut Fields, bodies: &[(Opened<'_>, &'static Names)]) {
    for (body, names) in bodies {
        fields.are_of(Some(names.is_of));
        body::excerpt(fields, names.excerpt, body.text());
    }
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
    let basis = match instant.basis {
        joinscope_http::Basis::Assumed => Basis::Guessed,
        _ => basis,
    };
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
