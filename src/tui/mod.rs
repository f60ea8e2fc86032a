//! The interactive view: one state, one list of actions, one table of keys, one file per panel.
//!
//! A key becomes an `Action` by the table in `keymap`; `update` turns state and
//! action into the next state and never touches the terminal; `draw` shows the state and never
//! changes it. No frame walks the events: what grows with their number happens when a filter is
//! entered or a jump is asked for, never while drawing.

mod about;
mod action;
mod app;
mod blindspots;
mod browse;
mod chord;
mod density;
mod detail;
mod device;
mod draw;
mod events;
mod finding;
mod findings;
mod gaps;
mod http;
mod keymap;
mod layout;
mod list;
mod lists;
mod page;
mod phases;
mod prompt;
mod rests;
mod rules;
mod sources;
mod steps;
mod terminal;
#[cfg(test)]
mod tests;
mod text;
mod theme;
mod tokens;
mod update;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{self, Event};

use crate::model::{Report, Zone};
use crate::timeline::Timeline;
use action::{Action, Effect};
use app::App;
use terminal::Screen;

pub use rules::{Explain, NearMiss, NearPart, RuleBook, RuleLine};

/// How the view shows things.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Zone that times are shown in.
    pub zone: Zone,
    /// Whether colours are used; without them glyphs, words, bold and reverse remain.
    pub color: bool,
    /// Whether lines and signs are drawn with ASCII characters alone.
    pub ascii: bool,
}

/// Shows a report and its timeline until the user quits.
///
/// The terminal is given back as it was found on every way out: quitting, errors and panics.
///
/// # Errors
/// The terminal cannot be set up, drawn on or read from.
pub fn run(
    report: Arc<Report>,
    timeline: Arc<Timeline>,
    rules: RuleBook,
    options: Options,
) -> io::Result<()> {
    let mut app = App::new(report, timeline, options).with_rules(rules);
    let mut screen = Screen::enter(options)?;
    let outcome = converse(&mut app, &mut screen);
    let left = screen.leave();
    outcome.and(left)
}

/// Draws, waits for input, applies it, until an action asks to quit.
fn converse(app: &mut App, screen: &mut Screen) -> io::Result<()> {
    let size = screen.size()?;
    update::update(app, Action::Resize(size));
    loop {
        screen.draw(|frame| draw::draw(app, frame))?;
        // Keys that came in meanwhile are applied before the next frame, so that a held
        // key never runs behind.
        loop {
            if let Some(action) = meaning(app, &event::read()?)
                && update::update(app, action) == Effect::Quit
            {
                return Ok(());
            }
            if !event::poll(Duration::ZERO)? {
                break;
            }
        }
    }
}

/// What an input event asks for in the present mode.
fn meaning(app: &App, event: &Event) -> Option<Action> {
    match event {
        Event::Key(key) => keymap::action(app.mode, *key),
        Event::Resize(width, height) => Some(Action::Resize((*width, *height).into())),
        Event::Paste(text) => keymap::pasted(app.mode, text),
        _ => None,
    }
}
