//! One request with its response, as any recording of HTTP tells it.
//!
//! Plain values without a judgement: what a recording does not say is absent, never a default that
//! could be taken for a finding. Texts and bytes borrow from the recording where they can.

use std::borrow::Cow;

use crate::body::Body;
use crate::error::Error;
use crate::headers::Headers;
use crate::timers::Timers;

/// A request with what came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exchange<'a> {
    /// The recording's own name for it, as written: a session number, or the place in a list when
    /// the recording numbers nothing. See [`Exchange::number`].
    pub id: Cow<'a, str>,
    /// Byte offset of its record in the recording; for recordings of several files, of its request.
    pub offset: u64,
    /// What was asked.
    pub request: Request<'a>,
    /// What was answered; `None` when nothing came or nothing was recorded.
    pub response: Option<Response<'a>>,
    /// When its parts happened, on the recording device's clock.
    pub timers: Timers,
    /// The program that asked; `None` when the recording does not say.
    pub process: Option<Process<'a>>,
    /// The asking side of the connection; `None` when not recorded.
    pub client: Option<Endpoint<'a>>,
    /// The answering side, which is a proxy where one was used; `None` when not recorded.
    pub server: Option<Endpoint<'a>>,
    /// The recorder's name of the connection, equal for exchanges that shared it; `None` when not
    /// recorded.
    pub connection: Option<Cow<'a, str>>,
    /// Further facts of the recorder, name and value as written, in their order.
    pub flags: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// What the recorder says went wrong below HTTP; `None` when it says nothing.
    pub error: Option<Cow<'a, str>>,
    /// A tunnel (`CONNECT`) whose content was not decrypted: nothing but the two ends is known.
    pub is_tunnel: bool,
    /// What made the client ask; `None` when not recorded.
    pub initiator: Option<Initiator<'a>>,
    /// The page that it belongs to, by the recording's id; `None` when it has none.
    pub page: Option<Cow<'a, str>>,
    /// Messages of a WebSocket that this exchange opened, in their order; empty for most.
    pub messages: Vec<WebSocketMessage<'a>>,
    /// What of this exchange could not be read; offsets are as their reader gives them.
    pub damage: Vec<Error>,
}

/// What was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request<'a> {
    /// The method as written, usually upper case; empty when damage took it.
    pub method: Cow<'a, str>,
    /// The absolute address, with its fragment when the recording has one; for a tunnel `host:port`.
    /// As the request line has it when the recording gives no host. May hold secrets.
    pub url: Cow<'a, str>,
    /// The version as written, such as `HTTP/1.1` or `h2`; `None` when not recorded.
    pub version: Option<Cow<'a, str>>,
    /// Header fields in their order. May hold secrets.
    pub headers: Headers<'a>,
    /// The body. May hold secrets.
    pub body: Body<'a>,
}

/// What was answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response<'a> {
    /// The status code, 100 to 999 where the message is sound.
    pub status: u16,
    /// The reason phrase; empty when there is none, as in HTTP/2.
    pub reason: Cow<'a, str>,
    /// The version as written; `None` when not recorded.
    pub version: Option<Cow<'a, str>>,
    /// Header fields in their order. May hold secrets.
    pub headers: Headers<'a>,
    /// The body. May hold secrets.
    pub body: Body<'a>,
    /// Responses with a status of 100 to 199 that came before this one, in their order.
    pub interim: Vec<Interim<'a>>,
}

/// A response that announces another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interim<'a> {
    /// The status code, 100 to 199.
    pub status: u16,
    /// Header fields in their order.
    pub headers: Headers<'a>,
}

/// A program of the recording device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Process<'a> {
    /// Its name as the recorder has it, mostly without path and ending; empty when only the number
    /// is known.
    pub name: Cow<'a, str>,
    /// Its process id; `None` when not recorded.
    pub pid: Option<u32>,
}

/// One end of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoint<'a> {
    /// The address as written, IPv6 without brackets; rarely a name.
    pub address: Cow<'a, str>,
    /// The port; `None` when not recorded.
    pub port: Option<u16>,
}

/// What made the client ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Initiator<'a> {
    /// Its kind as written, such as `script`, `parser`, `redirect` or `other`.
    pub kind: Cow<'a, str>,
    /// The address of the document or script; `None` when not recorded. May hold secrets.
    pub url: Option<Cow<'a, str>>,
    /// The line there, as the recorder counts; `None` when not recorded.
    pub line: Option<u64>,
}

/// A message of a WebSocket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebSocketMessage<'a> {
    /// Whether the client sent it.
    pub is_sent: bool,
    /// When, in 100 ns ticks since 1601-01-01 UTC; `None` when not recorded.
    pub ticks: Option<i64>,
    /// The opcode of RFC 6455: 1 is text, 2 is bytes; `None` when not recorded.
    pub opcode: Option<u8>,
    /// What was sent. May hold secrets.
    pub body: Body<'a>,
}

impl Exchange<'_> {
    /// The id as a number; `None` when it is none.
    pub fn number(&self) -> Option<u32> {
        self.id.parse().ok()
    }

    /// The value of the first flag of that name, without regard to case.
    pub fn flag(&self, name: &str) -> Option<&str> {
        let mut flags = self.flags.iter();
        let found = flags.find(|(of, _)| of.eq_ignore_ascii_case(name));
        found.map(|(_, value)| &**value)
    }

    /// The same exchange without a borrow; copies what is borrowed, bodies included.
    pub fn into_owned(self) -> Exchange<'static> {
        Exchange {
            id: own(self.id),
            offset: self.offset,
            request: self.request.into_owned(),
            response: self.response.map(Response::into_owned),
            timers: self.timers,
            process: self.process.map(|process| Process {
                name: own(process.name),
                pid: process.pid,
            }),
            client: self.client.map(Endpoint::into_owned),
            server: self.server.map(Endpoint::into_owned),
            connection: self.connection.map(own),
            flags: own_pairs(self.flags),
            error: self.error.map(own),
            is_tunnel: self.is_tunnel,
            initiator: self.initiator.map(|initiator| Initiator {
                kind: own(initiator.kind),
                url: initiator.url.map(own),
                line: initiator.line,
            }),
            page: self.page.map(own),
            messages: self.messages.into_iter().map(own_message).collect(),
            damage: self.damage,
        }
    }
}

impl Request<'_> {
    /// The same request without a borrow.
    pub fn into_owned(self) -> Request<'static> {
        Request {
            method: own(self.method),
            url: own(self.url),
            version: self.version.map(own),
            headers: self.headers.into_owned(),
            body: self.body.into_owned(),
        }
    }
}

impl Response<'_> {
    /// Where a redirect leads, as written, which may be relative; `None` unless the status is 3xx
    /// and there is a `Location`. May hold secrets.
    pub fn location(&self) -> Option<&str> {
        let is_redirect = (300..400).contains(&self.status);
        is_redirect.then(|| self.headers.get("location")).flatten()
    }

    /// The same response without a borrow.
    pub fn into_owned(self) -> Response<'static> {
        let own_interim = |interim: Interim<'_>| Interim {
            status: interim.status,
            headers: interim.headers.into_owned(),
        };
        Response {
            status: self.status,
            reason: own(self.reason),
            version: self.version.map(own),
            headers: self.headers.into_owned(),
            body: self.body.into_owned(),
            interim: self.interim.into_iter().map(own_interim).collect(),
        }
    }
}

impl Endpoint<'_> {
    /// The same end without a borrow.
    pub fn into_owned(self) -> Endpoint<'static> {
        Endpoint {
            address: own(self.address),
            port: self.port,
        }
    }
}

fn own(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

fn own_pairs(
    pairs: Vec<(Cow<'_, str>, Cow<'_, str>)>,
) -> Vec<(Cow<'static, str>, Cow<'static, str>)> {
    let own_pair = |(name, value)| (own(name), own(value));
    pairs.into_iter().map(own_pair).collect()
}

fn own_message(message: WebSocketMessage<'_>) -> WebSocketMessage<'static> {
    WebSocketMessage {
        is_sent: message.is_sent,
        ticks: message.ticks,
        opcode: message.opcode,
        body: message.body.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_redirect_leads_somewhere() {
        let mut response = Response {
            status: 302,
            ..Response::default()
        };
        assert_eq!(response.location(), None);
        response.headers.push("location", "/next#here");
        assert_eq!(response.location(), Some("/next#here"));
        response.status = 201;
        assert_eq!(response.location(), None);
    }

    #[test]
    fn an_owned_exchange_is_the_same() {
        let exchange = Exchange {
            id: "007".into(),
            flags: vec![("X-ProcessInfo".into(), "svc:12".into())],
            response: Some(Response::default()),
            initiator: Some(Initiator::default()),
            messages: vec![WebSocketMessage::default()],
            ..Exchange::default()
        };
        assert_eq!(exchange.number(), Some(7));
        assert_eq!(exchange.flag("x-processinfo"), Some("svc:12"));
        assert_eq!(exchange.clone().into_owned(), exchange);
    }
}
