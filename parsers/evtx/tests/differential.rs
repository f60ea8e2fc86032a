//! Every field of every record against the `evtx` crate's own JSON, which names fields by
//! rendering whole documents: a different way to the same facts.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a comparison that cannot be made is a test that fails"
)]

mod common;

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use common::{Flat, read_chunk, text_form};
use evtx::{EvtxChunkData, ParserSettings};
use joinscope_evtx::{ChunkSpan, Damage, DamageKind, Layout};
use samples::damage;
use samples::evtx::{Checksums, Closure, EvtxLog, every_form, without_template};
use serde_json::{Map, Value};

/// Element and attribute of each System field, by our name for it.
const SYSTEM: &[(&str, &str, &str)] = &[
    ("ProviderName", "Provider", "Name"),
    ("ProviderGuid", "Provider", "Guid"),
    ("EventId", "EventID", ""),
    ("Qualifiers", "EventID", "Qualifiers"),
    ("Version", "Version", ""),
    ("Level", "Level", ""),
    ("Task", "Task", ""),
    ("Opcode", "Opcode", ""),
    ("Keywords", "Keywords", ""),
    ("TimeCreated", "TimeCreated", "SystemTime"),
    ("EventRecordId", "EventRecordID", ""),
    ("ActivityId", "Correlation", "ActivityID"),
    ("RelatedActivityId", "Correlation", "RelatedActivityID"),
    ("ProcessId", "Execution", "ProcessID"),
    ("ThreadId", "Execution", "ThreadID"),
    ("Channel", "Channel", ""),
    ("Computer", "Computer", ""),
    ("UserId", "Security", "UserID"),
];

/// Records of a chunk as the crate renders them; `None` for one that it cannot render.
fn rendered(file: &[u8], span: ChunkSpan) -> Vec<Option<Flat>> {
    let start = usize::try_from(span.offset).unwrap();
    let Ok(mut data) = EvtxChunkData::new(file[start..start + span.length].to_vec(), false) else {
        return Vec::new();
    };
    let Ok(mut chunk) = data.parse(Arc::new(ParserSettings::default())) else {
        return Vec::new();
    };
    let records = chunk.iter().flatten();
    records
        .map(|record| {
            record
                .into_json_value()
                .ok()
                .map(|record| flat(record.event_record_id, &record.data))
        })
        .collect()
}

/// A document as the list of its fields.
fn flat(id: u64, document: &Value) -> Flat {
    let mut record = Flat::new(id);
    for (name, value) in members(&document["Event"]) {
        match name {
            "System" => system(value, &mut record),
            "EventData" => {
                attributes("EventData", value, &mut record);
                event_data(value, &mut record);
            }
            // The provider's own element; its children are the fields.
            "UserData" => members(value).for_each(|(_, own)| payload("", own, &mut record)),
            name => payload(name, value, &mut record),
        }
    }
    record.done()
}

/// The children of an element. One whose name comes again is `name_1`, `name_2` … in the JSON.
fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let all = value.as_object().into_iter().flat_map(Map::iter);
    all.filter(|(name, _)| *name != "#attributes")
        .map(move |(name, child)| {
            let base = name.rsplit_once('_').filter(|(base, number)| {
                number.parse::<u32>().is_ok() && value.get(base).is_some()
            });
            (base.map_or(name.as_str(), |(base, _)| base), child)
        })
}

fn system(value: &Value, record: &mut Flat) {
    for (name, element, attribute) in SYSTEM {
        let element = &value[element];
        let text = match (*attribute, element.get("#text")) {
            ("", None) if element.is_object() => String::new(),
            ("", None) => normal(element),
            ("", Some(text)) => normal(text),
            (attribute, _) => normal(&element["#attributes"][attribute]),
        };
        record.add(&format!("System.{name}"), text);
    }
}

/// Data items have names of their own; those without are counted.
fn event_data(value: &Value, record: &mut Flat) {
    for (name, value) in members(value) {
        let text = value.get("#text").unwrap_or(value);
        if name != "Data" {
            if value.get("#text").is_none() && value.is_object() {
                payload(name, value, record);
            } else {
                add(name, text, record);
            }
            continue;
        }
        let items = text
            .as_array()
            .cloned()
            .unwrap_or_else(|| vec![text.clone()]);
        for (number, item) in (1..).zip(&items) {
            record.add(&format!("Data{number}"), normal(item));
        }
    }
}

/// Elements inside elements have dotted names; attributes are fields too, namespaces are not.
fn payload(path: &str, value: &Value, record: &mut Flat) {
    let below = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    attributes(path, value, record);
    match value {
        Value::Object(_) => {
            for (name, value) in members(value) {
                if name == "#text" {
                    add(path, value, record);
                } else {
                    payload(&below(name), value, record);
                }
            }
        }
        value => add(path, value, record),
    }
}

/// Adds a value; the items of an array are values of the same name.
fn add(name: &str, value: &Value, record: &mut Flat) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| record.add(name, normal(item))),
        value => record.add(name, normal(value)),
    }
}

fn attributes(path: &str, value: &Value, record: &mut Flat) {
    for (name, value) in value["#attributes"].as_object().into_iter().flatten() {
        if !name.starts_with("xmlns") {
            let name = if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}.{name}")
            };
            add(&name, value, record);
        }
    }
}

fn normal(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        // The crate writes SIDs of any revision; there is one revision.
        Value::String(text) if text.starts_with("S-") && !text.starts_with("S-1-") => String::new(),
        Value::String(text) => text_form(text),
        other => other.to_string(),
    }
}

/// Compares every record of every chunk; says how many there were.
fn check(what: &str, file: &[u8]) -> usize {
    let mut compared = 0;
    for span in Layout::of(file).chunks {
        let ours = read_chunk(file, span);
        let theirs = rendered(file, span);
        let place = format!("{what}: chunk at {}", span.offset);
        assert_eq!(ours.records.len(), theirs.len(), "{place}");
        // A record that the crate cannot render it may still walk, and so may we.
        let pairs = ours.records.iter().zip(theirs);
        for (ours, theirs) in pairs.filter_map(|(ours, theirs)| Some((ours, theirs?))) {
            compared += 1;
            assert_eq!(ours.id, theirs.id, "{place}");
            if let Some(difference) = difference(ours, &theirs) {
                panic!("{place}: record {}\n{difference}", ours.id);
            }
        }
    }
    compared
}

/// What one side has and the other has not, a line each.
fn difference(ours: &Flat, theirs: &Flat) -> Option<String> {
    let only = |side: &str, one: &Flat, other: &Flat| -> Vec<String> {
        let fields = one
            .fields
            .iter()
            .filter(|(name, values)| other.fields.get(*name) != Some(*values));
        fields
            .map(|(name, values)| format!("{side} {name}={values:?}"))
            .collect()
    };
    let lines = [only("ours  ", ours, theirs), only("theirs", theirs, ours)].concat();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn bytes(log: &EvtxLog) -> Vec<u8> {
    log.to_bytes().unwrap()
}

#[test]
fn every_form_and_type() {
    assert_eq!(check("gallery", &bytes(&every_form())), 29);
    assert_eq!(check("without template", &bytes(&without_template())), 1);
}

#[test]
fn large_logs() {
    for seed in 0..3 {
        let log = EvtxLog::large(seed, 200_000).unwrap();
        assert!(check(&format!("seed {seed}"), &log) > 100);
    }
}

#[test]
fn logs_of_every_closure() {
    let mut log = every_form();
    log.end_chunk().event(
        samples::evtx::EventSpec::classic("ContosoClassic", 9).data("in a chunk of its own"),
    );
    for closure in [Closure::Closed, Closure::Dirty, Closure::DirtyAndStale] {
        for checksums in [Checksums::Present, Checksums::Absent] {
            let file = bytes(
                log.clone()
                    .closure(closure)
                    .checksums(checksums)
                    .spare_chunks(1)
                    .oldest_chunk_at(1),
            );
            assert_eq!(check(&format!("{closure:?} {checksums:?}"), &file), 30);
        }
    }
}

/// Damage leaves both readers with the same records, and what it does to them looks the same.
#[test]
fn damaged_logs() {
    let whole = bytes(&every_form());
    let mut compared = 0;
    for seed in 0..120 {
        // Texts and numbers, not the frames around them: where frames break, readers give up at
        // places of their own.
        let flipped = damage::flip_random_bits_within(&whole, 4096 + 512..4096 + 20_000, seed, 3);
        compared += check_alike(&format!("seed {seed}"), &flipped);
    }
    assert!(compared > 600, "{compared} records were compared");
}

/// The same in chunks whose checksums are right, which are read directly.
#[test]
fn odd_records_in_sound_chunks() {
    let whole = bytes(&every_form());
    let (mut compared, mut direct) = (0, 0);
    for seed in 0..400 {
        let records = 4096 + 512..4096 + 20_000;
        let odd = damage::flip_random_bits_within(&whole, records, seed, 2);
        let odd = damage::seal_chunk(&odd, 4096);
        compared += check_alike(&format!("seed {seed}"), &odd);
        let spans = Layout::of(&odd).chunks;
        let read = spans.iter().map(|span| read_chunk(&odd, *span).direct);
        direct += read.sum::<usize>();
    }
    assert!(compared > 2000, "{compared} records were compared");
    assert!(direct > 1000, "{direct} records were read directly");
}

/// As `check`, for records that we read without fault; what the crate then shows, we must show. It
/// leaves out items whose name is broken, which are kept here.
fn check_alike(what: &str, file: &[u8]) -> usize {
    let mut compared = 0;
    for span in Layout::of(file).chunks {
        let ours = read_chunk(file, span);
        let theirs = rendered(file, span);
        // The crate gives up a chunk whose tables are broken, and the rest of one behind a record that it
        // cannot read; whoever walks the records alone reads on.
        if ours.direct == 0 {
            assert_eq!(ours.records.len(), theirs.len(), "{what}");
        }
        for theirs in theirs.into_iter().flatten() {
            let record = ours.records.iter().find(|record| record.id == theirs.id);
            let record = record.unwrap_or_else(|| panic!("{what}: no record {}", theirs.id));
            let named = format!("record {}:", record.id);
            let harmed = |damage: &Damage| {
                damage.kind == DamageKind::Fields && damage.detail.starts_with(&named)
            };
            if ours.damages.iter().any(harmed) {
                continue;
            }
            compared += 1;
            // A name with a broken character is another name to us; the crate drops the character.
            let known = |(name, _): &(&String, &Vec<String>)| record.fields.contains_key(*name);
            for (name, values) in theirs.fields.iter().filter(known) {
                let ours = record.fields.get(name).map_or(&[][..], Vec::as_slice);
                let missing: Vec<_> = values
                    .iter()
                    .filter(|value| !ours.iter().any(|own| is_alike(own, value)))
                    .collect();
                assert!(
                    missing.is_empty(),
                    "{what}: {named} {name} lacks {missing:?}, has {ours:?}"
                );
            }
        }
    }
    compared
}

/// The crate writes the digits that tell a fraction of 32 bits from others, and no more.
fn is_alike(ours: &str, theirs: &str) -> bool {
    let short = |text: &str| text.parse::<f32>().ok().filter(|_| text.contains('.'));
    ours == theirs || short(ours).is_some() && short(ours) == short(theirs)
}

/// Real logs, where this machine has them.
#[test]
fn real_logs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/evtx");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        // Past the test runner, which swallows what a passing test prints.
        let _ = writeln!(std::io::stderr(), "skipped: corpus folder evtx is absent");
        return;
    };
    let mut paths: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "evtx"))
        .collect();
    paths.sort();
    let mut compared = 0;
    for path in paths {
        compared += check(&path.display().to_string(), &std::fs::read(&path).unwrap());
    }
    assert!(compared > 10_000, "{compared} records were compared");
}
