//! Exchanges of HTTP as an HTTP archive: what their events hold, which is less than was recorded.
//!
//! Of headers only those that the timeline keeps are there, of bodies a bounded excerpt of some, and
//! nothing that was scrubbed as a secret. What HAR must have and the events do not say is empty, or 0
//! with a comment.
//! Source: specified (HAR 1.2).

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{Story, clean};
use crate::model::Ticks;
use crate::redact::ShownEvent;

/// Fields of events that are headers of requests, with their names in messages.
const ASKED: &[(&str, &str)] = &[
    ("client-request-id", "client-request-id"),
    ("user_agent", "User-Agent"),
    ("request_type", "Content-Type"),
    ("authorization", "Authorization"),
    ("cookie", "Cookie"),
    ("ocp-adrs-client-name", "ocp-adrs-client-name"),
    ("ocp-adrs-client-version", "ocp-adrs-client-version"),
];
/// The same of answers.
const ANSWERED: &[(&str, &str)] = &[
    ("request-id", "request-id"),
    ("x-ms-request-id", "x-ms-request-id"),
    ("x-ms-ests-server", "x-ms-ests-server"),
    ("server", "Server"),
    ("via", "Via"),
    ("retry-after", "Retry-After"),
    ("www-authenticate", "WWW-Authenticate"),
    ("location", "Location"),
    ("set-cookie", "Set-Cookie"),
    ("response_type", "Content-Type"),
];
/// What a text is that HAR must have and nobody knows.
const NOT_KNOWN: &str = "unknown";

/// Writes the archive; events that are no exchanges are not given.
pub(super) fn write(
    events: &mut dyn Iterator<Item = ShownEvent<'_>>,
    story: &Story<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let tool = &story.report.tool;
    let creator = json!({ "name": tool.name, "version": tool.version });
    write!(
        out,
        "{{\"log\":{{\"version\":\"1.2\",\"creator\":{creator},\"pages\":[],\"entries\":["
    )?;
    let mut lead = "\n";
    for event in events {
        if let Some(ticks) = event.ticks() {
            write!(out, "{lead}{}", entry(event, ticks, story))?;
            lead = ",\n";
        }
    }
    out.write_all(b"\n]}}\n")
}

fn entry(event: ShownEvent<'_>, ticks: Ticks, story: &Story<'_>) -> Value {
    let duration = event.over().map(|over| over.seconds_since(ticks) * 1000.0);
    let is_measured = text(event, "duration_ms").is_some();
    let wait = duration.filter(|_| is_measured).unwrap_or(0.0);
    let mut comment = format!("{} {}, {}", event.id(), event.path(), event.locator());
    if !is_measured {
        comment.push_str(", its duration is not known");
    }
    let mut entry = json!({
        "startedDateTime": ticks.rfc3339(),
        "time": wait,
        "request": request(event),
        "response": response(event),
        "cache": {},
        "timings": { "send": 0, "wait": wait, "receive": 0 },
        "comment": clean(&comment),
        "_event": event.id(),
    });
    if let Some(entry) = entry.as_object_mut() {
        let address = text(event, "server_address");
        if let Some(address) = address.filter(|text| text.parse::<core::net::IpAddr>().is_ok()) {
            entry.insert("serverIPAddress".to_owned(), json!(address));
        }
        if let Some(attempt) = story.steps.attempt(event.id()) {
            entry.insert("_attempt".to_owned(), json!(attempt));
        }
    }
    entry
}

fn request(event: ShownEvent<'_>) -> Value {
    let url = text(event, "url").unwrap_or_default();
    let mut request = json!({
        "method": text(event, "method").unwrap_or_default(),
        "url": url,
        "httpVersion": NOT_KNOWN,
        "cookies": [],
        "headers": headers(event, ASKED),
        "queryString": query(&url),
        "headersSize": -1,
        "bodySize": number(event, "request_bytes").unwrap_or(-1),
    });
    if let (Some(request), Some(body)) = (request.as_object_mut(), text(event, "request_body")) {
        let kind = text(event, "request_type").unwrap_or_default();
        let data = json!({ "mimeType": kind, "params": [], "text": body, "comment": "an excerpt" });
        request.insert("postData".to_owned(), data);
    }
    request
}

fn response(event: ShownEvent<'_>) -> Value {
    let size = number(event, "response_bytes");
    let mut content = Map::new();
    content.insert("size".to_owned(), json!(size.unwrap_or(0)));
    let kind = text(event, "response_type").unwrap_or_default();
    content.insert("mimeType".to_owned(), json!(kind));
    if let Some(body) = text(event, "response_body") {
        content.insert("text".to_owned(), json!(body));
        content.insert("comment".to_owned(), json!("an excerpt"));
    }
    json!({
        "status": number(event, "status").unwrap_or(0),
        "statusText": text(event, "reason").unwrap_or_default(),
        "httpVersion": NOT_KNOWN,
        "cookies": [],
        "headers": headers(event, ANSWERED),
        "content": content,
        "redirectURL": text(event, "location").unwrap_or_default(),
        "headersSize": -1,
        "bodySize": -1,
    })
}

fn headers(event: ShownEvent<'_>, known: &[(&str, &str)]) -> Vec<Value> {
    let header = |(field, name): &(&str, &str)| {
        let value = text(event, field)?;
        Some(json!({ "name": name, "value": value }))
    };
    known.iter().filter_map(header).collect()
}

/// The parameters of an address, as they stand in it.
fn query(url: &str) -> Vec<Value> {
    let url = url.split('#').next().unwrap_or_default();
    let Some((_, query)) = url.split_once('?') else {
        return Vec::new();
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            json!({ "name": name, "value": value })
        })
        .collect()
}

/// A field as text without what steers an editor; `None` where it is absent or empty.
fn text(event: ShownEvent<'_>, name: &str) -> Option<String> {
    let text = clean(&event.field(name)?.text());
    (!text.is_empty()).then_some(text)
}

fn number(event: ShownEvent<'_>, name: &str) -> Option<i64> {
    event.field(name)?.text().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_taken_apart() {
        let found = query("https://a.example/b?c=d&e&=f#g?h=i");
        let found: Vec<String> = found
            .iter()
            .map(|pair| format!("{}={}", pair["name"], pair["value"]))
            .collect();
        assert_eq!(found, ["\"c\"=\"d\"", "\"e\"=\"\"", "\"\"=\"f\""]);
    }
}
