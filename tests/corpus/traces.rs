//! Real traces: counted as another reader counts them, and merged with what event logs say.

use std::path::Path;

use serde_json::Value;

use super::common::{Dir, blindspots, corpus, list, text};
use super::{REFUSED, analyze, attempts};

/// Records in the traces of that archive, those about the traces themselves among them.
const REFUSED_TRACED: u64 = 26_256;

/// The last leave of that device as its trace tells it, merged with the event log.
#[test]
fn the_last_leave_shows_what_the_client_did() {
    let Some(path) = corpus(REFUSED) else { return };
    let dir = Dir::new();
    let run = |query: &str| {
        let arguments = ["timeline", &*path.to_string_lossy(), "--where", query];
        dir.run(&arguments).exits(0).lines()
    };
    let report = analyze(&path, 0);
    let leave = attempts(&report, "unjoin").into_iter().last().unwrap();
    let (id, start, end) = (text(leave, "id"), text(leave, "start"), text(leave, "end"));
    assert!(
        start.contains("T07:44:04") && end.contains("T07:44:06"),
        "{start} to {end}"
    );

    let ours = |line: &&Value| line["joinscope.attempt"] == id;
    let client = run("event:UDR/500");
    let client: Vec<&Value> = client.iter().filter(ours).collect();
    let of = |function: &str| {
        let mut found = client
            .iter()
            .filter(|line| line["fields"]["Function"] == function);
        *found.next().unwrap_or_else(|| panic!("no {function}"))
    };
    let sent = &of("SendJoinHttpRequest")["fields"];
    assert_eq!(sent["Method"], "DELETE");
    assert!(text(sent, "Server").ends_with("windows.net") && !text(sent, "DeviceId").is_empty());
    assert!(
        client.iter().any(|line| line["fields"]["JoinType"] == "8"),
        "the answer"
    );
    assert!(
        client
            .iter()
            .any(|line| !text(&line["fields"], "ServerResponse").is_empty())
    );
    let deleted = of("DeleteTransportKey");
    assert_eq!(deleted["fields"]["Class"], "RegistrationKeyHelper");
    assert!(
        client
            .iter()
            .any(|line| line["fields"]["Header.User-Agent"].is_string())
    );

    // The Admin events of the same moments stand in the log and in the trace.
    let logged = run("event:UDR/102 or event:UDR/103 or event:UDR/104 or event:UDR/110");
    let logged: Vec<&Value> = logged.iter().filter(ours).collect();
    assert_eq!(logged.len(), 4);
    for line in logged {
        assert_eq!(line["event.dataset"], "evtx");
        let also = list(line, "joinscope.also");
        assert!(
            also.iter()
                .any(|place| text(place, "path").contains(".etl")),
            "{line}"
        );
    }

    // That there is no certificate is no fault, however often it is said.
    let noise = run("event:UDR/502 ErrorCode=0x80092004");
    assert!(noise.len() > 300, "{} are kept", noise.len());
    assert!(noise.iter().all(|line| line["event.outcome"] == "noise"));
    let noted = list(&report, "gaps")
        .iter()
        .flat_map(|gap| list(gap, "inside"));
    let ids: Vec<&Value> = noise.iter().map(|line| &line["event.id"]).collect();
    assert!(
        noted
            .into_iter()
            .all(|inside| !ids.contains(&&inside["event"]))
    );

    // A trace that wrapped says from when on it testifies.
    let wrapped = blindspots(&report).into_iter().any(|(kind, detail)| {
        kind == "missing" && detail.contains("testifies only from 2026-08-20T07:42:54")
    });
    assert!(wrapped, "{:#?}", blindspots(&report));
}

/// One line of the counts that another reader made of the traces.
fn expected_traces() -> Vec<Value> {
    let Some(path) = corpus("etl/EXPECTED.jsonl") else {
        return Vec::new();
    };
    let lines = std::fs::read_to_string(path).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Every trace gives the counts and times of that reader.
#[test]
fn every_trace_is_counted_as_another_reader_does() {
    for expected in expected_traces() {
        let name = text(&expected, "file");
        let path = corpus(&format!("etl/{name}")).unwrap();
        let found = inspect_one(&path);
        for (key, theirs) in [
            ("buffers", "buffers"),
            ("compressed_buffers", "compressed"),
            ("events", "events"),
        ] {
            assert_eq!(found[key], expected[theirs], "{name}: {key}");
        }
        for (key, time) in [("first", "first"), ("last", "last")] {
            let (ours, theirs) = (text(&found, key), text(&expected, time));
            assert!(ours.starts_with(theirs), "{name}: {key} {ours}, {theirs}");
        }
        let families = found["by_header"].as_object().unwrap();
        for (family, count) in families {
            let theirs = expected["types"][family].as_u64().unwrap_or(0);
            assert_eq!(count.as_u64(), Some(theirs), "{name}: {family}");
        }
    }
}

/// The traces of the archive hold as many records as that reader counted in all.
#[test]
fn the_traces_of_the_refused_device_lose_no_record() {
    let Some(path) = corpus(REFUSED) else { return };
    let dir = Dir::new();
    let arguments = ["inspect", &*path.to_string_lossy(), "--format", "json"];
    let found = dir.run(&arguments).exits(0).json();
    let traces: Vec<&Value> = list(&found, "artifacts")
        .iter()
        .filter(|artifact| artifact["format"] == "etl")
        .collect();
    let sum = |key: &str| {
        traces
            .iter()
            .filter_map(|trace| trace[key].as_u64())
            .sum::<u64>()
    };
    assert_eq!((traces.len(), sum("events")), (20, REFUSED_TRACED));
    let left = sum("trace_records") + sum("kernel_records_left_out") + sum("packets");
    assert_eq!(
        sum("events_on_timeline") + left,
        REFUSED_TRACED,
        "nothing is dropped in silence"
    );
}

fn inspect_one(path: &Path) -> Value {
    let run = Dir::new().run(&[
        Path::new("inspect"),
        path,
        Path::new("--format"),
        Path::new("json"),
    ]);
    list(&run.json(), "artifacts")[0].clone()
}
