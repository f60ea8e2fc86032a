//! Reading evidence: an event log by the raw reader alone and up to batches, and dsregcmd text.
//!
//! All figures are of one thread. The raw reader gives every value to a sink that only counts, so
//! the difference of the two is what interning, scrubbing and storing cost.

mod evidence;
mod logs;
mod quick;
mod raw;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use evidence::{bundle, file, on_one_thread, reading};
use logs::log;
use quick::quick;
use raw::raw;
use samples::dsreg::{DsregText, JoinState, Release};

const LOG_MEBIBYTES: usize = 16;
const LOG_SEED: u64 = 11;

fn event_log(criterion: &mut Criterion) {
    let bytes = log(LOG_SEED, LOG_MEBIBYTES);
    let opened = bundle(&[file("ingest-16MiB.evtx", || bytes.clone())]);
    let per_second = [
        ("bytes", Throughput::Bytes(bytes.len() as u64)),
        ("records", Throughput::Elements(raw(&bytes).records)),
    ];
    for (unit, throughput) in per_second {
        let name = format!("ingest/evtx-16MiB/{unit}");
        let mut group = quick(criterion, &name, throughput);
        group.bench_function("raw-reader", |bencher| {
            bencher.iter(|| raw(black_box(&bytes)).values);
        });
        group.bench_function("batches", |bencher| {
            on_one_thread(|| bencher.iter(|| reading(black_box(&opened))));
        });
        group.finish();
    }
}

fn dsregcmd(criterion: &mut Criterion) {
    let text = DsregText::status(Release::V23H2, JoinState::Entra).to_bytes();
    let opened = bundle(&[file("dsregcmd.txt", || text.clone())]);
    let throughput = Throughput::Bytes(text.len() as u64);
    let mut group = quick(criterion, "ingest/dsregcmd", throughput);
    group.bench_function("batches", |bencher| {
        on_one_thread(|| bencher.iter(|| reading(black_box(&opened))));
    });
    group.finish();
}

criterion_group!(benches, event_log, dsregcmd);
criterion_main!(benches);
