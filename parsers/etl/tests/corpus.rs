//! Real traces against counts of an independent reader.
//!
//! The traces are not part of the project: a file that is absent is named and
//! skipped. Only counts and times are compared here, nothing of their content.

use std::path::{Path, PathBuf};

use joinscope_etl::{Scratch, Tally, Trace};
use joinscope_wire::civil_from_ticks;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/etl")
}

fn read(path: &Path) -> Option<Vec<u8>> {
    let bytes = std::fs::read(path).ok();
    if bytes.is_none() {
        eprintln!("skipped, absent: {}", path.display());
    }
    bytes
}

fn walk(trace: &Trace<'_>) -> Tally {
    let mut tally = Tally::default();
    let mut scratch = Scratch::new();
    for span in &trace.buffers {
        trace.read_buffer(span, &mut scratch, &mut tally);
    }
    tally
}

/// The text of a member of a one-line JSON object, without quotes.
fn member<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let start = line.find(&format!("\"{name}\": "))? + name.len() + 4;
    let rest = &line[start..];
    match rest.strip_prefix('"') {
        Some(text) => text.split('"').next(),
        None => rest.split([',', '}']).next(),
    }
}

fn number(line: &str, name: &str) -> u64 {
    member(line, name).map_or(0, |text| text.parse().unwrap())
}

fn to_the_millisecond(ticks: i64) -> String {
    let text = civil_from_ticks(ticks).to_string().replace(' ', "T");
    text[..text.len() - 4].to_owned()
}

/// One line of expectations against one file.
fn check(line: &str) {
    let file = member(line, "file").unwrap();
    let Some(bytes) = read(&corpus().join(file)) else {
        return;
    };
    let trace = Trace::open(&bytes).unwrap();
    let tally = walk(&trace);
    let compressed = trace
        .buffers
        .iter()
        .filter(|span| span.header.is_compressed())
        .count();
    let headers = tally.headers;
    let counts = [
        ("buffers", trace.buffers.len() as u64),
        ("compressed", compressed as u64),
        ("events", headers.records()),
        ("system", headers.system),
        ("compact", headers.compact),
        ("perfinfo", headers.perfinfo),
        ("full", headers.full),
        ("instance", headers.instance),
        ("event", headers.event),
        ("msg", headers.message),
        ("error", headers.error),
        ("unknown", headers.unknown),
        ("events_lost", u64::from(trace.losses()[0].events)),
        ("buffers_lost", u64::from(trace.losses()[0].buffers)),
    ];
    for (name, found) in counts {
        assert_eq!(found, number(line, name), "{file}: {name}");
    }
    let (first, last) = tally.span.unwrap();
    assert_eq!(Some(&*to_the_millisecond(first)), member(line, "first"), "{file}");
    assert_eq!(Some(&*to_the_millisecond(last)), member(line, "last"), "{file}");
    assert_eq!(tally.undated, 0, "{file}");
    assert_eq!((&trace.damage[..], &tally.damage[..]), (&[][..], &[][..]), "{file}");
}

#[test]
fn counts_and_times_equal_those_of_an_independent_reader() {
    let Some(expected) = read(&corpus().join("EXPECTED.jsonl")) else {
        return;
    };
    let expected = String::from_utf8(expected).unwrap();
    assert_eq!(expected.lines().count(), 28);
    expected.lines().for_each(check);
}
