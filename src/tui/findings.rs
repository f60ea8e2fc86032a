//! The findings as a tree in rows, and which line of the selected one's text is selected.
//!
//! A finding stands under the first one that it comes from, a state that explains others under the
//! first one that it explains. What comes from a root is listed where the root is opened.

use rustc_hash::{FxHashMap, FxHashSet};

use super::action::Move;
use super::list::List;
use super::page::PageLine;
use crate::model::{EventId, Finding, Report};

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
    /// Row that `lines` were made for.
    made_for: Option<Row>,
    /// What is said of the selected row.
    pub(super) lines: Vec<PageLine>,
    /// Selected line, and the first one in sight.
    pub(super) cursor: List,
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
            made_for: None,
            lines: Vec::new(),
            cursor: List::default(),
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

    /// The selected row; none where there is none at all.
    pub(super) fn selected(&self) -> Option<Row> {
        self.rows.get(self.list.selected).copied()
    }

    /// The event that the selected line names.
    pub(super) fn event(&self) -> Option<EventId> {
        self.lines.get(self.cursor.selected)?.event
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

    /// Selects the first line of evidence, with as much of the evidence in sight as `height` lines
    /// can hold.
    pub(super) fn enter(&mut self, height: usize) {
        let is_event = |line: &PageLine| line.event.is_some();
        let Some(first) = self.lines.iter().position(is_event) else {
            return;
        };
        if self.event().is_some() {
            return;
        }
        self.cursor.selected = self.lines.iter().rposition(is_event).unwrap_or(first);
        self.cursor.settle(self.lines.len(), height);
        self.cursor.selected = first;
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

    /// Puts lines in place. The same row keeps its place: the line of evidence that was selected,
    /// else the line with the same number.
    pub(super) fn show(&mut self, lines: Vec<PageLine>) {
        let row = self.selected();
        let number = |lines: &[PageLine], end: usize| {
            let lines = lines.get(..end).unwrap_or_default();
            lines.iter().filter(|line| line.event.is_some()).count()
        };
        let is_same = self.made_for == row;
        let evidence = self
            .event()
            .map(|_| number(&self.lines, self.cursor.selected));
        self.made_for = row;
        self.lines = lines;
        if !is_same {
            self.cursor = List::default();
        } else if let Some(evidence) = evidence {
            let mut places = (0..self.lines.len()).filter(|place| {
                let line = self.lines.get(*place);
                line.is_some_and(|line| line.event.is_some())
            });
            self.cursor.selected = places.nth(evidence).unwrap_or(0);
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
