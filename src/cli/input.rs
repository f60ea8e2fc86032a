//! From the paths and passwords that were given to an open bundle.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use super::Stop;
use super::args::Evidence;
use super::stages::pool;
use crate::bundle::{Bundle, Limits, Passwords, open};
use crate::export::clean;
use crate::model::{Blindspot, BlindspotKind};

/// Opens the evidence. A path that cannot be opened is a sentence on standard error and a blind
/// spot; `None` where nothing is left to read.
pub(super) fn bundle(evidence: &Evidence) -> Result<Option<Bundle>, Stop> {
    pool(evidence)?.install(|| bundle_here(evidence))
}

/// The same on the threads of the pool that it is called in.
pub(super) fn bundle_here(evidence: &Evidence) -> Result<Option<Bundle>, Stop> {
    let paths = named_paths(evidence)?;
    let passwords = given_passwords(evidence)?;
    let opened = |passwords: &Passwords| open_what_opens(&paths, passwords);
    let Some(bundle) = tell(opened(&passwords)?)? else {
        return Ok(None);
    };
    let can_ask = io::stdin().is_terminal() && io::stderr().is_terminal() && !evidence.quiet;
    if locked(&bundle) > 0
        && passwords.is_empty()
        && can_ask
        && let Some(password) = ask_password()?
    {
        return tell(opened(&Passwords::new([password]))?);
    }
    Ok(Some(bundle))
}

/// How many blind spots of a bundle a password may open.
pub(super) fn locked(bundle: &Bundle) -> usize {
    let spots = bundle.blindspots.iter();
    spots
        .filter(|spot| spot.kind == BlindspotKind::Locked)
        .count()
}

/// What was opened, and a sentence for each path that could not be.
pub(super) struct Opened {
    /// None where nothing is left to read.
    pub(super) bundle: Option<Bundle>,
    pub(super) faults: Vec<String>,
}

/// Tells of what could not be opened.
fn tell(opened: Opened) -> Result<Option<Bundle>, Stop> {
    for fault in opened.faults {
        writeln!(io::stderr(), "joinscope: {fault}")?;
    }
    Ok(opened.bundle)
}

/// Opens every path that can be opened; the others become blind spots.
pub(super) fn open_what_opens(paths: &[PathBuf], passwords: &Passwords) -> Result<Opened, Stop> {
    let mut faults = Vec::new();
    let mut usable = paths.to_vec();
    let mut failed = Vec::new();
    while !usable.is_empty() {
        match open(&usable, &Limits::default(), passwords) {
            Ok(mut bundle) => {
                bundle.blindspots.splice(0..0, failed);
                return Ok(Opened {
                    bundle: Some(bundle),
                    faults,
                });
            }
            Err(error) => {
                faults.push(clean(&error.to_string()));
                failed.push(Blindspot::new(
                    BlindspotKind::Unreadable,
                    error.path(),
                    error.to_string(),
                ));
                let before = usable.len();
                usable.retain(|path| path.to_string_lossy().replace('\\', "/") != error.path());
                if usable.len() == before {
                    return Err(Stop::Usage(error.to_string()));
                }
            }
        }
    }
    Ok(Opened {
        bundle: None,
        faults,
    })
}

/// The paths as typed, of which there is one at least.
pub(super) fn named_paths(evidence: &Evidence) -> Result<Vec<PathBuf>, Stop> {
    let paths = paths(evidence)?;
    if paths.is_empty() {
        return Err(Stop::Usage(
            "no input given; name files, folders or archives".to_owned(),
        ));
    }
    Ok(paths)
}

/// The paths as typed; `-` stands for a list on standard input, one path a line.
pub(super) fn paths(evidence: &Evidence) -> Result<Vec<PathBuf>, Stop> {
    let mut paths = Vec::new();
    for path in &evidence.inputs {
        if path.as_os_str() == "-" {
            for line in io::stdin().lock().lines() {
                let line = line.map_err(|error| {
                    Stop::Usage(format!(
                        "the list on standard input cannot be read: {error}"
                    ))
                })?;
                if !line.trim().is_empty() {
                    paths.push(PathBuf::from(line.trim()));
                }
            }
        } else {
            paths.push(path.clone());
        }
    }
    Ok(paths)
}

/// Passwords from the file named on the command line and from the environment.
pub(super) fn given_passwords(evidence: &Evidence) -> Result<Passwords, Stop> {
    let mut candidates = Vec::new();
    if let Some(path) = &evidence.password_file {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Stop::Usage(format!(
                "the password file {} cannot be read: {error}",
                path.display()
            ))
        })?;
        candidates.extend(text.lines().map(str::to_owned));
    }
    candidates.extend(std::env::var("JOINSCOPE_PASSWORD"));
    Ok(Passwords::new(candidates))
}

/// Asks for a password without showing it; `None` when the question is declined.
fn ask_password() -> Result<Option<String>, Stop> {
    write!(
        io::stderr(),
        "part of the evidence is locked; password (empty to go on without): "
    )?;
    io::stderr().flush()?;
    enable_raw_mode()?;
    let typed = read_hidden();
    disable_raw_mode()?;
    writeln!(io::stderr())?;
    Ok(typed?.filter(|password| !password.is_empty()))
}

fn read_hidden() -> io::Result<Option<String>> {
    let mut typed = String::new();
    loop {
        let Event::Key(key) = read()? else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        match key.code {
            KeyCode::Enter => return Ok(Some(typed)),
            KeyCode::Esc => return Ok(None),
            KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                return Ok(None);
            }
            KeyCode::Backspace => drop(typed.pop()),
            KeyCode::Char(letter) => typed.push(letter),
            _ => {}
        }
    }
}
