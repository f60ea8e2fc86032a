//! Facts about the device: those that captures state, and those that events do by the lines of
//! `rules/device.yaml`.

use std::collections::BTreeMap;

use super::flow::{FactLine, Rules};
use crate::model::DeviceFact;
use crate::timeline::{Matchers, Timeline};

/// The facts, by name. A later event that states the same fact wins: the device has changed. What a
/// capture states goes before.
pub(super) fn facts(timeline: &Timeline, rules: &Rules) -> BTreeMap<String, DeviceFact> {
    let mut matchers = Matchers::new(timeline, rules.facts.iter().map(|line| &line.when));
    let mut facts = BTreeMap::new();
    let mut missing: Vec<Option<&FactLine>> = rules.facts.iter().map(Some).collect();
    let mut left = missing.len();
    // From the end, so that each line stops at the first event that fits.
    for event in timeline.events().take(timeline.dated()).rev() {
        for query in &*matchers.candidates(event) {
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
    for fact in timeline.facts() {
        facts.insert(
            fact.name.clone(),
            DeviceFact {
                value: fact.value.clone(),
                source: fact.source.clone(),
            },
        );
    }
    facts
}
