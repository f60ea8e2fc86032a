//! Keys of the timeline and of one event in full.

use crossterm::event::KeyCode;

use super::{Group, bind};
use crate::tui::action::{Action, Direction, Target};
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
            "edit-filter",
            &[letter('\\')],
            Action::Show(Mode::Filter),
            "filter",
            "filter with the query language",
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

/// Those that go from event to event.
pub(super) const EVENTS: Group = Group {
    title: "Timeline and detail",
    modes: &[Mode::Timeline, Mode::Detail],
    bindings: &[
        bind(
            "next-error",
            &[letter('e')],
            Action::Seek(Target::Failure, Direction::Next),
            "failure",
            "next event that reports a failure",
        ),
        bind(
            "previous-error",
            &[letter('E')],
            Action::Seek(Target::Failure, Direction::Previous),
            "",
            "previous event that reports a failure",
        ),
        bind(
            "next-gap",
            &[letter('s')],
            Action::Seek(Target::Gap, Direction::Next),
            "gap",
            "next event that a gap begins with",
        ),
        bind(
            "previous-gap",
            &[letter('S')],
            Action::Seek(Target::Gap, Direction::Previous),
            "",
            "previous event that a gap begins with",
        ),
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
            "next-finding",
            &[letter('f')],
            Action::Seek(Target::Evidence, Direction::Next),
            "evidence",
            "next event that a finding rests on",
        ),
        bind(
            "previous-finding",
            &[letter('F')],
            Action::Seek(Target::Evidence, Direction::Previous),
            "",
            "previous event that a finding rests on",
        ),
    ],
};
