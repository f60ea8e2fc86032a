//! Rules: loading the whole set, and judging a mixed timeline by it on one thread.
//!
//! The timeline holds one generated log and every scenario, so that rules have attempts, tokens and
//! gaps to judge; throughput counts its events.

mod evidence;
mod knowledge;
mod logs;
mod quick;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use evidence::{bundle, file, on_one_thread, reading};
use joinscope::analyze::{self, analyze};
use joinscope::rules::{Cases, RuleSet, judge_all};
use joinscope::timeline::Timeline;
use knowledge::knowledge;
use logs::log;
use quick::quick;

const LOG_MEBIBYTES: usize = 16;
const LOG_SEED: u64 = 12;

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
    let mut paths = vec![file("timeline-16MiB.evtx", || log(LOG_SEED, LOG_MEBIBYTES))];
    for name in samples::scenario::names() {
        paths.push(file(&format!("{name}.zip"), || {
            samples::scenario::build(name).expect("the stories that come with the crate are sound")
        }));
    }
    let timeline = Timeline::build(reading(&bundle(&paths)).batches, catalog);
    let analysis = analyze(&timeline, &flows);
    let events = Throughput::Elements(timeline.len() as u64);
    let mut group = quick(criterion, "rules/judge", events);
    group.bench_function("16MiB", |bencher| {
        on_one_thread(|| {
            bencher.iter(|| {
                let evidence = analyze::evidence(&timeline, &analysis, &[]);
                judge_all(&set, black_box(evidence), None)
            });
        });
    });
    group.finish();
}

criterion_group!(benches, load, judge);
criterion_main!(benches);
