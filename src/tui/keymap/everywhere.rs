//! Keys that mean the same on every screen.

use crossterm::event::KeyCode;

use super::{EVERY, Group, READING, bind};
use crate::tui::action::{Action, Move};
use crate::tui::app::Mode;
use crate::tui::chord::{ctrl, key, letter};

/// Movements.
pub(super) const MOVING: Group = Group {
    title: "Moving",
    modes: READING,
    bindings: &[
        bind(
            "down",
            &[letter('j'), key(KeyCode::Down)],
            Action::Move(Move::Down),
            "",
            "down",
        ),
        bind(
            "up",
            &[letter('k'), key(KeyCode::Up)],
            Action::Move(Move::Up),
            "",
            "up",
        ),
        bind(
            "page-down",
            &[key(KeyCode::PageDown), letter(' '), ctrl('f')],
            Action::Move(Move::PageDown),
            "",
            "a page down",
        ),
        bind(
            "page-up",
            &[key(KeyCode::PageUp), ctrl('b')],
            Action::Move(Move::PageUp),
            "",
            "a page up",
        ),
        bind(
            "half-page-down",
            &[ctrl('d')],
            Action::Move(Move::HalfDown),
            "",
            "half a page down",
        ),
        bind(
            "half-page-up",
            &[ctrl('u')],
            Action::Move(Move::HalfUp),
            "",
            "half a page up",
        ),
        bind(
            "first",
            &[letter('g'), key(KeyCode::Home)],
            Action::Move(Move::First),
            "",
            "to the first",
        ),
        bind(
            "last",
            &[letter('G'), key(KeyCode::End)],
            Action::Move(Move::Last),
            "",
            "to the last",
        ),
    ],
};

/// Those that show a screen.
pub(super) const SCREENS: Group = Group {
    title: "Screens",
    modes: READING,
    bindings: &[
        bind(
            "findings",
            &[letter('1')],
            Action::Show(Mode::Findings),
            "Findings",
            "what is wrong, what was ruled out, what cannot be told",
        ),
        bind(
            "timeline",
            &[letter('2')],
            Action::Show(Mode::Timeline),
            "Timeline",
            "every event in one order",
        ),
        bind(
            "phases",
            &[letter('3')],
            Action::Show(Mode::Phases),
            "Phases",
            "what was tried, phase by phase",
        ),
        bind(
            "gaps",
            &[letter('4')],
            Action::Show(Mode::Gaps),
            "Gaps",
            "stretches of time between steps",
        ),
        bind(
            "http",
            &[letter('5')],
            Action::Show(Mode::Http),
            "HTTP",
            "requests and their answers",
        ),
        bind(
            "tokens",
            &[letter('6')],
            Action::Show(Mode::Tokens),
            "Tokens",
            "tokens, their lives and their uses",
        ),
        bind(
            "device",
            &[letter('7')],
            Action::Show(Mode::Device),
            "Device",
            "what the device said of itself",
        ),
        bind(
            "sources",
            &[letter('8')],
            Action::Show(Mode::Sources),
            "Sources",
            "what was read, and what it covers",
        ),
        bind(
            "rules",
            &[letter('9')],
            Action::Show(Mode::Rules),
            "Rules",
            "the rules that the evidence was judged by",
        ),
        bind(
            "blind-spots",
            &[letter('b')],
            Action::Show(Mode::Blindspots),
            "",
            "what could not be seen",
        ),
        bind(
            "verdict",
            &[letter('v')],
            Action::Show(Mode::Verdict),
            "Verdict",
            "the verdict in full and what it rests on",
        ),
        bind(
            "help",
            &[letter('?'), key(KeyCode::F(1))],
            Action::Show(Mode::Help),
            "help",
            "keys, signs and the query language",
        ),
    ],
};

/// Ways back and out.
pub(super) const LEAVING: Group = Group {
    title: "Leaving",
    modes: READING,
    bindings: &[
        bind(
            "back",
            &[key(KeyCode::Esc), key(KeyCode::Backspace)],
            Action::Back,
            "back",
            "clear the filter, or go back to where you came from",
        ),
        bind("quit", &[letter('q')], Action::Quit, "quit", "quit"),
    ],
};

/// Those that hold while a line is typed as well.
pub(super) const ALWAYS: Group = Group {
    title: "Always",
    modes: EVERY,
    bindings: &[bind("quit", &[ctrl('c')], Action::Quit, "", "quit")],
};
