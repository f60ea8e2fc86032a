//! Messages as bytes: a head and what follows it.
//!
//! The bytes are one message of a recording, so the body reaches to their end; a length that says
//! something else is told and not believed, because recorders that decode bodies leave the old one.

use std::borrow::Cow;

use crate::body::{Body, Content, Transfer};
use crate::error::{Error, Result};
use crate::exchange::{Interim, Request, Response};
use crate::head::{self, Head, latin};
use crate::headers::Headers;

/// Responses that announce another, of which at most this many are read.
const MAX_INTERIM: usize = 16;

/// Reads a request from its bytes, with what of it was damaged; offsets count from their start.
///
/// The address is as the request line has it, which is absolute in what proxies record.
///
/// # Errors
/// [`Error::Invalid`] or [`Error::Truncated`] when the bytes do not begin with a request line.
pub fn read_request(bytes: &[u8]) -> Result<(Request<'_>, Vec<Error>)> {
    let Head {
        start,
        start_at,
        headers,
        end,
        mut damage,
    } = head::read(bytes, 0);
    let Some((method, url, version)) = request_line(start) else {
        return Err(no_start("request line", bytes, start_at));
    };
    let rest = bytes.get(end..).unwrap_or_default();
    let body = body(rest, &headers, true, end, &mut damage);
    let request = Request {
        method,
        url,
        version,
        headers,
        body,
    };
    Ok((request, damage))
}

/// Reads a response from its bytes, with what of it was damaged; offsets count from their start.
///
/// `method` is that of the request, as the response to `HEAD` has a length and no body.
///
/// # Errors
/// [`Error::Invalid`] or [`Error::Truncated`] when the bytes do not begin with a status line.
pub fn read_response<'a>(bytes: &'a [u8], method: &str) -> Result<(Response<'a>, Vec<Error>)> {
    let mut interim = Vec::new();
    let mut damage = Vec::new();
    let mut from = 0;
    loop {
        let head = head::read(bytes, from);
        let Some((version, status, reason)) = status_line(head.start) else {
            return Err(no_start("status line", bytes, head.start_at));
        };
        damage.extend(head.damage);
        let rest = bytes.get(head.end..).unwrap_or_default();
        let is_interim = (100..200).contains(&status)
            && status != 101
            && rest.trim_ascii_start().starts_with(b"HTTP/");
        if is_interim && interim.len() < MAX_INTERIM {
            from = head.end;
            interim.push(Interim {
                status,
                headers: head.headers,
            });
            continue;
        }
        if !(100..1000).contains(&status) {
            damage.push(invalid("status code", head.start_at));
        }
        let has_body = method != "HEAD" && !(100..200).contains(&status);
        let has_body = has_body && status != 204 && status != 304;
        let response = Response {
            status,
            reason,
            version: Some(version),
            body: body(rest, &head.headers, has_body, head.end, &mut damage),
            headers: head.headers,
            interim,
        };
        return Ok((response, damage));
    }
}

/// The body behind a head, with the codings that its fields name.
fn body<'a>(
    rest: &'a [u8],
    headers: &Headers<'a>,
    has_body: bool,
    offset: usize,
    damage: &mut Vec<Error>,
) -> Body<'a> {
    let mut body = Body {
        content_encoding: own(headers.joined("content-encoding")),
        content_type: headers.first("content-type"),
        ..Body::default()
    };
    let transfer = headers.joined("transfer-encoding").unwrap_or_default();
    for coding in list(&transfer) {
        match coding {
            _ if coding.eq_ignore_ascii_case("chunked") => body.transfer = Transfer::Chunked,
            _ if coding.eq_ignore_ascii_case("identity") => {}
            // Transfer codings are applied after those of the content.
            _ => {
                let list = body.content_encoding.get_or_insert_default().to_mut();
                if !list.is_empty() {
                    list.push_str(", ");
                }
                list.push_str(coding);
            }
        }
    }
    if !rest.is_empty() {
        body.content = Content::Bytes(Cow::Borrowed(rest));
    }
    if body.transfer == Transfer::Plain {
        body.stated_length = stated_length(headers, offset, damage);
        if has_body && let Some(length) = body.stated_length {
            let have = rest.len() as u64;
            if have < length {
                damage.push(head::truncated("body", offset + rest.len()));
            } else if have > length {
                damage.push(Error::Invalid {
                    what: "length of the body",
                    offset: offset as u64,
                });
            }
        }
    }
    body
}

/// The one `Content-Length`; repeated equal values are one, as RFC 9110, 8.6 allows.
fn stated_length(headers: &Headers<'_>, offset: usize, damage: &mut Vec<Error>) -> Option<u64> {
    let list_text = headers.joined("content-length")?;
    let mut lengths = list(&list_text).map(|text| {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u64>().ok().filter(|_| is_number)
    });
    let first = lengths.next().flatten();
    if first.is_none() || lengths.any(|length| length != first) {
        damage.push(invalid("content length", offset));
        return None;
    }
    first
}

/// The members of a comma-separated list, without the empty ones.
pub(crate) fn list(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    let members = text.split(',').map(str::trim);
    members.filter(|member| !member.is_empty())
}

type StartLine<'a> = (Cow<'a, str>, Cow<'a, str>, Option<Cow<'a, str>>);

/// Method, address and version of a request line.
fn request_line(line: &[u8]) -> Option<StartLine<'_>> {
    let blank = line.iter().position(|byte| *byte == b' ')?;
    let (method, rest) = line.split_at_checked(blank)?;
    let rest = rest.trim_ascii();
    // A client that does not escape leaves blanks in the address, so the version is what stands
    // behind the last one.
    let last = rest.iter().rposition(|byte| *byte == b' ');
    let versioned = last.and_then(|at| rest.split_at_checked(at));
    let versioned = versioned.filter(|(_, version)| version.starts_with(b" HTTP/"));
    let (url, version) = match versioned {
        Some((url, version)) => (url.trim_ascii(), Some(latin(version.trim_ascii()))),
        None => (rest, None),
    };
    let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.!#$%&'*+^`|~".contains(byte);
    // Two words are a request of HTTP/0.9 only if they look like one.
    let is_method = match version {
        Some(_) => method.iter().all(is_token),
        None => method.iter().all(u8::is_ascii_uppercase),
    };
    let is_request = (1..=32).contains(&method.len()) && is_method && !url.is_empty();
    is_request.then(|| (latin(method), latin(url), version))
}

/// Version, code and reason of a status line; recorders write `HTTP/2` and leave out the reason.
fn status_line(line: &[u8]) -> Option<(Cow<'_, str>, u16, Cow<'_, str>)> {
    let blank = line.iter().position(|byte| *byte == b' ')?;
    let (version, rest) = line.split_at_checked(blank)?;
    let number = version.strip_prefix(b"HTTP/")?;
    let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    if number.is_empty() || number.len() > 8 || !number.iter().all(is_number) {
        return None;
    }
    let rest = rest.trim_ascii();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (code, reason) = rest.split_at_checked(digits)?;
    let is_code = (1..=3).contains(&digits) && (reason.is_empty() || reason.starts_with(b" "));
    let code = std::str::from_utf8(code).ok().filter(|_| is_code)?;
    Some((
        latin(version),
        code.parse().ok()?,
        latin(reason.trim_ascii()),
    ))
}

fn no_start(what: &'static str, bytes: &[u8], at: usize) -> Error {
    // Bytes that end within their first line may have been cut in it.
    let rest = bytes.get(at..).unwrap_or_default();
    if rest.contains(&b'\n') {
        invalid(what, at)
    } else {
        head::truncated(what, bytes.len())
    }
}

fn invalid(what: &'static str, at: usize) -> Error {
    Error::Invalid {
        what,
        offset: at as u64,
    }
}

fn own<'a>(text: Option<Cow<'_, str>>) -> Option<Cow<'a, str>> {
    text.map(|text| Cow::Owned(text.into_owned()))
}
