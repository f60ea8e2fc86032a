//! Files and folders that are written: never over something that is there, unless asked to.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::Stop;

/// Whether an existing file may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Existing {
    Keep,
    Replace,
}

impl Existing {
    pub(super) fn from_force(force: bool) -> Self {
        if force { Self::Replace } else { Self::Keep }
    }
}

/// Opens a file for writing, before the work whose result it is to hold.
pub(super) fn create(path: &Path, existing: Existing) -> Result<impl Write + use<>, Stop> {
    let mut options = OpenOptions::new();
    options.write(true);
    match existing {
        Existing::Keep => options.create_new(true),
        Existing::Replace => options.create(true).truncate(true),
    };
    options
        .open(path)
        .map(BufWriter::new)
        .map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => is_there(path),
            _ => Stop::Usage(format!("{} cannot be written: {error}", path.display())),
        })
}

/// Fails where [`create`] would for a file that is there already, and writes nothing.
pub(super) fn refuse_existing(path: &Path, existing: Existing) -> Result<(), Stop> {
    if existing == Existing::Keep && path.symlink_metadata().is_ok() {
        return Err(is_there(path));
    }
    Ok(())
}

fn is_there(path: &Path) -> Stop {
    Stop::Usage(format!(
        "{} is there already; --force overwrites it",
        path.display()
    ))
}

/// Writes a file whole or not at all: what was there before stays until the new one is complete. Only
/// the user may read it where `private` says so.
pub(super) fn replace(path: &Path, content: &[u8], private: bool) -> io::Result<()> {
    replace_by(path, private, |out| out.write_all(content))
}

/// The same for content that is written piece by piece.
pub(super) fn replace_by(
    path: &Path,
    private: bool,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let fresh = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    if private {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = private;
    let mut file = BufWriter::new(options.open(&fresh)?);
    write(&mut file)?;
    file.flush()?;
    file.get_ref().sync_all()?;
    drop(file);
    fs::rename(&fresh, path)
}

/// Makes a folder, with those above it.
pub(super) fn make_folder(path: &Path) -> Result<(), Stop> {
    fs::create_dir_all(path)
        .map_err(|error| Stop::Usage(format!("{} cannot be made: {error}", path.display())))
}
