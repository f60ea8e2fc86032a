//! Manifests in programs, against what was built in and against an independent reader.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use evtx_templates::wevt_templates::extract_wevt_template_resources;
use evtx_templates::wevt_templates::manifest::CrimManifest;
use joinscope_etl::payload::types::OutType;
use joinscope_etl::wevt::{ProgramManifests, is_program, read_program};
use joinscope_etl::{PointerSize, Value};
use samples::program::{Program, ProgramEvent, ProgramProvider};

const JOINER: &str = "6f1b8b1e-0000-4000-8000-000000000001";
const OTHER: &str = "6f1b8b1e-0000-4000-8000-000000000002";

const TEXT: u8 = 1;
const NUMBER: u8 = 8;
const BINARY: u8 = 14;
const HRESULT: u8 = 32;

fn sample() -> Vec<u8> {
    let joiner = ProgramProvider::new(JOINER)
        .channel(16, "Contoso-Joiner/Admin")
        .channel(17, "Contoso-Joiner/Debug")
        .event(
            ProgramEvent::new(7)
                .version(2)
                .channel(17)
                .task("Join")
                .item("User", TEXT, 0)
                .item("Length", NUMBER, 0)
                .item_with_length_of("Token", BINARY, 0, 1)
                .item("Code", NUMBER, HRESULT),
        )
        .event(ProgramEvent::new(8).task("Leave"));
    let other = ProgramProvider::new(OTHER).event(ProgramEvent::new(1).item("Path", TEXT, 0));
    let program = Program::new().provider(joiner).provider(other);
    program.to_bytes().unwrap()
}

/// Fields of a payload of the joiner's event 7.
fn fields(read: &ProgramManifests) -> Vec<String> {
    let (_, _, schema) = &read.manifests[0].events[0];
    let payload = [b"u\0\0\0".as_slice(), &[2, 0, 0, 0, 9, 9, 5, 0, 7, 0x80]].concat();
    let mut found = Vec::new();
    let ending = schema.decode(None, &payload, PointerSize::Eight, &mut |name: &str,
                                                                         value: Value<
        '_,
    >| {
        found.push(format!("{name}={value:?}"));
    });
    assert!(ending.is_complete());
    found
}

#[test]
fn what_was_built_in_comes_out() {
    let read = read_program(&sample());
    assert_eq!(read.unreadable, 0);
    let [joiner, other] = &read.manifests[..] else {
        unreachable!("{read:?}");
    };
    assert_eq!(joiner.provider.unwrap().to_string(), JOINER);
    assert_eq!(&*joiner.name, "Contoso-Joiner");
    let channels: Vec<_> = joiner
        .channels
        .iter()
        .map(|(number, name)| (*number, &**name))
        .collect();
    assert_eq!(
        channels,
        [(16, "Contoso-Joiner/Admin"), (17, "Contoso-Joiner/Debug")]
    );
    let [(7, 2, join), (8, 0, leave)] = &joiner.events[..] else {
        unreachable!("{:?}", joiner.events);
    };
    assert_eq!((&*join.name, &*leave.name), ("Join", "Leave"));
    assert_eq!((join.top_level, leave.top_level), (4, 0));
    assert_eq!(
        fields(&read),
        [
            "User=Utf16([117, 0])",
            "Length=Uint(2)",
            "Token=Bytes([9, 9])",
            "Code=Code(Hresult, 2147942405)",
        ]
    );
    assert_eq!((&*other.name, other.events.len()), ("", 1));
}

#[test]
fn an_independent_reader_finds_the_same() {
    let bytes = sample();
    let read = read_program(&bytes);
    let resources = extract_wevt_template_resources(&bytes).unwrap();
    let [resource] = &resources[..] else {
        unreachable!("{} resources", resources.len());
    };
    let crim = CrimManifest::parse(&resource.data).unwrap();
    assert_eq!(crim.providers.len(), read.manifests.len());
    for (theirs, ours) in crim.providers.iter().zip(&read.manifests) {
        let guid = ours.provider.unwrap().to_string();
        assert_eq!(theirs.guid.to_string().to_lowercase(), guid);
        let elements = &theirs.wevt.elements;
        let channels: Vec<(u8, String)> = elements
            .channels
            .as_ref()
            .unwrap()
            .channels
            .iter()
            .map(|channel| {
                (
                    u8::try_from(channel.identifier).unwrap(),
                    channel.name.clone().unwrap(),
                )
            })
            .collect();
        assert_eq!(channels, ours.channels);
        let events = &elements.events.as_ref().unwrap().events;
        assert_eq!(events.len(), ours.events.len());
        for (event, (id, version, schema)) in events.iter().zip(&ours.events) {
            assert_eq!((event.identifier, event.version), (*id, *version));
            let template = event
                .template_offset
                .and_then(|place| theirs.template_by_offset(place));
            let items = template.map_or(Vec::new(), |template| template.items.clone());
            let names: Vec<_> = items.iter().filter_map(|item| item.name.clone()).collect();
            let own: Vec<_> = schema
                .fields
                .iter()
                .map(|field| field.name.clone())
                .collect();
            assert_eq!(names, own);
        }
    }
}

#[test]
fn programs_without_providers_and_other_files() {
    let bare = Program::new().to_bytes().unwrap();
    assert!(is_program(&bare));
    assert_eq!(read_program(&bare), ProgramManifests::default());
    for bytes in [&b""[..], b"MZ", b"PK\x03\x04", &[0; 4096]] {
        assert!(!is_program(bytes));
        assert_eq!(read_program(bytes), ProgramManifests::default());
    }
    assert_eq!(
        OutType::from_tdh(u16::from(HRESULT)),
        OutType::Code(joinscope_etl::Code::Hresult)
    );
}

#[test]
fn every_prefix_and_every_changed_byte_ends() {
    let whole = sample();
    let events = |bytes: &[u8]| -> usize {
        let read = read_program(bytes);
        read.manifests
            .iter()
            .map(|manifest| manifest.events.len())
            .sum()
    };
    assert_eq!(events(&whole), 3);
    for length in 0..whole.len() {
        assert!(events(&whole[..length]) <= 3, "cut at {length}");
    }
    let mut changed = whole.clone();
    for place in 0..whole.len() {
        for value in [0, 1, 0x7f, 0xff] {
            changed[place] = value;
            read_program(&changed);
        }
        changed[place] = whole[place];
    }
}

#[test]
fn places_that_meet_again_and_again_are_not_followed_without_end() {
    let mut bytes = sample();
    let at = bytes.windows(4).position(|word| word == b"CRIM").unwrap();
    // All rows that fit are claimed to be providers, most of them nonsense.
    bytes[at + 12..at + 16].fill(0xff);
    let read = read_program(&bytes);
    assert!(read.unreadable > 0);
    assert!(read.manifests.len() < bytes.len() / 20);
}
