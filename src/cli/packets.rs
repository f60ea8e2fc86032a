//! `inspect --packets`: the packets of all traces as one capture file.

use std::io::{self, Write as _};
use std::path::Path;

use super::args::Evidence;
use super::inspect::noted;
use super::output::{Existing, create, refuse_existing};
use super::progress::Progress;
use super::stages::pool;
use super::{Exit, Stop, input};
use crate::export::{clean, grouped, pcapng::PcapngWriter};
use crate::ingest::{Captures, captures};

/// Writes the packets; where there is none, nothing is written.
pub(super) fn write(evidence: &Evidence, output: &Path, existing: Existing) -> Result<Exit, Stop> {
    refuse_existing(output, existing)?;
    let Some(bundle) = input::bundle(evidence)? else {
        return Ok(Exit::Unreadable);
    };
    let total = bundle.artifacts.iter().map(|artifact| artifact.size).sum();
    let progress = Progress::start(total, evidence.quiet);
    let captures = pool(evidence)?.install(|| captures(&bundle, &|bytes| progress.add(bytes)));
    progress.finish();
    let count = captures.count();
    if count > 0 {
        let mut writer = PcapngWriter::new(create(output, existing)?);
        captures.packets(&mut |packet| writer.packet(packet))?;
        writer.finish()?;
    }
    if !evidence.quiet {
        tell(&captures, count, output)?;
    }
    let harmed = captures
        .blindspots
        .iter()
        .chain(&bundle.blindspots)
        .any(|spot| spot.kind.harms_evidence());
    Ok(match captures.is_readable {
        false => Exit::Unreadable,
        true if harmed => Exit::Partial,
        true => Exit::Done,
    })
}

/// One line for each trace, each thing that could not be seen, and the file.
fn tell(captures: &Captures<'_>, count: u64, output: &Path) -> io::Result<()> {
    let mut out = io::stderr().lock();
    let number = |count: u64| grouped(usize::try_from(count).unwrap_or(usize::MAX));
    for trace in &captures.traces {
        let notes = noted(&trace.notes);
        let (path, packets) = (clean(&trace.path), number(trace.packets));
        match notes.as_slice() {
            [] => writeln!(out, "{path}: packets {packets}")?,
            notes => writeln!(out, "{path}: packets {packets} ({})", notes.join(", "))?,
        }
    }
    for spot in &captures.blindspots {
        let (path, detail) = (clean(&spot.artifact), clean(&spot.detail));
        writeln!(out, "{} {path}: {detail}", spot.kind)?;
    }
    if count == 0 {
        writeln!(out, "no packet was found; nothing was written")
    } else {
        writeln!(
            out,
            "packets written to {}: {}",
            output.display(),
            number(count)
        )
    }
}
