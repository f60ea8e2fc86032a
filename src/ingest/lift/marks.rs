//! Which marks of a provider's rows a text holds at all, so that only rows whose mark is there look for it.

use aho_corasick::AhoCorasick;
use memchr::memmem::Finder;

use crate::catalog::{TextKind, TextRow};

/// Finds the marks of rows.
#[derive(Clone, Debug)]
pub(super) struct Marks {
    /// The mark of each row.
    finders: Vec<Finder<'static>>,
    /// Rows whose mark is looked for as it is; to look for each alone takes less than one pass for all.
    exact: Vec<usize>,
    /// Marks in any letter case, and all of their rows.
    folded: Option<(AhoCorasick, Present)>,
    /// Rows that need no mark, or look for it themselves.
    unmarked: Present,
}

/// Rows, a bit each; of rows beyond the last bit nothing is said.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Present(u64);

impl Present {
    fn add(&mut self, row: usize) {
        self.0 |= bit(row);
    }

    fn join(&mut self, others: Self) {
        self.0 |= others.0;
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
        let (mut unmarked, mut of_folded) = (Present::default(), Present::default());
        let (mut exact, mut folded) = (Vec::new(), Vec::new());
        for (place, row) in rows.iter().enumerate() {
            if row.mark.is_empty() {
                unmarked.add(place);
            } else if row.kind == TextKind::Code {
                of_folded.add(place);
                folded.push(row.mark);
            } else {
                exact.push(place);
            }
        }
        let mut finder = None;
        if !folded.is_empty() {
            let mut builder = AhoCorasick::builder();
            match builder.ascii_case_insensitive(true).build(folded) {
                Ok(automaton) => finder = Some((automaton, of_folded)),
                Err(_) => unmarked.join(of_folded),
            }
        }
        Self {
            finders: rows.iter().map(|row| Finder::new(row.mark)).collect(),
            exact,
            folded: finder,
            unmarked,
        }
    }

    /// The mark of a row.
    pub(super) fn finder(&self, row: usize) -> Option<&Finder<'static>> {
        self.finders.get(row)
    }

    /// The rows that need no mark, or whose mark the text may hold.
    pub(super) fn present(&self, text: &str) -> Present {
        let mut present = self.unmarked;
        for row in &self.exact {
            let finder = self.finder(*row);
            if finder.is_some_and(|finder| finder.find(text.as_bytes()).is_some()) {
                present.add(*row);
            }
        }
        if let Some((finder, rows)) = &self.folded
            && finder.is_match(text)
        {
            present.join(*rows);
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
