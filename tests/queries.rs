//! The query language as the program and the script of its HTML page read it: both are held to the cases
//! of one file. The script is asked where `node` is there, and named as skipped where it is not.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what cannot be made or read is a test that fails"
)]

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use joinscope::catalog::Catalog;
use joinscope::export::html;
use joinscope::model::{
    ArtifactId, Batch, Head, Level, Locator, Report, Stamp, Ticks, Value, Zone,
};
use joinscope::redact::{Redactor, ShownTimeline};
use joinscope::timeline::{Query, Timeline};
use joinscope_wire::Guid;

const CASES: &str = include_str!("queries/cases.json");

fn cases() -> serde_json::Value {
    serde_json::from_str(CASES).unwrap()
}

/// The events of the cases, in one log.
fn timeline(cases: &serde_json::Value) -> Timeline {
    let mut batch = Batch::new(ArtifactId(0), Arc::from("case.zip!/udr.evtx"));
    let start = Ticks::parse("2026-03-02T08:00:00Z").unwrap();
    for event in cases["events"].as_array().unwrap() {
        let provider = event["provider"].as_str().unwrap();
        let channel = format!("{provider}/Admin");
        let origin = batch.origin("evtx", provider, &channel, "DESKTOP-EXMPL01");
        let code = u32::try_from(event["id"].as_u64().unwrap()).unwrap();
        let byte = |name: &str| u8::try_from(event[name].as_u64().unwrap_or(0)).unwrap();
        let second = event["second"].as_f64();
        let head = Head {
            stamp: second.map(|second| Stamp::utc(start.plus_seconds(second))),
            level: Level(byte("level")),
            pid: 412,
            tid: 7,
            activity: Guid([byte("activity"); 16]),
            ..Head::new(
                origin,
                code,
                Locator::Record {
                    id: u64::from(code),
                    offset: 4096,
                },
            )
        };
        let fields = event["fields"].as_array().unwrap().iter();
        let fields: Vec<(&str, Value<'_>)> = fields
            .map(|field| {
                let value = match field[1].as_i64() {
                    Some(number) => Value::Int(number),
                    None => Value::Text(field[1].as_str().unwrap()),
                };
                (field[0].as_str().unwrap(), value)
            })
            .collect();
        batch.event(&head, &fields);
    }
    let catalog = Catalog::embedded().unwrap();
    Timeline::build(vec![batch], Arc::new(catalog))
}

#[expect(clippy::print_stderr, reason = "what is not tested is said")]
fn skipped(what: &str) {
    eprintln!("skipped: {what}");
}

/// Pairs of texts.
fn pairs<'c>(cases: &'c serde_json::Value, name: &str) -> Vec<(&'c str, &'c str)> {
    let pairs = cases[name].as_array().unwrap().iter();
    pairs
        .map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()))
        .collect()
}

#[test]
fn the_program_finds_and_refuses_what_the_cases_say() {
    let cases = cases();
    let timeline = timeline(&cases);
    let read = |text: &str| {
        let query = Query::parse(text)?;
        query.check(timeline.catalog(), Some(&timeline))?;
        Ok(query)
    };
    for (text, expected) in pairs(&cases, "finds") {
        let query = read(text)
            .unwrap_or_else(|error: joinscope::timeline::QueryError| panic!("{text}: {error}"));
        let matcher = query.on(&timeline);
        let found = timeline.events().filter(|event| matcher.matches(*event));
        let found: Vec<String> = found.map(|event| event.id().to_string()).collect();
        assert_eq!(found.join(" "), expected, "{text}");
    }
    for (text, part) in pairs(&cases, "refuses") {
        let error = read(text).expect_err(text).to_string().to_lowercase();
        assert!(error.contains(&part.to_lowercase()), "{text}: {error}");
    }
}

#[test]
fn the_page_finds_and_refuses_what_the_cases_say() {
    let timeline = timeline(&cases());
    let redactor = Redactor::off();
    let mut page = Vec::new();
    html::write(
        &Report::empty("Nothing is at fault"),
        ShownTimeline::new(&timeline, &redactor),
        Zone::Utc,
        &mut page,
    )
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    std::fs::write(&path, page).unwrap();
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/queries");
    let run = Command::new("node")
        .arg(tests.join("page.mjs"))
        .arg(tests.join("cases.json"))
        .arg(&path)
        .output();
    let Ok(run) = run else {
        skipped("node, which the script of the page runs in here, is not there");
        return;
    };
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&run.stderr)
    );
}
