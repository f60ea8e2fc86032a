//! A body in every coding and framing, which the first byte chooses: limits hold, and the same comes
//! out each time.

#![no_main]

use joinscope_http::{Body, Content, Limit, Transfer};
use libfuzzer_sys::fuzz_target;

const LIMIT: Limit = Limit {
    bytes: 1 << 20,
    ratio: 50,
};
const CODINGS: [Option<&str>; 8] = [
    None,
    Some("gzip"),
    Some("deflate"),
    Some("br"),
    Some("zstd"),
    Some("gzip, br"),
    Some("deflate, zstd"),
    Some("compress"),
];

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, content)) = bytes.split_first() else {
        return;
    };
    let text = std::str::from_utf8(content).ok();
    let content = match text.filter(|_| choice & 0x20 != 0) {
        Some(text) => Content::Base64(text.into()),
        None => Content::Bytes(content.into()),
    };
    let transfer = if choice & 0x10 == 0 {
        Transfer::Plain
    } else {
        Transfer::Chunked
    };
    let body = Body {
        content,
        transfer,
        content_encoding: CODINGS[usize::from(choice & 7)].map(Into::into),
        content_type: (choice & 8 != 0).then(|| "text/xml; charset=utf-16".into()),
        stated_length: None,
    };
    let decoded = body.decoded(LIMIT);
    assert!(decoded.bytes.len() <= bytes.len().max(1 << 20));
    body.is_textual();
    let text = body.text(LIMIT);
    assert!(text.text.len() <= 3 * decoded.bytes.len().max(1));
    assert_eq!(decoded, body.decoded(LIMIT));
});
