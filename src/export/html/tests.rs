//! The page with hostile, empty and ordinary evidence: nothing of it becomes markup.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;
use joinscope_wire::Guid;
use sha2::{Digest, Sha256};

use super::{SCRIPT, STYLE, TEMPLATE, write};
use crate::catalog::Catalog;
use crate::model::*;
use crate::redact::{Redactor, ShownTimeline};
use crate::timeline::Timeline;

/// Texts that try to become markup, script, an address, an end of text or another order of it.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "\"><img onerror=alert(1) src=x>",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "]]><!--<script>",
    "{{ page }}{% raw %}",
    "</title></style></textarea>",
    "\u{2028}\u{2029}\u{202e}\u{2066}\0\u{feff}",
    "&lt;script&gt;",
];

fn page(report: &Report, timeline: &Timeline) -> String {
    let mut out = Vec::new();
    let redactor = Redactor::off();
    write(
        report,
        ShownTimeline::new(timeline, &redactor),
        Zone::Offset(120),
        &mut out,
    )
    .expect("writing into memory does not fail");
    String::from_utf8(out).expect("the page is UTF-8")
}

/// What the script would draw, unpacked as the browser does.
fn rows(page: &str) -> serde_json::Value {
    let (_, rest) = page
        .split_once("id=\"joinscope-events\">")
        .expect("the page has its data block");
    let (island, _) = rest.split_once("</script>").expect("the data block ends");
    let island: serde_json::Value = serde_json::from_str(island).expect("the data block is JSON");
    assert_eq!(island["encoding"], "deflate-raw");
    let packed = STANDARD
        .decode(island["data"].as_str().expect("data is text"))
        .expect("data is base64");
    let mut json = String::new();
    DeflateDecoder::new(&*packed)
        .read_to_string(&mut json)
        .expect("data is deflated");
    serde_json::from_str(&json).expect("rows are JSON")
}

fn catalog() -> Arc<Catalog> {
    Arc::new(Catalog::embedded().expect("the embedded tables are sound"))
}

/// Three events that carry `text` wherever an event can carry one.
fn timeline(text: &str) -> Timeline {
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
    ];
    for (index, seconds) in [(0, Some(0)), (1, Some(30)), (0, None)] {
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
            ],
        );
    }
    Timeline::build(vec![batch], catalog())
}

fn start() -> Ticks {
    Ticks::parse("2026-03-02T08:00:00Z").expect("a valid time")
}

/// A report that carries `text` wherever a report can carry one.
fn report(text: &str) -> Report {
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
        event_count: 3,
        undated_count: 1,
        redaction: None,
        ..empty()
    }
}

fn empty() -> Report {
    Report {
        tool: Tool {
            version: "0.0.0",
            ..Tool::this("0123456789abcdef".to_owned())
        },
        ..Report::empty("No event could be read")
    }
}

/// The tags and attribute names of a page, in order: what hostile texts must not be able to change.
fn skeleton(page: &str) -> Vec<String> {
    let outside = |page: &str, tag: &str| {
        let (before, rest) = page
            .split_once(&format!("<{tag}>"))
            .expect("the block is there");
        let (_, after) = rest
            .split_once(&format!("</{tag}>"))
            .expect("the block ends");
        format!("{before}{after}")
    };
    let page = outside(&outside(page, "style"), "script");
    let mut tags = Vec::new();
    for piece in page.split('<').skip(1) {
        let (tag, _) = piece.split_once('>').expect("every tag ends");
        // Values stand in double quotes; what is left are names.
        tags.push(tag.split('"').step_by(2).collect::<String>());
    }
    tags
}

#[test]
fn hostile_texts_add_no_tag_and_no_attribute() {
    let ordinary = skeleton(&page(&report("x"), &timeline("x")));
    let check = |text: &str| {
        let page = page(&report(text), &timeline(text));
        assert_eq!(skeleton(&page), ordinary, "{text:?}");
        assert!(
            !page.contains("alert(1)</script>") && !page.contains("<img") && !page.contains("<!--"),
            "{text:?}"
        );
        assert!(
            !page.contains([
                '\0', '\u{2028}', '\u{2029}', '\u{202e}', '\u{2066}', '\u{feff}'
            ]),
            "{text:?}"
        );
        assert!(
            !page.contains("href=\"javascript") && !page.contains("onmouseover='"),
            "{text:?}"
        );
    };
    for text in HOSTILE {
        check(text);
    }
    check(&HOSTILE.concat());
}

#[test]
fn hostile_texts_reach_the_event_table_as_texts() {
    let check = |text: &str, expected: &str| {
        let rows = rows(&page(&report(text), &timeline(text)));
        assert_eq!(rows["rows"][0]["host"], expected);
        assert_eq!(
            rows["rows"][0]["fields"][0],
            serde_json::json!([expected, expected])
        );
    };
    check(
        "</script><script>alert(1)</script>",
        "</script><script>alert(1)</script>",
    );
    check("a\u{202e}b\0", "a\\u{202e}b\\u{0}");
}

#[test]
fn a_megabyte_of_text_is_clipped_and_counted() {
    let text = "é<".repeat(500_000);
    let page = page(&report(&text), &timeline(&text));
    assert!(page.len() < 1_500_000, "{}", page.len());
    assert!(page.contains("(996,000 more characters)"));
    let value = rows(&page)["rows"][0]["fields"][0][1]
        .as_str()
        .map(str::len);
    assert!(value.is_some_and(|length| length < 50_000), "{value:?}");
}

#[test]
fn the_policy_allows_exactly_the_blocks_that_are_there() {
    let page = page(&report("x"), &timeline("x"));
    let digest = |tag: &str| {
        let (_, rest) = page
            .split_once(&format!("<{tag}>"))
            .expect("the block is there");
        let (block, _) = rest
            .split_once(&format!("</{tag}>"))
            .expect("the block ends");
        format!(
            "{tag}-src 'sha256-{}'",
            STANDARD.encode(Sha256::digest(block))
        )
    };
    let (_, rest) = page
        .split_once("Content-Security-Policy\" content=\"")
        .expect("the page has a policy");
    let (policy, _) = rest.split_once('"').expect("the policy ends");
    let expected = format!(
        "default-src 'none'; {}; {}; img-src data:; base-uri 'none'; form-action 'none'",
        digest("style"),
        digest("script")
    );
    assert_eq!(policy, expected);
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("<style").count(), 1);
}

#[test]
fn nothing_of_ours_asks_a_network_or_writes_markup() {
    for (name, text) in [
        ("report.html", TEMPLATE),
        ("report.css", STYLE),
        ("report.js", SCRIPT),
    ] {
        for word in [
            "http:", "https:", "//cdn", " src=", "url(", "@import", "style=\"", "<link", "<iframe",
            "<img",
        ] {
            assert!(!text.contains(word), "{name} contains {word}");
        }
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacent",
            "document.write",
            "eval(",
            "fetch(",
            "XMLHttp",
            "import(",
        ] {
            assert!(!text.contains(word), "{name} contains {word}");
        }
    }
    assert!(
        !STYLE.contains("</") && !SCRIPT.contains("</"),
        "a block would end early"
    );
    let handler = TEMPLATE
        .split([' ', '\n'])
        .find(|word| word.starts_with("on") && word.contains('='));
    assert_eq!(handler, None, "inline handlers do not run under the policy");
}

#[test]
fn the_same_evidence_gives_the_same_bytes() {
    let make = || page(&report("x"), &timeline("x"));
    assert_eq!(make(), make());
}

#[test]
fn an_empty_report_is_a_whole_page() {
    let page = page(&empty(), &Timeline::build(Vec::new(), catalog()));
    for words in [
        "No event could be read",
        "no event with a time",
        "All times in UTC+02:00",
        "Everything that was given could be read",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(page.trim_end().ends_with("</html>"));
    let tracks = serde_json::json!({
        "origin_ms": null, "zone_minutes": 120, "attempt": null, "gaps": [], "tokens": [],
    });
    let nothing = serde_json::json!({"rows": [], "attempts": [], "tracks": tracks});
    assert_eq!(rows(&page), nothing);
}

#[test]
fn every_link_has_its_target() {
    let page = page(&report("x"), &timeline("x"));
    let rows = rows(&page);
    let events: Vec<&str> = rows["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["id"].as_str())
        .collect();
    assert_eq!(events, ["e1", "e2", "e3"]);
    for link in page
        .split("href=\"#")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
    {
        assert!(
            page.contains(&format!("id=\"{link}\"")),
            "{link} leads nowhere"
        );
    }
}

#[test]
fn beyond_the_limit_the_rows_nearest_to_an_attempt_stay() {
    let mut batch = Batch::new(ArtifactId(0), Arc::from("case.zip!/a.evtx"));
    let origin = batch.origin("evtx", "Example", "Example/Admin", "DESKTOP-EXMPL01");
    for minute in 0..100 {
        let head = Head {
            stamp: Some(Stamp::utc(start().plus_seconds(f64::from(minute) * 60.0))),
            level: Level(2),
            ..Head::new(origin, minute, Locator::Line(minute + 1))
        };
        batch.event(&head, &[]);
    }
    let timeline = Timeline::build(vec![batch], catalog());
    let mut report = report("a1");
    report.attempts[0].start = start().plus_seconds(50.0 * 60.0);
    report.attempts[0].end = report.attempts[0].start;
    let linked = [EventId(0)].into();
    let redactor = Redactor::off();
    let shown = ShownTimeline::new(&timeline, &redactor);
    let selection = super::events::select(&report, shown, &linked, 4);
    assert_eq!(selection.left_out, 96);
    let mut kept: Vec<u32> = selection.events.iter().map(|event| event.0).collect();
    kept.sort_unstable();
    assert_eq!(kept, [0, 49, 50, 51]);
}
