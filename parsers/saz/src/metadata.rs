//! The metadata document of a session: `<Session>` with timers, connections and flags.
//!
//! Observed in archives of Fiddler 4.6 and 5.0; the names of timers and flags are specified for the
//! vendor's scripts. Everything is kept: attributes and flags that are not known here by their names.

use std::borrow::Cow;

use joinscope_wire::decode_text;
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};

use crate::fault::FaultKind;
use crate::moment::{self, Moment};

/// What the document says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The number that the session had in the running program, which is not that of the archive.
    pub sid: Option<u32>,
    /// Flags of the session as the program keeps them, from hexadecimal digits.
    pub bit_flags: Option<u32>,
    /// When what happened.
    pub timers: Timers,
    /// Whether connections were used again.
    pub pipe: Pipe,
    /// What went through a tunnel that was not looked into.
    pub tunnel: Option<Tunnel>,
    /// Flags in the order of the document, names as written.
    pub flags: Vec<(String, String)>,
}

/// The timers of a session. Absent is what was never timed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timers {
    /// The client's connection was accepted; before the request where it is used again.
    pub client_connected: Option<Moment>,
    /// The first byte of the request came in.
    pub client_begin_request: Option<Moment>,
    /// The request's head was complete.
    pub got_request_headers: Option<Moment>,
    /// The request was complete.
    pub client_done_request: Option<Moment>,
    /// The server's connection stood; before the request where it is used again.
    pub server_connected: Option<Moment>,
    /// The request was begun to be sent on.
    pub fiddler_begin_request: Option<Moment>,
    /// The request was sent on whole.
    pub server_got_request: Option<Moment>,
    /// The first byte of the response came in.
    pub server_begin_response: Option<Moment>,
    /// The response's head was complete.
    pub got_response_headers: Option<Moment>,
    /// The response was complete.
    pub server_done_response: Option<Moment>,
    /// The response was begun to be handed to the client.
    pub client_begin_response: Option<Moment>,
    /// The client had the response.
    pub client_done_response: Option<Moment>,
    /// Milliseconds that finding the gateway took.
    pub gateway_ms: Option<u64>,
    /// Milliseconds that looking up the name took.
    pub dns_ms: Option<u64>,
    /// Milliseconds that connecting took.
    pub tcp_connect_ms: Option<u64>,
    /// Milliseconds that the TLS handshake took.
    pub https_handshake_ms: Option<u64>,
    /// Attributes that are not known here, as written.
    pub others: Vec<(String, String)>,
}

/// Whether connections were used again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pipe {
    /// The client's.
    pub client_reused: bool,
    /// The server's.
    pub server_reused: bool,
}

/// What went through a tunnel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tunnel {
    /// Bytes from the client.
    pub sent_bytes: Option<u64>,
    /// Bytes from the server.
    pub received_bytes: Option<u64>,
}

/// The process that a request came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process<'m> {
    /// Its name without ending, as the writer gives it.
    pub name: &'m str,
    /// Its id.
    pub id: Option<u32>,
}

/// Flags beyond this number are not kept: a document of a few hundred kilobytes has no reason for them.
const MOST_FLAGS: usize = 4096;

impl Metadata {
    /// Reads a document as far as it goes.
    pub(crate) fn parse(bytes: &[u8]) -> (Self, Vec<FaultKind>) {
        let (text, ..) = decode_text(bytes);
        let mut document = Document::default();
        let mut reader = Reader::from_str(&text);
        let mut depth: u32 = 0;
        let broken = loop {
            match reader.read_event() {
                Ok(Event::Start(element)) => {
                    depth = depth.saturating_add(1);
                    document.element(&element);
                }
                Ok(Event::Empty(element)) => document.element(&element),
                Ok(Event::End(_)) => depth = depth.saturating_sub(1),
                Ok(Event::Eof) if depth > 0 => break Some("it ends early".to_owned()),
                Ok(Event::Eof) if !document.is_session => {
                    break Some("there is no session in it".to_owned());
                }
                Ok(Event::Eof) => break None,
                Ok(_) => {}
                Err(error) => break Some(error.to_string()),
            }
        };
        if let Some(reason) = broken {
            let offset = reader.buffer_position();
            document.faults.push(FaultKind::Document { offset, reason });
        }
        (document.metadata, document.faults)
    }

    /// The value of a flag, its name in any case of letters; the last one where it was set twice.
    pub fn flag(&self, name: &str) -> Option<&str> {
        let mut flags = self.flags.iter().rev();
        flags
            .find(|(flag, _)| flag.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// The process that the request came from: flag `x-processinfo`, `name:id`.
    pub fn process(&self) -> Option<Process<'_>> {
        let text = self.flag("x-processinfo")?;
        Some(match text.rsplit_once(':') {
            Some((name, id)) if !name.is_empty() => Process {
                name,
                id: id.trim().parse().ok(),
            },
            _ => Process {
                name: text,
                id: None,
            },
        })
    }

    /// Bytes of the response's body on the wire: flag `x-responsebodytransferlength`, whose digits are
    /// grouped by the writer's locale.
    pub fn response_body_bytes(&self) -> Option<u64> {
        let text = self.flag("x-responsebodytransferlength")?;
        let is_grouping = |c: char| c.is_whitespace() || matches!(c, ',' | '.' | '\'' | '\u{2019}');
        let digits: String = text.chars().filter(|c| !is_grouping(*c)).collect();
        digits.parse().ok()
    }

    /// What was found wrong with the messages themselves: flag `X-HTTPPROTOCOL-VIOLATION` and its kin.
    pub fn violations(&self) -> impl Iterator<Item = &str> {
        let is_violation = |name: &str| name.to_ascii_lowercase().contains("protocol-violation");
        self.flags
            .iter()
            .filter(move |(name, _)| is_violation(name))
            .map(|(_, value)| value.trim())
    }
}

impl Timers {
    /// When the request began: its first byte, else its head, its end, or its sending on.
    pub fn start(&self) -> Option<Moment> {
        self.client_begin_request
            .or(self.got_request_headers)
            .or(self.client_done_request)
            .or(self.fiddler_begin_request)
            .or(self.server_got_request)
    }

    /// When the response was complete: at this side, else at the client's.
    pub fn end(&self) -> Option<Moment> {
        self.server_done_response.or(self.client_done_response)
    }

    /// Every time, to be changed.
    pub(crate) fn moments(&mut self) -> [&mut Option<Moment>; 12] {
        [
            &mut self.client_connected,
            &mut self.client_begin_request,
            &mut self.got_request_headers,
            &mut self.client_done_request,
            &mut self.server_connected,
            &mut self.fiddler_begin_request,
            &mut self.server_got_request,
            &mut self.server_begin_response,
            &mut self.got_response_headers,
            &mut self.server_done_response,
            &mut self.client_begin_response,
            &mut self.client_done_response,
        ]
    }

    fn instant(&mut self, name: &str) -> Option<&mut Option<Moment>> {
        Some(match name {
            "ClientConnected" => &mut self.client_connected,
            "ClientBeginRequest" => &mut self.client_begin_request,
            "GotRequestHeaders" => &mut self.got_request_headers,
            "ClientDoneRequest" => &mut self.client_done_request,
            "ServerConnected" => &mut self.server_connected,
            "FiddlerBeginRequest" => &mut self.fiddler_begin_request,
            "ServerGotRequest" => &mut self.server_got_request,
            "ServerBeginResponse" => &mut self.server_begin_response,
            "GotResponseHeaders" => &mut self.got_response_headers,
            "ServerDoneResponse" => &mut self.server_done_response,
            "ClientBeginResponse" => &mut self.client_begin_response,
            "ClientDoneResponse" => &mut self.client_done_response,
            _ => return None,
        })
    }

    fn duration(&mut self, name: &str) -> Option<&mut Option<u64>> {
        Some(match name {
            "GatewayTime" => &mut self.gateway_ms,
            "DNSTime" => &mut self.dns_ms,
            "TCPConnectTime" => &mut self.tcp_connect_ms,
            "HTTPSHandshakeTime" => &mut self.https_handshake_ms,
            _ => return None,
        })
    }

    fn add(&mut self, name: &str, value: Cow<'_, str>) -> Option<FaultKind> {
        if let Some(place) = self.instant(name) {
            return match moment::parse(&value) {
                Ok(found) => {
                    *place = found;
                    None
                }
                Err(text) => Some(FaultKind::Time {
                    timer: name.to_owned(),
                    text: text.chars().take(40).collect(),
                }),
            };
        }
        match self.duration(name) {
            Some(place) => *place = value.trim().parse().ok(),
            None => self.others.push((name.to_owned(), value.into_owned())),
        }
        None
    }
}

/// The document while it is read.
#[derive(Default)]
struct Document {
    metadata: Metadata,
    is_session: bool,
    faults: Vec<FaultKind>,
}

impl Document {
    fn element(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            "Session" => {
                self.is_session = true;
                for (name, value) in attributes(element) {
                    match name {
                        "SID" => self.metadata.sid = value.trim().parse().ok(),
                        "BitFlags" => {
                            self.metadata.bit_flags = u32::from_str_radix(value.trim(), 16).ok();
                        }
                        _ => {}
                    }
                }
            }
            "SessionTimers" => {
                for (name, value) in attributes(element) {
                    self.faults.extend(self.metadata.timers.add(name, value));
                }
            }
            "PipeInfo" => {
                for (name, value) in attributes(element) {
                    let is_set = value.trim().eq_ignore_ascii_case("true");
                    match name {
                        "CltReuse" => self.metadata.pipe.client_reused = is_set,
                        "Reused" => self.metadata.pipe.server_reused = is_set,
                        _ => {}
                    }
                }
            }
            "TunnelInfo" => {
                let tunnel = self.metadata.tunnel.get_or_insert_default();
                for (name, value) in attributes(element) {
                    match name {
                        "BytesEgress" => tunnel.sent_bytes = value.trim().parse().ok(),
                        "BytesIngress" => tunnel.received_bytes = value.trim().parse().ok(),
                        _ => {}
                    }
                }
            }
            "SessionFlag" if self.metadata.flags.len() < MOST_FLAGS => {
                let (mut flag, mut content) = (None, Cow::Borrowed(""));
                for (name, value) in attributes(element) {
                    match name {
                        "N" => flag = Some(value),
                        "V" => content = value,
                        _ => {}
                    }
                }
                if let Some(flag) = flag {
                    let flag = (flag.into_owned(), content.into_owned());
                    self.metadata.flags.push(flag);
                }
            }
            _ => {}
        }
    }
}

/// Attributes that are well-formed, in order. A value with a reference that cannot be resolved (the
/// writer keeps control characters as such) stays as it is written.
fn attributes<'e>(element: &'e BytesStart<'_>) -> impl Iterator<Item = (&'e str, Cow<'e, str>)> {
    let mut attributes = element.attributes();
    // Without the search for doubles, which compares each name with all before it.
    attributes.with_checks(false);
    let pair = |attribute: Attribute<'e>| {
        let value = match attribute.value {
            Cow::Borrowed(written) => unescape(written).unwrap_or(Cow::Borrowed(written)),
            Cow::Owned(written) => match unescape(&written) {
                Ok(value) => Cow::Owned(value.into_owned()),
                Err(_) => Cow::Owned(written),
            },
        };
        (attribute.key.local_name().into_inner(), value)
    };
    attributes.flatten().map(pair)
}
