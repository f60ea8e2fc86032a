//! The findings as a tree in rows, and what is said of the selected one.
//!
//! A finding stands under the first one that it comes from, a state that explains others under the
//! first one that it explains. What comes from a root is listed where the root is opened.

use rustc_hash::{FxHashMap, FxHashSet};

use super::about::About;
use super::action::Move;
use super::list::List;
use crate::model::{Finding, Report};

/// A row of the list. Findings and the like are named by their place in the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    Finding {
        place: usize,
        /// How many findings it stands under.
        depth: usize,
        fold: Fold,
    },
    /// Title over the readings that were ruled out.
    RuledOutTitle,
    RuledOut(usize),
    /// Title over the readings that lack their evidence.
    CannotTellTitle,
    CannotTell(usize),
}

impl Row {
    /// Whether it names what follows, and cannot be selected.
    fn is_title(self) -> bool {
        matches!(self, Self::RuledOutTitle | Self::CannotTellTitle)
    }
}

/// Whether what comes from a finding is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fold {
    /// Nothing comes from it, or it is no root.
    Nothing,
    Open,
    /// So many findings are not listed.
    Closed(usize),
}

/// A finding's place in the tree.
#[derive(Clone, Copy, Debug)]
struct Node {
    place: usize,
    depth: usize,
    root: usize,
}

/// The state of the screen.
#[derive(Clone, Debug)]
pub(super) struct Findings {
    tree: Vec<Node>,
    /// Roots that are open.
    open: FxHashSet<usize>,
    /// The rows that are listed.
    pub(super) rows: Vec<Row>,
    pub(super) list: List,
    /// What is said of the selected row.
    pub(super) about: About,
}

impl Findings {
    /// The tree of a report, with the finding selected and opened that gave the verdict its words.
    pub(super) fn of(report: &Report) -> Self {
        let headline = &report.verdict.headline;
        let found = &report.findings;
        let first = found.iter().position(|it| it.explanation == *headline);
        let tree = tree(found);
        let root = first
            .and_then(|first| tree.iter().find(|node| node.place == first))
            .or(tree.first())
            .map(|node| node.root);
        let mut findings = Self {
            tree,
            open: root.into_iter().collect(),
            rows: Vec::new(),
            list: List::default(),
            about: About::default(),
        };
        findings.list_rows(report);
        let first = first.or(root);
        let is_first =
            |row: &Row| matches!(row, Row::Finding { place, .. } if Some(*place) == first);
        let row = findings.rows.iter().position(is_first);
        findings.list = List::at(row.unwrap_or(0));
        findings.leave_title(Move::Down);
        findings
    }

    fn list_rows(&mut self, report: &Report) {
        let mut below: FxHashMap<usize, usize> = FxHashMap::default();
        for node in self.tree.iter().filter(|node| node.depth > 0) {
            *below.entry(node.root).or_default() += 1;
        }
        let fold = |node: &Node| match below.get(&node.root) {
            _ if node.depth > 0 => Fold::Nothing,
            None => Fold::Nothing,
            Some(_) if self.open.contains(&node.root) => Fold::Open,
            Some(count) => Fold::Closed(*count),
        };
        let listed = self
            .tree
            .iter()
            .filter(|node| node.depth == 0 || self.open.contains(&node.root));
        let mut rows: Vec<Row> = listed
            .map(|node| Row::Finding {
                place: node.place,
                depth: node.depth,
                fold: fold(node),
            })
            .collect();
        if !report.ruled_out.is_empty() {
            rows.push(Row::RuledOutTitle);
            rows.extend((0..report.ruled_out.len()).map(Row::RuledOut));
        }
        if !report.cannot_tell.is_empty() {
            rows.push(Row::CannotTellTitle);
            rows.extend((0..report.cannot_tell.len()).map(Row::CannotTell));
        }
        self.rows = rows;
    }

    /// Places of the roots that are open.
    pub(super) fn open_roots(&self) -> impl Iterator<Item = usize> {
        self.open.iter().copied()
    }

    /// Opens further roots; what is selected stays so.
    pub(super) fn open_also(&mut self, roots: Vec<usize>, report: &Report) {
        let key = self.key();
        self.open.extend(roots);
        self.list_rows(report);
        self.select(key);
    }

    /// Selects the row of this key, where it is listed.
    pub(super) fn select(&mut self, key: usize) {
        let before = self.list.selected;
        let rows = 0..self.rows.len();
        let found = rows.into_iter().find(|row| {
            self.list.selected = *row;
            self.key() == key
        });
        self.list.selected = found.unwrap_or(before);
    }

    /// The selected row; none where there is none at all.
    pub(super) fn selected(&self) -> Option<Row> {
        self.rows.get(self.list.selected).copied()
    }

    /// What the selected row is known by, whatever is folded.
    pub(super) fn key(&self) -> usize {
        match self.selected() {
            Some(Row::Finding { place, .. }) => place * 3,
            Some(Row::RuledOut(place)) => place * 3 + 1,
            Some(Row::CannotTell(place)) => place * 3 + 2,
            Some(Row::RuledOutTitle | Row::CannotTellTitle) | None => usize::MAX,
        }
    }

    /// Moves the selection in the list, of which `height` rows are in sight.
    pub(super) fn go(&mut self, step: Move, height: usize) {
        self.list.go(step, self.rows.len(), height);
        self.leave_title(step);
    }

    /// A title is passed over; something always stands below it.
    fn leave_title(&mut self, step: Move) {
        if !self.selected().is_some_and(Row::is_title) {
            return;
        }
        let is_up = matches!(step, Move::Up | Move::PageUp | Move::HalfUp);
        self.list.selected = match self.list.selected.checked_sub(1) {
            Some(above) if is_up => above,
            _ => self.list.selected + 1,
        };
    }

    /// Lists what comes from the selected root; whether there was something to list.
    pub(super) fn unfold(&mut self, report: &Report) -> bool {
        let Some(Row::Finding {
            place,
            fold: Fold::Closed(_),
            ..
        }) = self.selected()
        else {
            return false;
        };
        self.open.insert(place);
        self.list_rows(report);
        true
    }

    /// Folds the selected root, or selects the root that the selected finding stands under.
    pub(super) fn fold(&mut self, report: &Report) {
        let Some(Row::Finding { place, depth, .. }) = self.selected() else {
            return;
        };
        if depth == 0 {
            self.open.remove(&place);
            self.list_rows(report);
            return;
        }
        let above = self.rows.get(..self.list.selected).unwrap_or_default();
        let is_root = |row: &Row| matches!(row, Row::Finding { depth: 0, .. });
        self.list.selected = above.iter().rposition(is_root).unwrap_or(0);
    }

    /// Brings the selection of the list into sight, with the title right above it.
    pub(super) fn settle_list(&mut self, height: usize) {
        self.list.settle(self.rows.len(), height);
        let above = self.list.selected.checked_sub(1);
        let title = above.and_then(|above| self.rows.get(above));
        if title.is_some_and(|row| row.is_title())
            && self.list.top == self.list.selected
            && height > 1
        {
            self.list.top -= 1;
        }
    }
}

/// The findings in the order of the report, each behind the one that it stands under.
fn tree(findings: &[Finding]) -> Vec<Node> {
    let above = above(findings);
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); findings.len()];
    for (place, above) in above.iter().enumerate() {
        if let Some(below) = above.and_then(|above| below.get_mut(above)) {
            below.push(place);
        }
    }
    let mut seen = FxHashSet::default();
    let mut tree = Vec::with_capacity(findings.len());
    // Findings that come from each other in a circle stand under no root, and are not lost.
    let roots = (0..findings.len()).filter(|place| above.get(*place) == Some(&None));
    for root in roots.chain(0..findings.len()) {
        let mut open = vec![(root, 0)];
        while let Some((place, depth)) = open.pop() {
            if !seen.insert(place) {
                continue;
            }
            tree.push(Node { place, depth, root });
            let below = below.get(place).into_iter().flatten().rev();
            open.extend(below.map(|place| (*place, depth + 1)));
        }
    }
    tree
}

/// What each finding stands under.
fn above(findings: &[Finding]) -> Vec<Option<usize>> {
    let mut places: FxHashMap<&str, usize> = FxHashMap::default();
    let mut explained: FxHashMap<&str, usize> = FxHashMap::default();
    for (place, finding) in findings.iter().enumerate() {
        places.insert(&finding.id, place);
        for cause in &finding.caused_by {
            explained.entry(cause).or_insert(place);
        }
    }
    let is_fault = |place: &usize| findings.get(*place).is_some_and(|it| !it.background);
    findings
        .iter()
        .map(|finding| {
            if finding.background {
                return explained.get(&*finding.id).copied();
            }
            let mut causes = finding.caused_by.iter();
            causes.find_map(|id| places.get(&**id).copied().filter(is_fault))
        })
        .collect()
}
