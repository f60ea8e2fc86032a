//! Queries over a handful of events: each case names the events that it finds.

use std::sync::Arc;

use joinscope_wire::Guid;

use super::super::event::EventRef;
use super::*;
use crate::model::{ArtifactId, Batch, Head, Level, Locator, Stamp, Value};

const UDR: &str = "Microsoft-Windows-User Device Registration";

/// Five events: e1 to e4 a second apart, e5 undated.
fn timeline() -> Timeline {
    let mut batch = Batch::new(ArtifactId(0), Arc::from("case.zip!/udr.evtx"));
    let start = Ticks::parse("2026-03-02T08:00:00Z").expect("a valid time");
    let mut add =
        |seconds: Option<f64>, provider: &str, code, level, fields: &[(&str, Value<'_>)]| {
            let origin = batch.origin(
                "evtx",
                provider,
                &format!("{provider}/Admin"),
                "DESKTOP-EXMPL01",
            );
            let head = Head {
                stamp: seconds.map(|seconds| Stamp::utc(start.plus_seconds(seconds))),
                level: Level(level),
                pid: 412,
                tid: 7,
                activity: Guid([if code == 204 { 9 } else { 0 }; 16]),
                ..Head::new(
                    origin,
                    code,
                    Locator::Record {
                        id: u64::from(code),
                        offset: 4096,
                    },
                )
            };
            batch.event(&head, fields);
        };
    add(
        Some(0.0),
        UDR,
        102,
        4,
        &[
            ("JoinRequestType", Value::Int(1)),
            ("Domain", Value::Text("contoso.example")),
        ],
    );
    add(
        Some(1.0),
        UDR,
        103,
        4,
        &[("AuthToken", Value::Text("<Present; Snipped>"))],
    );
    add(
        Some(2.0),
        UDR,
        204,
        2,
        &[
            ("ExitCode", Value::Int(-2_145_647_635)),
            ("HttpStatus", Value::Uint(400)),
        ],
    );
    add(
        Some(3.0),
        "Fabrikam-Agent",
        9,
        3,
        &[("Path", Value::Text("C:\\Program Files (x86)\\a"))],
    );
    add(None, "Fabrikam-Agent", 10, 5, &[]);
    let catalog = Catalog::embedded().expect("the embedded tables are sound");
    Timeline::build(vec![batch], Arc::new(catalog))
}

fn found(text: &str) -> Vec<String> {
    let timeline = timeline();
    let query = Query::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    query
        .check(timeline.catalog(), Some(&timeline))
        .unwrap_or_else(|error| panic!("{text}: {error}"));
    let matcher = query.on(&timeline);
    let alone = timeline.events().filter(|event| matcher.matches(*event));
    let alone: Vec<String> = alone.map(|event| event.id().to_string()).collect();
    // Among others it is narrowed to kinds of events, which changes nothing.
    let other = Query::parse("event:UDR/102 or id:10").expect("a sound query");
    let mut matchers = Matchers::new(&timeline, [&other, &query]);
    let finds = |event: EventRef<'_>| {
        let candidates = matchers.candidates(event);
        let mut own = candidates.iter().filter(|query| query.place() == 1);
        let finds = own.any(|query| query.matches(event));
        finds.then(|| event.id().to_string())
    };
    let among: Vec<String> = timeline.events().filter_map(finds).collect();
    assert_eq!(alone, among, "{text}");
    alone
}

#[test]
fn the_catalogue_s_noise_queries_are_sound() {
    let catalog = Catalog::embedded().expect("the embedded tables are sound");
    assert!(!catalog.noise.is_empty());
    for text in &catalog.noise {
        let query = Query::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(query.check(&catalog, None), Ok(()), "{text}");
    }
}

#[test]
fn a_query_finds_what_it_says() {
    let check = |text: &str, expected: &[&str]| assert_eq!(found(text), expected, "{text}");
    check("provider:UDR", &["e1", "e2", "e3"]);
    check("provider:udr id>102", &["e2", "e3"]);
    check("event:UDR/204", &["e3"]);
    check("event:UDR/20*", &["e3"]);
    check(
        "event:\"microsoft-windows-user device registration/103\"",
        &["e2"],
    );
    check("code:0x801c03ed", &["e3"]);
    check("code:-2145647635", &["e3"]);
    check("code:0x801c*", &["e3"]);
    check(
        "code=0x1 or code=0x801c03ed or Domain=contoso.example",
        &["e1", "e3"],
    );
    check("(event:UDR/204 or id=9) not HttpStatus>=400", &["e4"]);
    check("event:UDR/204 (HttpStatus=400 or Domain:x)", &["e3"]);
    check("not (event:UDR/204 HttpStatus=400) id>100", &["e1", "e2"]);
    check("ExitCode=0x801c03ed", &["e3"]);
    check("exitcode:0x801c*", &[]);
    check("HttpStatus>=400", &["e3"]);
    check("httpstatus<400", &[]);
    check("JoinRequestType=1 or level:warning", &["e1", "e4"]);
    check("level>=warning", &["e3", "e4"]);
    check("level<info", &["e5"]);
    check("not provider:UDR", &["e4", "e5"]);
    check("-provider:UDR !id:10", &["e4"]);
    check("(id:102 or id:103) and not AuthToken:present", &["e1"]);
    check("after:2026-03-02T08:00:02", &["e3", "e4"]);
    check("before:08:00:01", &["e1"]);
    check("after:08:00:01 before:2026-03-02T08:00:03Z", &["e2", "e3"]);
    check("\"program files (x86)\"", &["e4"]);
    check("contoso", &["e1"]);
    check("outcome:failure", &["e3"]);
    check("stage:respond", &["e3"]);
    check(
        "host:desktop-* lane:evtx channel:*/admin provider:fabrikam*",
        &["e4", "e5"],
    );
    check("activity:09090909*", &["e3"]);
    check("record:204 pid=412 tid:7 source:s1", &["e3"]);
    check(
        "artifact:udr.evtx format:evtx version:0 weight>=3",
        &["e1", "e2", "e3"],
    );
}

#[test]
fn a_query_and_its_negation_part_the_timeline() {
    for text in [
        "provider:UDR",
        "HttpStatus>=400",
        "level>=warning",
        "contoso",
        "after:08:00:02",
        "Domain!=x",
    ] {
        let mut all = found(text);
        all.extend(found(&format!("not ({text})")));
        all.sort();
        assert_eq!(all, ["e1", "e2", "e3", "e4", "e5"], "{text}");
    }
}

#[test]
fn a_query_that_can_never_match_is_refused() {
    let refused = |text: &str, part: &str| {
        let timeline = timeline();
        let error =
            Query::parse(text).and_then(|query| query.check(timeline.catalog(), Some(&timeline)));
        let error = error.expect_err(text).to_string().to_lowercase();
        assert!(error.contains(part), "{text}: {error}");
    };
    refused("HtpStatus=400", "did you mean `httpstatus`");
    refused("nosuchfieldatall:1", "no field is called");
    refused("stage:preparekey", "stage");
    refused("level:loud", "level");
    refused("id:many", "number");
    refused("after:noon", "time");
    refused("Domain>abc", "compare");
    refused("id:1 and", "expected");
    refused("(id:1", "expected");
    refused("\"open", "expected");
    refused("", "expected");
    refused(&"(".repeat(5000), "nested");
    refused(&"not ".repeat(5000), "nested");
}

#[test]
fn a_regular_expression_is_checked_unless_it_is_built_in() {
    let check = |text: &str, expected: &str| {
        let error = Query::parse(text).expect_err(text);
        assert_eq!(error.to_string(), expected, "{text}");
        let error = Query::of_object(text).expect_err(text);
        assert_eq!(error.to_string(), expected, "{text}");
        let built_in = Query::built_in(text).expect(text);
        assert!(built_in.compiles().is_err(), "{text}");
    };
    check(r#"A~"(""#, "query: `(` is no regular expression");
    check(
        r#"A=1 or not (B=2 C~"[z-a]")"#,
        "query: `[z-a]` is no regular expression",
    );
    check(
        r#"A~"(\w{99}){99}""#,
        r"query: `(\w{99}){99}` is no regular expression",
    );
    assert!(Query::parse(r#"A~"a|b" or B~c"#).is_ok());
}

#[test]
fn a_member_is_found_however_its_name_is_written() {
    let check = |text: &str, names: &[&str], expected: Option<&str>| {
        assert_eq!(member(text, names).as_deref(), expected, "{text} {names:?}");
    };
    check(r#"{"Abc":1}"#, &["aBC"], Some("1"));
    check(r#" {"a":{"B":"x"}}"#, &["A", "b"], Some("x"));
    check(r#"{"\u0041bc":"x"}"#, &["abc"], Some("x"));
    check(r#"{"abd":"x"}"#, &["abc"], None);
    check(r#"{"abc":null}"#, &["abc"], None);
    check(r#"{"abc""#, &["abc"], None);
    check(r#"["abc"]"#, &["abc"], None);
    check("{}", &["abc"], None);
}

#[test]
fn events_of_asked_kinds_are_all_that_can_match() {
    let timeline = timeline();
    let check = |text: &str, expected: usize| {
        let query = Query::parse(text).unwrap();
        let mut matchers = Matchers::new(&timeline, [&query]);
        let asked: Vec<_> = matchers.events().map(EventRef::id).collect();
        assert!(asked.is_sorted(), "{text}");
        let mut matching = timeline
            .events()
            .filter(|event| matchers.first(*event).is_some());
        assert!(matching.all(|event| asked.contains(&event.id())), "{text}");
        assert_eq!(asked.len(), expected, "{text}");
    };
    check("id=4294967295", 0);
    check("event:UDR/4294967295", 0);
    check("text:*", timeline.len());
}

#[test]
fn a_kind_decides_nothing_that_noise_would_change() {
    let mut timeline = timeline();
    let mut check = |text: &str, noise: &[u32], expected: &[u32]| {
        timeline.noise = noise.to_vec();
        let query = Query::parse(text).unwrap();
        let mut matchers = Matchers::new(&timeline, [&query]);
        let asked = matchers.events();
        let found = asked.filter(|event| matchers.first(*event).is_some());
        let found: Vec<u32> = found.map(|event| event.id().0).collect();
        assert_eq!(found, expected, "{text} {noise:?}");
        let matcher = query.on(&timeline);
        let alone = timeline.events().filter(|event| matcher.matches(*event));
        let alone: Vec<u32> = alone.map(|event| event.id().0).collect();
        assert_eq!(alone, expected, "{text} {noise:?}");
    };
    for noise in [&[][..], &[0], &[1, 3], &[0, 1, 2, 3, 4]] {
        let loud = |events: &[u32]| -> Vec<u32> {
            let loud = events.iter().filter(|event| !noise.contains(event));
            loud.copied().collect()
        };
        let with_noise = |events: &[u32]| -> Vec<u32> {
            let all = (0..5).filter(|event| events.contains(event) || noise.contains(event));
            all.collect()
        };
        check("weight>=3", noise, &loud(&[0, 1, 2]));
        check("weight<3", noise, &with_noise(&[3, 4]));
        check("weight>=0", noise, &[0, 1, 2, 3, 4]);
        check("weight>9", noise, &[]);
        check("outcome:noise", noise, &with_noise(&[]));
        check("not outcome:noise", noise, &loud(&[0, 1, 2, 3, 4]));
        check("outcome:failure weight>=2", noise, &loud(&[2]));
        check("level<=warning weight>=1", noise, &loud(&[0, 1, 3, 4]));
    }
}
