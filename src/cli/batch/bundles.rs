//! Which bundles a batch is made of.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::args::Evidence;
use crate::cli::{Stop, input};

/// A bundle as given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Given {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Its path with `/` between components.
    pub(super) name: String,
}

impl Given {
    fn new(path: PathBuf) -> Self {
        let name = path.to_string_lossy().replace('\\', "/");
        Self { path, name }
    }
}

/// The bundles: every entry of a folder that was named is one, and so is every file that was named.
/// Sorted by path, each once. Entries that begin with a dot are none.
pub(super) fn given(evidence: &Evidence) -> Result<Vec<Given>, Stop> {
    let mut bundles = Vec::new();
    for path in input::paths(evidence)? {
        if path.is_dir() {
            let entries = entries(&path).map_err(|error| {
                Stop::Usage(format!("{} cannot be read: {error}", path.display()))
            })?;
            bundles.extend(entries.into_iter().map(Given::new));
        } else {
            bundles.push(Given::new(path));
        }
    }
    bundles.sort_by(|left, right| left.name.cmp(&right.name));
    bundles.dedup();
    if bundles.is_empty() {
        return Err(Stop::Usage(
            "no bundle given; name folders of bundles, bundles, or - for a list".to_owned(),
        ));
    }
    Ok(bundles)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    Ok(paths)
}
