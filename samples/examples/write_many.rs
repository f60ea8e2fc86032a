//! Writes an event log with so many events to a path: the count is the first argument, the path the
//! second. No two events are alike, so that nothing packs better than it does in a real log.

use std::error::Error;
use std::path::PathBuf;

use samples::evtx::{EventSpec, EvtxLog, Value};

const REGISTRATION: (&str, &str) = (
    "Microsoft-Windows-User Device Registration",
    "23b8d46b-67dd-40a3-b636-d43e50552c6d",
);
const SIGN_IN: (&str, &str) = (
    "Microsoft-Windows-AAD",
    "4de9bc9c-b27a-43c9-8994-0915f1a5e24f",
);
/// 2026-03-02T08:00:00Z.
const START: u64 = 134_169_120_000_000_000;
const USAGE: &str = "usage: write_many <count> <file>";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let count: u64 = arguments.next().ok_or(USAGE)?.parse()?;
    let path = PathBuf::from(arguments.next().ok_or(USAGE)?);
    let mut log = EvtxLog::new(
        "Microsoft-Windows-User Device Registration/Admin",
        "DESKTOP-EXMPL01",
    );
    let mut at = START;
    for number in 0..count {
        let mixed = mix(number);
        at += 1 + mixed % 40_000_000;
        log.event(event(number, mixed).at(at));
    }
    std::fs::write(path, log.into_bytes()?)?;
    Ok(())
}

fn event(number: u64, mixed: u64) -> EventSpec {
    let guid = format!(
        "{:08x}-{:04x}-4{:03x}-8000-{mixed:012.12x}",
        mixed >> 32,
        mixed & 0xFFFF,
        number & 0xFFF
    );
    let guid = &guid[..36];
    let (provider, id) = match mixed % 5 {
        0 => (REGISTRATION, 104),
        1 => (REGISTRATION, 500),
        2 => (REGISTRATION, 501),
        3 => (SIGN_IN, 1104),
        _ => (SIGN_IN, 1025),
    };
    let level = if mixed.is_multiple_of(97) { 2 } else { 4 };
    let thread = u32::try_from(mixed % 64).unwrap_or(0) * 4 + 1000;
    EventSpec::new(provider.0, provider.1, id)
        .level(level)
        .process(6412, thread)
        .activity(guid)
        .field("ServerResponse", format!("{{\"KeyId\":\"{guid}\"}}"))
        .field("Number", Value::UInt64(number))
}

/// A number that looks like chance and is the same for the same input (splitmix64).
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
