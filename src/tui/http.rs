//! The exchanges of recordings: which events they are, and all that is known of one.

use super::about;
use super::app::App;
use super::page::{Page, Tone};
use super::rests;
use super::terms;
use super::tokens::claims;
use crate::model::{EventId, Lane, Value};
use crate::timeline::{EventRef, Source, Timeline};

/// Fields of the request, in the order in which they are told.
const REQUEST: &[&str] = &[
    "method",
    "url",
    "client-request-id",
    "process",
    "user_agent",
    "authorization",
    "cookie",
    "x-ms-prt-cookie",
    "ocp-adrs-client-name",
    "ocp-adrs-client-version",
    "request_type",
    "request_bytes",
];
/// Fields of the answer.
const ANSWER: &[&str] = &[
    "status",
    "reason",
    "server_date",
    "request-id",
    "x-ms-request-id",
    "x-ms-ests-server",
    "server",
    "via",
    "retry-after",
    "www-authenticate",
    "location",
    "set-cookie",
    "response_type",
    "response_bytes",
];
/// Fields about the connection.
const CONNECTION: &[&str] = &[
    "server_address",
    "tls_server_name",
    "tls_client_version",
    "tls_server_version",
    "tls_protocol",
    "tls_cipher",
    "tls_certificate_subject",
    "tls_certificate_issuer",
    "tls_certificate_not_after",
    "secure_pipe",
    "tunnel",
    "tunnel_sent_bytes",
    "tunnel_received_bytes",
    "websocket_frames",
    "protocol_violation",
    "recorder_error",
    "comment",
];
/// Bodies, with what they are called.
const BODIES: &[(&str, &str)] = &[
    ("request_body", "Body of the request"),
    ("response_body", "Body of the answer"),
];
/// Fields that are told in other words.
const ELSEWHERE: &[&str] = &["host", "path", "duration_ms"];

/// The exchanges, in the order of the timeline. Only evidence with a recording is looked through.
pub(super) fn rows(timeline: &Timeline) -> Vec<EventId> {
    if !timeline.sources().iter().any(Source::has_own_clock) {
        return Vec::new();
    }
    let events = timeline.events();
    events
        .filter(|event| event.lane() == Lane::Http)
        .map(EventRef::id)
        .collect()
}

/// The status of an answer; none where there was no answer.
pub(super) fn status(event: EventRef<'_>) -> Option<u64> {
    match event.field("status")? {
        Value::Uint(status) => Some(status).filter(|status| *status > 0),
        _ => None,
    }
}

/// Seconds from the request to the end of its answer.
pub(super) fn seconds(event: EventRef<'_>) -> Option<f64> {
    let milliseconds = event.field("duration_ms").and_then(Value::number)?;
    (milliseconds >= 0.0).then_some(milliseconds / 1000.0)
}

/// Everything that is known of an exchange: the request beside the answer.
pub(super) fn about(app: &App, row: usize, page: &mut Page) {
    let event = app.http.get(row).and_then(|id| app.timeline.event(*id));
    let Some(event) = event else {
        return;
    };
    page.text(&event.title(), Tone::Heading);
    timing(app, event, page);
    let catalogued = event.field("endpoint");
    page.pair_of(
        "endpoint",
        &catalogued.map_or("none that is known".into(), Value::text),
        &terms::of_kind(event),
    );
    request(app, event, page);
    for token in app.rests.tokens(event.id()) {
        if let Some(token) = app.report.tokens.get(token) {
            claims(app, token, page);
        }
    }
    page.aside();
    answer(app, event, page);
    rests::say(app, event.id(), page);
    about::events(app, "Event", &[(event.id(), "exchange")], page);
}

/// What was asked, and the connection that it was asked on.
pub(super) fn request(app: &App, event: EventRef<'_>, page: &mut Page) {
    group(app, event, "Request", REQUEST, page);
    group(app, event, "Connection", CONNECTION, page);
}

/// What was answered, what the messages say, and their bodies.
pub(super) fn answer(app: &App, event: EventRef<'_>, page: &mut Page) {
    group(app, event, "Answer", ANSWER, page);
    if status(event).is_none() {
        page.text_of("no answer was recorded", "lane:http and status=0");
    }
    facts(app, event, page);
    for (name, title) in BODIES {
        if let Some(body) = event.field(name).filter(|body| !body.is_empty()) {
            page.heading(title);
            let shown = super::detail::shown(body, app.zone);
            page.text_of(&shown, &terms::of_field(name, body));
        }
    }
}

/// When it began and was over, and what its clock is off by.
pub(super) fn timing(app: &App, event: EventRef<'_>, page: &mut Page) {
    let zone = app.zone.name();
    let Some(begin) = event.ticks() else {
        page.pair("began", "undated");
        return;
    };
    page.pair(
        "began",
        &format!("{} {zone}", app.zone.date_and_time(begin)),
    );
    if let Some(seconds) = seconds(event) {
        let end = app.zone.time_of_day(begin.plus_seconds(seconds));
        let took = crate::export::duration(seconds);
        page.pair("answered", &format!("{end} {zone}, after {took}"));
    }
    if let Some(recorded) = event.recorded() {
        let recorded = app.zone.date_and_time(recorded);
        page.pair(
            "recorded",
            &format!("{recorded} on the recorder's own clock"),
        );
    }
}

fn group(app: &App, event: EventRef<'_>, title: &str, names: &[&str], page: &mut Page) {
    let found = names
        .iter()
        .filter_map(|name| Some((name, event.field(name)?)));
    let found: Vec<_> = found.filter(|(_, value)| !value.is_empty()).collect();
    if found.is_empty() {
        return;
    }
    page.heading(title);
    for (name, value) in found {
        let shown = super::detail::shown(value, app.zone);
        page.pair_of(name, &shown, &terms::of_field(name, value));
    }
}

/// What the catalogue has the messages say, beside their heads.
fn facts(app: &App, event: EventRef<'_>, page: &mut Page) {
    let told = |name: &str| {
        let lists = [REQUEST, ANSWER, CONNECTION, ELSEWHERE];
        let is_body = BODIES.iter().any(|(body, _)| *body == name);
        is_body || name == "endpoint" || lists.iter().any(|list| list.contains(&name))
    };
    let fields = event.fields();
    let facts: Vec<_> = fields
        .filter(|(name, value)| !told(name) && !value.is_empty())
        .collect();
    if facts.is_empty() {
        return;
    }
    page.heading("What the messages say");
    for (name, value) in facts {
        let shown = super::detail::shown(value, app.zone);
        page.pair_of(name, &shown, &terms::of_field(name, value));
    }
}
