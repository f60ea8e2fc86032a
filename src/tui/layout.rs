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

use super::app::{App, Mode};
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

/// The attempts above, the steps of the selected one below.
///
/// ```text
/// ── Attempts 12 ─────────────────────────────
///    id  kind  outcome  code  start  length
/// >  a2  ...
/// ── a2 mdm-enrol, failure 0x80180014 ────────
///    time  delta  stage  outcome  what
/// >  ...
///       the selected step's code and quotes
/// ```
pub(super) fn attempts(app: &App, body: Rect) -> [Rect; 2] {
    let len = u16::try_from(app.report.attempts.len()).unwrap_or(u16::MAX);
    let list = len
        .saturating_add(CHROME)
        .min((body.height * 2 / 5).max(CHROME + 3));
    let mut steps = body;
    [take_top(&mut steps, list), steps]
}

/// The findings, and what is said of the selected one: below, on wide terminals to the right.
///
/// ```text
/// ── Findings 3 ──────────────────────────────
/// > f1  × HIGH       97 % [-] title
///   f2  ! MEDIUM     88 %       title
///   Ruled out 1
/// ── f1 ──────────────────────────────────────
///   what was seen, what to do, evidence
/// ```
pub(super) fn findings(app: &App, body: Rect) -> [Rect; 2] {
    let mut rest = body;
    if body.width >= WIDE {
        rest.width = body.width / 2;
        let list = Rect {
            width: body.width - rest.width,
            ..body
        };
        rest.x = list.right();
        return [list, rest];
    }
    let len = u16::try_from(app.findings.rows.len()).unwrap_or(u16::MAX);
    let list = len
        .saturating_add(CHROME)
        .min((body.height * 2 / 5).max(CHROME + 3));
    [take_top(&mut rest, list), rest]
}

/// Columns that the text about the selected finding has in its panel: not those of the line to its
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
/// ── Timeline 13,537 events ──────────────┬─ e5424 ──────────────
///    time  delta  lane  ...  what         │ fields
/// >  ...                                  │ where it stands
/// ```
pub(super) fn timeline(body: Rect) -> (Rect, Option<Rect>) {
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

/// A list above and what is selected in it below.
pub(super) fn list_and_more(body: Rect) -> [Rect; 2] {
    let more = (body.height / 3).min(14);
    let mut list = body;
    let more = take_bottom(&mut list, more);
    [list, more]
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
