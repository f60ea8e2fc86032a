//! Adapters hand over every value: texts, bytes, lists and arrays of small numbers.

use samples::evtx::{EventSpec, EvtxLog, Value as Written};

use crate::bundle::{Limits, Passwords, open};
use crate::ingest::{Digests, Unwatched, read};
use crate::model::Payload;

/// The values that are read from a log of one event with this field.
fn values(name: &str, value: Written) -> Vec<String> {
    let mut log = EvtxLog::new("Contoso-Samples/Operational", "DESKTOP-EXMPL01");
    log.event(
        EventSpec::new(
            "Contoso-Samples",
            "{9c3f6a2e-1b7d-4f50-8e21-5a0c4d7b9e13}",
            7,
        )
        .at(134_169_120_000_000_000)
        .field(name, value),
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.evtx");
    std::fs::write(&path, log.to_bytes().unwrap()).unwrap();
    let bundle = open(&[path], &Limits::default(), &Passwords::default()).unwrap();
    let reading = read(
        &bundle,
        &crate::ingest::Decoders::default(),
        Digests::Skip,
        &Unwatched,
    );
    let payloads = reading.batches.iter().map(|batch| Payload(&batch.arena));
    payloads
        .flatten()
        .map(|value| value.text().into_owned())
        .collect()
}

fn check(name: &str, value: Written, expected: &str) {
    assert_eq!(values(name, value), [expected], "{name}");
}

#[test]
fn event_logs_lose_secrets_of_every_type() {
    let text = "password=hunter2";
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    check("Blob", Written::Binary(vec![0xde, 0xad]), "dead");
    check(
        "Blob",
        Written::Binary(text.into()),
        "[removed: secret, 16 bytes]",
    );
    check("Blob", Written::Binary(wide), "[removed: secret, 32 bytes]");
    check(
        "Password",
        Written::Binary(vec![1, 2]),
        "[removed: secret, 2 bytes]",
    );
    let numbers = text.bytes().map(u32::from).collect();
    check(
        "Numbers",
        Written::UInt32s(numbers),
        "[removed: secret, 16 bytes]",
    );
    check("Numbers", Written::UInt32s(vec![1, 70_000]), "1, 70000");
    check(
        "Texts",
        Written::Texts(vec!["a".to_owned(), text.to_owned()]),
        "a, password=[removed: value, 7 characters]",
    );
}
