//! The state of the view: what is open, what is selected, what was typed.
//!
//! Only `update` changes it, and `draw` only reads it.

use std::cell::OnceCell;
use std::sync::Arc;

use ratatui::layout::Size;

use super::Options;
use super::about::About;
use super::browse;
use super::density::{Density, Separators, is_notable};
use super::detail::Detail;
use super::device::{self, DeviceRow};
use super::events::{Events, Places};
use super::findings::Findings;
use super::http;
use super::list::List;
use super::lists::Lists;
use super::phases::{Reach, reach};
use super::prompt::Prompt;
use super::rests::Rests;
use super::rules::{self, RuleBook, RuleRow};
use super::sources::{self, SourceRow};
use super::steps::{Marks, decisive};
use super::theme::Theme;
use crate::model::{Attempt, EventId, Report, Zone};
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
    /// What is said of the selected row of each of them.
    pub(super) abouts: [About; browse::COUNT],
    /// The exchanges of recordings.
    pub(super) http: Vec<EventId>,
    pub(super) device: Vec<DeviceRow>,
    pub(super) sources: Vec<SourceRow>,
    pub(super) rules: Vec<RuleRow>,
    pub(super) rule_book: RuleBook,
    /// How far the story got.
    pub(super) reach: Reach,
    /// The strip above the timeline.
    pub(super) density: Density,
    /// Rows of the timeline that gaps end above.
    pub(super) separators: Separators,
    /// What rests on each event.
    pub(super) rests: Rests,
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

/// The events that gaps begin with which are longer than they may be; where there are none, of all.
fn notable_gaps(report: &Report) -> impl Iterator<Item = EventId> {
    let any = report.gaps.iter().any(is_notable);
    let gaps = report
        .gaps
        .iter()
        .filter(move |gap| !any || is_notable(gap));
    gaps.map(|gap| gap.from.event)
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
            abouts: Default::default(),
            http: http::rows(&timeline),
            device: device::rows(&report, &timeline),
            sources: sources::rows(&report, &timeline),
            rules: Vec::new(),
            rule_book: RuleBook::default(),
            reach: reach(&report),
            density: Density::default(),
            separators: Separators::default(),
            rests: Rests::of_report(&report),
            scroll: 0,
            prompt: Prompt::default(),
            message: None,
            marks: Marks::of(&report),
            gap_starts: Places::of(notable_gaps(&report)),
            evidence: Places::of(evidence.map(|line| line.event)),
            links: OnceCell::new(),
            report,
            timeline,
        }
    }

    /// The same with the rules that the evidence was judged by.
    pub(super) fn with_rules(mut self, book: RuleBook) -> Self {
        self.rules = rules::rows(&book, &self.report);
        self.rule_book = book;
        self
    }

    /// The selected attempt; none where there is none at all.
    pub(super) fn attempt(&self) -> Option<&Attempt> {
        self.report.attempts.get(self.attempts.selected)
    }

    /// What is said of the selected row of the open screen, where it has such a text.
    pub(super) fn about(&self) -> Option<&About> {
        match browse::Screen::of(self.mode) {
            Some((place, _)) => self.abouts.get(place),
            None => (self.mode == Mode::Findings).then_some(&self.findings.about),
        }
    }

    /// The same, to be changed.
    pub(super) fn about_mut(&mut self) -> Option<&mut About> {
        match browse::Screen::of(self.mode) {
            Some((place, _)) => self.abouts.get_mut(place),
            None => (self.mode == Mode::Findings).then_some(&mut self.findings.about),
        }
    }

    /// The event that the selected row of the open screen stands for.
    pub(super) fn row_event(&self) -> Option<EventId> {
        let (_, screen) = browse::Screen::of(self.mode)?;
        screen.event(self, self.lists.of(self.mode)?.selected)
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
