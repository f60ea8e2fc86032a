//! What a page is told of its making, and the file beside it that holds every event.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::args::Evidence;
use super::stages::Knowledge;
use crate::export::html::Made;
use crate::export::{EVENTS, Story};
use crate::model::Report;
use crate::redact::ShownTimeline;

/// Where every event is written, of which the page at this path holds a part.
pub(super) fn side_path(page: &Path) -> PathBuf {
    page.with_extension("events.jsonl")
}

/// Options that decide what stands on a page, and what judged.
pub(super) fn made(evidence: &Evidence, knowledge: &Knowledge, side: Option<&Path>) -> Made {
    let name = |path: &Path| {
        let name = path.file_name().unwrap_or(path.as_os_str());
        name.to_string_lossy().into_owned()
    };
    let mut options = vec![("--tz", evidence.tz.clone())];
    for (option, given) in [("--clock", &evidence.clock), ("--zone", &evidence.zone)] {
        options.extend(given.iter().map(|value| (option, value.clone())));
    }
    let folders = [
        ("--rules", &evidence.rules),
        ("--provider-dir", &evidence.provider_dir),
        ("--symbols", &evidence.symbols),
    ];
    for (option, paths) in folders {
        options.extend(paths.iter().map(|path| (option, name(path))));
    }
    Made {
        options,
        rules: Some(knowledge.rule_set.rules().len()),
        side_file: side.map(name),
    }
}

/// Writes every event, one JSON object a line.
///
/// # Errors
/// Only those of `out`.
pub(super) fn write_events(
    report: &Report,
    timeline: ShownTimeline<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let lines = EVENTS.iter().find(|exporter| exporter.name == "jsonl");
    let lines = lines.ok_or_else(|| io::Error::other("there is no format jsonl"))?;
    lines
        .write(&mut timeline.events(), &Story::of(report), out)
        .map(|_| ())
}
