//! Same evidence in, same bytes out: for any number of threads and any order of inputs.

mod common;

use common::{BLOCKED, Dir, HEALTHY};
use samples::evtx::EvtxLog;

const REPORT: &[&str] = &["analyze", "--format", "json"];
const EVENTS: &[&str] = &["timeline"];
const KINDS: &[&[&str]] = &[
    REPORT,
    &["analyze"],
    EVENTS,
    &["inspect", "--format", "json"],
    &["timeline", "--format", "csv"],
];

/// The same call over the inputs in both orders, with one thread and with four.
fn check(dir: &Dir, calls: &[&[&str]], inputs: &[&str], code: i32) {
    for call in calls {
        let mut reversed = inputs.to_vec();
        reversed.reverse();
        let run = |inputs: &[&str], threads: &str| {
            let arguments: Vec<&str> = call
                .iter()
                .chain(inputs)
                .copied()
                .chain(["--threads", threads])
                .collect();
            dir.run(&arguments).exits(code).out
        };
        let expected = run(inputs, "1");
        assert!(!expected.is_empty());
        for (inputs, threads) in [(inputs, "4"), (&reversed, "1"), (&reversed, "4")] {
            assert!(
                run(inputs, threads) == expected,
                "{call:?} differs for {inputs:?} with {threads} threads"
            );
        }
    }
}

#[test]
fn scenarios_as_archives() {
    let dir = Dir::with_scenarios();
    check(
        &dir,
        KINDS,
        &["entra-join-healthy.zip", "preprovisioning-mdm-blocked.zip"],
        0,
    );
}

#[test]
fn scenarios_as_folders() {
    let dir = Dir::new().scenario_folder(HEALTHY).scenario_folder(BLOCKED);
    check(&dir, KINDS, &[HEALTHY, BLOCKED], 0);
}

/// File by file, so that the order is the caller's and not the folder's.
#[test]
fn scenarios_as_single_files() {
    let dir = Dir::new().scenario_folder(BLOCKED);
    let files = samples::scenario::build_files(BLOCKED).unwrap_or_default();
    let paths: Vec<String> = files
        .iter()
        .map(|(name, _)| format!("{BLOCKED}/{name}"))
        .collect();
    let inputs: Vec<&str> = paths.iter().map(String::as_str).collect();
    assert!(inputs.len() > 4);
    check(&dir, &[REPORT, EVENTS], &inputs, 0);
}

/// A log of many chunks is read by many tasks; some of its chunks are damaged, so that blind spots
/// have an order to keep too.
#[test]
fn a_large_log_with_damage() {
    let log = EvtxLog::large(7, 3 << 19).unwrap_or_default();
    let damaged = samples::damage::flip_random_bits(&log, 3, 40);
    let dir = Dir::new()
        .file("logs/one.evtx", &log)
        .file("logs/two.evtx", &damaged)
        .scenario(BLOCKED);
    check(
        &dir,
        &[REPORT, EVENTS],
        &["logs", "preprovisioning-mdm-blocked.zip"],
        4,
    );
}
