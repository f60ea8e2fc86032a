//! Real traces against counts of an independent reader.
//!
//! The traces are not part of the project: a file that is absent is named and
//! skipped. Only counts and times are compared here, nothing of their content.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking and names what it skips"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use joinscope_etl::packets::{Direction, PKTMON};
use joinscope_etl::{
    Damage, Decoded, EmbeddedCollector, Family, Header, KernelEvents, LogNote, Packet, Record,
    Rung, Scratch, Sink, Tally, Trace, TraceLogging, Value, decode, lznt1,
};
use joinscope_wire::Guid;
use joinscope_wire::civil_from_ticks;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/etl")
}

fn read(path: &Path) -> Option<Vec<u8>> {
    let bytes = std::fs::read(path).ok();
    if bytes.is_none() {
        eprintln!("skipped, absent: {}", path.display());
    }
    bytes
}

fn walk(trace: &Trace<'_>) -> Tally {
    let mut tally = Tally::default();
    let mut scratch = Scratch::new();
    for span in &trace.buffers {
        trace.read_buffer(span, &mut scratch, &mut tally);
    }
    tally
}

/// The text of a member of a one-line JSON object, without quotes.
fn member<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let start = line.find(&format!("\"{name}\": "))? + name.len() + 4;
    let rest = &line[start..];
    match rest.strip_prefix('"') {
        Some(text) => text.split('"').next(),
        None => rest.split([',', '}']).next(),
    }
}

fn number(line: &str, name: &str) -> u64 {
    member(line, name).map_or(0, |text| text.parse().unwrap())
}

fn to_the_millisecond(ticks: i64) -> String {
    let text = civil_from_ticks(ticks).to_string().replace(' ', "T");
    text[..text.len() - 4].to_owned()
}

/// One line of expectations against one file.
fn check(line: &str) {
    let file = member(line, "file").unwrap();
    let Some(bytes) = read(&corpus().join(file)) else {
        return;
    };
    let trace = Trace::open(&bytes).unwrap();
    let tally = walk(&trace);
    let compressed = trace
        .buffers
        .iter()
        .filter(|span| span.header.is_compressed())
        .count();
    let headers = tally.headers;
    let counts = [
        ("buffers", trace.buffers.len() as u64),
        ("compressed", compressed as u64),
        ("events", headers.records()),
        ("system", headers.system),
        ("compact", headers.compact),
        ("perfinfo", headers.perfinfo),
        ("full", headers.full),
        ("instance", headers.instance),
        ("event", headers.event),
        ("msg", headers.message),
        ("error", headers.error),
        ("unknown", headers.unknown),
        ("events_lost", u64::from(trace.losses()[0].events)),
        ("buffers_lost", u64::from(trace.losses()[0].buffers)),
    ];
    for (name, found) in counts {
        assert_eq!(found, number(line, name), "{file}: {name}");
    }
    let (first, last) = tally.span.unwrap();
    assert_eq!(
        Some(&*to_the_millisecond(first)),
        member(line, "first"),
        "{file}"
    );
    assert_eq!(
        Some(&*to_the_millisecond(last)),
        member(line, "last"),
        "{file}"
    );
    assert_eq!(tally.undated, 0, "{file}");
    assert_eq!(
        (&trace.damage[..], &tally.damage[..]),
        (&[][..], &[][..]),
        "{file}"
    );
}

#[test]
fn counts_and_times_equal_those_of_an_independent_reader() {
    let Some(expected) = read(&corpus().join("EXPECTED.jsonl")) else {
        return;
    };
    let expected = String::from_utf8(expected).unwrap();
    assert_eq!(expected.lines().count(), 28);
    expected.lines().for_each(check);
}

/// Decodes every event that describes itself.
#[derive(Default)]
struct SelfDescribed {
    complete: u64,
    incomplete: u64,
    fields: u64,
}

impl Sink for SelfDescribed {
    fn record(&mut self, record: &Record<'_>) {
        let Header::Event(event) = record.header() else {
            return;
        };
        let Some(described) = TraceLogging::of(event) else {
            return;
        };
        let ending = described.decode(&mut |_: &str, _: Value<'_>| self.fields += 1);
        if ending.is_complete() {
            self.complete += 1;
        } else {
            self.incomplete += 1;
            eprintln!(
                "{:?} {:?} {:?}",
                record.place(),
                String::from_utf8_lossy(described.name()),
                ending
            );
        }
    }

    fn damage(&mut self, damage: Damage) {
        panic!("{damage:?}");
    }
}

fn read_into(trace: &Trace<'_>, sink: &mut impl Sink) {
    let mut scratch = Scratch::new();
    for span in &trace.buffers {
        trace.read_buffer(span, &mut scratch, sink);
    }
}

#[test]
fn every_self_describing_event_decodes_to_its_last_byte() {
    for (file, expected) in [
        ("oobe_tracelogging_20mb.etl", (1896, 7485)),
        ("oobe_unfinalised.etl", (2896, 14_103)),
        ("autopilot_csp_merged.etl", (5, 90)),
        ("autopilot_csp_unfinalised.etl", (3132, 15_800)),
        ("deviceprovisioning_merged.etl", (434, 579)),
        ("deviceprovisioning_premerge.etl", (434, 579)),
        ("airbus_lxcore_kernel.etl", (2, 18)),
        ("perfview_primitive-types.etl", (5, 60)),
        ("perfview_SelfDescribingSingleEvent.etl", (1, 2)),
        ("sonde_driver_wdk.etl", (9, 35)),
        ("wifi_wpp_small.etl", (65, 156)),
    ] {
        let Some(bytes) = read(&corpus().join(file)) else {
            continue;
        };
        let mut sink = SelfDescribed::default();
        read_into(&Trace::open(&bytes).unwrap(), &mut sink);
        assert_eq!(
            (sink.incomplete, (sink.complete, sink.fields)),
            (0, expected),
            "{file}"
        );
    }
}

/// An event by what must survive a merge.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Kept {
    ticks: Option<i64>,
    provider: Option<Guid>,
    id: Option<u16>,
    thread: Option<u32>,
    cpu: u16,
    payload: Vec<u8>,
}

#[derive(Default)]
struct Events(Vec<Kept>);

impl Sink for Events {
    fn record(&mut self, record: &Record<'_>) {
        if record.family() == Family::Event {
            self.0.push(Kept {
                ticks: record.ticks(),
                provider: record.provider(),
                id: record.id(),
                thread: record.thread_id(),
                cpu: record.cpu(),
                payload: record.payload().to_vec(),
            });
        }
    }

    fn damage(&mut self, damage: Damage) {
        panic!("{damage:?}");
    }
}

#[test]
fn a_merge_changes_neither_events_nor_times() {
    let [before, after] = ["premerge", "merged"].map(|kind| {
        let bytes = read(&corpus().join(format!("deviceprovisioning_{kind}.etl")))?;
        let mut events = Events::default();
        read_into(&Trace::open(&bytes).unwrap(), &mut events);
        events.0.sort();
        Some(events.0)
    });
    let (Some(before), Some(after)) = (before, after) else {
        return;
    };
    assert_eq!(before.len(), 460);
    assert_eq!(before, after);
}

/// Counts how each record was decoded.
struct Ladder<'s> {
    rungs: Vec<&'s dyn Rung>,
    /// By what; with all bytes, with bytes over, with a fault.
    counts: BTreeMap<Decoded, [u64; 3]>,
}

impl Sink for Ladder<'_> {
    fn record(&mut self, record: &Record<'_>) {
        let reading = decode(record, &self.rungs, &mut |_: &str, _: Value<'_>| ());
        let counts = self.counts.entry(reading.decoded).or_default();
        let column = match reading.ending {
            ending if ending.fault.is_some() => 2,
            ending => usize::from(ending.left > 0),
        };
        counts[column] += 1;
    }

    fn damage(&mut self, damage: Damage) {
        panic!("{damage:?}");
    }
}

fn check_ladder(file: &str, schemas: usize, expected: &[(Decoded, [u64; 3])]) {
    let Some(bytes) = read(&corpus().join(file)) else {
        return;
    };
    let trace = Trace::open(&bytes).unwrap();
    let mut collector = EmbeddedCollector::default();
    read_into(&trace, &mut collector);
    let embedded = collector.finish();
    let mut ladder = Ladder {
        rungs: vec![&embedded, &KernelEvents],
        counts: BTreeMap::new(),
    };
    read_into(&trace, &mut ladder);
    let found: Vec<_> = ladder.counts.into_iter().collect();
    assert_eq!(
        (&found[..], embedded.len(), embedded.unreadable),
        (expected, schemas, 0),
        "{file}"
    );
}

#[test]
fn every_rung_of_the_ladder() {
    use Decoded::{Embedded, Mof, TraceLogging, Undecoded};
    for (file, schemas, expected) in [
        (
            "perfview_net452_x86_compressed.etl",
            224,
            // Most with bytes over are stacks of the runtime, longer than their schema.
            &[
                (Embedded, [34_765, 5_208, 0]),
                (Mof, [5_250, 1, 0]),
                (Undecoded, [2, 123_072, 0]),
            ][..],
        ),
        (
            "pktmon_win11_22000.etl",
            12,
            &[(Embedded, [846, 0, 0]), (Undecoded, [0, 93, 0])],
        ),
        (
            "pktmon_win11_26100_1mb.etl",
            11,
            &[(Embedded, [30_973, 0, 0]), (Undecoded, [0, 95, 0])],
        ),
        (
            "autopilot_csp_merged.etl",
            45,
            &[
                (TraceLogging, [5, 0, 0]),
                (Embedded, [1_701, 0, 0]),
                (Undecoded, [0, 103, 0]),
            ],
        ),
        (
            "sawbuck_image_data_32_v0.etl",
            0,
            &[(Mof, [26, 0, 0]), (Undecoded, [0, 1, 0])],
        ),
        (
            "sawbuck_image_data_64_v2.etl",
            0,
            &[(Mof, [26, 0, 0]), (Undecoded, [0, 1, 0])],
        ),
        (
            "sawbuck_process_data_32_v1.etl",
            0,
            &[(Mof, [2, 0, 0]), (Undecoded, [0, 1, 0])],
        ),
        (
            "sawbuck_process_data_64_v3.etl",
            0,
            &[(Mof, [8, 0, 0]), (Undecoded, [0, 1, 0])],
        ),
    ] {
        check_ladder(file, schemas, expected);
    }
}

/// Counts packets and drops and the bytes of their frames.
#[derive(Default, Debug, PartialEq, Eq)]
struct Packets {
    total: u64,
    drops: u64,
    inbound: u64,
    unreadable: u64,
    frame_bytes: usize,
}

impl Sink for Packets {
    fn record(&mut self, record: &Record<'_>) {
        if record.provider() != Some(PKTMON) || !matches!(record.id(), Some(160 | 170)) {
            return;
        }
        let Some(packet) = Packet::of(record) else {
            self.unreadable += 1;
            return;
        };
        self.total += 1;
        self.drops += u64::from(packet.drop.is_some());
        self.inbound += u64::from(packet.direction == Direction::In);
        self.frame_bytes += packet.frame.len();
        assert!(packet.ticks.is_some());
    }

    fn damage(&mut self, damage: Damage) {
        panic!("{damage:?}");
    }
}

#[test]
fn packets() {
    for (file, expected) in [
        (
            "pktmon_win10_19042_a.etl",
            Packets {
                total: 3_646,
                drops: 0,
                inbound: 2_684,
                unreadable: 0,
                frame_bytes: 363_066,
            },
        ),
        (
            "pktmon_win11_26100_1mb.etl",
            Packets {
                total: 30_132,
                drops: 3_428,
                inbound: 22_089,
                unreadable: 0,
                frame_bytes: 5_553_194,
            },
        ),
        (
            "pktmon_win11_26200.etl",
            Packets {
                total: 51,
                drops: 0,
                inbound: 0,
                unreadable: 0,
                frame_bytes: 4_256,
            },
        ),
    ] {
        let Some(bytes) = read(&corpus().join(file)) else {
            continue;
        };
        let mut found = Packets::default();
        read_into(&Trace::open(&bytes).unwrap(), &mut found);
        assert_eq!(found, expected, "{file}");
    }
}

/// The system assessment that a merge adds: a number, the expanded size and an LZNT1 stream.
#[derive(Default)]
struct Assessments {
    expanded: Vec<usize>,
}

impl Sink for Assessments {
    fn record(&mut self, record: &Record<'_>) {
        let class: Guid = "ed54dff8-c409-4cf6-bf83-05e1e61a09c4".parse().unwrap();
        if record.provider() != Some(class) {
            return;
        }
        let (head, stream) = record.payload().split_at(8);
        let size = u32::from_le_bytes(head[4..].try_into().unwrap()) as usize;
        let mut output = vec![0; size];
        assert_eq!(lznt1::expand(stream, &mut output).produced, size);
        // XML in UTF-16.
        assert!(output.starts_with(b"<\0"));
        self.expanded.push(size);
    }

    fn damage(&mut self, damage: Damage) {
        panic!("{damage:?}");
    }
}

#[test]
fn real_lznt1_streams() {
    let Some(bytes) = read(&corpus().join("pktmon_win11_26100_1mb.etl")) else {
        return;
    };
    let mut found = Assessments::default();
    read_into(&Trace::open(&bytes).unwrap(), &mut found);
    assert_eq!(found.expanded, [1_062, 3_796, 24_138]);
}

/// How many builds and symbol files a log names.
#[derive(Default, Debug, PartialEq, Eq)]
struct Notes {
    builds: u64,
    symbol_files: u64,
}

impl Sink for Notes {
    fn record(&mut self, record: &Record<'_>) {
        match LogNote::of(record) {
            Some(LogNote::BuildLab(text)) => self.builds += u64::from(text.is_ascii()),
            Some(LogNote::SymbolFile { name, .. }) => {
                self.symbol_files += u64::from(name.ends_with(b".pdb"));
            }
            None => {}
        }
    }

    fn damage(&mut self, damage: Damage) {
        panic!("{damage:?}");
    }
}

#[test]
fn notes_of_the_logger() {
    for (file, builds, symbol_files) in [
        ("zerologon_netlogon_classic.etl", 1, 1),
        ("autopilot_csp_merged.etl", 1, 4),
        ("wifi_wpp_small.etl", 1, 16),
    ] {
        let Some(bytes) = read(&corpus().join(file)) else {
            continue;
        };
        let mut found = Notes::default();
        read_into(&Trace::open(&bytes).unwrap(), &mut found);
        let expected = Notes {
            builds,
            symbol_files,
        };
        assert_eq!(found, expected, "{file}");
    }
}
