//! Keys of the screens that list things and say more of the selected one.

use crossterm::event::KeyCode;

use super::{Group, bind};
use crate::tui::action::{Action, Narrow};
use crate::tui::app::Mode;
use crate::tui::chord::{key, letter};

/// Those of lists whose rows stand for events.
pub(super) const EVENTS: Group = Group {
    title: "HTTP, device, sources and marks",
    modes: &[Mode::Http, Mode::Device, Mode::Sources, Mode::Notes],
    bindings: &[bind(
        "open",
        &[key(KeyCode::Enter)],
        Action::Open,
        "event",
        "go to the event of the row, or to what is said of it; from a line of evidence, to its event",
    )],
};

/// Those of lists whose rows stand for something else.
pub(super) const THINGS: Group = Group {
    title: "Tokens, rules and blind spots",
    modes: &[Mode::Tokens, Mode::Rules, Mode::Blindspots],
    bindings: &[bind(
        "open",
        &[key(KeyCode::Enter)],
        Action::Open,
        "open",
        "go to what is said of the row, of a rule how near it came; from evidence, to its event",
    )],
};

/// Those of all of them.
pub(super) const PANES: Group = Group {
    title: "Lists with more below",
    modes: &[
        Mode::Gaps,
        Mode::Http,
        Mode::Tokens,
        Mode::Device,
        Mode::Sources,
        Mode::Rules,
        Mode::Blindspots,
        Mode::Notes,
    ],
    bindings: &[bind(
        "pane",
        &[key(KeyCode::Tab), key(KeyCode::BackTab)],
        Action::SwitchPane,
        "pane",
        "between the list and what is said of the selected row, evidence first",
    )],
};

/// Those of exchanges.
pub(super) const EXCHANGES: Group = Group {
    title: "HTTP",
    modes: &[Mode::Http],
    bindings: &[
        bind(
            "only-this",
            &[letter('=')],
            Action::Narrow(Narrow::To),
            "only",
            "show only exchanges with this endpoint; of what is said, only those with the value of the line",
        ),
        bind(
            "without-this",
            &[letter('x')],
            Action::Narrow(Narrow::From),
            "without",
            "show exchanges with this endpoint no longer; of what is said, those with the value of the line",
        ),
    ],
};

/// Those about the sources.
pub(super) const SOURCES: Group = Group {
    title: "Sources",
    modes: &[Mode::Sources],
    bindings: &[
        bind(
            "clock",
            &[letter('t')],
            Action::Show(Mode::Clock),
            "clock",
            "say what is to be added to the times of the source",
        ),
        bind(
            "zone",
            &[letter('Z')],
            Action::Show(Mode::Zone),
            "",
            "say in which zone the times of the file are that name none",
        ),
        bind(
            "undo-clock",
            &[letter('r')],
            Action::Unplace,
            "",
            "take the last change of a clock or a zone back",
        ),
    ],
};
