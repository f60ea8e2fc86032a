//! One event in full, beside the timeline or alone.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Widget};

use super::{Keys, position, title_of};
use crate::tui::app::{App, Mode, Pane};
use crate::tui::layout::{below_title, detail_inside};
use crate::tui::page::{PageLine, Tone};
use crate::tui::theme::{DIM, SELECTED};

/// ```text
/// ── e5424 ──────────────────────────────
/// MDM client got no usable enrolment answer
/// time      2026-03-02 05:47:49.086 UTC ...
/// ...
/// Fields
/// HRESULT   0x80180014
/// ...
/// Where it stands
/// artifact  case.zip!/log.evtx
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let lines = &app.detail.lines;
    let inside = detail_inside(area);
    let name = app
        .events
        .selected()
        .map_or_else(|| "no event".to_owned(), |id| id.to_string());
    let place = position(
        app.detail.cursor.top,
        usize::from(inside.height),
        lines.len(),
    );
    let keys = match app.screen() {
        Mode::Detail => Keys::Elsewhere,
        _ => Keys::of(app, Pane::Side),
    };
    title_of(app, frame, area, keys, &format!("Event {name}{place}"));
    if app.screen() != Mode::Detail {
        let block = Block::new()
            .borders(Borders::LEFT)
            .border_set(app.theme.border())
            .border_style(DIM);
        block.render(below_title(area), frame.buffer_mut());
    }
    let has_keys = app.screen() == Mode::Detail || app.pane == Pane::Side;
    let cursor = app.detail.cursor;
    for (row, (number, line)) in inside.rows().zip(lines.iter().enumerate().skip(cursor.top)) {
        shown(app, line).render(row, frame.buffer_mut());
        if has_keys && number == cursor.selected {
            frame.buffer_mut().set_style(row, SELECTED);
        }
    }
}

/// A line of a page as it is shown.
pub(super) fn shown<'l>(app: &App, line: &'l PageLine) -> Line<'l> {
    let theme = app.theme;
    let style = match line.tone {
        Tone::Heading => theme.heading(),
        Tone::Plain => ratatui::style::Style::new(),
        Tone::Quiet => DIM,
    };
    Line::from(vec![
        Span::styled(line.name.as_str(), DIM),
        Span::styled(line.text.as_str(), style),
    ])
}
