//! `inspect`: what each artifact is, without a word about what it means.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::bundle::Bundle;
use crate::export::{clean, grouped};
use crate::ingest::Reading;
use crate::model::{Blindspot, NoteValue, ReadNote, Ticks, Value};

/// What was found out about one artifact.
#[derive(Debug, Serialize)]
struct Inspection {
    path: String,
    format: Option<&'static str>,
    bytes: u64,
    sha256: String,
    /// Structure counts of the format, by name.
    counts: BTreeMap<&'static str, u64>,
    events: usize,
    undated: usize,
    first: Option<Ticks>,
    last: Option<Ticks>,
    providers: Vec<ProviderCount>,
    blindspots: Vec<Blindspot>,
    /// What the format says of the artifact as a whole.
    #[serde(skip)]
    notes: Vec<ReadNote>,
}

#[derive(Debug, Serialize)]
struct ProviderCount {
    #[serde(skip_serializing_if = "Option::is_none")]
    guid: Option<String>,
    name: String,
    channel: String,
    events: usize,
}

/// Writes one inspection an artifact, and the blind spots of what could not even be listed.
pub(super) fn write(
    bundle: &Bundle,
    reading: &Reading,
    format: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let inspections: Vec<Inspection> = bundle
        .artifacts
        .iter()
        .zip(&reading.artifacts)
        .map(|(artifact, read)| {
            let mut inspection = Inspection {
                path: read.path.to_string(),
                format: read.format,
                bytes: read.bytes,
                sha256: read.sha256.clone(),
                counts: read
                    .notes
                    .iter()
                    .filter_map(|note| match note.value {
                        NoteValue::Count(count) => Some((note.key, count)),
                        _ => None,
                    })
                    .collect(),
                events: 0,
                undated: 0,
                first: None,
                last: None,
                providers: Vec::new(),
                blindspots: Vec::new(),
                notes: read.notes.clone(),
            };
            add_batches(&mut inspection, reading, artifact.id);
            inspection
        })
        .collect();
    if format == "json" {
        let inspections: Vec<Json> = inspections
            .iter()
            .map(document)
            .collect::<serde_json::Result<_>>()?;
        let document = serde_json::json!({ "schema": "joinscope.inspect/1", "artifacts": inspections, "blindspots": bundle.blindspots });
        serde_json::to_writer_pretty(&mut *out, &document)?;
        return out.write_all(b"\n");
    }
    inspections
        .iter()
        .try_for_each(|inspection| text(inspection, out))?;
    bundle.blindspots.iter().try_for_each(|spot| {
        writeln!(
            out,
            "{} {}: {}",
            spot.kind,
            clean(&spot.artifact),
            clean(&spot.detail)
        )
    })
}

/// One artifact as JSON. What its format states of the whole goes before what was counted on the
/// way to the timeline: a trace has records that are no events.
fn document(inspection: &Inspection) -> serde_json::Result<Json> {
    let mut document = serde_json::to_value(inspection)?;
    if let Json::Object(object) = &mut document {
        object.insert("events_on_timeline".to_owned(), inspection.events.into());
        object.extend(stated(&inspection.notes));
    }
    Ok(document)
}

/// Notes as JSON; a dot in a key makes an object of what stands before it.
fn stated(notes: &[ReadNote]) -> Map<String, Json> {
    let mut stated = Map::new();
    for note in notes {
        let value = match &note.value {
            NoteValue::Count(count) => Json::from(*count),
            NoteValue::Number(number) => Json::from(*number),
            NoteValue::Flag(set) => Json::from(*set),
            NoteValue::Text(text) => Json::from(text.as_str()),
            NoteValue::Time(ticks) => Json::from(ticks.rfc3339()),
        };
        match note.key.split_once('.') {
            None => drop(stated.insert(note.key.to_owned(), value)),
            Some((group, key)) => {
                let group = stated
                    .entry(group)
                    .or_insert_with(|| Json::Object(Map::new()));
                if let Json::Object(group) = group {
                    group.insert(key.to_owned(), value);
                }
            }
        }
    }
    stated
}

fn add_batches(inspection: &mut Inspection, reading: &Reading, artifact: crate::model::ArtifactId) {
    let mut providers: BTreeMap<(String, String), (Option<String>, usize)> = BTreeMap::new();
    for batch in reading
        .batches
        .iter()
        .filter(|batch| batch.artifact == artifact)
    {
        inspection.events += batch.records.len();
        inspection.blindspots.extend_from_slice(&batch.blindspots);
        for (record, kind) in batch.events() {
            match record.stamp(kind) {
                Some(stamp) => {
                    let first = inspection.first.get_or_insert(stamp.ticks);
                    *first = (*first).min(stamp.ticks);
                    let last = inspection.last.get_or_insert(stamp.ticks);
                    *last = (*last).max(stamp.ticks);
                }
                None => inspection.undated += 1,
            }
            if let Some(origin) = batch.origins.get(kind.origin.0) {
                let key = (
                    batch.texts.str(origin.provider).to_owned(),
                    batch.texts.str(origin.channel).to_owned(),
                );
                let guid = batch
                    .providers
                    .get(&origin.provider)
                    .map(ToString::to_string);
                providers.entry(key).or_insert((guid, 0)).1 += 1;
            }
        }
    }
    let mut list: Vec<ProviderCount> = providers
        .into_iter()
        .map(|((name, channel), (guid, events))| ProviderCount {
            guid,
            name,
            channel,
            events,
        })
        .collect();
    list.sort_by_key(|provider| std::cmp::Reverse(provider.events));
    inspection.providers = list;
}

/// Notes as words; what was counted and is not there is left out.
pub(super) fn noted(notes: &[ReadNote]) -> Vec<String> {
    let note = |note: &ReadNote| {
        let value = match &note.value {
            NoteValue::Count(0) => return None,
            NoteValue::Count(count) => grouped(usize::try_from(*count).unwrap_or(usize::MAX)),
            NoteValue::Number(number) => number.to_string(),
            NoteValue::Flag(set) => if *set { "yes" } else { "no" }.to_owned(),
            NoteValue::Text(text) if text.is_empty() => return None,
            NoteValue::Text(text) => clean(text),
            NoteValue::Time(ticks) => ticks.rfc3339(),
        };
        Some(format!("{} {value}", note.key.replace(['_', '.'], " ")))
    };
    notes.iter().filter_map(note).collect()
}

fn text(inspection: &Inspection, out: &mut dyn Write) -> io::Result<()> {
    let format = inspection.format.unwrap_or("not read");
    writeln!(out, "{}", clean(&inspection.path))?;
    writeln!(
        out,
        "  format      {format}, {} bytes",
        grouped(usize::try_from(inspection.bytes).unwrap_or(usize::MAX))
    )?;
    if !inspection.sha256.is_empty() {
        writeln!(out, "  sha256      {}", inspection.sha256)?;
    }
    let noted = noted(&inspection.notes);
    if !noted.is_empty() {
        writeln!(out, "  structure   {}", noted.join(", "))?;
    }
    if inspection.events > 0 {
        let time = |ticks: Option<Ticks>| {
            ticks.map_or_else(
                || "-".to_owned(),
                |ticks| Value::Time(ticks).text().into_owned(),
            )
        };
        let (first, last) = (time(inspection.first), time(inspection.last));
        writeln!(
            out,
            "  events      {}, {} undated, {first} to {last}",
            grouped(inspection.events),
            inspection.undated
        )?;
    }
    for provider in &inspection.providers {
        writeln!(
            out,
            "  provider    {:>8}  {}{}",
            grouped(provider.events),
            clean(&provider.name),
            if provider.channel.is_empty() {
                String::new()
            } else {
                format!(" ({})", clean(&provider.channel))
            }
        )?;
    }
    for spot in &inspection.blindspots {
        let offset = spot
            .offset
            .map_or_else(String::new, |offset| format!(" at 0x{offset:x}"));
        writeln!(out, "  {:<11} {}{offset}", spot.kind, clean(&spot.detail))?;
    }
    Ok(())
}
