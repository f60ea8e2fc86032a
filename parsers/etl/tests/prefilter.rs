//! What a prefilter takes, by provider and time, and which buffers it leaves unopened.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::ops::Range;

use joinscope_etl::{Prefilter, Scratch, Trace};
use joinscope_wire::Guid;
use samples::etl::{Clock, EtlEvent, EtlTrace, KernelRecord, WppMessage};

const FIRST: &str = "6f2a1c58-0d3b-4e8a-9b57-2f40d1c7a966";
const SECOND: &str = "8f2f6f0a-5c1e-4f0b-9d63-b3a1c6a4e210";
/// 2026-03-02T08:00:00Z.
const START: i64 = 134_169_120_000_000_000;

fn guid(text: &str) -> Guid {
    text.parse().unwrap()
}

fn at(window: Range<i64>) -> Range<i64> {
    START + window.start..START + window.end
}

/// How many records of data buffers a filter takes, and how many of these buffers it opens.
fn taken(trace: &EtlTrace, filter: &Prefilter) -> (usize, usize) {
    let file = trace.to_bytes().unwrap();
    let trace = Trace::open(&file).unwrap();
    let mut scratch = Scratch::new();
    let (mut records, mut buffers) = (0, 0);
    for span in &trace.buffers[1..] {
        if !filter.takes_buffer(&trace, span) {
            continue;
        }
        buffers += 1;
        let buffer = trace.open_buffer(span, &mut scratch);
        records += buffer
            .records()
            .flatten()
            .filter(|record| filter.takes(record))
            .count();
    }
    (records, buffers)
}

#[test]
fn providers() {
    let mut trace = EtlTrace::new();
    trace
        .event(EtlEvent::manifest(FIRST, 1))
        .event(EtlEvent::manifest(FIRST, 2))
        .event(EtlEvent::manifest(SECOND, 1))
        .event(WppMessage::new(SECOND, 10))
        .event(KernelRecord::new(0x0F, 0x33));
    let check = |filter: &Prefilter, expected: usize| {
        assert_eq!(taken(&trace, filter).0, expected, "{filter:?}");
    };
    check(&Prefilter::default(), 5);
    check(&Prefilter::only([guid(FIRST)]), 2);
    check(&Prefilter::only([guid(FIRST), guid(SECOND)]), 4);
    check(&Prefilter::only([]), 0);
    check(&Prefilter::except([guid(FIRST)]), 3);
    check(&Prefilter::except([guid(SECOND)]), 3);
    check(&Prefilter::except([]), 5);
}

/// Events 1 to 40 ticks after the start, four in a buffer.
fn forty() -> EtlTrace {
    let mut trace = EtlTrace::new();
    trace.buffer_size(512);
    for _ in 0..10 {
        for _ in 0..4 {
            trace.after(1).event(EtlEvent::manifest(FIRST, 1));
        }
        trace.flush();
    }
    trace
}

#[test]
fn times() {
    let check = |trace: &EtlTrace, window: Range<i64>, expected: (usize, usize)| {
        let filter = Prefilter::only([guid(FIRST)]).within(at(window.clone()));
        assert_eq!(taken(trace, &filter), expected, "{window:?}");
    };
    check(&forty(), 0..1_000, (40, 10));
    check(&forty(), 9..11, (2, 8));
    check(&forty(), 8..9, (1, 9));
    check(&forty(), 40..41, (1, 1));
    check(&forty(), 41..50, (0, 0));
    check(&forty(), -10..0, (0, 10));
    // A merge has its flush times by another clock, and a system clock can be set back.
    check(forty().relogged(), 40..41, (1, 10));
    let mut by_system_clock = EtlTrace::new();
    by_system_clock.clock(Clock::SystemTime).buffer_size(512);
    by_system_clock.after(1).event(EtlEvent::manifest(FIRST, 1));
    check(&by_system_clock, 2..9, (0, 1));
}

#[test]
fn what_has_no_time_lies_in_no_window() {
    let mut trace = EtlTrace::new();
    trace.event(WppMessage::new(FIRST, 10).without_time());
    let window = Prefilter::default().within(i64::MIN..i64::MAX);
    assert_eq!(taken(&trace, &window), (0, 1));
    assert_eq!(taken(&trace, &Prefilter::default()), (1, 1));
}
