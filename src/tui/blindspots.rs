//! What could not be seen: all of one blind spot.

use super::app::App;
use super::page::{Page, Tone};

/// Everything about a blind spot.
pub(super) fn about(app: &App, row: usize, page: &mut Page) {
    let Some(spot) = app.report.blindspots.get(row) else {
        return;
    };
    let sign = app.theme.blindspot(spot.kind);
    page.text(&sign.text(), Tone::Heading);
    page.text(&spot.detail, Tone::Plain);
    page.text(&spot.artifact, Tone::Plain);
    if let Some(offset) = spot.offset {
        let text = format!("at byte 0x{offset:x} of the artifact");
        page.text(&text, Tone::Plain);
    }
    if spot.from.is_some() || spot.to.is_some() {
        let time = |ticks: Option<_>| {
            ticks.map_or_else(|| "?".to_owned(), |ticks| app.zone.date_and_time(ticks))
        };
        let (from, to, zone) = (time(spot.from), time(spot.to), app.zone.name());
        let text = format!("may hide {from} to {to} {zone}");
        page.text(&text, Tone::Plain);
    }
}
