//! Frames of built traces: their order, their fragments, and what is folded.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use joinscope_etl::frames::{MAX_FRAME, MAX_OPEN_FRAMES};
use joinscope_etl::{Frame, FrameCounts, Frames, Trace};
use samples::etl::packets::{
    Direction, Link, MonitoredPacket, Part, monitor_component, ndis_fragment, ndis_metadata,
    switch_frame,
};
use samples::etl::{Compression, EtlEvent, EtlTrace};

/// What a test looks at, with the frames' bytes as text.
#[derive(Debug, Default, PartialEq, Eq)]
struct Read {
    /// `bytes[/original][!drop reason][?]`, the last for an unfinished frame.
    frames: Vec<String>,
    counts: FrameCounts,
}

fn shown(frame: &Frame<'_>) -> String {
    let mut text = String::from_utf8_lossy(&frame.bytes).into_owned();
    match frame.original_length {
        Some(length) if length as usize == frame.bytes.len() => {}
        Some(length) => text.extend(["/", &length.to_string()]),
        None => text += "/?",
    }
    if let Some(drop) = frame.drop {
        text.extend(["!", &drop.reason.to_string()]);
    }
    if frame.is_unfinished {
        text += "?";
    }
    text
}

fn read(trace: &EtlTrace) -> Read {
    let file = trace.to_bytes().unwrap();
    let trace = Trace::open(&file).unwrap();
    let mut frames = Frames::of(&trace);
    let shown = frames.by_ref().map(|frame| shown(&frame)).collect();
    Read {
        frames: shown,
        counts: frames.counts(),
    }
}

/// Events, 100 ns apart unless they say how long after the one before they come.
fn trace_of(events: impl IntoIterator<Item = (u64, EtlEvent)>) -> EtlTrace {
    let mut trace = EtlTrace::new();
    for (after, event) in events {
        trace.after(after).event(event);
    }
    trace
}

/// A trace gives these frames; of each kind as many as said.
#[track_caller]
fn check(events: Vec<EtlEvent>, frames: &[&str], counts: FrameCounts) {
    let found = read(&trace_of(events.into_iter().map(|event| (1, event))));
    assert_eq!(found.frames, frames);
    let counts = FrameCounts {
        frames: frames.len() as u64,
        ..counts
    };
    assert_eq!(found.counts, counts);
}

fn fragment(interfaces: [u32; 2], part: Part, bytes: &str) -> EtlEvent {
    let bytes = bytes.as_bytes();
    ndis_fragment(interfaces, Link::Ethernet, Direction::Send, part, bytes).unwrap()
}

fn whole(interfaces: [u32; 2], bytes: &str) -> EtlEvent {
    fragment(interfaces, Part::Whole, bytes)
}

fn monitored(group: u64, component: u16, bytes: &str) -> MonitoredPacket {
    MonitoredPacket::ethernet(group, component, bytes.as_bytes())
}

fn records(records: u64) -> FrameCounts {
    FrameCounts {
        records,
        ..FrameCounts::default()
    }
}

#[test]
fn a_group_is_one_packet_and_a_drop_one_more() {
    let seen = |group, component| monitored(group, component, "seen").event().unwrap();
    let dropped = |group, reason| {
        let packet = MonitoredPacket {
            drop_reason: reason,
            ..monitored(group, 9, "dropped")
        };
        packet.event().unwrap()
    };
    let cut = MonitoredPacket {
        original_size: 1514,
        ..monitored(5, 1, "cut")
    };
    check(
        vec![
            seen(1, 15),
            seen(1, 16),
            seen(2, 15),
            seen(1, 17),
            dropped(1, 4),
            dropped(3, 5),
            seen(3, 15),
            dropped(3, 6),
            cut.event().unwrap(),
        ],
        &[
            "seen",
            "seen",
            "dropped!4",
            "dropped!5",
            "dropped!6",
            "cut/1514",
        ],
        FrameCounts {
            drops: 3,
            folded: 3,
            ..records(9)
        },
    );
}

#[test]
fn layers_are_folded_and_repetitions_are_not() {
    // Two frames that are alike, each seen at three edges, one after the other and mixed.
    check(
        [[3, 3], [3, 4], [3, 5], [3, 3], [3, 4], [3, 5]]
            .map(|at| whole(at, "arp"))
            .to_vec(),
        &["arp", "arp"],
        FrameCounts {
            folded: 4,
            ..records(6)
        },
    );
    check(
        [[3, 3], [3, 3], [3, 4], [3, 4]]
            .map(|at| whole(at, "arp"))
            .to_vec(),
        &["arp", "arp"],
        FrameCounts {
            folded: 2,
            ..records(4)
        },
    );
    // Other bytes, another miniport, another direction: other frames.
    let back = ndis_fragment(
        [3, 5],
        Link::Ethernet,
        Direction::Receive,
        Part::Whole,
        b"arp",
    );
    check(
        vec![
            whole([3, 3], "arp"),
            whole([3, 4], "ARP"),
            whole([4, 5], "arp"),
            back.unwrap(),
        ],
        &["arp", "ARP", "arp", "arp"],
        records(4),
    );
}

#[test]
fn layers_are_near_in_time() {
    let at = |after| [(1, whole([3, 3], "arp")), (after, whole([3, 4], "arp"))];
    assert_eq!(read(&trace_of(at(100_000))).frames, ["arp"]);
    assert_eq!(read(&trace_of(at(100_001))).frames, ["arp", "arp"]);
}

#[test]
fn fragments_of_interfaces_and_threads_are_kept_apart() {
    let (a, b) = ([1, 1], [2, 2]);
    check(
        vec![
            fragment(a, Part::First, "a1"),
            fragment(b, Part::First, "b1"),
            fragment(a, Part::First, "c1").process(4, 7),
            fragment(a, Part::Middle, "a2"),
            fragment(b, Part::Last, "b2"),
            whole(b, "whole"),
            fragment(a, Part::Last, "c2").process(4, 7),
            fragment(a, Part::Last, "a3"),
        ],
        &["b1b2", "whole", "c1c2", "a1a2a3"],
        FrameCounts {
            fragments: 7,
            ..records(8)
        },
    );
}

#[test]
fn frames_that_never_end_are_given_out_as_far_as_they_go() {
    let a = [1, 1];
    check(
        vec![
            fragment(a, Part::Last, "no beginning"),
            fragment(a, Part::Middle, "none"),
            fragment(a, Part::First, "a1"),
            fragment(a, Part::Middle, "a2"),
            fragment(a, Part::First, "b1"),
        ],
        &["a1a2/??", "b1/??"],
        FrameCounts {
            fragments: 5,
            orphans: 2,
            unfinished: 2,
            ..records(5)
        },
    );
    let opened = MAX_OPEN_FRAMES + 1;
    let many = (0..opened).map(|index| {
        let interface = u32::try_from(index).unwrap();
        (1, fragment([interface; 2], Part::First, "open"))
    });
    let found = read(&trace_of(many));
    assert_eq!(found.frames.len(), opened);
    assert_eq!(found.counts.unfinished, opened as u64);
}

#[test]
fn a_frame_without_end_is_cut_at_the_limit() {
    let piece = "x".repeat(30_000);
    let parts = std::iter::once(Part::First)
        .chain(std::iter::repeat_n(Part::Middle, 20))
        .chain([Part::Last]);
    let trace = trace_of(parts.map(|part| (1, fragment([1, 1], part, &piece))));
    let file = trace.to_bytes().unwrap();
    let trace = Trace::open(&file).unwrap();
    let frames: Vec<_> = Frames::of(&trace).collect();
    let [frame] = &frames[..] else {
        unreachable!("{} frames", frames.len())
    };
    assert_eq!((frame.bytes.len(), frame.is_unfinished), (MAX_FRAME, true));
}

#[test]
fn a_truncated_frame_has_the_length_of_its_ip_header() {
    let mut frame = [2; 12].to_vec();
    frame.extend([8, 0, 0x45, 0, 5, 0xdc]);
    let event = |keyword: u64| {
        ndis_fragment([1, 1], Link::Ethernet, Direction::Send, Part::Whole, &frame)
            .unwrap()
            .keyword(0x1_C000_0001 | keyword)
    };
    let length = |event| {
        let file = trace_of([(1, event)]).to_bytes().unwrap();
        let trace = Trace::open(&file).unwrap();
        Frames::of(&trace).next().unwrap().original_length
    };
    assert_eq!(length(event(0)), Some(18));
    assert_eq!(length(event(0x200_0000)), Some(1514));
}

#[test]
fn the_protected_bit_of_wireless_frames_is_cleared() {
    let frame = [0x88, 0x41, 1, 2];
    for (link, expected) in [(Link::Wifi, [0x88, 0x01, 1, 2]), (Link::Ethernet, frame)] {
        let event = ndis_fragment([1, 1], link, Direction::Receive, Part::Whole, &frame).unwrap();
        let file = trace_of([(1, event)]).to_bytes().unwrap();
        let trace = Trace::open(&file).unwrap();
        assert_eq!(*Frames::of(&trace).next().unwrap().bytes, expected);
    }
}

/// A frame called 802.11 with this behind its first twelve bytes has this link.
#[test]
fn wireless_frames_above_the_wireless_stack_are_ethernet() {
    let check = |behind: &[u8], is_ethernet: bool| {
        let bytes = [
            &[2, 0x42, 3, 4, 5, 6, 2, 0x42, 3, 4, 5, 7],
            behind,
            &[0; 36],
        ]
        .concat();
        let packet = MonitoredPacket {
            link: Link::Wifi,
            ..MonitoredPacket::ethernet(1, 1, &bytes)
        };
        let file = trace_of([(1, packet.event().unwrap())]).to_bytes().unwrap();
        let trace = Trace::open(&file).unwrap();
        let mut frames = Frames::of(&trace);
        let frame = frames.next().unwrap();
        let expected = if is_ethernet { (0x42, 1) } else { (2, 0) };
        let found = (frame.bytes[1], frames.counts().relabelled);
        assert_eq!(found, expected, "{behind:x?}");
    };
    check(&[8, 0, 0x45, 0, 0, 30], true);
    check(&[8, 0, 0x45, 0, 0, 0], true);
    check(&[0x86, 0xdd, 0x60, 0, 0, 0, 0, 1], true);
    check(&[8, 6, 0, 1, 8, 0, 6, 4, 0, 1], true);
    check(&[8, 0, 0x44, 0, 0, 30], false);
    check(&[8, 0, 0x65, 0, 0, 30], false);
    check(&[8, 0, 0x45, 0, 0, 19], false);
    check(&[8, 0, 0x45, 0, 1, 0], false);
    check(&[0x86, 0xdd, 0x45, 0, 0, 30], false);
    check(&[8, 6, 0, 1, 8, 0, 6, 8], false);
    check(&[0xaa, 0xaa, 3, 0, 0, 0], false);
}

#[test]
fn other_records_are_counted_or_passed_over() {
    let short = EtlEvent::manifest("4d4f80d9-c8bd-4d73-bb5b-19c90402c5ac", 160).field(7_u32);
    check(
        vec![
            ndis_metadata([1, 1], &[1, 2, 3]).unwrap(),
            short,
            EtlEvent::manifest("6f2a1c58-0d3b-4e8a-9b57-2f40d1c7a966", 160).field("no packet"),
            switch_frame([1, 1], 7, &[8, 9], b"switched").unwrap(),
            switch_frame([1, 1], 7, &[], b"nowhere").unwrap(),
        ],
        &["switched", "nowhere"],
        FrameCounts {
            metadata: 1,
            unreadable: 1,
            ..records(3)
        },
    );
}

#[test]
fn components_are_named_wherever_they_stand() {
    let trace = trace_of([
        (1, monitored(1, 15, "seen").event().unwrap()),
        (
            1,
            monitor_component(15, 6, "contosonic.sys", "Contoso Adapter"),
        ),
        (1, monitor_component(15, 6, "another.sys", "")),
    ]);
    let file = trace.to_bytes().unwrap();
    let trace = Trace::open(&file).unwrap();
    let mut frames = Frames::of(&trace);
    assert_eq!(frames.by_ref().count(), 1);
    let component = &frames.components()[&(0, 15)];
    assert_eq!(component.name, "contosonic.sys");
    assert_eq!(component.description, "Contoso Adapter");
}

/// Three processors write in turn into small buffers, which come to the file as they fill.
#[test]
fn frames_of_all_processors_are_in_the_order_of_time() {
    for compression in [None, Some(Compression::Xpress)] {
        let mut trace = EtlTrace::new();
        trace.buffer_size(1024).cpus(3);
        if let Some(compression) = compression {
            trace.compressed(compression);
        }
        let expected: Vec<String> = (0..300).map(|number| format!("frame {number}")).collect();
        for (number, text) in (0_u64..).zip(&expected) {
            let cpu = u16::try_from(number * number % 3).unwrap();
            trace.cpu(cpu).after(5);
            trace.event(monitored(number, 1, text).event().unwrap());
        }
        let file = trace.to_bytes().unwrap();
        let trace = Trace::open(&file).unwrap();
        assert!(trace.buffers.len() > 20);
        let frames: Vec<_> = Frames::of(&trace).collect();
        let found: Vec<_> = frames.iter().map(shown).collect();
        assert_eq!(found, expected);
        assert!(frames.is_sorted_by_key(|frame| frame.ticks));
        let is_borrowed = |frame: &Frame<'_>| matches!(frame.bytes, std::borrow::Cow::Borrowed(_));
        assert_eq!(frames.iter().all(is_borrowed), compression.is_none());
    }
}

/// Every cut of a capture gives a beginning of its frames, as one processor wrote them.
#[test]
fn every_prefix_ends_in_fewer_frames() {
    let mut trace = EtlTrace::new();
    trace.buffer_size(512);
    for number in 0..6 {
        let text = format!("frame {number}");
        trace
            .after(1)
            .event(monitored(number, 1, &text).event().unwrap());
    }
    let file = trace.to_bytes().unwrap();
    let all: Vec<String> = Frames::of(&Trace::open(&file).unwrap())
        .map(|frame| shown(&frame))
        .collect();
    assert_eq!(all.len(), 6);
    for end in 0..file.len() {
        let Ok(trace) = Trace::open(&file[..end]) else {
            continue;
        };
        let found: Vec<String> = Frames::of(&trace).map(|frame| shown(&frame)).collect();
        assert!(all.starts_with(&found), "{end}: {found:?}");
    }
}
