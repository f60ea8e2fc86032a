//! Artifacts that no format takes: saying what they are, so that nothing is passed over in silence.

use crate::model::{Blindspot, BlindspotKind};

/// Signature, what it is, and whether it is evidence of a join that a later version may read.
const SIGNATURES: &[(&[u8], &str, bool)] = &[
    (b"\x0a\x0d\x0d\x0a", "a pcapng capture", true),
    (b"\xd4\xc3\xb2\xa1", "a pcap capture", true),
    (b"\xa1\xb2\xc3\xd4", "a pcap capture", true),
    (b"\x4d\x3c\xb2\xa1", "a pcap capture", true),
    (b"\xa1\xb2\x3c\x4d", "a pcap capture", true),
    (b"regf", "a registry hive", true),
    (b"PK\x03\x04", "a zip archive", true),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture", false),
    (b"\xff\xd8\xff", "a JPEG picture", false),
    (b"GIF8", "a GIF picture", false),
    (b"%PDF", "a PDF document", false),
    (b"MZ", "a Windows program", false),
    (b"\x7fELF", "a Linux program", false),
    (b"SQLite format 3\0", "a SQLite database", false),
];

/// File name endings whose formats have no signature.
const ENDINGS: &[(&str, &str, bool)] = &[
    (".etl", "an ETL trace", true),
    (".saz", "a Fiddler archive", true),
    (".har", "an HTTP archive", true),
    (".reg", "a registry export", true),
    (".mta", "event messages for an event log", true),
    (".log", "a text log", true),
    (".xml", "an XML document", true),
    (".html", "an HTML document", true),
    (".json", "a JSON document", true),
    (".csv", "a CSV table", false),
    (".txt", "a text", true),
];

/// The blind spot for an artifact that no format takes; `None` for an empty one, which hides nothing.
pub(super) fn blindspot(path: &str, name: &str, head: &[u8]) -> Option<Blindspot> {
    if head.is_empty() {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let by_signature = SIGNATURES.iter().find(|(signature, ..)| head.starts_with(signature));
    let by_ending = ENDINGS.iter().find(|(ending, ..)| {
        // Numbered generations (`x.etl.003`) and merged copies keep their kind.
        lower.ends_with(ending) || lower.contains(&format!("{ending}."))
    });
    let spot = match (by_signature, by_ending) {
        (Some((_, what, evidence)), _) if lower.ends_with(".evtx") || !evidence => Blindspot::new(
            BlindspotKind::Unrecognised,
            path,
            if lower.ends_with(".evtx") { format!("named like an event log, but it is {what}") } else { format!("{what}: no evidence of a join") },
        ),
        (Some((_, what, _)), _) => Blindspot::new(BlindspotKind::Unsupported, path, format!("{what}, which this version does not read")),
        (None, _) if lower.ends_with(".evtx") => {
            Blindspot::new(BlindspotKind::Unreadable, path, "named like an event log, but does not begin like one")
        }
        (None, Some((_, what, true))) => Blindspot::new(BlindspotKind::Unsupported, path, format!("{what}, which this version does not read")),
        (None, Some((_, what, false))) => Blindspot::new(BlindspotKind::Skipped, path, format!("{what}: no events in it")),
        (None, None) => Blindspot::new(BlindspotKind::Unrecognised, path, "its content is of no format that is known here"),
    };
    Some(spot)
}
