//! What keeps names of people, machines and organisations from leaving with copies and files.
//!
//! Gathering the names takes a walk over all events, so it is done once, beside the view.

use std::sync::{Arc, OnceLock};

use super::app::App;
use crate::model::Report;
use crate::redact::{Level, Redactor};
use crate::timeline::Timeline;

/// The redactor, and whether it is asked.
#[derive(Clone, Debug)]
pub(super) struct Shield {
    on: Arc<OnceLock<Redactor>>,
    off: Arc<Redactor>,
    pub(super) is_up: bool,
}

impl Default for Shield {
    fn default() -> Self {
        Self {
            on: Arc::default(),
            off: Arc::new(Redactor::off()),
            is_up: true,
        }
    }
}

impl Shield {
    /// The redactor that is asked, gathering the names first where nobody has yet.
    pub(super) fn redactor(&self, report: &Report, timeline: &Timeline) -> &Redactor {
        if self.is_up {
            self.on
                .get_or_init(|| Redactor::new(Level::Standard, None, report, timeline))
        } else {
            &self.off
        }
    }

    /// The same, where it need not be waited for.
    pub(super) fn ready(&self) -> Option<&Redactor> {
        if self.is_up {
            self.on.get()
        } else {
            Some(&self.off)
        }
    }
}

/// Replaces names in what leaves the program, or does so no longer, and says which.
pub(super) fn toggle(app: &mut App) {
    app.shield.is_up = !app.shield.is_up;
    let words = if app.shield.is_up {
        "names are replaced in copies and files"
    } else {
        "copies and files have names as the evidence has them; R replaces them again"
    };
    app.message = Some(words.to_owned());
}
