//! HTTP messages as bytes, of chosen coding and framing.
//!
//! The two codings that need a large encoder, brotli and zstd, are written with their data stored,
//! which their formats allow; both forms fit on a page.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

/// How the body is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// RFC 1952.
    Gzip,
    /// `deflate` in a zlib frame, as RFC 9110 has it.
    Deflate,
    /// `deflate` without a frame, as many servers send it.
    BareDeflate,
    /// Brotli (RFC 7932), stored.
    Brotli,
    /// Zstandard (RFC 8878), stored.
    Zstd,
}

impl Coding {
    /// Its name in `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate | Self::BareDeflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    /// The coded bytes.
    pub fn encode(self, bytes: &[u8]) -> Vec<u8> {
        let level = Compression::default();
        // Writing to memory cannot fail.
        match self {
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), level);
                let _ = encoder.write_all(bytes);
                encoder.finish().unwrap_or_default()
            }
            Self::Deflate => {
                let mut encoder = ZlibEncoder::new(Vec::new(), level);
                let _ = encoder.write_all(bytes);
                encoder.finish().unwrap_or_default()
            }
            Self::BareDeflate => {
                let mut encoder = DeflateEncoder::new(Vec::new(), level);
                let _ = encoder.write_all(bytes);
                encoder.finish().unwrap_or_default()
            }
            Self::Brotli => stored_brotli(bytes),
            Self::Zstd => stored_zstd(bytes),
        }
    }
}

/// Meta-blocks of up to 64 KiB that are not compressed, and an empty last one.
fn stored_brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for (place, data) in bytes.chunks(1 << 16).enumerate() {
        // From the lowest bit: in the first block the window (0: 16 bits), then not the last (0),
        // four nibbles of length (00), the length less one, and that the data is stored (1).
        let shift = u32::from(place == 0);
        let length = u32::try_from(data.len() - 1).unwrap_or(0);
        let bits = (length << 3 | 1 << 19) << shift;
        out.extend_from_slice(&bits.to_le_bytes()[..3]);
        out.extend_from_slice(data);
    }
    // Last and empty; without any data the window stands in front.
    out.push(if bytes.is_empty() { 0b110 } else { 0b11 });
    out
}

/// One frame with a window of 1 MiB and raw blocks of up to 64 KiB.
fn stored_zstd(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x28, 0xB5, 0x2F, 0xFD, 0x00, 10 << 3];
    let mut blocks: Vec<&[u8]> = bytes.chunks(1 << 16).collect();
    if blocks.is_empty() {
        blocks.push(&[]);
    }
    let last = blocks.len() - 1;
    for (place, data) in blocks.into_iter().enumerate() {
        let length = u32::try_from(data.len()).unwrap_or(0);
        let head = length << 3 | u32::from(place == last);
        out.extend_from_slice(&head.to_le_bytes()[..3]);
        out.extend_from_slice(data);
    }
    out
}

/// A message under construction.
///
/// ```
/// use samples::http::{Coding, Message};
/// let bytes = Message::response(200, "OK")
///     .field("Content-Type", "application/json")
///     .body(b"{}")
///     .coded(Coding::Gzip)
///     .chunked(5)
///     .to_bytes();
/// assert!(bytes.starts_with(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"));
/// ```
#[derive(Clone, Debug)]
pub struct Message {
    start: String,
    fields: Vec<(String, String)>,
    body: Vec<u8>,
    codings: Vec<Coding>,
    chunk: Option<usize>,
    trailers: Vec<(String, String)>,
}

impl Message {
    /// A request; proxies record the absolute address.
    pub fn request(method: &str, url: &str) -> Self {
        Self::starting_with(&format!("{method} {url} HTTP/1.1"))
    }

    /// A response.
    pub fn response(status: u16, reason: &str) -> Self {
        Self::starting_with(&format!("HTTP/1.1 {status} {reason}"))
    }

    /// A message with any first line.
    pub fn starting_with(line: &str) -> Self {
        Self {
            start: line.to_owned(),
            fields: Vec::new(),
            body: Vec::new(),
            codings: Vec::new(),
            chunk: None,
            trailers: Vec::new(),
        }
    }

    /// A header field, written as given.
    #[must_use]
    pub fn field(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The body before it is coded.
    #[must_use]
    pub fn body(mut self, bytes: &[u8]) -> Self {
        self.body = bytes.to_vec();
        self
    }

    /// Codes the body; several codings are applied in the order of the calls.
    #[must_use]
    pub fn coded(mut self, coding: Coding) -> Self {
        self.codings.push(coding);
        self
    }

    /// Sends the body in chunks of that many bytes, each but the first with an extension.
    #[must_use]
    pub fn chunked(mut self, size: usize) -> Self {
        self.chunk = Some(size.max(1));
        self
    }

    /// A field behind the last chunk.
    #[must_use]
    pub fn trailer(mut self, name: &str, value: &str) -> Self {
        self.trailers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The whole message. `Content-Encoding` and `Transfer-Encoding` or `Content-Length` are added
    /// behind the given fields where there is a body.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut coded = self.body.clone();
        for coding in &self.codings {
            coded = coding.encode(&coded);
        }
        let mut head = format!("{}\r\n", self.start);
        let names: Vec<&str> = self.codings.iter().map(|coding| coding.name()).collect();
        if !names.is_empty() {
            push_field(&mut head, "Content-Encoding", &names.join(", "));
        }
        if self.chunk.is_some() {
            push_field(&mut head, "Transfer-Encoding", "chunked");
        } else if !coded.is_empty() {
            push_field(&mut head, "Content-Length", &coded.len().to_string());
        }
        // The given fields stand in front, as they tell what the message is about.
        let at = self.start.len() + 2;
        let given = self.fields.iter().fold(String::new(), with_field);
        head.insert_str(at, &given);
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        match self.chunk {
            Some(size) => self.push_chunks(&mut bytes, &coded, size),
            None => bytes.extend_from_slice(&coded),
        }
        bytes
    }

    fn push_chunks(&self, bytes: &mut Vec<u8>, coded: &[u8], size: usize) {
        for (place, data) in coded.chunks(size).enumerate() {
            let extension = if place > 0 { ";part=\"next\"" } else { "" };
            bytes.extend_from_slice(format!("{:x}{extension}\r\n", data.len()).as_bytes());
            bytes.extend_from_slice(data);
            bytes.extend_from_slice(b"\r\n");
        }
        let trailers = self.trailers.iter().fold(String::new(), with_field);
        bytes.extend_from_slice(format!("0\r\n{trailers}\r\n").as_bytes());
    }
}

fn with_field(mut text: String, (name, value): &(String, String)) -> String {
    push_field(&mut text, name, value);
    text
}

fn push_field(text: &mut String, name: &str, value: &str) {
    text.push_str(name);
    text.push_str(": ");
    text.push_str(value);
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_written_in_order() {
        let message = Message::request("POST", "https://a.example/b")
            .field("Host", "a.example")
            .body(b"hello")
            .chunked(3)
            .trailer("X", "y");
        assert_eq!(
            String::from_utf8(message.to_bytes()).unwrap(),
            "POST https://a.example/b HTTP/1.1\r\nHost: a.example\r\n\
             Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;part=\"next\"\r\nlo\r\n0\r\nX: y\r\n\r\n"
        );
        assert_eq!(
            Message::response(204, "No Content").to_bytes(),
            b"HTTP/1.1 204 No Content\r\n\r\n"
        );
    }

    #[test]
    fn stored_forms_are_those_of_their_formats() {
        // Written out by hand from RFC 7932, 9.2 and RFC 8878, 3.1.1.
        assert_eq!(stored_brotli(b""), [6]);
        assert_eq!(stored_brotli(b"ab"), [0x10, 0, 0x10, b'a', b'b', 3]);
        assert_eq!(stored_zstd(b"ab")[4..], [0, 0x50, 0x11, 0, 0, b'a', b'b']);
    }
}
