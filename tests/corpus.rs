//! Real evidence, where this machine has it: nothing is lost, and the known story is told.
//!
//! The files are not part of the project. Each test names what it lacks and passes without it;
//! expectations that can be computed are computed here, by other means than the program's.

#![expect(
    clippy::unwrap_used,
    reason = "evidence that cannot be read is a test that fails"
)]

mod common;
#[path = "corpus/sessions.rs"]
mod sessions;
#[path = "corpus/traces.rs"]
mod traces;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use common::{Dir, blindspots, corpus, corpus_files, events_of, list, text};
use evtx::EvtxParser;
use joinscope::bundle::{Limits, Passwords, open};
use samples::archive::{ZipBundle, ZipMember};
use serde_json::Value;

/// A diagnostics archive of a device that joined four times and was refused enrolment four times.
const REFUSED: &str = "intune/mdmdiag_2026_autopilot_whiteglove.zip";
/// Records in its event logs.
const REFUSED_LOGGED: u64 = 13_537;
/// A diagnostics cabinet of an older system.
const CABINET: &str = "intune/mdmdiag_2020_insider.cab";

const LOG_HEADER: usize = 4096;
const LOG_CHUNK: usize = 65_536;

fn analyze(input: &Path, code: i32) -> Value {
    let run = Dir::new().run(&[
        Path::new("analyze"),
        input,
        Path::new("--format"),
        Path::new("json"),
    ]);
    run.exits(code).json()
}

fn attempts<'r>(report: &'r Value, kind: &str) -> Vec<&'r Value> {
    list(report, "attempts")
        .iter()
        .filter(|attempt| attempt["kind"] == kind)
        .collect()
}

/// What the archive must tell, whatever it is wrapped in.
#[track_caller]
fn tells_of_the_refusal(report: &Value) {
    assert_eq!(events_of(report, ".evtx"), REFUSED_LOGGED);
    let (all, once) = (
        events_of(report, ""),
        report["event_count"].as_u64().unwrap(),
    );
    let shared: u64 = list(report, "sources")
        .iter()
        .filter_map(|source| source["shared"].as_u64())
        .sum();
    assert!(once < all, "what stands in several artifacts is told once");
    assert!(
        shared >= 2 * (all - once),
        "{shared} of {all} records for {once} events"
    );
    let harm = ["unreadable", "truncated", "damaged", "locked", "limit"];
    let lost: Vec<_> = blindspots(report)
        .into_iter()
        .filter(|(kind, _)| harm.contains(&kind.as_str()))
        .collect();
    assert!(lost.is_empty(), "{lost:#?}");

    let joins = attempts(report, "entra-join");
    assert_eq!(joins.len(), 4);
    assert!(joins.iter().all(|join| join["outcome"] == "success"));

    let enrolments = attempts(report, "mdm-enrol");
    assert_eq!(enrolments.len(), 4);
    for enrolment in enrolments {
        assert_eq!(
            (text(enrolment, "outcome"), text(enrolment, "code")),
            ("failure", "0x80180014")
        );
        let words: Vec<&str> = list(enrolment, "server_words")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(
            words,
            ["DeviceNotSupported", "Device Identifier not preregistered"]
        );
    }

    let unjoins = attempts(report, "unjoin");
    assert_eq!(unjoins.len(), 4);
    for unjoin in unjoins {
        let before = list(report, "attempts")
            .iter()
            .take_while(|attempt| attempt["id"] != unjoin["id"])
            .last()
            .unwrap();
        assert_eq!(
            (text(before, "kind"), text(before, "outcome")),
            ("mdm-enrol", "failure")
        );
        assert_eq!(
            unjoin["follows"]["attempt"], before["id"],
            "it is the rollback of the enrolment just before it"
        );
    }

    let prepared_to_sent: Vec<f64> = joins
        .iter()
        .map(|join| between_steps(join, "prepare-key", "send"))
        .collect();
    assert!(
        (prepared_to_sent[0] - 26.96).abs() < 0.005,
        "{prepared_to_sent:?}"
    );
    assert!(
        prepared_to_sent[1..].iter().all(|seconds| *seconds < 1.0),
        "{prepared_to_sent:?}"
    );
    let longest = &joins[0]["longest_gap"];
    assert_eq!(
        (text(longest, "from_step"), text(longest, "to_step")),
        ("prepare-key", "send")
    );

    let headline = text(&report["verdict"], "headline");
    for words in [
        "join succeeded",
        "MDM enrolment was refused",
        "0x80180014",
        "Device Identifier not preregistered",
    ] {
        assert!(headline.contains(words), "no {words:?} in {headline:?}");
    }
    assert_eq!(text(&report["verdict"], "stage"), "mdm");
}

/// Seconds between the last step of one kind and the first of another, from the steps' own times.
fn between_steps(attempt: &Value, from: &str, to: &str) -> f64 {
    let time = |step: &&Value| seconds(text(step, "time"));
    let steps = list(attempt, "steps");
    let from = steps
        .iter()
        .rev()
        .find(|step| step["step"] == from)
        .map(|step| time(&step))
        .unwrap();
    let to = steps
        .iter()
        .find(|step| step["step"] == to)
        .map(|step| time(&step))
        .unwrap();
    to - from
}

/// Seconds of the day that a time names.
fn seconds(time: &str) -> f64 {
    let clock = time.split_once('T').unwrap().1.trim_end_matches('Z');
    clock
        .split(':')
        .fold(0.0, |sum, part| sum * 60.0 + part.parse::<f64>().unwrap())
}

#[test]
fn the_refused_device_tells_its_story() {
    let Some(path) = corpus(REFUSED) else { return };
    tells_of_the_refusal(&analyze(&path, 0));
}

/// The same evidence from a folder: archives within it are folders too.
#[test]
fn the_refused_device_from_an_extracted_folder() {
    let Some(path) = corpus(REFUSED) else { return };
    let dir = Dir::new();
    let bundle = open(&[path], &Limits::default(), &Passwords::default()).unwrap();
    for artifact in &bundle.artifacts {
        let target = dir.path("evidence").join(artifact.path.replace('!', ""));
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::write(target, &*artifact.read().bytes).unwrap();
    }
    tells_of_the_refusal(&analyze(&dir.path("evidence"), 0));
}

#[test]
fn the_refused_device_from_an_archive_in_an_archive() {
    let Some(path) = corpus(REFUSED) else { return };
    let inner = std::fs::read(path).unwrap();
    let member = ZipMember::new("from the customer/diagnostics.zip", &inner);
    let dir = Dir::new().file("case.zip", &ZipBundle::new().member(member).to_bytes());
    tells_of_the_refusal(&analyze(&dir.path("case.zip"), 0));
}

#[test]
fn a_cabinet_of_an_older_system_is_read_without_error() {
    let Some(path) = corpus(CABINET) else { return };
    let report = analyze(&path, 0);
    assert!(
        !list(&report, "sources").is_empty() || !blindspots(&report).is_empty(),
        "what it holds is listed"
    );
}

/// What another reader, the crate's own parser, makes of a log.
struct Count {
    read: u64,
    failed: u64,
    /// The file ends inside a chunk, which that parser leaves out as a whole.
    cut: bool,
}

fn count(path: &Path) -> Count {
    let bytes = std::fs::read(path).unwrap();
    let cut = bytes.len() % LOG_CHUNK != LOG_HEADER;
    let mut count = Count {
        read: 0,
        failed: 0,
        cut,
    };
    match EvtxParser::from_buffer(bytes) {
        Ok(mut parser) => {
            for record in parser.records_json() {
                if record.is_ok() {
                    count.read += 1;
                } else {
                    count.failed += 1;
                }
            }
        }
        Err(_) => count.failed += 1,
    }
    count
}

/// Every log gives as many records as that parser reads. More is allowed where the file is cut: the
/// records in front of the cut are whole.
#[test]
fn every_log_gives_every_record() {
    let logs = corpus_files("evtx", "evtx");
    let mut inspections = inspect(&logs);
    assert_eq!(inspections.len(), logs.len());
    for (path, (records, code)) in logs.iter().zip(inspections.drain(..)) {
        let (name, expected) = (path.display(), count(path));
        let enough = if expected.cut {
            records >= expected.read
        } else {
            records == expected.read
        };
        assert!(
            enough,
            "{name}: {records} records, the other parser reads {}",
            expected.read
        );
        if expected.failed > 0 || expected.cut {
            assert_eq!(code, 4, "{name}: {} places cannot be read", expected.failed);
        }
    }
}

/// Records of each log, and the exit code that it alone gives.
fn inspect(logs: &[PathBuf]) -> Vec<(u64, i32)> {
    let dir = Dir::new();
    let one = |path: &PathBuf| {
        let run = dir.run(&[
            Path::new("inspect"),
            path,
            Path::new("--format"),
            Path::new("json"),
        ]);
        let found = run.json();
        let artifact = &list(&found, "artifacts")[0];
        let harm = ["unreadable", "truncated", "damaged"];
        let harmed = blindspots(&found)
            .iter()
            .any(|(kind, _)| harm.contains(&kind.as_str()));
        let code = if harmed { 4 } else { 0 };
        run.exits(code);
        (artifact["events"].as_u64().unwrap(), code)
    };
    logs.iter().map(one).collect()
}

/// Rows of a status text by a rule that shares nothing with the parser: a name of letters and
/// blanks, a blank, a colon, a value.
fn naive_rows(text: &str) -> Vec<(String, String)> {
    let row = |line: &str| {
        let (name, value) = line.split_once(" :")?;
        let is_name = name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || " -".contains(letter));
        (is_name && (value.is_empty() || value.starts_with(' ')))
            .then(|| (name.trim().to_owned(), value.trim().to_owned()))
    };
    text.lines().filter_map(row).collect()
}

/// Every row of every status text is a fact of the report, with its value.
#[test]
fn every_status_text_gives_every_row() {
    for path in corpus_files("dsregcmd", "txt") {
        let report = analyze(&path, 0);
        let facts = report["device"].as_object().unwrap();
        let rows = naive_rows(&String::from_utf8_lossy(&std::fs::read(&path).unwrap()));
        assert!(!rows.is_empty(), "{}", path.display());
        for (name, value) in rows {
            let kept = facts.iter().any(|(key, fact)| {
                let same_name = key
                    .rsplit('.')
                    .next()
                    .is_some_and(|last| squeezed(last) == squeezed(&name));
                // A value may go on in the next lines of the text.
                same_name && text(fact, "value").starts_with(&value)
            });
            assert!(kept, "{}: {name} is lost", path.display());
        }
    }
}

/// A name without its blanks and signs, which releases do not agree on.
fn squeezed(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_lowercase()
}

/// Everything at once: the run ends, gives sound JSON, and any number of threads gives the same.
#[test]
fn all_evidence_together_is_read() {
    let folders: Vec<PathBuf> = ["evtx", "dsregcmd"]
        .iter()
        .filter_map(|folder| corpus(folder))
        .collect();
    if folders.is_empty() {
        return;
    }
    let dir = Dir::new();
    let run = |threads: &str| {
        let mut arguments: Vec<&Path> = vec![
            Path::new("analyze"),
            Path::new("--format"),
            Path::new("json"),
        ];
        arguments.extend([Path::new("--threads"), Path::new(threads)]);
        arguments.extend(folders.iter().map(PathBuf::as_path));
        dir.run(&arguments).exits(4)
    };
    let one = run("1");
    assert!(one.json()["event_count"].as_u64() > Some(1000));
    assert!(one.out == run("3").out, "the number of threads shows");
}

/// Files of devices that something is the matter with, and what is said of them above *low*.
const AILING: &[(&str, &[&str])] = &[
    (REFUSED, &["mdm-device-not-preregistered"]),
    (
        "evtx/dmedp_enrollment_2026.evtx",
        &["mdm-device-not-preregistered"],
    ),
    (
        "dsregcmd/doc_prejoin_discovery_fail.txt",
        &["prejoin-test-failed"],
    ),
    (
        "dsregcmd/doc_sso_prt_failure_aadsts50126.txt",
        &["prt-password-wrong"],
    ),
];

/// Each file by itself, as the lack of all others must not make a fault.
#[test]
fn nothing_is_said_of_devices_in_order() {
    let kinds = [
        ("evtx", "evtx"),
        ("dsregcmd", "txt"),
        ("etl", "etl"),
        ("saz", "saz"),
        ("har", "har"),
        ("intune", "zip"),
        ("intune", "cab"),
    ];
    for (folder, ending) in kinds {
        for path in corpus_files(folder, ending) {
            let ailment = AILING.iter().find(|(file, _)| path.ends_with(file));
            let expected = ailment.map_or(&[][..], |(_, rules)| rules);
            let run = Dir::new().run(&[
                Path::new("analyze"),
                &path,
                Path::new("--format"),
                Path::new("json"),
            ]);
            let report = run.json();
            let above_low = list(&report, "findings")
                .iter()
                .filter(|finding| !["info", "low"].contains(&text(finding, "severity")));
            let found: BTreeSet<&str> = above_low.map(|finding| text(finding, "rule")).collect();
            let found: Vec<&str> = found.into_iter().collect();
            assert_eq!(found, expected, "{}", path.display());
        }
    }
}

/// The device's clock was half a day ahead until it was set right: what the logs hold from before is
/// carried to where it belongs, and the sleep that another jump of the clock tells of moves nothing.
#[test]
fn a_clock_that_was_put_back_is_followed() {
    let Some(path) = corpus(REFUSED) else { return };
    let dir = Dir::new();
    let query = "event:AUTOPILOT/751 or event:AUTOPILOT/753";
    let path = path.to_string_lossy();
    let lines = dir
        .run(&["timeline", &path, "--where", query])
        .exits(0)
        .lines();
    let mut told: Vec<(u64, bool)> = lines
        .iter()
        .map(|line| {
            let is_carried = line["joinscope.recorded"].is_string();
            (line["event.code"].as_u64().unwrap(), is_carried)
        })
        .collect();
    told.sort_unstable();
    assert_eq!(told, [(751, false), (753, true)]);
    let times: Vec<&str> = lines.iter().map(|line| text(line, "@timestamp")).collect();
    // Announced and carried out within seconds.
    assert_eq!(times[0].get(..17), times[1].get(..17), "{times:?}");
    let report = dir
        .run(&["analyze", &path, "--format", "json"])
        .exits(0)
        .json();
    let set = list(&report, "sources")
        .iter()
        .filter(|source| text(&source["clock"], "basis").contains("the clock was set 1 time"));
    assert!(set.count() > 3);
}
