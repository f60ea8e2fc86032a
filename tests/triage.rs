//! A triage says of every bundle what a whole reading says, and does not read what nobody asks for.

mod common;

use common::Dir;
use samples::evtx::{EventSpec, EvtxLog};
use samples::scenario::{build_files, names, pack};
use serde_json::{Map, Value};

/// Records of the log that nothing asks for, in each bundle.
const RECORDS: u64 = 300;

/// A log of a program that no rule knows: one record tells of a failure, all others of nothing.
fn unknown_log() -> Vec<u8> {
    let mut log = EvtxLog::new("Contoso-Backup/Operational", "DESKTOP-EXMPL01");
    for number in 0..RECORDS {
        let guid = "5d0c1a77-12ab-4c3d-9e8f-0a1b2c3d4e5f";
        let event = EventSpec::new("Contoso-Backup", guid, 10)
            .at(134_169_120_000_000_000 + number * 10_000_000)
            .level(if number == 150 { 2 } else { 4 })
            .field("File", format!("file {number}"));
        log.event(event);
    }
    log.into_bytes().expect("a small log can be built")
}

/// The lines of an index, without what a triage leaves out on purpose.
fn lines(dir: &Dir, index: &str) -> (Vec<Map<String, Value>>, u64) {
    let mut passed = 0;
    let lines = dir.text(index);
    let lines = lines.lines().map(|line| {
        let mut line: Map<String, Value> = serde_json::from_str(line).expect("a line is JSON");
        passed += line["passed_records"].as_u64().expect("it is a number");
        for key in ["report", "events", "passed_records"] {
            line.remove(key);
        }
        line
    });
    (lines.collect(), passed)
}

#[test]
fn a_triage_comes_to_what_a_whole_reading_comes_to() {
    let unknown = unknown_log();
    let mut dir = Dir::new();
    let mut bundles = 0;
    for name in names() {
        let mut files = build_files(name).expect("the stories that come with the crate are sound");
        files.push(("logs/backup.evtx".to_owned(), unknown.clone()));
        dir = dir.file(&format!("in/{name}.zip"), &pack(&files));
        bundles += 1;
    }
    dir.run(&["batch", "in", "-o", "whole", "-q"]).exits(0);
    dir.run(&["batch", "in", "-o", "triage", "--triage", "-q"])
        .exits(0);
    let (whole, none_passed) = lines(&dir, "whole/index.jsonl");
    let (triage, passed) = lines(&dir, "triage/index.jsonl");
    assert_eq!(none_passed, 0);
    for (whole, triage) in whole.iter().zip(&triage) {
        assert_eq!(triage, whole);
    }
    assert_eq!((whole.len(), triage.len()), (bundles, bundles));
    // The first record of the log says what it is of, and a failure may explain a gap.
    assert!(passed >= bundles as u64 * (RECORDS - 2), "{passed} passed");
    assert!(!dir.path("triage/reports").exists() || is_empty(&dir));
    let page = dir.text("triage/index.html");
    assert!(page.contains("were counted only"));
    // What was made by a triage is no batch with reports, and the other way round.
    dir.run(&["batch", "in", "-o", "triage", "-q"]).exits(2);
}

fn is_empty(dir: &Dir) -> bool {
    let mut entries = std::fs::read_dir(dir.path("triage/reports")).expect("it is a folder");
    entries.next().is_none()
}
