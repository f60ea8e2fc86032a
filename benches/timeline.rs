//! From batches to findings: building the timeline, asking it, analysing it.
//!
//! The timeline holds one generated log and both demo scenarios, so that the analysis has attempts
//! to find. Query and analysis read the whole timeline each time; throughput counts its events.

mod evidence;
mod knowledge;
mod logs;
mod quick;

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use evidence::{bundle, file, on_one_thread, reading};
use joinscope::analyze::analyze;
use joinscope::bundle::Bundle;
use joinscope::timeline::{Query, Timeline};
use knowledge::knowledge;
use logs::log;
use quick::quick;

const LOG_MEBIBYTES: usize = 16;
const LOG_SEED: u64 = 12;

/// What is asked, each by the kind of field that decides it.
const QUERIES: &[(&str, &str)] = &[
    ("provider", "provider:AAD"),
    ("field", "Result=0xc0048510"),
    ("text", "\"nowhere to be found\""),
];

fn build(criterion: &mut Criterion) {
    let bundle = whole();
    let (catalog, _) = knowledge();
    let events = Timeline::build(reading(&bundle).batches, Arc::clone(&catalog)).len();
    let mut group = quick(criterion, "timeline/build", per_second(events));
    group.bench_function("16MiB", |bencher| {
        on_one_thread(|| {
            bencher.iter_batched(
                || reading(&bundle).batches,
                |batches| Timeline::build(batches, Arc::clone(&catalog)),
                BatchSize::PerIteration,
            );
        });
    });
    group.finish();
}

fn query(criterion: &mut Criterion) {
    let (catalog, _) = knowledge();
    let timeline = Timeline::build(reading(&whole()).batches, catalog);
    let mut group = quick(criterion, "timeline/query", per_second(timeline.len()));
    for (name, text) in QUERIES {
        let query = Query::parse(text).expect("the benches' queries parse");
        let matcher = query.on(&timeline);
        group.bench_function(*name, |bencher| {
            bencher.iter(|| {
                let wanted = |event: &_| matcher.matches(*black_box(event));
                timeline.events().filter(wanted).count()
            });
        });
    }
    group.finish();
}

fn analysis(criterion: &mut Criterion) {
    let (catalog, rules) = knowledge();
    let timeline = Timeline::build(reading(&whole()).batches, catalog);
    let mut group = quick(criterion, "timeline/analyze", per_second(timeline.len()));
    group.bench_function("attempts-gaps-verdict", |bencher| {
        bencher.iter(|| analyze(black_box(&timeline), &rules));
    });
    group.finish();
}

/// The generated log and both scenarios.
fn whole() -> Bundle {
    let mut paths = vec![file("timeline-16MiB.evtx", || log(LOG_SEED, LOG_MEBIBYTES))];
    for name in samples::scenario::names() {
        paths.push(file(&format!("{name}.zip"), || {
            samples::scenario::build(name).expect("the stories that come with the crate are sound")
        }));
    }
    bundle(&paths)
}

fn per_second(events: usize) -> Throughput {
    Throughput::Elements(events as u64)
}

criterion_group!(benches, build, query, analysis);
criterion_main!(benches);
