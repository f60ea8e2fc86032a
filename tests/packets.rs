//! `inspect --packets`: what traces carry comes out as a capture that another reader reads.
//!
//! The reader is the crate `pcap-parser`, which shares nothing with the writer.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a capture that cannot be read is a test that fails"
)]

#[path = "packets/capture.rs"]
mod capture;
mod common;

use capture::{Packet, packets_of};
use common::{Dir, HEALTHY, corpus};
use samples::archive::{ZipBundle, ZipMember};
use samples::etl::packets::{
    Direction, Link, MonitoredPacket, Part, monitor_component, ndis_fragment,
};
use samples::etl::{EtlTrace, samples};

/// 2026-03-02T08:00:00Z since 1970, in 100 ns: when built traces start.
const START: u64 = 17_724_384_000_000_000;

fn bytes(trace: &EtlTrace) -> Vec<u8> {
    trace.to_bytes().unwrap()
}

fn monitored(group: u64, bytes: &[u8]) -> MonitoredPacket {
    MonitoredPacket::ethernet(group, 15, bytes)
}

/// Writes the packets of the inputs and reads them back.
#[track_caller]
fn written(dir: &Dir, inputs: &[&str]) -> Vec<Packet> {
    let call = [
        &["inspect", "--packets", "-o", "out.pcapng", "--force"],
        inputs,
    ]
    .concat();
    dir.run(&call).exits(0);
    packets_of(&std::fs::read(dir.path("out.pcapng")).unwrap())
}

#[test]
fn everything_that_is_known_of_a_packet() {
    let mut trace = EtlTrace::new();
    let dropped = MonitoredPacket {
        drop_reason: 4,
        drop_location: 0xE000_3B61,
        direction_tag: 2,
        link: Link::RawIp,
        original_size: 60,
        ..monitored(1 << 40, b"gone!")
    };
    trace
        .after(3)
        .event(monitored(7, b"seen").event().unwrap().process(4, 8))
        .after(1)
        .event(dropped.event().unwrap().process(4, 8))
        .event(monitor_component(
            15,
            6,
            "contosonic.sys",
            "Contoso Adapter",
        ));
    let dir = Dir::new().file("a.etl", &bytes(&trace));
    let seen = Packet {
        interface: "component 15 contosonic.sys".to_owned(),
        description: "Contoso Adapter".to_owned(),
        link: 1,
        resolution: 7,
        time: Some(START + 3),
        original: 4,
        frame: b"seen".to_vec(),
        comment: "pid 4, tid 8; edge 1".to_owned(),
        direction: Some(1),
        id: Some(7),
    };
    let gone = Packet {
        link: 101,
        time: Some(START + 4),
        original: 60,
        frame: b"gone!".to_vec(),
        comment: "dropped: reason 4, location 0xe0003b61; pid 4, tid 8; edge 1".to_owned(),
        direction: Some(2),
        id: Some(1 << 40),
        ..seen.clone()
    };
    assert_eq!(written(&dir, &["a.etl"]), [seen, gone]);
}

#[test]
fn frames_of_the_capture_driver() {
    let frame = [0x88, 0x41, 1, 2];
    let event = |at, link, direction, part, bytes: &[u8]| {
        ndis_fragment(at, link, direction, part, bytes).unwrap()
    };
    let mut trace = EtlTrace::new();
    trace
        .event(event(
            [3, 3],
            Link::Wifi,
            Direction::Receive,
            Part::Whole,
            &frame,
        ))
        .event(event(
            [3, 4],
            Link::Wifi,
            Direction::Receive,
            Part::Whole,
            &frame,
        ))
        .event(event(
            [3, 4],
            Link::RawIp,
            Direction::Send,
            Part::First,
            b"ab",
        ))
        .event(event(
            [3, 4],
            Link::RawIp,
            Direction::Send,
            Part::Last,
            b"cd",
        ));
    let dir = Dir::new().file("a.etl", &bytes(&trace));
    let packets = written(&dir, &["a.etl"]);
    let kept: Vec<_> = packets
        .iter()
        .map(|packet| {
            (
                &*packet.interface,
                packet.link,
                &*packet.frame,
                packet.direction,
            )
        })
        .collect();
    assert_eq!(
        kept,
        [
            ("interface 3", 105, &[0x88, 0x01, 1, 2][..], Some(1)),
            ("interface 3, lower edge 4", 101, b"abcd", Some(2)),
        ]
    );
}

/// The samples of the builder, most of them without packets.
#[test]
fn every_sample() {
    for sample in samples() {
        let dir = Dir::new().file("a.etl", &bytes(&sample.trace));
        let run = dir.run(&["inspect", "a.etl", "--packets", "-o", "out.pcapng"]);
        if sample.name == "packets" {
            run.exits(0).warns("packets written to out.pcapng: 5");
            assert_eq!(
                packets_of(&std::fs::read(dir.path("out.pcapng")).unwrap()).len(),
                5
            );
        } else {
            run.warns("no packet was found; nothing was written");
            assert!(!dir.path("out.pcapng").exists(), "{}", sample.name);
        }
    }
}

/// Two traces of one archive, whose packets alternate, and one of no packets.
#[test]
fn an_archive_gives_one_capture_in_the_order_of_time() {
    let trace = |numbers: [u64; 3]| {
        let mut trace = EtlTrace::new();
        for number in numbers {
            trace.at(START + 116_444_736_000_000_000 + number);
            let packet = monitored(number, &[u8::try_from(number).unwrap()]);
            trace.event(packet.event().unwrap());
        }
        bytes(&trace)
    };
    let zip = ZipBundle::new()
        .member(ZipMember::new("b.etl", &trace([2, 4, 5])))
        .member(ZipMember::new("a.etl", &trace([1, 3, 6])))
        .member(ZipMember::new("c.etl", &bytes(&EtlTrace::new())))
        .to_bytes();
    let dir = Dir::new().file("x.zip", &zip).scenario(HEALTHY);
    let packets = written(&dir, &["x.zip", "entra-join-healthy.zip"]);
    let frames: Vec<u8> = packets.iter().map(|packet| packet.frame[0]).collect();
    assert_eq!(frames, [1, 2, 3, 4, 5, 6]);
    for packet in &packets {
        let trace = if [1, 3, 6].contains(&packet.frame[0]) {
            "a"
        } else {
            "b"
        };
        assert_eq!(
            packet.interface,
            format!("x.zip!/{trace}.etl: component 15")
        );
    }
}

#[test]
fn the_same_bytes_for_any_number_of_threads_and_order_of_inputs() {
    let mut trace = EtlTrace::new();
    trace.buffer_size(1024).cpus(4);
    for number in 0..400_u64 {
        let packet = monitored(number, &number.to_le_bytes());
        trace.after(1).event(packet.event().unwrap());
    }
    let dir = Dir::new()
        .file("a.etl", &bytes(&trace))
        .file("b.etl", &bytes(&trace));
    let write = |call: &[&str]| {
        let fixed = [
            "inspect",
            "--packets",
            "-o",
            "out.pcapng",
            "--force",
            "--threads",
        ];
        dir.run(&[&fixed, call].concat()).exits(0);
        std::fs::read(dir.path("out.pcapng")).unwrap()
    };
    let once = write(&["1", "a.etl", "b.etl"]);
    assert_eq!(packets_of(&once).len(), 800);
    assert!(once == write(&["4", "a.etl", "b.etl"]));
    assert!(once == write(&["3", "b.etl", "a.etl"]));
}

/// A trace that lost its header buffer has no clock: its packets get no time, not a wrong one.
#[test]
fn packets_without_a_time() {
    let mut trace = EtlTrace::new();
    trace.buffer_size(1024);
    trace
        .event(monitored(1, b"one").event().unwrap())
        .event(monitored(2, b"three").event().unwrap());
    let whole = bytes(&trace);
    let dir = Dir::new()
        .file("cut.etl", &whole[1024..])
        .file("whole.etl", &whole);
    let packets = written(&dir, &["cut.etl", "whole.etl"]);
    let kept: Vec<_> = packets
        .iter()
        .map(|packet| (&*packet.interface, &*packet.frame, packet.time))
        .collect();
    assert_eq!(
        kept,
        [
            ("whole.etl: component 15", &b"one"[..], Some(START)),
            ("whole.etl: component 15", b"three", Some(START)),
            ("cut.etl: component 15", b"one", None),
            ("cut.etl: component 15", b"three", None),
        ]
    );
}

#[test]
fn a_wrong_call_is_2() {
    let dir = Dir::new().scenario(HEALTHY).file("there.pcapng", b"mine");
    let zip = "entra-join-healthy.zip";
    let check = |call: &[&str], words: &str| {
        let run = dir
            .run(&[&["inspect", zip], call].concat())
            .exits(2)
            .warns(words);
        assert_eq!(run.out, "", "{call:?}");
    };
    check(&["--packets"], "--output <FILE>");
    check(&["-o", "a.pcapng"], "--packets");
    check(&["--force"], "--packets");
    check(
        &["--packets", "-o", "a.pcapng", "--format", "json"],
        "--format",
    );
    check(
        &["--packets", "-o", "there.pcapng"],
        "--force overwrites it",
    );
    assert_eq!(dir.text("there.pcapng"), "mine");
    assert!(!dir.path("a.pcapng").exists());
}

#[test]
fn exit_codes_are_those_of_reading() {
    let mut trace = EtlTrace::new();
    trace.buffer_size(1024);
    for number in 0..20 {
        trace.event(monitored(number, b"frame").event().unwrap());
    }
    let whole = bytes(&trace);
    let dir = Dir::new()
        .scenario(HEALTHY)
        .file("cut.etl", &whole[..whole.len() - 100])
        .file("no.etl", &b"this is no trace".repeat(9))
        .file("empty.etl", b"")
        .file("what.xyz", b"who knows");
    let run = |input: &str| dir.run(&["inspect", "--packets", "-o", "out.pcapng", input]);
    run("entra-join-healthy.zip")
        .exits(0)
        .says("no packet was found");
    run("what.xyz").exits(3).says("no packet was found");
    run("no.etl")
        .exits(3)
        .warns("does not begin with a trace buffer");
    run("empty.etl").exits(3).says("no packet was found");
    run("absent.etl").exits(3).warns("absent.etl");
    assert!(!dir.path("out.pcapng").exists());
    run("cut.etl").exits(4).warns("ends inside a buffer");
    assert!(dir.path("out.pcapng").exists());
    let quiet = dir.run(&["inspect", "--packets", "-o", "b.pcapng", "cut.etl", "-q"]);
    quiet.exits(4).silent();
}

/// Packets of real captures by link type, counted by another reader of the format.
#[test]
fn real_captures() {
    for (file, expected) in [
        ("pktmon_win10_19042_a.etl", [101, 244, 0]),
        // That reader counts 16,677 as wireless, as the trace calls them.
        (
            "pktmon_win11_26100_1mb.etl",
            [9_991 + 2_115, 16_677 - 2_115, 3_428],
        ),
        ("pktmon_win11_26200.etl", [51, 0, 0]),
    ] {
        let Some(path) = corpus(&format!("etl/{file}")) else {
            continue;
        };
        let packets = written(&Dir::new(), &[path.to_str().unwrap()]);
        let count = |link| packets.iter().filter(|packet| packet.link == link).count();
        assert_eq!([1, 105, 101].map(count), expected, "{file}");
        assert!(packets.is_sorted_by_key(|packet| packet.time), "{file}");
        assert!(packets.iter().all(|packet| packet.time.is_some()), "{file}");
    }
}
