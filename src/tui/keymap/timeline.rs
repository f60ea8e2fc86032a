//! Keys of the timeline and of one event in full.

use crossterm::event::KeyCode;

use super::{Group, bind};
use crate::tui::action::{Action, Direction, Narrow};
use crate::tui::app::Mode;
use crate::tui::chord::{key, letter};

/// Those of the list.
pub(super) const LIST: Group = Group {
    title: "Timeline",
    modes: &[Mode::Timeline],
    bindings: &[
        bind(
            "open",
            &[key(KeyCode::Enter)],
            Action::Open,
            "detail",
            "go to the event's detail",
        ),
        bind(
            "pane",
            &[key(KeyCode::Tab), key(KeyCode::BackTab)],
            Action::SwitchPane,
            "",
            "between list and detail, on wide terminals",
        ),
        bind(
            "zoom",
            &[letter('z')],
            Action::Zoom,
            "",
            "show the detail alone",
        ),
    ],
};

/// Those of an event in full.
pub(super) const DETAIL: Group = Group {
    title: "Detail",
    modes: &[Mode::Detail],
    bindings: &[
        bind(
            "zoom",
            &[key(KeyCode::Enter), letter('z')],
            Action::Zoom,
            "list",
            "back to the list",
        ),
        bind(
            "next-event",
            &[key(KeyCode::Right), letter('l')],
            Action::Neighbour(Direction::Next),
            "next",
            "the next event",
        ),
        bind(
            "previous-event",
            &[key(KeyCode::Left), letter('h')],
            Action::Neighbour(Direction::Previous),
            "previous",
            "the previous event",
        ),
    ],
};

/// Those that are about the selected event.
pub(super) const EVENTS: Group = Group {
    title: "Timeline and detail",
    modes: &[Mode::Timeline, Mode::Detail],
    bindings: &[
        bind(
            "next-linked",
            &[letter('o')],
            Action::Follow(Direction::Next),
            "linked",
            "next event of the same request, activity or thread",
        ),
        bind(
            "previous-linked",
            &[letter('O')],
            Action::Follow(Direction::Previous),
            "",
            "previous event of the same request, activity or thread",
        ),
        bind(
            "zero",
            &[letter('t')],
            Action::ToggleZero,
            "zero",
            "count times from this event; once more on it to stop",
        ),
        bind(
            "no-zero",
            &[letter('T')],
            Action::ClearZero,
            "",
            "count times from the row above again",
        ),
        bind(
            "only-this",
            &[letter('=')],
            Action::Narrow(Narrow::To),
            "only",
            "show only events of this kind; in the detail, only those with the value of the line",
        ),
        bind(
            "without-this",
            &[letter('x')],
            Action::Narrow(Narrow::From),
            "without",
            "show events of this kind no longer; in the detail, those with the value of the line",
        ),
        bind(
            "mark",
            &[letter('m')],
            Action::ToggleMark,
            "mark",
            "mark the event, or no longer",
        ),
        bind(
            "note",
            &[letter('a')],
            Action::Show(Mode::Note),
            "note",
            "write a note on the event",
        ),
    ],
};
