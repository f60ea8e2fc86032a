//! `inspect`: what each artifact is, without a word about what it means.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::bundle::Bundle;
use crate::export::{clean, grouped};
use crate::ingest::Reading;
use crate::model::{Blindspot, NoteValue, Ticks, Value};

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
}

#[derive(Debug, Serialize)]
struct ProviderCount {
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
            };
            add_batches(&mut inspection, reading, artifact.id);
            inspection
        })
        .collect();
    if format == "json" {
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

fn add_batches(inspection: &mut Inspection, reading: &Reading, artifact: crate::model::ArtifactId) {
    let mut providers: BTreeMap<(String, String), usize> = BTreeMap::new();
    for batch in reading
        .batches
        .iter()
        .filter(|batch| batch.artifact == artifact)
    {
        inspection.events += batch.records.len();
        inspection.blindspots.extend_from_slice(&batch.blindspots);
        for record in &batch.records {
            match record.stamp {
                Some(stamp) => {
                    let first = inspection.first.get_or_insert(stamp.ticks);
                    *first = (*first).min(stamp.ticks);
                    let last = inspection.last.get_or_insert(stamp.ticks);
                    *last = (*last).max(stamp.ticks);
                }
                None => inspection.undated += 1,
            }
            if let Some(origin) = batch.origins.get(record.origin.0) {
                let key = (
                    batch.texts.str(origin.provider).to_owned(),
                    batch.texts.str(origin.channel).to_owned(),
                );
                *providers.entry(key).or_default() += 1;
            }
        }
    }
    let mut list: Vec<ProviderCount> = providers
        .into_iter()
        .map(|((name, channel), events)| ProviderCount {
            name,
            channel,
            events,
        })
        .collect();
    list.sort_by_key(|provider| std::cmp::Reverse(provider.events));
    inspection.providers = list;
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
    if !inspection.counts.is_empty() {
        let counts: Vec<String> = inspection
            .counts
            .iter()
            .map(|(key, count)| format!("{} {count}", key.replace('_', " ")))
            .collect();
        writeln!(out, "  structure   {}", counts.join(", "))?;
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
            "  provider    {:>8}  {} ({})",
            grouped(provider.events),
            clean(&provider.name),
            clean(&provider.channel)
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
