//! Events as CSV (RFC 4180): one row an event, the payload as JSON in the last column.

use std::io::{self, Write};

use super::Steps;
use crate::model::Ticks;
use crate::timeline::EventRef;

const COLUMNS: &[&str] = &[
    "time", "event", "lane", "level", "outcome", "provider", "code", "stage", "attempt", "message",
    "channel", "host", "user", "pid", "tid", "activity", "path", "locator", "fields",
];

/// Writes a header and one row an event; the time of an undated event is empty.
pub(super) fn write(
    events: &mut dyn Iterator<Item = EventRef<'_>>,
    steps: &Steps,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{}\r", COLUMNS.join(","))?;
    for event in events {
        let fields: serde_json::Map<String, serde_json::Value> = event
            .fields()
            .map(|(name, value)| Ok((name.to_owned(), serde_json::to_value(value)?)))
            .collect::<serde_json::Result<_>>()?;
        let number =
            |number: Option<u32>| number.map_or_else(String::new, |number| number.to_string());
        let row = [
            event.ticks().map_or_else(String::new, Ticks::rfc3339),
            event.id().to_string(),
            event.lane().to_string(),
            event.level().word().to_owned(),
            event.outcome().to_string(),
            event.provider().to_owned(),
            event.code().to_string(),
            event.stage().to_string(),
            steps.attempt(event.id()).unwrap_or_default().to_owned(),
            event.message().into_owned(),
            event.channel().to_owned(),
            event.computer().to_owned(),
            event.user().to_owned(),
            number(event.pid()),
            number(event.tid()),
            event
                .activity()
                .map_or_else(String::new, |guid| guid.to_string()),
            event.path().to_owned(),
            event.locator().to_string(),
            serde_json::to_string(&fields)?,
        ];
        let cells: Vec<String> = row.iter().map(|cell| escaped(cell)).collect();
        writeln!(out, "{}\r", cells.join(","))?;
    }
    Ok(())
}

/// A cell: quoted where needed, and never one that a spreadsheet would run as a formula.
fn escaped(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if risky {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        assert_eq!(escaped("a"), "a");
        assert_eq!(escaped("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(escaped("=cmd()"), "'=cmd()");
        assert_eq!(escaped("line\nline"), "\"line\nline\"");
    }
}
