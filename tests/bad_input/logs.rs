//! Event logs that are cut, overwritten or forged.

use samples::damage;
use samples::evtx::{Checksums, Closure, EventSpec, EvtxLog};

use super::common::{Dir, blindspots, has_blindspot};

const HEADER: usize = 4096;
const CHUNK: usize = 65_536;
const RECORDS: u64 = 300;

fn log() -> EvtxLog {
    let mut log = EvtxLog::new("Contoso-Samples/Operational", "DESKTOP-EXMPL01");
    for number in 0..300_u32 {
        let time = 134_169_120_000_000_000 + u64::from(number) * 10_000_000;
        log.event(
            EventSpec::classic("ContosoClassic", 7)
                .at(time)
                .data("x".repeat(300))
                .data(number.to_string()),
        );
    }
    log
}

fn bytes(log: &EvtxLog) -> Vec<u8> {
    log.to_bytes().unwrap_or_default()
}

/// Reads a log; says how many records it gave and what was not seen.
#[track_caller]
fn read(log: &[u8], code: i32) -> (u64, Vec<(String, String)>) {
    let dir = Dir::new().file("x.evtx", log);
    let report = dir
        .run(&["analyze", "x.evtx", "--format", "json"])
        .exits(code)
        .json();
    (
        report["event_count"].as_u64().unwrap_or_default(),
        blindspots(&report),
    )
}

#[test]
fn sound_logs_of_every_closure_have_no_blind_spot() {
    let check = |log: &EvtxLog| assert_eq!(read(&bytes(log), 0), (RECORDS, Vec::new()));
    check(&log());
    check(log().closure(Closure::Dirty));
    check(log().closure(Closure::DirtyAndStale));
    check(log().checksums(Checksums::Absent));
    check(log().spare_chunks(3));
    check(log().oldest_chunk_at(1));
    check(log().minor_version(1));
}

#[test]
fn a_cut_log_gives_what_is_in_front_of_the_cut() {
    let whole = bytes(&log());
    let mut most = 0;
    for length in [
        100,
        HEADER + 10,
        HEADER + 2000,
        HEADER + CHUNK / 2,
        HEADER + CHUNK + 1000,
        whole.len() - 1,
    ] {
        let (events, spots) = read(&damage::cut(&whole, length), 4);
        assert!(
            spots
                .iter()
                .any(|(kind, _)| kind == "truncated" || kind == "damaged"),
            "{length}: {spots:?}"
        );
        assert!(events >= most, "{length}: {events} after {most}");
        most = events;
    }
    assert!(most > RECORDS / 2);
}

#[test]
fn a_damaged_file_header_costs_nothing() {
    let whole = bytes(&log());
    let (events, spots) = read(&damage::flip_bit(&whole, 60, 1), 4);
    assert_eq!(events, RECORDS);
    assert!(
        matches!(&spots[..], [(kind, detail)] if kind == "damaged" && detail.contains("header")),
        "{spots:?}"
    );
}

#[test]
fn a_lost_chunk_costs_its_own_records() {
    let whole = bytes(&log());
    let overwritten = damage::fill(&whole, HEADER + CHUNK..HEADER + CHUNK + 512, 0xEE);
    let (events, spots) = read(&overwritten, 4);
    assert!(events > 0 && events < RECORDS, "{events}");
    assert!(spots.iter().any(|(kind, _)| kind == "damaged"), "{spots:?}");
    assert!(
        spots
            .iter()
            .any(|(kind, detail)| kind == "missing" && detail.contains("record")),
        "{spots:?}"
    );
}

#[test]
fn a_turned_bit_is_noticed() {
    let whole = bytes(&log());
    for place in [HEADER + 600, HEADER + 5000, HEADER + CHUNK + 9000] {
        let (events, spots) = read(&damage::flip_bit(&whole, place, 3), 4);
        assert!(!spots.is_empty() && events > 0, "{place}");
    }
}

/// Record numbers with a hole: nothing is broken, but something is missing.
#[test]
fn a_hole_in_the_record_numbers_is_said() {
    let mut log = EvtxLog::new("Contoso-Samples/Operational", "DESKTOP-EXMPL01");
    for number in 0..10_u64 {
        log.event(EventSpec::classic("ContosoClassic", 7).at(134_169_120_000_000_000 + number));
        if number == 4 {
            log.skip_ids(7);
        }
    }
    let dir = Dir::new().file("x.evtx", &bytes(&log));
    let report = dir
        .run(&["analyze", "x.evtx", "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(report["event_count"], 10);
    has_blindspot(&report, "missing", "6 to 12");
}

/// An event without a time is kept, and put at no time.
#[test]
fn a_record_of_no_time_is_undated() {
    let mut log = EvtxLog::new("Contoso-Samples/Operational", "DESKTOP-EXMPL01");
    log.event(EventSpec::classic("ContosoClassic", 7))
        .event(EventSpec::classic("ContosoClassic", 8).at(134_169_120_000_000_000));
    let dir = Dir::new().file("x.evtx", &bytes(&log));
    let lines = dir.run(&["timeline", "x.evtx"]).exits(0).lines();
    let codes: Vec<(u64, bool)> = lines
        .iter()
        .map(|line| {
            (
                line["event.code"].as_u64().unwrap_or_default(),
                line.get("@timestamp").is_some(),
            )
        })
        .collect();
    assert_eq!(codes, [(8, true), (7, false)]);
}
