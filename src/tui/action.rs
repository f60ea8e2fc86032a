//! What the user can ask for, and what the shell around the state must do then.
//!
//! Actions are plain values, so that the key table can hold them and tests can replay them.

use ratatui::layout::Size;

use super::app::Mode;

/// Something the user asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// End the program.
    Quit,
    /// Show a screen.
    Show(Mode),
    /// Move the selection, or scroll where nothing is selected.
    Move(Move),
    /// Give the other pane the keys.
    SwitchPane,
    /// Follow what is selected: a step or a line of evidence to its event, a gap to its start, an
    /// event to its detail, a finding to what comes from it and to what is said of it.
    Open,
    /// Undo the last opening; in the timeline, clear the filter first.
    Back,
    /// List what comes from the selected finding.
    Unfold,
    /// List it no longer; from what comes from a finding, go to that finding first.
    Fold,
    /// Show the detail alone, or with the list again.
    Zoom,
    /// Select the next or previous event of a kind.
    Seek(Target, Direction),
    /// Select the next or previous event that belongs to the selected one.
    Follow(Direction),
    /// Show the neighbouring event's detail.
    Neighbour(Direction),
    /// Count times from the selected event, or no longer.
    ToggleZero,
    /// Type into the filter prompt.
    Edit(Edit),
    /// Apply what the prompt holds.
    Accept,
    /// The terminal has a new size.
    Resize(Size),
}

/// A movement in a list or a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    Up,
    Down,
    PageUp,
    PageDown,
    HalfUp,
    HalfDown,
    First,
    Last,
}

/// What to look for in the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// An event that reports a failure.
    Failure,
    /// The event that a gap of the report begins with.
    Gap,
    /// An event that a finding rests on.
    Evidence,
}

/// Which way to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Next,
    Previous,
}

/// A change to the line in the prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    Insert(String),
    Erase,
    EraseAfter,
    EraseWord,
    Clear,
    Left,
    Right,
    Home,
    End,
    /// The filter applied before the one shown.
    Older,
    /// The filter applied after the one shown.
    Newer,
}

/// What the loop around the state must do after an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Show the state again.
    Draw,
    /// End.
    Quit,
}
