//! Made-up traces through the whole reader: every form, every prefix, and what becomes of them
//! on the timeline.

#![expect(
    clippy::unwrap_used,
    reason = "a trace that cannot be built is a test that fails"
)]

mod common;

use std::sync::Arc;

use common::{Dir, has_blindspot, list, text};
use joinscope::bundle::{Limits, Passwords, open};
use joinscope::catalog::Catalog;
use joinscope::ingest::{Decoders, Digests, Reading, Unwatched, read};
use joinscope::model::{Batch, Decoding};
use joinscope::timeline::Timeline;

use samples::etl::{
    EtlEvent, EtlTrace, ProviderTraits, Sample, TraceLogging, provider_guid_of, samples,
};
use serde_json::Value;

fn decoders() -> Decoders {
    Decoders::shipped(&Catalog::embedded().unwrap())
}

fn reading(dir: &Dir, name: &str, decoders: &Decoders) -> Reading {
    let bundle = open(&[dir.path(name)], &Limits::default(), &Passwords::default()).unwrap();
    read(&bundle, decoders, Digests::Skip, &Unwatched)
}

fn inspect(dir: &Dir, name: &str) -> Value {
    let run = dir.run(&["inspect", name, "--format", "json"]);
    list(&run.json(), "artifacts")[0].clone()
}

/// Whether a reading broke off inside this program, which the panic fence turns into a blind spot.
fn failed(batches: &[Batch]) -> bool {
    batches
        .iter()
        .flat_map(|batch| &batch.blindspots)
        .any(|spot| spot.detail.contains("inside this program"))
}

/// Every form of the gallery is counted as its maker says, and nothing of it is dropped unsaid.
#[test]
fn the_gallery_is_counted_as_its_maker_says() {
    for Sample {
        name,
        trace,
        counts,
    } in samples()
    {
        let file = format!("{name}.etl");
        let dir = Dir::new().file(&file, &trace.to_bytes().unwrap());
        let found = inspect(&dir, &file);
        assert_eq!(found["format"], "etl", "{name}");
        if name == "packed-huffman" {
            // A format that is not decoded is told, and its records are not made up.
            has_blindspot(&found, "unsupported", "compressed");
            continue;
        }
        let expected = [
            ("system", counts.system),
            ("compact", counts.compact),
            ("perfinfo", counts.perf_info),
            ("full", counts.full),
            ("instance", counts.instance),
            ("event", counts.event),
            ("msg", counts.message),
            ("error", counts.error),
        ];
        for (family, count) in expected {
            assert_eq!(found["by_header"][family], count as u64, "{name}: {family}");
        }
        // Several such places in a row are passed over at once.
        assert_eq!(
            found["by_header"]["unknown"] == 0,
            counts.unknown == 0,
            "{name}"
        );
        assert_eq!(found["buffers"], counts.buffers as u64, "{name}");
        let number = |key: &str| found[key].as_u64().unwrap();
        let left = number("trace_records") + number("kernel_records_left_out") + number("packets");
        assert_eq!(
            number("events_on_timeline") + left,
            number("events"),
            "{name}"
        );
        let decoded = found["decoded"].as_object().unwrap().values();
        let decoded: u64 = decoded.filter_map(Value::as_u64).sum();
        assert_eq!(
            decoded,
            number("events_on_timeline"),
            "{name}: each says how it was decoded"
        );
    }
}

/// Prefixes of every trace end well and hold no more than the whole. The parser's own tests cut at
/// every place; here it is what the adapter makes of them, at a hundred places of each.
#[test]
fn every_prefix_ends_well() {
    let decoders = decoders();
    for Sample { name, trace, .. } in samples() {
        let bytes = trace.to_bytes().unwrap();
        let dir = Dir::new();
        let read = |length: usize| {
            std::fs::write(dir.path("a.etl"), &bytes[..length]).unwrap();
            reading(&dir, "a.etl", &decoders)
        };
        let all = events(&read(bytes.len()));
        // An odd step cuts at every alignment.
        let step = (bytes.len() / 100).next_multiple_of(2) + 1;
        for length in (0..bytes.len()).step_by(step) {
            let reading = read(length);
            assert!(!failed(&reading.batches), "{name} cut at {length}");
            assert!(events(&reading) <= all, "{name} cut at {length}");
        }
    }
}

fn events(reading: &Reading) -> usize {
    reading
        .batches
        .iter()
        .map(|batch| batch.records.len())
        .sum()
}

const UDR: &str = "23b8d46b-67dd-40a3-b636-d43e50552c6d";

/// A trace with one event of each way of being known.
fn known_and_unknown() -> Vec<u8> {
    let named = TraceLogging::new("PageEntered").field("Page", "sign-in");
    let mut trace = EtlTrace::new();
    trace
        .start("2026-03-02T08:00:00Z")
        .at("2026-03-02T08:00:01Z")
        .event(EtlEvent::trace_logging(&provider_guid_of("Contoso.Host"), named).traits(ProviderTraits::new("Contoso.Host")))
        .at("2026-03-02T08:00:02Z")
        .event(EtlEvent::manifest(UDR, 502).channel(17).level(2).process(4, 8).field("C::Run: it went wrong, error code: 0x80090016."))
        .at("2026-03-02T08:00:03Z")
        .event(
            EtlEvent::manifest("6f1b8b1e-0000-4000-8000-000000000001", 7)
                .field(7_u32)
                .field("https://contoso.example/token?access_token=eyJhbGciOiJub25lIn0.eyJhdWQiOiJ4In0.c2lnbmF0dXJlLXRvLWhpZGU"),
        );
    trace.to_bytes().unwrap()
}

#[test]
fn each_event_says_how_it_was_decoded() {
    let dir = Dir::new().file("a.etl", &known_and_unknown());
    let lines = dir.run(&["timeline", "a.etl"]).exits(0).lines();
    let [named, failed, unknown] = &lines[..] else {
        panic!("{lines:#?}");
    };
    assert_eq!(
        (
            text(named, "event.provider"),
            text(named, "event.action"),
            text(named, "joinscope.decoded")
        ),
        ("Contoso.Host", "PageEntered", "tracelogging")
    );
    assert_eq!(
        (
            text(failed, "joinscope.decoded"),
            text(failed, "event.outcome")
        ),
        ("manifest", "failure")
    );
    assert_eq!(failed["fields"]["Function"], "Run");
    assert_eq!(failed["fields"]["ErrorCode"], "0x80090016");
    assert_eq!(
        text(failed, "winlog.channel"),
        "Microsoft-Windows-User Device Registration/Debug"
    );
    assert_eq!(
        text(unknown, "event.provider"),
        "{6f1b8b1e-0000-4000-8000-000000000001}"
    );
    assert_eq!(text(unknown, "joinscope.decoded"), "undecoded");
    let strings = &unknown["fields"]["@strings"][0];
    let strings = strings.as_str().unwrap();
    assert!(strings.starts_with("https://contoso.example/"), "{strings}");
    assert!(!strings.contains("c2lnbmF0dXJlLXRvLWhpZGU"), "{strings}");
}

/// A trace finds its device by the logs beside it; between two devices it belongs to neither.
#[test]
fn a_trace_belongs_to_the_device_whose_logs_lie_beside_it() {
    let check = |folders: &[&str], trace: &str, expected: bool| {
        let mut dir = Dir::new().file(&format!("all/{trace}"), &known_and_unknown());
        for folder in folders {
            let (folder, scenario) = folder.split_once('=').unwrap();
            for (name, bytes) in samples::scenario::build_files(scenario).unwrap() {
                dir = dir.file(&format!("all/{folder}/{name}"), &bytes);
            }
        }
        let batches = reading(&dir, "all", &decoders()).batches;
        let timeline = Timeline::build(batches, Arc::new(Catalog::embedded().unwrap()));
        let mut traced = timeline.events().filter(|event| event.format() == "etl");
        let device = traced.next().unwrap().device();
        assert_eq!(device.is_some(), expected, "{folders:?} {trace}");
        let logged = timeline.events().find(|event| !event.computer().is_empty());
        if let (Some(device), 1) = (device, folders.len()) {
            assert_eq!(
                logged.and_then(joinscope::timeline::EventRef::device),
                Some(device)
            );
        }
    };
    check(&[], "a.etl", false);
    check(&["one=entra-join-healthy"], "a.etl", true);
    check(&["one=entra-join-healthy"], "one/a.etl", true);
    let two = ["one=entra-join-healthy", "two=preprovisioning-mdm-blocked"];
    check(&two, "a.etl", false);
    check(&two, "two/a.etl", true);
}

/// The traces of the story tell what its event log does not, and both together are one story.
#[test]
fn a_late_key_is_told_by_the_trace() {
    let name = "preprovisioning-token-expired";
    let dir = Dir::new().scenario(name);
    let report = dir
        .run(&["analyze", &format!("{name}.zip"), "--format", "json"])
        .exits(0)
        .json();
    let gap = &list(&report, "gaps")[0];
    assert!(
        (gap["seconds"].as_f64().unwrap() - 609.88).abs() < 0.001,
        "{gap}"
    );
    let lines = dir
        .run(&["timeline", &format!("{name}.zip")])
        .exits(0)
        .lines();
    let function = |edge: &Value| {
        let line = lines.iter().find(|line| line["event.id"] == edge["event"]);
        text(&line.unwrap()["fields"], "Function").to_owned()
    };
    assert_eq!(function(&gap["from"]), "DeleteTransportKey");
    assert_eq!(function(&gap["to"]), "CreateTransportKey");
    let request = lines
        .iter()
        .find(|line| line["event.code"] == 103 && line["joinscope.attempt"] == "a2");
    assert_eq!(
        list(request.unwrap(), "joinscope.also").len(),
        2,
        "a log and two traces"
    );
    let own = lines
        .iter()
        .filter(|line| line["joinscope.decoded"] == Decoding::Own.word());
    assert!(own.into_iter().all(|line| line["event.dataset"] != "etl"));

    // The recording shows the token, whose expiry is judged on the servers' clock; what gets further
    // ones came along with it.
    let tokens = list(&report, "tokens");
    let [token, refresh] = tokens else {
        unreachable!("one answer brought two tokens: {tokens:#?}")
    };
    assert_eq!(text(token, "verdict"), "late");
    assert_eq!(token["lifetime_seconds"], 600.0);
    assert_eq!(
        (&refresh["is_opaque"], &refresh["part"]),
        (&Value::Bool(true), &"refresh".into())
    );
    assert_eq!(text(refresh, "verdict"), "unknown");
    let mut uses = list(token, "uses").iter();
    let carried = uses.find(|used| used["strength"] == "exact").unwrap();
    let late = carried["seconds_after_expiry"].as_f64().unwrap();
    assert!((late - 13.93).abs() < 0.5, "{late}");
    // How long it was held, against what it had left.
    let held = list(&report, "gaps").iter();
    let held: Vec<&Value> = held.filter(|gap| gap["token"] == token["id"]).collect();
    assert_eq!(held.len(), 1);
    let budget = held[0]["budget_seconds"].as_f64().unwrap();
    assert!((budget - 599.5).abs() < 0.5, "{budget}");
    assert!(held[0]["ratio"].as_f64().unwrap() > 1.0);
    let mut sources = list(&report, "sources").iter();
    let recording = sources.find(|source| source["format"] == "saz").unwrap();
    let offset = recording["clock"]["offset_ms"].as_f64().unwrap();
    assert!((offset - 1800.0).abs() < 500.0, "{offset}");

    // The one attempt has steps from the log, the traces and the recording.
    let joins: Vec<&Value> = list(&report, "attempts")
        .iter()
        .filter(|attempt| attempt["kind"] == "entra-join")
        .collect();
    assert_eq!(joins.len(), 1);
    for format in ["evtx", "etl", "saz"] {
        let of_format = |step: &Value| {
            lines
                .iter()
                .any(|line| line["event.id"] == step["event"] && line["event.dataset"] == format)
        };
        assert!(list(joins[0], "steps").iter().any(of_format), "{format}");
    }
}

/// The same story with a token of 65 minutes: the wait is as long, and no reason for the refusal.
#[test]
fn a_token_that_is_alive_is_not_late() {
    let name = "preprovisioning-invalid-token-alive";
    let report = Dir::new()
        .scenario(name)
        .run(&["analyze", &format!("{name}.zip"), "--format", "json"])
        .exits(0)
        .json();
    let token = &list(&report, "tokens")[0];
    assert_eq!(text(token, "verdict"), "in_time");
    assert_eq!(token["lifetime_seconds"], 3900.0);
    let gaps = list(&report, "gaps");
    let held = gaps.iter().find(|gap| gap["token"] == token["id"]).unwrap();
    assert!(held["ratio"].as_f64().unwrap() < 0.2, "{held}");
    let said = report["verdict"].to_string();
    assert!(!said.contains("after it had expired"), "{said}");
    let rules: Vec<&str> = list(&report, "findings")
        .iter()
        .map(|finding| text(finding, "rule"))
        .collect();
    assert!(!rules.contains(&"join-token-expired"), "{rules:?}");
}
