//! The program from outside: each verb, its exit codes, and what it refuses.
//!
//! The words that are expected here are the contract's; the wording of reports is held by the
//! snapshots of `scenarios.rs`.

#[path = "cli/batch.rs"]
mod batch;
mod common;
#[path = "cli/events.rs"]
mod events;
#[path = "cli/explain.rs"]
mod explain;
#[path = "cli/given.rs"]
mod given;
#[path = "cli/help.rs"]
mod help;
#[path = "cli/import.rs"]
mod import;
#[path = "cli/planted.rs"]
mod planted;
#[path = "cli/report.rs"]
mod report;

use std::process::Stdio;

use common::{BLOCKED, Dir, HEALTHY};
use samples::damage;
use sha2::{Digest as _, Sha256};

const HEALTHY_ZIP: &str = "entra-join-healthy.zip";
const BLOCKED_ZIP: &str = "preprovisioning-mdm-blocked.zip";

#[test]
fn every_verb_reads_every_scenario() {
    let dir = Dir::with_scenarios();
    for zip in [HEALTHY_ZIP, BLOCKED_ZIP] {
        for verb in [
            "analyze", "gaps", "tokens", "sources", "inspect", "timeline",
        ] {
            let run = dir.run(&[verb, zip]).exits(0).silent();
            assert!(!run.out.is_empty(), "{verb} {zip}");
        }
        for verb in ["analyze", "gaps", "tokens", "sources", "inspect"] {
            dir.run(&[verb, zip, "--format", "json"])
                .exits(0)
                .silent()
                .json();
        }
    }
}

/// A file that was given, and the log in it, have the digests of their own bytes: whether the two are the
/// same file, one is packed in the other, or an archive stands behind a program.
#[test]
fn digests_are_those_of_the_bytes() {
    let log = samples::evtx::EvtxLog::large(7, 1 << 18).unwrap();
    let zip = samples::scenario::pack(&[("log.evtx".to_owned(), log.clone())]);
    let behind = [b"MZ a program", &*zip].concat();
    let hex = |bytes: &[u8]| joinscope::model::hex_text(&Sha256::digest(bytes));
    for (name, bytes) in [("log.evtx", &log), ("log.zip", &zip), ("log.exe", &behind)] {
        let dir = Dir::new().file(name, bytes);
        let report = dir.run(&["analyze", name, "--format", "json"]).json();
        assert_eq!(report["inputs"][0]["sha256"], hex(bytes), "{name}");
        assert_eq!(report["sources"][0]["sha256"], hex(&log), "{name}");
    }
}

#[test]
fn without_a_verb_a_pipe_gets_the_analysis() {
    let dir = Dir::with_scenarios();
    assert_eq!(
        dir.run(&[BLOCKED_ZIP]).exits(0).out,
        dir.run(&["analyze", BLOCKED_ZIP]).out
    );
}

#[test]
fn fail_on_turns_a_bad_verdict_into_1() {
    let dir = Dir::with_scenarios();
    let check = |zip: &str, severity: &str, code: i32| {
        let run = dir
            .run(&["analyze", zip, "--fail-on", severity])
            .exits(code);
        assert_eq!(
            run.out,
            dir.run(&["analyze", zip]).out,
            "the report is the same"
        );
    };
    check(BLOCKED_ZIP, "low", 1);
    check(BLOCKED_ZIP, "high", 1);
    check(BLOCKED_ZIP, "critical", 0);
    check(HEALTHY_ZIP, "low", 0);
    check(HEALTHY_ZIP, "info", 1);
}

#[test]
fn damage_is_4_and_a_finding_wins_over_it() {
    let dir = Dir::new().scenario_folder(BLOCKED);
    let log = std::fs::read(dir.path(&format!("{BLOCKED}/system.evtx"))).unwrap();
    let dir = dir.file(&format!("{BLOCKED}/cut.evtx"), &damage::cut(&log, 30_000));
    let run = dir.run(&["analyze", BLOCKED, "--format", "json"]).exits(4);
    common::has_blindspot(&run.json(), "truncated", "cut.evtx");
    dir.run(&["inspect", BLOCKED]).exits(4);
    dir.run(&["timeline", BLOCKED]).exits(4);
    dir.run(&["analyze", BLOCKED, "--fail-on", "high"]).exits(1);
    dir.run(&["analyze", BLOCKED, "--fail-on", "critical"])
        .exits(4);
}

#[test]
fn a_wrong_call_is_2_and_writes_no_data() {
    let dir = Dir::with_scenarios();
    let check = |arguments: &[&str], words: &str| {
        let run = dir.run(arguments).exits(2).warns(words);
        assert_eq!(run.out, "", "{arguments:?}");
    };
    check(&[], "Usage: joinscope");
    check(&["analyze"], "no input given");
    check(&["analyze", HEALTHY_ZIP, "--formt", "json"], "--format");
    check(
        &["analyze", HEALTHY_ZIP, "--format", "xml"],
        "[possible values: text, json",
    );
    check(
        &["analyze", HEALTHY_ZIP, "--fail-on", "bad"],
        "[possible values: info, low, medium, high, critical]",
    );
    check(
        &["analyze", HEALTHY_ZIP, "--tz", "Berlin"],
        "Berlin is no zone",
    );
    check(&["analyze", HEALTHY_ZIP, "--threads", "many"], "--threads");
    check(
        &["timeline", HEALTHY_ZIP, "--since", "yesterday"],
        "yesterday is no time",
    );
    check(
        &["timeline", HEALTHY_ZIP, "--around", "e9999"],
        "e9999 is no event",
    );
    check(
        &["timeline", HEALTHY_ZIP, "--where", "level>="],
        "query: expected",
    );
    check(
        &["timeline", HEALTHY_ZIP, "--where", "(a"],
        "query: expected",
    );
    check(&["demo", "no-such-story"], HEALTHY);
    check(
        &["analyze", HEALTHY_ZIP, "--password-file", "absent.txt"],
        "absent.txt",
    );
}

/// A field that nothing knows would match nothing for ever, so it is refused, with the nearest name.
#[test]
fn an_unknown_field_is_refused_with_a_suggestion() {
    let dir = Dir::with_scenarios();
    let check = |query: &str, suggested: &str| {
        dir.run(&["timeline", BLOCKED_ZIP, "--where", query])
            .exits(2)
            .says(&format!("did you mean `{suggested}`"));
    };
    check("levl>=error", "level");
    check("JoinRequestTyp=8", "JoinRequestType");
    check("level>=error and not outcom:failure", "outcome");
    // Too far from any name to suggest one.
    dir.run(&["timeline", BLOCKED_ZIP, "--where", "zzzzzzzzzzzz:1"])
        .exits(2)
        .says("zzzzzzzzzzzz");
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let dir = Dir::with_scenarios();
    for arguments in [
        ["timeline", BLOCKED_ZIP],
        ["analyze", BLOCKED_ZIP],
        ["explain", "0x801c03ed"],
        ["help", "analyze"],
    ] {
        let mut command = dir.command(&arguments);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            (output.status.code(), &*err),
            (Some(0), ""),
            "{arguments:?}"
        );
    }
}

#[test]
fn a_list_of_inputs_comes_from_standard_input() {
    let dir = Dir::with_scenarios();
    let listed = dir
        .run_with_input(
            &["timeline", "-"],
            &format!("{HEALTHY_ZIP}\n\n  {BLOCKED_ZIP}  \r\n"),
        )
        .exits(0);
    assert_eq!(
        listed.out,
        dir.run(&["timeline", HEALTHY_ZIP, BLOCKED_ZIP]).out
    );
    dir.run_with_input(&["analyze", "-"], "\n")
        .exits(2)
        .says("no input given");
    dir.run_with_input(&["analyze", "-"], "absent.zip\n")
        .exits(3)
        .says("absent.zip");
}

#[test]
fn demo_writes_a_bundle_and_never_over_another() {
    let dir = Dir::new();
    let run = dir.run(&["demo", HEALTHY, "-o", "made/here"]).exits(0);
    let path = run.out.trim_end().to_owned();
    assert_eq!(
        std::fs::read(dir.path(&path)).unwrap(),
        samples::scenario::build(HEALTHY).unwrap()
    );
    std::fs::write(dir.path(&path), b"mine").unwrap();
    dir.run(&["demo", HEALTHY, "-o", "made/here"])
        .exits(2)
        .says("--force");
    assert_eq!(dir.text(&path), "mine");
    dir.run(&["demo", HEALTHY, "-o", "made/here", "--force"])
        .exits(0);
    dir.run(&["analyze", &path]).exits(0);
}

#[test]
fn report_writes_one_html_file_and_never_over_another() {
    let dir = Dir::with_scenarios();
    dir.run(&["report", BLOCKED_ZIP, "-o", "out.html"])
        .exits(0)
        .warns("out.html");
    let html = dir.text("out.html");
    assert!(
        html.trim_end().ends_with("</html>"),
        "the page is there as a whole"
    );
    assert!(
        html.contains("0x80180014") && html.contains("not preregistered"),
        "the page tells the story"
    );
    for outside in [
        "src=\"http",
        "href=\"http",
        "url(http",
        "@import",
        "<link",
        "<base",
    ] {
        assert!(
            !html.contains(outside),
            "the page asks for nothing outside: {outside}"
        );
    }
    dir.run(&["report", HEALTHY_ZIP, "-o", "out.html"])
        .exits(2)
        .warns("--force");
    assert_eq!(dir.text("out.html"), html, "what was there is untouched");
    dir.run(&["report", HEALTHY_ZIP, "-o", "out.html", "--force", "-q"])
        .exits(0)
        .silent();
    assert_ne!(dir.text("out.html"), html);
    dir.run(&["report", HEALTHY_ZIP, "-o", "absent/out.html"])
        .exits(2)
        .warns("absent/out.html");
    dir.run(&["report", "absent.zip", "-o", "never.html"])
        .exits(3);
    assert!(
        !dir.path("never.html").exists(),
        "no report is left where nothing was read"
    );
}

#[test]
fn nothing_is_written_beside_the_input() {
    let dir = Dir::new().scenario_folder(BLOCKED);
    let names = || {
        let entries = std::fs::read_dir(dir.path(BLOCKED)).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = names();
    for verb in [
        "analyze", "timeline", "inspect", "sources", "gaps", "tokens",
    ] {
        dir.run(&[verb, BLOCKED]).exits(0);
    }
    assert_eq!(names(), before);
}

#[test]
fn times_are_shown_in_the_zone_asked_for() {
    let dir = Dir::with_scenarios();
    let check = |zone: &str, name: &str, time: &str| {
        dir.run(&["analyze", BLOCKED_ZIP, "--tz", zone])
            .exits(0)
            .shows(&format!("times in {name}\n"))
            .shows(time);
    };
    check("utc", "UTC", "09:06:20.221");
    check("+02:00", "UTC+02:00", "11:06:20.221");
    check("-05:30", "UTC-05:30", "03:36:20.221");
    // The log of this device states eight hours west of UTC.
    check("device", "UTC-08:00", "01:06:20.221");
}

#[test]
fn colours_are_for_terminals_or_on_request() {
    let dir = Dir::with_scenarios();
    let coloured = |arguments: &[&str]| dir.run(arguments).exits(0).out.contains('\u{1b}');
    assert!(!coloured(&["analyze", BLOCKED_ZIP]));
    assert!(!coloured(&["analyze", BLOCKED_ZIP, "--color", "never"]));
    assert!(coloured(&["analyze", BLOCKED_ZIP, "--color", "always"]));
}
