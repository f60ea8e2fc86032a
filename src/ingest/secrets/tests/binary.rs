//! Bytes that hold text.

use super::*;

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Bytes around a text, at both alignments.
fn around(text: &[u8]) -> [Vec<u8>; 4] {
    let noise = |count: u8| (0..count).map(|at| at.wrapping_mul(151) | 0x80);
    [noise(0), noise(7), noise(64), noise(65)].map(|before| {
        let mut bytes: Vec<u8> = before.collect();
        bytes.push(0);
        bytes.extend(text);
        bytes.extend([0, 0, 0xff, 3]);
        bytes
    })
}

fn check(text: &str, secret: bool) {
    let shapes = [text.as_bytes().to_vec(), wide(text)];
    for bytes in shapes.iter().flat_map(|shape| around(shape)) {
        let remark = Scrubber::default().bytes(&bytes, false);
        let expected = secret.then(|| format!("[removed: secret, {} bytes]", bytes.len()));
        assert_eq!(remark, expected, "{text}");
    }
}

#[test]
fn text_in_bytes_is_judged_like_text() {
    let token = jwt(r#"{"alg":"none"}"#, "{}");
    for text in [
        "password=hunter2",
        "Cookie: a=b",
        r#"{"refresh_token":"0.AXoA.secret","a":1}"#,
        "-----BEGIN PRIVATE KEY-----\nMIIE",
        "für Jürgen: Bearer 0123456789abcdef0123",
        &format!("the code is password; {token}"),
    ] {
        check(text, true);
    }
    for text in [
        "",
        "the password was changed",
        "Bearer of news",
        "error_code=5",
        "eyJ",
        "PasswordLength=8",
    ] {
        check(text, false);
    }
}

/// A text directly behind one of another form hides from neither search.
#[test]
fn forms_may_follow_each_other_without_a_gap() {
    let parts = [wide("the password"), b"pwd=hunter2 ".to_vec(), wide("x")];
    assert!(Scrubber::default().bytes(&parts.concat(), false).is_some());
    let parts = [b"the pw".to_vec(), wide("device_code=0123456789abcdef")];
    assert!(Scrubber::default().bytes(&parts.concat(), false).is_some());
}

#[test]
fn every_byte_alone_and_in_pairs_is_kept() {
    let scrubber = Scrubber::default();
    for first in 0..=255 {
        assert_eq!(scrubber.bytes(&[first; 64], false), None);
        assert_eq!(scrubber.bytes(&[first, 0].repeat(32), false), None);
    }
}
