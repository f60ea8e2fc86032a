//! A made-up case: a join that the service refused, the leave after it, and events around them.

mod findings;

use std::sync::Arc;

use joinscope_wire::Guid;

use crate::catalog::Catalog;
use crate::model::{
    ArtifactId, Attempt, AttemptKind, Batch, Blindspot, BlindspotKind, EventId, Follows, Gap,
    GapEdge, GapSpan, Head, Input, InsideEvent, InsideRole, Level, Locator, MESSAGE_FIELD, Outcome,
    Report, Severity, Stage, Stamp, Step, Ticks, Tool, Value, Verdict,
};
use crate::timeline::Timeline;
pub(crate) use findings::finding;

const REGISTRATION: &str = "Microsoft-Windows-User Device Registration";
const ANSWER: &str =
    r#"{"ErrorType":"AuthenticationError","Message":"the token has expired","Retry":[1,2]}"#;
/// Text that tries to clear the screen, to reorder itself and to hide.
pub(crate) const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;gone\u{7}\u{202e}txet\u{200b} 日本語 e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}";

/// Seconds after the beginning of the case.
fn at(seconds: f64) -> Ticks {
    Ticks::parse("2026-03-02T08:00:00Z")
        .expect("a valid time")
        .plus_seconds(seconds)
}

struct Log {
    batch: Batch,
    records: u64,
}

impl Log {
    fn event(
        &mut self,
        place: (&str, &str),
        seconds: Option<f64>,
        code: u32,
        level: u8,
        fields: &[(&str, Value<'_>)],
    ) {
        let (provider, channel) = place;
        self.records += 1;
        let origin = self
            .batch
            .origin("evtx", provider, channel, "DESKTOP-EXMPL01");
        let user = self.batch.text("S-1-5-18");
        let head = Head {
            stamp: seconds.map(|seconds| Stamp::utc(at(seconds))),
            level: Level(level),
            pid: 1204,
            tid: 77,
            user,
            activity: Guid([7; 16]),
            ..Head::new(
                origin,
                code,
                Locator::Record {
                    id: self.records,
                    offset: 0x1000 + 0x200 * self.records,
                },
            )
        };
        self.batch.event(&head, fields);
    }
}

fn log(name: &str, artifact: u32) -> Log {
    let path = Arc::from(format!("case.zip!/{name}").as_str());
    Log {
        batch: Batch::new(ArtifactId(artifact), path),
        records: 0,
    }
}

/// Events e1 to e13 in the order of time; the last one is undated.
pub(crate) fn timeline() -> Timeline {
    let catalog = Catalog::embedded().expect("the embedded tables are sound");
    Timeline::build(logs().into(), Arc::new(catalog))
}

/// The events of the log of registrations alone, as if the other log were not read yet.
pub(crate) fn begun() -> Timeline {
    let [join, _] = logs();
    let catalog = Catalog::embedded().expect("the embedded tables are sound");
    Timeline::build(vec![join], Arc::new(catalog))
}

fn logs() -> [Batch; 2] {
    let udr = (
        REGISTRATION,
        "Microsoft-Windows-User Device Registration/Admin",
    );
    let mut join = log("registration.evtx", 0);
    join.event(udr, Some(0.0), 100, 4, &[]);
    join.event(
        udr,
        Some(0.213),
        101,
        4,
        &[("ServerMessage", Value::Text("ok"))],
    );
    let kind = [
        ("JoinRequestType", Value::Int(0)),
        ("Domain", Value::Text("contoso.example")),
    ];
    join.event(udr, Some(12.5), 102, 4, &kind);
    join.event(
        udr,
        Some(621.7),
        103,
        4,
        &[("AuthToken", Value::Text("claims only"))],
    );
    let refused = [
        ("ExitCode", Value::Int(-2_145_647_635)),
        (
            "ActivityId",
            Value::Text("5b0a1c52-0000-4000-8000-00000000beef"),
        ),
        ("HttpStatus", Value::Uint(400)),
        ("ServerResponse", Value::Text(ANSWER)),
    ];
    join.event(udr, Some(622.9), 204, 2, &refused);
    join.event(
        udr,
        Some(625.0),
        110,
        4,
        &[("TenantId", Value::Text("fabrikam.example"))],
    );

    let task = (
        "Microsoft-Windows-TaskScheduler",
        "Microsoft-Windows-TaskScheduler/Operational",
    );
    let agent = ("Contoso-Agent", "Application");
    let mut other = log("other.evtx", 1);
    other.event(
        task,
        Some(30.0),
        101,
        2,
        &[("TaskName", Value::Text(r"\Contoso\Keys"))],
    );
    other.event(
        agent,
        Some(31.0),
        7,
        3,
        &[("Reason", Value::Text(HOSTILE)), ("Count", Value::Uint(3))],
    );
    other.event(
        agent,
        Some(31.0),
        8,
        4,
        &[(
            MESSAGE_FIELD,
            Value::Text("Agent waits.\r\nIt will try again."),
        )],
    );
    other.event(agent, Some(40.0), 9, 4, &[]);
    other.event(
        agent,
        Some(700.0),
        10,
        5,
        &[("A name that is longer than its column", Value::Bool(true))],
    );
    other.event(
        agent,
        Some(86_500.0),
        11,
        4,
        &[("When", Value::Time(at(86_400.0)))],
    );
    other.event(agent, None, 12, 4, &[("Note", Value::Null)]);
    [join.batch, other.batch]
}

/// The id of an event of the registration log, which the steps are made of.
fn event_of(timeline: &Timeline, code: u32) -> EventId {
    let mut events = timeline.events();
    events
        .find(|event| event.provider() == REGISTRATION && event.code() == code)
        .expect("an event of the case")
        .id()
}

fn step(timeline: &Timeline, stage: Stage, code: u32) -> Step {
    let event = timeline
        .event(event_of(timeline, code))
        .expect("an event of the case");
    let failed = event.outcome() == Outcome::Failure;
    Step {
        step: stage,
        time: event.ticks().expect("a dated event"),
        event: event.id(),
        outcome: event.outcome(),
        code: event.failure_code(),
        title: event.title().into_owned(),
        quotes: if failed {
            vec!["the token has expired".to_owned()]
        } else {
            Vec::new()
        },
        extra: code == 101,
    }
}

fn attempts(timeline: &Timeline) -> Vec<Attempt> {
    let joined = vec![
        step(timeline, Stage::Discover, 100),
        step(timeline, Stage::Discover, 101),
        step(timeline, Stage::PrepareKey, 102),
        step(timeline, Stage::Send, 103),
        step(timeline, Stage::Respond, 204),
    ];
    let code = joined.last().and_then(|step| step.code.clone());
    let gap = GapSpan {
        from_step: Stage::PrepareKey,
        to_step: Stage::Send,
        seconds: 609.2,
    };
    let join = Attempt {
        id: "a1".to_owned(),
        kind: AttemptKind::EntraJoin,
        outcome: "failure",
        code,
        start: at(0.0),
        end: at(622.9),
        seconds: 622.9,
        steps: joined,
        longest_gap: Some(gap),
        server_words: vec!["the token has expired".to_owned()],
        follows: None,
        notes: vec![
            "Whether the user was allowed to join cannot be told from this evidence".to_owned(),
        ],
    };
    let leave = Attempt {
        id: "a2".to_owned(),
        kind: AttemptKind::Unjoin,
        outcome: "success",
        code: None,
        start: at(625.0),
        end: at(625.0),
        seconds: 0.0,
        steps: vec![step(timeline, Stage::Complete, 110)],
        longest_gap: None,
        server_words: Vec::new(),
        follows: Some(Follows {
            attempt: "a1".to_owned(),
            relation: "rollback".to_owned(),
        }),
        notes: Vec::new(),
    };
    vec![join, leave]
}

fn gaps(timeline: &Timeline) -> Vec<Gap> {
    let edge = |step, code, seconds| GapEdge {
        step,
        event: event_of(timeline, code),
        time: at(seconds),
    };
    let inside = [
        (4, InsideRole::Task),
        (6, InsideRole::Failure),
        (7, InsideRole::Failure),
    ];
    let gap = Gap {
        token: None,
        id: "g1".to_owned(),
        attempt: "a1".to_owned(),
        from: edge(Stage::PrepareKey, 102, 12.5),
        to: edge(Stage::Send, 103, 621.7),
        seconds: 609.2,
        budget_seconds: Some(60.0),
        budget_basis: Some("usual time of this step".to_owned()),
        ratio: Some(10.15),
        inside: inside
            .map(|(event, role)| InsideEvent {
                event: EventId(event - 1),
                role,
            })
            .to_vec(),
        inside_total: 4,
    };
    let short = Gap {
        id: "g2".to_owned(),
        from: edge(Stage::Send, 103, 621.7),
        to: edge(Stage::Respond, 204, 622.9),
        seconds: 1.2,
        budget_seconds: None,
        budget_basis: None,
        ratio: None,
        inside: Vec::new(),
        inside_total: 0,
        ..gap.clone()
    };
    vec![gap, short]
}

fn blindspots() -> Vec<Blindspot> {
    let mut missing = Blindspot::new(
        BlindspotKind::Missing,
        "case.zip!/registration.evtx",
        "record numbers jump from 3 to 9, so 5 records were overwritten or removed",
    );
    (missing.from, missing.to) = (Some(at(12.5)), Some(at(621.7)));
    let damaged = "chunk 2 does not decode; the events in it are not on the timeline";
    vec![
        missing,
        Blindspot::new(BlindspotKind::Damaged, "case.zip!/other.evtx", damaged).at(0x1_1000),
        Blindspot::new(
            BlindspotKind::Unsupported,
            "case.zip!/boot.etl",
            "an ETL trace",
        ),
    ]
}

const HEADLINE: &str = "Entra join failed: the service refused the request with 0x801c03ed, because the \
                        token had expired 5 m 24 s before it was sent; the server said: the token has \
                        expired";

/// The report over [`timeline`].
pub(crate) fn report(timeline: &Timeline) -> Report {
    let verdict = Verdict {
        headline: HEADLINE.to_owned(),
        severity: Severity::High,
        stage: Stage::Respond,
        attempt: Some("a1".to_owned()),
        because: vec![
            "Entra join: 1 attempt, 1 failed".to_owned(),
            "what to do: find what kept the key from being made for ten minutes, then join again"
                .to_owned(),
        ],
    };
    let input = Input {
        path: "evidence/case.zip".to_owned(),
        sha256: "00ff".repeat(16),
        bytes: 1_234_567,
    };
    Report {
        verdict,
        inputs: vec![input],
        attempts: attempts(timeline),
        findings: findings::findings(),
        ruled_out: findings::ruled_out(),
        cannot_tell: findings::cannot_tell(),
        gaps: gaps(timeline),
        blindspots: blindspots(),
        event_count: timeline.len(),
        undated_count: timeline.len() - timeline.dated(),
        redaction: None,
        ..empty()
    }
}

/// A report of nothing.
pub(crate) fn empty() -> Report {
    Report {
        tool: Tool {
            version: "0.0.0",
            ..Tool::this(String::new())
        },
        ..Report::empty("No attempt to join was found")
    }
}

/// A timeline of nothing.
pub(crate) fn no_events() -> Timeline {
    let catalog = Catalog::embedded().expect("the embedded tables are sound");
    Timeline::build(Vec::new(), Arc::new(catalog))
}
