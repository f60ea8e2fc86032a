//! A case on its way into the view, in place of the one that is shown.
//!
//! Where a filter is shown, the case before stays until the filter has gone through the new one, so that
//! rows never come unfiltered in between. What the user selected, marked and typed stays his: events are
//! found again by the records that they stand in (`carry`).

mod carry;
mod rows;

use super::app::{App, Mode};
use super::events::Rows;
use super::placement::Placement;
use super::text::counted;
use super::work::Filtering;
use super::{Prepared, sources};

/// Why a case comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It is what was read so far.
    Partial,
    /// It is what was read.
    Whole,
    /// Sources stand where the user put them.
    Placed(Placement),
}

/// A case that is not shown yet.
#[derive(Debug)]
pub(super) struct Arriving {
    case: Box<App>,
    kind: Kind,
    /// The filter that is shown, on its way through the case.
    filter: Option<Filtering>,
}

/// Lets a case arrive. One that was on its way already never will.
pub(super) fn arrive(app: &mut App, prepared: Prepared, kind: Kind) {
    app.gone
        .extend(app.arriving.take().map(|before| *before.case));
    app.arriving = Some(Arriving {
        case: prepared.0,
        kind,
        filter: None,
    });
    go_on(app);
}

/// Goes on with the case that is on its way: a slice of its filter, and it is shown after the last.
pub(super) fn go_on(app: &mut App) {
    let Some(mut arriving) = app.arriving.take() else {
        return;
    };
    let timeline = &arriving.case.timeline;
    let shown = app.events.filter.as_deref();
    if arriving.filter.as_ref().map(|filter| &*filter.text) != shown {
        // A filter that the new case refuses is shown no longer.
        let filter = shown.map(|text| Filtering::new(text, timeline, None));
        arriving.filter = filter.and_then(Result::ok);
    }
    let rows = match &mut arriving.filter {
        None => None,
        Some(filter) => {
            let Some(rows) = filter.go_on(timeline) else {
                app.arriving = Some(arriving);
                return;
            };
            Some((filter.text.clone(), rows))
        }
    };
    take_over(app, *arriving.case, &arriving.kind, rows);
}

/// Shows a case in place of the one before, which is let go.
fn take_over(app: &mut App, fresh: App, kind: &Kind, rows: Option<(String, Rows)>) {
    let mut before = std::mem::replace(app, fresh);
    let told = app.message.take();
    let is_whole = *kind == Kind::Whole;
    // Who only waited is shown what was found; whoever went elsewhere stays there.
    let waited = before.is_reading_sources() && !before.mode.is_typing();
    app.carry(&mut before, rows, waited && is_whole);
    match kind {
        Kind::Partial => {
            app.reading = before.reading.take();
            app.message = before.message.take();
        }
        Kind::Whole => {
            let found = counted(app.report.findings.len(), "finding", "findings");
            let found = format!("everything is read: {found}; 1 shows them");
            app.message = told.or((!waited).then_some(found));
        }
        Kind::Placed(placement) => {
            app.message = Some(sources::placed(app, &before.placement, placement));
            app.placement.clone_from(placement);
            app.wanted = None;
            app.notes.is_unsaved = true;
        }
    }
    app.gone.push(before);
}

impl App {
    /// Whether something is to be gone on with between two frames.
    pub(super) fn is_busy(&self) -> bool {
        self.work.is_some() || self.arriving.is_some()
    }

    /// Whether the files that are still read stand in place of the sources.
    pub(super) fn is_reading_sources(&self) -> bool {
        self.screen() == Mode::Sources && self.reading.is_some()
    }
}
