//! Facts about the device: what each capture says, and whether captures say different things.

use std::collections::BTreeMap;

use super::about;
use super::app::App;
use super::page::{Page, Tone};
use crate::model::{EventId, Fact, Report, SourceLine, Ticks};
use crate::timeline::{EventRef, Timeline};

/// A fact as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DeviceRow {
    /// Section of the capture; empty where the name has none.
    pub(super) section: String,
    pub(super) name: String,
    /// What was said last.
    pub(super) value: String,
    pub(super) state: State,
    source: String,
    /// What each capture says, in the order of the evidence.
    pub(super) history: Vec<Said>,
    /// The event that states it, where an event does.
    pub(super) event: Option<EventId>,
}

/// What one capture says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) value: String,
    time: Option<Ticks>,
    /// The device that the capture names.
    host: String,
    source: String,
}

/// What kind of value a fact has. Whether a yes is good depends on what was to be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Captures say different things.
    Differs,
    /// Only a capture states it that a later one of the device took the place of.
    Gone,
    Yes,
    No,
    /// Something was tested, and did not work.
    Failed,
    /// Something was tested, and worked.
    Passed,
    /// Nothing is set.
    Unset,
    /// A value like any other.
    Given,
}

/// The facts, the state of the join first, then by section and name.
pub(super) fn rows(report: &Report, timeline: &Timeline) -> Vec<DeviceRow> {
    let mut stated: Vec<&Fact> = timeline.facts().iter().collect();
    stated.sort_by_key(|fact| fact.stamp.map(|stamp| stamp.ticks));
    let mut said: BTreeMap<&str, Vec<&Fact>> = BTreeMap::new();
    for fact in stated {
        said.entry(&fact.name).or_default().push(fact);
    }
    let names = timeline.facts().iter().filter(|fact| fact.name == HOST);
    let hosts: BTreeMap<u32, &str> = names.map(|fact| (fact.capture, &*fact.value)).collect();
    let captures = captures(report, timeline);
    let event = |source: &str| {
        let mut captures = captures.iter();
        let capture = captures.find(|(path, _)| source.starts_with(path));
        capture.map(|(_, event)| *event).or(event_of(source))
    };
    let history = |facts: &[&Fact]| -> Vec<Said> {
        let said = facts.iter().map(|fact| Said {
            value: fact.value.clone(),
            time: fact.stamp.map(|stamp| stamp.ticks),
            host: hosts
                .get(&fact.capture)
                .copied()
                .unwrap_or_default()
                .to_owned(),
            source: fact.source.clone(),
        });
        said.collect()
    };
    let row = |name: &str, value: &str, source: &str, history: Vec<Said>, state: State| {
        let (section, short) = name.split_once('.').unwrap_or(("", name));
        DeviceRow {
            section: section.to_owned(),
            name: short.to_owned(),
            value: value.to_owned(),
            state,
            event: event(source),
            source: source.to_owned(),
            history,
        }
    };
    let current = report.device.iter().map(|(name, fact)| {
        let history = history(said.get(name.as_str()).map_or(&[], Vec::as_slice));
        let differs = history.iter().any(|said| said.value != fact.value);
        let state = if differs {
            State::Differs
        } else {
            state(&fact.value)
        };
        row(name, &fact.value, &fact.source, history, state)
    });
    // What only a capture states that no longer counts.
    let gone = said
        .iter()
        .filter(|(name, _)| !report.device.contains_key(**name));
    let gone = gone.filter_map(|(name, facts)| {
        let last = facts.last()?;
        let history = history(facts);
        Some(row(name, &last.value, &last.source, history, State::Gone))
    });
    let mut rows: Vec<DeviceRow> = current.chain(gone).collect();
    rows.sort_by(|one, other| {
        let key = |row: &DeviceRow| (!row.section.is_empty(), row.section.clone());
        key(one).cmp(&key(other))
    });
    rows
}

/// Undated events that are looked at for those of captures.
const LOOKED_AT: usize = 10_000;

/// The events of captures, by the paths of these.
fn captures(report: &Report, timeline: &Timeline) -> Vec<(String, EventId)> {
    let captures = report.sources.iter().filter(|it| it.format == CAPTURE);
    let event = |source: &SourceLine| {
        let first = super::sources::first(source, timeline);
        let undated = || {
            let places = (timeline.dated()..timeline.len()).take(LOOKED_AT);
            let ids = places.filter_map(|place| u32::try_from(place).ok().map(EventId));
            let mut events = ids.filter_map(|id| timeline.event(id));
            let own = events.find(|it| it.format() == CAPTURE && it.path() == source.artifact);
            own.map(EventRef::id)
        };
        Some((source.artifact.clone(), first.or_else(undated)?))
    };
    captures.filter_map(event).collect()
}

/// The fact that names the device of a capture.
const HOST: &str = "device_state.Device Name";
/// Format of captures of the device's state.
const CAPTURE: &str = "dsregcmd";

fn state(value: &str) -> State {
    let upper = value.trim().to_ascii_uppercase();
    let first = upper.split_whitespace().next().unwrap_or_default();
    match first {
        "YES" | "TRUE" => State::Yes,
        "NO" | "FALSE" => State::No,
        "" | "NONE" | "-" => State::Unset,
        "NOT" if upper.starts_with("NOT SET") => State::Unset,
        "PASSED" | "PASS" | "SUCCESS" => State::Passed,
        "FAILED" | "FAIL" | "FAIL." | "FAILED." => State::Failed,
        _ if first.starts_with("FAILED") => State::Failed,
        _ => State::Given,
    }
}

/// Facts of events name theirs at the end of their source, in brackets.
fn event_of(source: &str) -> Option<EventId> {
    let (_, id) = source.strip_suffix(')')?.rsplit_once('(')?;
    EventId::parse(id)
}

/// Everything about a fact.
pub(super) fn about(app: &App, row: usize, page: &mut Page) {
    let Some(row) = app.device.get(row) else {
        return;
    };
    page.text(&row.name, Tone::Heading);
    page.pair_if("section", &row.section);
    page.pair("state", &app.theme.device(row.state).text());
    let value = if row.value.is_empty() {
        "(empty)"
    } else {
        &row.value
    };
    page.pair("value", value);
    page.pair("stands in", &row.source);
    page.aside();
    if row.history.len() > 1 || row.state == State::Gone {
        let captures = crate::tui::text::counted(row.history.len(), "capture", "captures");
        page.heading(&format!("History, of {captures}"));
        for said in &row.history {
            let time = said.time.map_or_else(
                || "undated".to_owned(),
                |time| format!("{} {}", app.zone.date_and_time(time), app.zone.name()),
            );
            let value = if said.value.is_empty() {
                "(empty)"
            } else {
                &said.value
            };
            let parts = [&*time, &*said.host, &*said.source];
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            page.pair(value, &parts.join(", "));
        }
    }
    if let Some(event) = row.event {
        about::events(app, "Stated by", &[(event, "states it")], page);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_states() {
        for (value, expected) in [
            ("YES", State::Yes),
            ("NO", State::No),
            ("NOT SET", State::Unset),
            ("NOT TESTED", State::Given),
            ("", State::Unset),
            ("PASSED", State::Passed),
            (
                "FAILED. Device is either disabled or deleted",
                State::Failed,
            ),
            ("10.0.26100.3194", State::Given),
        ] {
            assert_eq!(state(value), expected, "{value}");
        }
    }

    #[test]
    fn facts_of_events_name_them() {
        assert_eq!(
            event_of("a.zip!/b.evtx record 4 @ 0x1 (e12)"),
            Some(EventId(11))
        );
        assert_eq!(event_of("a.zip!/dsregcmd.txt line 4"), None);
    }
}
