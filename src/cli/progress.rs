//! Progress on standard error while artifacts are read: a bar on a terminal, nothing in a pipe.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::ingest::Watch;
use crate::model::ArtifactId;

/// The bar, which hides itself where nobody watches.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn start(bytes: u64, quiet: bool) -> Self {
        if quiet || !io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        // Small bundles are done before a bar could be read.
        let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr_with_hz(8));
        let style =
            ProgressStyle::with_template("reading [{bar:30}] {bytes} of {total_bytes}, {eta} left");
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("#- "));
        }
        bar.enable_steady_tick(Duration::from_millis(250));
        Self(bar)
    }

    pub(super) fn add(&self, bytes: u64) {
        self.0.inc(bytes);
    }

    pub(super) fn finish(self) {
        self.0.finish_and_clear();
    }
}

impl Watch for Progress {
    fn ended(&self, _: ArtifactId, bytes: u64) {
        self.add(bytes);
    }
}
