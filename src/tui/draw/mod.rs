//! Drawing: each panel reads the state and fills its rectangle; none of them changes anything.
//!
//! The screen map stands in `layout`, above the functions that lay it out.

mod about;
mod attempts;
mod bar;
mod blindspots;
mod browse;
mod columns;
pub(super) mod density;
mod detail;
mod device;
mod findings;
mod foot;
mod gaps;
pub(super) mod help;
mod http;
mod notes;
mod palette;
mod phases;
mod reading;
mod rules;
mod sources;
pub(super) mod steps;
pub(super) mod timeline;
mod tokens;
mod top;
pub(super) mod verdict;

use ratatui::backend::TestBackend;
use ratatui::layout::{Rect, Size};
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use ratatui::{Frame, Terminal};

use super::app::{App, Mode, Pane};
use super::layout;
use super::text::{fit, safe, width};
use crate::tui::theme::{DIM, STRONG};

/// Columns in which every row has room.
const WIDEST: u16 = 300;

/// Draws the whole screen.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>) {
    let areas = layout::areas(app, frame.area().as_size());
    top::draw(app, frame, areas.top);
    verdict::draw(app, frame, areas.verdict);
    top::draw_tabs(app, frame, areas.tabs);
    let body = areas.body;
    let screen = match app.mode {
        chosen @ (Mode::Command | Mode::Export) => chosen,
        _ => app.screen(),
    };
    match screen {
        Mode::Findings => findings::draw(app, frame, body),
        Mode::Phases => {
            let panes = layout::attempts(app, body);
            attempts::draw(app, frame, panes.list);
            if let Some(area) = panes.phases {
                phases::draw(app, frame, area);
            }
            if let Some(area) = panes.steps {
                steps::draw(app, frame, area);
            }
        }
        Mode::Timeline
        | Mode::Filter
        | Mode::Search
        | Mode::Note
        | Mode::Clock
        | Mode::Zone
        | Mode::Password => {
            let (list, beside) = layout::timeline(body);
            density::draw(app, frame, layout::strip(body));
            timeline::draw(app, frame, list);
            if let Some(beside) = beside {
                detail::draw(app, frame, beside);
            }
        }
        Mode::Detail => detail::draw(app, frame, body),
        Mode::Gaps => gaps::draw(app, frame, body),
        Mode::Http => http::draw(app, frame, body),
        Mode::Tokens => tokens::draw(app, frame, body),
        Mode::Device => device::draw(app, frame, body),
        Mode::Sources if app.reading.is_some() => reading::draw(app, frame, body),
        Mode::Sources => sources::draw(app, frame, body),
        Mode::Rules => rules::draw(app, frame, body),
        Mode::Blindspots => blindspots::draw(app, frame, body),
        Mode::Verdict => verdict::draw_full(app, frame, body),
        Mode::Notes => notes::draw(app, frame, body),
        Mode::Command | Mode::Export => palette::draw(app, frame, body),
        Mode::Help => help::draw(app, frame, body),
    }
    foot::draw(app, frame, areas.foot);
}

/// The row that is selected on a screen, with all of its columns.
pub(super) fn selected_row(app: &App) -> Option<String> {
    let size = Size::new(WIDEST.max(app.size.width), app.size.height);
    let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).ok()?;
    terminal.draw(|frame| draw(app, frame)).ok()?;
    let buffer = terminal.backend().buffer();
    for row in buffer.area.rows() {
        let cells: Vec<_> = row
            .columns()
            .filter_map(|place| buffer.cell(place.as_position()))
            .collect();
        let mut selected = cells
            .iter()
            .skip_while(|cell| !cell.modifier.contains(Modifier::REVERSED))
            .take_while(|cell| cell.modifier.contains(Modifier::REVERSED))
            .peekable();
        if selected.peek().is_some() {
            let text: String = selected.map(|cell| cell.symbol()).collect();
            let words: Vec<&str> = text.split_whitespace().collect();
            return Some(words.join(" ").trim_start_matches("> ").to_owned());
        }
    }
    None
}

/// Whether a panel of several has the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keys {
    Here,
    Elsewhere,
}

impl Keys {
    fn of(app: &App, pane: Pane) -> Self {
        if app.pane == pane {
            Self::Here
        } else {
            Self::Elsewhere
        }
    }
}

/// The title row of a panel that stands alone.
fn title(app: &App, frame: &mut Frame<'_>, panel: Rect, text: &str) {
    title_of(app, frame, panel, Keys::Elsewhere, text);
}

/// The title row of a panel: `── Title ──────`, or `─> Title ──────` where it has the keys.
fn title_of(app: &App, frame: &mut Frame<'_>, panel: Rect, keys: Keys, text: &str) {
    let theme = app.theme;
    let dash = theme.border().horizontal_top;
    let lead = match keys {
        Keys::Here => format!("{dash}> "),
        Keys::Elsewhere => format!("{dash}{dash} "),
    };
    let room = usize::from(panel.width).saturating_sub(5);
    let text = safe(text);
    let text = fit(&text, width(&text).min(room), theme.ellipsis());
    let rest = usize::from(panel.width).saturating_sub(4 + width(&text));
    let line = Line::from(vec![
        Span::styled(lead, DIM),
        Span::styled(text, STRONG),
        Span::styled(format!(" {}", dash.repeat(rest)), DIM),
    ]);
    let row = Rect {
        height: panel.height.min(1),
        ..panel
    };
    line.render(row, frame.buffer_mut());
}

/// Lines of a text, from the one scrolled to, in the rectangle.
fn text_lines(frame: &mut Frame<'_>, area: Rect, lines: &[Line<'_>], scroll: usize) {
    for (row, line) in area.rows().zip(lines.iter().skip(scroll)) {
        line.render(row, frame.buffer_mut());
    }
}

/// What stands in place of an empty list.
fn hint(frame: &mut Frame<'_>, area: Rect, text: &'static str) {
    text_lines(frame, area, &[Line::raw(text)], 0);
}

/// What part of a text is in sight, where it is not all of it: ` 1-16 of 40`.
fn position(scroll: usize, height: usize, len: usize) -> String {
    if len <= height {
        return String::new();
    }
    format!(
        "  lines {}-{} of {len}",
        scroll + 1,
        (scroll + height).min(len)
    )
}
