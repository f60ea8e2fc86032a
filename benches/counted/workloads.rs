//! The workloads: what each prepares, and what of it is counted.
//!
//! What is made is never freed, so that no count holds the freeing of what stood before.

use std::hint::black_box;
use std::mem::forget;
use std::path::PathBuf;
use std::sync::Arc;

use joinscope::analyze::{self, Analysis, Rules, analyze};
use joinscope::catalog::Catalog;
use joinscope::ingest::Decoders;
use joinscope::model::Batch;
use joinscope::rules::{Cases, RuleSet, judge_all};
use joinscope::timeline::{Query, Timeline};

use crate::archive::sessions;
use crate::evidence::Evidence;
use crate::knowledge::knowledge;
use crate::opened::{bundle, reading};
use crate::raw::raw;
use crate::walks::{Depth, expand, schemas, streams, walk};

/// What is counted.
pub(crate) type Counted = Box<dyn FnOnce()>;

/// A name, and what makes everything ready.
type Workload = (&'static str, fn(&Evidence) -> Counted);

pub(crate) const WORKLOADS: &[Workload] = &[
    ("evtx-raw", evtx_raw),
    ("evtx-batches", |evidence| batches_of(evidence, "log.evtx")),
    ("zip-batches", |evidence| {
        opened_and_read(evidence, "log.zip")
    }),
    ("etl-walk", etl_walk),
    ("etl-unpack", etl_unpack),
    ("etl-batches", etl_batches),
    ("saz-open", saz_open),
    ("saz-batches", |evidence| {
        batches_of(evidence, "sessions.saz")
    }),
    ("secrets", |evidence| batches_of(evidence, "tokens.saz")),
    ("timeline-build", timeline_build),
    ("timeline-query", timeline_query),
    ("analyze", attempts),
    ("rules-judge", rules_judge),
    ("knowledge-load", |_| knowledge_load()),
];

/// Counts what the work does, and keeps what it makes.
fn counted<T>(work: impl FnOnce() -> T + 'static) -> Counted {
    Box::new(|| forget(black_box(work())))
}

/// Every value of every record, into a sink that only counts.
fn evtx_raw(evidence: &Evidence) -> Counted {
    let log = evidence.bytes("log.evtx");
    counted(move || (raw(&log), log))
}

/// One file from its bytes to batches.
fn batches_of(evidence: &Evidence, name: &str) -> Counted {
    let opened = bundle(&[evidence.path(name)]);
    counted(move || (reading(&opened), opened))
}

/// The same with the opening, which inflates.
fn opened_and_read(evidence: &Evidence, name: &str) -> Counted {
    let path = [evidence.path(name)];
    counted(move || {
        let opened = bundle(&path);
        (reading(&opened), opened, path)
    })
}

/// All records of the trace of each kind, with all fields that can be had.
fn etl_walk(evidence: &Evidence) -> Counted {
    let traces = [
        ("varied.etl", Depth::Raw),
        ("self-described.etl", Depth::SelfDescribed),
        ("by-schema.etl", Depth::BySchema),
        ("packed.etl", Depth::Raw),
    ];
    let traces = traces.map(|(name, depth)| {
        let bytes = evidence.bytes(name);
        let schemas = schemas(&bytes);
        (bytes, depth, schemas)
    });
    counted(move || {
        for (bytes, depth, schemas) in &traces {
            black_box(walk(bytes, *depth, schemas));
        }
        traces
    })
}

/// Packed buffers alone.
fn etl_unpack(evidence: &Evidence) -> Counted {
    let bytes: &'static [u8] = evidence.bytes("packed.etl").leak();
    let streams = streams(bytes);
    counted(move || (expand(&streams), streams))
}

fn etl_batches(evidence: &Evidence) -> Counted {
    let names = ["varied.etl", "self-described.etl", "by-schema.etl"];
    let opened = bundle(&names.map(|name| evidence.path(name)));
    counted(move || (reading(&opened), opened))
}

/// Members unpacked, and sessions of them with heads and metadata.
fn saz_open(evidence: &Evidence) -> Counted {
    let path = [evidence.path("sessions.saz")];
    counted(move || {
        let opened = bundle(&path);
        (sessions(&opened), opened, path)
    })
}

fn timeline_build(evidence: &Evidence) -> Counted {
    let (catalog, _) = knowledge();
    let batches = batches(evidence);
    counted(move || Timeline::build(batches, catalog))
}

/// A query by provider, one by a field, and one by a text that is nowhere.
fn timeline_query(evidence: &Evidence) -> Counted {
    let (timeline, _) = timeline(evidence);
    let texts = [
        "provider:AAD",
        "Result=0xc0048510",
        "\"nowhere to be found\"",
    ];
    let queries = texts.map(|text| Query::parse(text).expect("these queries parse"));
    counted(move || {
        for query in &queries {
            let matcher = query.on(&timeline);
            let found = timeline.events().filter(|event| matcher.matches(*event));
            black_box(found.count());
        }
        (queries, timeline)
    })
}

fn attempts(evidence: &Evidence) -> Counted {
    let (timeline, flows) = timeline(evidence);
    counted(move || (analyze(&timeline, &flows), timeline, flows))
}

fn rules_judge(evidence: &Evidence) -> Counted {
    let (timeline, flows) = timeline(evidence);
    let set = RuleSet::embedded(timeline.catalog(), Cases::Skip);
    let set = set.expect("the embedded rules are sound");
    // Lent to what is found, which outlives this function.
    let timeline: &'static Timeline = Box::leak(Box::new(timeline));
    let analysis: &'static Analysis = Box::leak(Box::new(analyze(timeline, &flows)));
    counted(move || {
        let evidence = analyze::evidence(timeline, analysis, &[]);
        (judge_all(&set, evidence, None), set)
    })
}

/// Everything that a run loads before it opens its evidence.
fn knowledge_load() -> Counted {
    counted(|| {
        let catalog = Catalog::embedded().expect("the embedded tables are sound");
        let flows = Rules::embedded(&catalog).expect("the embedded flows are sound");
        let rules = RuleSet::embedded(&catalog, Cases::Skip).expect("the embedded rules are sound");
        (Decoders::shipped(&catalog), rules, flows, catalog)
    })
}

fn timeline(evidence: &Evidence) -> (Timeline, Rules) {
    let (catalog, flows) = knowledge();
    (
        Timeline::build(batches(evidence), Arc::clone(&catalog)),
        flows,
    )
}

/// A log, a trace and the scenarios, as bundles are made: most events stand in the trace.
fn batches(evidence: &Evidence) -> Vec<Batch> {
    let files = ["beside.evtx", "varied.etl"];
    let paths: Vec<PathBuf> = files
        .into_iter()
        .map(|name| evidence.path(name))
        .chain(evidence.stories())
        .collect();
    reading(&bundle(&paths)).batches
}
