//! Reading all artifacts of a bundle in parallel, with the same result for any number of threads.
//!
//! Parallelism has two levels: artifacts, and the jobs of each. Both run on the rayon pool that
//! the caller is in; the `evtx` crate is driven chunk by chunk and never starts work of its own
//! (its parser, asked for several threads from inside a busy pool, can wait for itself).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::stream::{self, Streamed, is_worth, read_pieces};
use super::{Content, Decoders, Format, Job, foreign, recognise};
use crate::bundle::{Artifact, Bundle, InputFile};
use crate::model::{ArtifactId, Batch, Blindspot, BlindspotKind, Input, ReadNote, hex_text};
use ::evtx::mta::MtaFile;

/// Whether to make SHA-256 digests, which cost more than decoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digests {
    /// Of every artifact and input.
    Make,
    /// None: for outputs that do not show them.
    Skip,
}

/// Everything that was read, in the order of the bundle.
#[derive(Debug)]
pub struct Reading {
    /// Events, facts and blind spots.
    pub batches: Vec<Batch>,
    /// One line an artifact.
    pub artifacts: Vec<ReadArtifact>,
    /// One line an input; digests are empty where none were made.
    pub inputs: Vec<Input>,
}

/// What became of an artifact.
#[derive(Clone, Debug)]
pub struct ReadArtifact {
    /// Path through the archives.
    pub path: Arc<str>,
    /// Name of the format that took it; `None` where none did.
    pub format: Option<&'static str>,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 in hexadecimal; empty where none was made.
    pub sha256: String,
    /// Counts that the format made while reading.
    pub notes: Vec<ReadNote>,
}

/// Whoever wants to know how far the reading is, and may stop it. Asked and told from any thread.
pub trait Watch: Sync {
    /// The reading of an artifact began.
    fn began(&self, _artifact: ArtifactId) {}
    /// A part of an artifact was read, by its place among its parts. It can be shared with
    /// [`Batch::share`]; what only the whole shows is not in it yet.
    fn part(&self, _artifact: ArtifactId, _place: usize, _part: &mut Batch) {}
    /// All parts of an artifact were read: what stands in place of what [`Self::part`] told.
    fn whole(&self, _artifact: ArtifactId, _parts: &mut [Batch], _read: &ReadArtifact) {}
    /// An artifact was read, or was not because of [`Self::is_stopped`]; it had so many bytes.
    fn ended(&self, _artifact: ArtifactId, _bytes: u64) {}
    /// Whether to read no further. What was not read as a whole by then is a blind spot, so that half
    /// of a log never passes for all of it.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// Nobody.
#[derive(Clone, Copy, Debug)]
pub struct Unwatched;

impl Watch for Unwatched {}

/// Reads a bundle.
pub fn read(bundle: &Bundle, decoders: &Decoders, digests: Digests, watch: &dyn Watch) -> Reading {
    let messages = Messages::of(bundle);
    let beside = Beside {
        messages: &messages,
        decoders,
    };
    let twins = twins(bundle);
    let (artifacts, mut inputs) = rayon::join(
        || {
            bundle
                .artifacts
                .par_iter()
                .map(|artifact| read_artifact(artifact, beside, digests, watch))
                .collect::<Vec<_>>()
        },
        || {
            bundle
                .inputs
                .par_iter()
                .zip(&twins)
                .map(|(input, twin)| match twin {
                    Some(_) => digest_input(input, Digests::Skip, watch),
                    None => digest_input(input, digests, watch),
                })
                .collect::<Vec<_>>()
        },
    );
    let (mut batches, artifacts): (Vec<Vec<Batch>>, Vec<_>) = artifacts.into_iter().unzip();
    if let Some(batch) = batches.first_mut().and_then(|batches| batches.first_mut()) {
        batch.blindspots.extend(messages.faults);
    }
    for (input, twin) in inputs.iter_mut().zip(twins) {
        if let Some(read) = twin.and_then(|twin| artifacts.get(twin)) {
            input.sha256.clone_from(&read.sha256);
        }
    }
    digest_folders(&mut inputs, bundle, &artifacts, digests);
    Reading {
        batches: batches.into_iter().flatten().collect(),
        artifacts,
        inputs,
    }
}

/// What artifacts are read with, beside their own bytes.
#[derive(Clone, Copy)]
struct Beside<'a> {
    messages: &'a Messages,
    decoders: &'a Decoders,
}

fn read_artifact(
    artifact: &Artifact,
    beside: Beside<'_>,
    digests: Digests,
    watch: &dyn Watch,
) -> (Vec<Batch>, ReadArtifact) {
    if watch.is_stopped() {
        return unread(artifact, watch);
    }
    watch.began(artifact.id);
    if artifact.size >= stream::SMALLEST
        && let Some(format) = recognise(&artifact.head(), artifact)
        && let Some(read) = read_streamed(format, artifact, beside, digests, watch)
    {
        return read;
    }
    let reading = artifact.read();
    let format = recognise(
        reading.bytes.get(..4096).unwrap_or(&reading.bytes),
        artifact,
    );
    let (batches, sha256) = rayon::join(
        || match format {
            Some(format) => {
                let content = Content {
                    artifact,
                    bytes: &reading.bytes,
                    messages: beside.messages.of_log(&artifact.path),
                    decoders: beside.decoders,
                };
                run_jobs(format, &content, watch)
            }
            None => Some(vec![Batch::new(artifact.id, Arc::clone(&artifact.path))]),
        },
        || digest(&reading.bytes, digests),
    );
    let Some(mut batches) = batches else {
        return unread(artifact, watch);
    };
    if let Some(batch) = batches.first_mut() {
        if format.is_none() && !beside.messages.is_one(&artifact.path) {
            batch.blindspots.extend(foreign::blindspot(
                &artifact.path,
                &artifact.name,
                &reading.bytes,
            ));
        }
        batch.blindspots.extend(reading.blindspot);
    }
    let bytes = reading.bytes.len() as u64;
    ended(artifact, format, batches, (bytes, sha256), watch)
}

/// An artifact of so many bytes and this digest was read.
fn ended(
    artifact: &Artifact,
    format: Option<&'static dyn Format>,
    mut batches: Vec<Batch>,
    (bytes, sha256): (u64, String),
    watch: &dyn Watch,
) -> (Vec<Batch>, ReadArtifact) {
    watch.ended(artifact.id, bytes);
    let read = ReadArtifact {
        path: Arc::clone(&artifact.path),
        format: format.map(Format::name),
        bytes,
        sha256,
        notes: summed(&batches),
    };
    watch.whole(artifact.id, &mut batches, &read);
    (batches, read)
}

/// The same piece by piece; `None` where format or content can be had as a whole only.
fn read_streamed(
    format: &'static dyn Format,
    artifact: &Artifact,
    beside: Beside<'_>,
    digests: Digests,
    watch: &dyn Watch,
) -> Option<(Vec<Batch>, ReadArtifact)> {
    let content = Content {
        artifact,
        bytes: &[],
        messages: beside.messages.of_log(&artifact.path),
        decoders: beside.decoders,
    };
    let passes = format.stream(&content)?;
    let passes = is_worth(&passes, artifact).then_some(passes)?;
    let Some(streamed) = read_pieces(passes, &content, artifact.pieces()?, digests, watch) else {
        return Some(unread(artifact, watch));
    };
    let Streamed {
        mut batches,
        bytes,
        sha256,
        blindspot,
    } = streamed;
    conclude(format, &content, &mut batches);
    if let Some(batch) = batches.first_mut() {
        batch.blindspots.extend(blindspot);
    }
    let read = (bytes, sha256);
    Some(ended(artifact, Some(format), batches, read, watch))
}

/// What is left of an artifact whose reading was stopped.
fn unread(artifact: &Artifact, watch: &dyn Watch) -> (Vec<Batch>, ReadArtifact) {
    let mut batch = Batch::new(artifact.id, Arc::clone(&artifact.path));
    batch.blindspot(
        BlindspotKind::Unreadable,
        "not read, as the reading was stopped",
        None,
    );
    watch.ended(artifact.id, artifact.size);
    let read = ReadArtifact {
        path: Arc::clone(&artifact.path),
        format: None,
        bytes: artifact.size,
        sha256: String::new(),
        notes: Vec::new(),
    };
    (vec![batch], read)
}

/// Runs the jobs of one artifact, each behind the panic fence; none of their results where the reading
/// was stopped before the last.
pub(super) fn run_jobs(
    format: &dyn Format,
    content: &Content<'_>,
    watch: &dyn Watch,
) -> Option<Vec<Batch>> {
    let Ok(jobs) = catch_unwind(AssertUnwindSafe(|| format.jobs(content))) else {
        return Some(vec![failed(content)]);
    };
    let batches: Option<Vec<Batch>> = jobs
        .into_par_iter()
        .enumerate()
        .map(|(place, job)| run_job(content, place, job, watch))
        .collect();
    let mut batches = batches?;
    conclude(format, content, &mut batches);
    Some(batches)
}

/// Runs one job behind the panic fence; `None` where the reading was stopped.
pub(super) fn run_job(
    content: &Content<'_>,
    place: usize,
    job: Job<'_>,
    watch: &dyn Watch,
) -> Option<Batch> {
    if watch.is_stopped() {
        return None;
    }
    // What a failing job had read is dropped with it: it may be half of a record.
    let read = catch_unwind(AssertUnwindSafe(|| {
        let mut batch = fresh(content);
        job(&mut batch);
        batch.seal();
        batch
    }));
    let mut batch = read.unwrap_or_else(|_| failed(content));
    watch.part(content.artifact.id, place, &mut batch);
    Some(batch)
}

fn conclude(format: &dyn Format, content: &Content<'_>, batches: &mut Vec<Batch>) {
    if catch_unwind(AssertUnwindSafe(|| format.conclude(batches))).is_err() {
        batches.push(failed(content));
    }
}

fn fresh(content: &Content<'_>) -> Batch {
    Batch::new(content.artifact.id, Arc::clone(&content.artifact.path))
}

/// What stands for a part whose reading failed.
pub(super) fn failed(content: &Content<'_>) -> Batch {
    let mut batch = fresh(content);
    batch.blindspot(
        BlindspotKind::Unreadable,
        "reading a part of it failed inside this program; please report the file",
        None,
    );
    batch
}

/// The counts of all parts, added up.
fn summed(batches: &[Batch]) -> Vec<ReadNote> {
    let mut sums: Vec<ReadNote> = Vec::new();
    for note in batches.iter().flat_map(|batch| &batch.notes) {
        note.clone().add_to(&mut sums);
    }
    sums
}

fn digest(bytes: &[u8], digests: Digests) -> String {
    match digests {
        Digests::Make => hex_text(&Sha256::digest(bytes)),
        Digests::Skip => String::new(),
    }
}

fn digest_input(input: &InputFile, digests: Digests, watch: &dyn Watch) -> Input {
    let is_asked = digests == Digests::Make && !watch.is_stopped();
    let reading = is_asked.then(|| input.read()).flatten();
    let sha256 = reading.map(|reading| digest(&reading.bytes, digests));
    Input {
        path: input.path.clone(),
        sha256: sha256.unwrap_or_default(),
        bytes: input.bytes,
    }
}

/// For each input the place of the artifact that is the same file, which is hashed once.
fn twins(bundle: &Bundle) -> Vec<Option<usize>> {
    let artifacts = bundle.artifacts.iter().enumerate();
    let places: FxHashMap<&Path, usize> = artifacts
        .filter_map(|(place, artifact)| Some((artifact.file()?, place)))
        .collect();
    let inputs = bundle.inputs.iter();
    inputs
        .map(|input| places.get(input.file()?).copied())
        .collect()
}

/// A folder's digest is made over the paths and digests of what was found in it.
fn digest_folders(
    inputs: &mut [Input],
    bundle: &Bundle,
    artifacts: &[ReadArtifact],
    digests: Digests,
) {
    for (input, given) in inputs.iter_mut().zip(&bundle.inputs) {
        if digests == Digests::Skip || !given.is_folder() {
            continue;
        }
        let mut lines: Vec<String> = artifacts
            .iter()
            .filter(|artifact| {
                artifact
                    .path
                    .strip_prefix(given.label.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
            })
            .map(|artifact| format!("{} {}\n", artifact.sha256, artifact.path))
            .collect();
        lines.sort_unstable();
        input.sha256 = hex_text(&Sha256::digest(lines.concat()));
    }
}

/// Event messages that were exported with a log: `LocaleMetaData/<log>_<locale>.MTA` beside it.
#[derive(Default)]
struct Messages {
    /// By lower-case path of the log that they belong to.
    by_log: FxHashMap<String, MtaFile>,
    /// Lower-case paths of the message files themselves.
    own: Vec<String>,
    faults: Vec<Blindspot>,
}

impl Messages {
    fn of(bundle: &Bundle) -> Self {
        let mut messages = Self::default();
        for artifact in &bundle.artifacts {
            let path = artifact.path.to_ascii_lowercase();
            let Some(log) = log_of(&path) else { continue };
            match MtaFile::from_bytes(&artifact.read().bytes) {
                // Of several locales the first is taken: the words say the same.
                Ok(file) => {
                    messages.by_log.entry(log).or_insert(file);
                    messages.own.push(path);
                }
                Err(error) => messages.faults.push(Blindspot::new(
                    BlindspotKind::Damaged,
                    &*artifact.path,
                    format!("the event messages in it cannot be read: {error}"),
                )),
            }
        }
        messages
    }

    fn of_log(&self, log: &str) -> Option<&MtaFile> {
        self.by_log.get(&log.to_ascii_lowercase())
    }

    fn is_one(&self, path: &str) -> bool {
        self.own.contains(&path.to_ascii_lowercase())
    }
}

/// The lower-case path of the log that a lower-case `…/localemetadata/<log>_<locale>.mta` is for.
fn log_of(path: &str) -> Option<String> {
    let (folder, file) = path.rsplit_once('/')?;
    let folder = folder.strip_suffix("localemetadata")?;
    let (log, locale) = file.strip_suffix(".mta")?.rsplit_once('_')?;
    locale
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| format!("{folder}{log}.evtx"))
}

#[cfg(test)]
mod tests {
    use super::log_of;

    #[test]
    fn messages_belong_to_the_log_beside_their_folder() {
        let check =
            |path: &str, log: Option<&str>| assert_eq!(log_of(path).as_deref(), log, "{path}");
        check(
            "x.zip!/localemetadata/aad_1033.mta",
            Some("x.zip!/aad.evtx"),
        );
        check("logs/localemetadata/a_b_1031.mta", Some("logs/a_b.evtx"));
        check("logs/other/a_1031.mta", None);
        check("localemetadata/a_1031.mta", Some("a.evtx"));
        check("logs/localemetadata/a_en.mta", None);
    }
}
