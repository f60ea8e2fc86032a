//! Files that an analyst gives: any bytes are of a kind or not, and what was added decodes any
//! payload. Programs with manifests, manifests in XML, TMF texts and PDBs all begin here.

#![no_main]

use joinscope::ingest::Decoders;
use joinscope_etl::{Scratch, Trace, Value as Field, decode};
use libfuzzer_sys::fuzz_target;
use samples::etl::{EtlEvent, EtlTrace, Value, WppMessage};

/// Identities that the seeds use.
const PROVIDER: &str = "6f1b8b1e-0000-4000-8000-000000000001";
const SOURCE: &str = "6f1b8b1e-0000-4000-8000-000000000009";

fuzz_target!(|parts: (&[u8], &[u8])| {
    let (payload, file) = parts;
    let payload = &payload[..payload.len().min(4096)];
    let mut decoders = Decoders::default();
    let added = decoders.add("x", file);
    assert!(
        !added.is_empty()
            || !added.problems.is_empty()
            || added.known_before > 0
            || added.providers == 0
    );
    let again = decoders.add("x", file);
    assert!(again.is_empty(), "what is there already is not added again");
    let mut trace = EtlTrace::new();
    for id in [1, 7, 8] {
        let bytes = Value::Bytes(payload.to_vec());
        trace.event(EtlEvent::manifest(PROVIDER, id).field(bytes));
    }
    for number in [10, 13] {
        let bytes = Value::Bytes(payload.to_vec());
        trace.event(WppMessage::new(SOURCE, number).argument(bytes));
    }
    let bytes = trace.to_bytes().expect("the events are small");
    let trace = Trace::open(&bytes).expect("the trace is sound");
    let mut scratch = Scratch::new();
    let rungs = decoders.rungs();
    for span in &trace.buffers {
        for record in trace.open_buffer(span, &mut scratch).records() {
            let record = record.expect("the records are sound");
            let reading = decode(&record, &rungs, &mut |_: &str, _: Field<'_>| {});
            assert!(reading.ending.left <= record.payload().len());
        }
    }
});
