//! Reading recordings of HTTP: opening a session archive beside the bare inflating of its members by
//! the same library, the way to events, and the search of long texts for tokens.
//!
//! All figures are of one thread. `inflate` unpacks each member into a buffer of the size that the
//! archive states; `open` walks the archive, unpacks the members and reads sessions with their heads
//! and metadata; `events` makes events of them, bodies decoded and searched for secrets.

#[path = "recordings/archive.rs"]
mod archive;
mod evidence;
mod quick;
#[path = "recordings/tokens.rs"]
mod tokens;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use evidence::{bundle, file, on_one_thread, reading};
use flate2::{Decompress, FlushDecompress};
use quick::quick;

const SESSIONS: u64 = 2_000;
/// Answers that are searched, and how long each is.
const ANSWERS: u64 = 32;
const LENGTH: usize = 512 << 10;

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

fn archives(criterion: &mut Criterion) {
    let path = file("sessions-2000.saz", || archive::archive(SESSIONS));
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
                bencher.iter(|| archive::sessions(&bundle(black_box(std::slice::from_ref(&path)))));
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

fn long_texts(criterion: &mut Criterion) {
    let path = file("sessions-tokens.saz", || tokens::tokens(ANSWERS, LENGTH));
    let opened = bundle(&[path]);
    let searched = Throughput::Bytes(ANSWERS * LENGTH as u64);
    let mut group = quick(criterion, "sessions/tokens-in-text", searched);
    group.bench_function("events", |bencher| {
        on_one_thread(|| bencher.iter(|| reading(black_box(&opened))));
    });
    group.finish();
}

criterion_group!(benches, archives, long_texts);
criterion_main!(benches);
