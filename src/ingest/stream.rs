//! Reading an artifact piece by piece: it is unpacked on one thread while others read what has come, and
//! no more of it waits than keeps these busy.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::driver::{Digests, Watch, failed, run_job};
use super::{Content, Glance, Job, Look, Passes, Stream};
use crate::bundle::{Artifact, Bytes, Pieces};
use crate::model::{Batch, Blindspot, hex_text};

/// Smaller artifacts are read as a whole: there is nothing to gain.
pub(super) const SMALLEST: u64 = 2 << 20;

/// Smaller ones are not unpacked twice: the time is lost, and the memory that is saved is no more than
/// what a few pieces and the decoded events take anyway.
const SMALLEST_TWICE: u64 = 16 << 20;

/// Bytes that may wait for each other thread: so many that it has work while this one reads a piece.
const WAITING_EACH: usize = 4 << 20;

/// What was read of an artifact.
pub(super) struct Streamed {
    pub(super) batches: Vec<Batch>,
    pub(super) bytes: u64,
    pub(super) sha256: String,
    pub(super) blindspot: Option<Blindspot>,
}

/// Whether to read the artifact so. A file that would have to be read twice is mapped instead, which
/// takes no memory of its own.
pub(super) fn is_worth(passes: &Passes<'_>, artifact: &Artifact) -> bool {
    match passes {
        Passes::One(_) => true,
        Passes::Two(_) => artifact.is_packed() && artifact.size >= SMALLEST_TWICE,
    }
}

/// Reads all pieces; `None` where the reading was stopped.
pub(super) fn read_pieces<'a>(
    passes: Passes<'a>,
    content: &'a Content<'a>,
    pieces: Pieces,
    digests: Digests,
    watch: &dyn Watch,
) -> Option<Streamed> {
    let mut source = Source {
        pieces,
        digest: (digests == Digests::Make).then(Sha256::new),
        watch,
    };
    // What fails in here is this program's fault, and ends neither the run nor the artifact.
    let batches = catch_unwind(AssertUnwindSafe(|| match passes {
        Passes::One(stream) => Some(read(stream, content, &mut source)),
        Passes::Two(look) => {
            let stream = look_through(look, &mut source);
            let again = content.artifact.pieces()?;
            let mut again = Source {
                pieces: again,
                digest: None,
                watch,
            };
            Some(read(stream, content, &mut again))
        }
    }));
    if watch.is_stopped() {
        return None;
    }
    let failed = || vec![failed(content)];
    Some(Streamed {
        batches: batches.ok().flatten().unwrap_or_else(failed),
        bytes: source.pieces.given(),
        sha256: source
            .digest
            .map_or_else(String::new, |digest| hex_text(&digest.finalize())),
        blindspot: source.pieces.end(),
    })
}

/// Where pieces come from, and what is made of them in passing.
struct Source<'w> {
    pieces: Pieces,
    digest: Option<Sha256>,
    watch: &'w dyn Watch,
}

impl Source<'_> {
    /// The next bytes behind those that are wanted once more; `None` at the end, and where the reading
    /// was stopped.
    fn next(&mut self, kept: &[u8], length: usize) -> Option<Bytes> {
        let piece = self.pieces.next_behind(kept, length);
        let new = piece.get(kept.len()..).unwrap_or_default();
        if new.is_empty() || self.watch.is_stopped() {
            return None;
        }
        if let Some(digest) = &mut self.digest {
            digest.update(new);
        }
        Some(piece)
    }
}

/// Looks at all pieces, and gives the reading that what was found allows. A look that fails, fails all.
fn look_through<'a>(
    mut look: Box<dyn Look<'a> + 'a>,
    source: &mut Source<'_>,
) -> Box<dyn Stream<'a> + 'a> {
    let (watch, others) = (source.watch, Others::new());
    let unless_stopped = |glance: Glance<'a>| {
        move || {
            if !watch.is_stopped() {
                glance();
            }
        }
    };
    rayon::in_place_scope(|scope| {
        let mut kept = Bytes::empty();
        while let Some(piece) = source.next(&kept, look.wants()) {
            let (glances, done) = look.take(&piece);
            let glances = glances.into_iter().map(unless_stopped);
            others.give(scope, piece.len(), glances);
            kept = piece.part(done as u64..u64::MAX);
        }
        let glances = look.take_last(&kept).into_iter().map(unless_stopped);
        others.give(scope, kept.len(), glances);
    });
    look.finish()
}

/// Reads all pieces into batches, in the order of what they hold.
fn read<'a>(
    mut stream: Box<dyn Stream<'a> + 'a>,
    content: &'a Content<'a>,
    source: &mut Source<'_>,
) -> Vec<Batch> {
    let (others, done) = (Others::new(), Done::default());
    let (watch, done) = (source.watch, &done);
    let mut count = 0;
    let order = rayon::in_place_scope(|scope| {
        let mut numbered = |job: Job<'a>| {
            let number = count;
            count += 1;
            move || {
                if let Some(batch) = run_job(content, number, job, watch) {
                    done.add(number, batch);
                }
            }
        };
        while let Some(piece) = source.next(&[], stream.wants()) {
            let length = piece.len();
            let jobs = stream.take(piece).into_iter().map(&mut numbered);
            others.give(scope, length, jobs);
        }
        let (jobs, order) = stream.finish();
        others.give(scope, 0, jobs.into_iter().map(&mut numbered));
        order
    });
    done.in_order(&order)
}

/// The other threads, and what waits for them.
struct Others {
    /// Bytes that may wait: none where there is no other thread.
    most: usize,
    waiting: AtomicUsize,
}

impl Others {
    fn new() -> Self {
        Self {
            most: (rayon::current_num_threads() - 1) * WAITING_EACH,
            waiting: AtomicUsize::new(0),
        }
    }

    /// Has tasks done that hold a piece of so many bytes: by other threads, or at once where enough
    /// of them have something to do.
    fn give<'s, T: FnOnce() + Send + 's>(
        &'s self,
        scope: &rayon::Scope<'s>,
        bytes: usize,
        tasks: impl ExactSizeIterator<Item = T>,
    ) {
        let share = bytes / tasks.len().max(1);
        for task in tasks {
            let run = move || {
                task();
                self.waiting.fetch_sub(share, Ordering::Relaxed);
            };
            if self.waiting.fetch_add(share, Ordering::Relaxed) < self.most {
                scope.spawn(move |_| run());
            } else {
                run();
            }
        }
    }
}

/// Batches of jobs that are done, with the number of each.
#[derive(Default)]
struct Done(Mutex<Vec<(usize, Batch)>>);

impl Done {
    fn add(&self, number: usize, batch: Batch) {
        let mut done = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        done.push((number, batch));
    }

    /// The batches in the order of what they hold.
    fn in_order(&self, order: &[usize]) -> Vec<Batch> {
        let mut done = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut by_number: Vec<Option<Batch>> = Vec::new();
        by_number.resize_with(order.len(), || None);
        for (number, batch) in done.drain(..) {
            if let Some(slot) = by_number.get_mut(number) {
                *slot = Some(batch);
            }
        }
        let in_order = order
            .iter()
            .filter_map(|number| by_number.get_mut(*number)?.take());
        in_order.collect()
    }
}

#[cfg(test)]
mod tests;
