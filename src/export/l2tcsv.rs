//! Events in the 17 columns of log2timeline.
//!
//! The columns hold whole seconds, so what is finer stands in `notes`. An event without a time has the
//! date and time that log2timeline's successor writes for one.
//! Source: specified (log2timeline's page on its CSV format), observed for times that are none.

use std::borrow::Cow;
use std::io::{self, Write};

use super::{Story, cell, clean};
use crate::model::{MESSAGE_FIELD, Ticks};
use crate::redact::ShownEvent;

const COLUMNS: &[&str] = &[
    "date",
    "time",
    "timezone",
    "MACB",
    "source",
    "sourcetype",
    "type",
    "user",
    "host",
    "short",
    "desc",
    "version",
    "filename",
    "inode",
    "notes",
    "format",
    "extra",
];

/// Letters of the short description.
const SHORT: usize = 80;

/// Writes a header and one row an event.
pub(super) fn write(
    events: &mut dyn Iterator<Item = ShownEvent<'_>>,
    story: &Story<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    cell::row(out, COLUMNS)?;
    for event in events {
        let (date, time) = date_and_time(event.ticks());
        let title = event.title();
        let short: String = title.chars().take(SHORT).collect();
        let row: [Cow<'_, str>; 17] = [
            date.into(),
            time.into(),
            "UTC".into(),
            // A time at which something was written or changed would stand here as one of the letters.
            "....".into(),
            source(event).into(),
            format!("{} {}", event.provider(), event.kind()).into(),
            "Event Logged".into(),
            or_dash(event.user()),
            or_dash(event.computer()),
            short.into(),
            event.message(),
            "2".into(),
            event.path(),
            "-".into(),
            notes(event, story).into(),
            event.format().into(),
            extra(event).into(),
        ];
        cell::row(out, &row)?;
    }
    Ok(())
}

/// `MM/DD/YYYY` and `HH:MM:SS`.
fn date_and_time(ticks: Option<Ticks>) -> (String, String) {
    let none = || ("00/00/0000".to_owned(), "--:--:--".to_owned());
    let Some(text) = ticks.map(Ticks::rfc3339) else {
        return none();
    };
    let (Some((date, time)), Some(year)) = (text.split_once('T'), text.get(..4)) else {
        return none();
    };
    match (date.get(5..7), date.get(8..10), time.get(..8)) {
        (Some(month), Some(day), Some(time)) if date.len() == 10 => {
            (format!("{month}/{day}/{year}"), time.to_owned())
        }
        _ => none(),
    }
}

/// The short word for where it comes from.
fn source(event: ShownEvent<'_>) -> &'static str {
    match event.format() {
        "evtx" => "EVT",
        "saz" | "har" => "WEBHIST",
        _ => "LOG",
    }
}

fn or_dash(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.is_empty() {
        Cow::Borrowed("-")
    } else {
        text
    }
}

/// The event's id and exact time, and what the analysis makes of it.
fn notes(event: ShownEvent<'_>, story: &Story<'_>) -> String {
    let mut parts = vec![format!("event: {}", event.id())];
    if let Some(ticks) = event.ticks() {
        parts.push(format!("time: {}", ticks.rfc3339()));
    }
    if let Some(recorded) = event.recorded() {
        parts.push(format!("recorded: {}", recorded.rfc3339()));
    }
    parts.push(format!("level: {}", event.level().word()));
    parts.push(format!("outcome: {}", event.outcome()));
    if let Some(attempt) = story.steps.attempt(event.id()) {
        parts.push(format!("attempt: {attempt}"));
    }
    parts.join("; ")
}

/// The payload, and where the event stands.
fn extra(event: ShownEvent<'_>) -> String {
    let mut parts = vec![format!("locator: {}", event.locator())];
    let fields = event.fields().filter(|(name, _)| name != MESSAGE_FIELD);
    parts.extend(fields.map(|(name, value)| format!("{}: {}", clean(&name), clean(&value.text()))));
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_two_cells() {
        let ticks = Ticks::parse("2026-03-02T08:04:05.1234567Z");
        assert_eq!(
            date_and_time(ticks),
            ("03/02/2026".to_owned(), "08:04:05".to_owned())
        );
        assert_eq!(date_and_time(None).0, "00/00/0000");
        assert_eq!(COLUMNS.len(), 17);
    }
}
