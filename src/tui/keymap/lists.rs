//! Keys of single lists.

use crossterm::event::KeyCode;

use super::{Group, bind};
use crate::tui::action::Action;
use crate::tui::app::Mode;
use crate::tui::chord::key;

/// Those of the gaps.
pub(super) const GAPS: Group = Group {
    title: "Gaps",
    modes: &[Mode::Gaps],
    bindings: &[bind(
        "open",
        &[key(KeyCode::Enter)],
        Action::Open,
        "first event",
        "go to the event that the gap begins with",
    )],
};

/// Those of the marks.
pub(super) const NOTES: Group = Group {
    title: "Marks",
    modes: &[Mode::Notes],
    bindings: &[bind(
        "open",
        &[key(KeyCode::Enter)],
        Action::Open,
        "event",
        "go to the event that is marked",
    )],
};
