//! The strip above the timeline.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::model::{Severity, Ticks};
use crate::timeline::EventRef;
use crate::tui::app::App;
use crate::tui::density::Stretch;
use crate::tui::text::delta;
use crate::tui::theme::{DIM, SELECTED};

/// Columns of the times at both ends.
const TIME: usize = 8;
/// From this many seconds on, the ends are days.
const DAYS: f64 = 2.0 * 86_400.0;

/// Columns that the strip has for what lies in it.
pub(in crate::tui) fn columns(area: Rect) -> usize {
    usize::from(area.width).saturating_sub(2 * TIME + 4)
}

/// ```text
///  10:00:00 ░░ ▒      ░ █▓                              ░▓█ 10:30:16
///                       [=== g1 10m10s 1016% ============]×^
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let (Some(stretch), [first, second, ..]) =
        (app.density.stretch, &*area.rows().collect::<Vec<_>>())
    else {
        return;
    };
    let selected = selected(app, stretch, app.density.counts.len());
    counts(app, stretch, selected).render(*first, frame.buffer_mut());
    marks(app, selected).render(*second, frame.buffer_mut());
}

/// The column of the selected event.
fn selected(app: &App, stretch: Stretch, columns: usize) -> Option<usize> {
    let ticks = app.event().and_then(EventRef::ticks)?;
    Some(stretch.column(ticks, columns))
}

fn counts(app: &App, stretch: Stretch, selected: Option<usize>) -> Line<'static> {
    let days = stretch.to.seconds_since(stretch.from) > DAYS;
    let end = |ticks: Ticks| {
        let time = app.zone.date_and_time(ticks);
        let (from, to) = if days { (2, 10) } else { (11, 19) };
        time.get(from..to).unwrap_or_default().to_owned()
    };
    let most = app.density.counts.iter().copied().max().unwrap_or(0);
    let mut spans = vec![Span::styled(format!(" {} ", end(stretch.from)), DIM)];
    for (column, count) in app.density.counts.iter().enumerate() {
        let sign = app.theme.density(*count, most);
        let style = if Some(column) == selected {
            SELECTED
        } else {
            Style::new()
        };
        spans.push(Span::styled(sign, style));
    }
    spans.push(Span::styled(format!(" {}", end(stretch.to)), DIM));
    Line::from(spans)
}

/// Gaps over their budget, failed steps and the selected event, below the counts.
fn marks(app: &App, selected: Option<usize>) -> Line<'static> {
    let bad = app.theme.severity(Severity::High);
    let mut cells: Vec<(String, Style)> =
        vec![(" ".to_owned(), Style::new()); app.density.counts.len()];
    // The worst is painted last, over the others.
    for (from, to, place) in app.density.gaps.iter().rev() {
        let Some(gap) = app.report.gaps.get(*place) else {
            continue;
        };
        let length = to - from + 1;
        let ratio = gap.ratio.unwrap_or_default() * 100.0;
        let words = format!(" {} {} {ratio:.0}% ", gap.id, delta(gap.seconds));
        let words = words.replace('+', "");
        let text = gap_text(length, &words);
        for (cell, letter) in cells.iter_mut().skip(*from).zip(text.chars()) {
            *cell = (letter.to_string(), bad.style);
        }
    }
    for column in &app.density.failures {
        if let Some(cell) = cells.get_mut(*column) {
            *cell = (bad.glyph.to_owned(), bad.style);
        }
    }
    if let Some(cell) = selected.and_then(|column| cells.get_mut(column)) {
        *cell = ("^".to_owned(), Style::new());
    }
    let scope = app.density.attempt;
    let scope = scope.and_then(|place| app.report.attempts.get(place));
    let lead = scope.map_or_else(String::new, |attempt| attempt.id.clone());
    let lead = crate::tui::text::fit(&lead, TIME, "");
    let mut spans = vec![Span::styled(format!(" {lead} "), DIM)];
    spans.extend(
        cells
            .into_iter()
            .map(|(text, style)| Span::styled(text, style)),
    );
    Line::from(spans)
}

/// `[=== g1 10m10s ===]` in so many columns; what does not fit goes.
fn gap_text(columns: usize, words: &str) -> String {
    if columns < 2 {
        return "=".repeat(columns);
    }
    let room = columns - 2;
    let words = if words.len() <= room { words } else { "" };
    let left = (room - words.len()) / 2;
    let right = room - words.len() - left;
    format!("[{}{words}{}]", "=".repeat(left), "=".repeat(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_fill_their_columns() {
        for (columns, expected) in [
            (0, ""),
            (1, "="),
            (2, "[]"),
            (5, "[===]"),
            (6, "[ g1 ]"),
            (9, "[= g1 ==]"),
        ] {
            assert_eq!(gap_text(columns, " g1 "), expected, "{columns}");
        }
    }
}
