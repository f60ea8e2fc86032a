//! Events as CSV (RFC 4180): one row an event, the payload as JSON in the last column.

use std::borrow::Cow;
use std::io::{self, Write};

use super::{Story, cell};
use crate::model::Ticks;
use crate::redact::ShownEvent;

const COLUMNS: &[&str] = &[
    "time", "event", "lane", "level", "outcome", "provider", "code", "stage", "attempt", "message",
    "channel", "host", "user", "pid", "tid", "activity", "path", "locator", "recorded", "fields",
];

/// Writes a header and one row an event; the time of an undated event is empty, and so is the time as
/// recorded where it is the time.
pub(super) fn write(
    events: &mut dyn Iterator<Item = ShownEvent<'_>>,
    story: &Story<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    cell::row(out, COLUMNS)?;
    for event in events {
        let row: [Cow<'_, str>; 20] = [
            time(event.ticks()),
            event.id().to_string().into(),
            event.lane().word().into(),
            event.level().word().into(),
            event.outcome().word().into(),
            event.provider(),
            event.code().to_string().into(),
            event.stage().word().into(),
            story.steps.attempt(event.id()).unwrap_or_default().into(),
            event.message(),
            event.channel(),
            event.computer(),
            event.user(),
            number(event.pid()),
            number(event.tid()),
            event.activity().unwrap_or_default().into(),
            event.path(),
            event.locator().to_string().into(),
            time(event.recorded()),
            fields(event)?.into(),
        ];
        cell::row(out, &row)?;
    }
    Ok(())
}

/// A time as RFC 3339; empty where there is none.
pub(super) fn time(ticks: Option<Ticks>) -> Cow<'static, str> {
    ticks.map_or(Cow::Borrowed(""), |ticks| Cow::Owned(ticks.rfc3339()))
}

/// A number; empty where there is none.
pub(super) fn number(number: Option<u32>) -> Cow<'static, str> {
    number.map_or(Cow::Borrowed(""), |number| Cow::Owned(number.to_string()))
}

/// The payload as a JSON object.
pub(super) fn fields(event: ShownEvent<'_>) -> io::Result<String> {
    let fields: serde_json::Map<String, serde_json::Value> = event
        .fields()
        .map(|(name, value)| Ok((name.into_owned(), serde_json::to_value(value)?)))
        .collect::<serde_json::Result<_>>()?;
    Ok(serde_json::to_string(&fields)?)
}
