//! Facts about the device that events state, by the lines of `rules/device.yaml`.

use std::collections::BTreeMap;

use super::flow::Rules;
use crate::model::DeviceFact;
use crate::timeline::{EventRef, Matcher, Timeline};

/// The facts, by name. A later event that states the same fact wins: the device has changed.
pub(super) fn facts(timeline: &Timeline, rules: &Rules) -> BTreeMap<String, DeviceFact> {
    let lines: Vec<(&str, Matcher<'_>, &str)> = rules
        .facts
        .iter()
        .map(|line| {
            (
                line.name.as_str(),
                line.when.on(timeline),
                line.value.as_str(),
            )
        })
        .collect();
    let mut facts = BTreeMap::new();
    let mut missing: Vec<usize> = (0..lines.len()).collect();
    // From the end, so that each line stops at the first event that fits.
    for event in timeline.events().take(timeline.dated()).rev() {
        missing.retain(|line| {
            let (name, query, template) = &lines[*line];
            let value = if query.matches(event) {
                filled(template, event)
            } else {
                None
            };
            match value {
                Some(value) => {
                    let source = format!("{} {} ({})", event.path(), event.locator(), event.id());
                    facts.insert((*name).to_owned(), DeviceFact { value, source });
                    false
                }
                None => true,
            }
        });
        if missing.is_empty() {
            break;
        }
    }
    facts
}

/// The template with `{Field}` replaced; `None` where a field is absent or empty.
fn filled(template: &str, event: EventRef<'_>) -> Option<String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        out.push_str(before);
        match name {
            "host" => out.push_str(event.computer()),
            _ => out.push_str(&event.field(name).filter(|value| !value.is_empty())?.text()),
        }
        rest = after;
    }
    out.push_str(rest);
    (!out.trim().is_empty()).then_some(out)
}
