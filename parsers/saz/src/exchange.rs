//! A session as the exchange that all recordings of HTTP are read into.
//!
//! Flags of the program say more than the messages do: who asked, whether the answer is the program's
//! own, what a tunnel hides. Bits of `BitFlags` are those that the vendor documents for its scripts
//! (specified); those of reused connections and tunnels were seen to hold.

use std::borrow::Cow;

use joinscope_http::{
    Body, Endpoint, Exchange, Instant, Phase, Point, Process, Request, Timers, WebSocketMessage,
    read_request, read_response,
};

use crate::archive::Session;
use crate::metadata::{self, Metadata};
use crate::moment::{Moment, Zone};
use crate::tls::{Handshake, TlsNotes};
use crate::websocket::{Direction, WebSocketFrame};

/// The session went over TLS.
const IS_HTTPS: u32 = 0x1;
/// The response was written by the program itself.
const ANSWERED_BY_RECORDER: u32 = 0x100;
/// The tunnel is decrypted: its content is in sessions of its own.
const IS_DECRYPTED: u32 = 0x2000;

/// How the program begins what it writes in place of an answer.
const RECORDER_MARK: &[u8] = b"[Fiddler] ";
/// Longest text of that kind that is kept, in bytes.
const LONGEST_ERROR: usize = 400;

const TICKS_PER_MS: i64 = 10_000;

impl Session<'_> {
    /// The session as an exchange, borrowed from it and from the members.
    ///
    /// A tunnel's two descriptions of TLS become flags whose names begin with `tls-`, what went
    /// through it flags that begin with `tunnel-`. Times whose
    /// zone is not stated are left out, because they are of no known instant;
    /// [`Session::has_times_without_zone`] says whether there are any.
    pub fn exchange(&self) -> Exchange<'_> {
        let mut exchange = Exchange {
            id: Cow::Owned(self.number.to_string()),
            ..Exchange::default()
        };
        self.add_messages(&mut exchange);
        let is_connect = exchange.request.method.eq_ignore_ascii_case("CONNECT");
        let mut bits = 0;
        if let Some(metadata) = &self.metadata {
            bits = metadata.bit_flags.unwrap_or_default();
            add_metadata(metadata, &mut exchange);
        }
        complete_address(&mut exchange.request, bits);
        if is_connect {
            let notes = TlsNotes::read(
                behind_head(self.request.unwrap_or_default()),
                behind_head(self.response.unwrap_or_default()),
            );
            exchange.is_tunnel = bits & IS_DECRYPTED == 0 && !notes.is_decrypted;
            add_tls(&notes, &mut exchange);
        } else if bits & ANSWERED_BY_RECORDER != 0
            && let Some(said) = self.recorder_said()
        {
            exchange.error = Some(said);
        }
        if let Some(frames) = &self.websocket {
            exchange.messages = frames.frames.iter().map(message).collect();
        }
        exchange
    }

    /// Whether a timer states a time without saying in which zone.
    pub fn has_times_without_zone(&self) -> bool {
        let timers = self.metadata.iter().map(|metadata| &metadata.timers);
        timers
            .flat_map(points)
            .any(|(_, moment)| moment.zone == Zone::Unstated)
    }

    /// Takes times that name no zone to be in this one, in minutes east of UTC.
    pub fn assume_zone(&mut self, minutes: i32) {
        let timers = self
            .metadata
            .iter_mut()
            .map(|metadata| &mut metadata.timers);
        let frames = self
            .websocket
            .iter_mut()
            .flat_map(|frames| &mut frames.frames);
        let read = frames.map(|frame| &mut frame.read_at);
        for moment in timers.flat_map(metadata::Timers::moments).chain(read) {
            *moment = moment.map(|moment| moment.in_zone(minutes));
        }
    }

    fn add_messages<'s>(&'s self, exchange: &mut Exchange<'s>) {
        match self.request.map(read_request) {
            Some(Ok((request, damage))) => {
                exchange.request = request;
                exchange.damage.extend(damage);
            }
            Some(Err(error)) => exchange.damage.push(error),
            None => {}
        }
        // An empty member says that nothing came.
        let answered = self.response.filter(|bytes| !bytes.trim_ascii().is_empty());
        match answered.map(|bytes| read_response(bytes, &exchange.request.method)) {
            Some(Ok((response, damage))) => {
                exchange.response = Some(response);
                exchange.damage.extend(damage);
            }
            Some(Err(error)) => exchange.damage.push(error),
            None => {}
        }
    }

    /// What the program wrote in place of an answer: the beginning of the body.
    fn recorder_said(&self) -> Option<Cow<'_, str>> {
        let body = behind_head(self.response?);
        let text = body.get(..LONGEST_ERROR).unwrap_or(body);
        text.starts_with(RECORDER_MARK)
            .then(|| String::from_utf8_lossy(text))
    }
}

/// Everything behind the first empty line.
fn behind_head(message: &[u8]) -> &[u8] {
    let end = message.windows(4).position(|four| four == b"\r\n\r\n");
    end.and_then(|end| message.get(end + 4..))
        .unwrap_or_default()
}

fn add_metadata<'s>(metadata: &'s Metadata, exchange: &mut Exchange<'s>) {
    exchange.timers = timers(&metadata.timers);
    exchange.process = metadata.process().map(|process| Process {
        name: Cow::Borrowed(process.name),
        pid: process.id,
    });
    exchange.client = metadata.flag("x-clientip").map(|address| Endpoint {
        address: Cow::Borrowed(plain_address(address)),
        port: metadata
            .flag("x-clientport")
            .and_then(|port| port.parse().ok())
            .filter(|port| *port != 0),
    });
    exchange.server = metadata.flag("x-hostip").map(|address| Endpoint {
        address: Cow::Borrowed(plain_address(address)),
        port: None,
    });
    exchange.connection = metadata
        .flag("x-serversocket")
        .and_then(|socket| socket.strip_prefix("REUSE "))
        .map(Cow::Borrowed);
    exchange.error = metadata
        .flag("x-aborted-when")
        .map(|when| Cow::Owned(format!("aborted when {when}")));
    let flags = metadata.flags.iter().chain(&metadata.timers.others);
    exchange.flags = flags
        .map(|(name, value)| (Cow::Borrowed(&**name), Cow::Borrowed(&**value)))
        .collect();
    let tunnel = metadata.tunnel.unwrap_or_default();
    let through = [
        ("tunnel-sent-bytes", tunnel.sent_bytes),
        ("tunnel-received-bytes", tunnel.received_bytes),
    ];
    for (name, bytes) in through {
        let flag = bytes.map(|bytes| (Cow::Borrowed(name), Cow::Owned(bytes.to_string())));
        exchange.flags.extend(flag);
    }
}

/// An IPv4 address in the clothes of IPv6 is one of IPv4.
fn plain_address(address: &str) -> &str {
    address.strip_prefix("::ffff:").unwrap_or(address)
}

fn timers(stated: &metadata::Timers) -> Timers {
    let mut timers = Timers::default();
    for (point, moment) in points(stated) {
        match moment.zone {
            Zone::Unstated => {}
            Zone::Assumed(_) => timers.set(point, Instant::assumed(moment.ticks, 1)),
            Zone::Utc | Zone::Offset(_) => timers.set(point, Instant::stated(moment.ticks, 1)),
        }
    }
    let phases = [
        (Phase::Gateway, stated.gateway_ms),
        (Phase::Dns, stated.dns_ms),
        (Phase::Connect, stated.tcp_connect_ms),
        (Phase::Tls, stated.https_handshake_ms),
    ];
    for (phase, length) in phases {
        let ticks = length.and_then(|ms| i64::try_from(ms).ok()?.checked_mul(TICKS_PER_MS));
        if let Some(ticks) = ticks {
            timers.set_length(phase, ticks);
        }
    }
    timers
}

fn points(stated: &metadata::Timers) -> impl Iterator<Item = (Point, Moment)> {
    let points = [
        (Point::ClientConnected, stated.client_connected),
        (Point::RequestBegun, stated.client_begin_request),
        (Point::RequestHeadRead, stated.got_request_headers),
        (Point::RequestDone, stated.client_done_request),
        (Point::ServerConnected, stated.server_connected),
        (Point::RequestForwarded, stated.fiddler_begin_request),
        (Point::ServerGotRequest, stated.server_got_request),
        (Point::ResponseBegun, stated.server_begin_response),
        (Point::ResponseHeadRead, stated.got_response_headers),
        (Point::ResponseDone, stated.server_done_response),
        (Point::ClientResponseBegun, stated.client_begin_response),
        (Point::ClientResponseDone, stated.client_done_response),
    ];
    let known = |(point, moment): (Point, Option<Moment>)| Some((point, moment?));
    points.into_iter().filter_map(known)
}

/// A request line that was written without a host gets it from the header.
fn complete_address(request: &mut Request<'_>, bits: u32) {
    if request.url.starts_with('/')
        && let Some(host) = request.headers.get("host")
    {
        let scheme = if bits & IS_HTTPS == 0 {
            "http"
        } else {
            "https"
        };
        request.url = Cow::Owned(format!("{scheme}://{host}{}", request.url));
    }
}

fn add_tls<'s>(notes: &TlsNotes<'s>, exchange: &mut Exchange<'s>) {
    let mut flag = |name: &'static str, value: Option<&'s str>| {
        if let Some(value) = value {
            exchange
                .flags
                .push((Cow::Borrowed(name), Cow::Borrowed(value)));
        }
    };
    let hello = |hello: &Option<Handshake<'s>>| hello.clone().unwrap_or_default();
    let (client, server) = (hello(&notes.client), hello(&notes.server));
    flag("tls-client-version", client.version);
    flag("tls-client-server-name", client.server_name);
    flag("tls-client-alpn", client.alpn);
    flag("tls-server-version", server.version);
    flag("tls-server-cipher", server.cipher);
    flag("tls-server-alpn", server.alpn);
    flag("tls-protocol", notes.protocol);
    flag("tls-cipher", notes.cipher);
    flag("tls-key-exchange", notes.key_exchange);
    let certificate = notes.certificate.clone().unwrap_or_default();
    flag("tls-certificate-subject", certificate.subject);
    flag("tls-certificate-issuer", certificate.issuer);
    flag("tls-certificate-serial", certificate.serial);
    flag("tls-certificate-not-before", certificate.not_before);
    flag("tls-certificate-not-after", certificate.not_after);
    flag("tls-certificate-thumbprint", certificate.thumbprint);
}

/// A frame by RFC 6455, section 5.2; one that is cut keeps its bytes as they are.
fn message<'s>(frame: &WebSocketFrame<'s>) -> WebSocketMessage<'s> {
    let known = |moment: &Moment| moment.zone != Zone::Unstated;
    let payload = payload(frame.bytes);
    WebSocketMessage {
        is_sent: frame.direction == Direction::Client,
        ticks: frame.read_at.filter(known).map(|moment| moment.ticks),
        opcode: frame.bytes.first().map(|first| first & 0x0f),
        body: Body::plain(payload.unwrap_or(Cow::Borrowed(frame.bytes))),
    }
}

fn payload(frame: &[u8]) -> Option<Cow<'_, [u8]>> {
    let second = *frame.get(1)?;
    let start = match second & 0x7f {
        127 => 10,
        126 => 4,
        _ => 2,
    };
    if second & 0x80 == 0 {
        return frame.get(start..).map(Cow::Borrowed);
    }
    let mask = frame.get(start..start + 4)?;
    let masked = frame.get(start + 4..)?.iter();
    let bytes = masked.zip(mask.iter().cycle());
    Some(Cow::Owned(bytes.map(|(byte, mask)| byte ^ mask).collect()))
}
