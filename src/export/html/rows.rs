//! The rows of the event table as the page's script draws them.
//!
//! Every text goes through [`shown`] here, because the script writes what it is given.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::events::Selection;
use super::text::{FIELD_CHARS, NAME_CHARS, shown};
use super::tracks::{Tracks, micros_since, tracks};
use crate::catalog::{ErrorRow, code_text};
use crate::model::{Attempt, EventId, Report, Ticks, Zone};
use crate::redact::{ShownEvent, ShownTimeline};

/// Bytes of field names and values in the whole table.
const TABLE_BYTES: usize = 48 << 20;
/// Fields of one event.
const FIELDS: usize = 400;
/// Attempts that the table can be narrowed to.
const ATTEMPTS: usize = 500;

/// What the script draws.
#[derive(Serialize)]
pub(super) struct Table<'a> {
    rows: Vec<Row<'a>>,
    attempts: Vec<Span<'a>>,
    tracks: Tracks<'a>,
}

/// An attempt as the table's filter needs it.
#[derive(Serialize)]
struct Span<'a> {
    id: &'a str,
    kind: &'static str,
    outcome: &'static str,
    start: Option<i64>,
    end: Option<i64>,
}

/// One event.
#[derive(Serialize)]
struct Row<'a> {
    id: String,
    /// Microseconds since the table's first dated event; none for an undated one.
    at: Option<i64>,
    time: String,
    utc: String,
    level: &'static str,
    outcome: &'static str,
    stage: &'static str,
    lane: &'static str,
    attempts: Vec<&'a str>,
    provider: Cow<'a, str>,
    alias: Cow<'a, str>,
    /// The event's own name, or its id.
    kind: Cow<'a, str>,
    code: u32,
    version: u8,
    title: Cow<'a, str>,
    /// The failure's code, and what the catalogue knows it as.
    status: Option<String>,
    means: Vec<String>,
    channel: Cow<'a, str>,
    host: Cow<'a, str>,
    user: Cow<'a, str>,
    artifact: Cow<'a, str>,
    locator: String,
    source: String,
    /// Further places where the same happening stands.
    also: Vec<String>,
    /// The time as recorded, where it was corrected.
    recorded: String,
    decoded: &'static str,
    pid: Option<u32>,
    tid: Option<u32>,
    activity: Option<String>,
    related: Option<String>,
    fields: Vec<(Cow<'a, str>, String)>,
    /// Fields left out for their number or size.
    fields_left_out: usize,
}

/// The rows for a selection, in the order of the timeline.
pub(super) fn rows<'a>(
    report: &'a Report,
    timeline: ShownTimeline<'a>,
    selection: &Selection,
    zone: Zone,
) -> Table<'a> {
    let origin = selection
        .events
        .iter()
        .min()
        .and_then(|event| timeline.event(*event)?.ticks());
    let since = |ticks| micros_since(origin, ticks);
    let mut steps: BTreeMap<EventId, Vec<&str>> = BTreeMap::new();
    for attempt in &report.attempts {
        for step in &attempt.steps {
            steps.entry(step.event).or_default().push(&attempt.id);
        }
    }
    let mut bytes_left = TABLE_BYTES;
    let wanted = selection
        .events
        .iter()
        .filter_map(|event| timeline.event(*event));
    let mut rows: Vec<(EventId, Row<'a>)> = wanted
        .map(|event| {
            let mut row = row(event, timeline, zone, &mut bytes_left);
            row.at = event.ticks().and_then(since);
            row.attempts = steps.get(&event.id()).cloned().unwrap_or_default();
            row.attempts.dedup();
            (event.id(), row)
        })
        .collect();
    rows.sort_unstable_by_key(|(event, _)| *event);
    let span = |attempt: &'a Attempt| Span {
        id: &attempt.id,
        kind: attempt.kind.word(),
        outcome: attempt.outcome,
        start: since(attempt.start),
        end: since(attempt.end),
    };
    Table {
        rows: rows.into_iter().map(|(_, row)| row).collect(),
        attempts: report.attempts.iter().take(ATTEMPTS).map(span).collect(),
        tracks: tracks(report, origin, zone),
    }
}

fn row<'a>(
    event: ShownEvent<'a>,
    timeline: ShownTimeline<'_>,
    zone: Zone,
    bytes_left: &mut usize,
) -> Row<'a> {
    let name = |text: Cow<'a, str>| clipped(text, NAME_CHARS);
    let (fields, fields_left_out) = fields(event, bytes_left);
    Row {
        id: event.id().to_string(),
        at: None,
        time: event
            .ticks()
            .map_or_else(String::new, |ticks| zone.date_and_time(ticks)),
        utc: event.ticks().map_or_else(String::new, Ticks::rfc3339),
        level: event.level().word(),
        outcome: event.outcome().word(),
        stage: event.stage().word(),
        lane: event.lane().word(),
        attempts: Vec::new(),
        provider: name(event.provider()),
        alias: name(event.provider_alias()),
        kind: name(event.kind()),
        code: event.code(),
        version: event.version(),
        title: name(event.title()),
        status: event.failure_code(),
        means: means(event, timeline),
        channel: name(event.channel()),
        host: name(event.computer()),
        user: name(event.user()),
        artifact: name(event.path()),
        locator: event.locator().to_string(),
        source: event.source().to_string(),
        also: event
            .also()
            .map(|also| format!("{}, {}", name(also.path), also.locator))
            .collect(),
        recorded: event.recorded().map_or_else(String::new, Ticks::rfc3339),
        decoded: event.decoding().word(),
        pid: event.pid(),
        tid: event.tid(),
        activity: event.activity(),
        related: event.related(),
        fields,
        fields_left_out,
    }
}

/// A text made safe to show and not too long.
fn clipped(text: Cow<'_, str>, chars: usize) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => shown(text, chars),
        Cow::Owned(text) => Cow::Owned(shown(&text, chars).into_owned()),
    }
}

/// What the catalogue knows the event's failure code as; one sentence for each family that has it.
fn means(event: ShownEvent<'_>, timeline: ShownTimeline<'_>) -> Vec<String> {
    let errors = &timeline.catalog().errors;
    let Some(code) = event.status().filter(|code| *code != 0) else {
        return Vec::new();
    };
    let sentence = |row: &ErrorRow| {
        let name = row.name.unwrap_or(row.code);
        let meaning = row.meaning.unwrap_or("no meaning on record");
        format!(
            "{name} ({}, confidence {}): {meaning}",
            row.family,
            row.confidence.word()
        )
    };
    let known: Vec<String> = errors.of_code(code).map(sentence).collect();
    match (known.is_empty(), errors.facility(code)) {
        (true, Some((_, title))) => vec![format!("{}: {title}", code_text(code))],
        _ => known,
    }
}

/// The event's fields while there is room for them, and how many were left out.
fn fields<'a>(
    event: ShownEvent<'a>,
    bytes_left: &mut usize,
) -> (Vec<(Cow<'a, str>, String)>, usize) {
    let mut kept = Vec::new();
    let mut left_out = 0;
    for (name, value) in event.fields() {
        // What a value takes is known only once it is text, and clipping bounds that.
        let name = clipped(name, NAME_CHARS);
        let value = shown(&value.text(), FIELD_CHARS).into_owned();
        match bytes_left.checked_sub(name.len() + value.len()) {
            Some(left) if kept.len() < FIELDS => {
                *bytes_left = left;
                kept.push((name, value));
            }
            _ => left_out += 1,
        }
    }
    (kept, left_out)
}
