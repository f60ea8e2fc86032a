//! The strip above the timeline: how many of the listed events lie where, with gaps and failures.
//!
//! Made when its width, the rows or the stretch change. A column costs two searches by halves, so that
//! the cost does not grow with the number of events.

use super::events::Rows;
use crate::model::{Attempt, EventId, Gap, Outcome, Report, Ticks};
use crate::timeline::{EventRef, Timeline};

/// The whole is shown until it is this many times longer than what the verdict is about.
const TOO_LONG: f64 = 20.0;

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from: Ticks,
    pub(super) to: Ticks,
}

impl Stretch {
    /// Column of an instant, of so many that the stretch has; instants outside stand at its ends.
    pub(super) fn column(self, ticks: Ticks, columns: usize) -> usize {
        let length = i128::from(self.to.0) - i128::from(self.from.0);
        let place = i128::from(ticks.0) - i128::from(self.from.0);
        let last = columns.saturating_sub(1);
        if length <= 0 || place <= 0 {
            return 0;
        }
        let column = place * i128::try_from(columns).unwrap_or(0) / length;
        usize::try_from(column).unwrap_or(last).min(last)
    }

    /// The instant that a column begins with.
    fn begin(self, column: usize, columns: usize) -> Ticks {
        let length = self.to.seconds_since(self.from);
        let share = column as f64 / columns.max(1) as f64;
        self.from.plus_seconds(length * share)
    }

    fn has(self, ticks: Ticks) -> bool {
        self.from <= ticks && ticks <= self.to
    }
}

/// The strip.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Density {
    made_for: Option<Key>,
    /// What it spans; none where no event has a time.
    pub(super) stretch: Option<Stretch>,
    /// The attempt that it spans, where that is not everything.
    pub(super) attempt: Option<usize>,
    /// Listed events in each column.
    pub(super) counts: Vec<usize>,
    /// Columns in which a step failed.
    pub(super) failures: Vec<usize>,
    /// First and last column of gaps over their budget, worst first, with their places in the report.
    pub(super) gaps: Vec<(usize, usize, usize)>,
}

#[derive(Clone, Debug, PartialEq)]
struct Key {
    columns: usize,
    rows: usize,
    filter: Option<String>,
    attempt: Option<usize>,
}

/// What the strip is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listed<'a> {
    pub(super) timeline: &'a Timeline,
    pub(super) report: &'a Report,
    pub(super) rows: &'a Rows,
    pub(super) filter: Option<&'a str>,
    pub(super) selected: Option<EventId>,
}

impl Density {
    /// The strip for these rows in so many columns; `None` where this one is up to date.
    pub(super) fn renewed(&self, listed: Listed<'_>, columns: usize) -> Option<Self> {
        let whole = whole(listed.timeline);
        let attempt = whole.and_then(|whole| around(listed, whole));
        let key = Key {
            columns,
            rows: listed.rows.len(),
            filter: listed.filter.map(str::to_owned),
            attempt,
        };
        if self.made_for.as_ref() == Some(&key) {
            return None;
        }
        let stretch = match attempt.and_then(|place| listed.report.attempts.get(place)) {
            Some(attempt) => Some(with_margins(attempt)),
            None => whole,
        };
        let mut density = Self {
            made_for: Some(key),
            stretch,
            attempt,
            ..Self::default()
        };
        if let Some(stretch) = stretch {
            density.fill(listed, stretch, columns);
        }
        Some(density)
    }

    fn fill(&mut self, listed: Listed<'_>, stretch: Stretch, columns: usize) {
        let before = |ticks| listed.rows.before(listed.timeline.first_at(ticks));
        let mut begin = before(stretch.from);
        for column in 0..columns {
            let end = if column + 1 == columns {
                before(Ticks(stretch.to.0.saturating_add(1)))
            } else {
                before(stretch.begin(column + 1, columns))
            };
            self.counts.push(end.saturating_sub(begin));
            begin = end;
        }
        let steps = listed.report.attempts.iter().flat_map(|it| &it.steps);
        let failed = steps.filter(|step| step.outcome == Outcome::Failure && !step.extra);
        let mut failures: Vec<usize> = failed
            .filter(|step| stretch.has(step.time))
            .map(|step| stretch.column(step.time, columns))
            .collect();
        failures.sort_unstable();
        failures.dedup();
        self.failures = failures;
        let gaps = listed.report.gaps.iter().enumerate();
        self.gaps = gaps
            .filter(|(_, gap)| gap.ratio.is_some_and(|ratio| ratio > 1.0))
            .filter(|(_, gap)| stretch.has(gap.from.time) || stretch.has(gap.to.time))
            .map(|(place, gap)| {
                let column = |ticks| stretch.column(ticks, columns);
                (column(gap.from.time), column(gap.to.time), place)
            })
            .collect();
    }
}

/// From the first event to the last one.
fn whole(timeline: &Timeline) -> Option<Stretch> {
    let event = |place: usize| {
        let id = EventId(u32::try_from(place).ok()?);
        timeline.event(id).and_then(EventRef::ticks)
    };
    Some(Stretch {
        from: event(0)?,
        to: event(timeline.dated().checked_sub(1)?)?,
    })
}

/// The attempt around the selected event, where the whole is too long to show what the verdict is
/// about.
fn around(listed: Listed<'_>, whole: Stretch) -> Option<usize> {
    let at = listed.timeline.event(listed.selected?)?.ticks()?;
    let about = listed.report.verdict.attempt.as_deref();
    let attempts = || listed.report.attempts.iter();
    let told = attempts().find(|attempt| Some(attempt.id.as_str()) == about);
    let longest = || {
        attempts()
            .map(|attempt| attempt.seconds)
            .fold(0.0, f64::max)
    };
    let told = told.map_or_else(longest, |attempt| attempt.seconds);
    if told * TOO_LONG > whole.to.seconds_since(whole.from) {
        return None;
    }
    let around = attempts()
        .enumerate()
        .filter(|(_, attempt)| attempt.seconds > 0.0 && attempt.start <= at && at <= attempt.end);
    let shortest = around.min_by(|(_, one), (_, other)| one.seconds.total_cmp(&other.seconds));
    shortest.map(|(place, _)| place)
}

fn with_margins(attempt: &Attempt) -> Stretch {
    let margin = attempt.seconds / 20.0;
    Stretch {
        from: attempt.start.plus_seconds(-margin),
        to: attempt.end.plus_seconds(margin),
    }
}

/// Rows of the timeline that a gap ends above, so that it is said to be there.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Separators {
    made_for: Option<(usize, Option<String>)>,
    /// Rows with the gap that ends there, by its place in the report, in the order of rows.
    pub(super) rows: Vec<(usize, usize)>,
}

/// Without a budget, a gap is notable from this many seconds on.
const LONG: f64 = 10.0;

/// Whether a gap is longer than it may be, or long where nobody knows how long it may be.
pub(super) fn is_notable(gap: &Gap) -> bool {
    match gap.ratio {
        Some(ratio) => ratio > 1.0,
        None => gap.seconds >= LONG,
    }
}

impl Separators {
    /// Those of these rows; `None` where these ones are up to date.
    pub(super) fn renewed(&self, listed: Listed<'_>) -> Option<Self> {
        let key = (listed.rows.len(), listed.filter.map(str::to_owned));
        if self.made_for.as_ref() == Some(&key) {
            return None;
        }
        let gaps = listed.report.gaps.iter().enumerate();
        let mut rows: Vec<(usize, usize)> = gaps
            .filter(|(_, gap)| is_notable(gap))
            .map(|(place, gap)| {
                let row = listed.rows.find(gap.to.event);
                (row.unwrap_or_else(|next| next), place)
            })
            .filter(|(row, _)| *row < listed.rows.len())
            .collect();
        // Of several that end above one row the worst is told, which the report has first.
        rows.sort_unstable();
        rows.dedup_by_key(|(row, _)| *row);
        Some(Self {
            made_for: Some(key),
            rows,
        })
    }

    /// The gap that ends above a row, by its place in the report.
    pub(super) fn above(&self, row: usize) -> Option<usize> {
        let place = self.rows.binary_search_by_key(&row, |(row, _)| *row).ok()?;
        self.rows.get(place).map(|(_, gap)| *gap)
    }

    /// How many rows of these have a gap above them.
    fn among(&self, rows: std::ops::RangeInclusive<usize>) -> usize {
        let (first, last) = rows.into_inner();
        let place = |bound: usize| self.rows.partition_point(|(row, _)| *row < bound);
        place(last.saturating_add(1)).saturating_sub(place(first))
    }

    /// The top that leaves the selected row in sight, of `height` lines in all.
    pub(super) fn settled(&self, top: usize, selected: usize, height: usize) -> usize {
        let mut top = top;
        while top < selected && selected - top + 1 + self.among(top..=selected) > height {
            top += 1;
        }
        top
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_have_columns() {
        let at = |seconds: f64| Ticks(1_000_000_000).plus_seconds(seconds);
        let stretch = Stretch {
            from: at(0.0),
            to: at(10.0),
        };
        for (seconds, column) in [
            (-5.0, 0),
            (0.0, 0),
            (0.9, 0),
            (1.0, 1),
            (9.9, 9),
            (10.0, 9),
            (99.0, 9),
        ] {
            assert_eq!(stretch.column(at(seconds), 10), column, "{seconds}");
        }
        let point = Stretch {
            from: at(0.0),
            to: at(0.0),
        };
        assert_eq!(point.column(at(0.0), 10), 0);
    }

    #[test]
    fn the_selected_row_stays_in_sight_below_gaps() {
        let gaps = Separators {
            made_for: None,
            rows: vec![(3, 0), (5, 1)],
        };
        for (top, selected, height, expected) in [
            (0, 2, 4, 0),
            (0, 3, 4, 1),
            (0, 3, 5, 0),
            (1, 5, 4, 4),
            (5, 5, 1, 5),
        ] {
            let found = gaps.settled(top, selected, height);
            assert_eq!(found, expected, "{top} {selected} {height}");
        }
    }
}
