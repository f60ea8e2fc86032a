//! Every exporter over hostile evidence: what stands in it stays inert in each format, and readers of
//! the formats read them back.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::{EVENTS, REPORTS, ReportExporter, Section, Story, View};
use crate::catalog::Catalog;
use crate::model::{
    ArtifactId, Attempt, AttemptKind, Batch, Blindspot, BlindspotKind, CannotTell, ClockLine,
    DeviceFact, EventId, EvidenceLine, Finding, FindingSpan, Gap, GapEdge, Head, Input, Level,
    Locator, MESSAGE_FIELD, MissingSource, Occurrences, Outcome, Report, RuledOut, Severity,
    SourceLine, Stage, Stamp, Step, Ticks, Tool, Value, Verdict, Zone,
};
use crate::redact::{Redactor, ShownTimeline};
use crate::timeline::Timeline;

/// Texts that try to end a cell, a line or a string, to run as a formula or a script, to steer what
/// shows them, or to be markup.
const HOSTILE: &[&str] = &[
    "=HYPERLINK(\"http://x.example\",\"y\")",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "a\",\"b",
    "line\r\nline,\nline",
    "nul\0nul",
    "</script><script>alert(1)</script>",
    "\u{202e}\u{2066}bidi\u{200f}",
    "\x1b[31m\x07",
    "![x](https://x.example/y) *b* `c` | d",
    "{\"a\":1}]},",
    "",
];

fn start() -> Ticks {
    Ticks::parse("2026-03-02T08:00:00.1234567Z").expect("a valid time")
}

/// Two events and an undated one, hostile wherever an event has a text; the first an exchange.
fn timeline(text: &str) -> Timeline {
    let catalog = Arc::new(Catalog::embedded().expect("the tables load"));
    let mut batch = Batch::new(ArtifactId(0), Arc::from(text));
    let user = batch.text(text);
    let origins = [
        batch.origin("saz", "HTTP", text, text),
        batch.origin("evtx", text, text, text),
    ];
    for (index, seconds) in [(0, Some(0.0)), (1, Some(30.0)), (1, None)] {
        let head = Head {
            stamp: seconds.map(|seconds| Stamp::utc(start().plus_seconds(seconds))),
            level: Level(2),
            user,
            name: user,
            ..Head::new(origins[index], 4, Locator::Line(3))
        };
        let fields = [
            ("method", Value::Text(text)),
            ("url", Value::Text(text)),
            ("status", Value::Uint(200)),
            ("duration_ms", Value::Float(1.5)),
            ("user_agent", Value::Text(text)),
            ("response_body", Value::Text(text)),
            (text, Value::Text(text)),
            (MESSAGE_FIELD, Value::Text(text)),
        ];
        batch.event(&head, &fields);
    }
    Timeline::build(vec![batch], catalog)
}

fn report(text: &str) -> Report {
    let owned = || text.to_owned();
    let edge = |event, seconds| GapEdge {
        step: Stage::Send,
        event: EventId(event),
        time: start().plus_seconds(seconds),
    };
    let evidence = vec![EvidenceLine {
        event: EventId(0),
        role: owned(),
    }];
    Report {
        schema: "joinscope.report/1",
        tool: Tool {
            name: "joinscope",
            version: "0.0.0",
            rules_digest: "0123456789abcdef".to_owned(),
        },
        verdict: Verdict {
            headline: owned(),
            severity: Severity::High,
            stage: Stage::Mdm,
            attempt: Some("a1".to_owned()),
            because: vec![owned()],
        },
        inputs: vec![Input {
            path: owned(),
            sha256: owned(),
            bytes: 7,
        }],
        sources: vec![SourceLine {
            id: "s1".to_owned(),
            artifact: owned(),
            format: "evtx",
            name: owned(),
            host: owned(),
            events: 3,
            shared: 0,
            first: Some(start()),
            last: None,
            clock: ClockLine::as_recorded(),
            sha256: owned(),
        }],
        attempts: vec![Attempt {
            id: "a1".to_owned(),
            kind: AttemptKind::EntraJoin,
            outcome: "failure",
            code: Some(owned()),
            start: start(),
            end: start().plus_seconds(30.0),
            seconds: 30.0,
            steps: [0_u32, 1]
                .map(|event| Step {
                    step: Stage::Send,
                    time: start().plus_seconds(f64::from(event) * 30.0),
                    event: EventId(event),
                    outcome: Outcome::Failure,
                    code: Some(owned()),
                    title: owned(),
                    quotes: vec![owned()],
                    extra: false,
                })
                .to_vec(),
            longest_gap: None,
            server_words: vec![owned()],
            follows: None,
            notes: vec![owned()],
        }],
        tokens: Vec::new(),
        gaps: vec![Gap {
            id: "g1".to_owned(),
            attempt: "a1".to_owned(),
            token: None,
            from: edge(0, 0.0),
            to: edge(1, 30.0),
            seconds: 30.0,
            budget_seconds: Some(10.0),
            budget_basis: Some(owned()),
            ratio: Some(3.0),
            inside: Vec::new(),
            inside_total: 0,
        }],
        findings: vec![finding(text, evidence.clone())],
        ruled_out: vec![RuledOut {
            rule: "other-rule".to_owned(),
            title: owned(),
            because: owned(),
            evidence,
        }],
        cannot_tell: vec![CannotTell {
            rule: "third-rule".to_owned(),
            title: owned(),
            missing: vec![MissingSource {
                name: owned(),
                artifact: owned(),
                command: owned(),
            }],
        }],
        blindspots: vec![Blindspot::new(BlindspotKind::Damaged, text, text)],
        device: BTreeMap::from([(
            owned(),
            DeviceFact {
                value: owned(),
                source: owned(),
            },
        )]),
        event_count: 3,
        undated_count: 1,
        redaction: None,
    }
}

fn finding(text: &str, evidence: Vec<EvidenceLine>) -> Finding {
    let owned = || text.to_owned();
    Finding {
        id: "f1".to_owned(),
        rule: "a-rule".to_owned(),
        title: owned(),
        severity: Severity::High,
        confidence: 90,
        stage: Stage::Mdm,
        attempt: Some("a1".to_owned()),
        explanation: owned(),
        why: Some(owned()),
        limits: Some(owned()),
        remediation: vec![owned()],
        next: vec![owned()],
        evidence,
        caused_by: Vec::new(),
        background: false,
        occurrences: Occurrences {
            number: 1,
            attempts: vec!["a1".to_owned()],
        },
        span: FindingSpan {
            from: start(),
            to: start(),
        },
    }
}

fn events(format: &str, text: &str) -> (String, usize) {
    let exporter = EVENTS.iter().find(|exporter| exporter.name == format);
    let exporter = exporter.expect("the format is in the table");
    let (timeline, report, redactor) = (timeline(text), report(text), Redactor::off());
    let shown = ShownTimeline::new(&timeline, &redactor);
    let mut out = Vec::new();
    let left_out = exporter
        .write(&mut shown.events(), &Story::of(&report), &mut out)
        .expect("memory takes it");
    (String::from_utf8(out).expect("it is UTF-8"), left_out)
}

fn section(format: &str, section: Section, text: &str) -> String {
    let exporter = REPORTS.iter().find(|exporter| exporter.name == format);
    let exporter = exporter.expect("the format is in the table");
    written(exporter, &report(text), &timeline(text), section)
}

fn written(
    exporter: &ReportExporter,
    report: &Report,
    timeline: &Timeline,
    section: Section,
) -> String {
    let redactor = Redactor::off();
    let view = View {
        zone: Zone::Utc,
        colour: false,
        width: 80,
    };
    let mut out = Vec::new();
    let shown = ShownTimeline::new(timeline, &redactor);
    (exporter.write)(report, shown, section, view, &mut out).expect("memory takes it");
    String::from_utf8(out).expect("it is UTF-8")
}

fn json(text: &str) -> Json {
    serde_json::from_str(text).expect("it is JSON")
}

/// Cells of rows by RFC 4180, read letter by letter.
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut letters = text.chars().peekable();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            letter => cell.push(letter),
        }
    }
    rows
}

/// What the table says of a format decides whether digests are made.
#[test]
fn formats_say_whether_they_show_digests() {
    let (timeline, with) = (timeline("text"), report("text"));
    let mut without = with.clone();
    for input in &mut without.inputs {
        input.sha256 = String::new();
    }
    for source in &mut without.sources {
        source.sha256 = String::new();
    }
    assert!(with.inputs.iter().all(|input| !input.sha256.is_empty()));
    for exporter in REPORTS {
        let differs = exporter.sections.iter().any(|section| {
            let written = |report| written(exporter, report, &timeline, *section);
            written(&with) != written(&without)
        });
        assert_eq!(differs, exporter.shows_digests, "{}", exporter.name);
    }
}

/// What the table says of a format decides whether attempts are looked for where no event is written.
#[test]
fn formats_say_whether_attempts_stand_in_them_beside_events() {
    let (timeline, told) = (timeline("text"), report("text"));
    let mut untold = told.clone();
    (untold.attempts, untold.tokens) = (Vec::new(), Vec::new());
    (untold.gaps, untold.findings) = (Vec::new(), Vec::new());
    (untold.verdict.headline, untold.device) = (String::new(), BTreeMap::new());
    assert_ne!(told.attempts.len(), 0);
    for exporter in EVENTS {
        let written = |report: &Report| {
            let redactor = Redactor::off();
            let shown = ShownTimeline::new(&timeline, &redactor);
            let mut out = Vec::new();
            let none = &mut shown.events().take(0);
            let done = exporter.write(none, &Story::of(report), &mut out);
            done.expect("memory takes it");
            out
        };
        let differs = written(&told) != written(&untold);
        assert_eq!(differs, exporter.tells_attempts, "{}", exporter.name);
    }
}

#[test]
fn cells_stay_cells() {
    for (format, columns, rows) in [("csv", 20, 3), ("timesketch-csv", 24, 2), ("l2tcsv", 17, 3)] {
        for text in HOSTILE {
            let (out, left_out) = events(format, text);
            let table = cells(&out);
            assert_eq!(table.len(), rows + 1, "{format}: {text:?}");
            assert_eq!(left_out, 3 - rows, "{format}");
            for cell in table
                .iter()
                .inspect(|row| assert_eq!(row.len(), columns))
                .flatten()
            {
                let begin = cell.trim_start();
                let is_formula = begin.starts_with(['=', '+', '-', '@'])
                    && !begin.chars().all(|letter| matches!(letter, '-' | ':'));
                assert!(!is_formula, "{format}: {text:?} gives {cell:?}");
                assert!(!cell.contains(super::text::steers), "{format}: {cell:?}");
            }
            assert_eq!(out.lines().count(), rows + 1, "{format}: {text:?}");
        }
    }
}

#[test]
fn lines_stay_objects() {
    for (format, lines) in [("jsonl", 3), ("timesketch", 2)] {
        for text in HOSTILE {
            let (out, _) = events(format, text);
            let objects: Vec<Json> = out.lines().map(json).collect();
            assert_eq!(objects.len(), lines, "{format}: {text:?}");
            if format == "timesketch" {
                for key in ["message", "datetime", "timestamp_desc"] {
                    assert!(objects.iter().all(|it| it[key].is_string()), "{key}");
                }
                assert_eq!(objects[0]["timestamp"], 1_772_438_400_123_456_i64);
            }
        }
    }
}

#[test]
fn a_trace_has_spans_and_instants() {
    for text in HOSTILE {
        let (out, left_out) = events("chrome-trace", text);
        let trace = json(&out);
        let all = trace["traceEvents"].as_array().expect("there are events");
        let of = |phase: &str| all.iter().filter(|event| event["ph"] == phase).count();
        // An attempt, its two steps and a gap; an exchange and its end; an event.
        assert_eq!(
            [of("X"), of("b"), of("e"), of("i")],
            [4, 1, 1, 1],
            "{text:?}"
        );
        assert_eq!(left_out, 1);
        assert_eq!(trace["otherData"]["start"], "2026-03-02T08:00:00.1234567Z");
        for event in all.iter().filter(|event| event["ph"] != "M") {
            assert!(event["ts"].as_f64() >= Some(0.0), "{event}");
            assert!(event["name"].is_string() && event["pid"].is_u64() && event["tid"].is_u64());
        }
        let steps = |event: &Json| event.to_string().contains(super::text::steers);
        assert!(!all.iter().any(steps), "{text:?}");
    }
}

#[test]
fn an_archive_of_exchanges_has_what_har_asks_for() {
    for text in HOSTILE {
        let (out, left_out) = events("har", text);
        let archive = json(&out);
        let entries = archive["log"]["entries"]
            .as_array()
            .expect("there are entries");
        assert_eq!((entries.len(), left_out), (1, 2), "{text:?}");
        let entry = &entries[0];
        assert_eq!(entry["startedDateTime"], "2026-03-02T08:00:00.1234567Z");
        assert_eq!(entry["time"], 1.5);
        assert_eq!(entry["_attempt"], "a1");
        for (of, keys) in [
            (
                "request",
                "method url httpVersion cookies headers queryString headersSize bodySize",
            ),
            (
                "response",
                "status statusText httpVersion cookies headers content redirectURL headersSize bodySize",
            ),
            ("timings", "send wait receive"),
        ] {
            let object = entry[of].as_object().expect("it is an object");
            for key in keys.split(' ') {
                assert!(object.contains_key(key), "{of} lacks {key}");
            }
        }
    }
}

#[test]
fn findings_fail_pass_or_are_open() {
    for text in HOSTILE {
        let log = json(&section("sarif", Section::Findings, text));
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        let results = run["results"].as_array().expect("there are results");
        let kinds: Vec<_> = results
            .iter()
            .map(|it| (&it["kind"], &it["level"]))
            .collect();
        let expected = [("fail", "error"), ("pass", "none"), ("open", "none")];
        assert_eq!(kinds.len(), expected.len());
        for ((kind, level), (expected_kind, expected_level)) in kinds.iter().zip(expected) {
            assert_eq!(
                (*kind, *level),
                (&expected_kind.into(), &expected_level.into())
            );
        }
        let place = &results[0]["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"]
            .as_str()
            .unwrap_or_default();
        assert!(
            uri.bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"<>\"{}|\\^`:".contains(&byte))
        );
        assert_eq!(place["region"]["startLine"], 3);
        assert!(!log.to_string().contains(super::text::steers), "{text:?}");
    }
}

#[test]
fn a_summary_has_no_markup_from_evidence() {
    let plain = section("md", Section::All, "plain").lines().count();
    for text in HOSTILE {
        let out = section("md", Section::All, text);
        assert_eq!(out.lines().count(), plain, "{text:?}");
        assert!(!out.contains(super::text::steers), "{text:?}");
        // What is escaped is no markup.
        let bare = ["\\]", "\\*", "\\`"]
            .iter()
            .fold(out, |out, escaped| out.replace(escaped, ""));
        for markup in ["<script", "](http", "*b*", "`c`"] {
            assert!(!bare.contains(markup), "{text:?} gives {markup}");
        }
    }
}
