//! Generated recordings of HTTP for the benches, and how far their reader is driven.

use std::fmt::Write as _;
use std::hint::black_box;

use joinscope::bundle::Bundle;
use samples::http::{Coding, Message};
use samples::saz::{Saz, SazSession};

/// 2026-03-09T10:00:00Z in ticks of 100 ns since 1601.
pub(crate) const START: u64 = 134_175_024_000_000_000;
pub(crate) const SECOND: u64 = 10_000_000;

/// What a browser and the clients beside it leave behind: pages as they are and compressed, pictures
/// that do not compress, and few requests of sign-in.
pub(crate) fn archive(sessions: u64) -> Vec<u8> {
    let mut saz = Saz::new();
    for number in 0..sessions {
        let url = format!("https://www.contoso.example/section/{number}?page=1");
        let request = Message::request("GET", &url)
            .field("Host", "www.contoso.example")
            .field("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64)")
            .field("Accept", "text/html,application/xhtml+xml");
        let answer = Message::response(200, "OK").field("Date", "Mon, 09 Mar 2026 10:00:00 GMT");
        let answer = match number % 4 {
            0 => answer
                .field("Content-Type", "text/html; charset=utf-8")
                .body(&page(number, 24 << 10)),
            1 => answer
                .field("Content-Type", "text/html; charset=utf-8")
                .body(&page(number, 48 << 10))
                .coded(Coding::Gzip),
            2 => answer
                .field("Content-Type", "image/webp")
                .body(&noise(number, 16 << 10)),
            _ => answer
                .field("Content-Type", "application/json")
                .body(&page(number, 4 << 10)),
        };
        let session = SazSession::new(&request.to_bytes())
            .answered(&answer.to_bytes())
            .at(START + number * SECOND, SECOND / 5)
            .process("msedge", 4711);
        saz = saz.session(session);
    }
    saz.to_bytes()
}

/// Sessions with their heads and metadata, as far as the archive's parser reads them.
pub(crate) fn sessions(bundle: &Bundle) -> usize {
    let members = bundle
        .artifacts
        .iter()
        .flat_map(|artifact| &artifact.members);
    let mut count = 0;
    let mut pending = Vec::new();
    for member in members {
        pending.push((&*member.name, member.read().bytes));
        // One session's members at a time, as the reader does.
        if pending.len() == 3 {
            let named = pending.iter().map(|(name, bytes)| (*name, &**bytes));
            count += black_box(joinscope_saz::read(named)).sessions.len();
            pending.clear();
        }
    }
    count
}

/// A page as a browser gets it: markup that repeats with numbers that do not.
pub(crate) fn page(number: u64, length: usize) -> Vec<u8> {
    let mut page = String::with_capacity(length + 128);
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    while page.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let article = state % 10_000;
        writeln!(
            page,
            "<li class=\"item\"><a href=\"/articles/{state:x}\">Article {article}</a></li>"
        )
        .expect("a text takes everything");
    }
    page.into_bytes()
}

fn noise(number: u64, length: usize) -> Vec<u8> {
    let mut state = number | 1;
    let step = |_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..length).map(step).collect()
}
