//! What servers say of a clock: when they made their answers, and when they issued tokens.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDateTime};

use super::finish::quoted;
use super::meeting::Bound;
use super::rules::{AnswerRule, ClockRules};
use super::{Clock, Owners, dated};
use crate::model::{TICKS_PER_SECOND, Ticks};
use crate::timeline::{EventRef, Matchers, Timeline};

/// Times are stated to the second, so an answer was made within this after the time that it states.
const STATED: i64 = TICKS_PER_SECOND;

/// What servers say of one clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Evidence {
    /// One for each answer.
    pub(super) bounds: Vec<Bound>,
    /// The least that is to be added, as a token cannot be seen before it is issued. How long before
    /// it says that it was, it was issued, nobody knows: the sign-in service is known to write down
    /// five minutes less than it is.
    pub(super) least: Option<i64>,
}

/// What servers say of one clock, by its times as carried over its settings and as recorded.
#[derive(Clone, Debug, Default)]
pub(super) struct Sides {
    pub(super) carried: Evidence,
    pub(super) recorded: Evidence,
}

/// The two times of an event.
#[derive(Clone, Copy)]
struct Times {
    carried: Ticks,
    recorded: Ticks,
}

impl Times {
    fn of(event: EventRef<'_>) -> Option<Self> {
        let carried = event.ticks()?;
        Some(Self {
            carried,
            recorded: event.recorded().unwrap_or(carried),
        })
    }

    fn later(self, seconds: f64) -> Self {
        Self {
            carried: self.carried.plus_seconds(seconds),
            recorded: self.recorded.plus_seconds(seconds),
        }
    }
}

/// What servers say of each clock.
pub(super) fn evidence(
    timeline: &Timeline,
    owners: &Owners,
    rules: &ClockRules,
) -> BTreeMap<Clock, Sides> {
    let mut found = BTreeMap::new();
    answers(timeline, owners, &rules.answers, &mut found);
    tokens(timeline, owners, rules, &mut found);
    found
}

/// Adds the bounds that answers give.
fn answers(
    timeline: &Timeline,
    owners: &Owners,
    rules: &[AnswerRule],
    found: &mut BTreeMap<Clock, Sides>,
) {
    let queries: Vec<_> = rules
        .iter()
        .enumerate()
        .flat_map(|(place, rule)| {
            let request = rule.request.iter().map(move |query| (place, false, query));
            request.chain([(place, true, &rule.answer)])
        })
        .collect();
    let mut matchers = Matchers::new(timeline, queries.iter().map(|(_, _, query)| *query));
    let mut sent: BTreeMap<(usize, Clock), Times> = BTreeMap::new();
    let mut told: BTreeSet<(Clock, Ticks)> = BTreeSet::new();
    for event in dated(&mut matchers) {
        let Some(here) = Times::of(event) else {
            continue;
        };
        let clock = owners.of(event.source());
        let mut is_counted = false;
        for query in matchers.candidates(event) {
            let Some((index, is_answer, _)) = queries.get(query.place()).copied() else {
                continue;
            };
            if (is_answer && is_counted) || !query.matches(event) {
                continue;
            }
            if !is_answer {
                sent.insert((index, clock), here);
                continue;
            }
            let Some((rule, stated)) = rules
                .get(index)
                .and_then(|rule| Some((rule, stated(event, &rule.time)?)))
            else {
                continue;
            };
            is_counted = true;
            // A client and its trace each tell of one answer; exchanges stand once in a recording.
            if rule.span_ms.is_none() && !told.insert((clock, stated)) {
                continue;
            }
            let sent = sent.get(&(index, clock)).copied();
            let (request, answered) = ends(event, rule, here, sent);
            let sides = found.entry(clock).or_default();
            let bound = |time: fn(Times) -> Ticks| Bound {
                low: stated.0.saturating_sub(time(answered).0),
                high: request.map_or(i64::MAX, |sent| {
                    stated.0.saturating_add(STATED).saturating_sub(time(sent).0)
                }),
            };
            sides.carried.bounds.push(bound(|times| times.carried));
            sides.recorded.bounds.push(bound(|times| times.recorded));
        }
    }
}

/// When the request was sent, if that is known, and when the answer had come.
fn ends(
    event: EventRef<'_>,
    rule: &AnswerRule,
    here: Times,
    sent: Option<Times>,
) -> (Option<Times>, Times) {
    if let Some(seconds) = span(event, rule.span_ms.as_deref()) {
        // The event stands at its request and says how long the answer took.
        return (Some(here), here.later(seconds));
    }
    let near = |sent: &Times| here.carried.seconds_since(sent.carried) <= rule.within_seconds;
    (sent.filter(near), here)
}

/// Seconds from the request to the answer, where one event tells of both.
pub(super) fn span(event: EventRef<'_>, field: Option<&str>) -> Option<f64> {
    let milliseconds = event.field(field?)?.number()?;
    (milliseconds >= 0.0).then_some(milliseconds / 1000.0)
}

/// Adds what the issue of tokens says.
fn tokens(
    timeline: &Timeline,
    owners: &Owners,
    rules: &ClockRules,
    found: &mut BTreeMap<Clock, Sides>,
) {
    let exchanges = rules.exchanges.iter().map(|rule| &rule.when);
    let mut exchanges = Matchers::new(timeline, exchanges);
    for (id, token) in timeline.tokens() {
        let (Some(issued), Some(event)) = (token.issued_at, timeline.event(*id)) else {
            continue;
        };
        let Some(here) = Times::of(event) else {
            continue;
        };
        // The token may stand in the answer, at the far end of the exchange.
        let rule = exchanges.first(event);
        let rule = rule.and_then(|place| rules.exchanges.get(place));
        let seconds = rule.and_then(|rule| span(event, Some(&rule.span_ms)));
        let seen = here.later(seconds.unwrap_or(0.0));
        let sides = found.entry(owners.of(event.source())).or_default();
        for (side, seen) in [
            (&mut sides.carried, seen.carried),
            (&mut sides.recorded, seen.recorded),
        ] {
            let least = issued.0.saturating_sub(seen.0);
            side.least = Some(side.least.map_or(least, |known| known.max(least)));
        }
    }
}

/// The time that an answer states.
fn stated(event: EventRef<'_>, path: &str) -> Option<Ticks> {
    parse(quoted(event, path)?.trim())
}

/// A server's time to the second: RFC 3339 with `T` or a blank, the form of HTTP's `Date`, or month,
/// day and year as the registration service writes them (*observed*).
pub(super) fn parse(text: &str) -> Option<Ticks> {
    let unix = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_rfc2822(text))
        .map(|time| time.timestamp())
        .or_else(|_| {
            ["%m-%d-%Y %H:%M:%SZ", "%Y-%m-%d %H:%M:%SZ"]
                .iter()
                .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
                .map(|time| time.and_utc().timestamp())
                .ok_or(())
        })
        .ok()?;
    Ticks::from_unix(unix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_servers() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(parse(text), expected.and_then(Ticks::parse), "{text}");
        };
        let time = Some("2026-03-09T10:30:15Z");
        check("03-09-2026 10:30:15Z", time);
        check("2026-03-09T10:30:15Z", time);
        check("2026-03-09 10:30:15Z", time);
        check("2026-03-09T10:30:15.9Z", time);
        check("2026-03-09T12:30:15+02:00", time);
        check("Mon, 09 Mar 2026 10:30:15 GMT", time);
        check("yesterday", None);
        check("2026-03-09", None);
    }
}
