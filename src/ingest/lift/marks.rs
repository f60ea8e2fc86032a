//! Which marks of a provider's rows a text holds at all: found by one pass, so that only rows whose mark
//! is there look for it.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::catalog::TextRow;

/// Finds the marks of rows, in any letter case.
#[derive(Clone, Debug)]
pub(super) struct Marks {
    /// `None` where it could not be made: then every row has to look for itself.
    finder: Option<AhoCorasick>,
    /// The row that each pattern is the mark of.
    rows: Vec<usize>,
    /// Rows that need no mark.
    unmarked: Present,
}

/// Rows, a bit each; of rows beyond the last bit nothing is said.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Present(u64);

impl Present {
    fn add(&mut self, row: usize) {
        self.0 |= bit(row);
    }

    /// Whether a fact of this row can stand in the text.
    pub(super) fn may_hold(self, row: usize) -> bool {
        bit(row) == 0 || self.0 & bit(row) != 0
    }
}

/// The bit of a row; none of one beyond the last bit.
fn bit(row: usize) -> u64 {
    u32::try_from(row)
        .ok()
        .and_then(|row| 1_u64.checked_shl(row))
        .unwrap_or(0)
}

impl Marks {
    pub(super) fn of(rows: &[TextRow]) -> Self {
        let mut unmarked = Present::default();
        let mut marked = Vec::new();
        for (place, row) in rows.iter().enumerate() {
            if row.mark.is_empty() {
                unmarked.add(place);
            } else {
                marked.push(place);
            }
        }
        let marks = rows.iter().map(|row| row.mark);
        let finder = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            // Some letter of some mark is never far.
            .prefilter(false)
            .build(marks.filter(|mark| !mark.is_empty()));
        Self {
            finder: finder.ok(),
            rows: marked,
            unmarked,
        }
    }

    /// The rows that need no mark, or whose mark the text holds.
    pub(super) fn present(&self, text: &str) -> Present {
        let Some(finder) = &self.finder else {
            return Present(u64::MAX);
        };
        let mut present = self.unmarked;
        for found in finder.find_overlapping_iter(text) {
            if let Some(row) = self.rows.get(found.pattern().as_usize()) {
                present.add(*row);
            }
        }
        present
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_rows_beyond_the_last_bit_nothing_is_said() {
        let mut present = Present::default();
        present.add(3);
        present.add(64);
        let check =
            |row: usize, expected: bool| assert_eq!(present.may_hold(row), expected, "{row}");
        check(2, false);
        check(3, true);
        check(63, false);
        check(64, true);
        check(usize::MAX, true);
    }
}
