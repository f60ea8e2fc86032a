//! The shipped layouts against real traces: every event of the providers that tell of a join is
//! read to its last byte, by the layouts alone.
//!
//! The traces are not part of the project; what is absent is named and skipped. Only counts are
//! compared, nothing of their content.

mod common;

use std::collections::BTreeMap;
use std::path::PathBuf;

use common::{corpus, corpus_files};
use joinscope::bundle::{Limits, Passwords, open};
use joinscope::catalog::Catalog;
use joinscope::ingest::Decoders;
use joinscope_etl::{
    Damage, Decoded, Header, Record, Rung, Scratch, Sink, Trace, TraceLogging, Value, decode,
};

/// Providers of which every event in the traces has a layout, and the least number of their events.
const WHOLE: &[(&str, u64)] = &[
    ("Microsoft-Windows-User Device Registration", 500),
    ("Microsoft-Windows-AAD", 60),
    (
        "Microsoft-Windows-ModernDeployment-Diagnostics-Provider",
        10_000,
    ),
    ("Microsoft-Windows-Provisioning-Diagnostics-Provider", 200),
    ("Microsoft-Windows-Kernel-Process", 10_000),
    ("Microsoft-Windows-DNS-Client", 1),
];

/// Events of one provider by how their reading ended.
#[derive(Debug, Default)]
struct Ends {
    complete: u64,
    partial: u64,
    undecoded: u64,
}

struct Count<'a> {
    decoders: &'a Decoders,
    rungs: Vec<&'a dyn Rung>,
    ends: BTreeMap<String, Ends>,
}

impl Sink for Count<'_> {
    fn record(&mut self, record: &Record<'_>) {
        let Header::Event(event) = record.header() else {
            return;
        };
        if TraceLogging::of(event).is_some() {
            return;
        }
        let Some(name) = self.decoders.provider_name(event.provider()) else {
            return;
        };
        let reading = decode(record, &self.rungs, &mut |_: &str, _: Value<'_>| {});
        let ends = self.ends.entry(name.to_owned()).or_default();
        match reading.decoded {
            Decoded::Undecoded => ends.undecoded += 1,
            _ if reading.ending.is_complete() => ends.complete += 1,
            _ => ends.partial += 1,
        }
    }

    fn damage(&mut self, _: Damage) {}
}

#[test]
fn join_providers_are_read_to_the_last_byte() {
    let mut paths: Vec<PathBuf> = corpus_files("etl", "etl");
    paths.extend(corpus("intune/mdmdiag_2026_autopilot_whiteglove.zip"));
    if paths.len() < 20 {
        return;
    }
    let bundle = open(&paths, &Limits::default(), &Passwords::default()).unwrap();
    let catalog = Catalog::embedded().unwrap_or_else(|faults| unreachable!("{faults:?}"));
    let decoders = Decoders::shipped(&catalog);
    let mut count = Count {
        decoders: &decoders,
        rungs: decoders.rungs(),
        ends: BTreeMap::new(),
    };
    let mut scratch = Scratch::new();
    for artifact in &bundle.artifacts {
        let bytes = artifact.read().bytes;
        if let Ok(trace) = Trace::open(&bytes) {
            for span in &trace.buffers {
                trace.read_buffer(span, &mut scratch, &mut count);
            }
        }
    }
    for (provider, least) in WHOLE {
        let ends = count.ends.remove(*provider).unwrap_or_default();
        assert!(ends.complete >= *least, "{provider}: {ends:?}");
        assert_eq!((ends.partial, ends.undecoded), (0, 0), "{provider}");
    }
    // Of the others some events have no layout, but none that was read is read wrongly.
    let partial: Vec<_> = count
        .ends
        .iter()
        .filter(|(_, ends)| ends.partial > 0)
        .collect();
    assert!(partial.is_empty(), "{partial:?}");
}
