//! Recordings: requests of a join with the text in addresses, header fields, forms, bodies and frames.

use super::{Planting, SECOND, START, on_one_line};
use crate::har::{Dialect, Entry, Har};
use crate::http::{Coding, Message};
use crate::saz::{Saz, SazSession};

const JOIN: &str =
    "https://enterpriseregistration.windows.net/EnrollmentServer/device/?api-version=2.0";
const TOKEN: &str = "https://login.microsoftonline.com/common/oauth2/token";
const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
/// Header fields that hold a text of whoever wrote them.
const REQUEST_FIELDS: &[&str] = &[
    "Authorization",
    "Cookie",
    "User-Agent",
    "Referer",
    "client-request-id",
    "ocp-adrs-client-name",
    "Proxy-Authorization",
];
const RESPONSE_FIELDS: &[&str] = &[
    "Set-Cookie",
    "WWW-Authenticate",
    "Location",
    "Server",
    "Via",
    "request-id",
    "x-ms-request-id",
];

/// What a service says when it refuses, with the text in every member.
fn refusal(planting: &Planting<'_>) -> String {
    let text = planting.text;
    planting.json(&[
        ("code", "invalid_request"),
        ("subcode", text),
        ("message", text),
        ("operation", text),
        ("requestid", text),
        ("error", "invalid_grant"),
        ("error_description", text),
    ])
}

/// A form with the text as a value and as a name, as browsers write it.
fn form(planting: &Planting<'_>) -> String {
    let named = planting.named.iter();
    let fields = named.map(|(name, value)| format!("&{}={}", quoted(name), quoted(value)));
    let text = quoted(planting.text);
    format!(
        "grant_type=password&resource={text}&{text}=1{}",
        fields.collect::<String>()
    )
}

/// A text as a part of an address.
fn quoted(text: &str) -> String {
    let quote = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(quote).collect()
}

pub(super) fn saz(planting: &Planting<'_>) -> Vec<u8> {
    let line = on_one_line(planting.text);
    let with = |message: Message, names: &[&str]| {
        let message = message
            .field("X-Note", &line)
            .field(&header_name(&line), "1");
        names
            .iter()
            .fold(message, |message, name| message.field(name, &line))
    };
    let join = with(Message::request("POST", JOIN), REQUEST_FIELDS)
        .field("Host", "enterpriseregistration.windows.net")
        .field("Content-Type", JSON)
        .body(planting.json(&[("JoinType", "0")]).as_bytes());
    let refused = with(Message::response(400, &line), RESPONSE_FIELDS)
        .field("Content-Type", JSON)
        .body(refusal(planting).as_bytes())
        .coded(Coding::Gzip)
        .chunked(64)
        .trailer("X-Trailer", &line);
    let address = format!(
        "{TOKEN}?note={}&raw={}",
        quoted(&line),
        line.replace(' ', "+")
    );
    let token = with(Message::request("POST", &address), &[])
        .field("Content-Type", FORM)
        .body(form(planting).as_bytes());
    let page = with(Message::response(200, "OK"), &[])
        .field("Content-Type", "text/html")
        .body(format!("<html><body>{}</body></html>", planting.text).as_bytes());
    let other = Message::request("GET", &format!("http://192.0.2.9/{}", quoted(&line)));
    let sessions = [
        SazSession::new(&join.to_bytes())
            .answered(&refused.to_bytes())
            .at(START + 13 * SECOND, SECOND)
            .process("svchost", 1036)
            .flag("ui-comments", &line)
            .flag(&line, &line)
            .flag("x-clientip", "127.0.0.1"),
        SazSession::new(&token.to_bytes())
            .answered(&page.to_bytes())
            .at(START + 11 * SECOND, SECOND),
        SazSession::new(&other.to_bytes())
            .at(START + 20 * SECOND, SECOND)
            .frame(true, START + 21 * SECOND, planting.text.as_bytes()),
    ];
    sessions
        .into_iter()
        .fold(Saz::new(), Saz::session)
        .to_bytes()
}

pub(super) fn har(planting: &Planting<'_>) -> String {
    let text = planting.text;
    let fields = |entry: Entry, names: &[&str]| {
        names
            .iter()
            .fold(entry, |entry, name| entry.request_field(name, text))
    };
    let answers = |entry: Entry, names: &[&str]| {
        names
            .iter()
            .fold(entry, |entry, name| entry.field(name, text))
    };
    let join = fields(Entry::new("POST", JOIN), REQUEST_FIELDS)
        .started("2026-03-02T08:00:14Z")
        .request_field(text, text)
        .posted(JSON, &planting.json(&[]))
        .status(400, text)
        .text(JSON, &refusal(planting))
        .field("Content-Type", JSON)
        .server("198.51.100.77")
        .called_from(text, 12);
    let token = Entry::new("POST", &format!("{TOKEN}?note={}", quoted(text)))
        .started("2026-03-02T08:00:12Z")
        .posted_form(&[("grant_type", "password"), ("resource", text), (text, "1")])
        .status(200, "OK")
        .bytes("text/plain", text.as_bytes())
        .socket_text(true, 1_772_438_415.0, text);
    let odd = Entry::new(text, text)
        .started("2026-03-02T08:00:16Z")
        .failed(text);
    [answers(join, RESPONSE_FIELDS), token, odd]
        .into_iter()
        .fold(Har::new().dialect(Dialect::Chromium), Har::entry)
        .to_text()
}

/// The letters of a text that the name of a header field may have.
fn header_name(text: &str) -> String {
    let letters = text
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != ':');
    format!("X-{}", letters.collect::<String>())
}
