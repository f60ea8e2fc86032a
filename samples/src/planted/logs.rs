//! The event log: events that a join is made of and an event of each form, with the text in every field.

use super::{Planting, SECOND, START};
use crate::evtx::{EventSpec, EvtxError, EvtxLog, Form, Value};

const REGISTRATION: (&str, &str) = (
    "Microsoft-Windows-User Device Registration",
    "23b8d46b-67dd-40a3-b636-d43e50552c6d",
);
const SIGN_IN: (&str, &str) = (
    "Microsoft-Windows-AAD",
    "4de9bc9c-b27a-43c9-8994-0915f1a5e24f",
);
const MANAGEMENT: (&str, &str) = (
    "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider",
    "3da494e4-0fe2-415c-b895-fb5265c5c83b",
);
const TASKS: (&str, &str) = (
    "Microsoft-Windows-TaskScheduler",
    "de7b24ea-73c8-4a09-985d-5bdadcfa9017",
);
const INVENTED: (&str, &str) = ("Contoso-Samples", "9c3f6a2e-1b7d-4f50-8e21-5a0c4d7b9e13");

/// Events that attempts are made of, with the fields of theirs that hold texts.
const KNOWN: &[((&str, &str), u16, &[&str])] = &[
    (REGISTRATION, 100, &[]),
    (REGISTRATION, 101, &["ServerMessage"]),
    (
        REGISTRATION,
        102,
        &["JoinRequestTypeSymbolicName", "Domain"],
    ),
    (REGISTRATION, 103, &["AuthToken"]),
    (REGISTRATION, 204, &["ServerResponse", "ActivityId"]),
    (REGISTRATION, 304, &["ErrorMessage", "ServerMessage"]),
    (SIGN_IN, 1081, &["ErrorMessage", "CorrelationID"]),
    (SIGN_IN, 1098, &["ErrorMessage", "AdditionalInformation"]),
    (MANAGEMENT, 52, &["Message1", "Message2"]),
    (MANAGEMENT, 76, &["Message1"]),
    (
        MANAGEMENT,
        813,
        &["Message1", "Message2", "Message3", "Message4"],
    ),
    (TASKS, 325, &["TaskName", "QueuedTaskInstanceId"]),
];

pub(super) fn log(planting: &Planting<'_>) -> Result<Vec<u8>, EvtxError> {
    let text = planting.text;
    let mut log = EvtxLog::new(
        "Microsoft-Windows-User Device Registration/Admin",
        planting.computer(),
    );
    let mut at = START;
    for (provider, id, names) in KNOWN {
        at += SECOND;
        let event = named(planting, EventSpec::new(provider.0, provider.1, *id).at(at));
        let event = event
            .level(2)
            .process(6412, 6500)
            .field("ExitCode", Value::Int32(-2_145_647_635))
            .field("HttpStatus", Value::UInt32(400));
        let event = names
            .iter()
            .fold(event, |event, name| event.field(name, text));
        log.event(event.user_sid(planting.sid));
    }
    for event in forms(planting) {
        at += SECOND;
        log.event(event.at(at));
    }
    log.into_bytes()
}

/// An event of each form, and one that comes from elsewhere.
fn forms(planting: &Planting<'_>) -> Vec<EventSpec> {
    let text = planting.text;
    let invented = || EventSpec::new(INVENTED.0, INVENTED.1, 7).user_sid(planting.sid);
    let own = Form::UserData {
        element: text.to_owned(),
        namespace: text.to_owned(),
    };
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let letters = text.bytes().map(u32::from).collect();
    let typed = named(planting, invented())
        .field("Text", text)
        .field("Ansi", Value::Ansi(text.to_owned()))
        .field("Bytes", Value::Binary(text.into()))
        .field("Wide", Value::Binary(wide))
        .field("Numbers", Value::UInt32s(letters))
        .field(
            "Texts",
            Value::Texts(vec!["one".to_owned(), text.to_owned()]),
        )
        .field("Account", Value::Sid(planting.sid.to_owned()));
    let lone_name = invented().field(text, "a value");
    let forwarded = EventSpec::new(text, "", 8)
        .channel(text)
        .computer(planting.computer())
        .field("Text", text);
    vec![
        typed,
        lone_name,
        forwarded,
        invented().form(Form::FlatEventData).field("Text", text),
        invented().form(own).field("Text", text),
        EventSpec::classic(text, 9)
            .data(text)
            .bytes(text.as_bytes()),
        invented().form(Form::Untemplated).field("Text", text),
        invented().form(Form::NoPayload),
    ]
}

fn named(planting: &Planting<'_>, event: EventSpec) -> EventSpec {
    let fields = planting.named.iter();
    fields.fold(event, |event, (name, value)| event.field(name, *value))
}
