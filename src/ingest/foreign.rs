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

/// What an artifact seems to be, and whether it is evidence of a join that a later version may read.
struct Guess {
    what: &'static str,
    evidence: bool,
}

/// The blind spot for an artifact that no format takes; `None` for an empty one, which hides nothing.
pub(super) fn blindspot(path: &str, name: &str, head: &[u8]) -> Option<Blindspot> {
    if head.is_empty() {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let named = named(&lower);
    let (kind, detail) = match (by_signature(head).or_else(|| by_ending(&lower)), named) {
        (Some(guess), Some(named)) => (
            BlindspotKind::Unrecognised,
            format!("named like {named}, but it is {}", guess.what),
        ),
        (None, Some(named)) => (
            BlindspotKind::Unreadable,
            format!("named like {named}, but does not begin like one"),
        ),
        (Some(guess), None) if guess.evidence => (
            BlindspotKind::Unsupported,
            format!("{}, which this version does not read", guess.what),
        ),
        (Some(guess), None) => (
            BlindspotKind::Skipped,
            format!("{}: no events in it", guess.what),
        ),
        (None, None) => (
            BlindspotKind::Unrecognised,
            "its content is of no format that is known here".to_owned(),
        ),
    };
    Some(Blindspot::new(kind, path, detail))
}

/// What a file with this name should be, of what is read here.
fn named(lower: &str) -> Option<&'static str> {
    let parts: Vec<&str> = lower.split('.').skip(1).collect();
    match parts.last() {
        Some(&"evtx") => Some("an event log"),
        // Traces have numbered generations and merged copies.
        _ if parts.contains(&"etl") => Some("a trace"),
        _ => None,
    }
}

fn by_signature(head: &[u8]) -> Option<Guess> {
    let (_, what, evidence) = *SIGNATURES
        .iter()
        .find(|(signature, ..)| head.starts_with(signature))?;
    Some(Guess { what, evidence })
}

/// Numbered generations (`x.etl.003`) and merged copies keep their kind.
fn by_ending(name: &str) -> Option<Guess> {
    let (_, what, evidence) = *ENDINGS
        .iter()
        .find(|(ending, ..)| name.ends_with(ending) || name.contains(&format!("{ending}.")))?;
    Some(Guess { what, evidence })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_read_is_named() {
        let check = |name: &str, head: &[u8], expected: Option<BlindspotKind>| {
            let spot = blindspot("a.zip!/x", name, head);
            assert_eq!(
                spot.as_ref().map(|spot| spot.kind),
                expected,
                "{name}: {spot:?}"
            );
        };
        check(
            "trace.etl.003",
            b"\0\0\x01\0",
            Some(BlindspotKind::Unreadable),
        );
        check(
            "picture.evtx",
            b"\x89PNG\r\n\x1a\n",
            Some(BlindspotKind::Unrecognised),
        );
        check("System.EVTX", b"no magic", Some(BlindspotKind::Unreadable));
        check(
            "photo.bin",
            b"\xff\xd8\xff\xe0",
            Some(BlindspotKind::Skipped),
        );
        check(
            "capture",
            b"\x0a\x0d\x0d\x0a",
            Some(BlindspotKind::Unsupported),
        );
        check("what.xyz", b"who knows", Some(BlindspotKind::Unrecognised));
        check("empty.evtx", b"", None);
    }
}
