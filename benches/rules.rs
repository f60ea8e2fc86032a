//! Rules: loading the whole set, and judging timelines by it on one thread.
//!
//! Both timelines hold every scenario, so that all rules have something to judge. The mixed one is made
//! as bundles are: most events stand in a trace, fewer in a log. In the other every event is of a log
//! that begins an attempt with every fourth of them, which no device does: the worst case.
//! Throughput counts events.

mod evidence;
mod knowledge;
mod logs;
mod quick;

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use evidence::{bundle, file, on_one_thread, reading};
use joinscope::analyze::{self, analyze};
use joinscope::rules::{Cases, RuleSet, judge_all};
use joinscope::timeline::Timeline;
use knowledge::knowledge;
use logs::log;
use quick::quick;
use samples::etl::EtlTrace;

const LOG_SEED: u64 = 12;
const TRACE_SEED: u64 = 21;
const TRACE_BYTES: usize = 16 << 20;

fn load(criterion: &mut Criterion) {
    let (catalog, _) = knowledge();
    let mut group = quick(criterion, "rules/load", Throughput::Elements(1));
    group.bench_function("all", |bencher| {
        bencher.iter(|| RuleSet::embedded(black_box(&catalog), Cases::Skip));
    });
    group.finish();
}

fn judge(criterion: &mut Criterion) {
    let (catalog, flows) = knowledge();
    let set = RuleSet::embedded(&catalog, Cases::Skip).expect("the embedded rules are sound");
    let log_of = |mebibytes: usize| {
        file(&format!("rules-{mebibytes}MiB.evtx"), || {
            log(LOG_SEED, mebibytes)
        })
    };
    let trace = file("rules.etl", || {
        EtlTrace::large(TRACE_SEED, TRACE_BYTES)
            .expect("the size is far below the generator's limit")
    });
    for (name, files) in [
        ("mixed", vec![log_of(2), trace]),
        ("attempts", vec![log_of(16)]),
    ] {
        let paths: Vec<PathBuf> = files.into_iter().chain(stories()).collect();
        let batches = reading(&bundle(&paths)).batches;
        let timeline = Timeline::build(batches, Arc::clone(&catalog));
        let analysis = analyze(&timeline, &flows);
        let events = Throughput::Elements(timeline.len() as u64);
        let mut group = quick(criterion, "rules/judge", events);
        group.bench_function(name, |bencher| {
            on_one_thread(|| {
                bencher.iter(|| {
                    let evidence = analyze::evidence(&timeline, &analysis, &[]);
                    judge_all(&set, black_box(evidence), None)
                });
            });
        });
        group.finish();
    }
}

/// A bundle of each scenario.
fn stories() -> impl Iterator<Item = PathBuf> {
    samples::scenario::names().iter().map(|name| {
        file(&format!("{name}.zip"), || {
            samples::scenario::build(name).expect("the stories that come with the crate are sound")
        })
    })
}

criterion_group!(benches, load, judge);
criterion_main!(benches);
