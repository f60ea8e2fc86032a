//! Facts and tokens of HTTP messages: whatever the bodies are, reading them ends, each event is the
//! endpoint's that was asked, no field is longer than an excerpt, and no token is in anything that was
//! read. The reading of facts is no entry point of its own, so the messages go the whole way of an HTTP
//! archive.

#![no_main]

use std::sync::OnceLock;

use joinscope::bundle::{Limits, Passwords, open};
use joinscope::catalog::Catalog;
use joinscope::ingest::{Decoders, Digests, Unwatched, read};
use joinscope::model::Payload;
use libfuzzer_sys::fuzz_target;
use samples::har::{Entry, Har};

/// Credits nothing.
const OPAQUE: &str = "0.AQsample-opaque-4f9c2e7b1d0AbC";
/// The longest text that an event keeps of a message, with room for the remarks that stand in it for
/// what was dropped.
const LONGEST: usize = 16 << 10;

/// Requests whose messages hold facts of every form, and the numbers of their endpoints.
const ASKED: &[(&str, &str, u32)] = &[
    (
        "GET",
        "https://login.microsoftonline.com/common/oauth2/authorize",
        3,
    ),
    (
        "GET",
        "https://login.microsoftonline.com/common/userrealm/a",
        1,
    ),
    (
        "GET",
        "https://enterpriseregistration.windows.net/a.example/Discover",
        6,
    ),
    (
        "POST",
        "https://enterpriseregistration.windows.net/EnrollmentServer/device/",
        7,
    ),
    (
        "PUT",
        "https://enterpriseregistration.windows.net/EnrollmentServer/device/x",
        8,
    ),
    (
        "POST",
        "https://enrollment.manage.microsoft.com/EnrollmentServer/Discovery.svc",
        14,
    ),
    (
        "POST",
        "https://r.manage.microsoft.com/devicegatewayproxy/x",
        17,
    ),
    ("POST", "https://ztd.dds.microsoft.com/x", 18),
    ("POST", "https://sts.a.example/adfs/services/trust/13/x", 29),
    ("POST", "https://news.example/", 0),
];

fuzz_target!(|parts: (u8, bool, &str, &str)| {
    static DECODERS: OnceLock<Decoders> = OnceLock::new();
    let decoders = DECODERS.get_or_init(|| {
        let catalog = Catalog::embedded().expect("the tables load");
        Decoders::shipped(&catalog)
    });
    let (choice, is_refused, asked, answered) = parts;
    if asked.len() + answered.len() > 64 << 10
        || asked.contains(OPAQUE)
        || answered.contains(OPAQUE)
    {
        return;
    }
    let Some((method, url, number)) = ASKED.get(usize::from(choice) % ASKED.len()) else {
        return;
    };
    let (status, reason) = if is_refused { (400, "x") } else { (200, "OK") };
    let entry = Entry::new(method, url)
        .request_field("Authorization", &format!("Bearer {OPAQUE}"))
        .posted("", asked)
        .status(status, reason)
        .text("", answered);
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("x.har");
    std::fs::write(&path, Har::new().entry(entry).to_text()).expect("a file can be written");
    let bundle =
        open(&[path], &Limits::default(), &Passwords::default()).expect("the file is there");
    let reading = read(&bundle, decoders, Digests::Skip, &Unwatched);
    let mut events = 0;
    for batch in reading.batches {
        assert!(batch.blindspots.is_empty(), "{:?}", batch.blindspots);
        for (_, kind) in batch.events() {
            // What a body says may make it another one of the same address.
            let is_other = [14, 17].contains(number);
            assert!(kind.code == *number || is_other, "{}", kind.code);
            events += 1;
        }
        for value in Payload(&batch.arena) {
            let text = value.text();
            assert!(text.len() <= LONGEST, "{} letters", text.len());
            assert!(!text.contains(OPAQUE), "the token is kept");
        }
        assert!(!format!("{:?}", batch.tokens).contains(OPAQUE));
    }
    assert_eq!(events, 1, "an entry is an event");
});
