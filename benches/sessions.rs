//! Reading recordings of HTTP: opening a session archive beside the bare inflating of its members by
//! the same library, the way to events, and the search of long texts for tokens.
//!
//! All figures are of one thread. `inflate` unpacks each member into a buffer of the size that the
//! archive states; `open` walks the archive, unpacks the members and reads sessions with their heads
//! and metadata; `events` makes events of them, bodies decoded and searched for secrets.

mod evidence;
mod quick;

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use evidence::{bundle, file, on_one_thread, reading};
use flate2::{Decompress, FlushDecompress};
use joinscope::bundle::Bundle;
use quick::quick;
use samples::http::{Coding, Message};
use samples::jwt::Jwt;
use samples::saz::{Saz, SazSession};

const SESSIONS: u64 = 2_000;
/// 2026-03-09T10:00:00Z in ticks of 100 ns since 1601.
const START: u64 = 134_175_024_000_000_000;
const SECOND: u64 = 10_000_000;

/// A page as a browser gets it: markup that repeats with numbers that do not.
fn page(number: u64, length: usize) -> Vec<u8> {
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

/// What a browser and the clients beside it leave behind: pages as they are and compressed, pictures
/// that do not compress, and few requests of sign-in.
fn archive() -> Vec<u8> {
    let mut saz = Saz::new();
    for number in 0..SESSIONS {
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

/// Deflated members of a zip: where each stands and how large it becomes.
fn members(zip: &[u8]) -> Vec<(&[u8], usize)> {
    let number = |at: usize, width: usize| {
        let bytes = zip.get(at..at + width).unwrap_or_default();
        let digits = bytes.iter().rev();
        digits.fold(0_usize, |number, byte| number << 8 | usize::from(*byte))
    };
    let mut found = Vec::new();
    let mut at = 0;
    while zip.get(at..at + 4) == Some(b"PK\x03\x04") {
        let (packed, size) = (number(at + 18, 4), number(at + 22, 4));
        let begin = at + 30 + number(at + 26, 2) + number(at + 28, 2);
        if number(at + 8, 2) == 8 {
            found.push((&zip[begin..begin + packed], size));
        }
        at = begin + packed;
    }
    found
}

fn inflate(members: &[(&[u8], usize)]) -> usize {
    let mut state = Decompress::new(false);
    let mut total = 0;
    for (packed, size) in members {
        state.reset(false);
        let mut output = Vec::with_capacity(*size);
        let ended = state.decompress_vec(packed, &mut output, FlushDecompress::Finish);
        ended.expect("the builder's archives are sound");
        total += black_box(output).len();
    }
    total
}

/// Sessions with their heads and metadata, as far as the archive's parser reads them.
fn sessions(bundle: &Bundle) -> usize {
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

fn archives(criterion: &mut Criterion) {
    let path = file("sessions-2000.saz", archive);
    let bytes = std::fs::read(&path).expect("it was just written");
    let members = members(&bytes);
    let expanded: usize = members.iter().map(|(_, size)| size).sum();
    let per_second = [
        ("bytes", Throughput::Bytes(expanded as u64)),
        ("sessions", Throughput::Elements(SESSIONS)),
    ];
    for (unit, throughput) in per_second {
        let name = format!("sessions/saz-2000/{unit}");
        let mut group = quick(criterion, &name, throughput);
        group.bench_function("inflate", |bencher| {
            bencher.iter(|| inflate(black_box(&members)));
        });
        group.bench_function("open", |bencher| {
            on_one_thread(|| {
                bencher.iter(|| sessions(&bundle(black_box(std::slice::from_ref(&path)))));
            });
        });
        group.bench_function("events", |bencher| {
            on_one_thread(|| {
                bencher.iter(|| reading(&bundle(black_box(std::slice::from_ref(&path)))));
            });
        });
        group.finish();
    }
}

/// Answers of a sign-in service that are long and hold a token each eight KiB.
fn tokens(criterion: &mut Criterion) {
    const ANSWERS: u64 = 32;
    const LENGTH: usize = 512 << 10;
    let build = || {
        let mut saz = Saz::new().stored();
        for number in 0..ANSWERS {
            let mut body = String::new();
            let mut part: u32 = 0;
            while body.len() < LENGTH {
                body.push_str(&String::from_utf8_lossy(&page(part.into(), 8 << 10)));
                let token = Jwt::new()
                    .claim("aud", "urn:ms-drs:enterpriseregistration.windows.net")
                    .iat(1_773_050_400)
                    .exp(1_773_054_000 + i64::from(part));
                body.push_str(&token.to_text());
                part += 1;
            }
            let url = "https://login.microsoftonline.com/common/reprocess";
            let request = Message::request("GET", url).field("Host", "login.microsoftonline.com");
            let answer = Message::response(200, "OK")
                .field("Content-Type", "text/html")
                .body(body.as_bytes());
            let session = SazSession::new(&request.to_bytes())
                .answered(&answer.to_bytes())
                .at(START + number * SECOND, SECOND);
            saz = saz.session(session);
        }
        saz.to_bytes()
    };
    let opened = bundle(&[file("sessions-tokens.saz", build)]);
    let searched = Throughput::Bytes(ANSWERS * LENGTH as u64);
    let mut group = quick(criterion, "sessions/tokens-in-text", searched);
    group.bench_function("events", |bencher| {
        on_one_thread(|| bencher.iter(|| reading(black_box(&opened))));
    });
    group.finish();
}

criterion_group!(benches, archives, tokens);
criterion_main!(benches);
