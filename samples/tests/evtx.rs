//! Structural facts of written logs, each recomputed here from the bytes alone.

#![expect(
    clippy::unwrap_used,
    reason = "a conversion that fails is a test that fails"
)]

use samples::evtx::{
    Checksums, Closure, EventSpec, EvtxError, EvtxLog, Form, Value, every_form, without_template,
};

const CHUNK: usize = 65_536;
const GUID: &str = "6f2a1c58-0d3b-4e8a-9b57-2f40d1c7a966";

fn number(bytes: &[u8], at: usize, width: usize) -> u64 {
    let field = bytes[at..at + width].iter().rev();
    field.fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn index(bytes: &[u8], at: usize) -> usize {
    usize::try_from(number(bytes, at, 4)).unwrap()
}

/// CRC-32 bit by bit, so that no table or crate is trusted.
fn crc(parts: &[&[u8]]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.iter());
    let crc = bytes.fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            crc >> 1 ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    });
    u64::from(!crc)
}

fn chunks(file: &[u8]) -> Vec<&[u8]> {
    file[4096..].chunks(CHUNK).collect()
}

/// Identifiers of the records of a chunk, with every frame checked.
fn record_ids(chunk: &[u8]) -> Vec<u64> {
    let (mut at, free_at) = (512, index(chunk, 48));
    let mut ids = Vec::new();
    while at < free_at {
        let size = index(chunk, at + 4);
        assert_eq!(&chunk[at..at + 4], b"**\0\0");
        assert_eq!(index(chunk, at + size - 4), size, "copy of the size");
        assert_eq!(size % 8, 0);
        ids.push(number(chunk, at + 8, 8));
        if at + size == free_at {
            assert_eq!(index(chunk, 44), at, "offset of the last record");
        }
        at += size;
    }
    assert_eq!(at, free_at);
    assert!(chunk[free_at..].iter().all(|byte| *byte == 0));
    ids
}

/// Checks header, checksums and tables, and returns the identifiers chunk by chunk.
fn check_file(file: &[u8]) -> Vec<Vec<u64>> {
    assert_eq!(&file[..8], b"ElfFile\0");
    assert_eq!(number(file, 124, 4), crc(&[&file[..120]]));
    let chunks = chunks(file);
    assert_eq!(number(file, 42, 2), chunks.len() as u64);
    chunks
        .into_iter()
        .map(|chunk| {
            assert_eq!(&chunk[..8], b"ElfChnk\0");
            assert_eq!(
                number(chunk, 124, 4),
                crc(&[&chunk[..120], &chunk[128..512]])
            );
            assert_eq!(number(chunk, 52, 4), crc(&[&chunk[512..index(chunk, 48)]]));
            check_names(chunk);
            let ids = record_ids(chunk);
            if let (Some(first), Some(last)) = (ids.first(), ids.last()) {
                assert_eq!(
                    (number(chunk, 24, 8), number(chunk, 32, 8)),
                    (*first, *last)
                );
            }
            ids
        })
        .collect()
}

/// Every name hangs in the bucket of its hash, the newest first.
fn check_names(chunk: &[u8]) {
    for bucket in 0..64 {
        let mut at = index(chunk, 128 + 4 * bucket);
        while at != 0 {
            let length = usize::try_from(number(chunk, at + 6, 2)).unwrap();
            let units = (0..length).map(|unit| number(chunk, at + 8 + 2 * unit, 2));
            let hash =
                units.fold(0_u64, |hash, unit| (hash * 65_599 + unit) & 0xFFFF_FFFF) & 0xFFFF;
            assert_eq!(number(chunk, at + 4, 2), hash);
            assert_eq!(usize::try_from(hash % 64).unwrap(), bucket);
            let next = index(chunk, at);
            assert!(next < at);
            at = next;
        }
    }
}

fn event(number: u32) -> EventSpec {
    EventSpec::new("Contoso", GUID, 7)
        .at(134_169_120_000_000_000 + u64::from(number))
        .field("Number", number)
        .field("Text", "x".repeat(usize::try_from(number % 97).unwrap()))
}

fn many(count: u32) -> EvtxLog {
    let mut log = EvtxLog::new("Contoso/Operational", "DESKTOP-EXMPL01");
    for number in 0..count {
        log.event(event(number));
    }
    log
}

#[test]
fn an_empty_log_has_one_empty_chunk() {
    let file = EvtxLog::new("Application", "DESKTOP-EXMPL01")
        .to_bytes()
        .unwrap();
    assert_eq!(check_file(&file), vec![Vec::<u64>::new()]);
    assert_eq!(file.len(), 4096 + CHUNK);
    assert_eq!(number(&file, 24, 8), 1, "next record identifier");
}

#[test]
fn records_roll_over_into_new_chunks() {
    let file = many(1000).to_bytes().unwrap();
    let ids = check_file(&file);
    assert!(ids.len() > 3);
    assert_eq!(ids.concat(), (1..=1000).collect::<Vec<u64>>());
    assert_eq!(number(&file, 24, 8), 1001);
    assert_eq!(number(&file, 16, 8), ids.len() as u64 - 1, "last chunk");
}

#[test]
fn a_template_is_defined_once_in_each_chunk() {
    let file = many(600).to_bytes().unwrap();
    for chunk in chunks(&file) {
        let name: Vec<u8> = "TimeCreated"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let seen = chunk
            .windows(name.len())
            .filter(|window| *window == name)
            .count();
        assert_eq!(seen, 1);
        let templates = (0..32)
            .filter(|bucket| index(chunk, 384 + 4 * bucket) != 0)
            .count();
        assert!((1..=2).contains(&templates));
    }
}

#[test]
fn identifiers_can_start_anywhere_and_have_holes() {
    let mut log = EvtxLog::new("Contoso/Operational", "DESKTOP-EXMPL01");
    log.first_record_id(500)
        .event(event(1))
        .skip_ids(10)
        .event(event(2));
    let file = log.to_bytes().unwrap();
    assert_eq!(check_file(&file), [[500, 511]]);
    assert_eq!(number(&file, 24, 8), 512);
}

#[test]
fn a_log_that_came_round_starts_in_the_middle() {
    let straight = many(1000).to_bytes().unwrap();
    let file = many(1000).oldest_chunk_at(2).to_bytes().unwrap();
    let ids = check_file(&file);
    assert_eq!((number(&file, 8, 8), number(&file, 16, 8)), (2, 1));
    assert_eq!(ids[2][0], 1);
    assert_eq!(ids[1].last(), Some(&1000));
    assert_eq!(file.len(), straight.len());
}

#[test]
fn absent_checksums_are_zero_and_flagged() {
    let file = many(10).checksums(Checksums::Absent).to_bytes().unwrap();
    assert_eq!((number(&file, 120, 4), number(&file, 124, 4)), (4, 0));
    let chunk = chunks(&file)[0];
    assert_eq!((number(chunk, 52, 4), number(chunk, 124, 4)), (0, 0));
    assert_eq!(number(chunk, 120, 4), 5);
}

#[test]
fn a_stale_header_tells_of_the_first_chunk_only() {
    let file = many(1000)
        .closure(Closure::DirtyAndStale)
        .to_bytes()
        .unwrap();
    assert_eq!(number(&file, 120, 4), 1);
    assert_eq!((number(&file, 42, 2), number(&file, 24, 8)), (1, 1));
    assert!(chunks(&file).len() > 3);
}

#[test]
fn spare_chunks_are_zeros() {
    let file = many(10).spare_chunks(2).to_bytes().unwrap();
    assert_eq!(file.len(), 4096 + 3 * CHUNK);
    assert!(file[4096 + CHUNK..].iter().all(|byte| *byte == 0));
    assert_eq!(number(&file, 42, 2), 1);
}

#[test]
fn chunks_can_be_ended_early() {
    let mut log = EvtxLog::new("Contoso/Operational", "DESKTOP-EXMPL01");
    log.event(event(1)).end_chunk().end_chunk().event(event(2));
    assert_eq!(check_file(&log.to_bytes().unwrap()), [[1], [2]]);
}

#[test]
fn every_form_has_sound_frames() {
    let ids = check_file(&every_form().to_bytes().unwrap());
    assert_eq!(ids.concat(), (1..=29).collect::<Vec<u64>>());
    assert_eq!(check_file(&without_template().to_bytes().unwrap()), [[1]]);
}

fn check_fault(event: EventSpec, expected: &EvtxError) {
    let mut log = EvtxLog::new("Contoso/Operational", "DESKTOP-EXMPL01");
    log.event(event.clone()).event(event);
    assert_eq!(log.fault(), Some(expected));
    assert_eq!(log.to_bytes().as_ref(), Err(expected));
}

#[test]
fn what_does_not_fit_is_a_fault() {
    let text = |length: usize| Value::Text("x".repeat(length));
    let fault = EvtxError::ValueTooLong {
        record_id: 1,
        size_bytes: 80_000,
    };
    check_fault(
        EventSpec::new("Contoso", GUID, 1).field("A", text(40_000)),
        &fault,
    );
    let fault = EvtxError::Guid {
        text: "{no}".into(),
    };
    check_fault(EventSpec::new("Contoso", "{no}", 1), &fault);
    let fault = EvtxError::Sid {
        text: "SYSTEM".into(),
    };
    check_fault(
        EventSpec::new("Contoso", GUID, 1).user_sid("SYSTEM"),
        &fault,
    );

    let big = EventSpec::new("Contoso", GUID, 1).form(Form::FlatEventData);
    let big = big.field("A", text(20_000)).field("B", text(20_000));
    let mut log = EvtxLog::new("Contoso/Operational", "DESKTOP-EXMPL01");
    log.event(event(1)).event(big);
    let fault = log.to_bytes().unwrap_err();
    assert!(
        matches!(fault, EvtxError::RecordTooLarge { record_id: 2, .. }),
        "{fault}"
    );
}

#[test]
fn equal_input_gives_equal_bytes() {
    assert_eq!(many(500).to_bytes(), many(500).to_bytes());
    assert_eq!(EvtxLog::large(3, 1 << 20), EvtxLog::large(3, 1 << 20));
    assert_ne!(EvtxLog::large(3, 1 << 20), EvtxLog::large(4, 1 << 20));
}

#[test]
fn large_logs_reach_their_size() {
    let file = EvtxLog::large(1, 3 << 20).unwrap();
    assert!(
        (3 << 20..(3 << 20) + CHUNK).contains(&file.len()),
        "{}",
        file.len()
    );
    let ids = check_file(&file).concat();
    assert_eq!(ids, (1..=ids.len() as u64).collect::<Vec<_>>());
}
