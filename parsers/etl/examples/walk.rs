//! Walks trace files and prints counts and rates, one thread.
//!
//! Usage: `walk FILE…`. Each file is read until a second has passed, so small
//! files are in the cache and the rate is an upper bound.

#![expect(clippy::print_stdout, reason = "printing is what this example is for")]

use std::time::Instant;

use joinscope_etl::{Scratch, Tally, Trace};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        let tally = match walk(&bytes) {
            Ok(tally) => tally,
            Err(error) => {
                println!("{path}: {error}");
                continue;
            }
        };
        let trace = Trace::open(&bytes)?;
        let started = Instant::now();
        let mut rounds = 0_u32;
        while started.elapsed().as_secs_f64() < 1.0 {
            walk(&bytes)?;
            rounds += 1;
        }
        let seconds = started.elapsed().as_secs_f64() / f64::from(rounds);
        let records = tally.headers.records();
        println!("{path}");
        println!("  {:?}", tally.headers);
        println!(
            "  {} buffers, losses {:?}, damage {:?} {:?}",
            trace.buffers.len(),
            trace.losses(),
            trace.damage,
            tally.damage
        );
        println!(
            "  walk {:.1} M records/s, {:.2} GB/s",
            records as f64 / seconds / 1e6,
            bytes.len() as f64 / seconds / 1e9
        );
    }
    Ok(())
}

fn walk(bytes: &[u8]) -> joinscope_etl::Result<Tally> {
    let trace = Trace::open(bytes)?;
    let mut tally = Tally::default();
    let mut scratch = Scratch::new();
    for span in &trace.buffers {
        trace.read_buffer(span, &mut scratch, &mut tally);
    }
    Ok(tally)
}
