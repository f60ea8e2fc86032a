//! The state of the view: what is open, what is selected, what was typed.
//!
//! Only `update` changes it, and `draw` only reads it.

use std::cell::OnceCell;
use std::sync::Arc;

use ratatui::layout::Size;

use super::Options;
use super::detail::Detail;
use super::events::{Events, Places};
use super::findings::Findings;
use super::list::List;
use super::lists::Lists;
use super::prompt::Prompt;
use super::steps::{Marks, decisive};
use super::theme::Theme;
use crate::model::{Attempt, Report, Zone};
use crate::timeline::{EventRef, Links, Timeline};

/// What is open. Exactly one of these is, at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// What is wrong, what was ruled out, what cannot be told.
    Findings,
    /// All events, or those that the filter lets through.
    Timeline,
    /// Attempts and the steps of one.
    Phases,
    /// Stretches of time between steps.
    Gaps,
    /// Requests and their answers.
    Http,
    /// Tokens, their lives and their uses.
    Tokens,
    /// What the device said of itself.
    Device,
    /// What was read, and what it covers.
    Sources,
    /// The rules that the evidence was judged by.
    Rules,
    /// One event in full.
    Detail,
    /// What could not be seen.
    Blindspots,
    /// The verdict and what it rests on.
    Verdict,
    /// Keys and signs.
    Help,
    /// Typing a filter, over the timeline.
    Filter,
}

/// Which pane of a screen has the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pane {
    /// The list that the screen is about.
    Main,
    /// What belongs to its selected row.
    Side,
}

/// The state.
#[derive(Debug)]
pub(super) struct App {
    pub(super) report: Arc<Report>,
    pub(super) timeline: Arc<Timeline>,
    pub(super) zone: Zone,
    pub(super) theme: Theme,
    pub(super) size: Size,
    pub(super) mode: Mode,
    /// Modes that `Back` returns to, the last one first.
    pub(super) back: Vec<Mode>,
    pub(super) pane: Pane,
    pub(super) findings: Findings,
    pub(super) attempts: List,
    /// Steps of the selected attempt.
    pub(super) steps: List,
    pub(super) events: Events,
    pub(super) detail: Detail,
    /// Selections of the screens that are one list each.
    pub(super) lists: Lists,
    /// Lines scrolled past in the help and in the verdict.
    pub(super) scroll: usize,
    pub(super) prompt: Prompt,
    /// Answer to the last action, shown until the next one.
    pub(super) message: Option<String>,
    pub(super) marks: Marks,
    /// The events that gaps begin with.
    pub(super) gap_starts: Places,
    /// The events that findings rest on.
    pub(super) evidence: Places,
    /// Ids that events share; found when they are first asked for.
    links: OnceCell<Links>,
}

impl App {
    /// The first screen: findings, or attempts where there are none, with what the verdict is
    /// about selected.
    pub(super) fn new(report: Arc<Report>, timeline: Arc<Timeline>, options: Options) -> Self {
        let attempt = report.verdict.attempt.as_deref();
        let attempt = report
            .attempts
            .iter()
            .position(|tried| Some(tried.id.as_str()) == attempt)
            .unwrap_or(0);
        let step = report.attempts.get(attempt).map_or(0, decisive);
        let evidence = report.findings.iter().flat_map(|found| &found.evidence);
        Self {
            zone: options.zone,
            theme: Theme::new(options),
            size: Size::new(80, 24),
            mode: if report.findings.is_empty() {
                Mode::Phases
            } else {
                Mode::Findings
            },
            back: Vec::new(),
            pane: Pane::Main,
            findings: Findings::of(&report),
            attempts: List::at(attempt),
            steps: List::at(step),
            events: Events::new(&timeline),
            detail: Detail::default(),
            lists: Lists::default(),
            scroll: 0,
            prompt: Prompt::default(),
            message: None,
            marks: Marks::of(&report),
            gap_starts: Places::of(report.gaps.iter().map(|gap| gap.from.event)),
            evidence: Places::of(evidence.map(|line| line.event)),
            links: OnceCell::new(),
            report,
            timeline,
        }
    }

    /// The selected attempt; none where there is none at all.
    pub(super) fn attempt(&self) -> Option<&Attempt> {
        self.report.attempts.get(self.attempts.selected)
    }

    /// The ids that events share.
    pub(super) fn links(&self) -> &Links {
        self.links.get_or_init(|| Links::of(&self.timeline))
    }

    /// The selected event; none where no row is left.
    pub(super) fn event(&self) -> Option<EventRef<'_>> {
        self.timeline.event(self.events.selected()?)
    }
}
