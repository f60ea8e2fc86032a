//! Reading traces: their records alone, with fields by their own description or by a schema, packed,
//! and unpacking alone; each on one thread and on two.
//!
//! Throughput is of records and of their bytes, expanded. Opening the trace is part of each figure
//! but that of unpacking. The order of the runs is not interleaved; `benches/peers-etl.sh` compares
//! one thread with two in turn.

mod quick;
mod traces;
mod walks;

use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use joinscope_etl::begins_trace;
use quick::quick;
use walks::{Depth, expand, on_threads, schemas, streams, walk};

const MEBIBYTES: usize = 64;
const THREADS: &[(usize, &str)] = &[(1, "one-thread"), (2, "two-threads")];
/// Traces of others that are read when they are there.
const CORPUS: &str = "../shared/corpus/etl";
/// Smaller ones say more of opening than of reading.
const SMALLEST: u64 = 1 << 20;

fn generated(criterion: &mut Criterion) {
    let size = MEBIBYTES << 20;
    let packed = traces::packed(size);
    walking(criterion, "raw", &traces::varied(size), Depth::Raw);
    walking(
        criterion,
        "tracelogging",
        &traces::self_described(size),
        Depth::SelfDescribed,
    );
    walking(
        criterion,
        "schema",
        &traces::by_schema(size),
        Depth::BySchema,
    );
    walking(criterion, "compressed", &packed, Depth::Raw);
    unpacking(criterion, "xpress", &packed);
}

fn corpus(criterion: &mut Criterion) {
    for path in files() {
        let bytes = std::fs::read(&path).expect("a file of the corpus can be read");
        if !begins_trace(&bytes) {
            continue;
        }
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        walking(criterion, &format!("{name}/raw"), &bytes, Depth::Raw);
        walking(
            criterion,
            &format!("{name}/fields"),
            &bytes,
            Depth::BySchema,
        );
        if !streams(&bytes).is_empty() {
            unpacking(criterion, &format!("{name}/xpress"), &bytes);
        }
    }
}

#[expect(clippy::print_stderr, reason = "what is left out is named")]
fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(CORPUS);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped, absent: {CORPUS}");
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.metadata().is_ok_and(|found| found.len() >= SMALLEST))
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files
}

fn walking(criterion: &mut Criterion, name: &str, bytes: &[u8], depth: Depth) {
    let schemas = schemas(bytes);
    let once = |threads| on_threads(threads, || walk(bytes, depth, &schemas));
    let counts = once(1);
    assert_eq!(once(2), counts, "{name}");
    let throughput = Throughput::ElementsAndBytes {
        elements: counts.records,
        bytes: counts.bytes,
    };
    let mut group = quick(criterion, &format!("etl/{name}"), throughput);
    for (threads, label) in THREADS {
        group.bench_function(*label, |bencher| {
            on_threads(*threads, || {
                bencher.iter(|| walk(black_box(bytes), depth, &schemas));
            });
        });
    }
    group.finish();
}

fn unpacking(criterion: &mut Criterion, name: &str, bytes: &[u8]) {
    let streams = streams(bytes);
    let expanded = expand(&streams) as u64;
    let throughput = Throughput::Bytes(expanded);
    let mut group = quick(criterion, &format!("etl/{name}"), throughput);
    for (threads, label) in THREADS {
        group.bench_function(*label, |bencher| {
            on_threads(*threads, || bencher.iter(|| expand(black_box(&streams))));
        });
    }
    group.finish();
}

criterion_group!(benches, generated, corpus);
criterion_main!(benches);
