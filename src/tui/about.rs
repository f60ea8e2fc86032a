//! What is said of the selected row of a screen: lines that can be walked, in one pane or in two.
//!
//! Wide terminals show the second part in a pane of its own; on others it follows the first.

use super::action::Move;
use super::app::App;
use super::list::moved;
use super::page::{Page, PageLine};
use crate::model::EventId;
use crate::timeline::EventRef;

/// Columns of a time of day; what stands before it is the date.
const TIME_OF_DAY: usize = 12;
/// Columns of a date with the time of day.
const DATE_AND_TIME: usize = 23;

/// Lines about one row, and which of them is selected.
#[derive(Clone, Debug, Default)]
pub(super) struct About {
    /// The row and the columns that the lines were made for.
    made_for: Option<(usize, usize)>,
    pub(super) lines: Vec<PageLine>,
    /// The line that the second part begins with.
    split: usize,
    /// Selected line.
    pub(super) selected: usize,
    /// First line in sight of each part.
    tops: [usize; 2],
}

/// Some of the lines, as one pane shows them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pub(super) lines: &'a [PageLine],
    /// Number of the first of these lines among all.
    pub(super) first: usize,
    /// How many of them are scrolled past.
    pub(super) top: usize,
}

impl About {
    /// The event that the selected line names.
    pub(super) fn event(&self) -> Option<EventId> {
        self.lines.get(self.selected)?.event
    }

    /// A query for the value in the selected line.
    pub(super) fn term(&self) -> Option<&str> {
        self.lines.get(self.selected)?.term.as_deref()
    }

    /// Whether the lines are of this row in this width.
    pub(super) fn is_of(&self, row: usize, columns: usize) -> bool {
        self.made_for == Some((row, columns))
    }

    /// Has the lines made anew, as there is more to say.
    pub(super) fn forget(&mut self) {
        if let Some((_, columns)) = &mut self.made_for {
            *columns = usize::MAX;
        }
    }

    /// Has what is said of a row keep its place, which was another row of another case until now.
    pub(super) fn carry(&mut self, before: Self, row: usize) {
        let is_shown = before.made_for.is_some();
        *self = before;
        self.made_for = is_shown.then_some((row, usize::MAX));
    }

    /// Puts lines in place. The same row keeps its place: the line of an event that was selected,
    /// else the line with the same number.
    pub(super) fn show(&mut self, row: usize, columns: usize, page: Page) {
        let is_same = self.made_for.is_some_and(|(shown, _)| shown == row);
        let events = |lines: &[PageLine]| lines.iter().filter(|line| line.event.is_some()).count();
        let before = self.lines.get(..self.selected).unwrap_or_default();
        let event = self.event().map(|_| events(before));
        self.made_for = Some((row, columns));
        self.split = page.split();
        self.lines = page.lines;
        if !is_same {
            self.selected = 0;
            self.tops = [0; 2];
        } else if let Some(number) = event {
            let mut places = (0..self.lines.len()).filter(|place| self.is_event(*place));
            self.selected = places.nth(number).unwrap_or(0);
        }
    }

    fn is_event(&self, line: usize) -> bool {
        self.lines
            .get(line)
            .is_some_and(|line| line.event.is_some())
    }

    /// The lines in as many parts as there are panes for them.
    pub(super) fn parts(&self, panes: usize) -> Vec<Part<'_>> {
        let ends = match panes {
            0 | 1 => vec![(0, self.lines.len())],
            _ => vec![(0, self.split), (self.split, self.lines.len())],
        };
        ends.into_iter()
            .zip(self.tops)
            .map(|((first, end), top)| Part {
                lines: self.lines.get(first..end).unwrap_or_default(),
                first,
                top,
            })
            .collect()
    }

    /// The pane that the selected line stands in.
    pub(super) fn pane(&self, panes: usize) -> usize {
        usize::from(panes > 1 && self.selected >= self.split)
    }

    /// Moves the selection over all lines.
    pub(super) fn go(&mut self, step: Move, height: usize) {
        let last = self.lines.len().saturating_sub(1);
        self.selected = moved(self.selected, step, last, height);
    }

    /// Selects the first line that names an event, with as much of what follows in sight as there is
    /// room for; a selected event stays.
    pub(super) fn enter(&mut self, heights: &[usize]) {
        let mut places = (0..self.lines.len()).filter(|place| self.is_event(*place));
        let Some(first) = places.next() else {
            return;
        };
        if self.event().is_some() {
            return;
        }
        self.selected = places.next_back().unwrap_or(first);
        self.settle(heights, true);
        self.selected = first;
    }

    /// Selects the line that the second part begins with, with as much of it in sight as there is room
    /// for.
    pub(super) fn enter_second(&mut self, heights: &[usize]) {
        self.selected = self.lines.len().saturating_sub(1);
        self.settle(heights, true);
        self.selected = self.split;
    }

    /// Whether the line is selected that the second part begins with.
    pub(super) fn is_at_second(&self) -> bool {
        self.selected == self.split
    }

    /// Brings the selection into the lines, and into sight where the lines have the keys; without
    /// them, what was read stays in sight. One height for each pane.
    pub(super) fn settle(&mut self, heights: &[usize], has_keys: bool) {
        self.selected = self.selected.min(self.lines.len().saturating_sub(1));
        let lengths: Vec<(usize, usize)> = self
            .parts(heights.len())
            .iter()
            .map(|part| (part.first, part.lines.len()))
            .collect();
        let pane = self.pane(heights.len());
        let bounds = lengths.into_iter().zip(heights).enumerate();
        for (number, ((first, len), height)) in bounds {
            let Some(top) = self.tops.get_mut(number) else {
                continue;
            };
            let height = (*height).max(1);
            if has_keys && number == pane {
                let selected = self.selected.saturating_sub(first);
                *top = (*top)
                    .min(selected)
                    .max((selected + 1).saturating_sub(height));
            }
            *top = (*top).min(len.saturating_sub(height));
        }
    }
}

/// Events with what they are to the matter, their times and titles, below a heading. The date is told
/// once where all have the same.
pub(super) fn events(
    app: &App,
    title: &str,
    lines: &[(EventId, impl AsRef<str>)],
    page: &mut Page,
) {
    if lines.is_empty() {
        return;
    }
    let times: Vec<Option<String>> = lines
        .iter()
        .map(|(event, _)| {
            let ticks = app.timeline.event(*event).and_then(EventRef::ticks);
            ticks.map(|ticks| app.zone.date_and_time(ticks))
        })
        .collect();
    let date = |time: &str| {
        time.get(..time.len().saturating_sub(TIME_OF_DAY))
            .map(str::to_owned)
    };
    let mut dates: Vec<Option<String>> = times.iter().flatten().map(|time| date(time)).collect();
    dates.dedup();
    let zone = app.zone.name();
    let day = match dates.as_slice() {
        [Some(day)] => day.trim_end(),
        _ => "",
    };
    let kept = if day.is_empty() {
        DATE_AND_TIME
    } else {
        TIME_OF_DAY
    };
    let title = format!("{title} {}, {day} {zone}", lines.len());
    page.heading(&title.replace("  ", " "));
    for ((id, role), time) in lines.iter().zip(&times) {
        let time = time.as_deref().unwrap_or("undated");
        let time = time.get(time.len().saturating_sub(kept)..).unwrap_or(time);
        let text = match app.timeline.event(*id) {
            Some(event) => {
                let sign = app.theme.event(event.outcome(), event.level());
                format!("{time:<kept$} {} {id} {}", sign.glyph, event.title())
            }
            None => format!("{time:<kept$} {id} is not in the timeline"),
        };
        page.event(*id, role.as_ref(), &text, app.theme.ellipsis());
    }
}
