//! A selection in a list of rows, and the part of the list that is in sight.

use super::action::Move;

/// Which row is selected and which one is at the top.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct List {
    /// Selected row; 0 where there is none at all.
    pub(super) selected: usize,
    /// First row in sight.
    pub(super) top: usize,
}

impl List {
    /// A list with this row selected.
    pub(super) fn at(selected: usize) -> Self {
        Self { selected, top: 0 }
    }

    /// Moves the selection in a list of `len` rows of which `height` are in sight.
    pub(super) fn go(&mut self, step: Move, len: usize, height: usize) {
        self.selected = moved(self.selected, step, len.saturating_sub(1), height);
    }

    /// Brings the selection into the list and into sight, and leaves no blank rows below that
    /// earlier rows could fill.
    pub(super) fn settle(&mut self, len: usize, height: usize) {
        let height = height.max(1);
        self.selected = self.selected.min(len.saturating_sub(1));
        self.top = self
            .top
            .min(self.selected)
            .max((self.selected + 1).saturating_sub(height))
            .min(len.saturating_sub(height));
    }

    /// Puts the selection into the middle, for a jump that came from elsewhere.
    pub(super) fn centre(&mut self, height: usize) {
        self.top = self.selected.saturating_sub(height / 2);
    }
}

/// A position after a movement, from 0 to `last`.
pub(super) fn moved(position: usize, step: Move, last: usize, height: usize) -> usize {
    // A page keeps one row of the one before in sight.
    let page = height.saturating_sub(1).max(1);
    let half = (height / 2).max(1);
    match step {
        Move::Up => position.saturating_sub(1),
        Move::Down => position.saturating_add(1),
        Move::PageUp => position.saturating_sub(page),
        Move::PageDown => position.saturating_add(page),
        Move::HalfUp => position.saturating_sub(half),
        Move::HalfDown => position.saturating_add(half),
        Move::First => 0,
        Move::Last => last,
    }
    .min(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn movements_stay_in_the_list() {
        let check = |from: usize, step: Move, len: usize, expected: usize| {
            let mut list = List::at(from);
            list.go(step, len, 10);
            list.settle(len, 10);
            assert_eq!(list.selected, expected, "{from} {step:?} of {len}");
        };
        check(0, Move::Up, 100, 0);
        check(99, Move::Down, 100, 99);
        check(5, Move::PageDown, 100, 14);
        check(5, Move::HalfUp, 100, 0);
        check(50, Move::Last, 100, 99);
        check(50, Move::First, 100, 0);
        check(0, Move::Last, 0, 0);
        check(7, Move::Down, 3, 2);
    }

    #[test]
    fn the_selection_is_always_in_sight() {
        let check = |selected: usize, top: usize, len: usize, expected: usize| {
            let mut list = List { selected, top };
            list.settle(len, 10);
            assert_eq!(list.top, expected, "{selected} with {top} on top of {len}");
        };
        check(3, 0, 100, 0);
        check(12, 0, 100, 3);
        check(5, 20, 100, 5);
        check(99, 95, 100, 90);
        check(2, 2, 4, 0);
        check(0, 0, 0, 0);
    }
}
