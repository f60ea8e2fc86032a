//! Framing and codings of bodies: round trips, damage, limits, charsets, and every prefix.

use std::borrow::Cow;
use std::io::Write as _;

use joinscope_http::{Body, Content, Error, Limit, Transfer, read_response};
use samples::http::{Coding, Message};

const LIMIT: Limit = Limit {
    bytes: 64 << 20,
    ratio: 200,
};
const CODINGS: [Coding; 5] = [
    Coding::Gzip,
    Coding::Deflate,
    Coding::BareDeflate,
    Coding::Brotli,
    Coding::Zstd,
];
const TEXT: &[u8] =
    b"{\"error\":\"invalid_token\",\"error_description\":\"The token is expired, expired.\"}";

fn coded<'a>(content: &'a [u8], coding: &'a str) -> Body<'a> {
    Body {
        content_encoding: Some(Cow::Borrowed(coding)),
        ..Body::plain(content)
    }
}

fn chunked(content: &[u8]) -> Body<'_> {
    Body {
        transfer: Transfer::Chunked,
        ..Body::plain(content)
    }
}

#[track_caller]
fn check(body: &Body<'_>, expected: &[u8], damage: &[&str]) {
    let decoded = body.decoded(LIMIT);
    let faults: Vec<String> = decoded.damage.iter().map(ToString::to_string).collect();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(
        (text(&decoded.bytes), faults),
        (
            text(expected),
            damage.iter().map(ToString::to_string).collect()
        )
    );
}

/// Bytes of many kinds: text, a run, and noise.
fn mixed(length: usize) -> Vec<u8> {
    let mut state = 7_u32;
    let mut noise = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    let third = length / 3;
    let mut bytes: Vec<u8> = TEXT.iter().copied().cycle().take(third).collect();
    bytes.extend(std::iter::repeat_n(b'=', third));
    bytes.extend(std::iter::repeat_with(&mut noise).take(length - 2 * third));
    bytes
}

#[test]
fn whatever_was_sent_comes_out() {
    for length in [1, 78, 4_000, 300_000] {
        let sent = mixed(length);
        for first in CODINGS {
            for chunk in [None, Some(1_000), Some(1 << 20)] {
                let mut message = Message::response(200, "OK").body(&sent).coded(first);
                if let Some(size) = chunk {
                    message = message.chunked(size).trailer("Digest", "x");
                }
                let bytes = message.to_bytes();
                let (response, damage) = read_response(&bytes, "GET").unwrap();
                let decoded = response.body.decoded(LIMIT);
                assert_eq!(
                    (damage, &decoded.damage),
                    (vec![], &vec![]),
                    "{first:?} {length}"
                );
                assert!(decoded.bytes == sent, "{first:?} {length}");
                assert_eq!(decoded.trailers.get("digest").is_some(), chunk.is_some());
            }
        }
    }
}

#[test]
fn codings_are_undone_from_the_last() {
    let message = CODINGS.iter().fold(
        Message::response(200, "OK").body(TEXT),
        |message, coding| message.coded(*coding),
    );
    let bytes = message.to_bytes();
    check(&read_response(&bytes, "GET").unwrap().0.body, TEXT, &[]);
    let gzip = Coding::Gzip.encode(TEXT);
    check(&coded(&gzip, " , X-GZIP,identity"), TEXT, &[]);
    let bytes = [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n".to_vec(),
        format!("{:x}\r\n", gzip.len()).into_bytes(),
        gzip.clone(),
        b"\r\n0\r\n\r\n".to_vec(),
    ]
    .concat();
    check(&read_response(&bytes, "GET").unwrap().0.body, TEXT, &[]);
    check(
        &coded(&gzip, "compress, gzip"),
        TEXT,
        &["unknown coding of a body \"compress\""],
    );
    let many = "gzip,".repeat(9);
    assert!(!coded(&gzip, &many).decoded(LIMIT).damage.is_empty());
}

/// The real encoder, whose output is compressed unlike that of the builder.
#[test]
fn compressed_brotli_is_read() {
    let sent = mixed(200_000);
    for quality in [1, 5, 11] {
        let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, quality, 22);
        encoder.write_all(&sent).unwrap();
        let bytes = encoder.into_inner();
        let decoded = coded(&bytes, "br").decoded(LIMIT).bytes.into_owned();
        assert!(decoded == sent, "{quality}");
    }
}

/// Of ruzstd itself, and bytes that `zstd -19` 1.5 wrote of `TEXT`.
#[test]
fn compressed_zstd_is_read() {
    let sent = mixed(300_000);
    let bytes =
        ruzstd::encoding::compress_to_vec(&sent[..], ruzstd::encoding::CompressionLevel::Fastest);
    assert!(bytes.len() < sent.len());
    check(&coded(&bytes, "zstd"), &sent, &[]);
    let skippable = [&[0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3][..], &bytes].concat();
    check(&coded(&skippable, "zstd"), &sent, &[]);
    let two = [bytes.clone(), Coding::Zstd.encode(TEXT)].concat();
    check(&coded(&two, "zstd"), &[&sent, TEXT].concat(), &[]);
    check(&coded(ZSTD_19, "zstd"), TEXT, &[]);
}

#[test]
fn chunks_are_joined_and_faults_told() {
    check(
        &chunked(b"3\r\nabc\r\n2 ; x=\"y\"\r\nde\r\n0\r\n\r\n"),
        b"abcde",
        &[],
    );
    check(&chunked(b"0\r\n\r\n"), b"", &[]);
    check(&chunked(b"3\nabc\n0\n\n"), b"abc", &[]);
    check(
        &chunked(b"3\r\nabc\r\nFFFF\r\nde"),
        b"abcde",
        &["chunk ends early at offset 16"],
    );
    check(
        &chunked(b"3\r\nabc\r\n"),
        b"abc",
        &["row of chunks ends early at offset 8"],
    );
    check(
        &chunked(b"3\r\nabcd\r\n"),
        b"abc",
        &["invalid end of a chunk at offset 6"],
    );
    check(
        &chunked(b"3\r\nabc\r\nzz\r\n"),
        b"abc",
        &["invalid chunk size at offset 8"],
    );
    check(
        &chunked(b"3\r\nabc\r\n0\r\n\r\nmore"),
        b"abc",
        &["invalid end of the chunks at offset 13"],
    );
    check(
        &chunked(b"FFFFFFFFFFFFFFFFF\r\nab"),
        b"FFFFFFFFFFFFFFFFF\r\nab",
        &["invalid chunk size at offset 0"],
    );
    // The recorder has removed the framing and left the header.
    check(
        &chunked(b"{\"a\":\n1}"),
        b"{\"a\":\n1}",
        &["invalid chunk size at offset 0"],
    );
}

#[test]
fn text_that_a_recorder_has_decoded_is_kept() {
    check(
        &coded(TEXT, "gzip"),
        TEXT,
        &["invalid gzip body at offset 10"],
    );
    for coding in ["deflate", "br", "zstd"] {
        let body = coded(TEXT, coding);
        let decoded = body.decoded(LIMIT);
        assert_eq!(
            (&*decoded.bytes, decoded.damage.len()),
            (TEXT, 1),
            "{coding}"
        );
    }
}

#[test]
fn damage_keeps_what_stands_in_front() {
    let sent = mixed(400_000);
    for coding in CODINGS {
        let bytes = coding.encode(&sent);
        for length in [0, 1, 2, 5, 20, 1_000, bytes.len() / 2, bytes.len() - 1] {
            let cut = coded(&bytes[..length], coding.name());
            let decoded = cut.decoded(LIMIT);
            assert!(sent.starts_with(&decoded.bytes), "{coding:?} {length}");
            assert_eq!(
                decoded.damage.is_empty(),
                length == 0,
                "{coding:?} {length}"
            );
            assert!(
                length < 100_000 || decoded.bytes.len() > 60_000,
                "{coding:?} {length}"
            );
        }
        let behind = [&bytes[..], &[0xFF; 9]].concat();
        let body = coded(&behind, coding.name());
        let decoded = body.decoded(LIMIT);
        assert!(
            decoded.bytes == sent && decoded.damage.len() == 1,
            "{coding:?}"
        );
    }
}

#[test]
fn expansion_is_limited() {
    let sent = vec![0; 8 << 20];
    let bytes = Coding::Gzip.encode(&sent);
    let small = Limit {
        bytes: 5_000,
        ratio: 200,
    };
    let body = coded(&bytes, "gzip");
    let decoded = body.decoded(small);
    assert_eq!(decoded.bytes.len(), 5_000);
    assert!(matches!(
        decoded.damage[..],
        [Error::Limit { limit: 5_000, .. }]
    ));
    let flat = Limit {
        bytes: u64::MAX,
        ratio: 200,
    };
    assert!(body.decoded(flat).bytes.len() <= (bytes.len() * 200).max(1 << 20));
    let steep = Limit {
        bytes: u64::MAX,
        ratio: u64::MAX,
    };
    assert!(body.decoded(steep).bytes == sent);
    // A frame that claims a window and a size of a gibibyte costs nothing.
    let claim = [0x28, 0xB5, 0x2F, 0xFD, 0xA0, 0, 0, 0, 0x40, 1, 0, 0];
    assert_eq!(coded(&claim, "zstd").decoded(steep).damage.len(), 1);
    let text = Body::plain(&b"abcdef"[..])
        .text(Limit { bytes: 3, ratio: 1 })
        .text
        .into_owned();
    assert_eq!(text, "abc");
}

#[test]
fn base64_is_undone() {
    let body = |text: &'static str| Body {
        content: Content::Base64(text.into()),
        ..Body::default()
    };
    for (text, expected, damage) in [
        ("", "", 0),
        ("Zm9vYmE=", "fooba", 0),
        ("Zm9v\r\n YmE", "fooba", 0),
        ("Zm9vYg==", "foob", 0),
        ("Zm9vY", "foo", 1),
        ("Zm9v*mE=", "foo", 1),
        ("Zm9v====", "foo", 1),
    ] {
        let body = body(text);
        let decoded = body.decoded(LIMIT);
        assert_eq!(
            (&*decoded.bytes, decoded.damage.len()),
            (expected.as_bytes(), damage),
            "{text}"
        );
    }
    let long = samples::base64::standard(&[b'a'; 100]);
    let body = Body {
        content: Content::Base64(long.into()),
        ..Body::default()
    };
    let decoded = body.decoded(Limit {
        bytes: 10,
        ratio: 1,
    });
    assert_eq!((decoded.bytes.len(), decoded.damage.len()), (12, 1));
}

#[test]
fn bodies_are_texts_of_their_charset() {
    let mut body = Body::plain(&b"gr\xFC\xDFe"[..]);
    assert!(body.is_textual());
    assert_eq!(body.text(LIMIT).text, "grüße");
    body.content_type = Some("text/plain; charset=iso-8859-2".into());
    assert_eq!(body.text(LIMIT).encoding, "ISO-8859-2");
    body.content_type = Some("application/octet-stream".into());
    assert!(body.is_textual());
    body.content_type = Some("image/png".into());
    assert!(!body.is_textual());
    let text = Body {
        content: Content::Text("ä".into()),
        ..Body::default()
    };
    assert_eq!(
        (text.text(LIMIT).text, text.is_textual()),
        ("ä".into(), true)
    );
    assert!(!Body::default().is_textual() && Body::default().is_empty());
    let gzip = Coding::Gzip.encode("grüße".as_bytes());
    assert_eq!(coded(&gzip, "gzip").text(LIMIT).text, "grüße");
    assert_eq!(text.clone().into_owned(), text);
}

/// Written by the command line program, with a checksum.
const ZSTD_19: &[u8] = &[
    0x28, 0xB5, 0x2F, 0xFD, 0x24, 0x4E, 0x05, 0x02, 0x00, 0xB2, 0xC3, 0x0C, 0x11, 0xA0, 0xED, 0xC0,
    0xB3, 0x75, 0xF3, 0xBF, 0x60, 0x2D, 0x71, 0x80, 0x71, 0xC8, 0x91, 0xA8, 0x1A, 0x41, 0xF3, 0x01,
    0x9C, 0x6D, 0x6E, 0x71, 0xD5, 0xB1, 0xEA, 0xA2, 0x71, 0xF1, 0xC5, 0xF8, 0x35, 0x6E, 0xE3, 0xF6,
    0x10, 0xF0, 0xB5, 0x89, 0x3D, 0x72, 0x58, 0x15, 0xB8, 0xF8, 0xE2, 0xCD, 0xBA, 0xF7, 0x32, 0x03,
    0x00, 0x2C, 0x94, 0x0E, 0x75, 0x43, 0x3B, 0x4C, 0x3C, 0xDD, 0x85, 0x7E, 0x39,
];
