//! Bars over a stretch of time: what lies where, one letter a column.

use crate::model::Ticks;
use crate::tui::density::Stretch;

/// A bar while it is painted.
#[derive(Debug)]
pub(super) struct Bar {
    stretch: Stretch,
    cells: Vec<&'static str>,
}

impl Bar {
    /// An empty bar of so many columns.
    pub(super) fn new(stretch: Stretch, columns: usize) -> Self {
        Self {
            stretch,
            cells: vec![" "; columns],
        }
    }

    /// Fills from an instant to another; at least one column.
    pub(super) fn fill(&mut self, from: Ticks, to: Ticks, sign: &'static str) {
        let columns = self.cells.len();
        let (from, to) = (
            self.stretch.column(from, columns),
            self.stretch.column(to, columns),
        );
        for cell in self.cells.iter_mut().take(to + 1).skip(from) {
            *cell = sign;
        }
    }

    /// Marks an instant.
    pub(super) fn mark(&mut self, at: Ticks, sign: &'static str) {
        self.fill(at, at, sign);
    }

    /// Fills everything.
    pub(super) fn all(&mut self, sign: &'static str) {
        self.cells.fill(sign);
    }

    /// The bar as text.
    pub(super) fn text(&self) -> String {
        self.cells.concat()
    }
}
