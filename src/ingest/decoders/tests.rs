//! What decodes which record, from the shipped tables and from given files.

use joinscope_etl::{
    Decoded, Ending, Fault, Scratch, Trace, Value as Wire, decode, guid_from_name,
};
use joinscope_wire::push_utf16le;
use samples::etl::{EtlEvent, EtlTrace, Record, Value, WppMessage};
use samples::program::{Program, ProgramEvent, ProgramProvider};

use super::*;

const UDR: &str = "23b8d46b-67dd-40a3-b636-d43e50552c6d";
const AAD: &str = "4de9bc9c-b27a-43c9-8994-0915f1a5e24f";
/// A provider that no table knows.
const CONTOSO: &str = "6f1b8b1e-0000-4000-8000-000000000001";

const XML: &str = r#"<?xml version="1.0"?><instrumentationManifest><instrumentation><events>
<provider name="Contoso-Stated" guid="{6f1b8b1e-0000-4000-8000-000000000001}">
<channels><channel name="Contoso-Stated/Trace" chid="T"/></channels>
<maps><valueMap name="Kinds"><map value="1" message="$(string.one)"/></valueMap></maps>
<templates><template tid="T"><data name="Kind" inType="win:UInt32" map="Kinds"/></template></templates>
<event value="7" version="0" template="T" message="$(string.m)"/></provider>
</events></instrumentation><localization><resources culture="en-US"><stringTable>
<string id="one" value="first"/><string id="m" value="kind %1"/>
</stringTable></resources></localization></instrumentationManifest>"#;

const TMF: &str = "\
6f1b8b1e-0000-4000-8000-000000000009 joiner // SRC=join.cpp MJ= MN=
#typev join_cpp78 13 \"%0Join of %10!s! failed with %11!s!\" //   LEVEL=TRACE_LEVEL_ERROR FLAGS=Net FUNC=Joiner::Run
{
user, ItemWString -- 10
code, ItemHRESULT -- 11
}
";

fn shipped() -> Decoders {
    Decoders::shipped(&Catalog::embedded().expect("the embedded tables are sound"))
}

fn guid(text: &str) -> Guid {
    text.parse().unwrap()
}

/// The program with the provider that no table knows.
fn program() -> Vec<u8> {
    let event = ProgramEvent::new(7).channel(16).item("Carried", 8, 0);
    let provider = ProgramProvider::new(CONTOSO)
        .channel(16, "Contoso-Suggested/Admin")
        .event(event);
    Program::new().provider(provider).to_bytes().unwrap()
}

/// One record through the ladder: by what it was read, its fields, how it ended.
fn read(decoders: &Decoders, record: impl Record) -> (Decoded, Vec<String>, Ending) {
    let mut trace = EtlTrace::new();
    trace.event(record);
    let bytes = trace.to_bytes().unwrap();
    let trace = Trace::open(&bytes).unwrap();
    let mut scratch = Scratch::new();
    let span = trace.buffers.last().unwrap();
    let buffer = trace.open_buffer(span, &mut scratch);
    let record = buffer.records().last().unwrap().unwrap();
    let mut fields = Vec::new();
    let rungs = decoders.rungs();
    let reading = decode(&record, &rungs, &mut |name: &str, value: Wire<'_>| {
        fields.push(format!("{name}={}", text(value)));
    });
    (reading.decoded, fields, reading.ending)
}

fn text(value: Wire<'_>) -> String {
    match value {
        Wire::Utf16(bytes) => {
            let mut text = String::new();
            push_utf16le(bytes, &mut text);
            text
        }
        Wire::Utf8(bytes) | Wire::Ansi(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        other => format!("{other:?}"),
    }
}

#[track_caller]
fn check(decoders: &Decoders, record: impl Record, by: Decoded, expected: &[&str]) {
    let (decoded, fields, ending) = read(decoders, record);
    assert_eq!(fields, expected);
    assert_eq!(decoded, by);
    assert!(
        ending.is_complete() || by == Decoded::Undecoded,
        "{ending:?}"
    );
}

#[test]
fn catalogued_events_are_decoded() {
    let decoders = shipped();
    for id in 500..=504 {
        let record = EtlEvent::manifest(UDR, id)
            .channel(17)
            .field("Joiner::Run: began");
        let (decoded, fields, ending) = read(&decoders, record);
        assert_eq!((decoded, ending.is_complete()), (Decoded::Manifest, true));
        assert!(fields[0].ends_with("=Joiner::Run: began"), "{fields:?}");
    }
    check(
        &decoders,
        EtlEvent::manifest(UDR, 204)
            .field(-2_145_647_635_i32)
            .field("activity")
            .field(400_u32)
            .field("refused"),
        Decoded::Manifest,
        &[
            "ExitCode=Int(-2145647635)",
            "ActivityId=activity",
            "HttpStatus=Uint(400)",
            "ServerResponse=refused",
        ],
    );
}

/// The newest layout is that of older builds too, as far as their payloads go.
#[test]
fn a_payload_of_an_older_build_ends_early() {
    let decoders = shipped();
    let started = EtlEvent::manifest(UDR, 204).field(5_i32).field("activity");
    check(
        &decoders,
        started,
        Decoded::Manifest,
        &["ExitCode=Int(5)", "ActivityId=activity"],
    );
    let cut = EtlEvent::manifest(UDR, 204)
        .field(5_i32)
        .field("activity")
        .field(7_u16);
    let (_, fields, ending) = read(&decoders, cut);
    assert_eq!((fields.len(), ending.fault), (2, Some(Fault::Short)));
    let longer = EtlEvent::manifest(UDR, 105).field(7_u16);
    let (_, fields, ending) = read(&decoders, longer);
    assert_eq!((fields.len(), ending.left, ending.fault), (0, 2, None));
}

#[test]
fn every_analytic_event_of_the_token_side_has_a_layout() {
    let decoders = shipped();
    for id in [
        1001, 1002, 1003, 1022, 1035, 1113, 1127, 1128, 1129, 1254, 1255,
    ] {
        let (decoded, ..) = read(&decoders, EtlEvent::manifest(AAD, id).channel(16));
        assert_eq!(decoded, Decoded::Manifest, "{id}");
    }
    let (decoded, ..) = read(&decoders, EtlEvent::manifest(AAD, 9999));
    assert_eq!(decoded, Decoded::Undecoded);
}

#[test]
fn given_manifests_decode_what_no_table_knows() {
    let event = || EtlEvent::manifest(CONTOSO, 7).field(1_u32);
    let mut decoders = shipped();
    check(&decoders, event(), Decoded::Undecoded, &[]);
    assert_eq!(decoders.provider_name(guid(CONTOSO)), None);

    let added = decoders.add("x.dll", &program());
    assert_eq!(
        (added.kind, &*added.to_string()),
        (Some(GivenKind::Program), "1 provider, 1 event")
    );
    check(&decoders, event(), Decoded::Manifest, &["Carried=Uint(1)"]);
    assert_eq!(
        decoders.provider_name(guid(CONTOSO)),
        Some("Contoso-Suggested")
    );
    assert_eq!(decoders.channel_name(guid(CONTOSO), 16), Some("Admin"));
    let again = decoders.add("copy.dll", &program());
    assert_eq!((again.is_empty(), again.known_before), (true, 1));

    let mut decoders = shipped();
    let added = decoders.add("x.man", XML.as_bytes());
    assert_eq!(
        (added.kind, &*added.to_string()),
        (Some(GivenKind::Manifest), "1 provider, 1 event")
    );
    check(
        &decoders,
        event(),
        Decoded::Manifest,
        &["Kind=Mapped(1, \"first\")"],
    );
    decoders.add("x.dll", &program());
    assert_eq!(
        decoders.provider_name(guid(CONTOSO)),
        Some("Contoso-Stated")
    );
    assert_eq!(decoders.channel_name(guid(CONTOSO), 16), Some("Trace"));
}

#[test]
fn given_symbols_decode_messages() {
    let source = "6f1b8b1e-0000-4000-8000-000000000009";
    let message = |number| {
        WppMessage::new(source, number)
            .argument("adele@contoso.com")
            .argument(0x801c_03ed_u32)
    };
    let mut decoders = shipped();
    check(&decoders, message(13), Decoded::Undecoded, &[]);
    let added = decoders.add("joiner.tmf", TMF.as_bytes());
    assert_eq!(
        (added.kind, &*added.to_string()),
        (Some(GivenKind::Tmf), "1 message")
    );
    assert_eq!(added.problems, Vec::<String>::new());
    let (decoded, fields, ending) = read(&decoders, message(13));
    assert_eq!((decoded, ending.is_complete()), (Decoded::Wpp, true));
    assert!(
        fields[0].starts_with("Message=Join of adele@contoso.com failed with "),
        "{fields:?}"
    );
    assert_eq!(
        fields[1..],
        [
            "user=adele@contoso.com",
            "code=Code(Hresult, 2149319661)",
            "TraceLevel=TRACE_LEVEL_ERROR",
            "TraceFlags=Net",
            "TraceFunction=Joiner::Run",
            "TraceSource=join.cpp:78",
        ]
    );
    assert_eq!(decoders.provider_name(guid(source)), Some("joiner"));
    check(&decoders, message(14), Decoded::Undecoded, &[]);

    // A payload that ends too early keeps what was read.
    let short = WppMessage::new(source, 13).argument("adele@contoso.com");
    let (_, fields, ending) = read(&decoders, short);
    assert_eq!(fields[1], "user=adele@contoso.com");
    assert_eq!(ending.fault, Some(Fault::Short));
}

#[test]
fn other_files_add_nothing_and_say_why() {
    let mut decoders = Decoders::default();
    let mut check = |bytes: &[u8], kind: Option<GivenKind>| {
        let added = decoders.add("x", bytes);
        assert_eq!(added.kind, kind);
        assert!(added.is_empty() && !added.problems.is_empty(), "{added:?}");
        assert_eq!(added.to_string(), "nothing");
    };
    check(b"", None);
    check(b"PK\x03\x04", None);
    check(b"<html></html>", None);
    check(
        &Program::new().to_bytes().unwrap(),
        Some(GivenKind::Program),
    );
    check(b"<instrumentationManifest/>", Some(GivenKind::Manifest));
    check(b"// PDB: x.pdb", Some(GivenKind::Tmf));
    check(
        b"Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0",
        Some(GivenKind::Pdb),
    );
}

#[test]
fn every_prefix_of_given_files_ends() {
    for whole in [&program()[..], XML.as_bytes(), TMF.as_bytes()] {
        for length in 0..whole.len() {
            let mut decoders = Decoders::default();
            let added = decoders.add("x", &whole[..length]);
            assert!(added.events + added.messages <= 1);
        }
    }
}

/// No payload makes a layout read outside of it or without end.
#[test]
fn every_layout_takes_every_length() {
    let catalog = Catalog::embedded().expect("the embedded tables are sound");
    let decoders = shipped();
    let ids: Vec<(&str, u16, u8)> = catalog
        .layouts
        .iter()
        .step_by(17)
        .map(|layout| (layout.provider, layout.id, layout.version.unwrap_or(0)))
        .collect();
    assert!(ids.len() > 100);
    for (provider, id, version) in ids {
        for byte in [0, 0xff] {
            let payload = Value::Bytes(vec![byte; 40]);
            let event = EtlEvent::manifest(provider, id)
                .version(version)
                .field(payload);
            let (decoded, ..) = read(&decoders, event);
            assert_eq!(decoded, Decoded::Manifest, "{provider} {id}");
        }
    }
}

#[test]
fn catalogued_providers_have_names() {
    let decoders = shipped();
    assert_eq!(
        decoders.provider_name(guid(UDR)),
        Some("Microsoft-Windows-User Device Registration")
    );
    assert_eq!(decoders.provider_name(Guid([1; 16])), None);
    assert_eq!(decoders.channel_name(guid(UDR), 17), Some("Debug"));
    assert_eq!(decoders.channel_name(guid(UDR), 200), None);
    assert_eq!(decoders.channel_name(guid(UDR), 8), Some("System"));
}

#[test]
fn names_and_guids_belong_together() {
    let catalog = Catalog::embedded().expect("the embedded tables are sound");
    for provider in &catalog.trace_providers {
        let follows = guid_from_name(provider.name).to_string() == provider.guid;
        assert_eq!(follows, provider.kind == "hashed", "{}", provider.name);
    }
}

#[test]
fn every_guid_of_the_tables_is_one() {
    let catalog = Catalog::embedded().expect("the embedded tables are sound");
    let decoders = shipped();
    for provider in catalog.events.providers() {
        if let Some(guid) = provider.guid {
            assert_eq!(
                decoders.provider_name(guid.parse().unwrap()),
                Some(provider.name)
            );
        }
    }
    assert!(
        catalog
            .layouts
            .iter()
            .all(|layout| layout.provider.parse::<Guid>().is_ok())
    );
}
