//! The bytes of single records, written out by hand.

use samples::etl::{
    ClassicEvent, ErrorRecord, EtlEvent, EtlTrace, EventDescription, Extension, Field, Frame,
    KernelHeader, KernelRecord, MapKind, Out, PointerSize, Property, ProviderTraits, Record,
    TraceLogging, Value, ValueMap, WppMessage, manifest_events,
    packets::MonitoredPacket,
    system::{Change, Process},
};

use super::walk::{index, number, walk};

const GUID: &str = "00112233-4455-6677-8899-aabbccddeeff";
const GUID_BYTES: &str = "33221100 5544 7766 8899 aabbccddeeff";
const TICKS: u64 = 0x0102_0304_0506_0708;
const TIME: &str = "0807060504030201";

fn written(record: &impl Record, pointer: PointerSize) -> Vec<u8> {
    let mut out = Vec::new();
    record
        .write(
            Frame {
                ticks: TICKS,
                pointer,
            },
            &mut out,
        )
        .unwrap();
    out
}

/// Hexadecimal digits, spaces left out.
fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(|byte| *byte != b' ').collect();
    let pairs = digits
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).unwrap());
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).unwrap())
        .collect()
}

/// Holds a 64-bit record against its bytes.
fn check(record: &impl Record, expected: &[&str]) {
    assert_eq!(
        written(record, PointerSize::Bits64),
        hex(&expected.concat())
    );
}

#[test]
fn kernel_headers() {
    let record = KernelRecord::new(0x03, 0x01)
        .version(4)
        .process(0x1111, 0x2222)
        .field(0xAA_u8);
    let identity = "22220000 11110000";
    check(
        &record,
        &[
            "0400 02c0 2100 01 03",
            identity,
            TIME,
            "0000000000000000",
            "aa",
        ],
    );
    let compact = record.clone().header(KernelHeader::Compact);
    check(&compact, &["0400 04c0 1900 01 03", identity, TIME, "aa"]);
    let plain = KernelRecord::perf_info(0x0F, 0x33).field(0xAA_u8);
    check(&plain, &["0200 11c0 1100 33 0f", TIME, "aa"]);
    let counted = record.header(KernelHeader::PerfInfo {
        pebs_index: Some(1),
        counters: vec![2, 3],
    });
    check(
        &counted,
        &[
            "0482 11c0 2900 01 03",
            TIME,
            "0100000000000000 0200000000000000 0300000000000000 aa",
        ],
    );
}

#[test]
fn classic_headers() {
    let record = ClassicEvent::new(GUID, 5)
        .level(4)
        .version(2)
        .process(0x1111, 0x2222)
        .field(7_u16);
    let identity = "22220000 11110000";
    check(
        &record,
        &[
            "3200 14c0 05 04 0200",
            identity,
            TIME,
            GUID_BYTES,
            "0000000000000000 0700",
        ],
    );
    let instance = record.instance(8, 9, GUID);
    check(
        &instance,
        &[
            "4a00 15c0 05 04 0200",
            identity,
            TIME,
            GUID_BYTES,
            "0000000000000000",
            "08000000 09000000",
            GUID_BYTES,
            "0700",
        ],
    );
    let error = ErrorRecord::new(0x1111, 0x2222, &[1]);
    let rest = "00".repeat(0x50 - 0x18);
    check(&error, &["5100 0dc0 00000000", identity, TIME, &rest, "01"]);
}

#[test]
fn event_headers_and_items() {
    let event = EtlEvent::manifest(GUID, 500)
        .version(1)
        .channel(17)
        .level(2)
        .opcode(3)
        .task(0x1234)
        .keyword(0x8000_0000_0000_0001)
        .property(4)
        .process(0x1111, 0x2222)
        .processor_time(0x55)
        .activity(GUID)
        .field("A");
    let descriptor = "f401 01 11 02 03 3412 0100000000000080 5500000000000000";
    let body = [
        "22220000 11110000",
        TIME,
        GUID_BYTES,
        descriptor,
        GUID_BYTES,
    ]
    .concat();
    check(&event, &["5400 13c0 0000 0400", &body, "41000000"]);
    let extended = event
        .extension(Extension::TerminalSession(2))
        .extension(Extension::Stack(9, vec![0x1_0000_0002]))
        .pointer_size(PointerSize::Bits32);
    check(
        &extended,
        &[
            "7c00 12c0 0100 0400",
            &body,
            "1000 0300 0100 0400 02000000 00000000",
            "1800 0500 0000 0c00 0900000000000000 02000000 00000000",
            "41000000",
        ],
    );
}

#[test]
fn tracelogging_metadata() {
    let schema = TraceLogging::new("E")
        .tag(&[0, 1])
        .field("a", 1_u32)
        .with(Field::new("b", Value::HexInt32(2)).shown(Out::HResult))
        .with(Field::new("c", 3_u8).tag(&[1, 2]))
        .with(Field::array("d", vec![4_u16.into(), 5_u16.into()]))
        .with(Field::fixed_array("e", vec![6_u8.into(), 7_u8.into()]))
        .with(Field::structure(
            "s",
            vec![Field::new("x", 8_u8), Field::new("y", 9_u8)],
        ));
    let event = EtlEvent::trace_logging(GUID, schema).traits(ProviderTraits::new("P").group(GUID));
    let bytes = written(&event, PointerSize::Bits64);
    let metadata = hex(&[
        "2500 8001 4500",
        "6100 08",
        "6200 94 0f",
        "6300 84 80 81 02",
        "6400 46",
        "6500 24 0200",
        "7300 98 02 7800 04 7900 04",
    ]
    .concat());
    assert_eq!(metadata.len(), 0x25);
    // Item of 8 bytes, the blob, and padding to a multiple of 8; linked to the traits.
    assert_eq!(bytes[0x50..0x58], hex("3000 0b00 0100 2500"));
    assert_eq!(bytes[0x58..0x58 + 0x25], metadata);
    assert!(bytes[0x58 + 0x25..0x80].iter().all(|byte| *byte == 0));
    let traits = hex(&["2000 0c00 0000 1700 1700 5000 1300 01", GUID_BYTES, "00"].concat());
    assert_eq!(bytes[0x80..0xA0], traits);
    assert_eq!(
        bytes[0xA0..],
        hex("01000000 02000000 03 0200 0400 0500 06 07 08 09")
    );
}

#[test]
fn messages() {
    let message = WppMessage::new(GUID, 10)
        .process(0x1111, 0x2222)
        .argument(7_u8);
    let identity = "22220000 11110000";
    check(
        &message,
        &["2900 0090 0a00 aa00", GUID_BYTES, TIME, identity, "07"],
    );
    let numbered = message.clone().sequence(5).component(6);
    check(
        &numbered,
        &[
            "2100 0090 0a00 af00 05000000 06000000",
            TIME,
            identity,
            "07",
        ],
    );
    let bare = message.without_guid().without_time().without_process();
    check(
        &bare.pointer_size(PointerSize::Bits32),
        &["0900 0090 0a00 4000 07"],
    );
}

#[test]
fn event_descriptions() {
    let description = EventDescription::new(GUID, "P", 5)
        .task(3, "T")
        .keyword(1, &["K", "L"])
        .property(Property::new("N", 6, 6))
        .property(Property::new("B", 14, 15).length_from("N"))
        .property(Property::structure(
            "S",
            vec![Property::new("X", 8, 8).map("M")],
        ));
    let bytes = written(&description, PointerSize::Bits64);
    let (header, blob) = bytes.split_at(0x30);
    assert_eq!((header[2], header[4]), (0x14, 0x20));
    assert_eq!(number(blob, 0x20, 2), 5);
    assert_eq!((number(blob, 0x64, 4), number(blob, 0x68, 4)), (4, 3));
    let text = |at: usize| {
        let units = blob[index(blob, at)..].chunks(2).map(|unit| unit[0]);
        String::from_utf8(units.take_while(|unit| *unit != 0).collect()).unwrap()
    };
    assert_eq!(
        (text(0x34), text(0x40), text(0x44)),
        ("P".into(), "K".into(), "T".into())
    );
    let keywords = index(blob, 0x40);
    assert_eq!(
        blob[keywords..keywords + 10],
        hex("4b00 0000 4c00 0000 0000")
    );
    // Each property: flags, name, type, shown type, map, count, length, tags.
    let property = |at: usize| {
        let fields = [(0, 4), (8, 2), (10, 2), (16, 2), (18, 2)];
        fields.map(|(field, width)| number(blob, 0x70 + 24 * at + field, width))
    };
    assert_eq!(property(0), [0, 6, 6, 1, 2]);
    assert_eq!(property(1), [2, 14, 15, 1, 0]);
    assert_eq!(property(2), [1, 3, 1, 1, 0]);
    assert_eq!(property(3), [0, 8, 8, 1, 4]);
    assert_eq!(
        (text(0x70 + 4), text(0x70 + 3 * 24 + 12)),
        ("N".into(), "M".into())
    );
    let missing = EventDescription::new(GUID, "P", 5)
        .property(Property::new("B", 14, 15).count_from("Nothing"));
    assert!(EtlTrace::new().event(missing).to_bytes().is_err());
}

#[test]
fn value_maps() {
    let map = ValueMap::new(GUID, "M", MapKind::Bits).entry(4, "x");
    let bytes = written(&map, PointerSize::Bits64);
    let expected = [
        GUID_BYTES,
        "18000000 02000000 01000000 00000000 1c000000 04000000 4d000000 780020000000",
    ];
    assert_eq!(bytes[0x30..], hex(&expected.concat()));
}

#[test]
fn manifests_come_in_chunks() {
    let events = manifest_events(GUID, "<a>bc</a>", 4).unwrap();
    let payloads: Vec<Vec<u8>> = events
        .iter()
        .map(|event| written(event, PointerSize::Bits64).split_off(0x50))
        .collect();
    assert_eq!(payloads[0], hex("01 01 00 5b 0300 0000 3c613e62"));
    assert_eq!(payloads[2], hex("01 01 00 5b 0300 0200 3e"));
    let first = written(&events[0], PointerSize::Bits64);
    assert_eq!(first[0x28..0x30], hex("feff 00 00 00 fe feff"));
}

#[test]
fn a_process_in_both_widths() {
    let process = Process {
        id: 8,
        parent_id: 4,
        session: 1,
        exit_status: -1,
        user_sid: "S-1-5-18".to_owned(),
        image: "a.exe".to_owned(),
        command_line: "a".to_owned(),
    };
    for (pointer, width) in [(PointerSize::Bits32, 4), (PointerSize::Bits64, 8)] {
        let bytes = written(&process.record(Change::Start), pointer);
        let payload = &bytes[0x20..];
        assert_eq!(
            payload[width..width + 16],
            hex("08000000 04000000 01000000 ffffffff")
        );
        // Directory table and flags, then two pointers before the identifier.
        let sid = 4 * width + 20;
        assert_eq!(payload[sid..sid + 12], hex("0101000000000005 12000000"));
        assert_eq!(payload[sid + 12..], hex("612e65786500 6100 0000 0000 0000"));
    }
}

#[test]
fn monitored_packets() {
    let packet = MonitoredPacket {
        drop_reason: 3,
        ..MonitoredPacket::ethernet(1, 9, &[0xAB])
    };
    let bytes = written(&packet.event().unwrap(), PointerSize::Bits64);
    assert_eq!(number(&bytes, 0x28, 2), 170);
    let head = "0100000000000000 0100 0100 0100 0100 0900 0100 0000 03000000 00000000 0100 0100";
    assert_eq!(bytes[0x50..], hex(&[head, "ab"].concat()));
}

#[test]
fn records_follow_each_other_at_multiples_of_eight() {
    let mut trace = EtlTrace::new();
    for length in 0..20 {
        trace.event(EtlEvent::manifest(GUID, 1).field(Value::Bytes(vec![1; length])));
    }
    let sizes: Vec<usize> = walk(&trace.to_bytes().unwrap())[1]
        .records
        .iter()
        .map(|record| record.bytes.len())
        .collect();
    assert_eq!(sizes, (80..100).collect::<Vec<usize>>());
}
