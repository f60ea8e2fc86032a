//! One number for everything that the reader says of trace files, to show that a change
//! made for speed changed nothing else.
//!
//! Usage: `digest FILE…`. Prints a digest for each file, and one of many damaged copies of
//! it: cut, and with bytes changed at places that a fixed generator chooses. Equal lines of
//! two revisions mean equal readings. The digests of two compilers may differ.

#![expect(clippy::print_stdout, reason = "printing is what this example is for")]

use std::hash::{DefaultHasher, Hash, Hasher};

use joinscope_etl::decode::Rung;
use joinscope_etl::header::event::Event;
use joinscope_etl::{
    Damage, EmbeddedCollector, EmbeddedSchemas, Fields, Header, Identity, KernelEvents, LogNote,
    Packet, ProviderTraits, Record, Scratch, Sink, Trace, TraceLogging, Value, decode,
};

/// Damaged copies of each file; fewer of large ones.
const COPIES: usize = 64;
/// Bytes that all copies of one file have together, at most.
const COPIED_BYTES: usize = 64 << 20;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut seed = 1;
    for path in std::env::args().skip(1) {
        let mut bytes = std::fs::read(&path)?;
        let whole = digest(&bytes);
        let copies = (COPIED_BYTES / bytes.len().max(1)).clamp(2, COPIES);
        let mut damaged = 0_u64;
        for copy in 0..copies {
            for _ in 0..=copy {
                let value = random(&mut seed);
                let place = usize::try_from(value >> 8)? % bytes.len().max(1);
                if let Some(byte) = bytes.get_mut(place) {
                    *byte = value.to_le_bytes()[0];
                }
            }
            let end = usize::try_from(random(&mut seed))? % bytes.len().max(1);
            let part = if copy % 2 == 0 {
                bytes.get(..end)
            } else {
                Some(&*bytes)
            };
            damaged = damaged.rotate_left(1) ^ digest(part.unwrap_or_default());
        }
        println!("{whole:016x} {damaged:016x} {path}");
    }
    Ok(())
}

/// The splitmix64 generator (public domain, by Sebastiano Vigna).
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

fn digest(bytes: &[u8]) -> u64 {
    let mut seen = Seen::default();
    match Trace::open(bytes) {
        Ok(trace) => {
            let mut collector = EmbeddedCollector::default();
            read(&trace, &mut collector);
            seen.schemas = collector.finish();
            for session in &trace.sessions {
                seen.note(&format!("{:?} {:?}", session.header, session.compression));
                seen.note(&format!("{:?} {:?}", session.buffer_size, session.buffers));
            }
            seen.note(&format!("{:?}", trace.buffers));
            seen.note(&format!("{:?} {:?}", trace.damage, trace.losses()));
            read(&trace, &mut seen);
        }
        Err(error) => seen.note(&format!("{error:?}")),
    }
    seen.hasher.finish()
}

fn read(trace: &Trace<'_>, sink: &mut impl Sink) {
    let mut scratch = Scratch::new();
    for span in &trace.buffers {
        trace.read_buffer(span, &mut scratch, sink);
    }
}

/// Hashes all that it is told.
#[derive(Default)]
struct Seen {
    hasher: DefaultHasher,
    schemas: EmbeddedSchemas,
}

impl Seen {
    fn note(&mut self, text: &str) {
        text.hash(&mut self.hasher);
    }

    fn event(&mut self, event: &Event<'_>) {
        let mut items = event.extended();
        for item in items.by_ref() {
            (item.kind, item.data).hash(&mut self.hasher);
        }
        (items.rest().len(), items.is_broken()).hash(&mut self.hasher);
        if let Some(described) = TraceLogging::of(event) {
            (described.name(), described.tags()).hash(&mut self.hasher);
            described.payload().hash(&mut self.hasher);
        }
        self.note(&format!("{:?}", ProviderTraits::of(event)));
    }
}

/// Hashes the fields of one payload, strings and items of arrays as they stand.
struct Values<'h>(&'h mut DefaultHasher);

impl Fields for Values<'_> {
    fn event(&mut self, identity: Identity<'_>) {
        format!("{identity:?}").hash(self.0);
    }

    fn field(&mut self, name: &str, value: Value<'_>) {
        name.hash(self.0);
        match value {
            Value::List(list) => {
                (list.len(), list.bytes()).hash(self.0);
                list.for_each(|item| format!("{item:?}").hash(self.0));
            }
            value => format!("{value:?}").hash(self.0),
        }
    }
}

impl Sink for Seen {
    fn record(&mut self, record: &Record<'_>) {
        self.note(&format!(
            "{:?} {:?} {:?} {:?}",
            record.family(),
            record.place(),
            record.raw_time(),
            record.ticks()
        ));
        self.note(&format!(
            "{:?} {:?} {:?} {:?} {:?} {:?}",
            record.provider(),
            record.id(),
            record.version(),
            record.level(),
            record.opcode(),
            record.group()
        ));
        self.note(&format!(
            "{:?} {:?} {:?} {:?} {:?}",
            record.process_id(),
            record.thread_id(),
            record.activity(),
            record.related_activity(),
            record.pointer_size()
        ));
        (record.bytes(), record.payload()).hash(&mut self.hasher);
        if let Header::Event(event) = record.header() {
            self.event(event);
        }
        let packet = Packet::of(record).map(|packet| Packet {
            frame: &[],
            ..packet
        });
        self.note(&format!("{packet:?} {:?}", LogNote::of(record)));
        let rungs: [&dyn Rung; 2] = [&self.schemas, &KernelEvents];
        let reading = decode(record, &rungs, &mut Values(&mut self.hasher));
        self.note(&format!("{reading:?}"));
    }

    fn damage(&mut self, damage: Damage) {
        self.note(&format!("{damage:?}"));
    }
}
