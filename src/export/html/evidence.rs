//! What the report rests on: blind spots, sources, device facts, and the codes met.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::page::{Cut, Time, cut};
use crate::catalog::ErrorRow;
use crate::model::{Blindspot, BlindspotKind, EventId, Outcome, Report, Zone};
use crate::model::{clock, grouped};
use crate::redact::ShownTimeline;

/// Blind spots of one kind on the page.
const BLIND_SPOTS: usize = 500;
/// Sources on the page.
const SOURCES: usize = 2_000;
/// Device facts on the page.
const FACTS: usize = 1_000;
/// Codes on the page that no attempt carries.
const OTHER_CODES: usize = 200;

/// Blind spots of one kind.
#[derive(Serialize)]
pub(super) struct BlindView<'a> {
    kind: &'static str,
    meaning: &'static str,
    /// Whether the evidence itself was harmed or held back.
    harm: bool,
    spots: Cut<SpotView<'a>>,
}

#[derive(Serialize)]
struct SpotView<'a> {
    artifact: &'a str,
    detail: &'a str,
    offset: String,
    from: Option<Time>,
    to: Option<Time>,
}

/// The blind spots of a report by kind: harmed evidence first, then in the order of the kinds.
pub(super) fn blindspots(report: &Report, zone: Zone) -> Vec<BlindView<'_>> {
    let mut kinds = BlindspotKind::ALL.to_vec();
    kinds.sort_by_key(|kind| !kind.harms_evidence());
    let of_kind = |kind: BlindspotKind| {
        report
            .blindspots
            .iter()
            .filter(move |spot| spot.kind == kind)
            .collect::<Vec<_>>()
    };
    kinds
        .into_iter()
        .map(|kind| (kind, of_kind(kind)))
        .filter(|(_, spots)| !spots.is_empty())
        .map(|(kind, spots)| BlindView {
            kind: kind.word(),
            meaning: meaning(kind),
            harm: kind.harms_evidence(),
            spots: cut_spots(&spots, zone),
        })
        .collect()
}

fn cut_spots<'a>(spots: &[&'a Blindspot], zone: Zone) -> Cut<SpotView<'a>> {
    let time = |ticks: Option<crate::model::Ticks>| ticks.map(|ticks| Time::of(ticks, zone));
    cut(
        spots,
        |index, _| index < BLIND_SPOTS,
        |spot| SpotView {
            artifact: &spot.artifact,
            detail: &spot.detail,
            offset: spot
                .offset
                .map_or_else(String::new, |offset| format!("0x{offset:x}")),
            from: time(spot.from),
            to: time(spot.to),
        },
    )
}

fn meaning(kind: BlindspotKind) -> &'static str {
    match kind {
        BlindspotKind::Unreadable => "nothing of it could be read",
        BlindspotKind::Truncated => "it ends before it should",
        BlindspotKind::Damaged => "a part of it does not decode",
        BlindspotKind::Missing => "its own numbering says that records are missing",
        BlindspotKind::Locked => "it needs a password",
        BlindspotKind::Limit => "a limit that protects the program was reached",
        BlindspotKind::Unsupported => "recognised, but this version does not read it",
        BlindspotKind::Unrecognised => "not recognised",
        BlindspotKind::Skipped => "left out on purpose",
    }
}

/// One stream of events.
#[derive(Serialize)]
pub(super) struct SourceView<'a> {
    id: &'a str,
    name: &'a str,
    format: &'static str,
    host: &'a str,
    events: String,
    /// Those that stand in another source as well, as text; empty for none.
    shared: String,
    first: Option<Time>,
    last: Option<Time>,
    clock: String,
    /// What the clock rests on, where something vouches for it.
    basis: &'a str,
    artifact: &'a str,
    sha256: &'a str,
}

/// The sources of a report.
pub(super) fn sources(report: &Report, zone: Zone) -> Cut<SourceView<'_>> {
    cut(
        &report.sources,
        |index, _| index < SOURCES,
        |source| SourceView {
            id: &source.id,
            name: &source.name,
            format: source.format,
            host: &source.host,
            events: grouped(source.events),
            first: source.first.map(|ticks| Time::of(ticks, zone)),
            last: source.last.map(|ticks| Time::of(ticks, zone)),
            shared: match source.shared {
                0 => String::new(),
                shared => grouped(shared),
            },
            clock: clock(&source.clock),
            basis: &source.clock.basis,
            artifact: &source.artifact,
            sha256: &source.sha256,
        },
    )
}

/// A device fact.
#[derive(Serialize)]
pub(super) struct FactView<'a> {
    name: &'a str,
    value: &'a str,
    source: &'a str,
    /// The event that states it, where its source names one.
    pub(super) event: Option<EventId>,
}

/// The device facts of a report.
pub(super) fn device(report: &Report) -> Cut<FactView<'_>> {
    let facts: Vec<_> = report.device.iter().collect();
    cut(
        &facts,
        |index, _| index < FACTS,
        |&(name, fact)| {
            // Facts that events state name the event at the end: `… (e12)`.
            let named = fact
                .source
                .strip_suffix(')')
                .and_then(|source| source.rsplit_once(" (e"));
            let event = named.and_then(|(source, number)| {
                Some((source, EventId::parse(&format!("e{number}"))?))
            });
            FactView {
                name,
                value: &fact.value,
                source: event.map_or(fact.source.as_str(), |(source, _)| source),
                event: event.map(|(_, event)| event),
            }
        },
    )
}

/// A code met in the evidence, and everything that the catalogue knows it as.
#[derive(Serialize)]
pub(super) struct CodeView {
    code: String,
    /// Failures on the timeline that carry it, as text; empty for none.
    events: String,
    readings: Vec<Reading>,
    /// What such codes are, where no row knows this one.
    facility: &'static str,
}

#[derive(Serialize)]
struct Reading {
    name: &'static str,
    family: &'static str,
    family_is: &'static str,
    stage: &'static str,
    confidence: &'static str,
    meaning: &'static str,
    cause: &'static str,
    remedy: &'static str,
    source: &'static str,
}

/// The codes of a report's attempts and steps, then others that failures on the timeline carry, each
/// part sorted.
pub(super) fn codes(report: &Report, timeline: ShownTimeline<'_>) -> Vec<CodeView> {
    let of_attempts = report
        .attempts
        .iter()
        .filter_map(|attempt| attempt.code.as_deref());
    let of_steps = report
        .attempts
        .iter()
        .flat_map(|attempt| &attempt.steps)
        .filter_map(|step| step.code.as_deref());
    let told: BTreeSet<&str> = of_attempts.chain(of_steps).collect();
    let failures = timeline
        .events()
        .filter(|event| event.outcome() == Outcome::Failure);
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    for code in failures.filter_map(crate::redact::ShownEvent::failure_code) {
        *met.entry(code).or_default() += 1;
    }
    let others = met.keys().map(String::as_str);
    let others = others.filter(|code| !told.contains(code)).take(OTHER_CODES);
    let codes: Vec<&str> = told.iter().copied().chain(others).collect();
    let errors = &timeline.catalog().errors;
    let reading = |row: &ErrorRow| Reading {
        name: row.name.unwrap_or(""),
        family: row.family,
        family_is: errors.family(row.family).unwrap_or(""),
        stage: row.stage.word(),
        confidence: row.confidence.word(),
        meaning: row.meaning.unwrap_or(""),
        cause: row.cause.unwrap_or(""),
        remedy: row.remedy.unwrap_or(""),
        source: row.source,
    };
    let view = |code: &str| CodeView {
        code: code.to_owned(),
        events: met
            .get(code)
            .map_or_else(String::new, |count| grouped(*count)),
        readings: errors.find(code).into_iter().map(reading).collect(),
        facility: facility(code, timeline),
    };
    codes.into_iter().map(view).collect()
}

fn facility(code: &str, timeline: ShownTimeline<'_>) -> &'static str {
    let number = code
        .strip_prefix("0x")
        .and_then(|digits| u32::from_str_radix(digits, 16).ok());
    number
        .and_then(|number| timeline.catalog().errors.facility(number))
        .map_or("", |(_, title)| title)
}
