//! Events for Timesketch, as JSON lines and as CSV.
//!
//! `message`, `datetime` and `timestamp_desc` are what it asks for; `timestamp` is in microseconds since
//! 1970. Texts longer than 32,766 bytes lose their exact search there, so they are cut with a mark.
//! Source: specified (Timesketch's guide to importing from JSON or CSV).

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;

use super::{Story, cell, clean, csv};
use crate::model::{MESSAGE_FIELD, TICKS_PER_SECOND, Ticks};
use crate::redact::ShownEvent;

/// 100 ns from 1601-01-01 to 1970-01-01.
const UNIX_EPOCH: i64 = 116_444_736_000_000_000;
/// Longest text, in bytes.
const LONGEST: usize = 32_000;
/// The meaning of the times: when the event's producer says that it happened.
const MEANING: &str = "Event Logged";
/// The same where the clock was off and the time is corrected.
const CORRECTED: &str = "Event Logged (clock corrected)";

const COLUMNS: &[&str] = &[
    "message",
    "timestamp",
    "datetime",
    "timestamp_desc",
    "data_type",
    "tag",
    "event_id",
    "level",
    "outcome",
    "stage",
    "attempt",
    "lane",
    "provider",
    "code",
    "channel",
    "host",
    "user",
    "pid",
    "tid",
    "activity",
    "path",
    "locator",
    "recorded",
    "fields",
];

/// One row; its keys are the columns.
#[derive(Serialize)]
struct Row<'t> {
    message: Cow<'t, str>,
    timestamp: i64,
    datetime: String,
    timestamp_desc: &'static str,
    data_type: String,
    tag: Vec<&'static str>,
    event_id: String,
    level: &'static str,
    outcome: &'static str,
    stage: &'static str,
    attempt: &'t str,
    lane: &'static str,
    provider: Cow<'t, str>,
    code: u32,
    channel: Cow<'t, str>,
    host: Cow<'t, str>,
    user: Cow<'t, str>,
    pid: Option<u32>,
    tid: Option<u32>,
    activity: Option<String>,
    path: Cow<'t, str>,
    locator: String,
    recorded: Cow<'static, str>,
    fields: String,
}

/// Writes one object a line.
pub(super) fn write_jsonl(
    events: &mut dyn Iterator<Item = ShownEvent<'_>>,
    story: &Story<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for event in events {
        if let Some(row) = row(event, story) {
            serde_json::to_writer(&mut *out, &row)?;
            out.write_all(b"\n")?;
        }
    }
    Ok(())
}

/// Writes a header and one row an event.
pub(super) fn write_csv(
    events: &mut dyn Iterator<Item = ShownEvent<'_>>,
    story: &Story<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    cell::row(out, COLUMNS)?;
    for row in events.filter_map(|event| row(event, story)) {
        let cells: [Cow<'_, str>; 24] = [
            row.message,
            row.timestamp.to_string().into(),
            row.datetime.into(),
            row.timestamp_desc.into(),
            row.data_type.into(),
            row.tag.join(" ").into(),
            row.event_id.into(),
            row.level.into(),
            row.outcome.into(),
            row.stage.into(),
            row.attempt.into(),
            row.lane.into(),
            row.provider,
            row.code.to_string().into(),
            row.channel,
            row.host,
            row.user,
            csv::number(row.pid),
            csv::number(row.tid),
            row.activity.unwrap_or_default().into(),
            row.path,
            row.locator.into(),
            row.recorded,
            row.fields.into(),
        ];
        cell::row(out, &cells)?;
    }
    Ok(())
}

fn row<'t>(event: ShownEvent<'t>, story: &'t Story<'_>) -> Option<Row<'t>> {
    let ticks = event.ticks()?;
    let attempt = story.steps.attempt(event.id()).unwrap_or_default();
    Some(Row {
        message: Cow::Owned(cut(clean(&event.message()))),
        timestamp: microseconds(ticks),
        datetime: datetime(ticks),
        timestamp_desc: if event.recorded().is_some() {
            CORRECTED
        } else {
            MEANING
        },
        data_type: format!("joinscope:{}", event.format()),
        tag: tags(event, attempt),
        event_id: event.id().to_string(),
        level: event.level().word(),
        outcome: event.outcome().word(),
        stage: event.stage().word(),
        attempt,
        lane: event.lane().word(),
        provider: event.provider(),
        code: event.code(),
        channel: event.channel(),
        host: event.computer(),
        user: event.user(),
        pid: event.pid(),
        tid: event.tid(),
        activity: event.activity(),
        path: event.path(),
        locator: event.locator().to_string(),
        recorded: csv::time(event.recorded()),
        fields: cut(fields(event)),
    })
}

/// Words to filter by: failures, and steps of attempts.
fn tags(event: ShownEvent<'_>, attempt: &str) -> Vec<&'static str> {
    let mut tags = Vec::new();
    if event.outcome() == crate::model::Outcome::Failure {
        tags.push("failure");
    }
    if !attempt.is_empty() {
        tags.push("step");
    }
    tags
}

/// Names and values in one text, which is what is searched there.
fn fields(event: ShownEvent<'_>) -> String {
    let pairs = event.fields().filter(|(name, _)| name != MESSAGE_FIELD);
    let pairs: Vec<String> = pairs
        .map(|(name, value)| format!("{}: {}", clean(&name), clean(&value.text())))
        .collect();
    pairs.join("; ")
}

fn cut(mut text: String) -> String {
    if text.len() > LONGEST {
        let mut end = LONGEST;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push_str(" [cut]");
    }
    text
}

/// Microseconds since 1970.
fn microseconds(ticks: Ticks) -> i64 {
    ticks
        .0
        .saturating_sub(UNIX_EPOCH)
        .div_euclid(TICKS_PER_SECOND / 1_000_000)
}

/// ISO 8601 with microseconds, which is as fine as Python reads, and the offset in figures.
fn datetime(ticks: Ticks) -> String {
    let text = ticks.rfc3339();
    let seconds = text.trim_end_matches('Z');
    let cut = seconds.len().saturating_sub(1);
    format!("{}+00:00", seconds.get(..cut).unwrap_or(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_microseconds() {
        let ticks = Ticks::parse("2026-03-02T08:00:00.1234567Z").expect("a valid time");
        assert_eq!(datetime(ticks), "2026-03-02T08:00:00.123456+00:00");
        assert_eq!(microseconds(ticks), 1_772_438_400_123_456);
    }
}
