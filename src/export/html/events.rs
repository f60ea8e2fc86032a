//! Which events the page holds, and the plain rows of those it links to.
//!
//! The page never holds all events. It holds every one that it links to, every failure and every
//! event that the catalogue calls part of a join story; beyond a number of rows and an amount of
//! text, those nearest to an attempt are kept, and the page says what was left out.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::Serialize;

use super::page::Time;
use crate::model::{EventId, Outcome, Report, Ticks, Zone};
use crate::redact::{ShownEvent, ShownTimeline};

/// Rows that the table holds at most, unless the page links to more.
pub(super) const ROWS: usize = 20_000;

/// The events that the table holds.
pub(super) struct Selection {
    /// Most wanted first: linked ones, then by nearness to an attempt.
    pub(super) events: Vec<EventId>,
    /// Events that belong in the table and did not fit.
    pub(super) left_out: usize,
}

/// Chooses the events: all `linked`, and of the telling ones as many as make up `limit` rows.
pub(super) fn select(
    report: &Report,
    timeline: ShownTimeline<'_>,
    linked: &BTreeSet<EventId>,
    limit: usize,
) -> Selection {
    let mut telling: Vec<EventId> = timeline
        .events()
        .filter(|event| is_telling(*event) && !linked.contains(&event.id()))
        .map(ShownEvent::id)
        .collect();
    let room = limit.saturating_sub(linked.len());
    let left_out = telling.len().saturating_sub(room);
    if left_out > 0 {
        let spans = spans(report);
        telling.sort_by_cached_key(|event| {
            let ticks = timeline.event(*event).and_then(ShownEvent::ticks);
            (
                ticks.map_or(u64::MAX, |ticks| distance(ticks, &spans)),
                *event,
            )
        });
        telling.truncate(room);
    }
    Selection {
        events: linked.iter().copied().chain(telling).collect(),
        left_out,
    }
}

/// Failures, whoever reports them, and what the catalogue calls context or step of a join story.
fn is_telling(event: ShownEvent<'_>) -> bool {
    event.outcome() == Outcome::Failure || (event.row().is_some() && event.weight() >= 2)
}

/// The stretches of time that attempts cover, merged and in order.
fn spans(report: &Report) -> Vec<(i64, i64)> {
    let mut all: Vec<(i64, i64)> = report
        .attempts
        .iter()
        .map(|attempt| (attempt.start.0, attempt.end.0))
        .collect();
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
