//! The chunked transfer coding (RFC 9112, 7.1).
//!
//! A recorder may remove the framing and leave the header (assumed), so content that does not begin
//! with a chunk is taken as the body that it is, and told.

use std::borrow::Cow;

use crate::error::Error;
use crate::head::{Line, Lines};
use crate::headers::Headers;

/// Trailer fields that are read.
const MAX_TRAILERS: usize = 100;

/// What stood in chunks.
#[derive(Debug, Default)]
pub(crate) struct Dechunked<'a> {
    pub(crate) bytes: Cow<'a, [u8]>,
    pub(crate) trailers: Headers<'a>,
    pub(crate) damage: Vec<Error>,
}

/// Joins the data of the chunks; what stands before a fault is kept.
pub(crate) fn dechunk(content: &[u8]) -> Dechunked<'_> {
    let mut found = Dechunked::default();
    let mut lines = Lines {
        bytes: content,
        at: 0,
    };
    loop {
        let Some(line) = lines.next().filter(|line| line.is_ended) else {
            found.fault(Error::Truncated {
                what: "row of chunks",
                offset: content.len() as u64,
            });
            return found;
        };
        let Some(size) = chunk_size(&line) else {
            found.fault(invalid("chunk size", line.at));
            if line.at == 0 {
                found.bytes = Cow::Borrowed(content);
            }
            return found;
        };
        if size == 0 {
            break;
        }
        let rest = content.get(lines.at..).unwrap_or_default();
        // A chunk that is longer than what there is was cut.
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let data = rest.get(..size).unwrap_or(rest);
        found.push(data);
        lines.at += data.len();
        if data.len() < size {
            found.fault(Error::Truncated {
                what: "chunk",
                offset: content.len() as u64,
            });
            return found;
        }
        let end = lines.at;
        match lines.next() {
            Some(line) if !line.text.is_empty() => {
                found.fault(invalid("end of a chunk", end));
                return found;
            }
            _ => {}
        }
    }
    read_trailers(&mut found, &mut lines);
    found
}

impl<'a> Dechunked<'a> {
    fn fault(&mut self, fault: Error) {
        self.damage.push(fault);
    }

    /// One chunk is borrowed, several are copied.
    fn push(&mut self, data: &'a [u8]) {
        if self.bytes.is_empty() {
            self.bytes = Cow::Borrowed(data);
        } else {
            self.bytes.to_mut().extend_from_slice(data);
        }
    }
}

/// The size in front of a chunk, whose extensions say nothing that anybody uses.
fn chunk_size(line: &Line<'_>) -> Option<u64> {
    let mut parts = line.text.split(|byte| *byte == b';');
    let digits = parts.next()?.trim_ascii();
    let is_size = !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
    let digits = std::str::from_utf8(digits).ok().filter(|_| is_size)?;
    u64::from_str_radix(digits, 16).ok()
}

fn read_trailers<'a>(found: &mut Dechunked<'a>, lines: &mut Lines<'a>) {
    loop {
        let Some(line) = lines.next().filter(|line| line.is_ended) else {
            found.fault(Error::Truncated {
                what: "row of chunks",
                offset: lines.bytes.len() as u64,
            });
            return;
        };
        if line.text.is_empty() {
            break;
        }
        let colon = line.text.iter().position(|byte| *byte == b':');
        let field = colon.and_then(|at| line.text.split_at_checked(at));
        let Some((name, value)) = field.filter(|_| found.trailers.0.len() < MAX_TRAILERS) else {
            found.fault(invalid("trailer field", line.at));
            return;
        };
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        let (name, value) = (name.trim_ascii(), value);
        found
            .trailers
            .push(crate::head::latin(name), crate::head::latin(value));
    }
    if lines.at < lines.bytes.len() {
        found.fault(invalid("end of the chunks", lines.at));
    }
}

fn invalid(what: &'static str, at: usize) -> Error {
    Error::Invalid {
        what,
        offset: at as u64,
    }
}
