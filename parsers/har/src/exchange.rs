//! From an entry as the file has it to an exchange.

use std::borrow::Cow;

use joinscope_http::{
    Basis, Body, Content as BodyContent, Endpoint, Error, Exchange, Headers, Initiator, Instant,
    Phase, Point, Request, Response, Timers, WebSocketMessage,
};

use crate::entry::{Entry, SocketMessage, Timings};
use crate::lenient::{List, Scalar};
use crate::message::{Content, Message, Pair};
use crate::time::{instant, ticks_from_epoch, ticks_from_ms};

/// What becomes of an entry that stands at that place, from one, and at that offset; times without a
/// zone are taken to be in the one that is assumed, in minutes east of UTC.
pub(crate) fn exchange(
    entry: Entry<'_>,
    place: u64,
    offset: u64,
    assumed: Option<i32>,
) -> Exchange<'_> {
    let mut damage = Vec::new();
    let timers = timers(&entry, offset, assumed, &mut damage);
    let mut flags = entry.flags;
    let mut error = entry.error.text();
    let request = entry.request.unwrap_or_default();
    let mut response = entry.response.unwrap_or_default();
    flags.extend(request.flags.iter().cloned());
    flags.append(&mut response.flags);
    let redirect = std::mem::take(&mut response.redirect).text();
    flags.extend(redirect.map(|url| (Cow::Borrowed("redirectURL"), url)));
    let own_error = std::mem::take(&mut response.error).text();
    error = error.or(own_error).or_else(|| request.error.clone().text());
    for list in [&request.headers, &response.headers] {
        limited(
            list.is_cut,
            "header fields",
            list.members.len(),
            offset,
            &mut damage,
        );
    }
    limited(
        entry.messages.is_cut,
        "messages",
        entry.messages.members.len(),
        offset,
        &mut damage,
    );
    let request = self::request(request);
    Exchange {
        id: Cow::Owned(place.to_string()),
        offset,
        is_tunnel: request.method.eq_ignore_ascii_case("CONNECT"),
        request,
        response: self::response(response, offset, &mut damage),
        timers,
        server: entry.server.text().and_then(endpoint),
        connection: entry.connection.text(),
        flags,
        error,
        initiator: entry.initiator.map(initiator),
        page: entry.page.text(),
        messages: entry
            .messages
            .members
            .into_iter()
            .map(socket_message)
            .collect(),
        damage,
        ..Exchange::default()
    }
}

fn limited(is_cut: bool, what: &'static str, limit: usize, offset: u64, damage: &mut Vec<Error>) {
    if is_cut {
        let limit = limit as u64;
        damage.push(Error::Limit {
            what,
            limit,
            offset,
        });
    }
}

fn request(mut message: Message<'_>) -> Request<'_> {
    let size = message.body_size.whole();
    let content = message.content.take();
    let headers = headers(message.headers);
    let mut body = content.map(body).unwrap_or_default();
    body.stated_length = size;
    body.content_type = body.content_type.or_else(|| headers.first("content-type"));
    Request {
        method: message.method.text().unwrap_or_default(),
        url: message.url.text().unwrap_or_default(),
        version: version(message.version),
        headers,
        body,
    }
}

/// `None` for status 0, by which tools say that nothing came (assumed).
fn response<'a>(
    mut message: Message<'a>,
    offset: u64,
    damage: &mut Vec<Error>,
) -> Option<Response<'a>> {
    let status = message.status.whole();
    if matches!(message.status, Scalar::Absent) || status == Some(0) {
        return None;
    }
    // What is no number of a status is told, as it can be that of another error.
    let Some(status) = status.and_then(|status| u16::try_from(status).ok()) else {
        let what = "status code";
        damage.push(Error::Invalid { what, offset });
        return None;
    };
    let content = message.content.take();
    let size = content.as_ref().and_then(|content| content.size.whole());
    let headers = headers(message.headers);
    let mut body = content.map(body).unwrap_or_default();
    body.stated_length = size;
    body.content_type = body.content_type.or_else(|| headers.first("content-type"));
    Some(Response {
        status,
        reason: message.reason.text().unwrap_or_default(),
        version: version(message.version),
        headers,
        body,
        interim: Vec::new(),
    })
}

fn version(version: Scalar<'_>) -> Option<Cow<'_, str>> {
    version
        .text()
        .filter(|text| !text.eq_ignore_ascii_case("unknown"))
}

fn headers(list: List<Pair<'_>>) -> Headers<'_> {
    let mut headers = Headers::default();
    for pair in list.members {
        if let Some(name) = pair.name.text() {
            headers.push(name, pair.value.any().unwrap_or_default());
        }
    }
    headers
}

/// The content as it is held; a form that has fields and no text becomes `name=value&…`, the fields
/// as they are written.
fn body(content: Content<'_>) -> Body<'_> {
    let is_base64 = matches!(&content.encoding, Scalar::Text(name) if name == "base64");
    let text = content.text.0.filter(|text| !text.is_empty());
    let form = || {
        let pair = |pair: Pair<'_>| {
            let name = pair.name.any().unwrap_or_default();
            format!("{name}={}", pair.value.any().unwrap_or_default())
        };
        let pairs: Vec<String> = content.params.members.into_iter().map(pair).collect();
        pairs.join("&")
    };
    Body {
        content: match text {
            Some(text) if is_base64 => BodyContent::Base64(text),
            Some(text) => BodyContent::Text(text),
            None => match form() {
                form if form.is_empty() => BodyContent::Absent,
                form => BodyContent::Text(Cow::Owned(form)),
            },
        },
        content_type: content.mime.text(),
        ..Body::default()
    }
}

/// An address, which Chromium writes in brackets if it is of IPv6, and some tools with a port.
fn endpoint(text: Cow<'_, str>) -> Option<Endpoint<'_>> {
    let inner = text.strip_prefix('[').and_then(|text| text.split_once(']'));
    let (address, port) = match inner {
        Some((address, rest)) => (address, rest.strip_prefix(':')),
        None => match text.split_once(':') {
            Some((address, port)) if !port.contains(':') => (address, Some(port)),
            _ => (&*text, None),
        },
    };
    if address.is_empty() {
        return None;
    }
    let port = port.and_then(|port| port.parse().ok());
    let address = if address.len() == text.len() {
        text
    } else {
        Cow::Owned(address.to_owned())
    };
    Some(Endpoint { address, port })
}

fn initiator(initiator: crate::entry::Initiator<'_>) -> Initiator<'_> {
    let frame = initiator
        .stack
        .frames
        .members
        .into_iter()
        .next()
        .unwrap_or_default();
    let (url, line) = match initiator.url.text() {
        Some(url) => (Some(url), initiator.line),
        None => (frame.url.text(), frame.line),
    };
    Initiator {
        kind: initiator.kind.text().unwrap_or_default(),
        url,
        line: line.whole(),
    }
}

/// Bytes, which have opcode 2, are base64 (assumed, as Chromium's protocol for tools has it).
fn socket_message(message: SocketMessage<'_>) -> WebSocketMessage<'_> {
    let opcode = message
        .opcode
        .whole()
        .and_then(|code| u8::try_from(code).ok());
    let content = match message.data.0 {
        None => BodyContent::Absent,
        Some(data) if opcode == Some(2) => BodyContent::Base64(data),
        Some(data) => BodyContent::Text(data),
    };
    WebSocketMessage {
        is_sent: matches!(&message.kind, Scalar::Text(kind) if matches!(&**kind, "send" | "request")),
        ticks: message.time.number().and_then(ticks_from_epoch),
        opcode,
        body: Body {
            content,
            ..Body::default()
        },
    }
}

/// The stated beginning, the lengths of the phases, and the points that follow from both.
fn timers(entry: &Entry<'_>, offset: u64, assumed: Option<i32>, damage: &mut Vec<Error>) -> Timers {
    let mut timers = Timers::default();
    set_lengths(&mut timers, &entry.timings);
    let total = entry.time.number().and_then(ticks_from_ms);
    if let Some(total) = total {
        timers.set_length(Phase::Total, total);
    }
    let Scalar::Text(started) = &entry.started else {
        return timers;
    };
    let Some(start) = instant(started, assumed) else {
        let what = "startedDateTime";
        damage.push(Error::Invalid { what, offset });
        return timers;
    };
    timers.set(Point::RequestBegun, start);
    reckon(&mut timers, start);
    timers
}

fn set_lengths(timers: &mut Timers, timings: &Timings) {
    for (phase, milliseconds) in [
        (Phase::Blocked, timings.blocked),
        (Phase::Dns, timings.dns),
        (Phase::Connect, timings.connect),
        (Phase::Tls, timings.tls),
        (Phase::Send, timings.send),
        (Phase::Wait, timings.wait),
        (Phase::Receive, timings.receive),
    ] {
        if let Some(ticks) = milliseconds.and_then(ticks_from_ms) {
            timers.set_length(phase, ticks);
        }
    }
}

/// Walks the phases in the order of HAR 1.2. The phases of a connection are absent when one was
/// reused; when one of the others is, what follows it is not known.
fn reckon(timers: &mut Timers, start: Instant) {
    let after = |at: Option<i64>, length: Option<i64>| at?.checked_add(length?);
    let or_none = |length: Option<i64>| Some(length.unwrap_or(0));
    let length = |phase| timers.length(phase);
    let unblocked = after(Some(start.ticks), or_none(length(Phase::Blocked)));
    let named = after(unblocked, length(Phase::Dns));
    let to_connect = after(unblocked, or_none(length(Phase::Dns)));
    // `ssl` is the last part of `connect`; where it is longer, the tool counts them apart.
    let (tls, connect) = (length(Phase::Tls), length(Phase::Connect));
    let before_tls =
        connect.map(|connect| connect - tls.filter(|tls| *tls <= connect).unwrap_or(0));
    let connected = after(to_connect, before_tls);
    let is_part = tls.is_some_and(|tls| connect.is_some_and(|connect| tls <= connect));
    let secured = if is_part {
        after(to_connect, connect)
    } else {
        None
    };
    let to_send = after(to_connect, or_none(connect));
    let sent = after(to_send, length(Phase::Send));
    let answered = after(sent, length(Phase::Wait));
    let received = after(answered, length(Phase::Receive));
    // Without phases the whole still has an end.
    let done = received.or_else(|| after(Some(start.ticks), length(Phase::Total)));
    for (point, ticks) in [
        (Point::NameResolved, named),
        (Point::ServerConnected, connected),
        (Point::TlsDone, secured),
        (Point::RequestForwarded, sent.and(to_send)),
        (Point::RequestDone, sent),
        (Point::ResponseBegun, answered),
        (Point::ResponseDone, done),
    ] {
        if let Some(ticks) = ticks {
            let basis = Basis::Reckoned;
            timers.set(
                point,
                Instant {
                    ticks,
                    basis,
                    ..start
                },
            );
        }
    }
}
