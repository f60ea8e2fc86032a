//! Screens that list things and say more of the selected one: what differs between them.
//!
//! Rows are made once, when the report arrives; what is said of the selected row is made when another
//! one is selected or the width changes.

use super::app::{App, Mode};
use super::page::Page;
use super::{blindspots, device, gaps, http, notes, rules, sources, tokens};
use crate::model::EventId;

/// What such a screen lists.
#[derive(Debug)]
pub(super) struct Screen {
    mode: Mode,
    /// Fifths of the screen that its list may take.
    pub(super) share: u16,
    /// How many rows it has.
    pub(super) len: fn(&App) -> usize,
    /// Says what there is to say of a row.
    about: fn(&App, usize, &mut Page),
    /// The event that a row stands for.
    event: fn(&App, usize) -> Option<EventId>,
}

/// How many such screens there are.
pub(super) const COUNT: usize = 8;

/// Every such screen. What each says of its selected row stands in `App::abouts`, in the same order.
static SCREENS: [Screen; COUNT] = [
    Screen {
        mode: Mode::Gaps,
        share: 2,
        len: |app| app.report.gaps.len(),
        about: gaps::about,
        event: |app, row| Some(app.report.gaps.get(row)?.from.event),
    },
    Screen {
        mode: Mode::Http,
        share: 2,
        len: |app| app.http.len(),
        about: http::about,
        event: |app, row| app.http.get(row).copied(),
    },
    Screen {
        mode: Mode::Tokens,
        share: 2,
        len: |app| app.report.tokens.len(),
        about: tokens::about,
        event: |_, _| None,
    },
    Screen {
        mode: Mode::Device,
        share: 3,
        len: |app| app.device.len(),
        about: device::about,
        event: |app, row| app.device.get(row)?.event,
    },
    Screen {
        mode: Mode::Sources,
        share: 3,
        len: |app| match &app.reading {
            Some(reading) => reading.files.len(),
            None => app.sources.len(),
        },
        about: sources::about,
        event: |app, row| app.sources.get(row)?.first,
    },
    Screen {
        mode: Mode::Rules,
        share: 2,
        len: |app| app.rules.len(),
        about: rules::about,
        event: |_, _| None,
    },
    Screen {
        mode: Mode::Blindspots,
        share: 3,
        len: |app| app.report.blindspots.len(),
        about: blindspots::about,
        event: |_, _| None,
    },
    Screen {
        mode: Mode::Notes,
        share: 3,
        len: |app| app.notes.len(),
        about: notes::about,
        event: |app, row| Some(app.notes.get(row)?.0),
    },
];

impl Screen {
    /// The screen of a mode and its place, where it is of this sort.
    pub(super) fn of(mode: Mode) -> Option<(usize, &'static Self)> {
        let place = SCREENS.iter().position(|screen| screen.mode == mode)?;
        Some((place, SCREENS.get(place)?))
    }

    /// The event that a row stands for.
    pub(super) fn event(&self, app: &App, row: usize) -> Option<EventId> {
        (self.event)(app, row)
    }

    /// The page about a row in this width.
    pub(super) fn page(&self, app: &App, row: usize, columns: usize) -> Page {
        let mut page = Page::new(columns);
        if row < (self.len)(app) {
            (self.about)(app, row, &mut page);
        }
        page
    }
}
