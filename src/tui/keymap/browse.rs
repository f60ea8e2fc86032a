//! Keys of the screens that list things and say more of the selected one.

use crossterm::event::KeyCode;

use super::{Group, bind};
use crate::tui::action::Action;
use crate::tui::app::Mode;
use crate::tui::chord::key;

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
