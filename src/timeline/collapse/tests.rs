//! Which records are one happening.

use std::sync::Arc;

use joinscope_wire::Guid;

use super::super::Timeline;
use crate::catalog::Catalog;
use crate::model::{ArtifactId, Batch, Decoding, Head, Locator, Stamp, Ticks, Value};

const START: i64 = 134_000_000_000_000_000;

/// A record in few words.
#[derive(Clone, Copy)]
struct Fake {
    artifact: u32,
    /// Microseconds after the start.
    at: i64,
    code: u32,
    tid: u32,
    value: Value<'static>,
    decoding: Decoding,
    /// Digest of the raw payload; 0 in an event log.
    digest: u64,
    computer: &'static str,
}

const LOG: Fake = Fake {
    artifact: 0,
    at: 0,
    code: 102,
    tid: 7,
    value: Value::Int(8),
    decoding: Decoding::Own,
    digest: 0,
    computer: "PC-1",
};

const TRACE: Fake = Fake {
    artifact: 1,
    at: 1,
    value: Value::Hex32(8),
    decoding: Decoding::Manifest,
    digest: 99,
    computer: "",
    ..LOG
};

fn timeline(fakes: &[Fake]) -> Timeline {
    let artifacts = fakes.iter().map(|fake| fake.artifact).max().unwrap_or(0);
    let batches = (0..=artifacts).map(|artifact| {
        let path: Arc<str> = format!("case.zip!/{artifact}").into();
        let mut batch = Batch::new(ArtifactId(artifact), path);
        let own = fakes.iter().filter(|fake| fake.artifact == artifact);
        for (index, fake) in own.enumerate() {
            let is_log = fake.digest == 0;
            let format = if is_log { "evtx" } else { "etl" };
            let origin = batch.origin(format, "Provider", "", fake.computer);
            let locator = if is_log {
                Locator::Record {
                    id: index as u64,
                    offset: 0,
                }
            } else {
                Locator::Buffer {
                    buffer: 0,
                    inside: u32::try_from(index).expect("few records"),
                }
            };
            let head = Head {
                stamp: Some(Stamp::utc(Ticks(START + fake.at * 10))),
                tid: fake.tid,
                decoding: fake.decoding,
                digest: fake.digest,
                activity: Guid([u8::from(!is_log); 16]),
                ..Head::new(origin, fake.code, locator)
            };
            batch.event(
                &head,
                &[("Type", fake.value), ("@added", Value::Uint(index as u64))],
            );
        }
        batch
    });
    let catalog = Catalog::embedded().expect("the embedded tables are sound");
    Timeline::build(batches.collect(), Arc::new(catalog))
}

/// The events that are left, each as the formats of its sightings, the one that stands for it first.
fn check(fakes: &[Fake], expected: &[&str]) {
    let timeline = timeline(fakes);
    let left: Vec<String> = timeline
        .events()
        .map(|event| {
            let also = event.also().map(|also| match also.locator {
                Locator::Record { .. } => "evtx",
                _ => "etl",
            });
            std::iter::once(event.format())
                .chain(also)
                .collect::<Vec<_>>()
                .join("+")
        })
        .collect();
    assert_eq!(left, expected);
    let counted: usize = timeline.sources().iter().map(|source| source.events).sum();
    assert_eq!(
        counted,
        fakes.len(),
        "every record is counted in its source"
    );
}

#[test]
fn a_log_and_a_trace_tell_one_happening() {
    check(&[LOG, TRACE], &["evtx+etl"]);
    let again = Fake {
        artifact: 2,
        at: 3,
        ..TRACE
    };
    check(&[LOG, TRACE, again], &["evtx+etl+etl"]);
    let event = timeline(&[LOG, TRACE]);
    let event = event.events().next().expect("an event is left");
    assert_eq!(
        event.activity(),
        Some(Guid([1; 16])),
        "what only the trace knew"
    );
    assert_eq!(event.computer(), "PC-1", "what only the log knew");
}

#[test]
fn what_differs_is_not_the_same() {
    let two = ["evtx", "etl"];
    check(&[LOG, Fake { code: 103, ..TRACE }], &two);
    check(&[LOG, Fake { tid: 8, ..TRACE }], &two);
    check(
        &[
            LOG,
            Fake {
                value: Value::Int(9),
                ..TRACE
            },
        ],
        &two,
    );
    check(&[LOG, Fake { at: 1_001, ..TRACE }], &two);
    check(&[LOG, Fake { at: 1_000, ..TRACE }], &["evtx+etl"]);
    let undecoded = Fake {
        decoding: Decoding::Undecoded,
        ..TRACE
    };
    check(&[LOG, undecoded], &two);
}

#[test]
fn two_traces_agree_by_their_bytes() {
    let other = Fake {
        artifact: 2,
        ..TRACE
    };
    let undecoded = Fake {
        decoding: Decoding::Undecoded,
        value: Value::Null,
        ..other
    };
    check(&[TRACE, undecoded], &["etl+etl"]);
    check(&[undecoded, TRACE], &["etl+etl"]);
    check(
        &[
            TRACE,
            Fake {
                digest: 98,
                decoding: Decoding::Undecoded,
                ..other
            },
        ],
        &["etl", "etl"],
    );
}

#[test]
fn one_artifact_never_tells_a_happening_twice() {
    check(&[TRACE, TRACE, TRACE], &["etl", "etl", "etl"]);
    let other = Fake {
        artifact: 2,
        at: 2,
        ..TRACE
    };
    check(&[TRACE, TRACE, other], &["etl+etl", "etl"]);
    check(
        &[TRACE, TRACE, other, other, other],
        &["etl+etl", "etl+etl", "etl"],
    );
}

#[test]
fn logs_are_told_apart_by_record_number_and_computer() {
    let copy = Fake { artifact: 1, ..LOG };
    check(&[LOG, copy], &["evtx+evtx"]);
    check(&[LOG, Fake { at: 1, ..copy }], &["evtx", "evtx"]);
    check(
        &[
            LOG,
            Fake {
                computer: "PC-2",
                ..copy
            },
        ],
        &["evtx", "evtx"],
    );
    // Of two alike in one log the second is told again, and the first is in nobody's way.
    let other = Fake { code: 103, ..copy };
    check(&[LOG, LOG, other, copy], &["evtx", "evtx+evtx", "evtx"]);
    // A trace numbers nothing, so all of them may be its own.
    check(
        &[
            LOG,
            copy,
            Fake {
                artifact: 2,
                ..TRACE
            },
        ],
        &["evtx+evtx+etl"],
    );
}

#[test]
fn a_crowd_of_equal_records_is_matched_one_by_one() {
    let crowd = |artifact: u32| (0..5_000).map(move |_| Fake { artifact, ..TRACE });
    let timeline = timeline(&crowd(1).chain(crowd(2)).collect::<Vec<_>>());
    assert_eq!(timeline.len(), 5_000);
    assert!(timeline.events().all(|event| event.also().len() == 1));
}
