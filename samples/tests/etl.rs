//! Structural facts of written traces, each recomputed here from the bytes alone.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a conversion that fails is a test that fails"
)]

#[path = "etl/records.rs"]
mod records;
#[path = "etl/walk.rs"]
mod walk;

use samples::etl::{
    Clock, Compression, Counts, EtlError, EtlEvent, EtlTrace, Mix, PointerSize, Sample, TimeZone,
    samples,
};
use walk::{Buffer, index, number, walk};

const PROVIDER: &str = "6f2a1c58-0d3b-4e8a-9b57-2f40d1c7a966";
/// 2026-03-02T08:00:00Z.
const START: u64 = 134_169_120_000_000_000;

fn find(name: &str) -> Sample {
    samples()
        .into_iter()
        .find(|sample| sample.name == name)
        .unwrap()
}

fn bytes(name: &str) -> Vec<u8> {
    find(name).trace.to_bytes().unwrap()
}

fn count(buffers: &[Buffer], family: &str) -> usize {
    let records = buffers.iter().flat_map(|buffer| &buffer.records);
    records.filter(|record| record.family == family).count()
}

/// The numbers in the first field of the events, in file order.
fn numbers(buffers: &[Buffer]) -> Vec<u64> {
    let records = buffers.iter().flat_map(|buffer| &buffer.records);
    let events = records.filter(|record| record.family == "event");
    events.map(|event| event.number(0x50, 4)).collect()
}

#[test]
fn every_sample_holds_what_it_says() {
    for Sample {
        name,
        trace,
        counts,
    } in samples()
    {
        let file = trace.to_bytes().unwrap();
        let buffers = walk(&file);
        let found = Counts {
            buffers: buffers.len(),
            system: count(&buffers, "system"),
            compact: count(&buffers, "compact"),
            perf_info: count(&buffers, "perfinfo"),
            full: count(&buffers, "full"),
            instance: count(&buffers, "instance"),
            event: count(&buffers, "event"),
            message: count(&buffers, "message"),
            error: count(&buffers, "error"),
            unknown: count(&buffers, "unknown"),
        };
        assert_eq!(found, counts, "{name}");
        assert_eq!(
            trace.to_bytes().unwrap(),
            file,
            "{name}: same input, same bytes"
        );
        check_buffers(name, &buffers);
    }
}

/// What holds in every file: the header first, and time and number ascending on each processor.
fn check_buffers(name: &str, buffers: &[Buffer]) {
    assert_eq!((buffers[0].kind, buffers[0].sequence), (4, 0), "{name}");
    assert_eq!(buffers[0].flags & 1, 1, "{name}: flush marker");
    for buffer in &buffers[1..] {
        let times = buffer.records.iter().filter_map(|record| record.ticks);
        let times: Vec<u64> = times.collect();
        assert!(times.is_sorted(), "{name}");
        if name != "relogged" && name != "merged" {
            assert_eq!(
                times.iter().max(),
                Some(&buffer.flushed_at),
                "{name}: flush time"
            );
        }
    }
    if name != "circular" && name != "appended" {
        for cpu in 0..4 {
            let of_cpu = buffers[1..].iter().filter(|buffer| buffer.cpu == cpu);
            assert!(of_cpu.map(|buffer| buffer.sequence).is_sorted(), "{name}");
        }
    }
}

/// Where fields of the log file header stand, counted from the file's start, in the two widths.
fn check_log_header(file: &[u8], pointer: u64, expected: &[(usize, usize, u64)]) {
    let base = 0x48 + 0x20;
    let shift = if pointer == 4 { 8 } else { 0 };
    assert_eq!(number(file, base + 0x2C, 4), pointer, "pointer size");
    assert_eq!(
        number(file, 0x48, 8) & 0xFFFF_FFFF,
        if pointer == 4 {
            0xC001_0002
        } else {
            0xC002_0002
        }
    );
    for (at, width, expected) in expected {
        let place = base + at - if *at > 0x38 { shift } else { 0 };
        assert_eq!(number(file, place, *width), *expected, "{at:#x}");
    }
}

#[test]
fn the_log_file_header_tells_the_session() {
    for (pointer, bytes_wide) in [(PointerSize::Bits64, 8), (PointerSize::Bits32, 4)] {
        let mut trace = EtlTrace::new();
        trace
            .pointer_size(pointer)
            .buffer_size(4096)
            .cpus(3)
            .clock(Clock::qpc(3_000_000))
            .counter_at_start(1_000_000)
            .start("2026-03-02T10:00:00Z")
            .boot("2026-03-01T06:00:00Z")
            .end("2026-03-02T10:05:00Z")
            .os([10, 0], 26_100)
            .hardware(156_001, 2995)
            .lost(4, 5)
            .mode(0x0800_0000)
            .time_zone(TimeZone::central_europe())
            .names("Contoso Logger", "C:\\t.etl")
            .event(EtlEvent::manifest(PROVIDER, 1));
        let file = trace.to_bytes().unwrap();
        let ten = START + 2 * 36_000_000_000;
        check_log_header(
            &file,
            bytes_wide,
            &[
                (0x00, 4, 4096),
                (0x04, 4, 0x0501_000A),
                (0x08, 4, 26_100),
                (0x0C, 4, 3),
                (0x10, 8, ten + 3_000_000_000),
                (0x18, 4, 156_001),
                (0x1C, 4, 0),
                (0x20, 4, 0x0800_0001),
                (0x24, 4, 2),
                (0x30, 4, 4),
                (0x34, 4, 2995),
                (0x48, 4, 0xFFFF_FFC4),
                (0xF8, 8, ten - 28 * 36_000_000_000),
                (0x100, 8, 3_000_000),
                (0x108, 8, ten),
                (0x110, 4, 1),
                (0x114, 4, 5),
            ],
        );
        let names = "Contoso Logger\0C:\\t.etl\0";
        let names: Vec<u8> = names.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let at = 0x48 + 0x20 + if bytes_wide == 8 { 0x118 } else { 0x110 };
        assert_eq!(file[at..at + names.len()], names);
        assert_eq!(number(&file, 0x48 + 4, 2), (at + names.len() - 0x48) as u64);
        assert_eq!(
            number(&file, 0x48 + 0x10, 8),
            1_000_000,
            "ticks at the start"
        );
        // Winter bias, names of 64 bytes, dates of 16, then the summer bias.
        let zone = 0x48 + 0x20 + if bytes_wide == 8 { 0x48 } else { 0x40 };
        assert_eq!(number(&file, zone + 168, 4), 0xFFFF_FFC4, "summer bias");
        assert_eq!(
            number(&file, zone + 4 + 64 + 2, 2),
            10,
            "month of winter time"
        );
    }
}

#[test]
fn versions_say_what_is_unusual() {
    let version = |name| number(&bytes(name), 0x48 + 0x20 + 4, 4);
    assert_eq!(version("four-cpus"), 0x0501_000A);
    assert_eq!(version("windows-7"), 0x0501_0106);
    assert_eq!(version("packed-xpress"), 0x0002_000A);
    assert_eq!(version("wide-buffers"), 0x0002_000A);
    assert_eq!(version("cpu-300"), 0x0002_000A);
}

/// Moments of the events, by the clock of the log file header.
fn moments(file: &[u8]) -> Vec<u64> {
    let base = 0x48 + 0x20;
    let buffers = walk(file);
    let origin = buffers[0].records[0].ticks.unwrap();
    let (frequency, start) = (number(file, base + 0x100, 8), number(file, base + 0x108, 8));
    let mhz = number(file, base + 0x34, 4);
    let records = buffers[1..].iter().flat_map(|buffer| &buffer.records);
    let elapsed = records.map(|record| record.ticks.unwrap() - origin);
    elapsed
        .map(|ticks| match number(file, base + 0x110, 4) {
            1 => start + ticks * 10_000_000 / frequency,
            2 => start + ticks,
            3 => start + ticks * 10 / mhz,
            other => panic!("clock {other}"),
        })
        .collect()
}

#[test]
fn every_clock_gives_the_same_times() {
    let expected: Vec<u64> = (1..=50).map(|n| START + n * 10_000).collect();
    for name in ["clock-qpc-10mhz", "clock-system-time", "clock-cpu-cycles"] {
        assert_eq!(moments(&bytes(name)), expected, "{name}");
    }
    // A counter of 3 MHz cannot tell 100 ns apart: three of them are one tick.
    for (found, expected) in moments(&bytes("clock-qpc-odd")).iter().zip(&expected) {
        assert!(found.abs_diff(*expected) <= 3, "{found} {expected}");
    }
}

#[test]
fn processors_fill_buffers_of_their_own() {
    let buffers = walk(&bytes("four-cpus"));
    for buffer in &buffers[1..] {
        let numbers = buffer.records.iter().map(|record| record.number(0x50, 4));
        assert!(numbers.clone().all(|number| number % 4 == buffer.cpu));
        assert!(numbers.is_sorted());
    }
    let mut all = numbers(&buffers);
    assert!(!all.is_sorted(), "interleaved");
    all.sort_unstable();
    assert_eq!(all, (0..600).collect::<Vec<u64>>());
    let wide = walk(&bytes("cpu-300"));
    assert_eq!((wide[1].cpu, wide[1].flags & 0x20), (300, 0x20));
}

#[test]
fn windows_7_writes_processors_as_a_byte() {
    let file = bytes("windows-7");
    let buffers = walk(&file);
    assert_eq!(
        buffers.iter().map(|buffer| buffer.cpu).collect::<Vec<_>>(),
        [0, 0, 1, 2]
    );
    assert!(buffers.iter().all(|buffer| buffer.flags & 0x20 == 0));
    assert_eq!(number(&file, 3 * 8192 + 0x28, 2), 0x0802);
    assert_eq!(number(&file, 4, 4), 0, "the header's first fill level");
    assert_ne!(number(&file, 0x30, 4), 0);
}

#[test]
fn a_full_file_overwrites_its_oldest_buffer() {
    let file = bytes("circular");
    let buffers = walk(&file);
    let sequences: Vec<u64> = buffers.iter().map(|buffer| buffer.sequence).collect();
    assert_eq!(sequences, [0, 9, 10, 11, 8]);
    let mut numbers = numbers(&buffers);
    numbers.sort_unstable();
    assert_eq!(numbers, (644..1000).collect::<Vec<u64>>());
    check_log_header(&file, 8, &[(0x20, 4, 2), (0x1C, 4, 1), (0x24, 4, 12)]);
}

#[test]
fn endings() {
    let end_and_count = |name| {
        let file = bytes(name);
        (number(&file, 0x78, 8), number(&file, 0x8C, 4))
    };
    assert_eq!(end_and_count("four-cpus"), (START + 600 * 10_000, 9));
    assert_eq!(end_and_count("running"), (0, 0));
    let tail = |name, buffers: usize, value: u8| {
        let file = bytes(name);
        assert_eq!(file.len(), (4 + buffers) * 8192);
        assert!(file[4 * 8192..].iter().all(|byte| *byte == value));
    };
    tail("zero-tail", 3, 0);
    tail("blank-tail", 2, 0xFF);
    let marked = |name: &str| walk(&bytes(name)).last().unwrap().flags & 1;
    assert_eq!((marked("four-cpus"), marked("running")), (1, 0));
}

#[test]
fn losses_leave_holes_and_marks() {
    let file = bytes("holes");
    let buffers = walk(&file);
    let found: Vec<(u64, u64)> = buffers
        .iter()
        .map(|buffer| (buffer.sequence, buffer.flags & 6))
        .collect();
    assert_eq!(found, [(0, 0), (1, 2), (4, 4)]);
    check_log_header(&file, 8, &[(0x30, 4, 3), (0x114, 4, 2)]);
}

#[test]
fn an_appended_session_has_a_header_of_its_own() {
    let file = bytes("appended");
    let buffers = walk(&file);
    let kinds: Vec<u64> = buffers.iter().map(|buffer| buffer.kind).collect();
    assert_eq!(kinds, [4, 0, 4, 0]);
    assert_eq!(number(&file, 0x88, 4) & 4, 4, "append mode");
    let second = &file[2 * 8192..];
    assert_eq!(moments(second)[0], START + 918_000_000_000 + 10_000);
    assert_eq!(numbers(&buffers), (0..100).collect::<Vec<u64>>());
}

#[test]
fn packed_buffers_touch_each_other() {
    for (name, format) in [
        ("packed-xpress", 3),
        ("packed-lznt1", 2),
        ("packed-huffman", 4),
    ] {
        let file = bytes(name);
        let buffers = walk(&file);
        assert_eq!(number(&file, 0x2C, 4), format, "{name}");
        assert_eq!(number(&file, 0x88, 4), 0x0400_0001, "{name}: mode");
        assert_eq!(buffers[0].size % 512, 0, "{name}");
        assert!(
            buffers[1..].iter().all(|buffer| buffer.flags & 0x40 != 0),
            "{name}"
        );
        assert_eq!(numbers(&buffers), (0..200).collect::<Vec<u64>>(), "{name}");
    }
    let sizes: Vec<(usize, u64)> = walk(&bytes("packed-mixed"))[1..]
        .iter()
        .map(|buffer| (buffer.size, buffer.flags & 0x40))
        .collect();
    let content = 10 * 88;
    assert!(sizes[0].0 < content && sizes[0].1 == 0x40);
    assert!(sizes[1].0 > 0x48 + content && sizes[1].1 == 0x40, "grown");
    assert_eq!(sizes[2..], [(8192, 0), (0x48 + content, 0)]);
}

#[test]
fn relogged_files_tell_flush_times_as_filetime() {
    let file = bytes("relogged");
    let buffers = walk(&file);
    assert_eq!(buffers[0].flushed_at, START);
    assert_eq!(buffers[1].flushed_at, START + 50 * 10_000);
    assert_eq!(
        (number(&file, 0x88, 4), number(&file, 0x2C, 4)),
        (0x1_0001, 0)
    );
    assert_eq!((buffers[0].flags, buffers[1].flags), (0x01, 0x21));
}

#[test]
fn extra_header_records_are_behind_the_first_fill_level() {
    let file = bytes("headers");
    let buffers = walk(&file);
    let first = buffers[0].records[0].bytes.len().next_multiple_of(8);
    assert_eq!(index(&file, 4), 0x48 + first);
    assert_eq!(buffers[0].records.len(), 3);
    assert!(index(&file, 0x30) > index(&file, 4));
}

#[test]
fn large_traces_follow_the_seed() {
    let large = EtlTrace::large(7, 1 << 20).unwrap();
    assert_eq!(EtlTrace::large(7, 1 << 20).unwrap(), large);
    assert_ne!(EtlTrace::large(8, 1 << 20).unwrap(), large);
    assert!(((1 << 20)..(1 << 20) + 5 * 65_536).contains(&large.len()));
    let buffers = walk(&large);
    for family in ["system", "perfinfo", "full", "event", "message"] {
        assert!(count(&buffers, family) > 100, "{family}");
    }
    let mut late = EtlTrace::large_of(Mix::TraceLogging, 1, 1 << 20).unwrap();
    late.compressed(Compression::Xpress);
    assert!(
        walk(&late.into_bytes().unwrap())[1..]
            .iter()
            .all(|buffer| buffer.flags & 0x40 != 0)
    );
    let mut packed = EtlTrace::new();
    packed
        .compressed(Compression::Xpress)
        .fill(Mix::TraceLogging, 1, 1 << 20);
    let packed = packed.into_bytes().unwrap();
    assert!(packed.len() < 1 << 19, "{}", packed.len());
    assert!(count(&walk(&packed), "event") > 3000);
}

fn check_fault(expected: &str, describe: impl FnOnce(&mut EtlTrace)) {
    let mut trace = EtlTrace::new();
    trace.buffer_size(512).names("L", "F");
    describe(&mut trace);
    let fault = trace.to_bytes().unwrap_err().to_string();
    assert!(fault.contains(expected), "{fault}");
}

#[test]
fn what_the_format_cannot_hold_is_told() {
    let event = EtlEvent::manifest(PROVIDER, 1);
    check_fault("not a time", |trace| {
        trace.at("noon");
    });
    check_fault("not a GUID", |trace| {
        trace.event(EtlEvent::manifest("nobody", 1));
    });
    check_fault("processor 3", |trace| {
        trace.cpus(2).cpu(3);
    });
    check_fault("a buffer size of 500", |trace| {
        trace.buffer_size(500);
    });
    check_fault("a buffer holds 440", |trace| {
        trace.event(event.clone().field("x".repeat(200)));
    });
    check_fault("a record of 80082", |trace| {
        trace.event(event.clone().field("x".repeat(40_000)));
    });
    let too_wide = EtlTrace::new()
        .buffer_size(512)
        .names(&"n".repeat(300), "F")
        .to_bytes();
    assert!(matches!(too_wide, Err(EtlError::RecordTooLarge { .. })));
}
