//! Facts about the device: those that captures state, and those that events do by the lines of
//! `rules/device.yaml`.
//!
//! A capture is a photograph of its own time. The newest one counts; where an earlier one of the same
//! device says otherwise, or one of another device states what only one device can have, that is a fact
//! of its own.

use std::collections::BTreeMap;

use super::flow::{FactLine, Rules};
use crate::model::{DeviceFact, Fact};
use crate::timeline::{EventRef, Matchers, Timeline};

/// The facts, by name. A later event that states the same fact wins: the device has changed. What a
/// capture states goes before.
pub(super) fn facts(timeline: &Timeline, rules: &Rules) -> BTreeMap<String, DeviceFact> {
    let rules = &rules.device;
    let mut matchers = Matchers::new(timeline, rules.events.iter().map(|line| &line.when));
    let mut facts = BTreeMap::new();
    let mut missing: Vec<Option<&FactLine>> = rules.events.iter().map(Some).collect();
    let mut left = missing.len();
    // From the end, so that each line stops at the first event that fits.
    let dated = |event: &EventRef<'_>| event.ticks().is_some();
    for event in matchers.events().filter(dated).rev() {
        for query in matchers.candidates(event) {
            let Some(slot) = missing.get_mut(query.place()) else {
                continue;
            };
            if let Some(line) = *slot
                && query.matches(event)
                && let Some(value) = event.filled(&line.value)
            {
                let source = format!("{} {} ({})", event.path(), event.locator(), event.id());
                facts.insert(line.name.clone(), DeviceFact { value, source });
                *slot = None;
                left -= 1;
            }
        }
        if left == 0 {
            break;
        }
    }
    let captured = in_order(timeline.facts());
    let hosts = hosts(&captured);
    for fact in current(&captured, &hosts) {
        let (value, source) = (fact.value.clone(), fact.source.clone());
        facts.insert(fact.name.clone(), DeviceFact { value, source });
    }
    for name in &rules.changes {
        let change = changed(name, &captured, &hosts);
        facts.extend(change.map(|fact| (format!("changed.{name}"), fact)));
    }
    // Events know a device by all of its names; what they do not know, its name alone tells apart.
    let identity = |host: &str| match timeline.device_named(host) {
        Some(device) => (Some(device), String::new()),
        None => (None, short(host)),
    };
    for name in &rules.own {
        let shared = shared(name, &captured, &hosts, identity);
        facts.extend(shared.map(|fact| (format!("shared.{name}"), fact)));
    }
    facts
}

/// What captures state, the oldest first; those that do not say when they were made go before all.
fn in_order(facts: &[Fact]) -> Vec<&Fact> {
    let mut captured: Vec<&Fact> = facts.iter().collect();
    captured.sort_by_key(|fact| fact.stamp.map(|stamp| stamp.ticks));
    captured
}

/// The fact that names the device of a capture.
const HOST: &str = "device_state.Device Name";

/// The device of each capture that names it.
fn hosts<'f>(captured: &[&'f Fact]) -> BTreeMap<u32, &'f str> {
    let names = captured.iter().filter(|fact| fact.name == HOST);
    names
        .map(|fact| (fact.capture, fact.value.as_str()))
        .collect()
}

/// What still counts: a dated capture takes the place of all that its device had before, as what it
/// no longer states (the id of a device that has left) is no longer so.
fn current<'f>(captured: &[&'f Fact], hosts: &BTreeMap<u32, &str>) -> Vec<&'f Fact> {
    let dated = captured.iter().filter(|fact| fact.stamp.is_some());
    let newest: BTreeMap<&str, u32> = dated
        .filter_map(|fact| Some((*hosts.get(&fact.capture)?, fact.capture)))
        .collect();
    let counts = |fact: &&&Fact| {
        let host = hosts.get(&fact.capture).filter(|_| fact.stamp.is_some());
        host.is_none_or(|host| newest.get(host) == Some(&fact.capture))
    };
    captured.iter().filter(counts).copied().collect()
}

/// What a fact was in dated captures of the device that the last of them is of, value after value;
/// `None` where it stayed the same.
fn changed(name: &str, captured: &[&Fact], hosts: &BTreeMap<u32, &str>) -> Option<DeviceFact> {
    let stated = captured.iter().filter(|fact| fact.name == name);
    let dated: Vec<&&Fact> = stated.filter(|fact| fact.stamp.is_some()).collect();
    let host = hosts.get(&dated.last()?.capture)?;
    let of_host = dated
        .into_iter()
        .filter(|fact| hosts.get(&fact.capture) == Some(host));
    let mut steps: Vec<&Fact> = of_host.copied().collect();
    steps.dedup_by(|later, earlier| later.value == earlier.value);
    (steps.len() > 1).then(|| DeviceFact {
        value: joined(&steps, |fact| &fact.value, " → "),
        source: joined(&steps, |fact| &fact.source, "; "),
    })
}

/// The values of a fact that captures of several devices state, each with the names of these devices;
/// `None` where there are none. What a device stated at any time counts, as a copy can have left since.
/// `identity` gives what is equal for all names of one device.
fn shared<I: Ord>(
    name: &str,
    captured: &[&Fact],
    hosts: &BTreeMap<u32, &str>,
    identity: impl Fn(&str) -> I,
) -> Option<DeviceFact> {
    let mut by_value: BTreeMap<String, BTreeMap<I, &Fact>> = BTreeMap::new();
    for fact in captured.iter().filter(|fact| fact.name == name) {
        let host = hosts.get(&fact.capture);
        if let Some(host) = host.filter(|_| !fact.value.trim().is_empty()) {
            let value = fact.value.trim().to_ascii_lowercase();
            let devices = by_value.entry(value).or_default();
            devices.entry(identity(host)).or_insert(fact);
        }
    }
    by_value.retain(|_, devices| devices.len() > 1);
    let told = |(value, devices): (&String, &BTreeMap<I, &Fact>)| {
        let names = devices.values().filter_map(|fact| hosts.get(&fact.capture));
        let mut names: Vec<&str> = names.copied().collect();
        names.sort_unstable();
        format!("{value} on {}", names.join(", "))
    };
    let values: Vec<String> = by_value.iter().map(told).collect();
    let stated = by_value.values().flat_map(BTreeMap::values);
    let mut stated: Vec<&Fact> = stated.copied().collect();
    stated.sort_by_key(|fact| fact.capture);
    (!values.is_empty()).then(|| DeviceFact {
        value: values.join("; "),
        source: joined(&stated, |fact| &fact.source, "; "),
    })
}

/// A computer's name without its domain, in lower case.
fn short(host: &str) -> String {
    host.split('.').next().unwrap_or(host).to_ascii_lowercase()
}

fn joined(facts: &[&Fact], text: fn(&Fact) -> &str, between: &str) -> String {
    let texts: Vec<&str> = facts.iter().map(|fact| text(fact)).collect();
    texts.join(between)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Stamp, Ticks};

    /// Facts of captures as `time device name=value`, each line one capture.
    fn facts(captures: &[&str]) -> Vec<Fact> {
        let mut facts = Vec::new();
        for (capture, line) in (0..).zip(captures) {
            let (time, rest) = line.split_once(' ').expect("a time or -");
            let stamp = Ticks::parse(time).map(Stamp::utc);
            for fact in rest.split(", ") {
                let (name, value) = fact.split_once('=').expect("a fact");
                facts.push(Fact {
                    name: name.to_owned(),
                    value: value.to_owned(),
                    stamp,
                    capture,
                    source: format!("text {capture}"),
                });
            }
        }
        facts
    }

    fn told(facts: &[Fact], name: &str) -> (Vec<String>, Option<String>) {
        let captured = in_order(facts);
        let hosts = hosts(&captured);
        let counting = current(&captured, &hosts);
        let values = counting.iter().filter(|fact| fact.name == name);
        let change = changed(name, &captured, &hosts).map(|fact| fact.value);
        (values.map(|fact| fact.value.clone()).collect(), change)
    }

    #[test]
    fn the_newest_capture_counts_and_what_it_changed_is_told() {
        let check = |captures: &[&str], values: &[&str], change: Option<&str>| {
            let (found, changed) = told(&facts(captures), "device_details.DeviceId");
            assert_eq!(found, values, "{captures:?}");
            assert_eq!(changed.as_deref(), change, "{captures:?}");
        };
        let name = "device_state.Device Name";
        let early = "2026-03-02T08:00:00Z";
        let late = "2026-03-02T09:00:00Z";
        let first = format!("{early} {name}=A, device_details.DeviceId=1");
        let second = format!("{late} {name}=A, device_details.DeviceId=2");
        let same = format!("{late} {name}=A, device_details.DeviceId=1");
        let left = format!("{late} {name}=A, device_state.AzureAdJoined=NO");
        let other = format!("{late} {name}=B, device_details.DeviceId=2");
        check(&[&first], &["1"], None);
        check(&[&first, &second], &["2"], Some("1 → 2"));
        // The order of files says nothing.
        check(&[&second, &first], &["2"], Some("1 → 2"));
        check(&[&first, &same], &["1"], None);
        check(&[&first, &left], &[], None);
        check(&[&first, &other], &["1", "2"], None);
        // A time that is not stated, or a device that is not named, cannot be put in order.
        let undated = format!("- {name}=A, device_details.DeviceId=2");
        check(&[&first, &undated], &["2", "1"], None);
        let unnamed = format!("{late} device_details.DeviceId=2");
        check(&[&first, &unnamed], &["1", "2"], None);
    }

    #[test]
    fn what_only_one_device_can_have_is_told_where_two_state_it() {
        let check = |captures: &[&str], expected: Option<&str>| {
            let facts = facts(captures);
            let captured = in_order(&facts);
            let hosts = hosts(&captured);
            let found = shared("device_details.DeviceId", &captured, &hosts, short);
            assert_eq!(
                found.map(|fact| fact.value).as_deref(),
                expected,
                "{captures:?}"
            );
        };
        let name = "device_state.Device Name";
        let of = |host: &str, id: &str| format!("- {name}={host}, device_details.DeviceId={id}");
        check(&[&of("A", "1"), &of("B", "2")], None);
        check(&[&of("A", "1"), &of("A", "1")], None);
        // Letter case makes neither another device nor another id.
        check(&[&of("A", "c"), &of("a", "C")], None);
        check(&[&of("A", "1"), &of("a.contoso.example", "1")], None);
        check(&[&of("B", "c"), &of("A", "C")], Some("c on A, B"));
        check(&[&of("A", ""), &of("B", "")], None);
        // Which device an unnamed capture is of is not known.
        check(&[&of("A", "1"), "- device_details.DeviceId=1"], None);
        check(
            &[&of("A", "1"), &of("B", "1"), &of("C", "2"), &of("D", "2")],
            Some("1 on A, B; 2 on C, D"),
        );
        // A device that has left since, or joined anew, stated it all the same.
        check(
            &[&of("A", "1"), &of("A", "2"), &of("B", "1")],
            Some("1 on A, B"),
        );
    }
}
