//! After an action: every selection is in its list and in sight, and texts are up to date.

use ratatui::layout::Rect;

use super::moving::scrolled_lines;
use super::screens::is_wide;
use crate::tui::app::{App, Mode, Pane};
use crate::tui::browse::Screen;
use crate::tui::density::Listed;
use crate::tui::detail::Detail;
use crate::tui::{draw, finding, layout, lists};

/// Brings every selection into its list and into sight, and the detail up to date.
pub(super) fn settle(app: &mut App) {
    let body = layout::areas(app, app.size).body;
    settle_findings(app, body);
    let panes = layout::attempts(app, body);
    app.attempts
        .settle(app.report.attempts.len(), layout::list_rows(panes.list));
    if let Some(steps) = panes.steps {
        app.steps = draw::steps::settled(app, steps);
    }
    settle_timeline(app, body);
    settle_exchanges(app);
    let (mode, height) = (app.screen(), layout::list_rows(layout::list(app, body)));
    let len = lists::len(app, mode);
    if let Some(list) = app.lists.of_mut(mode) {
        list.settle(len, height);
    }
    settle_about(app, body);
    let height = usize::from(layout::below_title(body).height);
    if matches!(app.mode, Mode::Help | Mode::Verdict) {
        app.scroll = app.scroll.min(scrolled_lines(app).saturating_sub(height));
    }
    if app.mode == Mode::Timeline && !is_wide(app) {
        app.pane = Pane::Main;
    }
    super::lines::settle(app, layout::list_rows(body));
    settle_detail(app, body);
}

/// Lists the exchanges that the filter lets through; the selected one stays selected, or what comes
/// next after it.
fn settle_exchanges(app: &mut App) {
    if app.http_edition == app.events.edition {
        return;
    }
    app.http_edition = app.events.edition;
    let selected = app.http.get(app.lists.http.selected).copied();
    let rows = &app.events.rows;
    let shown = app.exchanges.iter().filter(|id| rows.find(**id).is_ok());
    app.http = shown.copied().collect();
    let place = selected.map(|id| app.http.partition_point(|other| *other < id));
    app.lists.http.selected = place.unwrap_or(0);
}

/// Brings the selected event into sight, with the gaps between the rows above it, and the strip up to
/// date.
fn settle_timeline(app: &mut App, body: Rect) {
    let rows = draw::timeline::rows(app, body);
    app.events.list.settle(app.events.rows.len(), rows);
    let listed = Listed {
        timeline: &app.timeline,
        report: &app.report,
        rows: &app.events.rows,
        filter: app.events.filter.as_deref(),
        selected: app.events.selected(),
    };
    let separators = app.separators.renewed(listed);
    let density = (app.screen() == Mode::Timeline)
        .then(|| {
            let columns = draw::density::columns(layout::strip(body));
            app.density.renewed(listed, columns)
        })
        .flatten();
    app.separators = separators.unwrap_or_else(|| std::mem::take(&mut app.separators));
    app.density = density.unwrap_or_else(|| std::mem::take(&mut app.density));
    let list = &mut app.events.list;
    list.top = app.separators.settled(list.top, list.selected, rows);
}

/// Brings the selected finding into sight.
fn settle_findings(app: &mut App, body: Rect) {
    let list = layout::findings(app, body).list;
    app.findings.settle_list(layout::list_rows(list));
}

/// Lines that each pane has.
pub(super) fn heights(pages: &[Rect]) -> Vec<usize> {
    let height = |page: &Rect| usize::from(layout::below_title(*page).height);
    pages.iter().map(height).collect()
}

/// Brings what is said of the selected row up to date, and its selected line into sight.
fn settle_about(app: &mut App, body: Rect) {
    let pages = layout::pages(app, body);
    let columns = pages.iter().map(|page| layout::page_columns(*page));
    let Some(columns) = columns.min() else {
        return;
    };
    let has_keys = app.pane == Pane::Side;
    let row = match app.screen() {
        Mode::Findings => app.findings.key(),
        mode => app.lists.of(mode).map_or(0, |list| list.selected),
    };
    // What the user writes can change; the rest of a case cannot.
    let may_change = app.screen() == Mode::Notes;
    if app
        .about()
        .is_some_and(|about| may_change || !about.is_of(row, columns))
    {
        let page = match Screen::of(app.screen()) {
            Some((_, screen)) => screen.page(app, row, columns),
            None => finding::page(app, columns),
        };
        if let Some(about) = app.about_mut() {
            about.show(row, columns, page);
        }
    }
    if let Some(about) = app.about_mut() {
        about.settle(&heights(&pages), has_keys);
    }
}

/// Makes the lines of the detail where it is in sight.
fn settle_detail(app: &mut App, body: Rect) {
    let panel = match app.screen() {
        Mode::Detail => body,
        Mode::Timeline => match layout::timeline(body).1 {
            Some(panel) => panel,
            None => return,
        },
        _ => return,
    };
    let inside = layout::detail_inside(panel);
    let (columns, height) = (usize::from(inside.width), usize::from(inside.height));
    if !app.detail.is_of(app, columns) {
        app.detail = Detail::of(app, columns);
    }
    let len = app.detail.lines.len();
    app.detail.cursor.settle(len, height);
}
