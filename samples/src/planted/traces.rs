//! The traces: events of every kind of provider, kernel records, messages, and packets.

use super::{Planting, START};
use crate::etl::packets::{
    Direction, Link, MonitoredPacket, Part, monitor_component, monitor_ipv4, ndis_fragment,
};
use crate::etl::system::{Change, Image, Process, configuration};
use crate::etl::{
    ClassicEvent, EtlError, EtlEvent, EtlTrace, EventDescription, Extension, Field, MapKind, Out,
    Property, ProviderTraits, TraceLogging, Value, ValueMap, WppMessage, provider_guid_of,
    session_records,
};

const REGISTRATION: &str = "23b8d46b-67dd-40a3-b636-d43e50552c6d";
const DESCRIBED: &str = "6f2a1c58-0d3b-4e8a-9b57-2f40d1c7a966";
const CLASS: &str = "8f2f6f0a-5c1e-4f0b-9d63-b3a1c6a4e210";
const MESSAGES: &str = "c1b7e5d2-90aa-4d1c-8a77-6f35e2d0bb19";
/// Input and output type of a UTF-16 text.
const TEXT: (u16, u16) = (1, 1);

pub(super) fn events(planting: &Planting<'_>) -> Result<Vec<u8>, EtlError> {
    let text = planting.text;
    let mut trace = EtlTrace::new();
    trace
        .names(text, text)
        .at("2026-03-02T08:01:00Z")
        .header_record(session_records::build_lab(text))
        .header_record(session_records::symbol_file(CLASS, 1, text));
    kernel(planting, &mut trace);
    for (id, level) in [(500, 4), (501, 3), (502, 2)] {
        let event = EtlEvent::manifest(REGISTRATION, id)
            .channel(17)
            .level(level);
        trace.after(10_000).event(event.field(text));
    }
    let join = EtlEvent::manifest(REGISTRATION, 102).channel(16);
    trace.event(join.field(1_i32).field(text).field(text));
    trace.after(10_000).event(described(planting));
    trace.after(10_000).event(typed(planting));
    trace.event(
        ClassicEvent::new(CLASS, 1)
            .field(text)
            .field(Value::Ansi(text.to_owned())),
    );
    let message = WppMessage::new(MESSAGES, 10).argument(text);
    trace.event(message.argument(Value::Ansi(text.to_owned())));
    for description in descriptions(text) {
        trace.event(description);
    }
    trace.event(
        ValueMap::new(DESCRIBED, "Kinds", MapKind::Values)
            .entry(1, text)
            .entry(2, text),
    );
    trace.into_bytes()
}

fn kernel(planting: &Planting<'_>, trace: &mut EtlTrace) {
    let text = planting.text;
    let process = Process {
        id: 8124,
        parent_id: 820,
        session: 0,
        exit_status: 259,
        user_sid: planting.sid.to_owned(),
        image: text.to_owned(),
        command_line: text.to_owned(),
    };
    let image = Image {
        base: 0x7FF6_1230_0000,
        size: 0x9_5000,
        process_id: 8124,
        time_stamp: 0x6100_0000,
        path: text.to_owned(),
    };
    trace
        .event(configuration(planting.computer(), text, 2400, 4))
        .event(process.record(Change::RunningAtStart))
        .event(process.record_v3(Change::Start))
        .event(image.record(Change::Start));
}

/// A TraceLogging event that is named, and names all its fields, by the text.
fn described(planting: &Planting<'_>) -> EtlEvent {
    let text = planting.text;
    let schema = TraceLogging::new(text)
        .field("Text", text)
        .field("Ansi", Value::Ansi(text.to_owned()))
        .field("Counted", Value::CountedText(text.to_owned()))
        .field("Bytes", Value::CountedBinary(text.into()))
        .field(text, "a value")
        .with(Field::new("Json", Value::Ansi(planting.json(&[]))).shown(Out::Json))
        .with(Field::new("Utf8", Value::Ansi(text.to_owned())).shown(Out::Utf8))
        .with(Field::array("Texts", vec![text.into(), text.into()]))
        .with(Field::structure(text, vec![Field::new("Inner", text)]));
    let named = planting.named.iter();
    let schema = named.fold(schema, |schema, (name, value)| schema.field(name, *value));
    EtlEvent::trace_logging(&provider_guid_of(text), schema)
        .traits(ProviderTraits::new(text))
        .extension(Extension::Sid(planting.sid.to_owned()))
}

/// An event that a description in the trace explains.
fn typed(planting: &Planting<'_>) -> EtlEvent {
    let event = EtlEvent::manifest(DESCRIBED, 5)
        .task(3)
        .opcode(1)
        .keyword(0x10);
    event
        .field(planting.text)
        .field(1_u32)
        .field(Value::Ansi(planting.text.to_owned()))
}

fn descriptions(text: &str) -> [EventDescription; 1] {
    [EventDescription::new(DESCRIBED, text, 5)
        .task(3, text)
        .opcode(1, text)
        .level(4, text)
        .keyword(0x10, &[text])
        .message(text)
        .property(Property::new(text, TEXT.0, TEXT.1))
        .property(Property::new("Kind", 8, 8).map("Kinds"))
        .property(Property::new("Ansi", 2, 1))]
}

/// Frames of HTTP in the clear: the text in an address, a header and a body.
pub(super) fn packets(planting: &Planting<'_>) -> Result<Vec<u8>, EtlError> {
    let frame = frame(planting.text);
    let mut trace = EtlTrace::new();
    trace
        .names(planting.text, planting.text)
        .at(START)
        .event(monitor_component(15, 6, planting.text, planting.text))
        .event(monitor_ipv4(15, [198, 51, 100, 77]))
        .event(MonitoredPacket::ethernet(1, 15, &frame).event()?)
        .event(ndis_fragment(
            [12, 12],
            Link::Ethernet,
            Direction::Send,
            Part::Whole,
            &frame,
        )?);
    trace.into_bytes()
}

/// An Ethernet frame with IPv4 from 198.51.100.77 to 192.0.2.53, TCP to port 80 and a request.
fn frame(text: &str) -> Vec<u8> {
    let line = super::on_one_line(text);
    let request = format!("POST /{line} HTTP/1.1\r\nCookie: {line}\r\n\r\n{text}");
    let mut frame = vec![
        2, 0, 0x5E, 0x10, 0, 1, 2, 0, 0x5E, 0x10, 0, 2, 8, 0, 0x45, 0,
    ];
    let length = u16::try_from(40 + request.len()).unwrap_or(u16::MAX);
    frame.extend(length.to_be_bytes());
    frame.extend([0, 1, 0, 0, 0x80, 6, 0, 0, 198, 51, 100, 77, 192, 0, 2, 53]);
    // Ports, sequence, acknowledgement, header length and flags, window, checksum, urgent pointer.
    frame.extend([
        0xC0, 1, 0, 80, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 4, 0, 0, 0, 0, 0,
    ]);
    frame.extend(request.as_bytes());
    frame
}
