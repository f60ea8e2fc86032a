//! Heads of messages: the start line and the header fields.
//!
//! The start line is read here, because recorders write versions (`HTTP/2`), status codes and
//! addresses that no strict reader takes. The fields are read by `httparse`; what it refuses is read
//! again line by line, so that one bad line does not cost the others.

use std::borrow::Cow;

use crate::error::Error;
use crate::headers::Headers;

/// Most header fields of one message that are read.
const MAX_FIELDS: usize = 1000;
/// Most bytes of one head that are read.
const MAX_HEAD: usize = 1 << 20;
/// Fields for which a first attempt has room; more are read by lines.
const USUAL_FIELDS: usize = 96;

/// A head in its parts.
#[derive(Debug, Default)]
pub(crate) struct Head<'a> {
    /// The start line without its end and without blanks around it.
    pub(crate) start: &'a [u8],
    /// Offset of the start line.
    pub(crate) start_at: usize,
    pub(crate) headers: Headers<'a>,
    /// Offset of the first byte behind the head.
    pub(crate) end: usize,
    pub(crate) damage: Vec<Error>,
}

/// Reads the head that begins at `from`.
pub(crate) fn read(bytes: &[u8], from: usize) -> Head<'_> {
    let mut head = Head::default();
    let mut lines = Lines { bytes, at: from };
    // RFC 9112, 2.2: empty lines before the start line are passed over.
    let start = loop {
        match lines.next() {
            Some(line) if line.text.is_empty() => {}
            Some(line) => break line,
            None => {
                head.start_at = lines.at;
                head.end = lines.at;
                return head;
            }
        }
    };
    head.start = start.text.trim_ascii();
    head.start_at = start.at;
    head.end = lines.at;
    if !start.is_ended {
        head.damage.push(truncated("head", bytes.len()));
        return head;
    }
    if !read_usual(&mut head, bytes) {
        read_lines(&mut head, lines);
    }
    head
}

/// Reads fields behind the start line as `httparse` does; `false` when it refuses them.
fn read_usual<'a>(head: &mut Head<'a>, bytes: &'a [u8]) -> bool {
    let rest = bytes.get(head.end..).unwrap_or_default();
    let rest = rest.get(..MAX_HEAD).unwrap_or(rest);
    let mut room = [httparse::EMPTY_HEADER; USUAL_FIELDS];
    let Ok(httparse::Status::Complete((length, fields))) = httparse::parse_headers(rest, &mut room)
    else {
        return false;
    };
    for field in fields {
        head.headers.push(field.name, latin(field.value));
    }
    head.end += length;
    true
}

/// Reads fields line by line up to an empty line, and tells lines that are none.
fn read_lines<'a>(head: &mut Head<'a>, mut lines: Lines<'a>) {
    let first = lines.at;
    loop {
        let Some(line) = lines.next() else {
            head.damage.push(truncated("head", lines.bytes.len()));
            break;
        };
        if line.text.is_empty() && line.is_ended {
            break;
        }
        // Half a value could be read as a whole one.
        if !line.is_ended {
            head.damage.push(truncated("head", lines.bytes.len()));
            break;
        }
        if lines.at - first > MAX_HEAD {
            head.damage
                .push(limit("bytes of a head", MAX_HEAD, line.at));
            lines.at = line.at;
            break;
        }
        if head.headers.0.len() >= MAX_FIELDS {
            head.damage
                .push(limit("header fields", MAX_FIELDS, line.at));
            lines.at = line.at;
            break;
        }
        if !read_field(&mut head.headers, line.text) && head.damage.len() < MAX_FIELDS {
            head.damage.push(Error::Invalid {
                what: "header field",
                offset: line.at as u64,
            });
        }
    }
    head.end = lines.at;
}

/// Reads one line as a field, or as more of the field before it; `false` when it is neither.
fn read_field<'a>(headers: &mut Headers<'a>, line: &'a [u8]) -> bool {
    if line.starts_with(b" ") || line.starts_with(b"\t") {
        // RFC 9112, 5.2: a folded value goes on in the next line, as if there were one blank.
        let Some(before) = headers.0.last_mut() else {
            return false;
        };
        let more = latin(line.trim_ascii());
        if !more.is_empty() {
            let value = before.value.to_mut();
            if !value.is_empty() {
                value.push(' ');
            }
            value.push_str(&more);
        }
        return true;
    }
    // Recordings of HTTP/2 have fields such as `:authority`, so a colon in front belongs to the name.
    let colon = line.iter().skip(1).position(|byte| *byte == b':');
    let Some((name, value)) = colon.and_then(|at| line.split_at_checked(at + 1)) else {
        return false;
    };
    let name = name.trim_ascii();
    let is_name = |byte: &u8| byte.is_ascii_graphic();
    if name.is_empty() || !name.iter().all(is_name) {
        return false;
    }
    let value = value.get(1..).unwrap_or_default();
    headers.push(latin(name), latin(value.trim_ascii()));
    true
}

/// Text of a head: UTF-8 where it is, else Latin-1, in which every byte is a character.
pub(crate) fn latin(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()),
    }
}

pub(crate) fn truncated(what: &'static str, at: usize) -> Error {
    Error::Truncated {
        what,
        offset: at as u64,
    }
}

fn limit(what: &'static str, limit: usize, at: usize) -> Error {
    Error::Limit {
        what,
        limit: limit as u64,
        offset: at as u64,
    }
}

/// The lines of a head, each with its offset.
#[derive(Clone, Debug)]
pub(crate) struct Lines<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) at: usize,
}

/// A line without its end, which is LF or CRLF.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) at: usize,
    /// Whether a line end was there; without one the bytes ended.
    pub(crate) is_ended: bool,
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let at = self.at;
        let (text, length, is_ended) = match memchr::memchr(b'\n', rest) {
            Some(end) => (rest.get(..end).unwrap_or_default(), end + 1, true),
            None => (rest, rest.len(), false),
        };
        self.at += length;
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        Some(Line { text, at, is_ended })
    }
}
