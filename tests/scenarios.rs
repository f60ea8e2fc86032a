//! The made-up bundles, whole: what the analysis says of each story, held word for word, and the
//! facts of the story that any wording must keep.

#![expect(
    clippy::unwrap_used,
    reason = "a report without its parts is a test that fails"
)]

#[path = "scenarios/accepted.rs"]
mod accepted;
mod common;

use std::fmt::Write as _;

use common::{BLOCKED, Dir, HEALTHY, list, text};
use samples::scenario;
use serde_json::Value;

fn report(name: &str) -> Value {
    let dir = Dir::new().scenario(name);
    dir.run(&["analyze", &format!("{name}.zip"), "--format", "json"])
        .exits(0)
        .json()
}

fn attempts<'r>(report: &'r Value, kind: &str) -> Vec<&'r Value> {
    list(report, "attempts")
        .iter()
        .filter(|attempt| attempt["kind"] == kind)
        .collect()
}

/// The report on a few lines: what a reader would check first after a change.
fn digest(report: &Value) -> String {
    let mut out = String::new();
    let verdict = &report["verdict"];
    writeln!(
        out,
        "{} {} {}",
        verdict["severity"], verdict["stage"], verdict["attempt"]
    )
    .unwrap();
    writeln!(out, "{}", text(verdict, "headline")).unwrap();
    for attempt in list(report, "attempts") {
        let steps: Vec<&str> = list(attempt, "steps")
            .iter()
            .map(|step| text(step, "step"))
            .collect();
        let gap = &attempt["longest_gap"];
        writeln!(
            out,
            "{} {} {} {} {:.1} s, longest {:.1} s {} to {}, follows {}",
            text(attempt, "id"),
            text(attempt, "kind"),
            text(attempt, "outcome"),
            attempt["code"],
            attempt["seconds"].as_f64().unwrap(),
            gap["seconds"].as_f64().unwrap_or_default(),
            gap["from_step"],
            gap["to_step"],
            attempt["follows"]["attempt"],
        )
        .unwrap();
        writeln!(out, "  {}", steps.join(" ")).unwrap();
    }
    for gap in list(report, "gaps") {
        let inside: Vec<&str> = list(gap, "inside")
            .iter()
            .map(|inside| text(inside, "role"))
            .collect();
        writeln!(
            out,
            "{} {} {:.3} s [{}]",
            text(gap, "id"),
            text(gap, "attempt"),
            gap["seconds"].as_f64().unwrap(),
            inside.join(" ")
        )
        .unwrap();
    }
    for source in list(report, "sources") {
        writeln!(
            out,
            "{} {} {} {}",
            text(source, "id"),
            text(source, "format"),
            source["events"],
            text(source, "name")
        )
        .unwrap();
    }
    for token in list(report, "tokens") {
        let uses = list(token, "uses").iter().map(|used| {
            let after = used["seconds_after_expiry"].as_f64();
            let after = after.map_or_else(String::new, |after| format!(" {after:+.1} s"));
            format!("{}{after}", text(used, "strength"))
        });
        let uses: Vec<String> = uses.collect();
        writeln!(
            out,
            "{} {} {} acquired {}, used [{}]",
            text(token, "id"),
            text(token, "verdict"),
            token["audience_name"],
            token["acquired"]["strength"],
            uses.join(", ")
        )
        .unwrap();
    }
    for spot in list(report, "blindspots") {
        writeln!(out, "{} {}", text(spot, "kind"), text(spot, "artifact")).unwrap();
    }
    writeln!(
        out,
        "{} events, {} undated, {} facts",
        report["event_count"],
        report["undated_count"],
        report["device"].as_object().unwrap().len()
    )
    .unwrap();
    out
}

/// Scenarios whose whole text is held word for word; of the others the accepted results are.
const TOLD: [&str; 6] = [
    "clock-step-inside-attempt",
    HEALTHY,
    "clock-behind",
    "preprovisioning-invalid-token-alive",
    BLOCKED,
    "preprovisioning-token-expired",
];

#[test]
fn told_scenarios_read_as_accepted() {
    for name in TOLD {
        let dir = Dir::new().scenario(name);
        let read = dir
            .run(&["analyze", &format!("{name}.zip")])
            .exits(0)
            .silent()
            .out;
        let read = read.replace(
            concat!("joinscope ", env!("CARGO_PKG_VERSION")),
            "joinscope [version]",
        );
        insta::assert_snapshot!(format!("{name}_text"), read);
        insta::assert_snapshot!(format!("{name}_digest"), digest(&report(name)));
    }
}

/// A zip, a folder, a zip in a zip, and the files one by one are the same evidence.
#[test]
fn the_container_does_not_change_the_story() {
    for name in &TOLD {
        let zip = scenario::build(name).unwrap();
        let nested = samples::archive::ZipBundle::new()
            .file("case/evidence.zip", &zip)
            .to_bytes();
        let dir = Dir::new().scenario_folder(name).file("nested.zip", &nested);
        let expected = story(&report(name));
        for input in [*name, "nested.zip"] {
            let report = dir
                .run(&["analyze", input, "--format", "json"])
                .exits(0)
                .json();
            assert_eq!(story(&report), expected, "{input}");
        }
    }
}

/// What does not depend on where the evidence lay.
fn story(report: &Value) -> Value {
    let mut report = report.clone();
    let parts = report.as_object_mut().unwrap();
    for key in ["inputs", "sources", "blindspots", "device"] {
        parts.remove(key);
    }
    report
}

#[test]
fn nothing_is_at_fault_in_the_healthy_story() {
    let report = report(HEALTHY);
    assert_eq!(
        (
            text(&report["verdict"], "severity"),
            text(&report["verdict"], "stage")
        ),
        ("info", "none")
    );
    let outcomes: Vec<(&str, &str)> = list(&report, "attempts")
        .iter()
        .map(|attempt| (text(attempt, "kind"), text(attempt, "outcome")))
        .collect();
    assert_eq!(
        outcomes,
        [
            ("entra-join", "success"),
            ("mdm-enrol", "success"),
            ("prt", "success")
        ]
    );
    assert_eq!(list(&report, "blindspots").len(), 0);
}

#[test]
fn the_blocked_story_joins_thrice_and_is_refused_thrice() {
    let report = report(BLOCKED);
    let joins = attempts(&report, "entra-join");
    assert_eq!(joins.len(), 3);
    assert!(
        joins
            .iter()
            .all(|join| join["outcome"] == "success" && join["code"].is_null())
    );
    let enrolments = attempts(&report, "mdm-enrol");
    assert_eq!(enrolments.len(), 3);
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
    let headline = text(&report["verdict"], "headline");
    for words in [
        "join succeeded",
        "MDM enrolment was refused",
        "0x80180014",
        "Device Identifier not preregistered",
    ] {
        assert!(headline.contains(words), "no {words:?} in {headline:?}");
    }
    assert_eq!(
        (
            text(&report["verdict"], "severity"),
            text(&report["verdict"], "stage")
        ),
        ("high", "mdm")
    );
}

#[test]
fn each_unjoin_is_the_rollback_of_the_enrolment_before_it() {
    let report = report(BLOCKED);
    let unjoins = attempts(&report, "unjoin");
    assert_eq!(unjoins.len(), 3);
    for unjoin in unjoins {
        assert_eq!(
            (
                text(unjoin, "outcome"),
                text(&unjoin["follows"], "relation")
            ),
            ("success", "rollback")
        );
        let before = list(&report, "attempts")
            .iter()
            .take_while(|attempt| attempt["id"] != unjoin["id"])
            .last()
            .unwrap();
        assert_eq!(
            (&before["id"], text(before, "kind"), text(before, "outcome")),
            (&unjoin["follows"]["attempt"], "mdm-enrol", "failure")
        );
    }
}

#[test]
fn the_first_join_waits_between_its_prepared_and_its_sent_request() {
    let report = report(BLOCKED);
    let joins = attempts(&report, "entra-join");
    let gap = &joins[0]["longest_gap"];
    assert_eq!(
        (text(gap, "from_step"), text(gap, "to_step")),
        ("prepare-key", "send")
    );
    assert!(
        (gap["seconds"].as_f64().unwrap() - 27.3).abs() < 0.05,
        "{gap}"
    );
    let at_that_place =
        |gap: &&Value| gap["from"]["step"] == "prepare-key" && gap["to"]["step"] == "send";
    let ids: Vec<&str> = joins[1..].iter().map(|join| text(join, "id")).collect();
    let others = list(&report, "gaps")
        .iter()
        .filter(at_that_place)
        .filter(|gap| ids.contains(&text(gap, "attempt")));
    assert_eq!(others.count(), 0, "the other joins do not wait there");
}

/// Every verb in every format it has.
fn outputs(dir: &Dir, inputs: &[&str]) -> Vec<(String, String)> {
    let calls: &[&[&str]] = &[
        &["analyze"],
        &["analyze", "--format", "json"],
        &["gaps"],
        &["gaps", "--format", "json"],
        &["tokens"],
        &["tokens", "--format", "json"],
        &["sources"],
        &["sources", "--format", "json"],
        &["inspect"],
        &["inspect", "--format", "json"],
        &["findings"],
        &["findings", "--format", "json"],
        &["timeline"],
        &["timeline", "--format", "csv"],
    ];
    let mut outputs: Vec<(String, String)> = Vec::new();
    for call in calls {
        let arguments: Vec<&str> = call.iter().chain(inputs).copied().collect();
        let run = dir.run(&arguments).exits(0);
        outputs.push((call.join(" "), run.out + &run.err));
    }
    let to = ["-o", "out.html", "--force", "--redact", "none"];
    let arguments: Vec<&str> = ["report"]
        .iter()
        .chain(inputs)
        .chain(&to)
        .copied()
        .collect();
    let run = dir.run(&arguments).exits(0);
    outputs.push(("report".to_owned(), dir.text("out.html") + &run.err));
    outputs
}

/// The token, each of its parts, the bearer and the cookie. The part with the claims is the one
/// exception of its form: claims are kept, but never as the token spells them.
#[test]
fn planted_secrets_are_in_no_output() {
    let parts = scenario::planted_secrets()
        .iter()
        .flat_map(|secret| secret.split('.'))
        .filter(|part| part.len() >= 12);
    let needles: Vec<&str> = scenario::planted_secrets()
        .iter()
        .copied()
        .chain(parts)
        .collect();
    assert!(needles.len() > 6, "the stories plant secrets");
    let check = |dir: &Dir, inputs: &[&str]| {
        for (call, output) in outputs(dir, inputs) {
            for needle in &needles {
                assert!(
                    !output.contains(needle),
                    "{call} of {inputs:?} shows {needle}"
                );
            }
        }
    };
    // All stories at once, and those that are told in full one by one, as what is long is cut.
    let dir = scenario::names()
        .iter()
        .fold(Dir::new(), |dir, name| dir.scenario(name));
    let files: Vec<String> = scenario::names()
        .iter()
        .map(|name| format!("{name}.zip"))
        .collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    check(&dir, &files);
    for name in TOLD {
        check(&dir, &[&format!("{name}.zip")]);
    }
}

/// What a token says of itself is evidence, and is kept.
#[test]
fn the_claims_of_a_planted_token_are_kept() {
    let dir = Dir::new().scenario(BLOCKED);
    let run = dir
        .run(&[
            "timeline",
            &format!("{BLOCKED}.zip"),
            "--where",
            "event:AAD/1098",
        ])
        .exits(0);
    let [event] = &run.lines()[..] else {
        panic!("one event carries the token")
    };
    let kept = text(&event["fields"], "AdditionalInformation");
    for claim in [
        "urn:ms-drs:enterpriseregistration.windows.net",
        "technician@contoso.example",
        "1772442381",
        "1772446281",
    ] {
        assert!(kept.contains(claim), "no {claim} in {kept}");
    }
    assert!(
        kept.starts_with("Logged at SampleToken.cpp"),
        "the words around it stay: {kept}"
    );
}

/// Claims that the analysis makes rest on events alone, so a bundle without the log cannot make them.
#[test]
fn without_its_log_a_story_is_not_told() {
    let files = scenario::build_files(BLOCKED).unwrap();
    let keep = |name: &str| !name.contains("enrollment");
    let kept = files.iter().filter(|(name, _)| keep(name));
    let dir = kept.fold(Dir::new(), |dir, (name, bytes)| {
        dir.file(&format!("case/{name}"), bytes)
    });
    let report = dir
        .run(&["analyze", "case", "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(attempts(&report, "entra-join").len(), 3);
    assert_eq!(attempts(&report, "unjoin").len(), 3);
    assert_eq!(attempts(&report, "mdm-enrol").len(), 0);
    assert!(
        attempts(&report, "unjoin")
            .iter()
            .all(|unjoin| unjoin["follows"].is_null()),
        "nothing to roll back is in sight"
    );
    let said = report.to_string();
    assert!(!said.contains("0x80180014") && !said.contains("preregistered"));
}
