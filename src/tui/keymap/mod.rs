//! The one table of keys: input, the foot of the screen, the tabs, the help and the names of
//! commands come from it.
//!
//! A binding names its action, so that an action can be asked for by its name as well as by a key.

mod browse;
mod everywhere;
mod findings;
mod gaps;
mod phases;
mod prompt;
mod timeline;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::action::{Action, Edit};
use super::app::Mode;
use super::chord::Chord;

/// Keys that ask for one action.
#[derive(Debug)]
pub(super) struct Binding {
    /// Name of the action: lower case, words joined by `-`. One name is one action.
    pub(super) name: &'static str,
    pub(super) keys: &'static [Chord],
    pub(super) action: Action,
    /// Word in the foot of the screen or in the tabs; empty for none.
    pub(super) short: &'static str,
    /// What the help says of it.
    pub(super) long: &'static str,
}

/// Bindings that hold in the same modes.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) title: &'static str,
    pub(super) modes: &'static [Mode],
    pub(super) bindings: &'static [Binding],
}

const fn bind(
    name: &'static str,
    keys: &'static [Chord],
    action: Action,
    short: &'static str,
    long: &'static str,
) -> Binding {
    Binding {
        name,
        keys,
        action,
        short,
        long,
    }
}

/// Modes in which nothing is typed.
pub(super) const READING: &[Mode] = &[
    Mode::Findings,
    Mode::Timeline,
    Mode::Phases,
    Mode::Gaps,
    Mode::Http,
    Mode::Tokens,
    Mode::Device,
    Mode::Sources,
    Mode::Rules,
    Mode::Detail,
    Mode::Blindspots,
    Mode::Verdict,
    Mode::Help,
];
/// Every mode.
pub(super) const EVERY: &[Mode] = &[
    Mode::Findings,
    Mode::Timeline,
    Mode::Phases,
    Mode::Gaps,
    Mode::Http,
    Mode::Tokens,
    Mode::Device,
    Mode::Sources,
    Mode::Rules,
    Mode::Detail,
    Mode::Blindspots,
    Mode::Verdict,
    Mode::Help,
    Mode::Filter,
];

/// Every key. Groups of single screens come first, so that the foot names their keys first.
pub(super) static GROUPS: &[Group] = &[
    findings::KEYS,
    phases::KEYS,
    timeline::LIST,
    timeline::DETAIL,
    timeline::EVENTS,
    gaps::KEYS,
    browse::EVENTS,
    browse::THINGS,
    browse::PANES,
    prompt::FILTER,
    everywhere::MOVING,
    everywhere::SCREENS,
    everywhere::LEAVING,
    everywhere::ALWAYS,
];

/// The bindings that hold in a mode, in the order of the table.
pub(super) fn bindings(mode: Mode) -> impl Iterator<Item = &'static Binding> {
    GROUPS
        .iter()
        .filter(move |group| group.modes.contains(&mode))
        .flat_map(|group| group.bindings)
}

/// What a key asks for in a mode; in the prompt, what is not bound is typed.
pub(super) fn action(mode: Mode, key: KeyEvent) -> Option<Action> {
    // Some terminals also tell when a key is let go.
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let chord = Chord::of(key);
    let bound = bindings(mode).find(|binding| binding.keys.contains(&chord));
    match (bound, mode, chord) {
        (Some(binding), ..) => Some(binding.action.clone()),
        (None, Mode::Filter, Chord(KeyCode::Char(letter), KeyModifiers::NONE)) => {
            Some(Action::Edit(Edit::Insert(letter.to_string())))
        }
        _ => None,
    }
}

/// What pasted text asks for: it is typed into the prompt, and means nothing elsewhere.
pub(super) fn pasted(mode: Mode, text: &str) -> Option<Action> {
    (mode == Mode::Filter).then(|| Action::Edit(Edit::Insert(text.to_owned())))
}
