//! The state of the view: what is open, what is selected, what was typed.
//!
//! Only `update` changes it, and `draw` only reads it.

use std::cell::OnceCell;
use std::sync::Arc;

use ratatui::layout::Size;

use super::about::About;
use super::arrival::Arriving;
use super::browse;
use super::choice::Choice;
use super::density::{Density, Separators, is_notable};
use super::detail::Detail;
use super::device::{self, DeviceRow};
use super::events::{Events, Places, Rows};
use super::findings::Findings;
use super::http;
use super::keymap::Keymap;
use super::list::List;
use super::lists::Lists;
use super::notes::Notes;
use super::phases::{Reach, reach};
use super::placement::Placement;
use super::prompt::Prompt;
use super::reading::Reading;
use super::rests::Rests;
use super::rules::{self, RuleBook, RuleRow};
use super::secret::Secret;
use super::shield::Shield;
use super::sources::{self, SourceRow};
use super::steps::{Marks, decisive};
use super::theme::Theme;
use super::work::Work;
use super::{Opening, Options};
use crate::model::{Attempt, EventId, Report, Zone};
use crate::timeline::{EventRef, Links, Locations, Timeline};

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
    /// What the user marked.
    Notes,
    /// Typing a filter, over a screen of events.
    Filter,
    /// Typing what to search for.
    Search,
    /// Typing a note on an event.
    Note,
    /// Typing what is to be added to the times of a source, over the sources.
    Clock,
    /// Typing the zone of a file whose times name none, over the sources.
    Zone,
    /// Typing a password, which is not shown.
    Password,
    /// Typing the name of an action, over the list of those that there are.
    Command,
    /// Choosing a format to write what is shown in.
    Export,
}

impl Mode {
    /// Whether letters are typed and ask for nothing.
    pub(super) fn is_typing(self) -> bool {
        matches!(
            self,
            Self::Filter
                | Self::Search
                | Self::Note
                | Self::Clock
                | Self::Zone
                | Self::Password
                | Self::Command
                | Self::Export
        )
    }

    /// Whether the screen shows events of the timeline.
    pub(super) fn shows_events(self) -> bool {
        matches!(self, Self::Timeline | Self::Detail)
    }
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
    pub(super) keys: Keymap,
    pub(super) size: Size,
    pub(super) mode: Mode,
    /// The screen that a line is typed over.
    pub(super) under: Mode,
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
    /// The exchanges of recordings that the filter lets through, and all of them.
    pub(super) http: Vec<EventId>,
    pub(super) exchanges: Vec<EventId>,
    /// The edition of the rows that `http` was made of.
    pub(super) http_edition: usize,
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
    /// The line of the filter.
    pub(super) prompt: Prompt,
    /// The other lines.
    pub(super) search: Prompt,
    pub(super) note: Prompt,
    /// Of clocks and zones.
    pub(super) clock: Prompt,
    /// The password while it is typed, and whether one is asked for.
    pub(super) secret: Secret,
    pub(super) is_asked: bool,
    pub(super) choice: Choice,
    /// The filter and the selected event from before a filter was typed.
    pub(super) before: (Option<String>, Option<EventId>),
    /// The reading that goes on; none once the case is there.
    pub(super) reading: Option<Reading>,
    /// Work that goes on.
    pub(super) work: Option<Work>,
    /// A case that is to take the place of this one.
    pub(super) arriving: Option<Arriving>,
    /// Cases that are shown no longer. Letting one go takes longer than a frame, so that is done
    /// beside the view.
    pub(super) gone: Vec<Self>,
    /// How many cases were shown before this one.
    pub(super) case: usize,
    /// Where the user put sources, and where they were before that, the last behind.
    pub(super) placement: Placement,
    pub(super) placements: Vec<Placement>,
    /// Where sources are being put.
    pub(super) wanted: Option<Placement>,
    /// What keeps names from leaving.
    pub(super) shield: Shield,
    /// What was copied last.
    pub(super) copied: Option<String>,
    /// Whether leaving was asked for although something would be lost.
    pub(super) is_warned: bool,
    /// Whether what is marked and typed can be saved.
    pub(super) can_save: bool,
    /// Answer to the last action, shown until the next one.
    pub(super) message: Option<String>,
    pub(super) marks: Marks,
    /// What the user marked and wrote.
    pub(super) notes: Notes,
    /// The events that gaps begin with.
    pub(super) gap_starts: Places,
    /// The events that findings rest on.
    pub(super) evidence: Places,
    /// Ids that events share; found when they are first asked for.
    links: OnceCell<Links>,
    /// Where events stand; likewise.
    locations: OnceCell<Arc<Locations>>,
}

/// The attempt that a report is about.
pub(super) fn foremost(report: &Report) -> usize {
    let about = report.verdict.attempt.as_deref();
    let mut attempts = report.attempts.iter();
    attempts
        .position(|tried| Some(tried.id.as_str()) == about)
        .unwrap_or(0)
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
        let attempt = foremost(&report);
        let step = report.attempts.get(attempt).map_or(0, decisive);
        let evidence = report.findings.iter().flat_map(|found| &found.evidence);
        Self {
            zone: options.zone,
            theme: Theme::new(options),
            keys: Keymap::default(),
            size: Size::new(80, 24),
            mode: if report.findings.is_empty() {
                Mode::Phases
            } else {
                Mode::Findings
            },
            under: Mode::Timeline,
            back: Vec::new(),
            pane: Pane::Main,
            findings: Findings::of(&report),
            attempts: List::at(attempt),
            steps: List::at(step),
            events: Events::new(Rows::all(&timeline)),
            detail: Detail::default(),
            lists: Lists::default(),
            abouts: Default::default(),
            http: http::rows(&timeline),
            exchanges: http::rows(&timeline),
            http_edition: 0,
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
            search: Prompt::default(),
            note: Prompt::default(),
            clock: Prompt::default(),
            secret: Secret::default(),
            is_asked: false,
            choice: Choice::default(),
            before: (None, None),
            reading: None,
            work: None,
            arriving: None,
            gone: Vec::new(),
            case: 0,
            placement: Placement::default(),
            placements: Vec::new(),
            wanted: None,
            shield: Shield::default(),
            copied: None,
            is_warned: false,
            can_save: false,
            message: None,
            marks: Marks::of(&report),
            notes: Notes::default(),
            gap_starts: Places::of(notable_gaps(&report)),
            evidence: Places::of(evidence.map(|line| line.event)),
            links: OnceCell::new(),
            locations: OnceCell::new(),
            report,
            timeline,
        }
    }

    /// The first screen while the evidence is still read: its files, and how far each is.
    pub(super) fn opening(opening: Opening, options: Options) -> Self {
        let report = Arc::new(opening.report());
        let mut app = Self::new(report, opening.timeline, options);
        app.mode = Mode::Sources;
        app.reading = Some(Reading::default());
        app
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

    /// The screen that is seen: the open one, or the one that a line is typed over.
    pub(super) fn screen(&self) -> Mode {
        if self.mode.is_typing() {
            self.under
        } else {
            self.mode
        }
    }

    /// The line that is typed.
    pub(super) fn line(&self) -> Option<&Prompt> {
        match self.mode {
            Mode::Filter => Some(&self.prompt),
            Mode::Search => Some(&self.search),
            Mode::Note => Some(&self.note),
            Mode::Clock | Mode::Zone => Some(&self.clock),
            Mode::Command | Mode::Export => Some(&self.choice.line),
            _ => None,
        }
    }

    /// The same, to be changed.
    pub(super) fn line_mut(&mut self) -> Option<&mut Prompt> {
        match self.mode {
            Mode::Filter => Some(&mut self.prompt),
            Mode::Search => Some(&mut self.search),
            Mode::Note => Some(&mut self.note),
            Mode::Clock | Mode::Zone => Some(&mut self.clock),
            Mode::Command | Mode::Export => Some(&mut self.choice.line),
            _ => None,
        }
    }

    /// What is said of the selected row of the screen that is seen, where it has such a text.
    pub(super) fn about(&self) -> Option<&About> {
        match browse::Screen::of(self.screen()) {
            _ if self.is_reading_sources() => None,
            Some((place, _)) => self.abouts.get(place),
            None => (self.screen() == Mode::Findings).then_some(&self.findings.about),
        }
    }

    /// The same, to be changed.
    pub(super) fn about_mut(&mut self) -> Option<&mut About> {
        match browse::Screen::of(self.screen()) {
            _ if self.is_reading_sources() => None,
            Some((place, _)) => self.abouts.get_mut(place),
            None => (self.screen() == Mode::Findings).then_some(&mut self.findings.about),
        }
    }

    /// The event that the selected row of the screen that is seen stands for.
    pub(super) fn row_event(&self) -> Option<EventId> {
        let (_, screen) = browse::Screen::of(self.screen())?;
        screen.event(self, self.lists.of(self.screen())?.selected)
    }

    /// The ids that events share.
    pub(super) fn links(&self) -> &Links {
        self.links.get_or_init(|| Links::of(&self.timeline))
    }

    /// Where events stand.
    pub(super) fn locations(&self) -> &Arc<Locations> {
        self.locations
            .get_or_init(|| Arc::new(Locations::of(&self.timeline)))
    }

    /// The selected event; none where no row is left.
    pub(super) fn event(&self) -> Option<EventRef<'_>> {
        self.timeline.event(self.events.selected()?)
    }
}
