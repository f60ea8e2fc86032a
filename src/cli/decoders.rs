//! Manifests and symbols that were given on the command line.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::Stop;
use super::args::Evidence;
use crate::export::clean;
use crate::ingest::{Added, Decoders, GivenKind};

/// Folders inside folders.
const MAX_DEPTH: usize = 16;
/// Files that are looked at.
const MAX_FILES: usize = 100_000;
/// Bytes of one file, more than the largest program or PDB of Windows.
const MAX_FILE: u64 = 512 << 20;
/// Bytes that are read in all.
const MAX_TOTAL: u64 = 8 << 30;
/// Files that are told of one by one.
const TOLD: usize = 20;

/// Adds every given file that is of a known kind, in the order of paths, and remarks on it.
pub(super) fn add_given(evidence: &Evidence, decoders: &mut Decoders) -> Result<(), Stop> {
    let given = evidence.provider_dir.iter().chain(&evidence.symbols);
    let mut taking = Taking {
        decoders,
        remarks: Vec::new(),
        bytes: 0,
    };
    for path in given {
        taking.given(path)?;
    }
    #[cfg(all(windows, feature = "tdh"))]
    taking.installed(&evidence.inputs);
    if evidence.quiet {
        return Ok(());
    }
    let mut err = io::stderr().lock();
    for remark in taking.remarks.iter().take(TOLD) {
        writeln!(err, "{}", clean(remark))?;
    }
    if taking.remarks.len() > TOLD {
        let further = taking.remarks.len() - TOLD;
        writeln!(
            err,
            "and {further} further remarks on manifests and symbols"
        )?;
    }
    Ok(())
}

struct Taking<'d> {
    decoders: &'d mut Decoders,
    remarks: Vec<String>,
    bytes: u64,
}

impl Taking<'_> {
    /// Takes what this Windows knows of the events of traces that are named themselves: the system
    /// opens a trace by its path, so those inside archives are not asked for.
    #[cfg(all(windows, feature = "tdh"))]
    fn installed(&mut self, inputs: &[PathBuf]) {
        let traces = inputs.iter().filter(|path| {
            let extension = path.extension();
            extension.is_some_and(|extension| extension.eq_ignore_ascii_case("etl"))
        });
        for path in traces {
            let remark = match crate::ingest::installed_schemas(path) {
                Ok(found) => {
                    let count = found.schemas.len();
                    self.decoders.add_installed(found);
                    format!(
                        "{}: this system knows {count} kinds of its events",
                        path.display()
                    )
                }
                Err(error) => format!("{}: this system was not asked: {error}", path.display()),
            };
            self.remarks.push(remark);
        }
    }

    fn given(&mut self, path: &Path) -> Result<(), Stop> {
        let wrong = |error: io::Error| {
            let path = path.display();
            Stop::Usage(format!(
                "{path} cannot be read for manifests and symbols: {error}"
            ))
        };
        if !fs::metadata(path).map_err(wrong)?.is_dir() {
            match self.file(path) {
                Ok(Some(added)) => self.remark(path, &added, true),
                Ok(None) => {}
                Err(error) => return Err(wrong(error)),
            }
            return Ok(());
        }
        let mut files = Vec::new();
        list(path, 0, &mut files).map_err(wrong)?;
        if files.len() >= MAX_FILES {
            let path = path.display();
            self.remarks.push(format!(
                "{path}: only {MAX_FILES} files of it were looked at"
            ));
        }
        for file in files {
            match self.file(&file) {
                Ok(Some(added)) => self.remark(&file, &added, false),
                Ok(None) => {}
                Err(error) => self.remarks.push(format!("{}: {error}", file.display())),
            }
        }
        Ok(())
    }

    /// Takes a file; `None` for one that was left out because of a limit.
    fn file(&mut self, path: &Path) -> io::Result<Option<Added>> {
        let mut file = File::open(path)?;
        let mut head = Vec::new();
        (&mut file)
            .take(GivenKind::HEAD as u64)
            .read_to_end(&mut head)?;
        if GivenKind::of(&head).is_none() {
            return Ok(Some(self.decoders.add("", &head)));
        }
        let size = file.metadata()?.len();
        if size > MAX_FILE || self.bytes.saturating_add(size) > MAX_TOTAL {
            let path = path.display();
            self.remarks.push(format!(
                "{path}: left out, {size} bytes are too much to read"
            ));
            return Ok(None);
        }
        let mut bytes = head;
        file.take(MAX_FILE).read_to_end(&mut bytes)?;
        self.bytes += bytes.len() as u64;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Ok(Some(self.decoders.add(&name, &bytes)))
    }

    /// What a file added; of a file in a folder that added nothing, only what is wrong with it.
    fn remark(&mut self, path: &Path, added: &Added, was_named: bool) {
        let path = path.display();
        if !added.is_empty() {
            self.remarks.push(format!("{added} from {path}"));
        }
        let is_evidence = matches!(added.kind, Some(GivenKind::Tmf | GivenKind::Pdb));
        if was_named || !added.is_empty() || is_evidence {
            let problems = added.problems.iter();
            self.remarks
                .extend(problems.map(|problem| format!("{path}: {problem}")));
        }
    }
}

/// The files below a folder, by path. Links are not followed.
fn list(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        if files.len() >= MAX_FILES {
            return Ok(());
        }
        let kind = entry.file_type()?;
        if kind.is_file() {
            files.push(entry.path());
        } else if kind.is_dir() && depth < MAX_DEPTH {
            // A folder that may not be read hides its own files only.
            let _ = list(&entry.path(), depth + 1, files);
        }
    }
    Ok(())
}
