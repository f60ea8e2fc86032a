//! Traces built here, then cut, overwritten and rearranged: reading ends without
//! panic, what is whole is read, and what is not is reported.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod builder;

use builder::{BUFFER, Built, compressed, data_buffer, event, header_buffer, message, trace};
use joinscope_etl::{
    ClockKind, Damage, DamageKind, Error, Header, OrderKey, Record, Scratch, Sink, Trace,
    TraceLogging, begins_trace, merge_by_time, streams,
};

/// Touches everything that a record offers.
#[derive(Default)]
struct Everything {
    times: Vec<Option<i64>>,
    damage: Vec<DamageKind>,
}

impl Sink for Everything {
    fn record(&mut self, record: &Record<'_>) {
        let all = (
            record.provider(),
            record.id(),
            record.version(),
            record.level(),
            record.opcode(),
            record.activity(),
            record.related_activity(),
            record.payload(),
            record.place(),
        );
        std::hint::black_box(all);
        if let Header::Event(event) = record.header()
            && let Some(described) = TraceLogging::of(event)
        {
            described.decode(&mut |_: &str, _: joinscope_etl::Value<'_>| ());
        }
        if record.group() != Some(0) {
            self.times.push(record.ticks());
        }
    }

    fn damage(&mut self, damage: Damage) {
        self.damage.push(damage.kind);
    }
}

fn read(bytes: &[u8]) -> Result<(Vec<Option<i64>>, Vec<DamageKind>), Error> {
    let trace = Trace::open(bytes)?;
    let mut all = Everything::default();
    let mut scratch = Scratch::new();
    for span in &trace.buffers {
        trace.read_buffer(span, &mut scratch, &mut all);
    }
    let mut damage: Vec<_> = trace.damage.iter().map(|damage| damage.kind).collect();
    damage.extend(all.damage);
    Ok((all.times, damage))
}

/// Reads and compares times after the start and kinds of damage.
fn check(bytes: &[u8], times: &[i64], damage: &[DamageKind]) {
    let (found, found_damage) = read(bytes).unwrap();
    let after_start: Vec<_> = found
        .into_iter()
        .map(|ticks| ticks.unwrap() - builder::START)
        .collect();
    assert_eq!((&after_start[..], &found_damage[..]), (times, damage));
}

#[test]
fn a_whole_trace() {
    let whole = trace();
    assert!(begins_trace(&whole));
    check(&whole, &[10, 30, 20, 40], &[]);
}

#[test]
fn every_prefix_gives_a_prefix_of_the_records() {
    for whole in [trace(), compressed()] {
        let (all, _) = read(&whole).unwrap();
        for length in 0..whole.len() {
            match read(&whole[..length]) {
                Ok((times, _)) => assert!(all.starts_with(&times), "{length}"),
                Err(error) => assert!(length < 0x150, "{length}: {error}"),
            }
        }
    }
}

#[test]
fn every_byte_may_be_anything() {
    for whole in [trace(), compressed()] {
        for place in 0..whole.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut changed = whole.clone();
                changed[place] = value;
                let _ = read(&changed);
            }
        }
    }
}

#[test]
fn unwritten_slots_and_tails() {
    let mut zeros = trace();
    zeros.extend([0; 3 * BUFFER + 7]);
    check(&zeros, &[10, 30, 20, 40], &[DamageKind::EmptySlots]);
    let mut filler = trace();
    filler.extend([0xff; 2 * BUFFER]);
    check(&filler, &[10, 30, 20, 40], &[DamageKind::EmptySlots]);
    let mut between = trace();
    between.splice(BUFFER..BUFFER, [0; BUFFER]);
    check(&between, &[10, 30, 20, 40], &[DamageKind::EmptySlots]);
    let cut = &trace()[..3 * BUFFER - 0x10];
    check(cut, &[10, 30, 20, 40], &[DamageKind::TruncatedFile]);
}

#[test]
fn a_bad_buffer_header_costs_one_slot() {
    let mut bad = trace();
    bad[BUFFER..BUFFER + 4].copy_from_slice(&[0xee; 4]);
    check(&bad, &[20, 40], &[DamageKind::BufferHeader]);
}

#[test]
fn bad_records_are_passed_over() {
    let mut unknown = trace();
    // The first record's marker.
    unknown[BUFFER + 0x4b] = 0x12;
    check(&unknown, &[30, 20, 40], &[DamageKind::Resynchronised]);
    let mut long = trace();
    long[BUFFER + 0x48..BUFFER + 0x4a].copy_from_slice(&[0xff, 0xff]);
    check(&long, &[30, 20, 40], &[DamageKind::Resynchronised]);
    let mut short = trace();
    short[BUFFER + 0x48..BUFFER + 0x4a].copy_from_slice(&[0x10, 0]);
    check(&short, &[30, 20, 40], &[DamageKind::Resynchronised]);
    let mut last = trace();
    last[2 * BUFFER + 0x4b] = 0x12;
    last.truncate(2 * BUFFER + 0x48 + 0x20);
    let kinds = [DamageKind::TruncatedFile, DamageKind::UnreadTail];
    check(&last, &[10, 30], &kinds);
}

#[test]
fn appended_logs_have_their_own_clocks() {
    let mut both = trace();
    let second = Built {
        start: builder::START + 1_000,
        ..Built::default()
    };
    both.extend(header_buffer(&second));
    both.extend(data_buffer(1, 0, &[event(10)]));
    check(&both, &[10, 30, 20, 40, 1_010], &[]);
    let trace = Trace::open(&both).unwrap();
    assert_eq!(trace.sessions.len(), 2);
    assert_eq!(trace.sessions[0].buffers, 0..3);
    assert_eq!(trace.sessions[1].buffers, 3..5);
}

#[test]
fn all_clocks_and_both_pointer_sizes() {
    for pointer_size in [4, 8] {
        for (clock, expected) in [(1, Some(5_000)), (3, Some(4)), (9, None)] {
            let built = Built {
                clock,
                pointer_size,
                frequency: 2_000_000,
                ..Built::default()
            };
            let mut bytes = header_buffer(&built);
            bytes.extend(data_buffer(1, 0, &[event(1_000)]));
            let (times, damage) = read(&bytes).unwrap();
            let after_start = times[0].map(|ticks| ticks - builder::START);
            assert_eq!((after_start, &damage[..]), (expected, &[][..]), "{clock}");
        }
    }
    let built = Built {
        clock: 2,
        ..Built::default()
    };
    let mut bytes = header_buffer(&built);
    bytes.extend(data_buffer(
        1,
        0,
        &[builder::event_at(builder::START.cast_unsigned() + 7)],
    ));
    check(&bytes, &[7], &[]);
    let trace = Trace::open(&bytes).unwrap();
    let header = trace.header().unwrap();
    assert_eq!(header.clock_kind, ClockKind::SystemTime);
    assert_eq!(header.time_zone.bias_minutes, -60);
    assert_eq!(header.logger_name, "Example");
    assert!(!header.is_finalised());
}

#[test]
fn without_a_header_buffer_records_have_no_time() {
    let bytes = &trace()[BUFFER..];
    let (times, damage) = read(bytes).unwrap();
    assert_eq!((&times[..], &damage[..]), (&[None; 4][..], &[][..]));
    assert!(!begins_trace(bytes));
    assert!(Trace::open(bytes).unwrap().header().is_none());
}

#[test]
fn messages_without_a_time_keep_their_place() {
    let mut bytes = header_buffer(&Built::default());
    bytes.extend(data_buffer(1, 0, &[event(10), message(0x02), event(30)]));
    bytes.extend(data_buffer(2, 1, &[event(20), message(0x0a)]));
    let trace = Trace::open(&bytes).unwrap();
    let mut scratch = Scratch::new();
    let keyed = streams(&trace)
        .iter()
        .map(|stream| {
            let mut keyed = Vec::new();
            let mut before = None;
            for index in stream {
                let span = &trace.buffers[*index];
                for record in trace.open_buffer(span, &mut scratch).records() {
                    let record = record.unwrap();
                    let key = OrderKey::of(&record, before);
                    before = Some(key);
                    keyed.push((key, record.ticks().map(|ticks| ticks - builder::START)));
                }
            }
            keyed
        })
        .collect();
    let merged: Vec<_> = merge_by_time(keyed).map(|(_, ticks)| ticks).collect();
    // The log header is the first; the message at 77 carries a time, the other none.
    let expected = [Some(0), Some(10), None, Some(20), Some(30), Some(77)];
    assert_eq!(merged, expected);
}

#[test]
fn losses() {
    let mut bytes = header_buffer(&Built {
        mode: 2,
        ..Built::default()
    });
    for sequence in [9, 5, 6] {
        bytes.extend(data_buffer(sequence, 0, &[event(1)]));
    }
    let loss = Trace::open(&bytes).unwrap().losses().remove(0);
    assert!(loss.wrapped);
    assert_eq!(loss.sequence_holes.first(), Some(&(7..9)));
    assert_eq!(loss.sequence_holes.len(), 1);
    assert_eq!(loss.missing_buffers(), 2);
    assert_eq!((loss.events, loss.buffers), (3, 4));
}

#[test]
fn compressed_buffers() {
    check(&compressed(), &[10, 20], &[]);
    let mut other = compressed();
    other[0x2c] = 4;
    let kind = DamageKind::UndecodedCompression;
    check(&other, &[], &[kind, kind]);
    let mut greedy = compressed();
    greedy[BUFFER + 0x30..BUFFER + 0x34].copy_from_slice(&(10_u32 << 20).to_le_bytes());
    greedy[0x68..0x6c].copy_from_slice(&(16_u32 << 20).to_le_bytes());
    check(&greedy, &[20], &[DamageKind::ExpansionLimit]);
    let mut cut = compressed();
    cut.truncate(cut.len() - 40);
    let kinds = [DamageKind::TruncatedFile, DamageKind::CompressedStream];
    check(&cut, &[10], &[kinds[0], kinds[1], DamageKind::UnreadTail]);
    let mut between = compressed();
    between.splice(BUFFER..BUFFER, [0xab; 5]);
    check(&between, &[10, 20], &[DamageKind::BufferHeader]);
}

#[test]
fn what_is_no_trace() {
    assert_eq!(Trace::open(&[]).unwrap_err(), Error::TooShort { length: 0 });
    assert_eq!(Trace::open(&[0; 0x400]).unwrap_err(), Error::NotATrace);
    assert_eq!(Trace::open(&[0xff; 0x400]).unwrap_err(), Error::NotATrace);
    let mut old = trace();
    old[0x36] = 0;
    old[0] = 0;
    old[1] = 0;
    old[0x6c] = 5;
    old[0x6d] = 1;
    let error = Trace::open(&old).unwrap_err();
    assert_eq!(error, Error::PreVista { major: 5, minor: 1 });
}
