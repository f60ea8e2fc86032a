//! The stages in their order: bundle, reading, timeline, analysis, report.

use std::mem::ManuallyDrop;
use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::args::Evidence;
use super::clocks::{Given, clocks, zones};
use super::progress::Progress;
use super::{Stop, decoders, input, rules};
use crate::analyze::{self, Analysis, Rules, analyze};
use crate::bundle::Bundle;
use crate::catalog::{Catalog, rules_digest};
use crate::ingest::{Decoders, Digests, ReadArtifact, Reading, Watch, read};
use crate::model::{ClockLine, Findings, Input, Report, Zone, minutes_east};
use crate::report::{Parts, assemble};
use crate::rules::{Cases, RuleSet, headline, judge_all};
use crate::timeline::Timeline;
use crate::tui::Placement;

/// A bundle that went through all stages.
pub(super) struct Case {
    pub(super) report: Report,
    pub(super) timeline: Timeline,
    pub(super) artifacts: Vec<ReadArtifact>,
}

impl Case {
    /// Whether no file was of a format that can be read.
    pub(super) fn is_unread(&self) -> bool {
        self.artifacts
            .iter()
            .all(|artifact| artifact.format.is_none())
    }

    /// Whether part of the evidence is damaged or locked.
    pub(super) fn is_harmed(&self) -> bool {
        let mut spots = self.report.blindspots.iter();
        spots.any(|spot| spot.kind.harms_evidence())
    }
}

/// The tables that every run needs.
pub(super) struct Knowledge {
    pub(super) catalog: Arc<Catalog>,
    pub(super) rules: Rules,
    pub(super) rule_set: Arc<RuleSet>,
    pub(super) decoders: Decoders,
}

impl Knowledge {
    /// What is built in.
    pub(super) fn load() -> Result<Self, Stop> {
        Self::load_with(&[], Cases::Read)
    }

    /// What is built in, with the rules of these folders.
    pub(super) fn load_with(folders: &[PathBuf], cases: Cases) -> Result<Self, Stop> {
        Self::load_behind(tables()?, folders, cases)
    }

    /// The rules behind tables that are loaded already.
    fn load_behind(catalog: Arc<Catalog>, folders: &[PathBuf], cases: Cases) -> Result<Self, Stop> {
        let rule_set = rules::load(folders, &catalog, cases)?;
        Self::of_rules(catalog, rule_set)
    }

    fn of_rules(catalog: Arc<Catalog>, rule_set: RuleSet) -> Result<Self, Stop> {
        let rules = || Rules::embedded(&catalog).map_err(|faults| internal(&faults));
        let (rules, decoders) = rayon::join(rules, || Decoders::shipped(&catalog));
        Ok(Self {
            catalog,
            rules: rules?,
            rule_set: Arc::new(rule_set),
            decoders,
        })
    }

    /// What is built in and what was given for this evidence.
    pub(super) fn with_given(evidence: &Evidence) -> Result<Self, Stop> {
        Self::behind(tables()?, evidence)
    }

    /// The same for whoever shows events alone, which no rule changes; rules that were given are read
    /// all the same, as they may have faults.
    pub(super) fn of_events(evidence: &Evidence) -> Result<Self, Stop> {
        if !evidence.rules.is_empty() {
            return Self::with_given(evidence);
        }
        let catalog = tables()?;
        let (rule_set, _) = RuleSet::of_files(&catalog, &[], Cases::Skip);
        let mut knowledge = Self::of_rules(catalog, rule_set)?;
        decoders::add_given(evidence, &mut knowledge.decoders)?;
        Ok(knowledge)
    }

    /// The same behind tables that are loaded already.
    pub(super) fn behind(catalog: Arc<Catalog>, evidence: &Evidence) -> Result<Self, Stop> {
        let mut knowledge = Self::load_behind(catalog, &evidence.rules, Cases::Skip)?;
        decoders::add_given(evidence, &mut knowledge.decoders)?;
        Ok(knowledge)
    }
}

/// The tables that are built in.
pub(super) fn tables() -> Result<Arc<Catalog>, Stop> {
    let catalog = Catalog::embedded().map_err(|faults| internal(&faults))?;
    Ok(Arc::new(catalog))
}

fn internal(faults: &[impl ToString]) -> Stop {
    Stop::Internal(
        faults
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("; "),
    )
}

/// What a run ends with: its memory goes with the process, as to take it apart would cost some hundredths
/// of the time, of a small file a tenth.
pub(super) type Last<T> = ManuallyDrop<T>;

/// The opened evidence, and what is known.
type Prepared = (Last<Bundle>, Last<Knowledge>);

/// The opened evidence, and what is known, each made by a thread of its own where there are several;
/// `None` where nothing is left to read.
pub(super) fn prepared(
    evidence: &Evidence,
    knowledge: fn(&Evidence) -> Result<Knowledge, Stop>,
) -> Result<Option<Prepared>, Stop> {
    let opened = || input::bundle_here(evidence);
    let join = || rayon::join(opened, || knowledge(evidence));
    let (opened, knowledge) = pool(evidence)?.install(join);
    match opened? {
        Some(bundle) => Ok(Some((Last::new(bundle), Last::new(knowledge?)))),
        None => Ok(None),
    }
}

/// Reads a bundle into events in their order, on the threads of the pool that it is called in.
pub(super) fn ordered(
    bundle: &Bundle,
    knowledge: &Knowledge,
    digests: Digests,
    evidence: &Evidence,
) -> Result<Ordered, Stop> {
    let reading = reading(bundle, knowledge, digests, evidence)?;
    let (timeline, read) = merged(reading, knowledge);
    Ordered::of(timeline, read, knowledge, given(evidence))
}

/// What was given of clocks on the command line.
fn given(evidence: &Evidence) -> Given<'_> {
    static NONE: Placement = Placement {
        offsets: Vec::new(),
        zones: Vec::new(),
    };
    Given {
        clocks: &evidence.clock,
        placement: &NONE,
    }
}

/// The events of what was read, in the order of their times as recorded.
fn merged(reading: Reading, knowledge: &Knowledge) -> (Timeline, Read) {
    let Reading {
        batches,
        artifacts,
        inputs,
    } = reading;
    let timeline = Timeline::build(batches, Arc::clone(&knowledge.catalog));
    (timeline, Read { artifacts, inputs })
}

/// Reads and analyses a bundle.
pub(super) fn case(
    bundle: &Bundle,
    knowledge: &Knowledge,
    digests: Digests,
    evidence: &Evidence,
) -> Result<Case, Stop> {
    pool(evidence)?.install(|| {
        let ordered = ordered(bundle, knowledge, digests, evidence)?;
        Ok(ordered.judged(bundle, knowledge))
    })
}

/// The same for a run that ends with it.
pub(super) fn last_case(
    bundle: &Bundle,
    knowledge: &Knowledge,
    digests: Digests,
    evidence: &Evidence,
) -> Result<Last<Case>, Stop> {
    case(bundle, knowledge, digests, evidence).map(Last::new)
}

/// Analyses what was read of a bundle, on the threads of the pool that it is called in; `stage` is told
/// what is done next.
pub(super) fn judged(
    reading: Reading,
    bundle: &Bundle,
    knowledge: &Knowledge,
    given: Given<'_>,
    stage: &(dyn Fn(&'static str) + Sync),
) -> Result<Case, Stop> {
    stage("putting the events in order");
    let (timeline, read) = merged(reading, knowledge);
    placed(timeline, read, bundle, knowledge, given, stage)
}

/// What is known of the files that the events of a timeline stood in.
#[derive(Clone, Debug)]
pub(super) struct Read {
    pub(super) artifacts: Vec<ReadArtifact>,
    pub(super) inputs: Vec<Input>,
}

/// Analyses events in the order of their times as recorded, with these clocks given.
pub(super) fn placed(
    timeline: Timeline,
    read: Read,
    bundle: &Bundle,
    knowledge: &Knowledge,
    given: Given<'_>,
    stage: &(dyn Fn(&'static str) + Sync),
) -> Result<Case, Stop> {
    let ordered = Ordered::of(timeline, read, knowledge, given)?;
    stage("looking for what went wrong");
    Ok(ordered.judged(bundle, knowledge))
}

/// Events on one axis of time, in which nothing was looked for yet.
pub(super) struct Ordered {
    pub(super) timeline: Timeline,
    clocks: Vec<ClockLine>,
    read: Read,
}

impl Ordered {
    fn of(
        timeline: Timeline,
        read: Read,
        knowledge: &Knowledge,
        given: Given<'_>,
    ) -> Result<Self, Stop> {
        let (timeline, clocks) = clocks(timeline, &knowledge.rules, given)?;
        Ok(Self {
            timeline,
            clocks,
            read,
        })
    }

    /// The case with all that there is to say.
    pub(super) fn judged(self, bundle: &Bundle, knowledge: &Knowledge) -> Case {
        let mut analysis = analyze(&self.timeline, &knowledge.rules);
        let judged = analyze::evidence(&self.timeline, &analysis, &self.clocks);
        let findings = if knowledge.rule_set.rules().is_empty() {
            Findings::default()
        } else {
            judge_all(&knowledge.rule_set, judged, None)
        };
        analysis.verdict = headline(&findings, &analysis.attempts, analysis.verdict);
        self.told(bundle, analysis, findings)
    }

    /// The case for whoever tells nothing of attempts, tokens, gaps and findings: none was looked for.
    pub(super) fn unjudged(self, bundle: &Bundle) -> Case {
        self.told(bundle, Analysis::not_made(), Findings::default())
    }

    fn told(self, bundle: &Bundle, analysis: Analysis, findings: Findings) -> Case {
        let Self {
            timeline,
            clocks,
            read: Read { artifacts, inputs },
        } = self;
        let sha256: FxHashMap<_, _> = bundle
            .artifacts
            .iter()
            .zip(&artifacts)
            .map(|(artifact, read)| (artifact.id, read.sha256.clone()))
            .collect();
        let parts = Parts {
            attempts: analysis.attempts,
            gaps: analysis.gaps,
            tokens: analysis.tokens,
            verdict: analysis.verdict,
            findings,
            device: analysis.device,
            clocks,
            inputs,
            blindspots: bundle.blindspots.clone(),
            rules_digest: rules_digest().to_owned(),
        };
        let report = assemble(parts, &timeline, |id| {
            sha256.get(&id).cloned().unwrap_or_default()
        });
        Case {
            report,
            timeline,
            artifacts,
        }
    }
}

/// Reads a bundle on the threads of the pool that it is called in.
pub(super) fn reading(
    bundle: &Bundle,
    knowledge: &Knowledge,
    digests: Digests,
    evidence: &Evidence,
) -> Result<Reading, Stop> {
    let total = bundle.artifacts.iter().map(|artifact| artifact.size).sum();
    let progress = Progress::start(total, evidence.quiet);
    let none = Placement::default();
    let reading = watched(bundle, knowledge, digests, evidence, &none, &progress);
    progress.finish();
    reading
}

/// The same for somebody who wants to know how far it is, and may know where sources belong.
pub(super) fn watched(
    bundle: &Bundle,
    knowledge: &Knowledge,
    digests: Digests,
    evidence: &Evidence,
    placement: &Placement,
    watch: &dyn Watch,
) -> Result<Reading, Stop> {
    let zones = zones(bundle, &evidence.zone, placement)?;
    if zones.is_empty() {
        return Ok(read(bundle, &knowledge.decoders, digests, watch));
    }
    let decoders = knowledge.decoders.in_zones(zones);
    Ok(read(bundle, &decoders, digests, watch))
}

/// Threads to read and analyse with, as many as asked for.
pub(super) fn pool(evidence: &Evidence) -> Result<rayon::ThreadPool, Stop> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(evidence.threads)
        .build()
        .map_err(|error| Stop::Internal(error.to_string()))
}

/// The zone that was asked for, before any evidence is read: `device` is UTC until then.
pub(super) fn zone_before(text: &str) -> Result<Zone, Stop> {
    if text.eq_ignore_ascii_case("device") {
        return Ok(Zone::Utc);
    }
    zone(text, None)
}

/// The zone that was asked for; `device` is what the evidence itself states.
pub(super) fn zone(text: &str, report: Option<&Report>) -> Result<Zone, Stop> {
    let wrong = || {
        Stop::Usage(format!(
            "{text} is no zone; use utc, device or an offset such as +02:00"
        ))
    };
    match text.to_ascii_lowercase().as_str() {
        "utc" | "z" => Ok(Zone::Utc),
        "device" => {
            let stated = report
                .and_then(|report| report.device.get("os.time_zone"))
                .map(|fact| fact.value.as_str());
            // The event log states minutes west of UTC, then the zone's name.
            let west =
                stated.and_then(|stated| stated.split_whitespace().next()?.parse::<i32>().ok());
            let west = west.filter(|minutes| minutes.abs() <= 14 * 60);
            west.map(|minutes| Zone::Offset(-minutes)).ok_or_else(|| {
                Stop::Usage(
                    "the evidence does not state the device's zone; use --tz with an offset"
                        .to_owned(),
                )
            })
        }
        offset => minutes_east(offset).map(Zone::Offset).ok_or_else(wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_words_or_offsets() {
        let check = |text: &str, expected: Option<Zone>| {
            assert_eq!(zone(text, None).ok(), expected, "{text}");
        };
        check("utc", Some(Zone::Utc));
        check("+02:00", Some(Zone::Offset(120)));
        check("-05:30", Some(Zone::Offset(-330)));
        check("+9", Some(Zone::Offset(540)));
        check("device", None);
        check("+99:00", None);
        check("Berlin", None);
    }
}
