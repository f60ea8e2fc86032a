//! Exchanges of HTTP as a waterfall: a bar for each, on the axis of the attempt that it belongs to.
//!
//! Bars are plain shapes, so that they need neither a script nor a style of their own.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::page::Time;
use crate::export::{duration, grouped};
use crate::model::{EventId, Lane, Report, Ticks, Zone};
use crate::redact::{ShownEvent, ShownTimeline};

/// Exchanges on the page; those of attempts go before others.
const EXCHANGES: usize = 400;
/// Width of the axis in units of the drawing.
const WIDTH: f64 = 1000.0;
/// Narrowest bar, in the same units.
const NARROWEST: f64 = 4.0;

/// The exchanges on the page.
#[derive(Serialize)]
pub(super) struct Waterfall<'a> {
    groups: Vec<Group<'a>>,
    /// Exchanges in the evidence that have a time, as text.
    pub(super) total: String,
    /// How many of them are not shown; empty where all are.
    left_out: String,
}

/// Exchanges that share an axis.
#[derive(Serialize)]
struct Group<'a> {
    /// The attempt; none for exchanges outside of any.
    attempt: Option<&'a str>,
    kind: &'static str,
    from: Time,
    length: String,
    exchanges: Vec<Exchange<'a>>,
}

#[derive(Serialize)]
struct Exchange<'a> {
    event: EventId,
    time: Time,
    /// Since the axis begins.
    after: String,
    title: Cow<'a, str>,
    method: String,
    host: String,
    path: String,
    status: String,
    outcome: &'static str,
    took: String,
    /// Milliseconds that it took, to sort by; empty where that is not known.
    took_ms: String,
    /// Begin and width of the bar, in thousandths of the axis.
    x: String,
    width: String,
    /// Whether its duration is not known, so that the bar is a mere mark.
    open: bool,
}

impl Waterfall<'_> {
    /// Events that it links to.
    pub(super) fn events(&self) -> impl Iterator<Item = EventId> {
        self.groups
            .iter()
            .flat_map(|group| &group.exchanges)
            .map(|exchange| exchange.event)
    }
}

/// The exchanges of a report.
pub(super) fn waterfall<'a>(
    report: &'a Report,
    timeline: ShownTimeline<'a>,
    zone: Zone,
) -> Waterfall<'a> {
    let steps = steps(report);
    let mut found: Vec<(usize, ShownEvent<'a>, Ticks)> = timeline
        .events()
        .filter(|event| event.lane() == Lane::Http)
        .filter_map(|event| {
            let ticks = event.ticks()?;
            Some((place(event, ticks, report, &steps), event, ticks))
        })
        .collect();
    let total = found.len();
    // Outside of any attempt is the last place, and what finds no room goes from the end.
    found.sort_by_key(|(place, event, _)| (*place, event.id()));
    found.truncate(EXCHANGES);
    let groups = found.chunk_by(|left, right| left.0 == right.0);
    Waterfall {
        groups: groups.map(|of| group(of, report, zone)).collect(),
        total: grouped(total),
        left_out: match total - found.len() {
            0 => String::new(),
            count => grouped(count),
        },
    }
}

/// Place of the first attempt that each event is a step of.
fn steps(report: &Report) -> FxHashMap<EventId, usize> {
    let mut steps = FxHashMap::default();
    for (place, attempt) in report.attempts.iter().enumerate() {
        for step in &attempt.steps {
            steps.entry(step.event).or_insert(place);
        }
    }
    steps
}

/// Place of the attempt that an exchange belongs to: of which it is a step, else the shortest one that it
/// falls into; the number of attempts where there is none.
fn place(
    event: ShownEvent<'_>,
    ticks: Ticks,
    report: &Report,
    steps: &FxHashMap<EventId, usize>,
) -> usize {
    if let Some(place) = steps.get(&event.id()) {
        return *place;
    }
    let attempts = report.attempts.iter().enumerate();
    attempts
        .filter(|(_, attempt)| (attempt.start..=attempt.end).contains(&ticks))
        .min_by_key(|(_, attempt)| attempt.end.0.saturating_sub(attempt.start.0))
        .map_or(report.attempts.len(), |(place, _)| place)
}

fn group<'a>(of: &[(usize, ShownEvent<'a>, Ticks)], report: &'a Report, zone: Zone) -> Group<'a> {
    let attempt = of
        .first()
        .and_then(|(place, ..)| report.attempts.get(*place));
    let begins = of.iter().map(|(_, _, ticks)| *ticks);
    let ends = of
        .iter()
        .map(|(_, event, ticks)| event.over().unwrap_or(*ticks));
    let from = begins.chain(attempt.map(|attempt| attempt.start)).min();
    let to = ends.chain(attempt.map(|attempt| attempt.end)).max();
    let (from, to) = (from.unwrap_or(Ticks(0)), to.unwrap_or(Ticks(0)));
    let axis = Axis {
        from,
        seconds: to.seconds_since(from).max(0.001),
    };
    Group {
        attempt: attempt.map(|attempt| attempt.id.as_str()),
        kind: attempt.map_or("", |attempt| attempt.kind.word()),
        from: Time::of(from, zone),
        length: duration(to.seconds_since(from)),
        exchanges: of
            .iter()
            .map(|(_, event, ticks)| exchange(*event, *ticks, &axis, zone))
            .collect(),
    }
}

struct Axis {
    from: Ticks,
    seconds: f64,
}

fn exchange<'a>(event: ShownEvent<'a>, ticks: Ticks, axis: &Axis, zone: Zone) -> Exchange<'a> {
    let text = |name: &str| {
        let value = event.field(name);
        value.map_or_else(String::new, |value| value.text().into_owned())
    };
    // An exchange whose duration is not known is over when it begins, which says nothing.
    let took = event
        .over()
        .filter(|over| *over > ticks || event.field("duration_ms").is_some())
        .map(|over| over.seconds_since(ticks));
    let after = ticks.seconds_since(axis.from);
    let width = (took.unwrap_or(0.0) / axis.seconds * WIDTH).clamp(NARROWEST, WIDTH);
    let x = (after / axis.seconds * WIDTH).clamp(0.0, WIDTH - width);
    Exchange {
        event: event.id(),
        time: Time::of(ticks, zone),
        after: format!("+{}", duration(after)),
        title: event.title(),
        method: text("method"),
        host: text("host"),
        path: text("path"),
        status: text("status"),
        outcome: event.outcome().word(),
        took: took.map_or_else(String::new, duration),
        took_ms: took.map_or_else(String::new, |seconds| format!("{:.0}", seconds * 1000.0)),
        x: format!("{x:.1}"),
        width: format!("{width:.1}"),
        open: took.is_none(),
    }
}
