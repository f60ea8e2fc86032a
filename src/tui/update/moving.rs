//! Movements within a list or a text.

use ratatui::layout::Rect;

use crate::tui::about::About;
use crate::tui::action::{Direction, Move};
use crate::tui::app::{App, Mode, Pane};
use crate::tui::list::{List, moved};
use crate::tui::steps::decisive;
use crate::tui::{draw, layout, lists};

pub(super) fn go(app: &mut App, step: Move) {
    let height = height(app);
    match (app.mode, app.pane) {
        (Mode::Findings, Pane::Main) => app.findings.go(step, height),
        (Mode::Findings, Pane::Side) => {
            app.findings.about.go(step, height);
        }
        (Mode::Phases, Pane::Main) => {
            let before = app.attempts.selected;
            app.attempts.go(step, app.report.attempts.len(), height);
            if app.attempts.selected != before {
                app.steps = List::at(app.attempt().map_or(0, decisive));
            }
        }
        (Mode::Phases, Pane::Side) => {
            let len = app.attempt().map_or(0, |attempt| attempt.steps.len());
            app.steps.go(step, len, height);
        }
        (Mode::Timeline, Pane::Main) => {
            let len = app.events.rows.len();
            app.events.list.go(step, len, height);
        }
        (Mode::Timeline, Pane::Side) | (Mode::Detail, _) => {
            let len = app.detail.lines.len();
            app.detail.cursor.go(step, len, height);
        }
        (Mode::Verdict | Mode::Help, _) => {
            let last = scrolled_lines(app).saturating_sub(height);
            app.scroll = moved(app.scroll, step, last, height);
        }
        (mode, Pane::Main) => {
            let len = lists::len(app, mode);
            if let Some(list) = app.lists.of_mut(mode) {
                list.go(step, len, height);
            }
        }
        (_, Pane::Side) => {
            if let Some(about) = app.about_mut() {
                about.go(step, height);
            }
        }
    }
}

/// Rows that a page of the pane with the keys has.
pub(super) fn height(app: &App) -> usize {
    let body = layout::areas(app, app.size).body;
    let text = |panel| usize::from(layout::below_title(panel).height);
    match (app.screen(), app.pane) {
        (Mode::Findings, Pane::Main) => layout::list_rows(layout::findings(app, body).list),
        (Mode::Findings, Pane::Side) => {
            let pages = layout::findings(app, body).pages;
            about_height(&app.findings.about, &pages)
        }
        (Mode::Phases, Pane::Main) => layout::list_rows(layout::attempts(app, body).list),
        (Mode::Phases, Pane::Side) => {
            let steps = layout::attempts(app, body).steps;
            steps.map_or(0, layout::list_rows)
        }
        (Mode::Timeline, Pane::Main) => draw::timeline::rows(app, body),
        (Mode::Timeline, Pane::Side) => layout::timeline(body).1.map_or(0, text),
        (Mode::Detail | Mode::Verdict | Mode::Help, _) => text(body),
        (
            Mode::Gaps
            | Mode::Http
            | Mode::Tokens
            | Mode::Device
            | Mode::Sources
            | Mode::Rules
            | Mode::Blindspots
            | Mode::Notes,
            pane,
        ) => match (app.about(), pane) {
            (Some(about), Pane::Side) => about_height(about, &layout::pages(app, body)),
            _ => layout::list_rows(layout::list(app, body)),
        },
        // Lines are typed over one of those.
        (
            Mode::Filter
            | Mode::Search
            | Mode::Note
            | Mode::Clock
            | Mode::Zone
            | Mode::Password
            | Mode::Command
            | Mode::Export,
            _,
        ) => 1,
    }
}

/// Lines of the pane that the selected line of a text stands in.
fn about_height(about: &About, pages: &[Rect]) -> usize {
    let page = pages.get(about.pane(pages.len()));
    page.map_or(0, |page| usize::from(layout::below_title(*page).height))
}

pub(super) fn scrolled_lines(app: &App) -> usize {
    let columns = usize::from(app.size.width);
    match app.mode {
        Mode::Help => draw::help::lines(app, columns).len(),
        Mode::Verdict => draw::verdict::full(app, columns).len(),
        _ => 0,
    }
}

pub(super) fn neighbour(app: &mut App, direction: Direction) {
    let step = match direction {
        Direction::Next => Move::Down,
        Direction::Previous => Move::Up,
    };
    let len = app.events.rows.len();
    app.events.list.go(step, len, 1);
}
