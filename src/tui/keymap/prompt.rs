//! Keys of lines that are typed.

use crossterm::event::KeyCode;

use super::{Group, TYPING, bind};
use crate::tui::action::{Action, Edit};
use crate::tui::app::Mode;
use crate::tui::chord::{ctrl, key};

/// Those of the filter.
pub(super) const FILTER: Group = Group {
    title: "Filter",
    modes: &[Mode::Filter],
    bindings: &[
        bind(
            "accept",
            &[key(KeyCode::Enter)],
            Action::Accept,
            "apply",
            "apply the filter; an empty one shows everything",
        ),
        bind(
            "back",
            &[key(KeyCode::Esc)],
            Action::Back,
            "leave",
            "leave the filter as it was; the line is kept",
        ),
        bind(
            "older-line",
            &[key(KeyCode::Up), ctrl('p')],
            Action::Edit(Edit::Older),
            "earlier",
            "the filter applied before",
        ),
        bind(
            "newer-line",
            &[key(KeyCode::Down), ctrl('n')],
            Action::Edit(Edit::Newer),
            "",
            "the filter applied after",
        ),
        bind(
            "complete",
            &[key(KeyCode::Tab)],
            Action::Complete,
            "complete",
            "complete the word before the cursor; once more takes the next way to",
        ),
    ],
};

/// Those of what is chosen by its name.
pub(super) const CHOICE: Group = Group {
    title: "Choosing by name",
    modes: &[Mode::Command, Mode::Export],
    bindings: &[
        bind(
            "accept",
            &[key(KeyCode::Enter)],
            Action::Accept,
            "do it",
            "do what is selected; e and a number goes to the event of that number",
        ),
        bind(
            "back",
            &[key(KeyCode::Esc)],
            Action::Back,
            "leave",
            "leave without choosing",
        ),
        bind(
            "older-line",
            &[key(KeyCode::Up), ctrl('p')],
            Action::Edit(Edit::Older),
            "up",
            "up",
        ),
        bind(
            "newer-line",
            &[key(KeyCode::Down), ctrl('n')],
            Action::Edit(Edit::Newer),
            "down",
            "down",
        ),
        bind(
            "complete",
            &[key(KeyCode::Tab)],
            Action::Complete,
            "",
            "complete the name",
        ),
    ],
};

/// Those of lines that have no others.
pub(super) const LINES: Group = Group {
    title: "Search, note, clock and zone",
    modes: &[Mode::Search, Mode::Note, Mode::Clock, Mode::Zone],
    bindings: &[
        bind(
            "accept",
            &[key(KeyCode::Enter)],
            Action::Accept,
            "apply",
            "apply the line",
        ),
        bind(
            "back",
            &[key(KeyCode::Esc)],
            Action::Back,
            "leave",
            "leave the line",
        ),
        bind(
            "older-line",
            &[key(KeyCode::Up), ctrl('p')],
            Action::Edit(Edit::Older),
            "",
            "the line applied before",
        ),
        bind(
            "newer-line",
            &[key(KeyCode::Down), ctrl('n')],
            Action::Edit(Edit::Newer),
            "",
            "the line applied after",
        ),
    ],
};

/// Those of a password that is typed.
pub(super) const PASSWORD: Group = Group {
    title: "Password",
    modes: &[Mode::Password],
    bindings: &[
        bind(
            "accept",
            &[key(KeyCode::Enter)],
            Action::Accept,
            "open",
            "open what is locked; without a password, go on without it",
        ),
        bind(
            "back",
            &[key(KeyCode::Esc)],
            Action::Back,
            "go on without",
            "go on without what is locked",
        ),
    ],
};

/// Those that change a line.
pub(super) const EDITING: Group = Group {
    title: "Lines",
    modes: TYPING,
    bindings: &[
        bind(
            "clear-line",
            &[ctrl('u')],
            Action::Edit(Edit::Clear),
            "clear",
            "clear the line",
        ),
        bind(
            "erase-word",
            &[ctrl('w')],
            Action::Edit(Edit::EraseWord),
            "",
            "erase the word before the cursor",
        ),
        bind(
            "erase",
            &[key(KeyCode::Backspace), ctrl('h')],
            Action::Edit(Edit::Erase),
            "",
            "erase before the cursor",
        ),
        bind(
            "erase-after",
            &[key(KeyCode::Delete), ctrl('d')],
            Action::Edit(Edit::EraseAfter),
            "",
            "erase after the cursor",
        ),
        bind(
            "left",
            &[key(KeyCode::Left), ctrl('b')],
            Action::Edit(Edit::Left),
            "",
            "one character to the left",
        ),
        bind(
            "right",
            &[key(KeyCode::Right), ctrl('f')],
            Action::Edit(Edit::Right),
            "",
            "one character to the right",
        ),
        bind(
            "line-start",
            &[key(KeyCode::Home), ctrl('a')],
            Action::Edit(Edit::Home),
            "",
            "to the beginning of the line",
        ),
        bind(
            "line-end",
            &[key(KeyCode::End), ctrl('e')],
            Action::Edit(Edit::End),
            "",
            "to the end of the line",
        ),
    ],
};
