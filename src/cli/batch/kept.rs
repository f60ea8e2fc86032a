//! What a batch leaves behind: reports, and the line of each bundle, by what they were made of.
//!
//! A file is written under another name and then renamed, so that one that is there is whole.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Depth;
use super::bundles::Given;
use crate::cli::Stop;
use crate::cli::args::Evidence;
use crate::cli::output::{Existing, make_folder, replace};
use crate::cli::redacting::Wanted;
use crate::export::fleet::{BundleLine, SCHEMA};
use crate::model::hex_text;

const MARK: &str = "batch.json";
const REPORTS: &str = "reports";
const LINES: &str = "lines";
/// Ending of a file with every event of a bundle.
const EVENTS: &str = "events.jsonl";
/// Hex digits of a digest that a file's name has.
const DIGITS: usize = 16;
/// Folders inside each other that are looked into for changes.
const DEEPEST: usize = 64;

/// The folder of a batch.
pub(super) struct Kept {
    folder: PathBuf,
    /// Digest of everything that was asked for beside the bundles.
    options: String,
}

/// The file that tells a batch's folder from any other.
#[derive(Serialize, Deserialize)]
struct Mark {
    schema: String,
    options: String,
}

impl Kept {
    /// The folder, made where it is not there. One that holds something else, or what was made with
    /// other options, is refused: its reports could be redacted less than these. `existing` can say
    /// that what is there of a batch goes first.
    pub(super) fn open(
        folder: &Path,
        rules_digest: &str,
        evidence: &Evidence,
        asked: (&Wanted, Depth),
        existing: Existing,
    ) -> Result<Self, Stop> {
        let options = options(rules_digest, evidence, asked);
        let kept = Self {
            folder: folder.to_owned(),
            options,
        };
        make_folder(folder)?;
        let is_empty = fs::read_dir(folder)?.next().is_none();
        let mark = kept.mark();
        match (mark, existing) {
            (Some(mark), _) if mark.options == kept.options => {}
            (Some(_), Existing::Replace) => kept.forget()?,
            (Some(_), Existing::Keep) => {
                return Err(Stop::Usage(format!(
                    "{} holds a batch that was made with other options, or by another version; name another folder, or begin it anew with --force",
                    folder.display()
                )));
            }
            (None, _) if is_empty => {}
            (None, _) => {
                return Err(Stop::Usage(format!(
                    "{} is there already and holds no batch; name another folder",
                    folder.display()
                )));
            }
        }
        make_folder(&folder.join(REPORTS))?;
        make_folder(&folder.join(LINES))?;
        let mark = Mark {
            schema: SCHEMA.to_owned(),
            options: kept.options.clone(),
        };
        let mark = serde_json::to_vec(&mark).map_err(io::Error::other)?;
        replace(&folder.join(MARK), &mark, false)?;
        Ok(kept)
    }

    fn mark(&self) -> Option<Mark> {
        serde_json::from_slice(&fs::read(self.folder.join(MARK)).ok()?).ok()
    }

    /// Removes what other options had made, and nothing that is not a batch's.
    fn forget(&self) -> Result<(), Stop> {
        let made = [(REPORTS, "html"), (REPORTS, EVENTS), (LINES, "json")];
        for (folder, ending) in made {
            let Ok(entries) = fs::read_dir(self.folder.join(folder)) else {
                continue;
            };
            for path in entries.flatten().map(|entry| entry.path()) {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let stem = name
                    .strip_suffix(ending)
                    .and_then(|stem| stem.strip_suffix('.'));
                let is_id = |stem: &str| {
                    stem.len() == DIGITS && stem.bytes().all(|byte| byte.is_ascii_hexdigit())
                };
                if stem.is_some_and(is_id) {
                    fs::remove_file(path)?;
                }
            }
        }
        Ok(())
    }

    /// The name of what is made of a bundle as it is now.
    pub(super) fn id(&self, bundle: &Given) -> String {
        let mut hash = Sha256::new();
        hash.update(&self.options);
        add_text(&mut hash, &bundle.name);
        add_files(&mut hash, &bundle.path, DEEPEST);
        let digest = hex_text(&hash.finalize());
        digest.get(..DIGITS).unwrap_or(&digest).to_owned()
    }

    /// The line of a bundle that did not change since it was read.
    pub(super) fn line(&self, id: &str) -> Option<BundleLine> {
        let line = fs::read(self.line_path(id)).ok()?;
        let line: BundleLine = serde_json::from_slice(&line).ok()?;
        let report = line.report.as_ref().map(|report| self.folder.join(report));
        let is_whole = report.is_none_or(|report| report.is_file());
        (line.schema == SCHEMA && is_whole).then_some(line)
    }

    /// Keeps a line.
    pub(super) fn put_line(&self, id: &str, line: &BundleLine) -> Result<(), Stop> {
        let text = serde_json::to_vec(line).map_err(io::Error::other)?;
        Ok(replace(&self.line_path(id), &text, false)?)
    }

    /// Keeps a report, and gives its path relative to the index.
    pub(super) fn put_report(&self, id: &str, page: &[u8]) -> Result<String, Stop> {
        let link = format!("{REPORTS}/{id}.html");
        replace(&self.folder.join(&link), page, false)?;
        Ok(link)
    }

    /// Where every event of a bundle stands whose report holds a part of them.
    pub(super) fn events_path(&self, id: &str) -> PathBuf {
        self.folder.join(REPORTS).join(format!("{id}.{EVENTS}"))
    }

    /// Keeps a file of the index.
    pub(super) fn put_index(&self, name: &str, content: &[u8]) -> Result<(), Stop> {
        Ok(replace(&self.folder.join(name), content, false)?)
    }

    fn line_path(&self, id: &str) -> PathBuf {
        self.folder.join(LINES).join(format!("{id}.json"))
    }
}

/// Everything that decides what is made of a bundle, beside the bundle.
fn options(rules_digest: &str, evidence: &Evidence, (wanted, depth): (&Wanted, Depth)) -> String {
    let mut hash = Sha256::new();
    add_text(&mut hash, SCHEMA);
    add_text(&mut hash, env!("CARGO_PKG_VERSION"));
    add_text(&mut hash, rules_digest);
    add_text(&mut hash, &evidence.tz);
    for clock in &evidence.clock {
        add_text(&mut hash, clock);
    }
    for zone in &evidence.zone {
        add_text(&mut hash, "zone");
        add_text(&mut hash, zone);
    }
    let files = evidence.rules.iter().chain(&evidence.provider_dir);
    let files = files
        .chain(&evidence.symbols)
        .chain(&evidence.password_file);
    for path in files {
        add_text(&mut hash, &path.to_string_lossy());
        add_files(&mut hash, path, DEEPEST);
    }
    add_text(&mut hash, &wanted.fingerprint());
    if depth == Depth::Triage {
        add_text(&mut hash, "triage");
    }
    hex_text(&hash.finalize())
}

fn add_text(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text);
}

/// Names, sizes and times of files: what changes when they do, without reading them.
fn add_files(hash: &mut Sha256, path: &Path, depth: usize) {
    let Ok(metadata) = fs::symlink_metadata(path) else {
        add_text(hash, "absent");
        return;
    };
    // A link stands for the file behind it; a folder behind a link is not walked.
    let metadata = if metadata.is_symlink() {
        fs::metadata(path).ok().filter(Metadata::is_file)
    } else {
        Some(metadata)
    };
    let Some(metadata) = metadata else {
        add_text(hash, "link");
        return;
    };
    if metadata.is_dir() {
        let mut names: Vec<_> = fs::read_dir(path)
            .map(|entries| entries.flatten().map(|entry| entry.file_name()).collect())
            .unwrap_or_default();
        names.sort();
        add_text(hash, "folder");
        for name in names.iter().filter(|_| depth > 0) {
            add_text(hash, &name.to_string_lossy());
            add_files(hash, &path.join(name), depth - 1);
        }
        return;
    }
    let modified = metadata.modified().ok();
    let modified = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    hash.update(metadata.len().to_le_bytes());
    hash.update(modified.unwrap_or_default().as_nanos().to_le_bytes());
}
