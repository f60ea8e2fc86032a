//! After an action: every selection is in its list and in sight, and texts are up to date.

use ratatui::layout::{Rect, Size};

use super::moving::scrolled_lines;
use super::screens::is_wide;
use crate::tui::app::{App, Mode, Pane};
use crate::tui::detail::Detail;
use crate::tui::keymap::READING;
use crate::tui::{draw, finding, layout, lists};

/// Brings every selection into its list and into sight, and the detail up to date.
pub(super) fn settle(app: &mut App) {
    let body = layout::areas(app, app.size).body;
    settle_findings(app, body);
    let [attempts, steps] = layout::attempts(app, body);
    app.attempts
        .settle(app.report.attempts.len(), layout::list_rows(attempts));
    app.steps = draw::steps::settled(app, steps);
    let rows = draw::timeline::rows(app, body);
    app.events.list.settle(app.events.rows.len(), rows);
    let listed = layout::list_rows(layout::list_and_more(body)[0]);
    for mode in READING {
        let len = lists::len(app, *mode);
        if let Some(list) = app.lists.of(*mode) {
            list.settle(len, listed);
        }
    }
    let height = usize::from(layout::below_title(body).height);
    if matches!(app.mode, Mode::Help | Mode::Verdict) {
        app.scroll = app.scroll.min(scrolled_lines(app).saturating_sub(height));
    }
    if app.mode == Mode::Timeline && !is_wide(app) {
        app.pane = Pane::Main;
    }
    super::lines::settle(app, layout::list_rows(body));
    settle_detail(app, body.as_size(), height);
}

/// Brings the selected finding into sight, and what is said of it up to date.
fn settle_findings(app: &mut App, body: Rect) {
    let [list, page] = layout::findings(app, body);
    app.findings.settle_list(layout::list_rows(list));
    if app.mode != Mode::Findings {
        return;
    }
    let columns = layout::page_columns(page);
    let lines = finding::lines(app, columns);
    app.findings.show(lines);
    let height = usize::from(layout::below_title(page).height);
    let (len, top) = (app.findings.lines.len(), app.findings.cursor.top);
    app.findings.cursor.settle(len, height);
    if app.pane == Pane::Main {
        // Without the keys, what was read stays in sight.
        app.findings.cursor.top = top.min(len.saturating_sub(height));
    }
}

/// Makes the lines of the detail where it is in sight.
fn settle_detail(app: &mut App, body: Size, height: usize) {
    let body = Rect::from(((0, 0).into(), body));
    let panel = match app.screen() {
        Mode::Detail => body,
        Mode::Timeline => match layout::timeline(body).1 {
            Some(panel) => panel,
            None => return,
        },
        _ => return,
    };
    let columns = usize::from(layout::detail_inside(panel).width);
    if !app.detail.is_of(app, columns) {
        app.detail = Detail::of(app, columns);
    }
    let len = app.detail.lines.len();
    app.detail.cursor.settle(len, height);
}
