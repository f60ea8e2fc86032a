//! Walks trace files and prints counts and rates, one thread.
//!
//! Usage: `walk FILE…`. Each file is read until a second has passed, so small
//! files are in the cache and the rates are upper bounds.

#![expect(clippy::print_stdout, reason = "printing is what this example is for")]

use std::hint::black_box;
use std::time::Instant;

use joinscope_etl::{
    Damage, Header, Record, Scratch, Sink, Tally, Trace, TraceLogging, Value, xpress,
};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut all = Tally::default();
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        println!("{path}");
        match Trace::open(&bytes) {
            Ok(trace) => all.merge(report(&bytes, &trace)?),
            Err(error) => println!("  {error}"),
        }
    }
    println!("all: {} records", all.headers.records());
    Ok(())
}

fn report(bytes: &[u8], trace: &Trace<'_>) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    read(trace, &mut tally);
    println!("  {:?}", tally.headers);
    println!("  {} buffers, {:?}", trace.buffers.len(), trace.losses());
    println!("  damage {:?} {:?}", trace.damage, tally.damage);

    let mut raw = RawWalk::default();
    let seconds = seconds_of(|| {
        let trace = Trace::open(bytes)?;
        raw = RawWalk::default();
        read(&trace, &mut raw);
        Ok(())
    })?;
    println!(
        "  raw walk {:.1} M records/s, {:.2} GB/s",
        raw.records as f64 / seconds / 1e6,
        raw.bytes as f64 / seconds / 1e9
    );
    let mut decode = Decode::default();
    let seconds = seconds_of(|| {
        decode = Decode::default();
        read(trace, &mut decode);
        Ok(())
    })?;
    println!(
        "  TraceLogging: {} of {} records, {} fields, {} not complete; walk and decode {:.2} M events/s",
        decode.described,
        raw.records,
        decode.fields,
        decode.incomplete,
        decode.described as f64 / seconds / 1e6
    );
    expansion_rate(bytes, trace)?;
    Ok(tally)
}

/// Expands every compressed buffer and nothing else.
fn expansion_rate(bytes: &[u8], trace: &Trace<'_>) -> Result<(), Failure> {
    let mut streams = Vec::new();
    for span in trace
        .buffers
        .iter()
        .filter(|span| span.header.is_compressed())
    {
        let start = usize::try_from(span.offset)?;
        let length = usize::try_from(span.length)?;
        let filled = usize::try_from(span.filled)?.saturating_sub(0x48);
        let stream = bytes
            .get(start..start + length)
            .and_then(|buffer| buffer.get(0x48..));
        streams.push((stream.unwrap_or_default(), filled));
    }
    if streams.is_empty() {
        return Ok(());
    }
    let mut output = vec![0; 16 << 20];
    let seconds = seconds_of(|| {
        for (stream, filled) in &streams {
            black_box(xpress::expand(
                stream,
                output.get_mut(..*filled).unwrap_or_default(),
            ));
        }
        Ok(())
    })?;
    let expanded: usize = streams.iter().map(|(_, filled)| filled).sum();
    println!(
        "  XPRESS {:.2} GB/s expanded, {expanded} bytes",
        expanded as f64 / seconds / 1e9
    );
    Ok(())
}

fn read(trace: &Trace<'_>, sink: &mut impl Sink) {
    let mut scratch = Scratch::new();
    for span in &trace.buffers {
        trace.read_buffer(span, &mut scratch, sink);
    }
}

/// Seconds that one call takes, from as many as a second holds.
fn seconds_of(mut call: impl FnMut() -> Result<(), Failure>) -> Result<f64, Failure> {
    let started = Instant::now();
    let mut rounds = 0_u32;
    while started.elapsed().as_secs_f64() < 1.0 {
        call()?;
        rounds += 1;
    }
    Ok(started.elapsed().as_secs_f64() / f64::from(rounds))
}

/// Looks at each record's time and family and no more.
#[derive(Default)]
struct RawWalk {
    records: usize,
    bytes: usize,
    latest: i64,
}

impl Sink for RawWalk {
    fn record(&mut self, record: &Record<'_>) {
        self.records += 1;
        self.bytes += record.bytes().len();
        self.latest = self.latest.max(record.ticks().unwrap_or_default());
    }

    fn damage(&mut self, damage: Damage) {
        black_box(damage);
    }
}

/// Decodes each event that describes itself.
#[derive(Default)]
struct Decode {
    described: usize,
    incomplete: usize,
    fields: usize,
}

impl Sink for Decode {
    fn record(&mut self, record: &Record<'_>) {
        let Header::Event(event) = record.header() else {
            return;
        };
        let Some(described) = TraceLogging::of(event) else {
            return;
        };
        let ending = described.decode(&mut |name: &str, value: Value<'_>| {
            black_box((name, value));
            self.fields += 1;
        });
        self.described += 1;
        self.incomplete += usize::from(!ending.is_complete());
    }

    fn damage(&mut self, damage: Damage) {
        black_box(damage);
    }
}
