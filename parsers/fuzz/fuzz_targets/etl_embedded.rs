//! Embedded schemas from any bytes: a described event, a value map or a part of a manifest, and
//! an event that is decoded by it.

#![no_main]

use std::hint::black_box;

use joinscope_etl::{EmbeddedCollector, Scratch, Trace, Value, decode};
use libfuzzer_sys::fuzz_target;

const METADATA: [u8; 16] = [
    0xc1, 0xf6, 0xcc, 0xbb, 0xd1, 0x6c, 0xc4, 0x48, 0x80, 0xff, 0x83, 0x94, 0x82, 0xe3, 0x76, 0x71,
];

fuzz_target!(|bytes: &[u8]| {
    let Some(([kind, split], rest)) = bytes.split_first_chunk() else {
        return;
    };
    let rest = &rest[..rest.len().min(0x8000)];
    let (payload, schema) = rest.split_at(rest.len().min(usize::from(*split)));
    let provider: [u8; 16] = schema.first_chunk().copied().unwrap_or_default();
    let id = schema.get(0x20..0x23).unwrap_or(&[0; 3]);
    let mut records = match kind & 3 {
        3 => event(
            &provider,
            [0xfe, 0xff, 0],
            0xfe,
            &[&[1, 0, 0, 0x5b, 1, 0, 0, 0], schema].concat(),
        ),
        2 => metadata(0x21, schema),
        _ => metadata(0x20, schema),
    };
    records.extend(event(&provider, [id[0], id[1], id[2]], 0, payload));
    let mut buffer = vec![0; 0x48];
    buffer[..4].copy_from_slice(&(0x48 + records.len() as u32).to_le_bytes());
    buffer[0x30..0x34].copy_from_slice(&(0x48 + records.len() as u32).to_le_bytes());
    buffer.extend(records);

    let trace = Trace::open(&buffer).expect("the buffer is sound");
    let mut scratch = Scratch::new();
    let mut collector = EmbeddedCollector::default();
    for span in &trace.buffers {
        trace.read_buffer(span, &mut scratch, &mut collector);
    }
    let embedded = collector.finish();
    for span in &trace.buffers {
        for record in trace.open_buffer(span, &mut scratch).records() {
            let record = record.expect("the records are sound");
            let reading = decode(
                &record,
                &[&embedded],
                &mut |name: &str, value: Value<'_>| {
                    black_box((name, value));
                },
            );
            assert!(reading.ending.left <= record.payload().len());
        }
    }
});

fn metadata(kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut record = vec![0; 0x30];
    record[2] = 0x14;
    record[3] = 0xc0;
    record[4] = kind;
    record[0x18..0x28].copy_from_slice(&METADATA);
    finish(record, payload)
}

fn event(
    provider: &[u8; 16],
    [low, high, version]: [u8; 3],
    opcode: u8,
    payload: &[u8],
) -> Vec<u8> {
    let mut record = vec![0; 0x50];
    record[2] = 0x13;
    record[3] = 0xc0;
    record[0x18..0x28].copy_from_slice(provider);
    record[0x28] = low;
    record[0x29] = high;
    record[0x2a] = version;
    record[0x2d] = opcode;
    if opcode == 0xfe {
        record[0x2e..0x30].copy_from_slice(&[0xfe, 0xff]);
    }
    finish(record, payload)
}

fn finish(mut record: Vec<u8>, payload: &[u8]) -> Vec<u8> {
    record.extend(payload);
    let size = record.len() as u16;
    record[..2].copy_from_slice(&size.to_le_bytes());
    record.resize(record.len().next_multiple_of(8), 0xff);
    record
}
