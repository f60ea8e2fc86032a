//! The whole way, on the demo bundle enlarged to 200 MB: a zip in, attempts and a verdict out.
//!
//! Opened anew each time, so that inflating is part of the figure; digests are not. Throughput is
//! of unpacked bytes.

mod evidence;
mod knowledge;
mod logs;
mod quick;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use evidence::{bundle, file, on_one_thread, reading};
use joinscope::analyze::{Rules, analyze};
use joinscope::catalog::Catalog;
use joinscope::timeline::Timeline;
use knowledge::knowledge;
use logs::log;
use quick::quick;

const SCENARIO: &str = "preprovisioning-mdm-blocked";
/// Generated logs beside those of the scenario, and the size of each.
const LOGS: u64 = 10;
const LOG_MEBIBYTES: usize = 19;
const FIRST_SEED: u64 = 100;

fn end_to_end(criterion: &mut Criterion) {
    let paths = [file("end-to-end-200MB.zip", enlarged)];
    let (catalog, rules) = knowledge();
    let bytes: u64 = bundle(&paths)
        .artifacts
        .iter()
        .map(|artifact| artifact.size)
        .sum();
    let mut group = quick(criterion, "end-to-end/zip-200MB", Throughput::Bytes(bytes));
    group.measurement_time(Duration::from_secs(8));
    group.bench_function("one-thread", |bencher| {
        on_one_thread(|| bencher.iter(|| attempts(&paths, &catalog, &rules)));
    });
    group.bench_function("all-threads", |bencher| {
        bencher.iter(|| attempts(&paths, &catalog, &rules));
    });
    group.finish();
}

fn attempts(paths: &[PathBuf], catalog: &Arc<Catalog>, rules: &Rules) -> usize {
    let reading = reading(&bundle(paths));
    let timeline = Timeline::build(reading.batches, Arc::clone(catalog));
    analyze(&timeline, rules).attempts.len()
}

/// The scenario's files and the generated logs in one zip.
fn enlarged() -> Vec<u8> {
    let mut files = samples::scenario::build_files(SCENARIO)
        .expect("the stories that come with the crate are sound");
    for index in 0..LOGS {
        files.push((
            format!("logs/generated-{index}.evtx"),
            log(FIRST_SEED + index, LOG_MEBIBYTES),
        ));
    }
    samples::scenario::pack(&files)
}

criterion_group!(benches, end_to_end);
criterion_main!(benches);
