//! Samples of content: record headers, payload types, descriptions, packets, kernel events.

use super::super::packets::{
    Direction, Link, MonitoredPacket, Part, monitor_component, monitor_hardware_address,
    monitor_ipv4, ndis_fragment,
};
use super::super::system::{Change, Image, Process, configuration, thread};
use super::super::{
    ClassicEvent, Compression, ErrorRecord, EtlError, EtlEvent, EtlTrace, EventDescription,
    Extension, KernelHeader, KernelRecord, MapKind, PointerSize, Property, RawRecord, TraceLogging,
    Value, ValueMap, WppMessage, image_identity, image_symbols, manifest_events, session_records,
};
use super::payloads::{manifest_types, tracelogging_types};
use super::{Counts, Sample, events, sample};

const PROVIDER: &str = "6f2a1c58-0d3b-4e8a-9b57-2f40d1c7a966";
const REGISTRATION: &str = "23b8d46b-67dd-40a3-b636-d43e50552c6d";
const CLASS: &str = "8f2f6f0a-5c1e-4f0b-9d63-b3a1c6a4e210";
const MESSAGES: &str = "c1b7e5d2-90aa-4d1c-8a77-6f35e2d0bb19";
const ACTIVITY: &str = "3d0a7d1e-52b4-4c0f-8a7e-0f6f2d9b1c01";
/// An Ethernet frame with an IPv4 header and UDP from 192.0.2.10 to 192.0.2.53, no payload.
const FRAME: &[u8] = &[
    0x02, 0x00, 0x5E, 0x10, 0x00, 0x01, 0x02, 0x00, 0x5E, 0x10, 0x00, 0x02, 0x08, 0x00, 0x45, 0x00,
    0x00, 0x1C, 0x00, 0x01, 0x00, 0x00, 0x80, 0x11, 0xB6, 0x90, 0xC0, 0x00, 0x02, 0x0A, 0xC0, 0x00,
    0x02, 0x35, 0xC0, 0x00, 0x00, 0x35, 0x00, 0x08, 0x00, 0x00,
];

pub(super) fn samples() -> Vec<Sample> {
    vec![
        sample("headers", header_counts(), headers),
        sample("extended-items", events(2, 2), extended_items),
        sample("manifest-types", events(2, 1), manifest_types),
        sample("tracelogging-types", events(2, 4), tracelogging_types),
        sample(
            "messages",
            Counts {
                system: 2,
                message: 7,
                ..events(2, 0)
            },
            messages,
        ),
        sample(
            "kernel",
            Counts {
                system: 10,
                ..events(2, 0)
            },
            kernel,
        ),
        sample("merged", merged_counts(), merged),
        sample("registration", events(2, 5), registration),
        sample("packets", events(2, 10), |trace| {
            if let Err(fault) = packets(trace) {
                trace.fail(fault);
            }
        }),
        sample("empty-payloads", events(2, 3), |trace| {
            trace
                .event(EtlEvent::manifest(PROVIDER, 1))
                .event(EtlEvent::trace_logging(PROVIDER, TraceLogging::new("Bare")))
                .event(EtlEvent::manifest(PROVIDER, 2).field(Value::Nothing));
        }),
    ]
}

fn header_counts() -> Counts {
    Counts {
        buffers: 2,
        system: 5,
        compact: 2,
        perf_info: 4,
        full: 2,
        instance: 2,
        event: 3,
        message: 1,
        error: 1,
        unknown: 2,
    }
}

/// One record of each header, in both widths where there are two.
fn headers(trace: &mut EtlTrace) {
    let widths = [PointerSize::Bits32, PointerSize::Bits64];
    trace.header_record(session_records::build_lab(
        "22631.1.amd64fre.contoso.260302-0800",
    ));
    trace.header_record(session_records::header_extension(
        [1, 0, 0, 0, 0, 0, 0, 0],
        53,
    ));
    for width in widths {
        let kernel = KernelRecord::new(0x0F, 0x33)
            .process(4, 8)
            .pointer_size(width)
            .field(Value::Pointer(0x7FF6_1234_5678));
        let classic = ClassicEvent::new(CLASS, 1)
            .pointer_size(width)
            .process(4242, 77)
            .field("classic");
        trace
            .after(1)
            .event(kernel.clone())
            .event(kernel.clone().header(KernelHeader::Compact))
            .event(
                KernelRecord::perf_info(0x0F, 0x33)
                    .pointer_size(width)
                    .field(1_u64),
            )
            .event(kernel.header(KernelHeader::PerfInfo {
                pebs_index: Some(3),
                counters: vec![10, 20],
            }))
            .event(classic.clone())
            .event(classic.instance(5, 4, CLASS))
            .event(
                EtlEvent::manifest(PROVIDER, 1)
                    .pointer_size(width)
                    .field(7_u32),
            );
    }
    trace
        .event(WppMessage::new(MESSAGES, 10).argument(1_u32))
        .event(ErrorRecord::new(4242, 77, &[1, 2, 3, 4]))
        .event(RawRecord::unknown_type(0x55, 40))
        .event(RawRecord::short_time(0x1234, 99, &[1, 2, 3, 4]))
        .event(EtlEvent::manifest(PROVIDER, 2).field("behind the unknown ones"));
}

/// Every extended item, on an event of each width.
fn extended_items(trace: &mut EtlTrace) {
    for width in [PointerSize::Bits32, PointerSize::Bits64] {
        let items = [
            Extension::RelatedActivity("3d0a7d1e-52b4-4c0f-8a7e-0f6f2d9b1c02".to_owned()),
            Extension::Sid("S-1-5-18".to_owned()),
            Extension::TerminalSession(2),
            Extension::Instance(1, 2, CLASS.to_owned()),
            Extension::Stack(0x1122, vec![0x7FF6_1234_5678, 0x7FF6_1234_9ABC]),
            Extension::PebsIndex(7),
            Extension::Counters(vec![100, 200]),
            Extension::PsmKey(11),
            Extension::EventKey(12),
            Extension::ProcessStartKey(13),
            Extension::ControlGuid(PROVIDER.to_owned()),
            Extension::QpcDelta(14),
            Extension::ContainerId(CLASS.to_owned()),
            Extension::StackKey(0x1122, 0x3344),
            Extension::Other(0x77, vec![1, 2, 3]),
        ];
        let event = EtlEvent::manifest(PROVIDER, 3)
            .activity(ACTIVITY)
            .pointer_size(width);
        let event = items.into_iter().fold(event, EtlEvent::extension);
        trace.after(1).event(event.field("payload"));
    }
}

fn messages(trace: &mut EtlTrace) {
    let message = |number| WppMessage::new(MESSAGES, number).process(4242, 77);
    trace
        .header_record(session_records::symbol_file(CLASS, 1, "contoso.pdb"))
        .after(1)
        .event(message(10).argument(Value::HexInt32(0x8018_0014)))
        .event(
            message(11)
                .argument(Value::Ansi("CDevice::Join".to_owned()))
                .argument("device"),
        )
        .event(
            message(12)
                .sequence(9)
                .argument(Value::CountedText("counted".to_owned())),
        )
        .event(
            message(13)
                .component(5)
                .argument(Value::Guid(ACTIVITY.to_owned())),
        )
        .event(message(14).without_guid().without_time().argument(1_u8))
        .event(
            message(15)
                .without_process()
                .argument(Value::Sid("S-1-5-18".to_owned())),
        )
        .event(
            message(16)
                .pointer_size(PointerSize::Bits32)
                .flags(0x10)
                .argument(Value::Pointer(0x1234_5678))
                .argument(2_u64),
        );
}

fn kernel(trace: &mut EtlTrace) {
    let process = Process {
        id: 8124,
        parent_id: 820,
        session: 0,
        exit_status: 259,
        user_sid: "S-1-5-18".to_owned(),
        image: "dsregcmd.exe".to_owned(),
        command_line: "dsregcmd.exe /join".to_owned(),
    };
    let image = Image {
        base: 0x7FF6_1230_0000,
        size: 0x9_5000,
        process_id: 8124,
        time_stamp: 0x6100_0000,
        path: "\\Device\\HarddiskVolume3\\Windows\\System32\\dsreg.dll".to_owned(),
    };
    trace
        .header_record(session_records::partition())
        .header_record(session_records::rundown_complete())
        .event(configuration("DESKTOP-EXMPL01", "contoso.example", 2400, 4))
        .event(process.record(Change::RunningAtStart))
        .event(process.record_v3(Change::Start))
        .event(image.record(Change::Start))
        .event(thread(Change::Start, 8124, 6120, 0x7FF6_1230_1000))
        .event(process.record(Change::End))
        .event(session_records::end_extension([0; 8], 53));
}

fn merged_counts() -> Counts {
    Counts {
        full: 5,
        ..events(2, 6)
    }
}

/// A merged trace: packed, with descriptions of its events inside.
fn merged(trace: &mut EtlTrace) {
    let description = EventDescription::new(PROVIDER, "Contoso-Samples-Gallery", 5)
        .task(3, "Join")
        .opcode(1, "Start")
        .level(4, "Information")
        .keyword(0x10, &["Device"])
        .message("Device %1 joined as %2")
        .property(Property::new("Device", 1, 1))
        .property(Property::new("Kind", 8, 8).map("KindMap"))
        .property(Property::new("Size", 6, 6))
        .property(Property::new("Bytes", 14, 15).length_from("Size"))
        .property(Property::new("Count", 4, 4))
        .property(Property::new("Numbers", 8, 8).count_from("Count"))
        .property(Property::structure(
            "Place",
            vec![Property::new("Row", 8, 8), Property::new("Column", 8, 8)],
        ));
    let event = EtlEvent::manifest(PROVIDER, 5)
        .task(3)
        .opcode(1)
        .keyword(0x10)
        .field("DESKTOP-EXMPL01")
        .field(2_u32)
        .field(3_u16)
        .field(Value::Bytes(vec![1, 2, 3]))
        .field(2_u8)
        .field(10_u32)
        .field(20_u32)
        .field(5_u32)
        .field(6_u32);
    let map = ValueMap::new(PROVIDER, "KindMap", MapKind::Values)
        .entry(1, "Server")
        .entry(2, "Laptop");
    let flags = ValueMap::new(PROVIDER, "FlagMap", MapKind::Bits).entry(1, "Managed");
    let xml = format!(
        "<instrumentationManifest><provider name=\"Contoso-Source\" guid=\"{{{CLASS}}}\"/></instrumentationManifest>"
    );
    trace
        .relogged()
        .compressed(Compression::Xpress)
        .event(event);
    match manifest_events(CLASS, &xml, 30) {
        Ok(chunks) => chunks.into_iter().for_each(|chunk| {
            trace.event(chunk);
        }),
        Err(fault) => trace.fail(fault),
    }
    trace
        .event(image_identity(
            0x7FF6_1230_0000,
            0x9_5000,
            8124,
            0x6100_0000,
            "dsreg.dll",
        ))
        .event(image_symbols(0x7FF6_1230_0000, 8124, CLASS, 1, "dsreg.pdb"))
        .event(map)
        .event(flags)
        .event(description);
}

/// What the registration client writes: debug events with one text, and one of its Admin events.
fn registration(trace: &mut EtlTrace) {
    let debug = |id, level, text: &str| {
        EtlEvent::manifest(REGISTRATION, id)
            .channel(17)
            .level(level)
            .process(8124, 6120)
            .field(text)
    };
    trace
        .after(10_000)
        .event(debug(
            500,
            4,
            "DeviceRegistrationApi::BeginJoin: user ada@contoso.example",
        ))
        .after(10_000)
        .event(debug(
            501,
            3,
            "RegReadDwordValue: value is absent, default 0",
        ))
        .after(10_000)
        .event(debug(
            500,
            4,
            "RegistrationController::SendJoinHttpRequest: Method: POST",
        ))
        .after(10_000)
        .event(debug(
            502,
            2,
            "RegistrationCertStatus::GetCertificates: 0x80092004",
        ))
        .after(10_000)
        .event(
            EtlEvent::manifest(REGISTRATION, 102)
                .channel(16)
                .process(8124, 6120)
                .activity(ACTIVITY)
                .field(1_i32)
                .field("DEVICE")
                .field("contoso.example"),
        );
}

fn packets(trace: &mut EtlTrace) -> Result<(), EtlError> {
    let fragment =
        |part, bytes| ndis_fragment([12, 12], Link::Ethernet, Direction::Send, part, bytes);
    let (first, second) = FRAME.split_at(20);
    let kept = MonitoredPacket::ethernet(1, 15, FRAME);
    let again = MonitoredPacket {
        appearance: 2,
        component: 131,
        ..kept.clone()
    };
    let dropped = MonitoredPacket {
        drop_reason: 4,
        drop_location: 0xE000_3B61,
        ..MonitoredPacket::ethernet(2, 131, FRAME)
    };
    let cut = MonitoredPacket {
        original_size: 1514,
        ..MonitoredPacket::ethernet(3, 15, FRAME)
    };
    trace
        .after(1)
        .event(monitor_component(
            15,
            6,
            "contosonic.sys",
            "Contoso Adapter",
        ))
        .event(monitor_hardware_address(15, [2, 0, 0x5E, 0x10, 0, 2]))
        .event(monitor_ipv4(15, [192, 0, 2, 10]))
        .event(kept.event()?)
        .event(again.event()?)
        .event(dropped.event()?)
        .event(cut.event()?)
        .event(fragment(Part::Whole, FRAME)?)
        .event(fragment(Part::First, first)?)
        .event(fragment(Part::Last, second)?);
    Ok(())
}
