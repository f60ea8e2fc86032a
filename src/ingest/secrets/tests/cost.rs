//! The work is linear, whatever the text repeats.

use super::super::LOOKED_AT;
use super::*;

const MEBIBYTE: usize = 1 << 20;
/// Enough to tell work that grows with the square: it would be hundreds of times the bound.
const SOME: usize = 1 << 15;

fn cost(work: impl FnOnce()) -> usize {
    LOOKED_AT.with(|sum| sum.set(0));
    work();
    LOOKED_AT.with(std::cell::Cell::get)
}

/// The most bytes looked at for each byte of the text.
const BOUND: usize = 64;

fn check(part: &str, size: usize) {
    let text = part.repeat(size / part.len());
    let cost_of_text = cost(|| drop(scrub(&text)));
    assert!(
        cost_of_text <= text.len() * BOUND,
        "{part}: {cost_of_text} bytes looked at for {}",
        text.len()
    );
    for bytes in [
        text.clone().into_bytes(),
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    ] {
        let cost_of_bytes = cost(|| drop(Scrubber::default().bytes(&bytes, false)));
        assert!(
            cost_of_bytes <= bytes.len() * BOUND,
            "{part} in bytes: {cost_of_bytes}"
        );
    }
}

#[test]
fn a_mebibyte_of_marks_is_scrubbed_in_linear_work() {
    for part in ["eyJ", "password=", "bearer ", "Bearer%20", "code="] {
        check(part, MEBIBYTE);
    }
}

#[test]
fn repeated_marks_are_scrubbed_in_linear_work() {
    let header = base64url(r#"{"alg":"RS256"}"#);
    let wrapped = STANDARD.encode(&header);
    let grant = format!("code={} ", "x".repeat(200));
    for part in [
        "eyJ",
        &header,
        &format!("{header}."),
        &format!("{header}... "),
        &wrapped,
        &format!("{wrapped} "),
        "ZXlK",
        "password=",
        "password: ",
        "password",
        "\"password\"",
        "password:\"",
        "password:\\\"",
        "password,\"value",
        "password=,",
        "password=***",
        "bearer ",
        "basic ",
        "basic+",
        "bearer%20",
        "basic basic+aaaa",
        "code=",
        "code=code ",
        &grant,
        "token=abcdefghijklmno ",
        "cookie:",
        "cookie: \n",
        &format!("cookie: {header}"),
        "Cookie: [jwt sha256:0123456789abcdef {",
        "<Password ",
        "<Password>",
        "<Password",
        "<Password><",
        "<Password><Value>",
        "<Password><![CDATA[",
        "&lt;x:Password&gt;",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN ",
        "://a:b@",
        "://a",
        "%25",
        "password%25",
        "\\",
        "password\\",
        "password&amp;",
        "TlRMTVNTUAAD",
        "[removed: value, 3 characters]",
        "password=[removed: ",
    ] {
        check(part, SOME);
    }
}

#[test]
fn ordinary_text_costs_next_to_nothing() {
    let part = "2026-03-02 01:06:21, Info [oobe] The device was registered; error code 0x0, no \
                password policy, key state ready, token broker present.\r\n";
    let text = part.repeat(MEBIBYTE / part.len());
    let looked_at = cost(|| drop(scrub(&text)));
    assert!(looked_at < text.len() / 2, "{looked_at}");
}
