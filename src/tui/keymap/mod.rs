//! The one table of keys: input, the foot of the screen, the tabs, the help and the names of
//! commands come from it.
//!
//! A binding names its action, so that an action can be asked for by its name as well as by a key.

mod browse;
mod everywhere;
mod findings;
mod gaps;
mod output;
mod phases;
mod prompt;
mod rebind;
mod seeking;
mod timeline;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use rustc_hash::FxHashMap;

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
    Mode::Notes,
];
/// Modes in which a line is typed.
pub(super) const TYPING: &[Mode] = &[
    Mode::Filter,
    Mode::Search,
    Mode::Note,
    Mode::Clock,
    Mode::Zone,
    Mode::Password,
    Mode::Command,
    Mode::Export,
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
    Mode::Notes,
    Mode::Filter,
    Mode::Search,
    Mode::Note,
    Mode::Clock,
    Mode::Zone,
    Mode::Password,
    Mode::Command,
    Mode::Export,
];

/// Every key. Groups of single screens come first, so that the foot names their keys first.
pub(super) static GROUPS: &[Group] = &[
    findings::KEYS,
    phases::KEYS,
    timeline::LIST,
    timeline::DETAIL,
    gaps::KEYS,
    browse::EVENTS,
    browse::THINGS,
    browse::PANES,
    browse::EXCHANGES,
    browse::SOURCES,
    seeking::KEYS,
    timeline::EVENTS,
    prompt::FILTER,
    prompt::CHOICE,
    prompt::LINES,
    prompt::PASSWORD,
    prompt::EDITING,
    output::KEYS,
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

/// The table with the keys that the user gave to actions.
#[derive(Clone, Debug, Default)]
pub(super) struct Keymap {
    /// Keys by name of the action, in place of those of the table.
    rebound: FxHashMap<&'static str, Vec<Chord>>,
}

impl Keymap {
    /// The keys of a binding.
    pub(super) fn of(&self, binding: &'static Binding) -> &[Chord] {
        self.rebound
            .get(binding.name)
            .map_or(binding.keys, Vec::as_slice)
    }

    /// What a key asks for in a mode; in a line, what is not bound is typed.
    pub(super) fn action(&self, mode: Mode, key: KeyEvent) -> Option<Action> {
        // Some terminals also tell when a key is let go.
        if key.kind == KeyEventKind::Release {
            return None;
        }
        let chord = Chord::of(key);
        let bound = bindings(mode).find(|binding| self.of(binding).contains(&chord));
        match (bound, chord) {
            (Some(binding), _) => Some(binding.action.clone()),
            (None, Chord(KeyCode::Char(letter), KeyModifiers::NONE)) if mode.is_typing() => {
                Some(Action::Edit(Edit::Insert(letter.to_string())))
            }
            _ => None,
        }
    }
}

/// What pasted text asks for: it is typed into the line, and means nothing elsewhere.
pub(super) fn pasted(mode: Mode, text: &str) -> Option<Action> {
    mode.is_typing()
        .then(|| Action::Edit(Edit::Insert(text.to_owned())))
}
