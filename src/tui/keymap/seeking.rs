//! Keys that find events, on every screen; from those without events they go to the timeline.

use super::{Group, READING, bind};
use crate::tui::action::{Action, Direction, Target};
use crate::tui::app::Mode;
use crate::tui::chord::letter;

/// The keys.
pub(super) const KEYS: Group = Group {
    title: "Finding",
    modes: READING,
    bindings: &[
        bind(
            "search",
            &[letter('/')],
            Action::Show(Mode::Search),
            "search",
            "search events for a text, wherever it stands",
        ),
        bind(
            "edit-filter",
            &[letter('\\')],
            Action::Show(Mode::Filter),
            "filter",
            "filter with the query language; what matches is shown while it is typed",
        ),
        bind(
            "undo-filter",
            &[letter('<')],
            Action::Refilter(Direction::Previous),
            "",
            "the filter before this one",
        ),
        bind(
            "redo-filter",
            &[letter('>')],
            Action::Refilter(Direction::Next),
            "",
            "the filter that was undone",
        ),
        bind(
            "next-error",
            &[letter('e')],
            Action::Seek(Target::Failure, Direction::Next),
            "error",
            "next failure or error; from screens without events, the one of the verdict",
        ),
        bind(
            "previous-error",
            &[letter('E')],
            Action::Seek(Target::Failure, Direction::Previous),
            "",
            "previous failure or error",
        ),
        bind(
            "next-warning",
            &[letter('w')],
            Action::Seek(Target::Warning, Direction::Next),
            "",
            "next event that was recorded as a warning",
        ),
        bind(
            "previous-warning",
            &[letter('W')],
            Action::Seek(Target::Warning, Direction::Previous),
            "",
            "previous event that was recorded as a warning",
        ),
        bind(
            "next-gap",
            &[letter('s')],
            Action::Seek(Target::Gap, Direction::Next),
            "gap",
            "next gap; from screens without events, the worst one",
        ),
        bind(
            "previous-gap",
            &[letter('S')],
            Action::Seek(Target::Gap, Direction::Previous),
            "",
            "previous gap",
        ),
        bind(
            "next-finding",
            &[letter('f')],
            Action::Seek(Target::Evidence, Direction::Next),
            "evidence",
            "next evidence of a finding; from the findings, that of the selected one",
        ),
        bind(
            "previous-finding",
            &[letter('F')],
            Action::Seek(Target::Evidence, Direction::Previous),
            "",
            "previous evidence of a finding",
        ),
        bind(
            "next-mark",
            &[letter('u')],
            Action::Seek(Target::Mark, Direction::Next),
            "",
            "next event that is marked",
        ),
        bind(
            "previous-mark",
            &[letter('U')],
            Action::Seek(Target::Mark, Direction::Previous),
            "",
            "previous event that is marked",
        ),
        bind(
            "next-match",
            &[letter('n')],
            Action::Seek(Target::Match, Direction::Next),
            "",
            "next event that holds what was searched for",
        ),
        bind(
            "previous-match",
            &[letter('N')],
            Action::Seek(Target::Match, Direction::Previous),
            "",
            "previous event that holds what was searched for",
        ),
        bind(
            "marks",
            &[letter('\'')],
            Action::Show(Mode::Notes),
            "",
            "list the marks, to go to one",
        ),
    ],
};
