//! Writes the generated trace that `benches/peers-etl.sh` measures with, reads traces, and compares
//! one thread with two.
//!
//! `write FILE BYTES`, `read FILE raw|fields`, or `scaling MIB PAIRS`.

#[path = "../traces/mod.rs"]
mod traces;
#[path = "../walks/mod.rs"]
mod walks;

use std::error::Error;
use std::fs;
use std::time::Instant;

use rayon::prelude::*;
use samples::etl::{EtlEvent, EtlTrace, Field, Out, TraceLogging, Value, provider_guid_of};
use walks::{Depth, expand, on_threads, schemas, streams, walk};

const USAGE: &str = "write FILE BYTES, read FILE raw|fields, or scaling MIB PAIRS";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["write", path, bytes] => fs::write(path, plain(bytes.parse()?)?)?,
        ["read", path, "raw"] => read(&fs::read(path)?, Depth::Raw),
        ["read", path, "fields"] => read(&fs::read(path)?, Depth::BySchema),
        ["scaling", mebibytes, pairs] => scaling(mebibytes.parse::<usize>()? << 20, pairs.parse()?),
        _ => return Err(USAGE.into()),
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the counts are what is compared")]
fn read(bytes: &[u8], depth: Depth) {
    let schemas = schemas(bytes);
    let counts = on_threads(1, || walk(bytes, depth, &schemas));
    println!("{} {}", counts.records, counts.decoded);
}

/// Self-describing events of types that every peer can read.
fn plain(bytes: usize) -> Result<Vec<u8>, Box<dyn Error>> {
    let provider = provider_guid_of("Contoso.Device.Shell");
    let mut trace = EtlTrace::new();
    let mut number = 0_u32;
    while trace.size_bytes() < bytes && trace.fault().is_none() {
        number += 1;
        let schema = TraceLogging::new("PageNavigated")
            .field("Page", "DeviceJoinProgress")
            .field("Step", number)
            .with(Field::new("Result", Value::HexInt32(number % 9)).shown(Out::HResult))
            .field("Correlation", Value::Guid(provider.clone()))
            .field("Module", Value::Ansi("progress".to_owned()))
            .field("IsLast", Value::Bool(number.is_multiple_of(7)));
        trace
            .after(u64::from(number % 977))
            .event(EtlEvent::trace_logging(&provider, schema).process(4 * (number % 500), 8));
    }
    Ok(trace.into_bytes()?)
}

/// Prints how much faster two threads are than one, by medians of runs in turn. What bounds it is
/// the first row: work without memory, which also says whether others had a processor meanwhile.
fn scaling(size: usize, pairs: usize) {
    let halves = [1_u64, 2];
    compare("nothing but work", pairs, || {
        (halves.par_iter().map(|seed| spin(*seed)).sum(), 0)
    });
    let varied = traces::varied(size);
    let self_described = traces::self_described(size);
    let by_schema = traces::by_schema(size);
    let packed = traces::packed(size);
    for (name, bytes, depth) in [
        ("raw", &varied, Depth::Raw),
        ("tracelogging", &self_described, Depth::SelfDescribed),
        ("schema", &by_schema, Depth::BySchema),
        ("compressed", &packed, Depth::Raw),
    ] {
        let schemas = schemas(bytes);
        compare(name, pairs, || {
            let counts = walk(bytes, depth, &schemas);
            (counts.values, counts.records)
        });
    }
    let streams = streams(&packed);
    compare("xpress (bytes)", pairs, || {
        let bytes = expand(&streams) as u64;
        (bytes, bytes)
    });
}

fn spin(seed: u64) -> u64 {
    (0..10_000_000).fold(seed, |mixed: u64, round| {
        (mixed ^ mixed >> 29).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ round
    })
}

/// The work gives what must be equal, and how much it was.
#[expect(clippy::print_stdout, reason = "the figures are what is asked for")]
fn compare(name: &str, pairs: usize, work: impl Fn() -> (u64, u64) + Sync) {
    let mut seconds = [const { Vec::new() }; 2];
    let expected = on_threads(1, &work);
    for _ in 0..pairs {
        for (threads, seconds) in (1..).zip(&mut seconds) {
            // The pool is started before the clock is.
            let (found, taken) = on_threads(threads, || {
                let started = Instant::now();
                (work(), started.elapsed().as_secs_f64())
            });
            assert_eq!(found, expected, "{name}");
            seconds.push(taken);
        }
    }
    let [one, two] = seconds.map(|mut seconds| {
        seconds.sort_by(f64::total_cmp);
        seconds[seconds.len() / 2]
    });
    let amount = expected.1 as f64 / 1e6;
    println!(
        "  {name:16} {:8.2} {:8.2} {:6.2} {:10.1} {:10.1}",
        one * 1e3,
        two * 1e3,
        one / two,
        amount / one,
        amount / two
    );
}
