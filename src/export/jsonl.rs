//! Events as JSON lines with ECS-shaped dotted keys; decoded payload under `fields`.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::{Steps, Story};
use crate::model::{Decoding, EventId, MESSAGE_FIELD, Outcome, Stage, Ticks};
use crate::redact::{ShownEvent, ShownPlace};

/// Writes one line an event; an undated event has no `@timestamp`.
pub(super) fn write(
    events: &mut dyn Iterator<Item = ShownEvent<'_>>,
    story: &Story<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for event in events {
        write_line(event, &story.steps, out)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Line<'t> {
    #[serde(rename = "event.id")]
    id: EventId,
    #[serde(rename = "@timestamp", skip_serializing_if = "Option::is_none")]
    time: Option<Ticks>,
    #[serde(rename = "joinscope.recorded", skip_serializing_if = "Option::is_none")]
    recorded: Option<Ticks>,
    #[serde(rename = "event.provider")]
    provider: Cow<'t, str>,
    #[serde(rename = "event.code")]
    code: u32,
    #[serde(rename = "event.action", skip_serializing_if = "str::is_empty")]
    name: Cow<'t, str>,
    #[serde(rename = "event.dataset")]
    format: &'static str,
    #[serde(rename = "event.outcome")]
    outcome: Outcome,
    #[serde(rename = "log.level")]
    level: &'static str,
    message: Cow<'t, str>,
    #[serde(rename = "log.file.path")]
    path: Cow<'t, str>,
    #[serde(rename = "joinscope.locator")]
    locator: String,
    #[serde(rename = "joinscope.source")]
    source: String,
    #[serde(rename = "joinscope.also", skip_serializing_if = "Vec::is_empty")]
    also: Vec<Place<'t>>,
    #[serde(rename = "joinscope.decoded")]
    decoded: Decoding,
    #[serde(rename = "joinscope.stage")]
    stage: Stage,
    #[serde(rename = "joinscope.attempt", skip_serializing_if = "Option::is_none")]
    attempt: Option<&'t str>,
    #[serde(rename = "joinscope.lane")]
    lane: &'static str,
    #[serde(rename = "winlog.channel", skip_serializing_if = "str::is_empty")]
    channel: Cow<'t, str>,
    #[serde(rename = "host.name", skip_serializing_if = "str::is_empty")]
    host: Cow<'t, str>,
    #[serde(rename = "trace.id", skip_serializing_if = "Option::is_none")]
    activity: Option<String>,
    #[serde(rename = "joinscope.related", skip_serializing_if = "Option::is_none")]
    related: Option<String>,
    #[serde(rename = "process.pid", skip_serializing_if = "Option::is_none")]
    pid: Option<u32>,
    #[serde(rename = "process.thread.id", skip_serializing_if = "Option::is_none")]
    tid: Option<u32>,
    #[serde(rename = "user.id", skip_serializing_if = "str::is_empty")]
    user: Cow<'t, str>,
    fields: Fields<'t>,
}

/// A further place where the event stands.
#[derive(Serialize)]
struct Place<'t> {
    source: String,
    path: Cow<'t, str>,
    locator: String,
}

impl<'t> Place<'t> {
    fn of(also: ShownPlace<'t>) -> Self {
        Self {
            source: also.source.to_string(),
            path: also.path,
            locator: also.locator.to_string(),
        }
    }
}

/// The payload as a JSON object; a name that comes again gets a number.
struct Fields<'t>(ShownEvent<'t>);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let mut seen: Vec<Cow<'_, str>> = Vec::new();
        for (name, value) in self.0.fields().filter(|(name, _)| name != MESSAGE_FIELD) {
            match seen.iter().filter(|other| **other == name).count() {
                0 => map.serialize_entry(&name, &value)?,
                again => map.serialize_entry(&format!("{name}#{}", again + 1), &value)?,
            }
            seen.push(name);
        }
        map.end()
    }
}

fn write_line(event: ShownEvent<'_>, steps: &Steps, out: &mut dyn Write) -> io::Result<()> {
    let line = Line {
        id: event.id(),
        time: event.ticks(),
        recorded: event.recorded(),
        provider: event.provider(),
        code: event.code(),
        name: event.name(),
        format: event.format(),
        outcome: event.outcome(),
        level: event.level().word(),
        message: event.message(),
        path: event.path(),
        locator: event.locator().to_string(),
        source: event.source().to_string(),
        also: event.also().map(Place::of).collect(),
        decoded: event.decoding(),
        stage: event.stage(),
        attempt: steps.attempt(event.id()),
        lane: event.lane().word(),
        channel: event.channel(),
        host: event.computer(),
        activity: event.activity(),
        related: event.related(),
        pid: event.pid(),
        tid: event.tid(),
        user: event.user(),
        fields: Fields(event),
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")
}
