//! Keys of the findings.

use crossterm::event::KeyCode;

use super::{Group, bind};
use crate::tui::action::Action;
use crate::tui::app::Mode;
use crate::tui::chord::{key, letter};

/// The keys.
pub(super) const KEYS: Group = Group {
    title: "Findings",
    modes: &[Mode::Findings],
    bindings: &[
        bind(
            "open",
            &[key(KeyCode::Enter)],
            Action::Open,
            "open",
            "unfold the finding, then go to what is said of it; from evidence, to its event",
        ),
        bind(
            "pane",
            &[key(KeyCode::Tab), key(KeyCode::BackTab)],
            Action::SwitchPane,
            "evidence",
            "between findings and what is said of the selected one, evidence first",
        ),
        bind(
            "unfold",
            &[key(KeyCode::Right), letter('l')],
            Action::Unfold,
            "",
            "unfold the finding: list what comes from it",
        ),
        bind(
            "fold",
            &[key(KeyCode::Left), letter('h')],
            Action::Fold,
            "",
            "fold the finding; from what comes from it, go to it first",
        ),
    ],
};
