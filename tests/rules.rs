//! Rules over whole bundles: one root with what comes from it, readings ruled out by name, and what
//! cannot be told without its source.

#![expect(
    clippy::unwrap_used,
    reason = "a report without its parts is a test that fails"
)]

mod common;

use std::sync::Arc;

use common::{BLOCKED, Dir, HEALTHY, list, text};
use joinscope::analyze::{self, Rules, analyze};
use joinscope::bundle::{Limits, Passwords, open};
use joinscope::catalog::Catalog;
use joinscope::ingest::{Decoders, Digests, Unwatched, read};
use joinscope::rules::{Cases, PartState, RuleSet, judge_all};
use joinscope::timeline::Timeline;
use samples::scenario;
use serde_json::Value;

const EXPIRED: &str = "preprovisioning-token-expired";

fn findings(name: &str) -> Value {
    let dir = Dir::new().scenario(name);
    dir.run(&["findings", &format!("{name}.zip"), "--format", "json"])
        .exits(0)
        .json()
}

fn rules<'r>(report: &'r Value, key: &str) -> Vec<&'r str> {
    list(report, key)
        .iter()
        .map(|it| text(it, "rule"))
        .collect()
}

/// The rules of findings above low.
fn loud(report: &Value) -> Vec<&str> {
    list(report, "findings")
        .iter()
        .filter(|finding| !["info", "low"].contains(&text(finding, "severity")))
        .map(|it| text(it, "rule"))
        .collect()
}

/// The finding of a rule.
fn of<'r>(report: &'r Value, rule: &str) -> &'r Value {
    let mut found = list(report, "findings").iter();
    found.find(|finding| finding["rule"] == rule).unwrap()
}

/// The rules that a finding comes from.
fn causes<'r>(report: &'r Value, rule: &str) -> Vec<&'r str> {
    let ids = list(of(report, rule), "caused_by");
    let of_id = |id: &Value| {
        let mut found = list(report, "findings").iter();
        text(found.find(|finding| finding["id"] == *id).unwrap(), "rule")
    };
    ids.iter().map(of_id).collect()
}

#[test]
fn the_held_task_is_the_root_of_the_expired_token() {
    let report = findings(EXPIRED);
    assert_eq!(
        rules(&report, "findings"),
        [
            "task-held",
            "energy-saver-policy",
            "energy-saver-on",
            "transport-key-late",
            "join-token-expired",
            "join-refused",
        ]
    );
    assert_eq!(
        causes(&report, "task-held"),
        ["energy-saver-policy", "energy-saver-on"]
    );
    assert_eq!(causes(&report, "transport-key-late"), ["task-held"]);
    assert_eq!(
        causes(&report, "join-token-expired"),
        ["transport-key-late"]
    );
    assert_eq!(causes(&report, "join-refused"), ["join-token-expired"]);
    let root = text(of(&report, "task-held"), "explanation");
    for words in [
        "AikCertEnrollTask",
        "10 m 10 s",
        "EnergySaverBatteryThreshold",
        "100 %",
    ] {
        assert!(root.contains(words), "no {words:?} in {root:?}");
    }
    assert_eq!(text(&report["verdict"], "headline"), root);
    let mut ruled_out = list(&report, "ruled_out").iter();
    let against = ruled_out
        .find(|entry| entry["rule"] == "join-not-allowed")
        .unwrap();
    assert!(text(against, "because").contains("error_invalid_token"));
    assert_eq!(list(against, "evidence").len(), 1);
    assert_eq!(rules(&report, "cannot_tell"), [""; 0]);
}

#[test]
fn without_the_tasks_and_the_power_the_root_cannot_be_told() {
    let files = scenario::build_files(EXPIRED).unwrap();
    let kept = files.iter().filter(|(file, _)| {
        !["TaskScheduler", "System.evtx", "DeviceManagement"]
            .iter()
            .any(|part| file.contains(part))
    });
    let dir = kept.fold(Dir::new(), |dir, (file, bytes)| {
        dir.file(&format!("case/{file}"), bytes)
    });
    let report = dir
        .run(&["findings", "case", "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(
        rules(&report, "findings"),
        ["transport-key-late", "join-token-expired", "join-refused"]
    );
    let untold = list(&report, "cannot_tell");
    let held = untold
        .iter()
        .find(|entry| entry["rule"] == "task-held")
        .unwrap();
    let missing = &list(held, "missing")[0];
    assert_eq!(text(missing, "name"), "task-log");
    assert!(text(missing, "artifact").contains("TaskScheduler%4Operational.evtx"));
    assert!(text(missing, "command").contains("wevtutil"));
}

#[test]
fn the_blocked_story_has_one_root_with_its_occurrences() {
    let report = findings(BLOCKED);
    assert_eq!(loud(&report), ["mdm-device-not-preregistered"]);
    let root = &list(&report, "findings")[0];
    assert_eq!(root["occurrences"]["number"], 3);
    assert_eq!(list(root, "caused_by").len(), 0);
    let headline = text(&report["verdict"], "headline");
    assert!(headline.contains("0x80180014"), "{headline}");
}

#[test]
fn nothing_above_low_is_found_in_the_healthy_story() {
    let report = findings(HEALTHY);
    assert_eq!(loud(&report), [""; 0]);
    assert_eq!(report["verdict"]["severity"], "info");
}

#[test]
fn every_rule_passes_its_own_tests() {
    let dir = Dir::new();
    dir.run(&["rules", "check"]).exits(0);
    let tested = dir.run(&["rules", "test"]);
    assert!(tested.out.contains(" 0 failed"), "{}", tested.out);
}

#[test]
fn a_rule_says_which_part_of_it_did_not_hold() {
    let dir = Dir::new().scenario(HEALTHY);
    let bundle = format!("{HEALTHY}.zip");
    let out = dir
        .run(&["rules", "explain", "transport-key-late", &bundle])
        .exits(0)
        .out;
    assert!(out.contains("NOT"), "{out}");
    assert!(out.contains("sequence deleted, created (fails)"), "{out}");
}

const OWN: &str = "\
title: The client asked for its endpoints
id: own-rule
level: info
stage: discover
about: event
refs: [ { source: a test, confidence: high } ]
detection: { asked: 'event:UDR/100', condition: asked }
explain: It asked at {asked.time}.
fix: [ Nothing ]
tests:
  - { name: it did, expect: fires, events: [ { at: 0s, event: UDR/100 } ] }
  - { name: it did not, expect: silent, events: [ { at: 0s, event: UDR/101 } ] }
";

#[test]
fn what_is_left_out_of_judging_could_not_have_held() {
    let catalog = Arc::new(Catalog::embedded().unwrap());
    let flows = Rules::embedded(&catalog).unwrap();
    let set = RuleSet::embedded(&catalog, Cases::Skip).unwrap();
    let decoders = Decoders::shipped(&catalog);
    for name in scenario::names().iter().copied().step_by(5) {
        let dir = Dir::new().scenario(name);
        let paths = [dir.path(&format!("{name}.zip"))];
        let bundle = open(&paths, &Limits::default(), &Passwords::default()).unwrap();
        let batches = read(&bundle, &decoders, Digests::Skip, &Unwatched).batches;
        let timeline = Timeline::build(batches, Arc::clone(&catalog));
        let analysis = analyze(&timeline, &flows);
        for id in set.ids() {
            let evidence = || analyze::evidence(&timeline, &analysis, &[]);
            // Explaining goes through every subject, judging through those that can hold.
            let explained = set.explain(id, evidence()).unwrap();
            let holds = explained.iter().any(|it| it.state == PartState::Holds);
            let fires = !judge_all(&set, evidence(), Some(id)).findings.is_empty();
            assert_eq!(fires, holds, "{id} on {name}");
        }
    }
}

#[test]
fn a_folder_adds_replaces_and_switches_off_rules() {
    let dir = Dir::new()
        .scenario(BLOCKED)
        .file("own/join/own-rule.yaml", OWN.as_bytes())
        .file(
            "own/off.yaml",
            b"id: mdm-device-not-preregistered\ndisabled: true\n",
        );
    let bundle = format!("{BLOCKED}.zip");
    let report = dir
        .run(&["findings", &bundle, "--rules", "own", "--format", "json"])
        .exits(0)
        .json();
    let found = rules(&report, "findings");
    assert!(found.contains(&"own-rule"), "{found:?}");
    assert!(
        !found.contains(&"mdm-device-not-preregistered"),
        "{found:?}"
    );
    let list = dir.run(&["rules", "list", "--rules", "own"]).exits(0).out;
    assert!(list.contains("own-rule") && !list.contains("mdm-device-not-preregistered"));
}

#[test]
fn faults_are_told_with_file_line_and_the_nearest_name() {
    let check = |from: &str, to: &str, expected: &str| {
        assert!(OWN.contains(from), "{from}");
        let text = OWN.replacen(from, to, 1);
        let dir = Dir::new().file("own/join/own-rule.yaml", text.as_bytes());
        let run = dir.run(&["rules", "check", "--rules", "own"]).exits(1);
        assert!(
            run.out.contains(expected),
            "{expected:?} is not in {:?}",
            run.out
        );
    };
    check(
        "level: info",
        "levle: info",
        "own/join/own-rule.yaml:3: no key is called `levle`; did you mean `level`?",
    );
    check(
        "level: info",
        "level: inof",
        "own-rule.yaml:3: no level is called `inof`; did you mean `info`?",
    );
    check(
        "{asked.time}",
        "{askd.time}",
        "own-rule.yaml:8: {askd.time}: no role or object is called `askd`; did you mean `asked`?",
    );
    check(
        "event:UDR/100",
        "event:UDR/100 HtpStatus=1",
        "no field is called `HtpStatus`; did you mean `HTTPStatus`?",
    );
    check(
        "event:UDR/100",
        "event:UDR/100 HttpStatus=1",
        "`asked` can never match: udr/100 has no field HttpStatus",
    );
    check(
        "event:UDR/100",
        "event:UDR/100 event:UDR/101",
        "`asked` can never match: no event is both",
    );
    check(
        "condition: asked",
        "condition: aksed",
        "no selection is called `aksed`; did you mean `asked`?",
    );
    check(
        "about: event",
        "about: event\ncaused_by: [join-refuse]",
        "no rule is called `join-refuse`; did you mean `join-refused`?",
    );
    check(
        "about: event",
        "about: event\nrequires: [tasks-log]",
        "no coverage is called `tasks-log`; did you mean `task-log`?",
    );
    check(
        "about: event",
        "about: event\nwhere: ['asked.time > 60s']",
        "a time and a span of time cannot be compared",
    );
    check("id: own-rule", "id: own", "is not the file's name");
}

/// `UPDATE_DOCS=1` writes the page anew.
#[test]
fn the_page_of_rules_is_fresh() {
    let dir = Dir::new();
    let page = dir.run(&["rules", "docs"]).exits(0).out;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/RULES.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let known = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        page == known,
        "docs/RULES.md is not what `joinscope rules docs` prints"
    );
}
