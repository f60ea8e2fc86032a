//! How far the reading is, file by file.

use super::host::{News, ToRead};

/// What became of a file so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Waiting,
    Begun,
    Read,
}

/// The reading that goes on.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    pub(super) files: Vec<(ToRead, State)>,
    /// What is done once all files are read.
    pub(super) stage: &'static str,
    /// Whether it is to stop.
    pub(super) is_stopping: bool,
    read: usize,
    bytes: u64,
    all_bytes: u64,
}

impl Reading {
    /// Takes in what happened.
    pub(super) fn learn(&mut self, news: &News) {
        match news {
            News::Locked { .. } => self.stage = "waiting for a password",
            News::Listed(files) => {
                self.stage = "";
                self.all_bytes = files.iter().map(|file| file.bytes).sum();
                let waiting = files.iter().cloned().map(|file| (file, State::Waiting));
                self.files = waiting.collect();
            }
            News::Began(place) => {
                if let Some((_, state)) = self.files.get_mut(*place) {
                    *state = State::Begun;
                }
            }
            News::Read(place) => {
                if let Some((file, state)) = self.files.get_mut(*place)
                    && *state != State::Read
                {
                    *state = State::Read;
                    self.read += 1;
                    self.bytes += file.bytes;
                }
            }
            News::Stage(stage) => self.stage = stage,
            News::Partial(_)
            | News::Case(_)
            | News::Placed(..)
            | News::NotPlaced(_)
            | News::Near { .. }
            | News::Composed(_)
            | News::Failed
            | News::Told(_) => {}
        }
    }

    /// How far it is, in words.
    pub(super) fn words(&self) -> String {
        if self.is_stopping {
            return "stopping".to_owned();
        }
        if !self.stage.is_empty() {
            return self.stage.to_owned();
        }
        if self.files.is_empty() {
            return "opening".to_owned();
        }
        let percent = self.bytes.saturating_mul(100) / self.all_bytes.max(1);
        format!(
            "reading: {} of {} files, {percent} %",
            self.read,
            self.files.len()
        )
    }
}
