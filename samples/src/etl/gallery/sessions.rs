//! Samples of sessions: clocks, processors, pointer widths, endings, losses, packing.
//!
//! All hold the same kind of event, numbered in its one field, a millisecond apart.

use super::super::packing::{Compression, Packing};
use super::super::{
    BufferKind, BufferMark, Clock, Closure, Era, EtlEvent, EtlTrace, PointerSize, Tail, TimeZone,
};
use super::{Counts, Sample, events, sample};

const PROVIDER: &str = "6f2a1c58-0d3b-4e8a-9b57-2f40d1c7a966";
const MILLISECOND: u64 = 10_000;

pub(super) fn samples() -> Vec<Sample> {
    [clocks(), shapes(), endings(), packed()].concat()
}

/// Appends events numbered from `first` on.
fn number(trace: &mut EtlTrace, first: u32, count: u32) {
    for number in first..first + count {
        trace.after(MILLISECOND).event(
            EtlEvent::manifest(PROVIDER, 7)
                .process(4242, 77)
                .field(number),
        );
    }
}

fn clocks() -> Vec<Sample> {
    let clock = |name, clock| {
        sample(name, events(2, 50), |trace| {
            number(trace.clock(clock), 0, 50);
        })
    };
    vec![
        clock("clock-qpc-10mhz", Clock::qpc(10_000_000)),
        clock("clock-qpc-odd", Clock::qpc(2_994_853)),
        clock("clock-system-time", Clock::SystemTime),
        clock("clock-cpu-cycles", Clock::CpuCycles { mhz: 2808 }),
    ]
}

/// An event takes 88 bytes here, so a buffer of 8192 bytes holds 92.
fn shapes() -> Vec<Sample> {
    vec![
        sample("empty", events(1, 0), |_| {}),
        sample("four-cpus", events(9, 600), |trace| {
            number(trace.cpus(4), 0, 600);
        }),
        sample("pointers-32", events(2, 50), |trace| {
            number(trace.pointer_size(PointerSize::Bits32), 0, 50);
        }),
        sample("windows-7", events(4, 100), |trace| {
            number(trace.era(Era::Windows7).cpus(3), 0, 100);
        }),
        sample("cpu-300", events(2, 10), |trace| {
            number(trace.cpus(320).cpu(300), 0, 10);
        }),
        sample("small-buffers", events(41, 40), |trace| {
            trace.buffer_size(1024);
            for first in 0..40 {
                number(trace, first, 1);
                trace.flush();
            }
        }),
        sample("wide-buffers", events(2, 500), |trace| {
            trace.buffer_size(2 << 20).shared_buffers();
            number(trace, 0, 500);
        }),
        sample("time-zone", events(2, 50), |trace| {
            number(trace.time_zone(TimeZone::central_europe()), 0, 50);
        }),
        sample("kinds-of-buffers", events(4, 30), |trace| {
            for (first, kind) in [
                (0, BufferKind::Rundown),
                (10, BufferKind::Batched),
                (20, BufferKind::Generic),
            ] {
                number(trace, first, 10);
                trace.next_kind(kind).flush();
            }
        }),
    ]
}

fn endings() -> Vec<Sample> {
    vec![
        sample("running", events(4, 200), |trace| {
            number(trace.closure(Closure::Running), 0, 200);
        }),
        sample("zero-tail", events(4, 200), |trace| {
            trace.closure(Closure::Running).tail(Tail::ZeroBuffers(3));
            number(trace, 0, 200);
        }),
        sample("blank-tail", events(4, 200), |trace| {
            trace.closure(Closure::Running).tail(Tail::BlankBuffers(2));
            number(trace, 0, 200);
        }),
        // Eleven buffers of 92 events were written; the last four survive: 644 to 999.
        sample("circular", events(5, 356), |trace| {
            number(trace.circular(5), 0, 1000);
        }),
        sample("holes", events(3, 100), |trace| {
            trace.lost(3, 2);
            number(trace, 0, 50);
            trace.mark_next(BufferMark::EventsLost).flush();
            trace.skip_sequence(2);
            number(trace, 50, 50);
            trace.mark_next(BufferMark::BufferLost);
        }),
        sample(
            "appended",
            Counts {
                system: 2,
                ..events(4, 100)
            },
            |trace| {
                let mut second = EtlTrace::new();
                second
                    .buffer_size(8192)
                    .start("2026-03-03T09:30:00Z")
                    .counter_at_start(77_000);
                number(&mut second, 50, 50);
                number(trace, 0, 50);
                trace.append(&second);
            },
        ),
        sample("relogged", events(2, 50), |trace| {
            number(trace.relogged(), 0, 50);
        }),
    ]
}

fn packed() -> Vec<Sample> {
    let packed = |name, compression| {
        sample(name, events(4, 200), |trace| {
            number(trace.compressed(compression), 0, 200);
        })
    };
    vec![
        packed("packed-xpress", Compression::Xpress),
        packed("packed-lznt1", Compression::Lznt1),
        packed("packed-huffman", Compression::XpressHuffman),
        sample("packed-mixed", events(5, 40), |trace| {
            trace.compressed(Compression::Xpress);
            for (first, packing) in [
                (0, Packing::Xpress),
                (10, Packing::XpressLiterals),
                (20, Packing::Plain),
                (30, Packing::Trimmed),
            ] {
                number(trace, first, 10);
                trace.packing(packing).flush();
            }
        }),
    ]
}
