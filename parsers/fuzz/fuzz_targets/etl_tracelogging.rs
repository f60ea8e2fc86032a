//! TraceLogging descriptions and payloads from any bytes, behind a sound event header.

#![no_main]

use std::hint::black_box;

use joinscope_etl::{Header, ProviderTraits, TraceLogging, Value};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(([length, kind], rest)) = bytes.split_first_chunk() else {
        return;
    };
    let (metadata, payload) = rest.split_at(rest.len().min(usize::from(*length)));
    let mut record = vec![0; 0x50];
    record[2] = 0x12 + (kind & 1);
    record[3] = 0xc0;
    record[4] = 1;
    let size = 8 + (metadata.len() + 2).next_multiple_of(8);
    let mut item = vec![0; size];
    item[0] = size as u8;
    item[1] = (size >> 8) as u8;
    item[2] = 11 + (kind >> 1 & 1);
    item[6] = (metadata.len() + 2) as u8;
    item[7] = ((metadata.len() + 2) >> 8) as u8;
    item[8] = item[6];
    item[9] = item[7];
    item[10..10 + metadata.len()].copy_from_slice(metadata);
    record.extend(item);
    record.extend(payload);
    let Some(Header::Event(event)) = Header::parse(&record) else {
        panic!("the header is sound");
    };
    assert_eq!(event.payload(), payload);
    black_box(ProviderTraits::of(&event));
    let Some(described) = TraceLogging::of(&event) else {
        return;
    };
    let mut fields = 0_usize;
    let ending = described.decode(&mut |name: &str, value: Value<'_>| {
        black_box(name);
        fields += 1;
        if let Value::List(list) = value {
            let mut items = 0;
            list.for_each(|item| {
                black_box(item);
                items += 1;
            });
            assert_eq!(items, list.len());
        }
    });
    assert!(ending.left <= payload.len());
    assert!(fields <= (payload.len() + metadata.len()) * 4);
});
