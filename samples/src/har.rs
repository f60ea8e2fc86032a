//! HTTP archives (HAR 1.2) as different tools write them.

use crate::instant::{TICKS_PER_SECOND, format_rfc3339, parse_rfc3339};
use crate::{base64, json};

/// Whose habits an archive has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Milliseconds in UTC, initiators, priorities, IPv6 in brackets, members in the alphabet's
    /// order.
    Chromium,
    /// Milliseconds one hour east, a security state.
    Firefox,
    /// Seven digits, no pages, a comment on each entry.
    FiddlerEverywhere,
    /// Six digits with `+00:00`, no connection times on reused connections, empty `params`.
    Mitmproxy,
}

/// An archive under construction.
///
/// ```
/// use samples::har::{Dialect, Entry, Har};
/// let text = Har::new()
///     .dialect(Dialect::Firefox)
///     .entry(Entry::new("GET", "https://a.example/").started("2026-03-02T08:15:00.123Z"))
///     .to_text();
/// assert!(text.contains("2026-03-02T09:15:00.123+01:00"));
/// ```
#[derive(Clone, Debug)]
pub struct Har {
    dialect: Dialect,
    entries: Vec<Entry>,
}

impl Default for Har {
    fn default() -> Self {
        Self {
            dialect: Dialect::Chromium,
            entries: Vec::new(),
        }
    }
}

impl Har {
    /// An archive of Chromium without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Written by another tool.
    #[must_use]
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// One more entry.
    #[must_use]
    pub fn entry(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        self
    }

    /// The file.
    pub fn to_text(&self) -> String {
        let (name, version) = match self.dialect {
            Dialect::Chromium => ("WebInspector", "537.36"),
            Dialect::Firefox => ("Firefox", "128.0"),
            Dialect::FiddlerEverywhere => ("Fiddler Everywhere", "5.9.0"),
            Dialect::Mitmproxy => ("mitmproxy", "10.3.0"),
        };
        let creator = json::object([
            ("name", json::string(name)),
            ("version", json::string(version)),
        ]);
        let entries: Vec<String> = self
            .entries
            .iter()
            .map(|entry| entry.json(self.dialect))
            .collect();
        let mut members = vec![("version", json::string("1.2")), ("creator", creator)];
        if self.has_pages() {
            let started = self.entries.first().map_or(0, |entry| entry.started);
            let page = json::object([
                (
                    "startedDateTime",
                    json::string(&clock(started, self.dialect)),
                ),
                ("id", json::string("page_1")),
                ("title", json::string("https://start.example/")),
                ("pageTimings", "{\"onLoad\":12.5}".to_owned()),
            ]);
            members.push(("pages", format!("[{page}]")));
        }
        members.push(("entries", format!("[{}]", entries.join(","))));
        json::object([("log", json::object(members))])
    }

    fn has_pages(&self) -> bool {
        matches!(self.dialect, Dialect::Chromium | Dialect::Firefox)
    }
}

/// One entry under construction; without [`Entry::status`] nothing was answered.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    method: String,
    url: String,
    started: u64,
    request_fields: Vec<(String, String)>,
    posted: Option<String>,
    status: Option<(u16, String)>,
    fields: Vec<(String, String)>,
    content: Vec<(&'static str, String)>,
    phases: Vec<(&'static str, f64)>,
    server: Option<String>,
    error: Option<String>,
    initiator: Option<String>,
    sockets: Vec<String>,
}

impl Entry {
    /// A request without a body.
    pub fn new(method: &str, url: &str) -> Self {
        Self {
            method: method.to_owned(),
            url: url.to_owned(),
            ..Self::default()
        }
    }

    /// When it began, as RFC 3339; the dialect decides how it is written.
    #[must_use]
    pub fn started(mut self, time: &str) -> Self {
        self.started = parse_rfc3339(time).unwrap_or(0);
        self
    }

    /// A header field of the request.
    #[must_use]
    pub fn request_field(mut self, name: &str, value: &str) -> Self {
        self.request_fields
            .push((name.to_owned(), value.to_owned()));
        self
    }

    /// The body of the request as text.
    #[must_use]
    pub fn posted(mut self, media: &str, text: &str) -> Self {
        self.posted = Some(json::object([
            ("mimeType", json::string(media)),
            ("text", json::string(text)),
            ("params", "[]".to_owned()),
        ]));
        self
    }

    /// The body of the request as fields of a form, without its text.
    #[must_use]
    pub fn posted_form(mut self, fields: &[(&str, &str)]) -> Self {
        self.posted = Some(json::object([
            (
                "mimeType",
                json::string("application/x-www-form-urlencoded"),
            ),
            ("params", pairs(fields.iter().copied())),
        ]));
        self
    }

    /// The status line of the response.
    #[must_use]
    pub fn status(mut self, status: u16, reason: &str) -> Self {
        self.status = Some((status, reason.to_owned()));
        self
    }

    /// A header field of the response.
    #[must_use]
    pub fn field(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The body of the response as text.
    #[must_use]
    pub fn text(mut self, media: &str, text: &str) -> Self {
        self.content = vec![
            ("size", text.len().to_string()),
            ("mimeType", json::string(media)),
            ("text", json::string(text)),
        ];
        self
    }

    /// The body of the response as base64.
    #[must_use]
    pub fn bytes(mut self, media: &str, bytes: &[u8]) -> Self {
        self.content = vec![
            ("size", bytes.len().to_string()),
            ("mimeType", json::string(media)),
            ("text", json::string(&base64::standard(bytes))),
            ("encoding", json::string("base64")),
        ];
        self
    }

    /// The length of a phase in milliseconds; phases that are not given are -1.
    #[must_use]
    pub fn phase(mut self, name: &'static str, milliseconds: f64) -> Self {
        self.phases.push((name, milliseconds));
        self
    }

    /// The server's address.
    #[must_use]
    pub fn server(mut self, address: &str) -> Self {
        self.server = Some(address.to_owned());
        self
    }

    /// What went wrong below HTTP.
    #[must_use]
    pub fn failed(mut self, error: &str) -> Self {
        self.error = Some(error.to_owned());
        self
    }

    /// The script that asked, and where in it.
    #[must_use]
    pub fn called_from(mut self, script: &str, line: u32) -> Self {
        let frame = json::object([
            ("functionName", json::string("")),
            ("url", json::string(script)),
            ("lineNumber", line.to_string()),
        ]);
        self.initiator = Some(format!(
            "{{\"type\":\"script\",\"stack\":{{\"callFrames\":[{frame}]}}}}"
        ));
        self
    }

    /// A text message of the WebSocket that it opened, at a time in seconds since 1970.
    #[must_use]
    pub fn socket_text(mut self, is_sent: bool, seconds: f64, text: &str) -> Self {
        self.sockets.push(json::object([
            (
                "type",
                json::string(if is_sent { "send" } else { "receive" }),
            ),
            ("time", seconds.to_string()),
            ("opcode", "1".to_owned()),
            ("data", json::string(text)),
        ]));
        self
    }

    fn json(&self, dialect: Dialect) -> String {
        let mut members = vec![
            (
                "startedDateTime",
                json::string(&clock(self.started, dialect)),
            ),
            ("request", self.request(dialect)),
            ("response", self.response(dialect)),
            ("cache", "{}".to_owned()),
        ];
        let all = [
            "blocked", "dns", "connect", "ssl", "send", "wait", "receive",
        ];
        let length = |name: &str| self.phases.iter().find(|(of, _)| *of == name);
        let phases = all.map(|name| (name, length(name).map_or(-1.0, |(_, length)| *length)));
        // `ssl` is a part of `connect`.
        let counted = phases
            .iter()
            .filter(|(name, length)| *name != "ssl" && *length > 0.0);
        let total: f64 = counted.map(|(_, length)| length).sum();
        members.push(("time", total.to_string()));
        members.push((
            "timings",
            json::object(phases.map(|(name, length)| (name, length.to_string()))),
        ));
        if let Some(server) = &self.server {
            let is_bracketed = dialect == Dialect::Chromium && server.contains(':');
            let server = if is_bracketed {
                format!("[{server}]")
            } else {
                server.clone()
            };
            members.push(("serverIPAddress", json::string(&server)));
        }
        match dialect {
            Dialect::Chromium => {
                members.push(("_priority", json::string("High")));
                members.push(("_resourceType", json::string("fetch")));
                members.push(("connection", json::string("1234")));
                members.push(("pageref", json::string("page_1")));
                if let Some(initiator) = &self.initiator {
                    members.push(("_initiator", initiator.clone()));
                }
                members.sort_by_key(|(name, _)| *name);
            }
            Dialect::Firefox => {
                members.push(("_securityState", json::string("secure")));
                members.push(("connection", json::string("443")));
                members.push(("pageref", json::string("page_1")));
            }
            Dialect::FiddlerEverywhere => members.push(("comment", json::string("a comment"))),
            Dialect::Mitmproxy => {}
        }
        if !self.sockets.is_empty() {
            members.push((
                "_webSocketMessages",
                format!("[{}]", self.sockets.join(",")),
            ));
        }
        json::object(members)
    }

    fn request(&self, dialect: Dialect) -> String {
        let mut members = vec![
            ("method", json::string(&self.method)),
            ("url", json::string(&self.url)),
            ("httpVersion", json::string(version(dialect))),
            ("headers", pairs(borrowed(&self.request_fields))),
            ("queryString", "[]".to_owned()),
            ("cookies", "[]".to_owned()),
            ("headersSize", "-1".to_owned()),
            ("bodySize", "-1".to_owned()),
        ];
        if let Some(posted) = &self.posted {
            members.push(("postData", posted.clone()));
        }
        json::object(members)
    }

    fn response(&self, dialect: Dialect) -> String {
        let (status, reason) = self.status.clone().unwrap_or_default();
        let error = self
            .error
            .as_deref()
            .map_or("null".to_owned(), json::string);
        let content = if self.content.is_empty() {
            vec![
                ("size", "0".to_owned()),
                ("mimeType", json::string("x-unknown")),
            ]
        } else {
            self.content.clone()
        };
        json::object([
            ("status", status.to_string()),
            ("statusText", json::string(&reason)),
            ("httpVersion", json::string(version(dialect))),
            ("headers", pairs(borrowed(&self.fields))),
            ("cookies", "[]".to_owned()),
            ("content", json::object(content)),
            ("redirectURL", json::string("")),
            ("headersSize", "-1".to_owned()),
            ("bodySize", "-1".to_owned()),
            ("_transferSize", "321".to_owned()),
            ("_error", error),
        ])
    }
}

fn version(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Chromium => "http/2.0",
        Dialect::Firefox => "HTTP/2",
        Dialect::FiddlerEverywhere | Dialect::Mitmproxy => "HTTP/1.1",
    }
}

fn borrowed(fields: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    fields.iter().map(|(name, value)| (&**name, &**value))
}

fn pairs<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let pair = |(name, value)| {
        json::object([("name", json::string(name)), ("value", json::string(value))])
    };
    let pairs: Vec<String> = fields.map(pair).collect();
    format!("[{}]", pairs.join(","))
}

/// A time as the dialect writes it.
fn clock(ticks: u64, dialect: Dialect) -> String {
    let hour = 3600 * TICKS_PER_SECOND;
    let (shown, digits, zone) = match dialect {
        Dialect::Chromium => (ticks, 3, "Z"),
        Dialect::Firefox => (ticks + hour, 3, "+01:00"),
        Dialect::FiddlerEverywhere => (ticks, 7, "Z"),
        Dialect::Mitmproxy => (ticks, 6, "+00:00"),
    };
    let text = format_rfc3339(shown);
    let seconds_end = text.len() - "0000000Z".len();
    format!("{}{zone}", &text[..seconds_end + digits])
}
