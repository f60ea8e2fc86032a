//! Clocks that are off, through the whole program: the device's is behind, or is set while it joins,
//! and the recording has one of its own.

#![expect(
    clippy::unwrap_used,
    reason = "a report without its parts is a test that fails"
)]

mod common;

use common::{Dir, list, text};
use serde_json::Value;

const BEHIND: &str = "clock-behind";
const STEP: &str = "clock-step-inside-attempt";

/// The report on a scenario, with further arguments.
fn report(name: &str, arguments: &[&str]) -> Value {
    let zip = format!("{name}.zip");
    let call = ["analyze", &zip, "--format", "json"];
    let call: Vec<&str> = call.iter().chain(arguments).copied().collect();
    Dir::new().scenario(name).run(&call).exits(0).json()
}

fn join(report: &Value) -> &Value {
    list(report, "attempts")
        .iter()
        .find(|attempt| attempt["kind"] == "entra-join")
        .unwrap()
}

fn clock_of<'r>(report: &'r Value, format: &str) -> &'r Value {
    let source = list(report, "sources")
        .iter()
        .find(|source| source["format"] == format && source["events"] != 1);
    &source.unwrap()["clock"]
}

/// The clock of a format's sources is found, in seconds, to half a second.
#[track_caller]
fn check_offset(report: &Value, format: &str, seconds: f64) {
    let found = clock_of(report, format)["offset_ms"].as_f64().unwrap() / 1000.0;
    assert!(
        (found - seconds).abs() <= 0.5,
        "{format} is off by {found}, not {seconds}"
    );
}

/// Every use lies within the token's time, so neither late nor early is said.
fn check_in_time(report: &Value) {
    let tokens: Vec<&Value> = list(report, "tokens")
        .iter()
        .filter(|token| !token["digest"].is_null() && token["is_opaque"] == false)
        .collect();
    let [token] = tokens.as_slice() else {
        unreachable!("one token that says what it is stands in the recording")
    };
    assert_eq!(text(token, "verdict"), "in_time", "{token}");
    let after = |used: &Value| used["seconds_after_expiry"].as_f64().unwrap();
    assert!(list(token, "uses").iter().all(|used| after(used) < 0.0));
    let said = report["verdict"].to_string();
    assert!(
        !said.contains("after it had expired") && !said.contains("before it became valid"),
        "{said}"
    );
    let late = |finding: &&Value| text(finding, "rule") == "join-token-expired";
    assert_eq!(list(report, "findings").iter().find(late), None);
}

/// Seconds from one step to the next, and all steps' times in the order in which they stand.
fn check_order(join: &Value) {
    let times: Vec<&str> = list(join, "steps")
        .iter()
        .map(|step| text(step, "time"))
        .collect();
    assert!(times.is_sorted(), "{times:?}");
}

#[test]
fn a_device_that_is_behind_is_judged_on_the_servers_clock() {
    let report = report(BEHIND, &[]);
    check_offset(&report, "evtx", 660.0);
    check_offset(&report, "etl", 660.0);
    check_offset(&report, "saz", 1.8);
    check_in_time(&report);
    check_order(join(&report));
    let basis = text(clock_of(&report, "evtx"), "basis");
    assert_eq!(basis, "2 of 2 answers of servers; times are corrected");
    // One attempt, with steps of all three kinds of sources.
    let joins = list(&report, "attempts")
        .iter()
        .filter(|attempt| attempt["kind"] == "entra-join");
    assert_eq!(joins.count(), 1);
}

#[test]
fn a_setting_of_the_clock_is_no_gap() {
    let report = report(STEP, &[]);
    check_offset(&report, "evtx", 0.0);
    check_in_time(&report);
    check_order(join(&report));
    let basis = text(clock_of(&report, "evtx"), "basis");
    let said = "the clock was set 1 time, by +660.0 s at 2026-03-09 10:20:06.000 UTC; times before \
                are corrected by that";
    assert!(basis.ends_with(said), "{basis}");
    let longest = join(&report)["longest_gap"]["seconds"].as_f64().unwrap();
    assert!((longest - 3.7).abs() < 0.3, "{longest}");
    for gap in list(&report, "gaps") {
        assert!(
            gap["ratio"].as_f64().is_none_or(|ratio| ratio <= 1.0),
            "{gap}"
        );
    }
}

/// Both times of every event that is corrected, in every output of events.
#[test]
fn what_was_recorded_stands_beside_what_is_corrected() {
    let zip = format!("{STEP}.zip");
    let dir = Dir::new().scenario(STEP);
    let built = dir
        .run(&["timeline", &zip, "--where", "event:UDR/102"])
        .exits(0);
    let lines = built.lines();
    let shown: Vec<(&str, Option<&str>)> = lines
        .iter()
        .map(|line| {
            (
                text(line, "@timestamp"),
                line["joinscope.recorded"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            (
                "2026-03-09T10:01:00.1204000Z",
                Some("2026-03-09T09:50:00.1204000Z")
            ),
            ("2026-03-09T10:20:07.9000000Z", None),
        ]
    );
    let page = dir.run(&["analyze", &zip]).exits(0).out;
    assert!(page.contains("recorded 09:50:00.120)"), "{page}");
    assert!(page.contains("recorded 10:09:01.200)"), "{page}");
    dir.run(&["report", &zip, "-o", "out.html"]).exits(0);
    let page = dir.text("out.html");
    assert!(page.contains("by +660.0 s at 2026-03-09 10:20:06.000 UTC"));
}

/// A clock that is given goes before what is measured; what was set stays known.
#[test]
fn a_clock_that_is_given_holds() {
    let check = |name: &str, given: &str, path: &str, offset: f64, query: &str, time: &str| {
        let zip = format!("{name}.zip");
        let dir = Dir::new().scenario(name);
        let call = ["timeline", &zip, "--clock", given, "--where", query];
        let lines = dir.run(&call).exits(0).lines();
        assert_eq!(text(&lines[0], "@timestamp"), time, "{given} {query}");
        let report = report(name, &["--clock", given]);
        let source = list(&report, "sources")
            .iter()
            .find(|source| text(source, "artifact").contains(path));
        let clock = &source.unwrap()["clock"];
        assert_eq!(clock["offset_ms"], offset, "{given}");
        assert!(clock["uncertainty_ms"].is_null(), "{given}");
        assert!(text(clock, "basis").starts_with("as given"), "{given}");
    };
    let saz = "source:s6 record=1";
    check(
        BEHIND,
        "s6=+1.5s",
        "trace.saz",
        1500.0,
        saz,
        "2026-03-09T10:19:57.8000000Z",
    );
    check(
        BEHIND,
        "trace.saz=-1.5s",
        "trace.saz",
        -1500.0,
        saz,
        "2026-03-09T10:19:54.8000000Z",
    );
    let udr = "source:s1 record=1";
    check(
        BEHIND,
        "s1=+1.5s",
        "Registration%4Admin",
        1500.0,
        udr,
        "2026-03-09T09:50:01.6204000Z",
    );
    // Before the setting and after it.
    check(
        STEP,
        "s1=+1.5s",
        "Registration%4Admin",
        1500.0,
        udr,
        "2026-03-09T10:01:01.6204000Z",
    );
    let after = "source:s1 record=9";
    check(
        STEP,
        "s1=-1.5s",
        "Registration%4Admin",
        -1500.0,
        after,
        "2026-03-09T10:20:07.9100000Z",
    );
}
