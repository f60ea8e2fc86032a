//! Secrets in an event's text: whatever stands around a token, its signature is in nothing that was
//! read. The dropping of secrets is no entry point of its own, so the text goes the whole way of a
//! log file.

#![no_main]

use joinscope::bundle::{Limits, Passwords, open};
use joinscope::ingest::{Decoders, Digests, read};
use libfuzzer_sys::fuzz_target;
use samples::evtx::{EventSpec, EvtxLog};

/// Signs nothing.
const SIGNATURE: &str = "c2lnbmF0dXJlLW9mLW5vdGhpbmctYXQtYWxs";
const HEAD_AND_CLAIMS: &str = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ1cm46c2FtcGxlIn0";

fuzz_target!(|parts: (&str, &str)| {
    let (before, behind) = parts;
    // Room for text and token in one record; a signature that stands alone is a word like any other.
    let usable =
        |text: &str| text.len() <= 2000 && !text.contains('\0') && !text.contains(SIGNATURE);
    if !usable(before) || !usable(behind) {
        return;
    }
    let text = format!("{before} {HEAD_AND_CLAIMS}.{SIGNATURE} {behind}");
    let mut log = EvtxLog::new("Contoso-Samples/Operational", "DESKTOP-EXMPL01");
    log.event(
        EventSpec::classic("ContosoClassic", 7)
            .at(134_169_120_000_000_000)
            .data(text),
    );
    let Ok(bytes) = log.to_bytes() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("x.evtx");
    std::fs::write(&path, bytes).expect("a temporary file can be written");
    let bundle =
        open(&[path], &Limits::default(), &Passwords::default()).expect("the file is there");
    let reading = read(&bundle, &Decoders::default(), Digests::Skip, &|_| ());
    let records: usize = reading
        .batches
        .iter()
        .map(|batch| batch.records.len())
        .sum();
    assert_eq!(records, 1, "the event is read");
    let has = |bytes: &[u8]| {
        bytes
            .windows(SIGNATURE.len())
            .any(|window| window == SIGNATURE.as_bytes())
    };
    for batch in reading.batches {
        let mut texts = batch.texts.items().iter();
        assert!(!has(&batch.arena), "the signature is kept as a value");
        assert!(
            !texts.any(|text| has(text.as_bytes())),
            "the signature is kept as a name"
        );
    }
});
