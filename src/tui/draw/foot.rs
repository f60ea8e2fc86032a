//! The last row: keys of the present mode, the answer to the last action, or the prompt.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::tui::action::Action;
use crate::tui::app::{App, Mode};
use crate::tui::keymap::{Binding, bindings};
use crate::tui::text::{fit, fit_end, safe, width};
use crate::tui::theme::{DIM, STRONG};

/// ```text
///  Enter open  Tab pane  ? help  Esc back  q quit
///  × query: no field is called `levl`; did you mean `level`?
/// /levl>=warn
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let mut rows = area.rows();
    let last = rows.next_back();
    if app.mode == Mode::Filter {
        if let (Some(refusal), Some(row)) = (&app.prompt.refusal, rows.next_back()) {
            let sign = app.theme.refusal();
            let text = format!(" {} {refusal}", sign.glyph);
            let text = fit(&text, usize::from(row.width), app.theme.ellipsis());
            Line::styled(text, sign.style).render(row, frame.buffer_mut());
        }
        if let Some(row) = last {
            draw_prompt(app, frame, row);
        }
    } else if let Some(row) = last {
        match &app.message {
            Some(message) => {
                let text = fit(
                    &format!(" {message}"),
                    usize::from(row.width),
                    app.theme.ellipsis(),
                );
                Line::styled(text, STRONG).render(row, frame.buffer_mut());
            }
            None => keys(app, row.width).render(row, frame.buffer_mut()),
        }
    }
}

/// The line that is typed, with the cursor in sight; keys behind it where there is room.
fn draw_prompt(app: &App, frame: &mut Frame<'_>, row: Rect) {
    let (before, after) = app.prompt.halves();
    let (before, after) = (safe(before), safe(after));
    let columns = usize::from(row.width);
    // The slash before the line, and the cursor behind what is typed, need a column each.
    let room = columns.saturating_sub(2);
    let shown = width(&before).min(room);
    let before = fit_end(&before, shown, app.theme.ellipsis());
    let mut spans = vec![
        Span::styled("/", STRONG),
        Span::raw(before),
        Span::raw(after.clone()),
    ];
    let mut left = columns.saturating_sub(2 + shown + width(&after));
    for (key, short) in named(app.mode).map(names) {
        let needed = width(&key) + width(short) + 3;
        if needed > left {
            break;
        }
        left -= needed;
        spans.push(Span::styled(format!("  {key}"), STRONG));
        spans.push(Span::styled(format!(" {short}"), DIM));
    }
    Line::from(spans).render(row, frame.buffer_mut());
    let at = u16::try_from(1 + shown).unwrap_or(u16::MAX);
    let x = row.x.saturating_add(at).min(row.right().saturating_sub(1));
    frame.set_cursor_position((x, row.y));
}

/// The bindings of a mode that the foot names, in the order of the table.
fn named(mode: Mode) -> impl Iterator<Item = &'static Binding> {
    bindings(mode).filter(|binding| !binding.short.is_empty())
}

/// The first key of a binding, and its word.
fn names(binding: &Binding) -> (String, &'static str) {
    let key = binding.keys.first().map(|key| key.name());
    (key.unwrap_or_default(), binding.short)
}

/// The keys of the mode. Help and quit are always named; of the rest, what there is room for.
fn keys(app: &App, columns: u16) -> Line<'static> {
    let is_last = |binding: &&Binding| {
        matches!(
            binding.action,
            Action::Quit | Action::Back | Action::Show(Mode::Help)
        )
    };
    let is_tab = |binding: &&Binding| matches!(binding.action, Action::Show(mode) if mode != Mode::Filter && mode != Mode::Help);
    let last: Vec<_> = named(app.mode).filter(is_last).map(names).collect();
    let taken = |(key, short): &(String, &str)| width(key) + 1 + width(short) + 2;
    let mut room = usize::from(columns).saturating_sub(1 + last.iter().map(taken).sum::<usize>());
    let mut shown = Vec::new();
    for item in named(app.mode)
        .filter(|binding| !is_last(binding) && !is_tab(binding))
        .map(names)
    {
        let needed = taken(&item);
        if needed > room {
            break;
        }
        room -= needed;
        shown.push(item);
    }
    shown.extend(last);
    let mut spans = vec![Span::raw(" ")];
    for (key, short) in shown {
        spans.push(Span::styled(key, STRONG));
        spans.push(Span::styled(format!(" {short}  "), DIM));
    }
    Line::from(spans)
}
