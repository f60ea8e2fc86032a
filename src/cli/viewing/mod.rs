//! The interactive view: it opens at once; the evidence is opened and read beside it.

mod desk;
mod interim;
mod reader;
#[cfg(test)]
mod tests;

use std::ffi::OsStr;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::channel;

use clap::Parser as _;

use super::args::{Args, Clipboard, Evidence, Viewing};
use super::run::colour;
use super::signals::Signals;
use super::stages::zone_before;
use super::{Exit, Stop, input, state};
use crate::timeline::Timeline;
use crate::tui::{self, Host, Opening, Options, Setup};
use desk::Desk;
use reader::Reader;

/// Shows the evidence until the user leaves.
pub(super) fn view(evidence: &Evidence, viewing: &Viewing) -> Result<Exit, Stop> {
    let keys = state::keys(viewing.keys.as_deref())?;
    // A wrong zone is told before anything is shown; the device's own is known later.
    let zone = zone_before(&evidence.tz)?;
    let folder = state::folder().filter(|_| !viewing.no_state);
    let setup = Setup {
        options: Options {
            zone,
            color: colour(evidence),
            ascii: viewing.plain || is_terminal_poor(),
        },
        mouse: viewing.mouse,
        clipboard: takes_copies(viewing.clipboard),
        can_save: folder.is_some(),
        keys,
    };
    let (sender, receiver) = channel();
    let reader = Reader::new(evidence, setup.options, folder, sender)?;
    if viewing.plain {
        // Lines are read as the terminal hands them out, so signals keep their usual meaning there,
        // and whoever is asked for a password is asked before.
        let Some(bundle) = input::bundle(evidence)? else {
            return Ok(Exit::Unreadable);
        };
        let mut desk = Desk::new(receiver, Arc::clone(&reader), None);
        reader.begin_with(bundle);
        let (input, out) = (&mut io::stdin().lock(), &mut io::stdout());
        let ending = tui::plain(&setup, &mut desk, input, out)?;
        return desk.end(ending);
    }
    let opening = Opening {
        inputs: reader.inputs(),
        timeline: Arc::new(Timeline::build(Vec::new(), reader.catalog())),
    };
    let mut desk = Desk::new(receiver, Arc::clone(&reader), Some(Signals::heed()?));
    reader.begin();
    let ending = tui::run(opening, &setup, &mut desk)?;
    desk.end(ending)
}

/// The desk of a view that has no terminal: it reads these files and folders as the program does. For
/// whoever wants to know how long the view takes while that goes on.
///
/// # Errors
/// The tables that are built in are not sound.
pub fn desk(paths: &[PathBuf], options: Options) -> Result<impl Host + use<>, String> {
    let program = [OsStr::new("joinscope"), OsStr::new("--quiet")];
    let arguments = program
        .into_iter()
        .chain(paths.iter().map(|path| path.as_os_str()));
    let args = Args::try_parse_from(arguments).map_err(|error| error.to_string())?;
    let (sender, receiver) = channel();
    let reader = Reader::new(&args.evidence, options, None, sender);
    let reader = reader.map_err(|stop| stop.to_string())?;
    reader.begin();
    Ok(Desk::new(receiver, reader, None))
}

/// Whether the terminal has ASCII alone.
fn is_terminal_poor() -> bool {
    std::env::var("TERM").is_ok_and(|term| term == "linux" || term == "dumb")
}

/// Whether the terminal takes copies for its clipboard.
fn takes_copies(clipboard: Clipboard) -> bool {
    match clipboard {
        Clipboard::Terminal => true,
        Clipboard::File => false,
        Clipboard::Auto => {
            let term = std::env::var("TERM").unwrap_or_default();
            // Screen swallows what it does not know; tmux passes it on.
            let is_screen = term.starts_with("screen") && std::env::var_os("TMUX").is_none();
            io::stdout().is_terminal() && !is_terminal_poor() && !is_screen
        }
    }
}
