//! Timelines and reports that carry one text wherever they can carry one.

use std::collections::BTreeMap;
use std::sync::Arc;

use joinscope_wire::Guid;

use super::catalog;
use crate::model::*;
use crate::timeline::Timeline;

/// Four events that carry `text` wherever an event can carry one.
pub(super) fn timeline(text: &str) -> Timeline {
    let mut batch = Batch::new(ArtifactId(0), Arc::from(text));
    let user = batch.text(text);
    let origins = [
        batch.origin("evtx", text, text, text),
        batch.origin(
            "evtx",
            "Microsoft-Windows-User Device Registration",
            "Microsoft-Windows-User Device Registration/Admin",
            text,
        ),
        batch.origin("har", text, text, text),
    ];
    for (index, seconds) in [(0, Some(0)), (1, Some(30)), (2, Some(31)), (0, None)] {
        let head = Head {
            stamp: seconds.map(|seconds| Stamp::utc(start().plus_seconds(f64::from(seconds)))),
            level: Level(2),
            pid: 4,
            tid: 8,
            user,
            activity: Guid([7; 16]),
            ..Head::new(
                origins[index],
                204,
                Locator::Record {
                    id: 9,
                    offset: 0x200,
                },
            )
        };
        batch.event(
            &head,
            &[
                (text, Value::Text(text)),
                (MESSAGE_FIELD, Value::Text(text)),
                ("ExitCode", Value::Hex32(0x801c_03ed)),
                ("host", Value::Text(text)),
                ("path", Value::Text(text)),
                ("method", Value::Text(text)),
                ("duration_ms", Value::Float(2.5)),
            ],
        );
    }
    Timeline::build(vec![batch], catalog())
}

pub(super) fn start() -> Ticks {
    Ticks::parse("2026-03-02T08:00:00Z").expect("a valid time")
}

/// A report that carries `text` wherever a report can carry one.
pub(super) fn report(text: &str) -> Report {
    let owned = || text.to_owned();
    let step = |event: u32, seconds: f64, outcome| Step {
        step: Stage::Respond,
        time: start().plus_seconds(seconds),
        event: EventId(event),
        outcome,
        code: Some(owned()),
        title: owned(),
        quotes: vec![owned()],
        extra: false,
    };
    let edge = |event: u32, seconds: f64| GapEdge {
        step: Stage::Send,
        event: EventId(event),
        time: start().plus_seconds(seconds),
    };
    Report {
        attempts: vec![Attempt {
            id: owned(),
            kind: AttemptKind::EntraJoin,
            outcome: "failure",
            code: Some(owned()),
            start: start(),
            end: start().plus_seconds(30.0),
            seconds: 30.0,
            steps: vec![
                step(0, 0.0, Outcome::Success),
                step(1, 30.0, Outcome::Failure),
            ],
            longest_gap: Some(GapSpan {
                from_step: Stage::Send,
                to_step: Stage::Respond,
                seconds: 30.0,
            }),
            server_words: vec![owned()],
            follows: Some(Follows {
                attempt: owned(),
                relation: owned(),
            }),
            notes: vec![owned()],
        }],
        gaps: vec![Gap {
            token: None,
            id: owned(),
            attempt: owned(),
            from: edge(0, 0.0),
            to: edge(1, 30.0),
            seconds: 30.0,
            budget_seconds: Some(10.0),
            budget_basis: Some(owned()),
            ratio: Some(3.0),
            inside: vec![InsideEvent {
                event: EventId(2),
                role: InsideRole::Key,
            }],
            inside_total: 3,
        }],
        verdict: Verdict {
            headline: owned(),
            severity: Severity::High,
            stage: Stage::Respond,
            attempt: Some(owned()),
            because: vec![owned()],
        },
        inputs: vec![Input {
            path: owned(),
            sha256: owned(),
            bytes: 5,
        }],
        sources: vec![SourceLine {
            id: owned(),
            artifact: owned(),
            format: "evtx",
            name: owned(),
            host: owned(),
            events: 3,
            shared: 1,
            first: Some(start()),
            last: None,
            clock: ClockLine {
                offset_ms: Some(-2.0),
                uncertainty_ms: None,
                basis: owned(),
                steps: 0,
                falls: Falls::default(),
            },
            sha256: owned(),
        }],
        blindspots: vec![Blindspot::new(BlindspotKind::Damaged, text, text).at(5)],
        device: BTreeMap::from([(
            owned(),
            DeviceFact {
                value: owned(),
                source: format!("{text} (e1)"),
            },
        )]),
        findings: vec![finding("f1", text, &[]), finding("f2", text, &["f1"])],
        ruled_out: vec![RuledOut {
            rule: owned(),
            title: owned(),
            because: owned(),
            evidence: vec![EvidenceLine {
                event: EventId(1),
                role: owned(),
            }],
        }],
        cannot_tell: vec![CannotTell {
            rule: owned(),
            title: owned(),
            missing: vec![MissingSource {
                name: owned(),
                artifact: owned(),
                command: owned(),
            }],
        }],
        event_count: 4,
        undated_count: 1,
        redaction: None,
        ..empty()
    }
}

pub(super) fn finding(id: &str, text: &str, caused_by: &[&str]) -> Finding {
    let owned = || text.to_owned();
    Finding {
        id: id.to_owned(),
        rule: owned(),
        title: owned(),
        severity: Severity::High,
        confidence: 90,
        stage: Stage::Respond,
        attempt: Some(owned()),
        explanation: owned(),
        why: Some(owned()),
        limits: Some(owned()),
        remediation: vec![owned()],
        next: vec![owned()],
        evidence: vec![EvidenceLine {
            event: EventId(1),
            role: owned(),
        }],
        caused_by: caused_by.iter().map(|id| (*id).to_owned()).collect(),
        background: false,
        occurrences: Occurrences {
            number: 2,
            attempts: vec![owned()],
        },
        span: FindingSpan {
            from: start(),
            to: start().plus_seconds(30.0),
        },
    }
}

pub(super) fn empty() -> Report {
    Report {
        tool: Tool {
            version: "0.0.0",
            ..Tool::this("0123456789abcdef".to_owned())
        },
        ..Report::empty("No event could be read")
    }
}
