//! The screens that are one list each: which row of each is selected, and how many there are.

use super::app::{App, Mode};
use super::list::List;

/// The selections of screens that are one list each.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    pub(super) gaps: List,
    pub(super) http: List,
    pub(super) tokens: List,
    pub(super) device: List,
    pub(super) sources: List,
    pub(super) rules: List,
    pub(super) blindspots: List,
    pub(super) notes: List,
}

impl Lists {
    /// That of a screen.
    pub(super) fn of(&mut self, mode: Mode) -> Option<&mut List> {
        match mode {
            Mode::Gaps => Some(&mut self.gaps),
            Mode::Http => Some(&mut self.http),
            Mode::Tokens => Some(&mut self.tokens),
            Mode::Device => Some(&mut self.device),
            Mode::Sources => Some(&mut self.sources),
            Mode::Rules => Some(&mut self.rules),
            Mode::Blindspots => Some(&mut self.blindspots),
            Mode::Notes => Some(&mut self.notes),
            _ => None,
        }
    }
}

/// Rows of the list of a screen that is one; 0 for another screen.
pub(super) fn len(app: &App, mode: Mode) -> usize {
    match mode {
        Mode::Sources if app.reading.is_some() => app
            .reading
            .as_ref()
            .map_or(0, |reading| reading.files.len()),
        Mode::Gaps => app.report.gaps.len(),
        Mode::Http => super::draw::http::len(app),
        Mode::Tokens => app.report.tokens.len(),
        Mode::Device => app.report.device.len(),
        Mode::Sources => app.report.sources.len(),
        Mode::Rules => super::draw::rules::len(app),
        Mode::Blindspots => app.report.blindspots.len(),
        Mode::Notes => app.notes.len(),
        _ => 0,
    }
}
