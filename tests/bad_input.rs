//! Bad input: one clear sentence or a blind spot each, the contract's exit code, and everything
//! beside it read all the same.

#[path = "bad_input/archives.rs"]
mod archives;
mod common;
#[path = "bad_input/logs.rs"]
mod logs;

use common::{Dir, HEALTHY, has_blindspot};
use serde_json::Value;

/// Events of the scenario that stands beside the bad input.
const GOOD_EVENTS: u64 = 28;
const GOOD: &str = "entra-join-healthy.zip";

/// Reads the bad input alone: nothing is readable, and one sentence says why.
#[track_caller]
fn alone(dir: &Dir, bad: &str, sentence: &str) {
    for verb in ["analyze", "timeline"] {
        dir.run(&[verb, bad]).exits(3).says(sentence);
    }
}

/// Reads the bad input beside good evidence, of which nothing may be lost.
#[track_caller]
fn beside(dir: &Dir, bad: &str, code: i32) -> Value {
    let report = dir
        .run(&["analyze", bad, GOOD, "--format", "json"])
        .exits(code)
        .json();
    assert!(
        report["event_count"].as_u64() >= Some(GOOD_EVENTS),
        "{}",
        report["event_count"]
    );
    report
}

#[test]
fn a_missing_path() {
    let dir = Dir::new().scenario(HEALTHY);
    alone(&dir, "absent.zip", "there is no file or folder absent.zip");
    let report = dir
        .run(&["analyze", "absent.zip", GOOD, "--format", "json"])
        .exits(4)
        .says("absent.zip")
        .json();
    assert_eq!(report["event_count"], GOOD_EVENTS);
    has_blindspot(&report, "unreadable", "absent.zip");
    dir.run(&["analyze", "absent.zip", "gone", "-q"])
        .exits(3)
        .warns("absent.zip")
        .warns("gone");
}

#[test]
fn an_empty_file() {
    let dir = Dir::new().scenario(HEALTHY).file("empty.evtx", b"");
    alone(&dir, "empty.evtx", "empty.evtx is empty");
    assert_eq!(beside(&dir, "empty.evtx", 0)["event_count"], GOOD_EVENTS);
}

#[test]
fn an_empty_folder() {
    let dir = Dir::new().scenario(HEALTHY).file("folder/inner/x", b"");
    assert!(std::fs::remove_file(dir.path("folder/inner/x")).is_ok());
    alone(&dir, "folder", "there is no file in what was given");
    beside(&dir, "folder", 0);
}

#[test]
fn a_picture_that_is_named_like_a_log() {
    let picture = [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".as_slice(), &[0; 500]].concat();
    let dir = Dir::new().scenario(HEALTHY).file("picture.evtx", &picture);
    alone(
        &dir,
        "picture.evtx",
        "picture.evtx: named like an event log, but it is a PNG picture",
    );
    has_blindspot(
        &beside(&dir, "picture.evtx", 0),
        "unrecognised",
        "a PNG picture",
    );
}

#[test]
fn bytes_of_no_format() {
    let noise = samples::damage::flip_random_bits(&[0; 5000], 11, 30_000);
    let dir = Dir::new()
        .scenario(HEALTHY)
        .file("noise.bin", &noise)
        .file("noise.evtx", &noise);
    alone(
        &dir,
        "noise.bin",
        "noise.bin: its content is of no format that is known here",
    );
    has_blindspot(&beside(&dir, "noise.bin", 0), "unrecognised", "noise.bin");
    alone(&dir, "noise.evtx", "does not begin like one");
    // A file that should be a log and is none has lost what it held.
    has_blindspot(&beside(&dir, "noise.evtx", 4), "unreadable", "noise.evtx");
}

/// A link to a folder above it: each file is still read once, and the run ends.
#[cfg(unix)]
#[test]
fn a_folder_that_contains_itself() {
    let dir = Dir::new().scenario_folder(HEALTHY);
    let links = [("..", "up"), (".", "self"), ("System.evtx", "again.evtx")];
    for (target, name) in links {
        assert!(std::os::unix::fs::symlink(target, dir.path(&format!("{HEALTHY}/{name}"))).is_ok());
    }
    let report = dir
        .run(&["analyze", HEALTHY, "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(report["event_count"], GOOD_EVENTS);
    has_blindspot(&report, "skipped", "up");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = Dir::new().scenario(HEALTHY).file("folder/kept.evtx", b"x");
    let path = dir.path("folder/kept.evtx");
    assert!(std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).is_ok());
    if std::fs::read(&path).is_ok() {
        // Whoever may read everything cannot see this case.
        return;
    }
    has_blindspot(&beside(&dir, "folder", 4), "unreadable", "kept.evtx");
}

/// Nothing in a name of the evidence may drive the terminal.
#[cfg(unix)]
#[test]
fn a_hostile_name_is_shown_harmless() {
    let name = "a\u{1b}[2J\u{202e}.evtx";
    let dir = Dir::new()
        .scenario(HEALTHY)
        .file(&format!("folder/{name}"), b"\x89PNG\r\n\x1a\n");
    for verb in ["analyze", "inspect", "sources"] {
        let run = dir.run(&[verb, "folder", GOOD]).exits(0);
        assert!(
            !run.out.contains(['\u{1b}', '\u{202e}']),
            "{verb} {:?}",
            run.out
        );
    }
    let run = dir.run(&["analyze", "folder"]).exits(3);
    assert!(!run.err.contains(['\u{1b}', '\u{202e}']), "{:?}", run.err);
    let run = dir.run(&["analyze", "no\u{1b}[2Jsuch"]).exits(3);
    assert!(!run.err.contains('\u{1b}'), "{:?}", run.err);
}
