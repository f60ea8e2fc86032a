//! Traces from any bytes: every buffer is opened, every record asked everything, and what
//! comes out must be consistent; the index is the same for any pieces.

#![no_main]

use std::hint::black_box;

use joinscope_etl::frames::MAX_FRAME;
use joinscope_etl::{
    BUFFER_HEADER_SIZE, EmbeddedCollector, Frames, KernelEvents, OrderKey, Packet, Scan, Scratch,
    Sink, Tally, Trace, TraceIndex, Value, begins_trace, decode, merge_by_time, streams,
};
use libfuzzer_sys::fuzz_target;

/// The index from pieces whose size the input says.
fn from_pieces(bytes: &[u8]) -> joinscope_etl::Result<TraceIndex> {
    let size = bytes.last().map_or(1, |last| 1 + 37 * usize::from(*last));
    let mut scan = Scan::new();
    let mut window = Vec::new();
    for piece in bytes.chunks(size) {
        window.extend_from_slice(piece);
        window.drain(..scan.add(&window));
        assert!(scan.wants() > window.len());
    }
    scan.add_last(&window);
    scan.finish()
}

fuzz_target!(|bytes: &[u8]| {
    let index = Trace::open(bytes).map(Trace::into_index);
    assert_eq!(format!("{:?}", from_pieces(bytes)), format!("{index:?}"));
    let Ok(trace) = Trace::open(bytes) else {
        assert!(!begins_trace(bytes));
        return;
    };
    assert!(!trace.sessions.is_empty());
    let length = bytes.len() as u64;
    let mut end = 0;
    for span in &trace.buffers {
        assert!(span.offset >= end, "buffers do not overlap");
        end = span.offset + u64::from(span.length);
        assert!(end <= length);
    }
    assert!(trace.damage.iter().all(|damage| damage.offset <= length));
    for loss in trace.losses() {
        black_box(loss.missing_buffers());
    }

    let mut scratch = Scratch::new();
    let mut collector = EmbeddedCollector::default();
    for span in &trace.buffers {
        trace.read_buffer(span, &mut scratch, &mut collector);
    }
    let embedded = collector.finish();
    let mut tally = Tally::default();
    let mut keyed = Vec::new();
    for stream in streams(&trace) {
        let mut keys = Vec::new();
        let mut before = None;
        for index in stream {
            let buffer = trace.open_buffer(&trace.buffers[index], &mut scratch);
            let mut inside = BUFFER_HEADER_SIZE;
            for record in buffer.records() {
                let record = match record {
                    Ok(record) => record,
                    Err(damage) => {
                        tally.damage(damage);
                        continue;
                    }
                };
                let place = record.place().inside as usize;
                assert!(place >= inside, "records do not overlap");
                inside = place + record.bytes().len();
                assert!(inside <= BUFFER_HEADER_SIZE + buffer.data().len());
                assert!(record.payload().len() <= record.bytes().len());
                tally.record(&record);
                let key = OrderKey::of(&record, before);
                before = Some(key);
                keys.push((key, ()));
                let reading = decode(
                    &record,
                    &[&embedded, &KernelEvents],
                    &mut |name: &str, value: Value<'_>| {
                        black_box(name);
                        if let Value::List(list) = value {
                            let mut items = 0;
                            list.for_each(|item| {
                                black_box(item);
                                items += 1;
                            });
                            assert_eq!(items, list.len());
                        }
                    },
                );
                assert!(reading.ending.left <= record.payload().len());
                black_box((record.pointer_size(), record.related_activity()));
                black_box(Packet::of(&record));
            }
        }
        keyed.push(keys);
    }
    let merged: Vec<_> = merge_by_time(keyed).map(|(key, ())| key).collect();
    assert!(merged.is_sorted());
    assert_eq!(merged.len() as u64, tally.headers.records());

    let mut frames = Frames::of(&trace);
    for frame in frames.by_ref() {
        assert!(frame.bytes.len() <= MAX_FRAME);
        let original = frame.original_length.map(|length| length as usize);
        assert!(original.is_none_or(|length| length >= frame.bytes.len()));
    }
    let counts = frames.counts();
    let used = counts.frames + counts.folded + counts.orphans + counts.unreadable;
    assert!(used <= counts.records);
    assert!(counts.frames >= counts.drops && counts.frames >= counts.unfinished);
});
