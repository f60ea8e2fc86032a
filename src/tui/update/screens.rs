//! Which screen is shown, which of its panes has the keys, and the way back.

use ratatui::layout::{Position, Rect};

use super::filter::change;
use super::jumps::jump;
use super::settle::{heights, settle};
use crate::tui::about::About;
use crate::tui::action::Effect;
use crate::tui::app::{App, Mode, Pane};
use crate::tui::browse::Screen;
use crate::tui::{layout, rules};

/// Shows a screen. Typing a filter, the help and the verdict are left again by `Back`; the
/// other screens stand for themselves.
pub(super) fn show(app: &mut App, mode: Mode) {
    if mode == app.mode {
        return;
    }
    match mode {
        Mode::Help | Mode::Verdict => {
            // Going from one to the other does not pile them up.
            if !matches!(app.mode, Mode::Help | Mode::Verdict) {
                app.back.push(app.mode);
            }
            app.scroll = 0;
        }
        Mode::Notes => app.back.push(app.mode),
        mode if mode.is_typing() => {
            super::lines::begin(app, mode);
            return;
        }
        _ => app.back.clear(),
    }
    app.mode = mode;
    if !matches!(mode, Mode::Help | Mode::Verdict) {
        app.pane = Pane::Main;
    }
}

pub(super) fn switch_pane(app: &mut App) {
    let has_side = match app.mode {
        Mode::Findings | Mode::Phases => true,
        Mode::Timeline => is_wide(app),
        _ => app.about().is_some(),
    };
    app.pane = match app.pane {
        Pane::Main if has_side => Pane::Side,
        _ => Pane::Main,
    };
    if app.pane == Pane::Side {
        let body = layout::areas(app, app.size).body;
        let heights = heights(&layout::pages(app, body));
        if let Some(about) = app.about_mut() {
            about.enter(&heights);
        }
    }
}

pub(super) fn is_wide(app: &App) -> bool {
    layout::timeline(layout::areas(app, app.size).body)
        .1
        .is_some()
}

/// Whether the selected line of the detail has the keys.
pub(super) fn has_detail(app: &App) -> bool {
    match app.mode {
        Mode::Detail => true,
        Mode::Timeline => app.pane == Pane::Side,
        _ => false,
    }
}

pub(super) fn open(app: &mut App) -> Effect {
    match (app.mode, app.pane) {
        (Mode::Findings, Pane::Main) => {
            let is_unfolded = app.findings.unfold(&app.report);
            if !is_unfolded {
                switch_pane(app);
            }
        }
        (Mode::Phases, Pane::Main) => app.pane = Pane::Side,
        (Mode::Phases, Pane::Side) => {
            let step = app
                .attempt()
                .and_then(|attempt| attempt.steps.get(app.steps.selected));
            if let Some(event) = step.map(|step| step.event) {
                jump(app, event);
            }
        }
        (Mode::Notes, _) => {
            if let Some((event, _)) = app.notes.get(app.lists.notes.selected) {
                jump(app, event);
            }
        }
        (Mode::Timeline, Pane::Main) if is_wide(app) => app.pane = Pane::Side,
        (Mode::Timeline, _) => zoom(app),
        (Mode::Rules, Pane::Main) => {
            let effect = rules::explain(app, app.lists.rules.selected);
            app.pane = Pane::Side;
            enter_second(app);
            return effect;
        }
        (_, Pane::Main) if app.about().is_some() => match app.row_event() {
            Some(event) => jump(app, event),
            None => switch_pane(app),
        },
        (_, Pane::Main) => {}
        (_, Pane::Side) => match app.about().map(About::event) {
            Some(Some(event)) => jump(app, event),
            Some(None) => {
                app.message = Some("this line names no event; evidence does".to_owned());
            }
            None => {}
        },
    }
    Effect::Draw
}

/// Selects the second part of what is said, with as much of it in sight as there is room for.
fn enter_second(app: &mut App) {
    settle(app);
    let heights = heights(&layout::pages(app, layout::areas(app, app.size).body));
    if let Some(about) = app.about_mut() {
        about.enter_second(&heights);
    }
}

/// Shows how near a rule came to whoever waits for that on the rules.
pub(in crate::tui) fn show_near(app: &mut App) {
    let waits = app.about().is_some_and(About::is_at_second);
    if app.mode == Mode::Rules && app.pane == Pane::Side && waits {
        enter_second(app);
    }
}

pub(super) fn back(app: &mut App) {
    match (app.mode, app.pane) {
        (mode, _) if mode.is_typing() => super::lines::leave(app),
        (mode, Pane::Side) if mode != Mode::Detail => app.pane = Pane::Main,
        (Mode::Timeline, _) if app.events.filter.is_some() => {
            change(app, None);
            app.message = Some("filter cleared; < brings it back".to_owned());
        }
        _ => {
            if let Some(mode) = app.back.pop() {
                app.mode = mode;
                // What was followed is shown again in the pane that has it.
                app.pane = came_from(app, mode);
            }
        }
    }
}

/// The pane of a screen that an event was gone to from: its list where the row itself stands for one.
fn came_from(app: &App, mode: Mode) -> Pane {
    match mode {
        Mode::Findings | Mode::Phases => Pane::Side,
        mode if Screen::of(mode).is_some() && app.row_event().is_none() => Pane::Side,
        _ => Pane::Main,
    }
}

pub(super) fn zoom(app: &mut App) {
    match app.mode {
        // What the event was gone to from is gone back to from the list.
        Mode::Detail => {
            app.back.pop_if(|mode| *mode == Mode::Timeline);
            app.mode = Mode::Timeline;
        }
        Mode::Timeline if app.events.selected().is_some() => {
            app.back.push(Mode::Timeline);
            app.mode = Mode::Detail;
        }
        _ => {}
    }
}

/// Selects the row of a list that was clicked on; on the screen's name, shows it.
pub(super) fn click(app: &mut App, place: Position) {
    let areas = layout::areas(app, app.size);
    if !areas.body.contains(place) || app.mode.is_typing() {
        return;
    }
    let row = |panel: Rect, above: u16| {
        let first = panel.y + above;
        let is_inside = panel.contains(place) && place.y >= first;
        is_inside.then(|| usize::from(place.y - first))
    };
    match app.mode {
        Mode::Timeline => {
            let (list, beside) = layout::timeline(areas.body);
            let filter = u16::from(app.events.filter.is_some());
            if let Some(row) = row(list, layout::CHROME + filter) {
                app.pane = Pane::Main;
                app.events.list.selected = app.events.list.top + row;
            } else if let Some(row) = beside.and_then(|beside| row(beside, 1)) {
                app.pane = Pane::Side;
                app.detail.cursor.selected = app.detail.cursor.top + row;
            }
        }
        Mode::Detail => {
            if let Some(row) = row(areas.body, 1) {
                app.detail.cursor.selected = app.detail.cursor.top + row;
            }
        }
        mode => {
            let row = row(layout::list(app, areas.body), layout::CHROME);
            if let (Some(row), Some(list)) = (row, app.lists.of_mut(mode)) {
                app.pane = Pane::Main;
                list.selected = list.top + row;
            }
        }
    }
}
