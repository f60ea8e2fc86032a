//! A log cut at any byte: no panic, and what is found are the first records of the whole.

#![expect(
    clippy::unwrap_used,
    reason = "a log that cannot be built is a test that fails"
)]

mod common;

use common::{Flat, read_file};
use joinscope_evtx::{DamageKind, Layout};
use samples::damage;
use samples::evtx::{EventSpec, EvtxLog, Form, every_form};

const HEADER: usize = 4096;
const CHUNK: usize = 65_536;

/// A handful of records of different forms; they end some 3 KiB into the chunk.
fn small() -> Vec<u8> {
    let mut log = EvtxLog::new("Contoso-Samples/Operational", "DESKTOP-EXMPL01");
    let start = 134_169_120_000_000_000;
    for number in 0..3_u64 {
        let time = start + number * 10_000_000;
        log.event(
            EventSpec::classic("ContosoClassic", 7)
                .at(time)
                .data("a text")
                .data(number.to_string()),
        );
        log.event(
            EventSpec::new("Contoso-Samples", "6f2a1c58-0d3b-4e8a-9b57-2f40d1c7a966", 8)
                .at(time)
                .field("Count", 3_u32),
        );
        log.event(
            EventSpec::new("Contoso-Samples", "6f2a1c58-0d3b-4e8a-9b57-2f40d1c7a966", 9)
                .at(time)
                .form(Form::NoPayload),
        );
    }
    log.to_bytes().unwrap()
}

/// Where the records end: all that follows is zero.
fn end_of_records(file: &[u8]) -> usize {
    file.iter().rposition(|byte| *byte != 0).unwrap() + 1
}

/// Cuts the file; the records found must be the first ones.
fn check(file: &[u8], length: usize, whole: &[Flat]) -> usize {
    let found = read_file(&damage::cut(file, length));
    let count = found.records.len();
    assert!(
        count <= whole.len(),
        "{length}: more records than there were"
    );
    assert_eq!(found.records, whole[..count], "{length}");
    if length > HEADER && !(length - HEADER).is_multiple_of(CHUNK) {
        assert!(
            !found.damages.is_empty(),
            "{length}: a cut chunk is a damaged one"
        );
    }
    count
}

#[test]
fn every_prefix_gives_the_first_records() {
    let file = small();
    let whole = read_file(&file);
    assert_eq!((whole.records.len(), whole.damages.len()), (9, 0));
    let end = end_of_records(&file);
    let dense = end.saturating_sub(2048)..=end + 16;
    let sparse = (0..end).step_by(61).chain((end..=file.len()).step_by(4999));
    let mut most = 0;
    for length in sparse
        .filter(|length| !dense.contains(length))
        .chain(dense.clone())
    {
        most = most.max(check(&file, length, &whole.records));
    }
    assert_eq!(most, 9, "behind the last record the cut costs nothing");
}

#[test]
fn every_prefix_of_every_form_is_survived() {
    let file = every_form().to_bytes().unwrap();
    let whole = read_file(&file).records;
    for length in (0..file.len()).step_by(211) {
        check(&file, length, &whole);
    }
}

/// A second chunk that is cut leaves the first alone.
#[test]
fn a_cut_in_the_second_chunk_leaves_the_first_whole() {
    let file = EvtxLog::large(5, 100_000).unwrap();
    let whole = read_file(&file).records;
    let first = read_file(&damage::cut(&file, HEADER + CHUNK)).records.len();
    for length in (HEADER + CHUNK..HEADER + 2 * CHUNK).step_by(2777) {
        assert!(check(&file, length, &whole) >= first);
    }
}

/// Any byte of the records may be anything.
#[test]
fn overwritten_bytes_are_survived() {
    let file = small();
    let end = end_of_records(&file);
    for place in (0..end).step_by(3) {
        for byte in [0x00, 0x0c, 0xff] {
            let found = read_file(&damage::fill(&file, place..place + 1, byte));
            assert!(found.records.len() <= 9 + 1, "{place}");
        }
    }
    for seed in 0..150 {
        read_file(&damage::flip_random_bits_within(
            &file,
            HEADER..end,
            seed,
            8,
        ));
    }
}

/// The chunk's own checksum notices what the records do not.
#[test]
fn a_turned_bit_is_noticed() {
    let file = small();
    for place in (HEADER + 512..end_of_records(&file)).step_by(97) {
        let found = read_file(&damage::flip_bit(&file, place, 2));
        assert!(
            found
                .damages
                .iter()
                .any(|damage| damage.kind == DamageKind::Checksum),
            "{place}: {:?}",
            found.damages
        );
    }
}

/// A size that reaches far beyond the file reserves nothing and reads nothing.
#[test]
fn forged_sizes_are_not_believed() {
    let file = small();
    let first = HEADER + 512;
    for size in [0_u32, 1, 23, 28, 0xffff, 0x7fff_ffff, u32::MAX] {
        let forged = damage::overwrite(&file, first + 4, &size.to_le_bytes());
        let found = read_file(&forged);
        assert!(!found.damages.is_empty(), "{size}");
        assert_eq!(Layout::of(&forged).chunks.len(), 1);
    }
}
