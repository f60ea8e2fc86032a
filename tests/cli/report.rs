//! `analyze --format json`: every key of `joinscope.report/1` is there, even where nothing is in it.

use serde_json::Value;

use super::common::{Dir, list, text};
use super::{BLOCKED_ZIP, HEALTHY_ZIP};

const TOP: &[&str] = &[
    "schema",
    "tool",
    "verdict",
    "inputs",
    "sources",
    "attempts",
    "tokens",
    "gaps",
    "findings",
    "ruled_out",
    "cannot_tell",
    "blindspots",
    "device",
    "event_count",
    "undated_count",
];
const STAGES: &[&str] = &[
    "none",
    "eligibility",
    "discover",
    "authenticate",
    "prepare-key",
    "send",
    "respond",
    "complete",
    "post-join",
    "mdm",
    "prt",
    "hello",
    "network",
    "time",
];

fn report(input: &str) -> Value {
    Dir::with_scenarios()
        .file("empty/readme.txt", b"nothing")
        .run(&["analyze", input, "--format", "json"])
        .json()
}

#[track_caller]
fn has(value: &Value, keys: &[&str]) {
    for key in keys {
        assert!(value.get(key).is_some(), "{key} in {value:#}");
    }
}

#[test]
fn every_key_is_there_even_where_empty() {
    for input in [HEALTHY_ZIP, BLOCKED_ZIP, "empty"] {
        let report = report(input);
        has(&report, TOP);
        has(&report["tool"], &["name", "version", "rules_digest"]);
        has(
            &report["verdict"],
            &["headline", "severity", "stage", "attempt"],
        );
        for key in [
            "inputs",
            "sources",
            "attempts",
            "tokens",
            "gaps",
            "findings",
            "ruled_out",
            "cannot_tell",
            "blindspots",
        ] {
            assert!(report[key].is_array(), "{input} {key}");
        }
        assert_eq!(report["schema"], "joinscope.report/1");
    }
}

#[test]
fn parts_have_their_keys() {
    let report = report(BLOCKED_ZIP);
    for input in list(&report, "inputs") {
        has(input, &["path", "sha256", "bytes"]);
        assert_eq!(text(input, "sha256").len(), 64);
    }
    for source in list(&report, "sources") {
        has(
            source,
            &[
                "id", "artifact", "format", "name", "host", "events", "first", "last", "clock",
            ],
        );
        has(&source["clock"], &["offset_ms", "uncertainty_ms", "basis"]);
    }
    for attempt in list(&report, "attempts") {
        has(
            attempt,
            &[
                "id",
                "kind",
                "outcome",
                "code",
                "start",
                "end",
                "seconds",
                "steps",
                "longest_gap",
            ],
        );
        for step in list(attempt, "steps") {
            has(step, &["step", "time", "event", "outcome", "code"]);
            assert!(STAGES.contains(&text(step, "step")), "{step}");
        }
        has(
            &attempt["longest_gap"],
            &["from_step", "to_step", "seconds"],
        );
    }
    for gap in list(&report, "gaps") {
        has(
            gap,
            &[
                "id",
                "attempt",
                "from",
                "to",
                "seconds",
                "budget_seconds",
                "budget_basis",
                "ratio",
                "inside",
            ],
        );
        for edge in ["from", "to"] {
            has(&gap[edge], &["step", "event", "time"]);
        }
        for inside in list(gap, "inside") {
            has(inside, &["event", "role"]);
        }
    }
    for token in list(&report, "tokens") {
        has(
            token,
            &[
                "id",
                "audience",
                "app_id",
                "app_name",
                "app_known",
                "tenant",
                "subject",
                "issued_at",
                "not_before",
                "expires_at",
                "lifetime_seconds",
                "acquired",
                "uses",
                "verdict",
                "digest",
                "seen",
            ],
        );
        let verdicts = ["late", "early", "in_time", "unused", "unknown"];
        assert!(verdicts.contains(&text(token, "verdict")), "{token}");
    }
    for spot in list(&report, "blindspots") {
        has(spot, &["kind", "artifact", "detail", "from", "to"]);
    }
    for (name, fact) in report["device"].as_object().into_iter().flatten() {
        assert!(
            fact["value"].is_string() && fact["source"].is_string(),
            "{name}: {fact}"
        );
    }
    assert!(STAGES.contains(&text(&report["verdict"], "stage")));
    assert!(
        ["info", "low", "medium", "high", "critical"]
            .contains(&text(&report["verdict"], "severity"))
    );
}

/// Every event that a report points at exists, and attempts, steps and gaps agree with it.
#[test]
fn every_claim_can_be_walked_back_to_an_event() {
    let dir = Dir::with_scenarios();
    for zip in [HEALTHY_ZIP, BLOCKED_ZIP] {
        let report = report(zip);
        let events = dir.run(&["timeline", zip]).exits(0).lines();
        assert_eq!(
            report["event_count"].as_u64(),
            u64::try_from(events.len()).ok()
        );
        let event = |id: &str| {
            let found = events.iter().find(|event| text(event, "event.id") == id);
            found.unwrap_or_else(|| panic!("{id} is no event of {zip}"))
        };
        for attempt in list(&report, "attempts") {
            for step in list(attempt, "steps") {
                let event = event(text(step, "event"));
                assert_eq!(event["@timestamp"], step["time"]);
                assert_eq!(event["joinscope.attempt"], attempt["id"]);
            }
        }
        for token in list(&report, "tokens") {
            let parts = [&token["seen"], &token["uses"]];
            let parts = parts.into_iter().filter_map(Value::as_array).flatten();
            for part in parts.chain(Some(&token["acquired"]).filter(|got| !got.is_null())) {
                assert_eq!(event(text(part, "event"))["@timestamp"], part["time"]);
            }
        }
        for gap in list(&report, "gaps") {
            assert!(
                list(&report, "attempts")
                    .iter()
                    .any(|attempt| attempt["id"] == gap["attempt"])
            );
            let (from, to) = (
                event(text(&gap["from"], "event")),
                event(text(&gap["to"], "event")),
            );
            assert_eq!(
                (&from["@timestamp"], &to["@timestamp"]),
                (&gap["from"]["time"], &gap["to"]["time"])
            );
            for inside in list(gap, "inside") {
                let time = text(event(text(inside, "event")), "@timestamp");
                assert!(
                    time >= text(&gap["from"], "time") && time <= text(&gap["to"], "time"),
                    "{inside}"
                );
            }
        }
    }
}

/// One section is the same as that part of the whole.
#[test]
fn sections_are_parts_of_the_whole() {
    let dir = Dir::with_scenarios();
    let whole = report(BLOCKED_ZIP);
    for (verb, keys) in [
        ("gaps", &["gaps"][..]),
        ("tokens", &["tokens"]),
        ("sources", &["sources", "blindspots"]),
    ] {
        let part = dir
            .run(&[verb, BLOCKED_ZIP, "--format", "json"])
            .exits(0)
            .json();
        for key in keys {
            assert_eq!(part[key], whole[key], "{verb}");
        }
    }
}
