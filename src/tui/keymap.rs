//! The one table of keys: input, the foot of the screen, the tabs and the help come from it.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::action::{Action, Direction, Edit, Move, Target};
use super::app::Mode;
use super::chord::{Chord, ctrl, key, letter};

/// Keys that ask for one action.
#[derive(Debug)]
pub(super) struct Binding {
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
    keys: &'static [Chord],
    action: Action,
    short: &'static str,
    long: &'static str,
) -> Binding {
    Binding {
        keys,
        action,
        short,
        long,
    }
}

const READING: &[Mode] = &[
    Mode::Findings,
    Mode::Attempts,
    Mode::Timeline,
    Mode::Detail,
    Mode::Gaps,
    Mode::Blindspots,
    Mode::Verdict,
    Mode::Help,
];
const EVERY: &[Mode] = &[
    Mode::Findings,
    Mode::Attempts,
    Mode::Timeline,
    Mode::Detail,
    Mode::Gaps,
    Mode::Blindspots,
    Mode::Verdict,
    Mode::Filter,
    Mode::Help,
];

/// Every key. Groups of single screens come first, so that the foot names their keys first.
pub(super) static GROUPS: &[Group] = &[
    Group {
        title: "Findings",
        modes: &[Mode::Findings],
        bindings: &[
            bind(
                &[key(KeyCode::Enter)],
                Action::Open,
                "open",
                "unfold the finding, then go to what is said of it; from evidence, to its event",
            ),
            bind(
                &[key(KeyCode::Tab), key(KeyCode::BackTab)],
                Action::SwitchPane,
                "evidence",
                "between findings and what is said of the selected one, evidence first",
            ),
            bind(
                &[key(KeyCode::Right), letter('l')],
                Action::Unfold,
                "",
                "unfold the finding: list what comes from it",
            ),
            bind(
                &[key(KeyCode::Left), letter('h')],
                Action::Fold,
                "",
                "fold the finding; from what comes from it, go to it first",
            ),
        ],
    },
    Group {
        title: "Attempts",
        modes: &[Mode::Attempts],
        bindings: &[
            bind(
                &[key(KeyCode::Enter)],
                Action::Open,
                "open",
                "go to the steps; from a step, to its event in the timeline",
            ),
            bind(
                &[key(KeyCode::Tab), key(KeyCode::BackTab)],
                Action::SwitchPane,
                "pane",
                "between attempts and steps",
            ),
        ],
    },
    Group {
        title: "Timeline",
        modes: &[Mode::Timeline],
        bindings: &[
            bind(
                &[key(KeyCode::Enter)],
                Action::Open,
                "detail",
                "go to the event's detail",
            ),
            bind(
                &[letter('/')],
                Action::Show(Mode::Filter),
                "filter",
                "filter with the query language",
            ),
            bind(
                &[key(KeyCode::Tab), key(KeyCode::BackTab)],
                Action::SwitchPane,
                "",
                "between list and detail, on wide terminals",
            ),
            bind(&[letter('z')], Action::Zoom, "", "show the detail alone"),
        ],
    },
    Group {
        title: "Detail",
        modes: &[Mode::Detail],
        bindings: &[
            bind(
                &[key(KeyCode::Enter), letter('z')],
                Action::Zoom,
                "list",
                "back to the list",
            ),
            bind(
                &[key(KeyCode::Right), letter('l')],
                Action::Neighbour(Direction::Next),
                "next",
                "the next event",
            ),
            bind(
                &[key(KeyCode::Left), letter('h')],
                Action::Neighbour(Direction::Previous),
                "previous",
                "the previous event",
            ),
        ],
    },
    Group {
        title: "Timeline and detail",
        modes: &[Mode::Timeline, Mode::Detail],
        bindings: &[
            bind(
                &[letter('e')],
                Action::Seek(Target::Failure, Direction::Next),
                "failure",
                "next event that reports a failure",
            ),
            bind(
                &[letter('E')],
                Action::Seek(Target::Failure, Direction::Previous),
                "",
                "previous event that reports a failure",
            ),
            bind(
                &[letter('s')],
                Action::Seek(Target::Gap, Direction::Next),
                "gap",
                "next event that a gap begins with",
            ),
            bind(
                &[letter('S')],
                Action::Seek(Target::Gap, Direction::Previous),
                "",
                "previous event that a gap begins with",
            ),
            bind(
                &[letter('o')],
                Action::Follow(Direction::Next),
                "linked",
                "next event of the same request, activity or thread",
            ),
            bind(
                &[letter('O')],
                Action::Follow(Direction::Previous),
                "",
                "previous event of the same request, activity or thread",
            ),
            bind(
                &[letter('t')],
                Action::ToggleZero,
                "zero",
                "count times from this event; once more on it to stop",
            ),
            bind(
                &[letter('n')],
                Action::Seek(Target::Evidence, Direction::Next),
                "evidence",
                "next event that a finding rests on",
            ),
            bind(
                &[letter('N')],
                Action::Seek(Target::Evidence, Direction::Previous),
                "",
                "previous event that a finding rests on",
            ),
        ],
    },
    Group {
        title: "Gaps",
        modes: &[Mode::Gaps],
        bindings: &[bind(
            &[key(KeyCode::Enter)],
            Action::Open,
            "first event",
            "go to the event that the gap begins with",
        )],
    },
    Group {
        title: "Filter",
        modes: &[Mode::Filter],
        bindings: &[
            bind(
                &[key(KeyCode::Enter)],
                Action::Accept,
                "apply",
                "apply the filter; an empty one shows everything",
            ),
            bind(
                &[key(KeyCode::Esc)],
                Action::Back,
                "leave",
                "leave the filter as it was; the line is kept",
            ),
            bind(
                &[key(KeyCode::Up), ctrl('p')],
                Action::Edit(Edit::Older),
                "earlier",
                "the filter applied before",
            ),
            bind(
                &[key(KeyCode::Down), ctrl('n')],
                Action::Edit(Edit::Newer),
                "",
                "the filter applied after",
            ),
            bind(
                &[ctrl('u')],
                Action::Edit(Edit::Clear),
                "clear",
                "clear the line",
            ),
            bind(
                &[ctrl('w')],
                Action::Edit(Edit::EraseWord),
                "",
                "erase the word before the cursor",
            ),
            bind(
                &[key(KeyCode::Backspace), ctrl('h')],
                Action::Edit(Edit::Erase),
                "",
                "erase before the cursor",
            ),
            bind(
                &[key(KeyCode::Delete), ctrl('d')],
                Action::Edit(Edit::EraseAfter),
                "",
                "erase after the cursor",
            ),
            bind(
                &[key(KeyCode::Left), ctrl('b')],
                Action::Edit(Edit::Left),
                "",
                "one character to the left",
            ),
            bind(
                &[key(KeyCode::Right), ctrl('f')],
                Action::Edit(Edit::Right),
                "",
                "one character to the right",
            ),
            bind(
                &[key(KeyCode::Home), ctrl('a')],
                Action::Edit(Edit::Home),
                "",
                "to the beginning of the line",
            ),
            bind(
                &[key(KeyCode::End), ctrl('e')],
                Action::Edit(Edit::End),
                "",
                "to the end of the line",
            ),
        ],
    },
    Group {
        title: "Moving",
        modes: READING,
        bindings: &[
            bind(
                &[letter('j'), key(KeyCode::Down)],
                Action::Move(Move::Down),
                "",
                "down",
            ),
            bind(
                &[letter('k'), key(KeyCode::Up)],
                Action::Move(Move::Up),
                "",
                "up",
            ),
            bind(
                &[key(KeyCode::PageDown), letter(' '), ctrl('f')],
                Action::Move(Move::PageDown),
                "",
                "a page down",
            ),
            bind(
                &[key(KeyCode::PageUp), ctrl('b')],
                Action::Move(Move::PageUp),
                "",
                "a page up",
            ),
            bind(
                &[ctrl('d')],
                Action::Move(Move::HalfDown),
                "",
                "half a page down",
            ),
            bind(
                &[ctrl('u')],
                Action::Move(Move::HalfUp),
                "",
                "half a page up",
            ),
            bind(
                &[letter('g'), key(KeyCode::Home)],
                Action::Move(Move::First),
                "",
                "to the first",
            ),
            bind(
                &[letter('G'), key(KeyCode::End)],
                Action::Move(Move::Last),
                "",
                "to the last",
            ),
        ],
    },
    Group {
        title: "Screens",
        modes: READING,
        bindings: &[
            bind(
                &[letter('1')],
                Action::Show(Mode::Findings),
                "Findings",
                "what is wrong, what was ruled out, what cannot be told",
            ),
            bind(
                &[letter('2')],
                Action::Show(Mode::Timeline),
                "Timeline",
                "every event in one order",
            ),
            bind(
                &[letter('3')],
                Action::Show(Mode::Attempts),
                "Attempts",
                "what was tried, step by step",
            ),
            bind(
                &[letter('4')],
                Action::Show(Mode::Gaps),
                "Gaps",
                "stretches of time between steps",
            ),
            bind(
                &[letter('8')],
                Action::Show(Mode::Blindspots),
                "Blind spots",
                "what could not be seen",
            ),
            bind(
                &[letter('v')],
                Action::Show(Mode::Verdict),
                "Verdict",
                "the verdict in full and what it rests on",
            ),
            bind(
                &[letter('?'), key(KeyCode::F(1))],
                Action::Show(Mode::Help),
                "help",
                "keys, signs and the query language",
            ),
        ],
    },
    Group {
        title: "Leaving",
        modes: READING,
        bindings: &[
            bind(
                &[key(KeyCode::Esc), key(KeyCode::Backspace)],
                Action::Back,
                "back",
                "clear the filter, or go back to where you came from",
            ),
            bind(&[letter('q')], Action::Quit, "quit", "quit"),
        ],
    },
    Group {
        title: "Always",
        modes: EVERY,
        bindings: &[bind(&[ctrl('c')], Action::Quit, "", "quit")],
    },
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
