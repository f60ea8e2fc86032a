//! Where things stand on a terminal of a given size.
//!
//! The state needs this as well as the drawing: how far a page goes and what is in sight
//! depends on it.
//!
//! ```text
//! ┌──────────────────────────────────────────────────────────────┐
//! │ top        program, input, counts, zone             1 row    │
//! │ verdict    severity and headline                    1-3 rows │
//! │ tabs       screens and their keys                   1 row    │
//! ├──────────────────────────────────────────────────────────────┤
//! │ body       Findings │ Timeline │ Gaps │ ...                  │
//! │                                                              │
//! ├──────────────────────────────────────────────────────────────┤
//! │ foot       keys, or a message, or the prompt        1-2 rows │
//! └──────────────────────────────────────────────────────────────┘
//! ```
//!
//! A terminal too low for all of it keeps the body: the top row goes first, then the tabs,
//! then the verdict, then the foot.

use ratatui::layout::{Rect, Size};

use super::app::{App, Mode, Pane};
use super::browse::Screen;
use super::text::wrap;

/// From this many columns on, the detail stands beside the timeline.
pub(super) const WIDE: u16 = 120;
/// Rows of a panel that are no rows of its list: its title and its column headings.
pub(super) const CHROME: u16 = 2;

/// The parts of the screen; a part without room is empty.
#[derive(Clone, Copy, Debug)]
pub(super) struct Areas {
    pub(super) top: Rect,
    pub(super) verdict: Rect,
    pub(super) tabs: Rect,
    pub(super) body: Rect,
    pub(super) foot: Rect,
}

/// The parts of a screen of this size.
pub(super) fn areas(app: &App, size: Size) -> Areas {
    let height = size.height;
    let rows = |from: u16, count: u16| if height >= from { count } else { 0 };
    let headline = verdict_lines(app, size.width).len();
    let verdict = u16::try_from(headline).unwrap_or(3).clamp(
        1,
        match height {
            // The finding below says the same in full.
            _ if app.screen() == Mode::Findings => 1,
            24.. => 3,
            16.. => 2,
            _ => 1,
        },
    );
    let has_refusal = app.line().is_some_and(|line| line.refusal.is_some());
    let foot = if has_refusal || app.choice.completion.is_some() {
        2
    } else {
        1
    };
    let mut body = Rect::from(((0, 0).into(), size));
    let top = take_top(&mut body, rows(10, 1));
    let verdict = take_top(&mut body, rows(7, verdict));
    let tabs = take_top(&mut body, rows(8, 1));
    let foot = take_bottom(&mut body, rows(3, foot));
    Areas {
        top,
        verdict,
        tabs,
        body,
        foot,
    }
}

/// Cuts rows off the top of a rectangle; fewer where it has not so many.
fn take_top(area: &mut Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    let taken = Rect {
        height: rows,
        ..*area
    };
    area.y += rows;
    area.height -= rows;
    taken
}

fn take_bottom(area: &mut Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    area.height -= rows;
    Rect {
        y: area.bottom(),
        height: rows,
        ..*area
    }
}

/// The headline in lines, beside the severity's sign and word.
pub(super) fn verdict_lines(app: &App, width: u16) -> Vec<String> {
    let room = usize::from(width).saturating_sub(verdict_indent(app) + 1);
    wrap(&app.report.verdict.headline, room)
}

/// Columns before the headline: one blank, the severity, one blank.
pub(super) fn verdict_indent(app: &App) -> usize {
    super::text::width(&app.theme.severity(app.report.verdict.severity).text()) + 3
}

/// A list, and the panes for what is said of its selected row: one, or two on wide terminals.
#[derive(Clone, Debug)]
pub(super) struct Browsing {
    pub(super) list: Rect,
    pub(super) pages: Vec<Rect>,
}

/// A list of so many rows above, in so many fifths of the screen at most, what is said of the selected
/// one below.
///
/// ```text
/// ── Tokens 2 ───────────────────────────────────────────────────────
/// > t1  × late      Device Registration Service  ...
///   t2  ? unknown   opaque refresh token         ...
/// ── t1 ──────────────────────────┬── t1: events ────────────────────
///   audience  ...                 │ > got   10:20:00.510 e11 ...
/// ```
pub(super) fn browse(body: Rect, len: usize, share: u16) -> Browsing {
    let mut rest = body;
    let len = u16::try_from(len).unwrap_or(u16::MAX);
    let list = len
        .saturating_add(CHROME)
        .clamp(CHROME + 1, (body.height * share / 5).max(CHROME + 3));
    let list = take_top(&mut rest, list);
    Browsing {
        list,
        pages: halves(rest),
    }
}

/// A rectangle as it is, or as two beside each other on wide terminals.
fn halves(area: Rect) -> Vec<Rect> {
    if area.width < WIDE {
        return vec![area];
    }
    let left = Rect {
        width: area.width / 2,
        ..area
    };
    let right = Rect {
        x: left.right(),
        width: area.width - left.width,
        ..area
    };
    vec![left, right]
}

/// The panes for what is said of the selected row of the open screen; none where it says nothing.
pub(super) fn pages(app: &App, body: Rect) -> Vec<Rect> {
    match app.screen() {
        Mode::Findings => findings(app, body).pages,
        _ => listing(app, body).map_or_else(Vec::new, |panes| panes.pages),
    }
}

/// The panes of the open screen, where it is one that lists things.
pub(super) fn listing(app: &App, body: Rect) -> Option<Browsing> {
    let (_, screen) = Screen::of(app.screen())?;
    if app.is_reading_sources() {
        return None;
    }
    Some(browse(body, (screen.len)(app), screen.share))
}

/// The list of the open screen, where it is one.
pub(super) fn list(app: &App, body: Rect) -> Rect {
    listing(app, body).map_or(body, |panes| panes.list)
}

/// The attempts above, the phases of the selected one below, and beside them, or in their place where
/// the terminal is narrow and the pane has the keys, its steps.
///
/// ```text
/// ── Attempts 12 ──────────────────────────────────────────────────────
/// >  a2  ...
/// ── a2 entra-join × failure ─────┬── Steps 17 ───────────────────────
///    discover    √ ok   █         │    time  delta  stage  outcome  what
///    prepare-key √ ok    ░▓▓▓▓    │ >  ...
/// ```
pub(super) fn attempts(app: &App, body: Rect) -> Trying {
    let Browsing { list, pages } = browse(body, app.report.attempts.len(), 2);
    let is_narrow = pages.len() < 2;
    let first = pages.first().copied().unwrap_or_default();
    let shows_steps = app.pane == Pane::Side;
    Trying {
        list,
        phases: (!is_narrow || !shows_steps).then_some(first),
        steps: match pages.get(1) {
            Some(second) => Some(*second),
            None => shows_steps.then_some(first),
        },
    }
}

/// The panes of the phases; those that are not in sight are none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trying {
    pub(super) list: Rect,
    pub(super) phases: Option<Rect>,
    pub(super) steps: Option<Rect>,
}

/// How far the story got, the findings below, and what is said of the selected one below them.
///
/// ```text
///  reached √ discover √ send × respond   not reached complete, post-join
/// ── Findings 3 ──────────────────────────────
/// > f1  × HIGH       97 % [-] title
///   f2  ! MEDIUM     88 %       title
///   Ruled out 1
/// ── f1 ──────────────────────────┬── f1: evidence ───────────────────
///   what was seen, what to do     │ > refused  10:30:15.410 e61 ...
/// ```
pub(super) fn findings(app: &App, body: Rect) -> Browsing {
    let mut rest = body;
    take_top(&mut rest, reach(body).height);
    browse(rest, app.findings.rows.len(), 2)
}

/// The row that says how far the story got, where there is room for one.
pub(super) fn reach(body: Rect) -> Rect {
    Rect {
        height: u16::from(body.height >= 12),
        ..body
    }
}

/// Columns that the text about a selected row has in its panel: not those of the line to its
/// left and of the mark of the selected row.
pub(super) fn page_columns(panel: Rect) -> usize {
    usize::from(page_inside(panel).width).saturating_sub(2)
}

/// The inside of the panel of that text.
pub(super) fn page_inside(panel: Rect) -> Rect {
    let inside = below_title(panel);
    let line = inside.width.min(u16::from(panel.x > 0));
    Rect {
        x: inside.x + line,
        width: inside.width - line,
        ..inside
    }
}

/// The timeline, and on wide terminals the selected event's detail to its right.
///
/// ```text
///  10:00:00 ░▒▓█  ░      ░▒▓█ 10:30:16
///              [= g1 10m10s =]  ×^
/// ── Timeline 13,537 events ──────────────┬─ e5424 ──────────────
///    time  delta  lane  ...  what         │ fields
/// >  ...                                  │ where it stands
/// ```
pub(super) fn timeline(body: Rect) -> (Rect, Option<Rect>) {
    let strip = strip(body).height;
    let body = Rect {
        y: body.y + strip,
        height: body.height - strip,
        ..body
    };
    if body.width < WIDE {
        return (body, None);
    }
    let detail = (body.width * 2 / 5).min(90);
    let list = Rect {
        width: body.width - detail,
        ..body
    };
    (
        list,
        Some(Rect {
            x: list.right(),
            width: detail,
            ..body
        }),
    )
}

/// The strip above the timeline, where there is room for it.
pub(super) fn strip(body: Rect) -> Rect {
    Rect {
        height: if body.height >= 12 { 2 } else { 0 },
        ..body
    }
}

/// Rows that a list has in a panel.
pub(super) fn list_rows(panel: Rect) -> usize {
    usize::from(panel.height.saturating_sub(CHROME))
}

/// The inside of a panel that has a title row.
pub(super) fn below_title(panel: Rect) -> Rect {
    let title = panel.height.min(1);
    Rect {
        y: panel.y + title,
        height: panel.height - title,
        ..panel
    }
}

/// The inside of the detail, which has a line to its left when it stands beside the list.
pub(super) fn detail_inside(panel: Rect) -> Rect {
    let inside = below_title(panel);
    let indent = inside.width.min(if panel.x > 0 { 2 } else { 1 });
    Rect {
        x: inside.x + indent,
        width: inside.width - indent,
        ..inside
    }
}
