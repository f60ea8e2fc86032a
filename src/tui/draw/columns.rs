//! Tables: columns of fixed widths with one blank between, the last one taking what is left.
//!
//! Only the rows in sight are asked for.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::tui::list::List;
use crate::tui::text::{fit, fit_end, fit_right};
use crate::tui::theme::{SELECTED, STRONG, Theme};

/// Columns before the first cell: the mark of the selected row.
pub(super) const MARK: usize = 2;

/// How a cell stands in its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
    /// At the left, and cut at its beginning.
    End,
}

/// A column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    heading: Cow<'static, str>,
    width: usize,
    align: Align,
}

/// A column of this width, in screen columns.
pub(super) fn column(heading: impl Into<Cow<'static, str>>, width: usize, align: Align) -> Column {
    Column {
        heading: heading.into(),
        width,
        align,
    }
}

impl Column {
    /// Columns that it takes with the blank behind it; the last one of a table takes the rest.
    pub(super) fn taken(&self) -> usize {
        if self.width == 0 { 0 } else { self.width + 1 }
    }
}

/// A cell's text, still as the evidence has it, and its style.
#[derive(Clone, Debug)]
pub(super) struct Cell<'a>(pub(super) Cow<'a, str>, pub(super) Style);

/// A cell without a style of its own.
pub(super) fn cell<'a>(text: impl Into<Cow<'a, str>>) -> Cell<'a> {
    Cell(text.into(), Style::new())
}

/// Whether a row is the selected one, and whether its pane has the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Selection {
    None,
    Aside,
    Here,
}

impl Selection {
    /// That of a row in a list.
    pub(super) fn of(row: usize, list: List, has_keys: bool) -> Self {
        match (row == list.selected, has_keys) {
            (false, _) => Self::None,
            (true, false) => Self::Aside,
            (true, true) => Self::Here,
        }
    }
}

/// A table on part of the screen.
#[derive(Debug)]
pub(super) struct Table<'t> {
    pub(super) theme: Theme,
    pub(super) columns: &'t [Column],
    pub(super) area: Rect,
}

impl Table<'_> {
    /// Draws the headings and the rows in sight.
    pub(super) fn draw<'a>(
        &self,
        frame: &mut Frame<'_>,
        list: List,
        len: usize,
        has_keys: bool,
        cells: impl Fn(usize) -> Vec<Cell<'a>>,
    ) {
        let mut rows = self.area.rows();
        if let Some(area) = rows.next() {
            self.heading().render(area, frame.buffer_mut());
        }
        for (area, row) in rows.zip(list.top..len) {
            let selection = Selection::of(row, list, has_keys);
            self.draw_row(frame, area, selection, cells(row));
        }
    }

    /// The headings.
    pub(super) fn heading(&self) -> Line<'static> {
        let style = self.theme.heading();
        let cells = self
            .columns
            .iter()
            .map(|column| Cell(column.heading.clone(), style));
        self.line("  ", cells.collect())
    }

    /// Draws one row.
    pub(super) fn draw_row(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        selection: Selection,
        cells: Vec<Cell<'_>>,
    ) {
        let mark = if selection == Selection::None {
            "  "
        } else {
            "> "
        };
        self.line(mark, cells).render(area, frame.buffer_mut());
        match selection {
            Selection::Here => frame.buffer_mut().set_style(area, SELECTED),
            Selection::Aside => frame.buffer_mut().set_style(area, STRONG),
            Selection::None => {}
        }
    }

    fn line(&self, mark: &'static str, cells: Vec<Cell<'_>>) -> Line<'static> {
        let room = usize::from(self.area.width).saturating_sub(MARK);
        let mut spans = vec![Span::raw(mark)];
        let mut used = 0;
        let last = self.columns.len().saturating_sub(1);
        for (place, (column, Cell(text, style))) in self.columns.iter().zip(cells).enumerate() {
            let left = room.saturating_sub(used);
            let width = if place == last {
                left
            } else {
                column.width.min(left)
            };
            let ellipsis = self.theme.ellipsis();
            let text = match column.align {
                Align::Left => fit(&text, width, ellipsis),
                Align::Right => fit_right(&text, width, ellipsis),
                Align::End => fit_end(&text, width, ellipsis),
            };
            spans.push(Span::styled(text, style));
            spans.push(Span::raw(" "));
            used += width + 1;
        }
        Line::from(spans)
    }
}
