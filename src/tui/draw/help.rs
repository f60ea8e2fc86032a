//! The help: made from the table of keys, the signs of the theme and the query's fields.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{position, text_lines, title};
use crate::model::{Level, Outcome};
use crate::timeline::FIELDS;
use crate::tui::app::App;
use crate::tui::keymap::GROUPS;
use crate::tui::layout::below_title;
use crate::tui::text::{fit, wrap};
use crate::tui::theme::STRONG;

/// Columns for the names of keys.
const KEYS: usize = 20;

/// Examples of filters.
const EXAMPLES: &[&str] = &[
    "level>=warn and provider:UDR",
    "code:0x8018* or \"not preregistered\"",
    "outcome:failure after:2026-03-02T08:00 not lane:task",
];

/// Draws the help.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let inside = below_title(area);
    let lines = lines(app, usize::from(area.width));
    let place = position(app.scroll, usize::from(inside.height), lines.len());
    title(app, frame, area, &format!("Help{place}"));
    text_lines(frame, inside, &lines, app.scroll);
}

/// The lines of the help, for a screen of this width.
pub(in crate::tui) fn lines(app: &App, columns: usize) -> Vec<Line<'static>> {
    let theme = app.theme;
    let mut lines = Vec::new();
    let pair = |lines: &mut Vec<Line<'static>>, name: &str, text: &str| {
        let room = columns.saturating_sub(KEYS + 4);
        for (place, part) in wrap(text, room).into_iter().enumerate() {
            let name = if place == 0 { name } else { "" };
            lines.push(Line::from(vec![
                Span::styled(
                    fit(&format!("   {name}"), KEYS + 3, theme.ellipsis()),
                    STRONG,
                ),
                Span::raw(format!(" {part}")),
            ]));
        }
    };
    let heading = |lines: &mut Vec<Line<'static>>, text: &str| {
        if !lines.is_empty() {
            lines.push(Line::raw(""));
        }
        lines.push(Line::styled(format!(" {text}"), theme.heading()));
    };
    // The keys of the screen that the help lies over come first.
    let beneath = app.back.last().copied().unwrap_or(app.mode);
    let mut groups: Vec<_> = GROUPS.iter().collect();
    groups.sort_by_key(|group| !group.modes.contains(&beneath));
    for group in groups {
        heading(&mut lines, group.title);
        for binding in group.bindings {
            let names: Vec<String> = app.keys.of(binding).iter().map(|key| key.name()).collect();
            let text = format!("{} :{}", binding.long, binding.name);
            pair(&mut lines, &names.join("  "), &text);
        }
    }
    heading(&mut lines, "Signs");
    for (outcome, text) in [
        (Outcome::Success, "what was tried worked"),
        (Outcome::Failure, "it did not"),
        (Outcome::Info, "the event tells something else"),
        (Outcome::Noise, "background chatter"),
        (Outcome::Unknown, "the evidence does not say"),
    ] {
        pair(&mut lines, &theme.outcome(outcome).text(), text);
    }
    let warned = theme.event(Outcome::Unknown, Level(3));
    pair(
        &mut lines,
        &warned.text(),
        "no outcome is known; the level that was recorded",
    );
    pair(&mut lines, "a2", "the event is a step of attempt a2");
    pair(
        &mut lines,
        "a2>  a2<",
        "a gap begins or ends with this event",
    );
    pair(
        &mut lines,
        "[f5]  [f5+2]",
        "the finding that rests on the event, and how many more do",
    );
    pair(
        &mut lines,
        "H E T K D",
        "lanes: HTTP, event log, trace, task scheduler, state of the device",
    );
    pair(
        &mut lines,
        "[+2]  [-]",
        "what comes from the finding is folded, and how many that are, or listed",
    );
    pair(
        &mut lines,
        "state:",
        "a finding that explains others and is no fault by itself",
    );
    heading(&mut lines, "Filters");
    for example in EXAMPLES {
        lines.push(Line::raw(format!("   {example}")));
    }
    for (name, what) in FIELDS {
        pair(&mut lines, name, what);
    }
    pair(
        &mut lines,
        "any other name",
        "a field of the event, e.g. JoinRequestType=8",
    );
    lines
}
