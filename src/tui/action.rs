//! What the user can ask for, and what the shell around the state must do then.
//!
//! Actions are plain values, so that the key table can hold them and tests can replay them.

use ratatui::layout::{Position, Size};

use super::app::Mode;
use super::placement::Placement;
use super::secret::Secret;

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
    /// Count times from the row above again.
    ClearZero,
    /// Let events through that have what is under the cursor, or those that do not.
    Narrow(Narrow),
    /// The filter before the present one, or after it.
    Refilter(Direction),
    /// Mark the selected event, or no longer.
    ToggleMark,
    /// Type into the line.
    Edit(Edit),
    /// Complete the word before the cursor, or take the next way to.
    Complete,
    /// Apply what the line holds.
    Accept,
    /// Take something of what is shown to the clipboard.
    Copy(Copied),
    /// Write what was copied last to a file.
    KeepCopy,
    /// Replace names in what leaves the program, or do so no longer.
    ToggleShield,
    /// Show the system's own screen until the program is called back.
    Suspend,
    /// Read no further.
    StopReading,
    /// Put sources back where they were before the last change.
    Unplace,
    /// Go on with what takes longer than a frame.
    Work,
    /// Select what is at a place of the screen.
    Click(Position),
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
    /// An event that reports a failure or was recorded as an error.
    Failure,
    /// An event that was recorded as a warning.
    Warning,
    /// The event that a gap of the report begins with.
    Gap,
    /// An event that a finding rests on.
    Evidence,
    /// An event that the user marked.
    Mark,
    /// An event that holds what was searched for.
    Match,
}

/// Which events a filter made of a value lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Narrow {
    /// Those that have it.
    To,
    /// Those that do not.
    From,
}

/// What is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Copied {
    /// The selected row as it is shown.
    Row,
    /// The selected event, every field of it, in one line.
    Line,
    /// The selected event or finding as a block of text that can stand in a report.
    Block,
    /// The whole case in short.
    Summary,
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Show the state again.
    Draw,
    /// End.
    Quit,
    /// Give the terminal back and stop until the program is called back.
    Suspend,
    /// Hand this text to the clipboard.
    Copy(String),
    /// Write this text to a new file.
    Keep(String),
    /// Write what is shown in a format, by its place in the table of ways out, to a new file.
    Export(usize),
    /// Have the reading stopped.
    StopReading,
    /// Go on with opening what is locked.
    Unlock(Option<Secret>),
    /// Have sources put there.
    Place(Placement),
    /// Find out how near the rule of this id came.
    Explain(String),
    /// Make a summary of the case, and copy it.
    Summarise,
}
