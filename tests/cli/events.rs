//! `timeline`: the contract's keys, rows that parse, and cuts that lose nothing else.

use std::collections::BTreeSet;

use serde_json::Value;

use super::common::{Dir, text};
use super::{BLOCKED_ZIP, HEALTHY_ZIP};

/// Keys that every line has.
const KEYS: &[&str] = &[
    "event.id",
    "event.provider",
    "event.code",
    "event.dataset",
    "log.level",
    "message",
    "log.file.path",
    "joinscope.locator",
    "joinscope.stage",
    "joinscope.lane",
    "fields",
];
/// Keys that a line has where its event has them.
const SOMETIMES: &[&str] = &[
    "@timestamp",
    "joinscope.attempt",
    "trace.id",
    "process.pid",
    "process.thread.id",
    "user.id",
    "host.name",
];

fn events(arguments: &[&str]) -> Vec<Value> {
    let all: Vec<&str> = ["timeline", BLOCKED_ZIP]
        .iter()
        .chain(arguments)
        .copied()
        .collect();
    Dir::with_scenarios().run(&all).exits(0).silent().lines()
}

fn ids(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| text(event, "event.id")).collect()
}

#[test]
fn lines_have_the_contracts_keys() {
    let dir = Dir::with_scenarios();
    let lines = dir
        .run(&["timeline", HEALTHY_ZIP, BLOCKED_ZIP])
        .exits(0)
        .lines();
    let mut met = BTreeSet::new();
    for line in &lines {
        for key in KEYS {
            assert!(line.get(key).is_some(), "{key} in {line}");
        }
        assert!(
            line["fields"].is_object() && line["event.code"].is_u64(),
            "{line}"
        );
        met.extend(
            line.as_object()
                .into_iter()
                .flat_map(|object| object.keys().map(String::as_str)),
        );
    }
    for key in SOMETIMES {
        assert!(met.contains(key), "{key} in no line");
    }
}

#[test]
fn events_are_in_one_order_with_the_undated_last() {
    let lines = events(&[]);
    let expected: Vec<String> = (1..=lines.len())
        .map(|number| format!("e{number}"))
        .collect();
    assert_eq!(ids(&lines), expected);
    let times: Vec<Option<&str>> = lines
        .iter()
        .map(|line| line["@timestamp"].as_str())
        .collect();
    let dated: Vec<&str> = times.iter().copied().flatten().collect();
    assert!(dated.is_sorted(), "times rise");
    assert!(
        times[dated.len()..].iter().all(Option::is_none),
        "undated events come last"
    );
    assert_eq!(
        lines.len() - dated.len(),
        1,
        "the status text of this story has no time"
    );
    for time in dated {
        // Seven digits of a second and Z, so that texts sort like times.
        let shape: String = time
            .chars()
            .map(|c| if c.is_ascii_digit() { '0' } else { c })
            .collect();
        assert_eq!(shape, "0000-00-00T00:00:00.0000000Z");
    }
}

/// A query and its negation part the timeline between them.
#[test]
fn a_query_and_its_negation_part_the_timeline() {
    let all = events(&[]);
    for query in [
        "level>=error",
        "provider:UDR",
        "event:UDR/102 JoinRequestType=8",
        "code:0x8018*",
        "\"not preregistered\"",
        "outcome=failure or id:259",
        "after:2026-03-02T09:20",
    ] {
        let (with, without) = (
            events(&["--where", query]),
            events(&["--where", &format!("not ({query})")]),
        );
        assert!(!with.is_empty() && !without.is_empty(), "{query}");
        let mut together: Vec<&str> = ids(&with).into_iter().chain(ids(&without)).collect();
        together.sort_unstable_by_key(|id| (id.len(), *id));
        assert_eq!(together, ids(&all), "{query}");
    }
}

#[test]
fn queries_select_what_they_say() {
    let check = |query: &str, expected: usize| {
        assert_eq!(events(&["--where", query]).len(), expected, "{query}");
    };
    // Three rounds of join, enrolment and unjoin.
    check("event:UDR/105", 3);
    check("event:UDR/102", 6);
    check("event:UDR/102 and JoinRequestType=8", 3);
    check("event:udr/102 jointype=1 or joinrequesttype=1", 6);
    check("event:UDR/102 not JoinRequestType=8", 3);
    check("level>=error provider:AAD id:1104", 6);
    check("code:0x80180014", 6);
    check("format=dsregcmd", 1);
    check("id:4242", 0);
}

#[test]
fn bounds_take_in_the_first_and_leave_out_the_last() {
    let times = |arguments: &[&str]| {
        let events = events(arguments);
        let time = |event: &Value| text(event, "@timestamp").to_owned();
        events.iter().map(time).collect::<Vec<_>>()
    };
    let (from, to) = (
        "2026-03-02T09:06:25.8590000Z",
        "2026-03-02T09:06:54.7710000Z",
    );
    let all = times(&[]);
    let dated = all.iter().filter(|time| !time.is_empty());
    let (first, last) = (&all[16], &all[18]);
    assert!(
        first.as_str() > from && last.as_str() > to,
        "the story's request and answer: {first} {last}"
    );
    let expected = dated
        .clone()
        .filter(|time| *time >= first && *time < last)
        .count();
    let inside = times(&["--since", first, "--until", last]);
    assert_eq!(
        (inside.len(), inside.first(), inside.contains(last)),
        (expected, Some(first), false)
    );
    assert_eq!(
        times(&["--since", first]).len(),
        dated.clone().filter(|time| *time >= first).count()
    );
    assert_eq!(
        times(&["--until", last]).len(),
        dated.filter(|time| *time < last).count()
    );
    // The same instant with an offset.
    assert_eq!(
        times(&["--since", "2026-03-02T11:20:00+02:00"]),
        times(&["--since", "2026-03-02T09:20:00Z"])
    );
}

#[test]
fn around_takes_a_time_or_an_event() {
    let answer = &events(&["--where", "event:UDR/104"])[0];
    let (id, time) = (text(answer, "event.id"), text(answer, "@timestamp"));
    let near = events(&["--around", id, "--window", "2"]);
    assert_eq!(
        ids(&near),
        ids(&events(&["--around", time, "--window", "2"]))
    );
    assert!(ids(&near).contains(&id));
    assert!(
        near.len() < events(&["--around", id]).len(),
        "the window is five minutes unless said"
    );
    let narrowed = events(&["--around", id, "--window", "2", "--where", "id:104"]);
    assert_eq!(ids(&narrowed), [id]);
    assert_eq!(
        ids(&events(&[
            "--around", id, "--window", "2", "--since", time, "--where", "id:103"
        ])),
        [""; 0]
    );
}

#[test]
fn rows_parse_as_csv_and_say_what_the_lines_say() {
    let dir = Dir::with_scenarios();
    let lines = dir.run(&["timeline", BLOCKED_ZIP]).exits(0).lines();
    let rows = csv(&dir
        .run(&["timeline", BLOCKED_ZIP, "--format", "csv"])
        .exits(0)
        .silent()
        .out);
    let (head, rows) = rows
        .split_first()
        .map(|(head, rows)| (head.clone(), rows.to_vec()))
        .unwrap_or_default();
    let column = |name: &str| {
        head.iter()
            .position(|found| found == name)
            .unwrap_or_else(|| panic!("{name} in {head:?}"))
    };
    assert_eq!(rows.len(), lines.len());
    for (row, line) in rows.iter().zip(&lines) {
        assert_eq!(row.len(), head.len(), "{row:?}");
        for (name, key) in [
            ("event", "event.id"),
            ("time", "@timestamp"),
            ("provider", "event.provider"),
            ("message", "message"),
        ] {
            assert_eq!(row[column(name)], text(line, key), "{name}");
        }
        let fields: Value = serde_json::from_str(&row[column("fields")]).unwrap_or_default();
        assert_eq!(fields, line["fields"]);
    }
}

/// RFC 4180 by hand: quoted cells may hold commas, line ends and doubled quotes.
fn csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted && letters.peek() == Some(&'\n') => {
                letters.next();
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            letter => cell.push(letter),
        }
    }
    assert!(
        !quoted && row.is_empty() && cell.is_empty(),
        "the text ends with a whole row"
    );
    rows
}

/// What `har` writes is read back by the program's own reader of HTTP archives, event by event.
#[test]
fn an_archive_of_exchanges_is_read_back() {
    let dir = Dir::new().scenario("preprovisioning-token-expired");
    let zip = "preprovisioning-token-expired.zip";
    let wanted = ["--where", "lane:http"];
    let from = |input: &str| {
        dir.run(&["timeline", input, "--quiet", wanted[0], wanted[1]])
            .exits(0)
            .lines()
    };
    let archive = dir
        .run(&["timeline", zip, "--quiet", "--format", "har"])
        .exits(0)
        .out;
    std::fs::write(dir.path("again.har"), archive).unwrap();
    let (before, after) = (from(zip), from("again.har"));
    assert!(before.len() > 2, "the story has exchanges");
    let told = |event: &Value| {
        let fields = &event["fields"];
        ["method", "url", "status", "endpoint"].map(|name| fields[name].clone())
    };
    assert_eq!(
        before.iter().map(told).collect::<Vec<_>>(),
        after.iter().map(told).collect::<Vec<_>>()
    );
}

#[test]
fn an_attempt_is_a_cut() {
    let all = events(&[]);
    let cut = events(&["--attempt", "a1"]);
    assert!(!cut.is_empty() && cut.len() < all.len());
    let steps = |events: &[Value]| {
        let of = events
            .iter()
            .filter(|event| event["joinscope.attempt"] == "a1");
        of.count()
    };
    assert_eq!(steps(&cut), steps(&all));
    let run = Dir::with_scenarios().run(&["timeline", BLOCKED_ZIP, "--attempt", "a99"]);
    assert!(run.exits(2).err.contains("a99 is none of the"));
}
