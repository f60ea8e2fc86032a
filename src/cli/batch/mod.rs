//! Many bundles in one run: a report each, and an index over all of them.
//!
//! Bundles are read one after another, each with all threads, and nothing of one stays in memory but
//! its line of the index. The line is kept beside the report under a name that is made of the bundle's
//! files and of everything that was asked for, so that a run that was broken off goes on where it was,
//! and a bundle that did not change is not read again. The index says nothing of the run itself: the
//! same bundles give the same index, however many runs it took.

mod bundles;
mod kept;
mod telling;

use std::io::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::args::Evidence;
use super::output::{Existing, replace_by};
use super::redacting::Wanted;
use super::stages::{Case, Knowledge, Last, case, zone, zone_before};
use super::{Exit, Stop, input, making, triage};
use crate::catalog::rules_digest;
use crate::export::fleet::{BundleLine, BundleState, jsonl};
use crate::export::html;
use crate::ingest::Digests;
use crate::model::{Report, Zone};
use crate::redact::{Level, Redactor, ShownTimeline};
use bundles::Given;
use kept::Kept;
use telling::Telling;

/// How much is read and written of each bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// All of it, and a report.
    Report,
    /// What rules and catalogue ask for, and its line of the index.
    Triage,
}

/// Runs the verb.
pub(super) fn run(
    evidence: &Evidence,
    wanted: &Wanted,
    depth: Depth,
    output: &Path,
    existing: Existing,
) -> Result<Exit, Stop> {
    zone_before(&evidence.tz)?;
    let bundles = bundles::given(evidence)?;
    let mut knowledge = Last::new(Knowledge::with_given(evidence)?);
    if depth == Depth::Triage {
        let wants = triage::wants(&knowledge);
        knowledge.decoders = std::mem::take(&mut knowledge.decoders).wanting(wants);
    }
    let asked = (wanted, depth);
    let kept = Kept::open(output, rules_digest(), evidence, asked, existing)?;
    let telling = Telling::start(bundles.len(), evidence.quiet);
    let mut lines = Vec::with_capacity(bundles.len());
    for bundle in &bundles {
        let work = Work {
            id: kept.id(bundle),
            bundle,
            wanted,
            depth,
            kept: &kept,
        };
        let line = work.line(evidence, &knowledge)?;
        lines.push(line);
        if let Some(line) = lines.last() {
            telling.tell(lines.len(), bundle, line)?;
        }
    }
    telling.finish();
    write_index(&kept, &lines, wanted)?;
    if !evidence.quiet {
        let index = output.join("index.html");
        writeln!(io::stderr(), "index written to {}", index.display())?;
    }
    Ok(exit(&lines))
}

/// One bundle of the batch.
struct Work<'w> {
    id: String,
    bundle: &'w Given,
    wanted: &'w Wanted,
    depth: Depth,
    kept: &'w Kept,
}

impl Work<'_> {
    /// Its line: the one that is kept, or what reading it now comes to.
    fn line(&self, evidence: &Evidence, knowledge: &Knowledge) -> Result<BundleLine, Stop> {
        if let Some(line) = self.kept.line(&self.id) {
            return Ok(line);
        }
        let line = self.fenced(evidence, knowledge)?;
        self.kept.put_line(&self.id, &line)?;
        Ok(line)
    }

    /// Whatever is wrong with the bundle is in its line; only what is wrong with the output, which
    /// will be so for the next one too, ends the run.
    fn fenced(&self, evidence: &Evidence, knowledge: &Knowledge) -> Result<BundleLine, Stop> {
        let evidence = Evidence {
            inputs: vec![self.bundle.path.clone()],
            quiet: true,
            ..evidence.clone()
        };
        let read = || self.read(&evidence, knowledge);
        Ok(match catch_unwind(AssertUnwindSafe(read)) {
            Ok(Ok(Some(line))) => line,
            Ok(Ok(None)) => self.without_report(
                BundleState::Unreadable,
                "nothing in it can be read".to_owned(),
            ),
            Ok(Err(Stop::Write(error))) => return Err(Stop::Write(error)),
            Ok(Err(stop)) => {
                let reason = if self.hides_names() {
                    "it cannot be read".to_owned()
                } else {
                    stop.to_string()
                };
                self.without_report(BundleState::Unreadable, reason)
            }
            Err(_) => self.without_report(
                BundleState::Failed,
                "this program failed on it, which is a fault of the program".to_owned(),
            ),
        })
    }

    /// Reads it and writes its report; `None` where there is nothing to read.
    fn read(&self, evidence: &Evidence, knowledge: &Knowledge) -> Result<Option<BundleLine>, Stop> {
        let Some(opened) = input::bundle(evidence)? else {
            return Ok(None);
        };
        let digests = match self.depth {
            Depth::Report => Digests::Make,
            Depth::Triage => Digests::Skip,
        };
        let case = case(&opened, knowledge, digests, evidence)?;
        if case.is_unread() {
            return Ok(None);
        }
        let redactor = self.wanted.redactor(&case);
        let report = redactor.report(&case.report);
        let link = match self.depth {
            Depth::Report => Some(self.write(&case, &redactor, &report, evidence, knowledge)?),
            Depth::Triage => None,
        };
        let state = if case.is_harmed() {
            BundleState::Partial
        } else {
            BundleState::Done
        };
        let name = redactor.text(&self.bundle.name).into_owned();
        let sources = case.timeline.sources().iter();
        Ok(Some(BundleLine {
            passed_records: sources.map(|source| source.passed).sum(),
            ..BundleLine::of(name, link, state, &report)
        }))
    }

    /// Writes the report of a case; gives its path relative to the index.
    fn write(
        &self,
        case: &Case,
        redactor: &Redactor,
        report: &Report,
        evidence: &Evidence,
        knowledge: &Knowledge,
    ) -> Result<String, Stop> {
        // The zone was checked before the first bundle: only one whose device does not state its zone
        // can fail here, and the page names the zone that it uses.
        let zone = zone(&evidence.tz, Some(&case.report)).unwrap_or(Zone::Utc);
        let mut page = Vec::new();
        let timeline = ShownTimeline::new(&case.timeline, redactor);
        let side = (!html::holds_all(timeline)).then(|| self.kept.events_path(&self.id));
        let made = making::made(evidence, knowledge, side.as_deref());
        html::write_made(report, timeline, zone, &made, &mut page)?;
        if let Some(side) = &side {
            replace_by(side, false, |out| {
                making::write_events(report, timeline, out)
            })?;
        }
        self.kept.put_report(&self.id, &page)
    }

    /// Without a case nothing tells which parts of a path are names, so that none of it is shown where
    /// names are not to be.
    fn without_report(&self, state: BundleState, reason: String) -> BundleLine {
        let name = if self.hides_names() {
            format!("bundle {}", self.id)
        } else {
            self.bundle.name.clone()
        };
        BundleLine::without_report(name, state, reason)
    }

    fn hides_names(&self) -> bool {
        self.wanted.level() != Level::None
    }
}

fn write_index(kept: &Kept, lines: &[BundleLine], wanted: &Wanted) -> Result<(), Stop> {
    let mut text = Vec::new();
    jsonl(lines, &mut text)?;
    kept.put_index("index.jsonl", &text)?;
    let mut page = Vec::new();
    html::write_index(lines, wanted.level(), &mut page)?;
    kept.put_index("index.html", &page)
}

fn exit(lines: &[BundleLine]) -> Exit {
    let all = |state| lines.iter().all(|line| line.state == state);
    if all(BundleState::Unreadable) {
        Exit::Unreadable
    } else if all(BundleState::Done) {
        Exit::Done
    } else {
        Exit::Partial
    }
}
