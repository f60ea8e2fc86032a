//! Which events the page holds, and the plain rows of those it links to.
//!
//! Up to a number of events the page holds all. It tells those that it links to, every failure and every
//! event that the catalogue calls part of a join story; the others are there to be asked for. Of a larger
//! timeline those nearest to an attempt or to what a finding rests on are kept, and the page says
//! what was left out, by source and kind.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::page::Time;
use crate::export::grouped;
use crate::model::{EventId, Outcome, Report, Ticks, Zone};
use crate::redact::{ShownEvent, ShownTimeline};

/// Events that the page holds at most, unless it links to more.
pub(super) const MOST: usize = 200_000;
/// Kinds of events that are not on the page and are told of.
const KINDS_LEFT_OUT: usize = 60;

/// The events that the page holds.
pub(super) struct Selection {
    /// In the order of the timeline, with whether each is told without being asked for.
    pub(super) events: Vec<(EventId, bool)>,
    /// How many of them are told.
    pub(super) told: usize,
    /// Those that found no room.
    pub(super) left_out: Vec<EventId>,
}

/// Chooses the events: all where there are at most `most`, else those that are `linked`, then the telling
/// ones and then the others, each by their nearness to what the report is about.
pub(super) fn select(
    report: &Report,
    timeline: ShownTimeline<'_>,
    linked: &BTreeSet<EventId>,
    most: usize,
) -> Selection {
    let spans = spans(report, timeline);
    let is_told = |event: ShownEvent<'_>| linked.contains(&event.id()) || is_telling(event);
    let mut events: Vec<(EventId, bool)> = timeline
        .events()
        .map(|event| (event.id(), is_told(event)))
        .collect();
    let mut left_out = Vec::new();
    if events.len() > most {
        events.sort_by_cached_key(|(id, is_told)| {
            let ticks = timeline.event(*id).and_then(ShownEvent::ticks);
            let far = ticks.map_or(u64::MAX, |ticks| distance(ticks, &spans));
            (!linked.contains(id), !is_told, far, *id)
        });
        left_out = events
            .split_off(most.max(linked.len()))
            .into_iter()
            .map(|(id, _)| id)
            .collect();
        events.sort_unstable();
    }
    Selection {
        told: events.iter().filter(|(_, is_told)| *is_told).count(),
        events,
        left_out,
    }
}

/// Failures, whoever reports them, and what the catalogue calls context or step of a join story.
fn is_telling(event: ShownEvent<'_>) -> bool {
    event.outcome() == Outcome::Failure || (event.row().is_some() && event.weight() >= 2)
}

/// The stretches of time that attempts cover and the times of what findings rest on, merged and in order.
fn spans(report: &Report, timeline: ShownTimeline<'_>) -> Vec<(i64, i64)> {
    let attempts = report.attempts.iter();
    let attempts = attempts.map(|attempt| (attempt.start.0, attempt.end.0));
    let evidence = report.findings.iter().flat_map(|finding| &finding.evidence);
    let evidence = evidence.filter_map(|line| timeline.event(line.event)?.ticks());
    let evidence = evidence.map(|ticks| (ticks.0, ticks.0));
    let mut all: Vec<(i64, i64)> = attempts.chain(evidence).collect();
    all.sort_unstable();
    let mut merged: Vec<(i64, i64)> = Vec::new();
    for (start, end) in all {
        match merged.last_mut() {
            Some((_, last)) if start <= *last => *last = end.max(*last),
            _ => merged.push((start, end)),
        }
    }
    merged
}

/// Ticks to the nearest of the spans; 0 inside one.
fn distance(ticks: Ticks, spans: &[(i64, i64)]) -> u64 {
    let next = spans.partition_point(|(start, _)| *start <= ticks.0);
    let after = spans.get(next).map(|(start, _)| start.abs_diff(ticks.0));
    let before = next.checked_sub(1).and_then(|index| spans.get(index));
    let before = before.map(|(_, end)| {
        if *end >= ticks.0 {
            0
        } else {
            end.abs_diff(ticks.0)
        }
    });
    before.into_iter().chain(after).min().unwrap_or(u64::MAX)
}

/// An event that the page links to, for readers without scripts and for paper.
#[derive(Serialize)]
pub(super) struct PlainRow<'a> {
    event: EventId,
    time: Option<Time>,
    level: &'static str,
    outcome: &'static str,
    /// Provider and event id.
    name: String,
    message: Cow<'a, str>,
    code: Option<String>,
    artifact: Cow<'a, str>,
    locator: String,
}

/// The plain row of an event.
pub(super) fn plain(event: ShownEvent<'_>, zone: Zone) -> PlainRow<'_> {
    PlainRow {
        event: event.id(),
        time: event.ticks().map(|ticks| Time::of(ticks, zone)),
        level: event.level().word(),
        outcome: event.outcome().word(),
        name: format!("{} {}", event.provider_alias(), event.kind()),
        message: event.title(),
        code: event.failure_code(),
        artifact: event.path(),
        locator: event.locator().to_string(),
    }
}

/// Events of one kind that are not on the page.
#[derive(Serialize)]
pub(super) struct LeftOutKind {
    source: String,
    /// Provider and event id.
    name: String,
    #[serde(skip)]
    count: usize,
    /// Of its events with a time, the first and the last one's.
    #[serde(skip)]
    span: Option<(Ticks, Ticks)>,
    events: String,
    first: Option<Time>,
    last: Option<Time>,
}

/// What was left out, by source and kind, the most frequent kinds first; the second number counts the
/// events of kinds that are not told of.
pub(super) fn left_out_kinds(
    left_out: &[EventId],
    timeline: ShownTimeline<'_>,
    zone: Zone,
) -> (Vec<LeftOutKind>, usize) {
    let mut places: FxHashMap<(u32, String), usize> = FxHashMap::default();
    let mut kinds: Vec<LeftOutKind> = Vec::new();
    let mut ordered = left_out.to_vec();
    ordered.sort_unstable();
    for event in ordered.iter().filter_map(|id| timeline.event(*id)) {
        let name = format!("{} {}", event.provider_alias(), event.kind());
        let place = *places
            .entry((event.source().0, name.clone()))
            .or_insert(kinds.len());
        if kinds.len() == place {
            kinds.push(LeftOutKind {
                source: event.source().to_string(),
                name,
                count: 0,
                span: None,
                events: String::new(),
                first: None,
                last: None,
            });
        }
        if let Some(kind) = kinds.get_mut(place) {
            kind.count += 1;
            let times = event.ticks().map(|ticks| match kind.span {
                Some((first, _)) => (first, ticks),
                None => (ticks, ticks),
            });
            kind.span = times.or(kind.span);
        }
    }
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.count));
    let untold = kinds.split_off(kinds.len().min(KINDS_LEFT_OUT));
    for kind in &mut kinds {
        kind.events = grouped(kind.count);
        kind.first = kind.span.map(|(first, _)| Time::of(first, zone));
        kind.last = kind.span.map(|(_, last)| Time::of(last, zone));
    }
    (kinds, untold.iter().map(|kind| kind.count).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearness_is_measured_to_the_closest_attempt() {
        let spans = [(100, 200), (500, 600)];
        let check = |ticks: i64, expected: u64| {
            assert_eq!(distance(Ticks(ticks), &spans), expected, "{ticks}");
        };
        check(40, 60);
        check(100, 0);
        check(150, 0);
        check(200, 0);
        check(260, 60);
        check(450, 50);
        check(700, 100);
        assert_eq!(distance(Ticks(5), &[]), u64::MAX);
        assert_eq!(distance(Ticks(i64::MIN), &[(i64::MAX, i64::MAX)]), u64::MAX);
    }
}
