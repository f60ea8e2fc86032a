//! The program around the stages: arguments, wiring, exit codes. The only place that reads
//! the clock, the environment or standard input, and that writes files.

mod args;
mod batch;
mod clocks;
mod cut;
mod decoders;
mod explain;
mod import;
mod input;
mod inspect;
#[cfg(all(windows, feature = "tdh"))]
mod installed;
mod making;
mod output;
mod packets;
mod progress;
mod redacting;
mod rule_book;
mod rules;
mod run;
mod signals;
mod stages;
mod state;
#[cfg(test)]
pub(crate) mod tests;
mod triage;
mod viewing;

pub use viewing::desk;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::export::clean;

/// How a run ended; `docs/ARCHITECTURE.md` and the contract list the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Done, nothing at or above `--fail-on`.
    Done,
    /// Something at or above `--fail-on`.
    Found,
    /// No input could be read.
    Unreadable,
    /// Ended by a signal.
    Interrupted,
    /// Done, but part of the evidence was damaged or locked.
    Partial,
}

impl Exit {
    fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Done => 0,
            Self::Found => 1,
            Self::Unreadable => 3,
            Self::Partial => 4,
            Self::Interrupted => 130,
        })
    }
}

/// Why a run stopped.
#[derive(Debug, thiserror::Error)]
enum Stop {
    /// The way it was called is wrong.
    #[error("{0}")]
    Usage(String),
    /// A fault of this program.
    #[error("internal error: {0}")]
    Internal(String),
    /// Writing failed.
    #[error("cannot write: {0}")]
    Write(#[from] std::io::Error),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version are answers, not errors.
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    match run::run(args) {
        Ok(exit) => exit.code(),
        // A reader that has seen enough closes the pipe; that is no fault.
        Err(Stop::Write(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(stop) => {
            let _ = writeln!(std::io::stderr(), "joinscope: {}", clean(&stop.to_string()));
            ExitCode::from(match stop {
                Stop::Usage(_) | Stop::Write(_) => 2,
                Stop::Internal(_) => 5,
            })
        }
    }
}
