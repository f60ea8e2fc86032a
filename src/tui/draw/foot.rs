//! The last row: keys of the present mode, the answer to the last action, or the prompt.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::tui::action::Action;
use crate::tui::app::{App, Mode};
use crate::tui::keymap::{Binding, bindings};
use crate::tui::prompt::Prompt;
use crate::tui::sources::moved_source;
use crate::tui::text::{fit, fit_end, safe, width};
use crate::tui::theme::{DIM, SELECTED, STRONG};

/// ```text
///  Enter open  Tab pane  ? help  Esc back  q quit
///  × query: no field is called `levl`; did you mean `level`?
/// filter: levl>=warn
/// ```
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let mut rows = area.rows();
    let last = rows.next_back();
    if app.mode == Mode::Password {
        if let Some(row) = last {
            draw_secret(app, frame, row);
        }
    } else if let Some(line) = app.line() {
        if let Some(row) = rows.next_back() {
            draw_above(app, line, frame, row);
        }
        if let Some(row) = last {
            draw_prompt(app, line, frame, row);
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

/// Above the line: why it was refused, or the ways to complete it.
fn draw_above(app: &App, line: &Prompt, frame: &mut Frame<'_>, row: Rect) {
    let columns = usize::from(row.width);
    if let Some(refusal) = &line.refusal {
        let sign = app.theme.refusal();
        let text = fit(
            &format!(" {} {refusal}", sign.glyph),
            columns,
            app.theme.ellipsis(),
        );
        Line::styled(text, sign.style).render(row, frame.buffer_mut());
        return;
    }
    let Some(completion) = &app.choice.completion else {
        return;
    };
    let mut spans = vec![Span::raw(" ")];
    let mut left = columns.saturating_sub(1);
    // The one that stands in the line comes first, so that it is always in sight.
    let words = completion.words.iter().cycle().skip(completion.place);
    for (count, word) in words.take(completion.words.len()).enumerate() {
        let word = safe(word);
        let taken = width(&word) + 2;
        if taken > left {
            break;
        }
        left -= taken;
        let style = if count == 0 { SELECTED } else { DIM };
        spans.push(Span::styled(word, style));
        spans.push(Span::raw("  "));
    }
    Line::from(spans).render(row, frame.buffer_mut());
}

/// The line that is typed, with the cursor in sight; keys behind it where there is room.
fn draw_prompt(app: &App, line: &Prompt, frame: &mut Frame<'_>, row: Rect) {
    let (before, after) = line.halves();
    let lead = &*lead(app);
    let (before, after) = (safe(before), safe(after));
    let columns = usize::from(row.width);
    // The slash before the line, and the cursor behind what is typed, need a column each.
    let taken = width(lead) + 1;
    let room = columns.saturating_sub(taken);
    let shown = width(&before).min(room);
    let before = fit_end(&before, shown, app.theme.ellipsis());
    let mut spans = vec![
        Span::styled(lead.to_owned(), STRONG),
        Span::raw(before),
        Span::raw(after.clone()),
    ];
    let mut left = columns.saturating_sub(taken + shown + width(&after));
    for (key, short) in named(app.mode).map(|binding| names(app, binding)) {
        let needed = width(&key) + width(short) + 3;
        if needed > left {
            break;
        }
        left -= needed;
        spans.push(Span::styled(format!("  {key}"), STRONG));
        spans.push(Span::styled(format!(" {short}"), DIM));
    }
    Line::from(spans).render(row, frame.buffer_mut());
    let at = u16::try_from(width(lead) + shown).unwrap_or(u16::MAX);
    let x = row.x.saturating_add(at).min(row.right().saturating_sub(1));
    frame.set_cursor_position((x, row.y));
}

/// The password that is typed, of which nothing but its length is seen.
fn draw_secret(app: &App, frame: &mut Frame<'_>, row: Rect) {
    let lead = match &app.message {
        Some(message) => format!(" {message}: "),
        None => " password: ".to_owned(),
    };
    let room = usize::from(row.width).saturating_sub(width(&lead) + 1);
    let typed = "*".repeat(app.secret.len().min(room));
    let at = u16::try_from(width(&lead) + typed.len()).unwrap_or(u16::MAX);
    let line = Line::from(vec![Span::styled(lead, STRONG), Span::raw(typed)]);
    line.render(row, frame.buffer_mut());
    let x = row.x.saturating_add(at).min(row.right().saturating_sub(1));
    frame.set_cursor_position((x, row.y));
}

/// What stands before a line: what it is for.
fn lead(app: &App) -> Cow<'static, str> {
    let lead = match app.mode {
        Mode::Search => "search: ",
        Mode::Note => "note: ",
        Mode::Clock => return format!("add to the times of {}: ", moved_source(app)).into(),
        Mode::Command => ":",
        Mode::Export => "write as: ",
        Mode::Zone => return format!("zone of the file of {}: ", moved_source(app)).into(),
        _ => "filter: ",
    };
    lead.into()
}

/// The bindings of a mode that the foot names, in the order of the table.
fn named(mode: Mode) -> impl Iterator<Item = &'static Binding> {
    bindings(mode).filter(|binding| !binding.short.is_empty())
}

/// The first key of a binding, and its word.
fn names(app: &App, binding: &'static Binding) -> (String, &'static str) {
    let key = app.keys.of(binding).first().map(|key| key.name());
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
    let is_tab = |binding: &&Binding| matches!(binding.action, Action::Show(mode) if !mode.is_typing() && mode != Mode::Help);
    let last: Vec<_> = named(app.mode)
        .filter(is_last)
        .map(|binding| names(app, binding))
        .collect();
    let taken = |(key, short): &(String, &str)| width(key) + 1 + width(short) + 2;
    let mut room = usize::from(columns).saturating_sub(1 + last.iter().map(taken).sum::<usize>());
    let mut shown = Vec::new();
    for item in named(app.mode)
        .filter(|binding| !is_last(binding) && !is_tab(binding))
        .map(|binding| names(app, binding))
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
