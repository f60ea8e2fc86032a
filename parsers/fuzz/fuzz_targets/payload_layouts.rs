//! The shipped layouts on any payload: the first bytes choose the layout, the rest is the payload.

#![no_main]

use std::sync::OnceLock;

use joinscope::catalog::Catalog;
use joinscope::ingest::Decoders;
use joinscope_etl::{Decoded, Scratch, Trace, Value as Field, decode};
use libfuzzer_sys::fuzz_target;
use samples::etl::{EtlEvent, EtlTrace, PointerSize, Value};

fn tables() -> &'static (Catalog, Decoders) {
    static TABLES: OnceLock<(Catalog, Decoders)> = OnceLock::new();
    TABLES.get_or_init(|| {
        let catalog = Catalog::embedded().expect("the catalogue is part of the program");
        let decoders = Decoders::shipped(&catalog);
        (catalog, decoders)
    })
}

fuzz_target!(|bytes: &[u8]| {
    let (catalog, decoders) = tables();
    let Some(([low, high, version], payload)) = bytes.split_first_chunk() else {
        return;
    };
    let index = usize::from(u16::from_le_bytes([*low, *high])) % catalog.layouts.len();
    let layout = &catalog.layouts[index];
    let payload = &payload[..payload.len().min(4096)];
    let mut trace = EtlTrace::new();
    for pointer in [PointerSize::Bits32, PointerSize::Bits64] {
        let event = EtlEvent::manifest(layout.provider, layout.id)
            .version(*version)
            .pointer_size(pointer)
            .field(Value::Bytes(payload.to_vec()));
        trace.event(event);
    }
    let bytes = trace.to_bytes().expect("the events are small");
    let trace = Trace::open(&bytes).expect("the trace is sound");
    let mut scratch = Scratch::new();
    let rungs = decoders.rungs();
    let mut decoded = 0;
    for span in &trace.buffers {
        for record in trace.open_buffer(span, &mut scratch).records() {
            let record = record.expect("the records are sound");
            let mut used = 0;
            let reading = decode(&record, &rungs, &mut |_: &str, _: Field<'_>| used += 1);
            assert!(reading.ending.left <= record.payload().len());
            assert!(
                used <= 4 * (record.payload().len() + 256),
                "fields do not multiply"
            );
            decoded += usize::from(reading.decoded == Decoded::Manifest);
        }
    }
    assert_eq!(
        decoded, 2,
        "a layout decodes its event whatever the payload"
    );
});
