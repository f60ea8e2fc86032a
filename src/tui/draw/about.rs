//! What is said of the selected row of a screen, in one pane or in two.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;
use ratatui::widgets::{Block, Borders, Widget};

use super::detail::shown;
use super::{Keys, position, title_of};
use crate::tui::about::{About, Part};
use crate::tui::app::{App, Pane};
use crate::tui::layout::{below_title, page_inside};
use crate::tui::theme::{DIM, SELECTED};

/// ```text
/// ── f1 × HIGH  lines 1-11 of 30 ────────┬── evidence ──────────────
///   what was seen, what to do            │ > refused  10:30:15.410 ...
/// ```
pub(super) fn draw(
    app: &App,
    frame: &mut Frame<'_>,
    pages: &[Rect],
    about: &About,
    names: [&str; 2],
) {
    let has_keys = app.pane == Pane::Side;
    let with_keys = about.pane(pages.len());
    let parts = about.parts(pages.len());
    for (number, ((area, part), name)) in pages.iter().zip(parts).zip(names).enumerate() {
        let keys = if has_keys && number == with_keys {
            Keys::Here
        } else {
            Keys::Elsewhere
        };
        draw_part(app, frame, *area, part, (keys, name, about.selected));
    }
}

fn draw_part(
    app: &App,
    frame: &mut Frame<'_>,
    area: Rect,
    part: Part<'_>,
    (keys, name, selected): (Keys, &str, usize),
) {
    let inside = page_inside(area);
    let place = position(part.top, usize::from(inside.height), part.lines.len());
    title_of(app, frame, area, keys, &format!("{name}{place}"));
    if area.x > 0 {
        let block = Block::new()
            .borders(Borders::LEFT)
            .border_set(app.theme.border())
            .border_style(DIM);
        block.render(below_title(area), frame.buffer_mut());
    }
    let listed = (part.first..).zip(part.lines).skip(part.top);
    for (row, (number, line)) in inside.rows().zip(listed) {
        let is_selected = keys == Keys::Here && number == selected;
        let mark = if is_selected { "> " } else { "  " };
        let text = Rect {
            x: row.x + row.width.min(2),
            width: row.width.saturating_sub(2),
            ..row
        };
        Span::raw(mark).render(row, frame.buffer_mut());
        shown(app, line).render(text, frame.buffer_mut());
        if is_selected {
            frame.buffer_mut().set_style(row, SELECTED);
        }
    }
}
