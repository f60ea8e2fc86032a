//! The table of marks: words at which a secret may begin, and the automata that find them.
//!
//! A mark alone proves nothing. It is short and found in any letter case, and what stands around
//! it is judged only then, so that long ordinary text costs one pass of the automaton.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// What a mark announces, and so how it is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The begin of a JWT: base64url of `{` and what may follow it.
    Jwt,
    /// Base64 of the begin of a JWT.
    WrappedJwt,
    /// The last part of a name that is given a value.
    Name,
    /// The begin of a name whose further letters do not matter.
    NameStart,
    /// An authentication scheme; the next word is the credential.
    Scheme,
    /// Base64 that begins like this is a credential by itself.
    Blob,
    /// The frame of a key or certificate.
    Frame,
    /// The part of an address in which user and password may stand.
    Address,
}

/// Marks in lower case, and what they announce. Of two that begin alike the longer one is found.
pub(super) const MARKS: &[(&str, Mark)] = &[
    // `{"`, `{` and a blank, line end or tab; the same after one blank, line end or tab.
    ("eyj", Mark::Jwt),
    ("eyi", Mark::Jwt),
    ("eya", Mark::Jwt),
    ("ewo", Mark::Jwt),
    ("ewk", Mark::Jwt),
    ("ew0", Mark::Jwt),
    ("ihs", Mark::Jwt),
    ("cns", Mark::Jwt),
    ("cxs", Mark::Jwt),
    ("dqp7", Mark::Jwt),
    // `eyJ`, `eyA`, `ewo`, `ewk` and `ew0` as UTF-8; `eyJ` as UTF-16.
    ("zxlk", Mark::WrappedJwt),
    ("zxlb", Mark::WrappedJwt),
    ("zxdv", Mark::WrappedJwt),
    ("zxdr", Mark::WrappedJwt),
    ("zxcw", Mark::WrappedJwt),
    ("zqb5aeoa", Mark::WrappedJwt),
    ("password", Mark::Name),
    ("passwd", Mark::Name),
    ("passphrase", Mark::Name),
    ("pwd", Mark::Name),
    ("secret", Mark::Name),
    ("token", Mark::Name),
    ("assertion", Mark::Name),
    ("credential", Mark::Name),
    ("code", Mark::Name),
    ("verifier", Mark::Name),
    ("prt", Mark::Name),
    ("sig", Mark::Name),
    ("key", Mark::Name),
    ("jwe", Mark::Name),
    ("bearer", Mark::Scheme),
    ("basic", Mark::Scheme),
    ("negotiate", Mark::Scheme),
    ("cookie", Mark::Name),
    ("authorization", Mark::Name),
    ("samlresponse", Mark::Name),
    ("wresult", Mark::Name),
    ("aauthdata", Mark::Name),
    ("keymaterial", Mark::Name),
    ("signaturevalue", Mark::Name),
    ("ciphervalue", Mark::Name),
    ("fedauth", Mark::Name),
    ("rtfa", Mark::Name),
    ("estsauth", Mark::NameStart),
    ("msisauth", Mark::NameStart),
    // The signature of NTLM messages, and the compact tickets of personal accounts.
    ("tlrmtvntuaad", Mark::Blob),
    ("t=ew", Mark::Blob),
    ("-----begin", Mark::Frame),
    ("://", Mark::Address),
];

/// Base64 by its own letter case, for the marks that are base64.
pub(super) const BLOBS: &[&str] = &["TlRMTVNTUAAD", "t=Ew"];

/// No mark with something to hide after it is shorter.
pub(super) const SHORTEST_MARKED: usize = 5;

/// Finds all marks; making it costs more than scrubbing a small log.
pub(super) static IN_TEXT: LazyLock<AhoCorasick> =
    LazyLock::new(|| automaton(MARKS.iter().map(|(mark, _)| mark.as_bytes().to_vec())));

/// Finds all marks in UTF-16LE, at either alignment.
pub(super) static IN_WIDE_TEXT: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let wide = |mark: &str| -> Vec<u8> {
        let units = mark.encode_utf16().flat_map(u16::to_le_bytes);
        units.collect()
    };
    automaton(MARKS.iter().map(|(mark, _)| wide(mark)))
});

fn automaton(marks: impl Iterator<Item = Vec<u8>>) -> AhoCorasick {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(marks)
        .expect("half a hundred short literals are far below the automaton's limits")
}
