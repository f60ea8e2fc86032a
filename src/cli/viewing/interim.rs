//! What was read so far as a case of its own, while the reading goes on.
//!
//! It is made by a thread of the reading, from parts that are shared and not copied, and so seldom that
//! it takes a fifth of the time at most. What is not read by then is a blind spot, so that rules cannot
//! take its silence for absence.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::desk::Message;
use super::reader::Reader;
use crate::bundle::{Artifact, Bundle};
use crate::cli::stages::{Knowledge, judged};
use crate::ingest::{ReadArtifact, Reading, Watch};
use crate::model::{ArtifactId, Batch, BlindspotKind, Input};
use crate::tui::{News, Placement};

/// From the beginning of the reading to the first such case, and from one to the next at least.
const PAUSE: Duration = Duration::from_secs(1);
/// So many times as long as it took is waited until the next one.
const SHARE: u32 = 4;

/// Follows the reading of one bundle.
pub(super) struct Interim<'a> {
    reader: &'a Reader,
    bundle: &'a Bundle,
    knowledge: &'a Knowledge,
    /// Held for a moment only.
    files: Mutex<Vec<File>>,
    /// Held by whoever makes a case; nobody waits for it.
    due: Mutex<Instant>,
}

/// What was read of a file.
#[derive(Default)]
struct File {
    parts: BTreeMap<usize, Batch>,
    /// Once all of it was read.
    whole: Option<ReadArtifact>,
}

impl<'a> Interim<'a> {
    pub(super) fn new(reader: &'a Reader, bundle: &'a Bundle, knowledge: &'a Knowledge) -> Self {
        Self::due_at(reader, bundle, knowledge, Instant::now() + PAUSE)
    }

    /// The same with the first case due at an instant.
    pub(super) fn due_at(
        reader: &'a Reader,
        bundle: &'a Bundle,
        knowledge: &'a Knowledge,
        due: Instant,
    ) -> Self {
        let files = bundle.artifacts.iter().map(|_| File::default());
        Self {
            reader,
            bundle,
            knowledge,
            files: Mutex::new(files.collect()),
            due: Mutex::new(due),
        }
    }

    fn with_file(&self, artifact: ArtifactId, change: impl FnOnce(&mut File)) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = files.get_mut(artifact.0 as usize) {
            change(file);
        }
    }

    /// Makes a case of what was read, where one is due and nobody makes one already.
    fn tell_if_due(&self) {
        let Ok(mut due) = self.due.try_lock() else {
            return;
        };
        let begun = Instant::now();
        if begun < *due || self.reader.is_stopped() {
            return;
        }
        // A fault in here is one of the whole as well, and told then.
        let _ = catch_unwind(AssertUnwindSafe(|| self.tell_case()));
        let ended = Instant::now();
        let pause = ended.duration_since(begun).saturating_mul(SHARE);
        *due = ended + pause.max(PAUSE);
    }

    fn tell_case(&self) -> Option<()> {
        let (reading, read) = self.so_far();
        let all = self.bundle.artifacts.len();
        let given = Placement::default();
        let given = self.reader.given(&given);
        let case = judged(reading, self.bundle, self.knowledge, given, &|_| ());
        let mut case = case.ok()?;
        let verdict = &mut case.report.verdict;
        verdict.headline = format!(
            "Not final, {read} of {all} files are read; so far: {}",
            verdict.headline
        );
        let prepared = self.reader.prepare(case, self.knowledge, true).ok()?;
        let afterwards = prepared.afterwards();
        self.reader.tell(Message::News(News::Partial(prepared)));
        afterwards();
        Some(())
    }

    /// What was read so far, and how many files as a whole.
    fn so_far(&self) -> (Reading, usize) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut batches, mut artifacts, mut read) = (Vec::new(), Vec::new(), 0);
        for (artifact, file) in self.bundle.artifacts.iter().zip(files.iter_mut()) {
            let is_begun = !file.parts.is_empty();
            batches.extend(file.parts.values_mut().map(Batch::share));
            if let Some(whole) = &file.whole {
                read += 1;
                artifacts.push(whole.clone());
            } else {
                batches.push(unread(artifact, is_begun));
                artifacts.push(nothing_of(artifact));
            }
        }
        let inputs = self.bundle.inputs.iter().map(|input| Input {
            path: input.path.clone(),
            sha256: String::new(),
            bytes: input.bytes,
        });
        let reading = Reading {
            batches,
            artifacts,
            inputs: inputs.collect(),
        };
        (reading, read)
    }
}

/// Says of a file that it is still read.
fn unread(artifact: &Artifact, is_begun: bool) -> Batch {
    let mut batch = Batch::new(artifact.id, artifact.path.clone());
    let detail = if is_begun {
        "only a part of it is read so far"
    } else {
        "not read yet"
    };
    batch.blindspot(BlindspotKind::Unreadable, detail, None);
    batch
}

fn nothing_of(artifact: &Artifact) -> ReadArtifact {
    ReadArtifact {
        path: artifact.path.clone(),
        format: None,
        bytes: artifact.size,
        sha256: String::new(),
        notes: Vec::new(),
    }
}

impl Watch for Interim<'_> {
    fn began(&self, artifact: ArtifactId) {
        let place = artifact.0 as usize;
        self.reader.tell(Message::News(News::Began(place)));
    }

    fn part(&self, artifact: ArtifactId, place: usize, part: &mut Batch) {
        let part = part.share();
        self.with_file(artifact, |file| drop(file.parts.insert(place, part)));
        self.tell_if_due();
    }

    fn whole(&self, artifact: ArtifactId, parts: &mut [Batch], read: &ReadArtifact) {
        let parts = parts.iter_mut().map(Batch::share).enumerate().collect();
        let whole = Some(read.clone());
        self.with_file(artifact, |file| *file = File { parts, whole });
        self.tell_if_due();
    }

    fn ended(&self, artifact: ArtifactId, _: u64) {
        let place = artifact.0 as usize;
        self.reader.tell(Message::News(News::Read(place)));
    }

    fn is_stopped(&self) -> bool {
        self.reader.is_stopped()
    }
}
