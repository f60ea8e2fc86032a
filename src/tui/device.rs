//! Facts about the device: what each capture says, and whether captures say different things.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::about;
use super::app::App;
use super::page::{Page, Tone};
use crate::model::{EventId, Fact, Report, Ticks};
use crate::timeline::Timeline;

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
    history: Vec<Said>,
    /// The event that states it, where an event does.
    pub(super) event: Option<EventId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    value: String,
    time: Option<Ticks>,
    source: String,
}

/// What kind of value a fact has. Whether a yes is good depends on what was to be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Captures say different things.
    Differs,
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
    let mut said: FxHashMap<&str, Vec<&Fact>> = FxHashMap::default();
    for fact in timeline.facts() {
        said.entry(&fact.name).or_default().push(fact);
    }
    let facts: BTreeMap<bool, Vec<_>> =
        report.device.iter().fold(BTreeMap::new(), |mut all, fact| {
            let has_section = fact.0.contains('.');
            all.entry(has_section).or_insert_with(Vec::new).push(fact);
            all
        });
    let row = |(name, fact): (&String, &crate::model::DeviceFact)| {
        let history: Vec<Said> = said
            .get(name.as_str())
            .into_iter()
            .flatten()
            .map(|fact| Said {
                value: fact.value.clone(),
                time: fact.stamp.map(|stamp| stamp.ticks),
                source: fact.source.clone(),
            })
            .collect();
        let (section, short) = name.split_once('.').unwrap_or(("", name));
        let differs = history.iter().any(|said| said.value != fact.value);
        DeviceRow {
            section: section.to_owned(),
            name: short.to_owned(),
            value: fact.value.clone(),
            state: if differs {
                State::Differs
            } else {
                state(&fact.value)
            },
            event: event_of(&fact.source),
            source: fact.source.clone(),
            history,
        }
    };
    facts.into_values().flatten().map(row).collect()
}

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
    if row.history.len() > 1 {
        page.heading(&format!("What {} captures say", row.history.len()));
        for said in &row.history {
            let time = said.time.map_or_else(
                || "undated".to_owned(),
                |time| format!("{} {}", app.zone.date_and_time(time), app.zone.name()),
            );
            page.pair(&said.value, &format!("{time}, {}", said.source));
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
