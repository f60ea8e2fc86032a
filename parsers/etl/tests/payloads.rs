//! Payloads of every shape that TraceLogging can describe, and packets, each
//! behind an event header written here.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod builder;

use builder::{Built, data_buffer, described, header_buffer, plain};
use joinscope_etl::packets::{Direction, Dropped, Interface, Link, Part};
use joinscope_etl::{Ending, Fault, Header, Packet, Scratch, Trace, TraceLogging, Value};

/// Reads the one event of a trace.
fn with_event<T>(record: Vec<u8>, read: impl FnOnce(&joinscope_etl::Record<'_>) -> T) -> T {
    let mut bytes = header_buffer(&Built::default());
    bytes.extend(data_buffer(1, 0, &[record]));
    let trace = Trace::open(&bytes).unwrap();
    let mut scratch = Scratch::new();
    let buffer = trace.open_buffer(&trace.buffers[1], &mut scratch);
    let record = buffer.records().next().unwrap().unwrap();
    read(&record)
}

fn text(value: Value<'_>) -> String {
    match value {
        Value::Utf16(bytes) => {
            let mut text = String::new();
            joinscope_wire::push_utf16le(bytes, &mut text);
            format!("'{text}'")
        }
        Value::Ansi(bytes) | Value::Utf8(bytes) => format!("{:?}", str::from_utf8(bytes).unwrap()),
        Value::List(list) => {
            let mut items = Vec::new();
            list.for_each(|item| items.push(text(item)));
            format!("[{}]", items.join(" "))
        }
        other => format!("{other:?}"),
    }
}

/// Field descriptions and a payload give fields (`name=value`) and an ending.
fn check(fields: &[u8], payload: &[u8], expected: &[&str], left: usize, fault: Option<Fault>) {
    let metadata = [b"\x80\0Event\0", fields].concat();
    with_event(described(&metadata, payload), |record| {
        let Header::Event(event) = record.header() else {
            unreachable!();
        };
        let described = TraceLogging::of(event).unwrap();
        assert_eq!(described.name(), b"Event");
        let mut found = Vec::new();
        let ending = described.decode(&mut |name: &str, value: Value<'_>| {
            found.push(format!("{name}={}", text(value)));
        });
        assert_eq!(found, expected, "{fields:x?}");
        assert_eq!(ending, Ending { left, fault }, "{fields:x?}");
    });
}

/// A field whose whole payload is one value.
fn check_value(types: &[u8], payload: &[u8], expected: &str) {
    let fields = [b"f\0", types].concat();
    check(&fields, payload, &[&format!("f={expected}")], 0, None);
}

#[test]
fn every_input_type() {
    check_value(&[0], b"", "Null");
    check_value(&[1], b"a\0b\0\0\0", "'ab'");
    check_value(&[1], b"a\0b\0", "'ab'");
    check_value(&[2], b"ab\0", "\"ab\"");
    check_value(&[3], &[0xff], "Int(-1)");
    check_value(&[4], &[0xff], "Uint(255)");
    check_value(&[5], &[0xfe, 0xff], "Int(-2)");
    check_value(&[6], &[0xfe, 0xff], "Uint(65534)");
    check_value(&[7], &[0xff; 4], "Int(-1)");
    check_value(&[8], &[1, 0, 0, 0], "Uint(1)");
    check_value(&[9], &[0xff; 8], "Int(-1)");
    check_value(&[10], &[1, 0, 0, 0, 0, 0, 0, 0], "Uint(1)");
    check_value(&[11], &1.5_f32.to_le_bytes(), "Float(1.5)");
    check_value(&[12], &(-2.5_f64).to_le_bytes(), "Float(-2.5)");
    check_value(&[13], &[1, 0, 0, 0], "Bool(true)");
    check_value(&[14], &[2, 0, 7, 8], "Bytes([7, 8])");
    let guid = "Guid(09090909-0909-0909-0909-090909090909)";
    check_value(&[15], &[9; 16], guid);
    check_value(
        &[16],
        &[1, 0, 0, 0, 0, 0, 0, 0x80],
        "Hex64(9223372036854775809)",
    );
    check_value(&[17], &[1, 0, 0, 0, 0, 0, 0, 0], "Time(1)");
    check_value(&[17], &[0xff; 8], "Hex64(18446744073709551615)");
    let date = [1601_u16, 1, 0, 1, 0, 0, 1, 2].map(u16::to_le_bytes);
    check_value(&[18], date.as_flattened(), "Time(10020000)");
    check_value(
        &[19],
        &[1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0],
        "Sid([1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0])",
    );
    check_value(&[20], &[1, 0, 0, 0], "Hex32(1)");
    check_value(&[21], &[1, 0, 0, 0, 0, 0, 0, 0], "Hex64(1)");
    check_value(&[22], &[4, 0, b'a', 0, b'b', 0], "'ab'");
    check_value(&[23], &[2, 0, b'a', b'b'], "\"ab\"");
    check_value(&[25], &[1, 0, 7], "Bytes([7])");
}

#[test]
fn output_types() {
    let out = |input: u8, output: u8| [input | 0x80, output];
    check_value(&out(4, 2), b"A", "Char(65)");
    check_value(&out(6, 2), &[0x41, 0], "Char(65)");
    check_value(&out(4, 3), &[2], "Bool(true)");
    check_value(&out(8, 4), &[1, 0, 0, 0], "Hex32(1)");
    check_value(&out(6, 7), &[1, 0xbb], "Port(443)");
    check_value(&out(8, 8), &[10, 0, 0, 1], "Ip4([10, 0, 0, 1])");
    check_value(
        &out(14, 9),
        &[&[16, 0][..], &[1; 16]].concat(),
        &format!("Ip6({:?})", [1; 16]),
    );
    check_value(&out(14, 10), &[1, 0, 2], "Socket([2])");
    check_value(&out(2, 12), b"{}\0", "\"{}\"");
    check_value(&out(8, 13), &[5, 0, 0, 0], "Code(Win32, 5)");
    check_value(&out(7, 14), &[5, 0, 0, 0xc0], "Code(NtStatus, 3221225477)");
    check_value(&out(7, 15), &[5, 0, 7, 0x80], "Code(Hresult, 2147942405)");
    // A field tag stands between the output type and the next field.
    check(
        b"f\0\x88\x84\x81\x01g\0\x04",
        &[1, 0, 0, 0, 2],
        &["f=Hex32(1)", "g=Uint(2)"],
        0,
        None,
    );
}

#[test]
fn arrays_and_structures() {
    check_value(&[0x20 | 4, 2, 0], &[7, 8], "[Uint(7) Uint(8)]");
    check_value(&[0x40 | 6], &[2, 0, 7, 0, 8, 0], "[Uint(7) Uint(8)]");
    check_value(&[0x40 | 1], b"\x02\0a\0\0\0b\0\0\0", "['a' 'b']");
    check_value(&[0x40 | 6], &[0, 0], "[]");
    check(
        b"S\0\x98\x02a\0\x04b\0\x04c\0\x04",
        &[1, 2, 3],
        &["S.a=Uint(1)", "S.b=Uint(2)", "c=Uint(3)"],
        0,
        None,
    );
    check(
        b"S\0\xd8\x01T\0\x98\x01a\0\x04c\0\x04",
        &[2, 0, 1, 2, 3],
        &["S[0].T.a=Uint(1)", "S[1].T.a=Uint(2)", "c=Uint(3)"],
        0,
        None,
    );
    check(
        b"S\0\xd8\x01T\0\x98\x01a\0\x04c\0\x04",
        &[0, 0, 3],
        &["c=Uint(3)"],
        0,
        None,
    );
}

#[test]
fn what_does_not_fit_is_said() {
    check(b"a\0\x04", &[1, 2, 3], &["a=Uint(1)"], 2, None);
    check(
        b"a\0\x04b\0\x08",
        &[1, 2],
        &["a=Uint(1)"],
        1,
        Some(Fault::Short),
    );
    check(b"a\0\x01b\0\x04", &[], &[], 0, Some(Fault::Short));
    check(b"a\0\x44", &[5, 0, 1], &[], 1, Some(Fault::Short));
    check(b"a\0\x1e", &[1], &[], 1, Some(Fault::UnknownType(30)));
    check(
        b"a\0\x64\x01\0\x09",
        &[1],
        &[],
        1,
        Some(Fault::UnknownType(0x64)),
    );
    check(b"a\0", &[1], &[], 1, Some(Fault::Metadata));
    check(b"a", &[1], &[], 1, Some(Fault::Metadata));
    check(b"a\0\x40", &[0xff, 0xff], &[], 0, Some(Fault::Short));
    let deep = b"S\0\x98\x01".repeat(20);
    check(&deep, &[], &[], 0, Some(Fault::TooDeep));
    check(b"S\0\xd8\x00", &[0xff, 0xff], &[], 0, Some(Fault::TooMany));
}

#[test]
fn packets_of_the_capture_driver() {
    let provider = "2ed6006e-4729-4609-b423-3ee7bcd678ef".parse().unwrap();
    let keyword = 0x1_0000_0000 | 0x4000_0000 | 0x8000_0000 | 1;
    let payload = [3, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 0xaa, 0xbb];
    with_event(plain(provider, 1001, keyword, &payload), |record| {
        let packet = Packet::of(record).unwrap();
        assert_eq!(packet.frame, [0xaa, 0xbb]);
        assert_eq!(
            packet.interface,
            Interface::Ndis {
                miniport: 3,
                lower: 4
            }
        );
        let kind = (packet.direction, packet.link, packet.part);
        assert_eq!(kind, (Direction::Out, Link::Ethernet, Part::Whole));
        assert_eq!(packet.ticks, Some(builder::START + 10));
    });
    with_event(plain(provider, 1001, keyword, &payload[..13]), |record| {
        assert_eq!(Packet::of(record), None);
    });
}

#[test]
fn packets_of_the_packet_monitor() {
    let provider = "4d4f80d9-c8bd-4d73-bb5b-19c90402c5ac".parse().unwrap();
    let mut payload = vec![
        9, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 3, 0, 2, 0, 5, 0, 6, 0, 0, 0,
    ];
    payload.extend([7, 0, 0, 0, 8, 0, 0, 0, 100, 0, 2, 0, 0xaa, 0xbb]);
    for (id, drop) in [
        (160, None),
        (
            170,
            Some(Dropped {
                reason: 7,
                location: 8,
            }),
        ),
    ] {
        with_event(plain(provider, id, 0, &payload), |record| {
            let packet = Packet::of(record).unwrap();
            assert_eq!(packet.frame, [0xaa, 0xbb]);
            assert_eq!(packet.interface, Interface::Component { id: 5, edge: 6 });
            let kind = (packet.direction, packet.link, packet.drop);
            assert_eq!(kind, (Direction::In, Link::Wifi, drop));
            assert_eq!((packet.group, packet.original_length), (Some(9), Some(100)));
        });
    }
}
