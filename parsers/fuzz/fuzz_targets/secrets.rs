//! Secrets in an event's text and bytes: whatever stands around one, it is in nothing that was read,
//! and reading what was read again changes nothing. The dropping of secrets is no entry point of its
//! own, so the text goes the whole way of a log file.

#![no_main]

use joinscope::bundle::{Limits, Passwords, open};
use joinscope::ingest::{Decoders, Digests, Unwatched, read};
use joinscope::model::{Payload, Value};
use libfuzzer_sys::fuzz_target;
use samples::evtx::{EventSpec, EvtxLog};

/// Signs nothing.
const SIGNATURE: &str = "c2lnbmF0dXJlLW9mLW5vdGhpbmctYXQtYWxs";
/// Credits nothing.
const OPAQUE: &str = "0.AQsample-opaque-4f9c2e7b1d0AbC";

/// Ways to write a secret so that nothing before or behind it hides it.
const PLANTS: &[(&str, &str, &str)] = &[
    (
        " eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ1cm46c2FtcGxlIn0.",
        SIGNATURE,
        " ",
    ),
    (
        " ewogICJhbGciOiAiUlMyNTYiCn0%2EeyJhdWQiOiJ1cm46c2FtcGxlIn0%2E",
        SIGNATURE,
        " ",
    ),
    (" {\"access_token\":\"", OPAQUE, "\"}"),
    (" {\\\"refreshToken\\\" : \\\"", OPAQUE, "\\\"}"),
    ("&client_secret=", OPAQUE, "&"),
    (" https://host.example/?code=", OPAQUE, "&"),
    ("\nCookie: a=", OPAQUE, "\n"),
    ("\n<wsse:Password Type=\"x\">", OPAQUE, "</wsse:Password>"),
    (" Bearer ", OPAQUE, " "),
    (
        "\n-----BEGIN PRIVATE KEY-----\n",
        OPAQUE,
        "\n-----END PRIVATE KEY-----\n",
    ),
    (" password=", OPAQUE, " "),
];

fuzz_target!(|parts: (u8, bool, &str, &str)| {
    let (plant, as_bytes, before, behind) = parts;
    // Room for text and secret in one record; a secret that stands alone is a word like any other.
    let usable = |text: &str| {
        text.len() <= 2000
            && !text.contains('\0')
            && !text.contains(SIGNATURE)
            && !text.contains(OPAQUE)
            // What spells out a remark is believed.
            && !text.contains("[removed: ")
            && !text.contains("[jwt ")
    };
    if !usable(before) || !usable(behind) {
        return;
    }
    let Some((mark, secret, end)) = PLANTS.get(usize::from(plant) % PLANTS.len()) else {
        return;
    };
    let text = format!("{before}{mark}{secret}{end}{behind}");
    let kept = read_back(&text, as_bytes);
    let has = |text: &[u8]| {
        text.windows(secret.len())
            .any(|window| window == secret.as_bytes())
    };
    assert!(!kept.iter().any(|text| has(text)), "the secret is kept");
    let once = kept
        .first()
        .and_then(|text| std::str::from_utf8(text).ok())
        .filter(|_| !as_bytes);
    if let Some(once) = once {
        let twice = read_back(once, false);
        // A text that has grown too long for a record is not read back.
        assert!(
            twice.is_empty() || twice[0] == once.as_bytes(),
            "scrubbed twice"
        );
    }
});

/// The value that is read from a log with this text, or with its bytes; behind it all other texts.
fn read_back(text: &str, as_bytes: bool) -> Vec<Vec<u8>> {
    let event = EventSpec::classic("ContosoClassic", 7).at(134_169_120_000_000_000);
    let event = if as_bytes {
        event.data("").bytes(text.as_bytes())
    } else {
        event.data(text.to_owned())
    };
    let mut log = EvtxLog::new("Contoso-Samples/Operational", "DESKTOP-EXMPL01");
    log.event(event);
    let Ok(bytes) = log.to_bytes() else {
        return Vec::new();
    };
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("x.evtx");
    std::fs::write(&path, bytes).expect("a temporary file can be written");
    let bundle =
        open(&[path], &Limits::default(), &Passwords::default()).expect("the file is there");
    let reading = read(&bundle, &Decoders::default(), Digests::Skip, &Unwatched);
    let records: usize = reading
        .batches
        .iter()
        .map(|batch| batch.records.len())
        .sum();
    assert_eq!(records, 1, "the event is read");
    let mut kept = Vec::new();
    for batch in reading.batches {
        kept.extend(Payload(&batch.arena).map(|value| match value {
            Value::Bytes(bytes) => bytes.to_vec(),
            other => other.text().into_owned().into_bytes(),
        }));
        kept.push(batch.arena.to_vec());
        kept.push(format!("{:?}", batch.tokens).into_bytes());
        kept.extend(
            batch
                .texts
                .items()
                .iter()
                .map(|text| text.as_bytes().to_vec()),
        );
    }
    kept
}
