//! Rows of one case found again in another: by the event that a row stands for, or by what it names.

use std::sync::Arc;

use crate::model::EventId;
use crate::timeline::{Locations, Timeline};
use crate::tui::app::{App, Mode};
use crate::tui::browse::Screen;
use crate::tui::list::List;

/// From the events of one case to those of another.
pub(super) struct Moves {
    from: Arc<Timeline>,
    to: Arc<Timeline>,
    locations: Arc<Locations>,
}

impl Moves {
    pub(super) fn new(from: &App, to: &App) -> Self {
        Self {
            from: Arc::clone(&from.timeline),
            to: Arc::clone(&to.timeline),
            locations: Arc::clone(to.locations()),
        }
    }

    /// The same event.
    pub(super) fn of(&self, event: EventId) -> Option<EventId> {
        let event = self.from.event(event)?;
        self.locations
            .find(&self.to, event.artifact(), event.locator())
    }

    /// The same event, or the one that now stands at its time.
    pub(super) fn near(&self, event: EventId) -> Option<EventId> {
        self.of(event).or_else(|| {
            let ticks = self.from.event(event)?.ticks()?;
            let place = self.to.first_at(ticks).min(self.to.len().checked_sub(1)?);
            u32::try_from(place).ok().map(EventId)
        })
    }
}

/// What a row is known by.
#[derive(PartialEq, Eq)]
enum Key {
    Event(Option<EventId>),
    Text(String),
}

/// Selects on a screen of the new case the row that was selected before.
pub(super) fn carry(app: &mut App, before: &mut App, mode: Mode, moves: &Moves) {
    let (Some((place, screen)), Some(list)) = (Screen::of(mode), before.lists.of(mode).copied())
    else {
        return;
    };
    let row = if mode == Mode::Sources && before.reading.is_some() {
        // Files that are read have their places while they are read, and are no sources.
        Some(list.selected)
    } else {
        match key(before, mode, list.selected) {
            Some(Key::Event(Some(event))) => {
                let event = moves.of(event);
                event.and_then(|event| find(app, mode, screen, &Key::Event(Some(event))))
            }
            Some(key) => find(app, mode, screen, &key),
            None => None,
        }
    };
    let row = row.unwrap_or(list.selected);
    if let Some(own) = app.lists.of_mut(mode) {
        // As much stands above it as before.
        let above = list.selected.saturating_sub(list.top);
        *own = List {
            selected: row,
            top: row.saturating_sub(above),
        };
    }
    if let (Some(own), Some(about)) = (app.abouts.get_mut(place), before.abouts.get_mut(place)) {
        own.carry(std::mem::take(about), row);
    }
}

fn find(app: &App, mode: Mode, screen: &Screen, wanted: &Key) -> Option<usize> {
    (0..(screen.len)(app)).find(|row| key(app, mode, *row).as_ref() == Some(wanted))
}

fn key(app: &App, mode: Mode, row: usize) -> Option<Key> {
    let report = &app.report;
    Some(match mode {
        Mode::Gaps => Key::Event(Some(report.gaps.get(row)?.from.event)),
        Mode::Http => Key::Event(Some(*app.http.get(row)?)),
        Mode::Notes => Key::Event(Some(app.notes.get(row)?.0)),
        Mode::Tokens => {
            let token = report.tokens.get(row)?;
            match (&token.digest, &token.acquired) {
                (Some(digest), _) => Key::Text(digest.clone()),
                (None, acquired) => Key::Event(acquired.as_ref().map(|acquired| acquired.event)),
            }
        }
        Mode::Device => {
            let fact = app.device.get(row)?;
            Key::Text(format!("{}.{}", fact.section, fact.name))
        }
        Mode::Sources => {
            let source = app.sources.get(row)?;
            Key::Text(format!("{} {}", source.path, source.name))
        }
        Mode::Rules => Key::Text(app.rules.get(row)?.rule.id.clone()),
        Mode::Blindspots => {
            let spot = report.blindspots.get(row)?;
            Key::Text(format!("{} {}", spot.artifact, spot.detail))
        }
        _ => return None,
    })
}
