//! The clocks of the evidence, measured against the clocks of the servers that answered.
//!
//! Sources of one device share a clock, and so do the parts of one recording. An answer that says
//! when it was made bounds the clock's offset from both sides: it was made after its request was sent
//! and before it was recorded. The offset lies where most of the bounds meet (Marzullo's algorithm),
//! and half the width of that place is its uncertainty. It takes two answers that agree. Where the bounds only meet far from each
//! other, or the clock was set in between, nothing is corrected.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime};

use super::finish::quoted;
use super::flow::{ClockRule, Rules};
use crate::model::{TICKS_PER_SECOND, Ticks, Value};
use crate::timeline::{DeviceId, EventRef, Source, SourceId, Timeline};

/// Times are stated to the second, so an answer was made within this after the time that it states.
const STATED: i64 = TICKS_PER_SECOND;
/// A change of a clock that its bounds would show.
const STEP: i64 = TICKS_PER_SECOND;

/// What shares one clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Clock {
    Device(DeviceId),
    Source(SourceId),
}

/// What an answer says of the offset: it lies between these, in ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bound {
    low: i64,
    high: i64,
}

/// A source's clock against the servers'.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockEstimate {
    /// Ticks of 100 ns to add to its times.
    pub offset: i64,
    /// Plus or minus, in ticks of 100 ns.
    pub uncertainty: i64,
    /// Whether the times are to be corrected: the offset is not nothing within its uncertainty.
    pub corrects: bool,
    /// What it rests on.
    pub basis: String,
}

/// The estimate of each source, in their order; `None` where nothing vouches for the clock.
pub fn clocks(timeline: &Timeline, rules: &Rules) -> Vec<Option<ClockEstimate>> {
    let mut bounds: BTreeMap<Clock, Vec<Bound>> = BTreeMap::new();
    for rule in &rules.clocks {
        collect(timeline, rule, &mut bounds);
    }
    let estimates: BTreeMap<Clock, ClockEstimate> = bounds
        .into_iter()
        .filter_map(|(clock, bounds)| {
            let set = times_set(timeline, clock);
            Some((clock, estimate(&bounds, set)?))
        })
        .collect();
    let sources = (0_u32..).map(SourceId).take(timeline.sources().len());
    sources
        .map(|source| estimates.get(&clock_of(timeline, source)).cloned())
        .collect()
}

fn clock_of(timeline: &Timeline, source: SourceId) -> Clock {
    let known = timeline.sources().get(source.0 as usize);
    let is_recording = known.is_some_and(Source::has_own_clock);
    match timeline.device_of(source) {
        Some(device) if !is_recording => Clock::Device(device),
        _ => Clock::Source(source),
    }
}

/// Adds the bounds that the answers of one rule give.
fn collect(timeline: &Timeline, rule: &ClockRule, bounds: &mut BTreeMap<Clock, Vec<Bound>>) {
    let answers = rule.answer.on(timeline);
    let requests = rule.request.as_ref().map(|request| request.on(timeline));
    let mut sent: BTreeMap<Clock, Ticks> = BTreeMap::new();
    for event in timeline.events().take(timeline.dated()) {
        let Some(here) = event.ticks() else { continue };
        let clock = clock_of(timeline, event.source());
        if requests
            .as_ref()
            .is_some_and(|request| request.matches(event))
        {
            sent.insert(clock, here);
        }
        if !answers.matches(event) {
            continue;
        }
        let Some(stated) = stated(event, &rule.time) else {
            continue;
        };
        let (request, answered) = if let Some(seconds) = span(event, rule) {
            // The event stands at its request and says how long the answer took.
            (Some(here), here.plus_seconds(seconds))
        } else {
            let sent = sent.get(&clock).copied();
            let near = |sent: &Ticks| here.seconds_since(*sent) <= rule.within_seconds;
            (sent.filter(near), here)
        };
        bounds.entry(clock).or_default().push(Bound {
            low: stated.0.saturating_sub(answered.0),
            high: request.map_or(i64::MAX, |sent| {
                stated.0.saturating_add(STATED).saturating_sub(sent.0)
            }),
        });
    }
}

/// Seconds from the request to the answer, where one event tells of both.
fn span(event: EventRef<'_>, rule: &ClockRule) -> Option<f64> {
    let milliseconds = event.field(rule.span_ms.as_deref()?)?.number()?;
    (milliseconds >= 0.0).then_some(milliseconds / 1000.0)
}

/// The time that an answer states.
fn stated(event: EventRef<'_>, path: &str) -> Option<Ticks> {
    parse(quoted(event, path)?.trim())
}

/// A server's time: RFC 3339, the form of HTTP's `Date`, or month, day and year as the registration
/// service writes them (*observed*).
fn parse(text: &str) -> Option<Ticks> {
    let unix = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_rfc2822(text))
        .map(|time| time.timestamp())
        .or_else(|_| {
            NaiveDateTime::parse_from_str(text, "%m-%d-%Y %H:%M:%SZ")
                .map(|time| time.and_utc().timestamp())
        })
        .ok()?;
    Ticks::from_unix(unix)
}

/// How often a device's clock was set to another time by more than a bound would not show.
fn times_set(timeline: &Timeline, clock: Clock) -> usize {
    let Clock::Device(device) = clock else {
        return 0;
    };
    let is_step = |event: &EventRef<'_>| {
        let time = |name| match event.field(name) {
            Some(Value::Time(ticks)) => Some(ticks.0),
            _ => None,
        };
        event.device() == Some(device)
            && time("NewTime")
                .zip(time("OldTime"))
                .is_some_and(|(new, old)| new.saturating_sub(old).saturating_abs() > STEP)
    };
    timeline.events().filter(is_step).count()
}

/// Where most of the bounds meet; `None` where they leave a side open.
fn estimate(bounds: &[Bound], times_set: usize) -> Option<ClockEstimate> {
    let (low, high, agreeing) = meeting(bounds)?;
    let offset = low + (high - low) / 2;
    let uncertainty = (high - low) / 2;
    let answers = match bounds.len() {
        1 => "1 answer of a server".to_owned(),
        all => format!("{agreeing} of {all} answers of servers"),
    };
    // One answer may come from a cache or from a server whose own clock is off.
    let agree = agreeing >= 2 && agreeing * 2 > bounds.len();
    let basis = match (agree, times_set) {
        (false, _) => format!("{answers}, too few to correct anything"),
        (true, 0) => answers,
        (true, times) => {
            format!("{answers}; the clock was set {times} times, so nothing is corrected")
        }
    };
    Some(ClockEstimate {
        offset,
        uncertainty,
        corrects: agree && times_set == 0 && offset.abs() > uncertainty,
        basis,
    })
}

/// The part of the axis that most bounds have in common, and how many; the lowest of equals.
fn meeting(bounds: &[Bound]) -> Option<(i64, i64, usize)> {
    // Beginnings before ends at the same place: bounds that only touch do meet.
    let mut edges: Vec<(i64, bool)> = bounds
        .iter()
        .filter(|bound| bound.low <= bound.high)
        .flat_map(|bound| [(bound.low, false), (bound.high, true)])
        .collect();
    edges.sort_unstable();
    let (mut open, mut best, mut from) = (0_usize, 0, None);
    let mut found = None;
    for (place, ends) in edges {
        if ends {
            if let Some(from) = from.take().filter(|_| open == best) {
                found = Some((from, place, best));
            }
            open -= 1;
        } else {
            open += 1;
            if open > best {
                (best, from) = (open, Some(place));
            }
        }
    }
    found.filter(|(_, high, _)| *high != i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(number: f64) -> i64 {
        Ticks(0).plus_seconds(number).0
    }

    /// Bounds in seconds give this offset and uncertainty in seconds, and whether it corrects.
    fn check(bounds: &[(f64, f64)], set: usize, expected: Option<(f64, f64, bool)>) {
        let bounds: Vec<Bound> = bounds
            .iter()
            .map(|(low, high)| Bound {
                low: seconds(*low),
                high: seconds(*high),
            })
            .collect();
        let found = estimate(&bounds, set).map(|found| {
            let of = |ticks: i64| Ticks(ticks).seconds_since(Ticks(0));
            (of(found.offset), of(found.uncertainty), found.corrects)
        });
        assert_eq!(found, expected, "{bounds:?}");
    }

    #[test]
    fn the_offset_lies_where_most_bounds_meet() {
        check(&[], 0, None);
        check(&[(1.0, 3.0)], 0, Some((2.0, 1.0, false)));
        check(&[(-1.0, 2.0)], 0, Some((0.5, 1.5, false)));
        check(&[(1.0, 3.0), (2.0, 4.0)], 0, Some((2.5, 0.5, true)));
        // One that is far from the others does not count.
        check(
            &[(1.0, 3.0), (2.0, 4.0), (90.0, 91.0)],
            0,
            Some((2.5, 0.5, true)),
        );
        // Nobody agrees with anybody.
        check(&[(1.0, 2.0), (5.0, 6.0)], 0, Some((1.5, 0.5, false)));
        check(&[(1.0, 3.0), (2.0, 4.0)], 2, Some((2.5, 0.5, false)));
        // Open to one side.
        check(&[(1.0, f64::INFINITY)], 0, None);
        check(
            &[(1.0, f64::INFINITY), (0.0, 3.0)],
            0,
            Some((2.0, 1.0, true)),
        );
        // A bound that contradicts itself says nothing.
        check(&[(3.0, 1.0)], 0, None);
    }

    #[test]
    fn times_of_servers() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(parse(text), expected.and_then(Ticks::parse), "{text}");
        };
        let time = Some("2026-03-09T10:30:15Z");
        check("03-09-2026 10:30:15Z", time);
        check("2026-03-09T10:30:15Z", time);
        check("2026-03-09T12:30:15+02:00", time);
        check("Mon, 09 Mar 2026 10:30:15 GMT", time);
        check("yesterday", None);
    }
}
