//! From the paths that were named to the files on disk.
//!
//! The order never depends on the file system or on how the paths were typed: inputs are sorted,
//! folders are read by name, and nothing is read twice, so links that lead back end the walk.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::artifact::InputFile;
use super::content::{Content, Fault, unreadable};
use super::limits::{Budget, Limits};
use super::names::safe_component;
use crate::model::{Blindspot, BlindspotKind};

/// Why a named path cannot be opened at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is nothing at the path.
    #[error("there is no file or folder {path}")]
    Missing {
        /// As given.
        path: String,
    },
    /// The file or folder may not be read by this user.
    #[error("permission to read {path} was denied")]
    NotPermitted {
        /// As given.
        path: String,
    },
    /// It is a device, a pipe or a socket.
    #[error("{path} is neither a file nor a folder")]
    NotAFile {
        /// As given.
        path: String,
    },
    /// The system gives another reason.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// As given.
        path: String,
        /// The system's reason.
        source: io::Error,
    },
}

impl OpenError {
    /// The path that cannot be opened, as given.
    pub fn path(&self) -> &str {
        match self {
            Self::Missing { path }
            | Self::NotPermitted { path }
            | Self::NotAFile { path }
            | Self::Unreadable { path, .. } => path,
        }
    }
}

/// A file found on disk.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// Its path as shown, from the input's label on.
    pub(super) shown: String,
    pub(super) name: String,
    pub(super) size: u64,
}

/// What the walk found.
#[derive(Debug, Default)]
pub(super) struct Walked {
    pub(super) inputs: Vec<InputFile>,
    pub(super) files: Vec<Found>,
    pub(super) blindspots: Vec<Blindspot>,
}

/// All files of all inputs.
pub(super) fn walk(
    paths: &[PathBuf],
    limits: &Limits,
    budget: &mut Budget,
) -> Result<Walked, OpenError> {
    let mut walked = Walked::default();
    let mut seen = HashSet::new();
    for root in roots(paths)? {
        let first = walked.files.len();
        let mut content = None;
        if root.is_folder {
            folder(&root, limits, budget, &mut seen, &mut walked);
        } else {
            content = Some(Content::File(root.path.clone()));
            let found = Found {
                path: root.path,
                shown: root.label.clone(),
                name: root.name,
                size: root.size,
            };
            if seen.insert(root.canonical) && budget.count_entry(limits) {
                walked.files.push(found);
            }
        }
        let bytes = walked
            .files
            .iter()
            .skip(first)
            .map(|found| found.size)
            .sum();
        walked.inputs.push(InputFile {
            path: root.given,
            label: root.label,
            bytes,
            content,
        });
    }
    Ok(walked)
}

/// A named path that is there.
struct Root {
    given: String,
    /// Last component.
    name: String,
    label: String,
    path: PathBuf,
    canonical: PathBuf,
    is_folder: bool,
    size: u64,
}

/// The inputs, sorted, each once.
fn roots(paths: &[PathBuf]) -> Result<Vec<Root>, OpenError> {
    let mut sorted: Vec<&PathBuf> = paths.iter().collect();
    sorted.sort();
    let mut roots = Vec::new();
    let mut seen = HashSet::new();
    for path in sorted {
        let root = root(path).map_err(|source| open_error(path, source))??;
        if seen.insert(root.canonical.clone()) {
            roots.push(root);
        }
    }
    let mut uses: HashMap<String, u32> = HashMap::new();
    for root in &roots {
        *uses.entry(root.label.clone()).or_default() += 1;
    }
    for root in &mut roots {
        if uses.get(&root.label).is_some_and(|count| *count > 1) {
            root.label.clone_from(&root.given);
        }
    }
    Ok(roots)
}

fn root(path: &Path) -> io::Result<Result<Root, OpenError>> {
    let metadata = fs::metadata(path)?;
    let given = shown_path(path);
    if metadata.is_dir() {
        fs::read_dir(path)?;
    } else if metadata.is_file() {
        File::open(path)?;
    } else {
        return Ok(Err(OpenError::NotAFile { path: given }));
    }
    let canonical = fs::canonicalize(path)?;
    let last = path.file_name().or(canonical.file_name());
    let name = last.map_or_else(
        || given.clone(),
        |last| safe_component(&last.to_string_lossy()).into_owned(),
    );
    Ok(Ok(Root {
        given,
        label: name.clone(),
        name,
        path: path.to_owned(),
        canonical,
        is_folder: metadata.is_dir(),
        size: metadata.len(),
    }))
}

fn open_error(path: &Path, source: io::Error) -> OpenError {
    let path = shown_path(path);
    match source.kind() {
        io::ErrorKind::NotFound => OpenError::Missing { path },
        io::ErrorKind::PermissionDenied => OpenError::NotPermitted { path },
        _ => OpenError::Unreadable { path, source },
    }
}

/// A path as text, with `/` on every system.
fn shown_path(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) {
        text.replace('\\', "/")
    } else {
        text.into_owned()
    }
}

/// Something below a folder that was named.
struct Below {
    path: PathBuf,
    /// Its path as shown.
    shown: String,
    /// The one path that it is known by, where no link can lead elsewhere.
    canonical: Option<PathBuf>,
}

/// Everything below a folder, depth first and by name.
fn folder(
    root: &Root,
    limits: &Limits,
    budget: &mut Budget,
    seen: &mut HashSet<PathBuf>,
    walked: &mut Walked,
) {
    let mut open = vec![Below {
        path: root.path.clone(),
        shown: root.label.clone(),
        canonical: Some(root.canonical.clone()),
    }];
    while let Some(next) = open.pop() {
        let step = match visit(&next, seen) {
            Ok(step) => step,
            Err(fault) => {
                walked.blindspots.push(fault.of(&next.shown));
                continue;
            }
        };
        let Below { path, shown, .. } = next;
        match step {
            Step::Folder { canonical, entries } => {
                let below = |entry: &Entry| Below {
                    path: path.join(&entry.name),
                    shown: format!("{shown}/{}", safe_component(&entry.name.to_string_lossy())),
                    canonical: (!entry.is_link).then(|| canonical.join(&entry.name)),
                };
                open.extend(entries.iter().rev().map(below));
            }
            Step::File { size } if budget.count_entry(limits) => {
                let name = shown.rsplit('/').next().unwrap_or_default().to_owned();
                walked.files.push(Found {
                    path,
                    shown,
                    name,
                    size,
                });
            }
            Step::File { .. } => {
                let detail = format!(
                    "The limit of {} files was reached at {shown}; nothing from there on was looked at.",
                    limits.entries
                );
                walked
                    .blindspots
                    .push(Blindspot::new(BlindspotKind::Limit, &*root.label, detail));
                return;
            }
        }
    }
}

enum Step {
    Folder {
        canonical: PathBuf,
        /// By name.
        entries: Vec<Entry>,
    },
    File {
        size: u64,
    },
}

/// What a folder says of something in it.
struct Entry {
    name: OsString,
    is_link: bool,
}

fn visit(below: &Below, seen: &mut HashSet<PathBuf>) -> Result<Step, Fault> {
    let path = &below.path;
    let metadata = fs::metadata(path).map_err(|error| unreadable(&error))?;
    if !metadata.is_dir() && !metadata.is_file() {
        let detail = "It is neither a file nor a folder, so it was not read.";
        return Err(Fault::new(BlindspotKind::Skipped, detail));
    }
    // To ask the system costs more than all else that is done here.
    let canonical = match &below.canonical {
        Some(known) => known.clone(),
        None => fs::canonicalize(path).map_err(|error| unreadable(&error))?,
    };
    if !seen.insert(canonical.clone()) {
        let detail = "It was read already under another path, to which it leads.";
        return Err(Fault::new(BlindspotKind::Skipped, detail));
    }
    if metadata.is_file() {
        return Ok(Step::File {
            size: metadata.len(),
        });
    }
    let entry = |entry: io::Result<fs::DirEntry>| {
        let entry = entry?;
        Ok(Entry {
            name: entry.file_name(),
            is_link: entry.file_type().map_or(true, |kind| kind.is_symlink()),
        })
    };
    let listed = fs::read_dir(path).and_then(|entries| entries.map(entry).collect());
    let mut entries: Vec<Entry> = listed.map_err(|error: io::Error| unreadable(&error))?;
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(Step::Folder { canonical, entries })
}
