//! What is measured of traces: opening one and reading all of its buffers, on a pool of threads.
//!
//! Buffers are the pieces of work; each thread expands into room of its own. Whatever the number of
//! threads, the counts are the same, which every measurement checks first.

use std::hint::black_box;
use std::ops::Add;

use joinscope_etl::{
    BUFFER_HEADER_SIZE, Damage, EmbeddedCollector, EmbeddedSchemas, Header, Record, Rung, Scratch,
    Sink, Trace, TraceLogging, Value, decode, xpress,
};
use rayon::prelude::*;

/// How much of a record is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Its bounds, its family and its time.
    Raw,
    /// Also every field of an event that describes itself.
    SelfDescribed,
    /// Also every field of an event that itself or a schema in the trace describes.
    BySchema,
}

/// What a walk met.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) records: u64,
    /// Bytes of the records, expanded.
    pub(crate) bytes: u64,
    /// Events with fields.
    pub(crate) decoded: u64,
    /// Fields and items of arrays.
    pub(crate) values: u64,
    pub(crate) latest: i64,
    pub(crate) damages: u64,
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            records: self.records + other.records,
            bytes: self.bytes + other.bytes,
            decoded: self.decoded + other.decoded,
            values: self.values + other.values,
            latest: self.latest.max(other.latest),
            damages: self.damages + other.damages,
        }
    }
}

/// The schemas that a trace carries.
pub(crate) fn schemas(bytes: &[u8]) -> EmbeddedSchemas {
    let trace = opened(bytes);
    let mut collector = EmbeddedCollector::default();
    let mut scratch = Scratch::new();
    for span in &trace.buffers {
        trace.read_buffer(span, &mut scratch, &mut collector);
    }
    collector.finish()
}

/// Opens a trace and reads all of it on the current pool.
pub(crate) fn walk(bytes: &[u8], depth: Depth, schemas: &EmbeddedSchemas) -> Counts {
    let trace = opened(bytes);
    trace
        .buffers
        .par_iter()
        .map_init(Scratch::new, |scratch, span| {
            let mut reading = Reading {
                depth,
                schemas,
                counts: Counts::default(),
            };
            trace.read_buffer(span, scratch, &mut reading);
            reading.counts
        })
        .reduce(Counts::default, Add::add)
}

/// The compressed streams of a trace, each with the bytes that it expands to.
pub(crate) fn streams(bytes: &[u8]) -> Vec<(&[u8], usize)> {
    let place = |at| usize::try_from(at).expect("a file in memory has places that fit");
    opened(bytes)
        .buffers
        .iter()
        .filter(|span| span.header.is_compressed())
        .map(|span| {
            let start = place(span.offset) + BUFFER_HEADER_SIZE;
            let end = place(span.offset) + place(u64::from(span.length));
            let filled = place(u64::from(span.filled)) - BUFFER_HEADER_SIZE;
            (&bytes[start..end], filled)
        })
        .collect()
}

/// Expands streams on the current pool and gives the bytes that came out.
pub(crate) fn expand(streams: &[(&[u8], usize)]) -> usize {
    let most = streams.iter().map(|(_, filled)| *filled).max().unwrap_or(0);
    streams
        .par_iter()
        .map_init(
            || vec![0; most],
            |room, (stream, filled)| xpress::expand(stream, &mut room[..*filled]).produced,
        )
        .sum()
}

/// Runs on a pool of so many threads.
pub(crate) fn on_threads<T: Send>(count: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(count)
        .build()
        .expect("a few threads can be started");
    pool.install(work)
}

fn opened(bytes: &[u8]) -> Trace<'_> {
    Trace::open(bytes).expect("what is measured are traces")
}

struct Reading<'s> {
    depth: Depth,
    schemas: &'s EmbeddedSchemas,
    counts: Counts,
}

impl Reading<'_> {
    fn fields(&mut self, record: &Record<'_>) {
        let mut values = 0;
        let mut field = |name: &str, value: Value<'_>| {
            values += 1;
            if let Value::List(list) = value {
                list.for_each(|item| {
                    black_box(item);
                    values += 1;
                });
            }
            black_box((name, value));
        };
        if self.depth == Depth::BySchema {
            let rungs: [&dyn Rung; 1] = [self.schemas];
            black_box(decode(record, &rungs, &mut field));
        } else if let Header::Event(event) = record.header()
            && let Some(described) = TraceLogging::of(event)
        {
            black_box(described.decode(&mut field));
        }
        self.counts.values += values;
        self.counts.decoded += u64::from(values > 0);
    }
}

impl Sink for Reading<'_> {
    fn record(&mut self, record: &Record<'_>) {
        self.counts.records += 1;
        self.counts.bytes += record.bytes().len() as u64;
        self.counts.latest = self.counts.latest.max(record.ticks().unwrap_or_default());
        black_box(record.family());
        if self.depth != Depth::Raw {
            self.fields(record);
        }
    }

    fn damage(&mut self, damage: Damage) {
        black_box(damage);
        self.counts.damages += 1;
    }
}
