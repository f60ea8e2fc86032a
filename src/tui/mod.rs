//! The interactive view: one state, one list of actions, one table of keys, one file per panel.
//!
//! A key becomes an `Action` by the table in `keymap`; `update` turns state and
//! action into the next state and never touches the terminal; `draw` shows the state and never
//! changes it. No frame walks the events: what grows with their number happens when a filter is
//! entered or a jump is asked for, never while drawing.

mod about;
mod action;
mod app;
mod arrival;
mod blindspots;
mod browse;
mod choice;
mod chord;
mod completion;
mod copy;
mod density;
mod detail;
mod device;
mod draw;
mod events;
mod finding;
mod findings;
mod gaps;
mod host;
mod http;
mod keymap;
mod layout;
mod list;
mod lists;
mod notes;
mod page;
mod phases;
mod placement;
mod plain;
mod prompt;
mod reading;
mod rehearsal;
mod rests;
mod rules;
mod secret;
mod session;
mod shell;
mod shield;
mod sources;
mod steps;
mod terminal;
mod terms;
#[cfg(test)]
mod tests;
mod text;
mod theme;
mod tokens;
mod update;
mod ways;
mod work;

use std::io;
use std::sync::Arc;

pub use host::{Call, Host, News, Task, ToRead};
pub use placement::{LocalZone, Offset, Placement};
pub use plain::plain;
pub use rehearsal::Rehearsal;
pub use secret::Secret;
pub use session::{Mark, Place, SCHEMA, Session};
pub use ways::Job;

use crate::model::{Input, Report, Zone};
use crate::timeline::Timeline;
use app::App;
use keymap::Keymap;
use terminal::Screen;

pub use rules::{Explain, NearMiss, NearPart, RuleBook, RuleLine};

/// How the view shows things.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Zone that times are shown in.
    pub zone: Zone,
    /// Whether colours are used; without them glyphs, words, bold and reverse remain.
    pub color: bool,
    /// Whether lines and signs are drawn with ASCII characters alone.
    pub ascii: bool,
}

/// How the view deals with its user.
#[derive(Clone, Debug)]
pub struct Setup {
    /// How it shows things.
    pub options: Options,
    /// Whether the wheel moves and a click selects; the terminal selects no text meanwhile.
    pub mouse: bool,
    /// Whether the terminal takes what is copied; else it goes to files.
    pub clipboard: bool,
    /// Whether what is marked and typed can be saved.
    pub can_save: bool,
    /// Keys of the user's own.
    pub keys: Keys,
}

/// Keys that the user gave to actions, in place of those of the table.
#[derive(Clone, Debug, Default)]
pub struct Keys(Keymap);

impl Keys {
    /// Reads lines of the form `name = key key`.
    ///
    /// # Errors
    /// One sentence a fault; unknown names come with the nearest that is known.
    pub fn parse(text: &str) -> Result<Self, Vec<String>> {
        Keymap::parse(text).map(Self)
    }
}

/// What is known of a case before it is read.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Names of what was given.
    pub inputs: Vec<String>,
    /// A timeline of no events.
    pub timeline: Arc<Timeline>,
}

impl Opening {
    /// A report that says that nothing is read yet.
    fn report(&self) -> Report {
        let input = |path: &String| Input {
            path: path.clone(),
            sha256: String::new(),
            bytes: 0,
        };
        let headline = "The evidence is still being read; c stops that and shows what was read";
        Report {
            inputs: self.inputs.iter().map(input).collect(),
            ..Report::empty(headline)
        }
    }
}

/// A case that is ready to be shown.
#[derive(Debug)]
pub struct Prepared(Box<App>);

impl Prepared {
    /// The report that is shown.
    pub fn report(&self) -> &Arc<Report> {
        &self.0.report
    }

    /// The events that are shown.
    pub fn timeline(&self) -> &Arc<Timeline> {
        &self.0.timeline
    }

    /// Takes over what was kept of an earlier view of the same evidence.
    pub fn resume(&mut self, session: Session) {
        self.0.resume(session);
    }

    /// What can be done once the case is shown: gathering the names that copies and files replace.
    pub fn afterwards(&self) -> impl FnOnce() + use<> {
        let shield = self.0.shield.clone();
        let (report, timeline) = (Arc::clone(&self.0.report), Arc::clone(&self.0.timeline));
        move || {
            shield.redactor(&report, &timeline);
        }
    }
}

/// Makes a case ready to be shown, with the rules that judged it: all that grows with the number of events is done here, so that it
/// can be done beside the view.
pub fn prepare(
    report: Arc<Report>,
    timeline: Arc<Timeline>,
    rules: RuleBook,
    options: Options,
) -> Prepared {
    let app = App::new(report, timeline, options).with_rules(rules);
    app.links();
    app.locations();
    Prepared(Box::new(app))
}

/// Why the view ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The user left.
    Quit,
    /// The system asked the program to end.
    Called,
    /// The reading came to no end; the host knows why.
    Failed,
}

/// Shows a case from before it is read until the user quits.
///
/// The terminal is given back as it was found on every way out: quitting, errors and panics.
///
/// # Errors
/// The terminal cannot be set up, drawn on or read from.
pub fn run(opening: Opening, setup: &Setup, host: &mut dyn Host) -> io::Result<Ending> {
    let mut app = App::opening(opening, setup.options);
    app.keys = setup.keys.0.clone();
    app.can_save = setup.can_save;
    let mut screen = Screen::enter(setup)?;
    let outcome = shell::converse(&mut app, &mut screen, setup, host);
    let left = screen.leave();
    if app.can_save && app.reading.is_none() {
        // Marks were saved when they were set; of the rest nobody is left to be told.
        let _ = host.save(&app.session());
    }
    let ending = outcome?;
    left.map(|()| ending)
}
