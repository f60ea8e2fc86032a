//! Keys of the attempts and their steps.

use crossterm::event::KeyCode;

use super::{Group, bind};
use crate::tui::action::Action;
use crate::tui::app::Mode;
use crate::tui::chord::key;

/// The keys.
pub(super) const KEYS: Group = Group {
    title: "Phases",
    modes: &[Mode::Phases],
    bindings: &[
        bind(
            "open",
            &[key(KeyCode::Enter)],
            Action::Open,
            "open",
            "go to the steps; from a step, to its event in the timeline",
        ),
        bind(
            "pane",
            &[key(KeyCode::Tab), key(KeyCode::BackTab)],
            Action::SwitchPane,
            "pane",
            "between attempts with their phases, and steps",
        ),
    ],
};
