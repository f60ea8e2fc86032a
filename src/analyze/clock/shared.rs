//! What one clock says of another: an exchange of a recording and an event of a device that carry the
//! same id of a request.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::answers::span;
use super::finish::quoted;
use super::meeting::Bound;
use super::rules::{ClockRules, SharedRule, Tells};
use super::{Clock, Owners, dated};
use crate::model::Ticks;
use crate::timeline::{EventRef, Matchers, Timeline};

/// An exchange on its own clock.
#[derive(Clone, Copy)]
struct Exchange {
    clock: Clock,
    begun: Ticks,
    ended: Ticks,
}

/// For each clock that is not among the `vouched` ones, what those say of it by shared ids; `time` is
/// the time of an event on its clock.
pub(super) fn shared(
    timeline: &Timeline,
    owners: &Owners,
    rules: &ClockRules,
    vouched: &BTreeMap<Clock, Bound>,
    time: impl Fn(EventRef<'_>) -> Option<Ticks>,
) -> BTreeMap<Clock, Vec<Bound>> {
    let mut found: BTreeMap<Clock, Vec<Bound>> = BTreeMap::new();
    if vouched.is_empty() {
        return found;
    }
    let exchanges = exchanges(timeline, owners, rules, &time);
    if exchanges.is_empty() {
        return found;
    }
    let queries = rules.shared.iter().map(|rule| &rule.when);
    let mut matchers = Matchers::new(timeline, queries);
    for event in dated(&mut matchers) {
        let fit = matchers.first(event);
        let Some(rule) = fit.and_then(|place| rules.shared.get(place)) else {
            continue;
        };
        let clock = owners.of(event.source());
        let exchange = rule
            .ids
            .iter()
            .filter_map(|path| exchanges.get(&id(event, path)?).copied().flatten())
            .find(|exchange| exchange.clock != clock);
        let Some((exchange, here)) = exchange.zip(time(event)) else {
            continue;
        };
        let apart = apart(exchange, here, rule);
        let (known, other) = (vouched.get(&exchange.clock), vouched.get(&clock));
        let (of, bound) = match (known, other) {
            (Some(known), None) => (clock, plus(*known, apart)),
            (None, Some(known)) => (exchange.clock, plus(*known, negative(apart))),
            _ => continue,
        };
        found.entry(of).or_default().push(bound);
    }
    found
}

/// Exchanges by each of their ids; `None` for an id that several carry.
fn exchanges(
    timeline: &Timeline,
    owners: &Owners,
    rules: &ClockRules,
    time: &impl Fn(EventRef<'_>) -> Option<Ticks>,
) -> FxHashMap<String, Option<Exchange>> {
    let mut by_id: FxHashMap<String, Option<Exchange>> = FxHashMap::default();
    let queries = rules.exchanges.iter().map(|rule| &rule.when);
    let mut matchers = Matchers::new(timeline, queries);
    for event in dated(&mut matchers) {
        let fit = matchers.first(event);
        let Some((rule, begun)) = fit
            .and_then(|place| rules.exchanges.get(place))
            .zip(time(event))
        else {
            continue;
        };
        let mut ids: Vec<String> = rule.ids.iter().filter_map(|path| id(event, path)).collect();
        ids.sort_unstable();
        ids.dedup();
        let exchange = span(event, Some(&rule.span_ms)).map(|seconds| Exchange {
            clock: owners.of(event.source()),
            begun,
            ended: begun.plus_seconds(seconds),
        });
        for id in ids {
            by_id
                .entry(id)
                .and_modify(|known| *known = None)
                .or_insert(exchange);
        }
    }
    by_id
}

/// An id of a request, in one spelling; what is too short to be one of a kind is none.
fn id(event: EventRef<'_>, path: &str) -> Option<String> {
    const SHORTEST: usize = 16;
    let text = quoted(event, path)?;
    let id = text.trim_matches(['{', '}', ' ', '"']).to_ascii_lowercase();
    (id.len() >= SHORTEST && id.contains(|letter| !matches!(letter, '0' | '-'))).then_some(id)
}

/// What is to be added to the event's clock to be on that of the exchange.
fn apart(exchange: Exchange, event: Ticks, rule: &SharedRule) -> Bound {
    let within = Ticks(0).plus_seconds(rule.within_seconds).0;
    match rule.tells {
        Tells::Answer => {
            let low = exchange.ended.0.saturating_sub(event.0);
            Bound {
                low,
                high: low.saturating_add(within),
            }
        }
        Tells::Request => {
            let high = exchange.begun.0.saturating_sub(event.0);
            Bound {
                low: high.saturating_sub(within),
                high,
            }
        }
    }
}

fn plus(one: Bound, other: Bound) -> Bound {
    Bound {
        low: one.low.saturating_add(other.low),
        high: one.high.saturating_add(other.high),
    }
}

fn negative(bound: Bound) -> Bound {
    Bound {
        low: bound.high.saturating_neg(),
        high: bound.low.saturating_neg(),
    }
}
