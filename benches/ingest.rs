//! Reading evidence: an event log by the raw reader alone and up to batches, and dsregcmd text.
//!
//! All figures are of one thread. The raw reader gives every value to a sink that only counts, so
//! the difference of the two is what interning, scrubbing and storing cost.

mod evidence;
mod logs;
mod quick;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use evidence::{bundle, file, on_one_thread, reading};
use joinscope_evtx::{Damage, Layout, NameId, Reader, RecordHead, Sink, SystemField, Value};
use logs::log;
use quick::quick;
use samples::dsreg::{DsregText, JoinState, Release};

const LOG_MEBIBYTES: usize = 16;
const LOG_SEED: u64 = 11;

/// Counts what it is given.
#[derive(Default)]
struct Counts {
    records: u64,
    values: u64,
}

impl Sink for Counts {
    fn begin(&mut self, _record: RecordHead) {
        self.records += 1;
    }

    fn system(&mut self, _field: SystemField, value: Value<'_>) {
        black_box(value);
        self.values += 1;
    }

    fn field(&mut self, _name: NameId, _text: &str, value: Value<'_>) {
        black_box(value);
        self.values += 1;
    }

    fn discard(&mut self) {
        self.records -= 1;
    }

    fn end(&mut self) {}

    fn damage(&mut self, damage: Damage) {
        unreachable!("the generated log is sound: {damage:?}");
    }
}

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

fn raw(bytes: &[u8]) -> Counts {
    let mut counts = Counts::default();
    let mut reader = Reader::default();
    for span in Layout::of(bytes).chunks {
        reader.read_chunk(bytes, span, &mut counts);
    }
    counts
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
