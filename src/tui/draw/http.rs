//! Requests and their answers: when each was made, how long it took, how it ended.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::bar::Bar;
use super::browse::{self, Look, ROOMY};
use super::columns::{Align, Cell, Column, cell, column};
use crate::export::{duration, grouped};
use crate::model::{Outcome, Ticks, Value};
use crate::timeline::EventRef;
use crate::tui::app::App;
use crate::tui::density::Stretch;
use crate::tui::http::{seconds, status};
use crate::tui::layout;

/// Columns of the waterfall.
const WATERFALL: usize = 40;

/// ```text
/// ─> HTTP 8 ───────────────────────────────────────────────────────────────
///   UTC              took status  method address
/// > 10:30:14.090    1.5 s × 400   POST   enterpriseregistration.windows.net/…
/// ── Request ───────────────────────────┬── Answer ────────────────────────
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, body: Rect) {
    let is_roomy = body.width >= ROOMY;
    let stretch = in_sight(app, body);
    let look = Look {
        title: heading(app),
        empty: if app.exchanges.is_empty() {
            "  the evidence holds no recording of HTTP (SAZ or HAR)"
        } else {
            "  the filter hides every exchange; < undoes it"
        },
        columns: columns(app, is_roomy, stretch),
        panes: ["Request", "Answer, and what it says"],
    };
    browse::draw(app, frame, body, &look, |row| {
        let id = app.http.get(row);
        let event = id.and_then(|id| app.timeline.event(*id));
        event.map_or_else(Vec::new, |event| cells(app, event, is_roomy, stretch))
    });
}

fn heading(app: &App) -> String {
    let mut text = format!("HTTP {}", app.http.len());
    if let Some(filter) = &app.events.filter {
        let hidden = app.exchanges.len().saturating_sub(app.http.len());
        text.extend([", ", &grouped(hidden), " hidden by ", filter]);
    }
    let selected = app.http.get(app.lists.http.selected);
    let ticks = selected.and_then(|id| app.timeline.event(*id)?.ticks());
    if let Some(ticks) = ticks {
        let day = app.zone.date_and_time(ticks);
        text.extend(["  ", day.split(' ').next().unwrap_or_default()]);
    }
    text
}

/// The stretch of time that the exchanges in sight took.
fn in_sight(app: &App, body: Rect) -> Option<Stretch> {
    let rows = layout::list_rows(layout::listing(app, body)?.list);
    let ids = app.http.iter().skip(app.lists.http.top).take(rows);
    let mut stretch: Option<Stretch> = None;
    for event in ids.filter_map(|id| app.timeline.event(*id)) {
        let Some((from, to)) = ends(event) else {
            continue;
        };
        let known = stretch.unwrap_or(Stretch { from, to });
        stretch = Some(Stretch {
            from: known.from.min(from),
            to: known.to.max(to),
        });
    }
    stretch
}

fn ends(event: EventRef<'_>) -> Option<(Ticks, Ticks)> {
    let from = event.ticks()?;
    Some((from, from.plus_seconds(seconds(event).unwrap_or(0.0))))
}

fn columns(app: &App, is_roomy: bool, stretch: Option<Stretch>) -> Vec<Column> {
    let mut columns = vec![
        column(app.zone.name(), 12, Align::Left),
        column("took", 8, Align::Right),
        column("status", 7, Align::Left),
        column("method", 7, Align::Left),
    ];
    if is_roomy {
        let ends = stretch.map_or_else(String::new, |stretch| {
            let end = |ticks| app.zone.time_of_day(ticks).get(..8).map(str::to_owned);
            let (from, to) = (end(stretch.from), end(stretch.to));
            let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
            format!("{from}{to:>room$}", room = WATERFALL - 8)
        });
        columns.push(column(ends, WATERFALL, Align::Left));
        columns.push(column("process", 12, Align::Left));
    }
    columns.push(column("address", 0, Align::Left));
    columns
}

fn cells<'a>(
    app: &App,
    event: EventRef<'a>,
    is_roomy: bool,
    stretch: Option<Stretch>,
) -> Vec<Cell<'a>> {
    let sign = app.theme.outcome(match event.outcome() {
        Outcome::Unknown => status(event).map_or(Outcome::Failure, by_status),
        outcome => outcome,
    });
    let code = status(event).map_or_else(|| "none".to_owned(), |status| status.to_string());
    let text = |name: &str| match event.field(name) {
        Some(Value::Text(text)) => text,
        _ => "",
    };
    let time = event.ticks().map(|ticks| app.zone.time_of_day(ticks));
    let took = seconds(event).map_or_else(|| "-".to_owned(), duration);
    let mut cells = vec![
        cell(time.unwrap_or_else(|| "undated".to_owned())),
        cell(took),
        Cell(format!("{} {code}", sign.glyph).into(), sign.style),
        cell(text("method")),
    ];
    if is_roomy {
        let bar = stretch.zip(ends(event)).map(|(stretch, (from, to))| {
            let mut bar = Bar::new(stretch, WATERFALL);
            bar.fill(from, to, app.theme.bar().own);
            bar.text()
        });
        cells.push(Cell(bar.unwrap_or_default().into(), sign.style));
        cells.push(cell(text("process")));
    }
    cells.push(cell(format!("{}{}", text("host"), text("path"))));
    cells
}

fn by_status(status: u64) -> Outcome {
    match status {
        200..300 => Outcome::Success,
        100..400 => Outcome::Info,
        _ => Outcome::Failure,
    }
}
