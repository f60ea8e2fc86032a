//! Keys that take something away, and those about the program itself.

use super::{Group, READING, bind};
use crate::tui::action::{Action, Copied};
use crate::tui::app::Mode;
use crate::tui::chord::{ctrl, letter};

/// The keys.
pub(super) const KEYS: Group = Group {
    title: "Taking away",
    modes: READING,
    bindings: &[
        bind(
            "copy-row",
            &[letter('y')],
            Action::Copy(Copied::Row),
            "copy",
            "copy the selected row as it is shown",
        ),
        bind(
            "copy-line",
            &[letter('Y')],
            Action::Copy(Copied::Line),
            "",
            "copy the event, every field of it, as one line of JSON",
        ),
        bind(
            "copy-block",
            &[ctrl('y')],
            Action::Copy(Copied::Block),
            "",
            "copy the event or finding with its evidence and where that stands",
        ),
        bind(
            "copy-summary",
            &[letter('M')],
            Action::Copy(Copied::Summary),
            "",
            "copy the case in short, as Markdown",
        ),
        bind(
            "keep-copy",
            &[],
            Action::KeepCopy,
            "",
            "write what was copied last to a file",
        ),
        bind(
            "redaction",
            &[letter('R')],
            Action::ToggleShield,
            "",
            "replace names in copies and files (as it is at first), or no longer",
        ),
        bind(
            "export",
            &[letter('X')],
            Action::Show(Mode::Export),
            "",
            "write what is shown to a file, in any format",
        ),
        bind(
            "command",
            &[letter(':'), ctrl('p')],
            Action::Show(Mode::Command),
            "",
            "do something by its name, or go to an event: e61",
        ),
        bind(
            "stop-reading",
            &[letter('c')],
            Action::StopReading,
            "",
            "read no further, and show what was read",
        ),
        bind(
            "suspend",
            &[ctrl('z')],
            Action::Suspend,
            "",
            "back to the shell; fg comes back",
        ),
    ],
};
