//! A log that shows every payload form and every value type once, for readers to try themselves on.

use super::{EventSpec, EvtxLog, Form, Value};

const CHANNEL: &str = "Contoso-Samples-Gallery/Operational";
const COMPUTER: &str = "DESKTOP-EXMPL01";
const PROVIDER: &str = "Contoso-Samples-Gallery";
const PROVIDER_GUID: &str = "6f2a1c58-0d3b-4e8a-9b57-2f40d1c7a966";
/// 2026-03-02T08:00:00Z.
const START: u64 = 134_169_120_000_000_000;

/// One event per form, then one event per value type in field `Value`, a second apart.
///
/// The event identifiers are 1 to 5 for the forms, then 100 plus the type number. The form without
/// template is not among them, because several readers give up on it: see [`without_template`].
pub fn every_form() -> EvtxLog {
    let mut log = EvtxLog::new(CHANNEL, COMPUTER);
    let mut time = START;
    let mut add = |event: EventSpec| {
        log.event(event.at(time).process(4242, 77).user_sid("S-1-5-18"));
        time += crate::instant::TICKS_PER_SECOND;
    };
    for event in forms() {
        add(event);
    }
    for value in every_value() {
        let event_id = 100 + u16::from(value.kind());
        add(EventSpec::new(PROVIDER, PROVIDER_GUID, event_id).field("Value", value));
    }
    log
}

/// One event, with identifier 6, in a record that has no template.
pub fn without_template() -> EvtxLog {
    let mut log = EvtxLog::new(CHANNEL, COMPUTER);
    log.event(
        EventSpec::new(PROVIDER, PROVIDER_GUID, 6)
            .at(START)
            .process(4242, 77)
            .form(Form::Untemplated)
            .field("Name", "no template")
            .field("Count", 6_u32),
    );
    log
}

fn forms() -> Vec<EventSpec> {
    let event = |id| EventSpec::new(PROVIDER, PROVIDER_GUID, id);
    let user_data = Form::UserData {
        element: "GalleryItem".to_owned(),
        namespace: "urn:contoso:samples:gallery".to_owned(),
    };
    vec![
        event(1)
            .activity("3d0a7d1e-52b4-4c0f-8a7e-0f6f2d9b1c01")
            .related_activity("3d0a7d1e-52b4-4c0f-8a7e-0f6f2d9b1c02")
            .field("Name", "nested <EventData> & \"quotes\"")
            .field("Status", Value::HexInt32(0x8018_0014)),
        event(2)
            .form(Form::FlatEventData)
            .field("Name", "flat")
            .field("Count", 3_u32),
        EventSpec::classic("ContosoClassic", 3)
            .data("first")
            .data("")
            .data("third")
            .bytes(&[1, 2]),
        event(4)
            .form(user_data)
            .field("Name", "user data")
            .field("Count", 4_u32),
        event(5).form(Form::NoPayload),
    ]
}

/// One value of each type; texts include characters beyond the basic plane.
fn every_value() -> Vec<Value> {
    vec![
        Value::Null,
        Value::Text("Grüße 日本 😀".to_owned()),
        Value::Ansi("plain words".to_owned()),
        Value::Int8(-8),
        Value::UInt8(250),
        Value::Int16(-1600),
        Value::UInt16(61_000),
        Value::Int32(-32_000_000),
        Value::UInt32(3_221_521_682),
        Value::Int64(-64_000_000_000),
        Value::UInt64(u64::MAX),
        Value::Float(1.5),
        Value::Double(-2.25),
        Value::Bool(true),
        Value::Binary(vec![0xDE, 0xAD, 0xBE, 0xEF]),
        Value::Guid("9c3f6a2e-1b7d-4f50-8e21-5a0c4d7b9e13".to_owned()),
        Value::SizeT64(0x1_0000_0001),
        Value::FileTime(START),
        Value::SystemTime(START),
        Value::Sid("S-1-12-1-1111111111-1222222222-1333333333-1444444444".to_owned()),
        Value::HexInt32(0xC000_006D),
        Value::HexInt64(0x8000_0000_0000_0010),
        Value::Texts(vec!["one".to_owned(), "two".to_owned()]),
        Value::UInt32s(vec![1, 2, 3]),
    ]
}
