//! Keys of the gaps.

use crossterm::event::KeyCode;

use super::{Group, bind};
use crate::tui::action::Action;
use crate::tui::app::Mode;
use crate::tui::chord::key;

/// The keys.
pub(super) const KEYS: Group = Group {
    title: "Gaps",
    modes: &[Mode::Gaps],
    bindings: &[bind(
        "open",
        &[key(KeyCode::Enter)],
        Action::Open,
        "first event",
        "go to the event that the gap begins with; from a line of evidence, to its event",
    )],
};
