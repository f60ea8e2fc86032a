//! How a batch goes, on standard error: a bar with count and time left on a terminal, else a line a
//! bundle.

use std::io::{self, IsTerminal as _, Write as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::bundles::Given;
use crate::cli::Stop;
use crate::export::clean;
use crate::export::fleet::BundleLine;

/// Where it is told.
pub(super) enum Telling {
    Bar(ProgressBar),
    Lines { total: usize },
    Nowhere,
}

impl Telling {
    pub(super) fn start(total: usize, quiet: bool) -> Self {
        if quiet {
            return Self::Nowhere;
        }
        if !io::stderr().is_terminal() {
            return Self::Lines { total };
        }
        let target = ProgressDrawTarget::stderr_with_hz(8);
        let bar = ProgressBar::with_draw_target(Some(total as u64), target);
        let style =
            ProgressStyle::with_template("bundle {pos} of {len} [{bar:30}] {eta} left  {msg}");
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("#- "));
        }
        Self::Bar(bar)
    }

    /// A bundle is done. Standard error stays with who runs the program, so its name is shown.
    pub(super) fn tell(&self, done: usize, bundle: &Given, line: &BundleLine) -> Result<(), Stop> {
        let said = format!("{}: {}", clean(&bundle.name), clean(&line.headline));
        match self {
            Self::Bar(bar) => {
                bar.inc(1);
                bar.set_message(clean(&bundle.name));
                if line.reason.is_some() {
                    bar.println(said);
                }
            }
            Self::Lines { total } => writeln!(io::stderr(), "{done}/{total} {said}")?,
            Self::Nowhere => {}
        }
        Ok(())
    }

    pub(super) fn finish(self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}
