//! The screens that are one list each: which row of each is selected, and how many there are.

use super::app::{App, Mode};
use super::browse::Screen;
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
    pub(super) fn of(&self, mode: Mode) -> Option<&List> {
        match mode {
            Mode::Gaps => Some(&self.gaps),
            Mode::Http => Some(&self.http),
            Mode::Tokens => Some(&self.tokens),
            Mode::Device => Some(&self.device),
            Mode::Sources => Some(&self.sources),
            Mode::Rules => Some(&self.rules),
            Mode::Blindspots => Some(&self.blindspots),
            Mode::Notes => Some(&self.notes),
            _ => None,
        }
    }

    /// The same, to be changed.
    pub(super) fn of_mut(&mut self, mode: Mode) -> Option<&mut List> {
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
    Screen::of(mode).map_or(0, |(_, screen)| (screen.len)(app))
}
