//! Reading an artifact piece by piece: it is unpacked on one thread while others read what has come, and
//! no more pieces wait than keep these busy.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::driver::{Digests, Watch, failed, run_job};
use super::{Content, Job, Stream};
use crate::bundle::Pieces;
use crate::model::{Batch, Blindspot, hex_text};

/// Smaller artifacts are read as a whole: there is nothing to gain.
pub(super) const SMALLEST: u64 = 2 << 20;

/// Pieces that may wait for each other thread: so many that it has work while this one reads a piece.
const WAITING_EACH: usize = 4;

/// What was read of an artifact.
pub(super) struct Streamed {
    pub(super) batches: Vec<Batch>,
    pub(super) bytes: u64,
    pub(super) sha256: String,
    pub(super) blindspot: Option<Blindspot>,
}

/// Reads all pieces; `None` where the reading was stopped.
pub(super) fn read_pieces<'a>(
    mut stream: Box<dyn Stream<'a> + 'a>,
    content: &'a Content<'a>,
    mut pieces: Pieces,
    digests: Digests,
    watch: &dyn Watch,
) -> Option<Streamed> {
    let mut digest = (digests == Digests::Make).then(Sha256::new);
    let readers = Readers {
        content,
        watch,
        most: (rayon::current_num_threads() - 1) * WAITING_EACH,
        waiting: AtomicUsize::new(0),
        done: Mutex::default(),
    };
    // What fails in here is this program's fault, and ends neither the run nor the artifact.
    let order = catch_unwind(AssertUnwindSafe(|| {
        rayon::in_place_scope(|scope| {
            let mut count = 0;
            loop {
                let piece = pieces.next(stream.wants());
                if piece.is_empty() || watch.is_stopped() {
                    break;
                }
                if let Some(digest) = &mut digest {
                    digest.update(&*piece);
                }
                readers.give(scope, &mut count, stream.take(piece));
            }
            let (jobs, order) = stream.finish();
            readers.give(scope, &mut count, jobs);
            order
        })
    }));
    if watch.is_stopped() {
        return None;
    }
    let batches = match order {
        Ok(order) => readers.in_order(&order),
        Err(_) => vec![failed(content)],
    };
    Some(Streamed {
        batches,
        bytes: pieces.given(),
        sha256: digest.map_or_else(String::new, |digest| hex_text(&digest.finalize())),
        blindspot: pieces.end(),
    })
}

/// Whoever reads what has come.
struct Readers<'r> {
    content: &'r Content<'r>,
    watch: &'r dyn Watch,
    /// Jobs that may wait: none where there is no other thread.
    most: usize,
    waiting: AtomicUsize,
    done: Mutex<Vec<(usize, Batch)>>,
}

impl Readers<'_> {
    /// Has jobs done: by other threads, or at once where enough of them have something to do.
    fn give<'s>(&'s self, scope: &rayon::Scope<'s>, count: &mut usize, jobs: Vec<Job<'s>>) {
        for job in jobs {
            let number = *count;
            *count += 1;
            if self.waiting.fetch_add(1, Ordering::Relaxed) < self.most {
                scope.spawn(move |_| self.run(number, job));
            } else {
                self.run(number, job);
            }
        }
    }

    fn run(&self, number: usize, job: Job<'_>) {
        if let Some(batch) = run_job(self.content, number, job, self.watch) {
            let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
            done.push((number, batch));
        }
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }

    /// The batches in the order of what they hold.
    fn in_order(self, order: &[usize]) -> Vec<Batch> {
        let done = self.done.into_inner();
        let done = done.unwrap_or_else(PoisonError::into_inner);
        let mut by_number: Vec<Option<Batch>> = Vec::new();
        by_number.resize_with(order.len(), || None);
        for (number, batch) in done {
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
mod tests {
    use std::io::Write as _;

    use samples::damage;
    use samples::evtx::{Closure, EventSpec, EvtxLog};

    use super::super::driver::{Unwatched, run_jobs};
    use super::super::{Decoders, FORMATS, recognise};
    use super::*;
    use crate::bundle::{Limits, Passwords, open};
    use crate::catalog::Catalog;
    use crate::model::Payload;

    const CHUNK: usize = 65536;

    /// A log of so many chunks with three events each, of which the oldest stands at this place.
    fn log(chunks: usize, oldest: u16, closure: Closure) -> Vec<u8> {
        let mut log = EvtxLog::new("Contoso/Admin", "PC1");
        log.closure(closure).oldest_chunk_at(oldest).spare_chunks(2);
        for number in 0..chunks {
            for event in 0..3_u16 {
                let spec = EventSpec::new("Contoso", "00000001-0002-0003-0004-000000000005", event);
                log.event(
                    spec.at(134_169_120_000_000_000 + number as u64)
                        .field("N", number as u64),
                );
            }
            log.end_chunk();
        }
        log.into_bytes().expect("a small log can be built")
    }

    /// Everything that batches say, whatever parts they are in.
    fn told(batches: &[Batch]) -> Vec<String> {
        let mut told = Vec::new();
        for batch in batches {
            for (record, kind) in batch.events() {
                let payload = batch.arena.get(record.start as usize..).unwrap_or_default();
                let payload = Payload(payload.get(..record.length as usize).unwrap_or_default());
                let values: Vec<_> = payload.collect();
                let (stamp, locator) = (record.stamp(kind), record.locator(kind));
                let provider = batch.origins.get(kind.origin.0);
                told.push(format!(
                    "{stamp:?} {locator} {:?} {values:?}",
                    provider.is_some()
                ));
            }
        }
        let spots = batches.iter().flat_map(|batch| &batch.blindspots);
        told.extend(spots.map(|spot| format!("{spot:?}")));
        let mut notes = Vec::new();
        for note in batches.iter().flat_map(|batch| &batch.notes) {
            note.clone().add_to(&mut notes);
        }
        notes.sort_by_key(|note| note.key);
        told.extend(notes.iter().map(|note| format!("{note:?}")));
        told
    }

    /// The content gives the same as a file, as a deflated member and as a whole.
    fn check(name: &str, bytes: &[u8]) {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let plain = folder.path().join("plain.evtx");
        std::fs::write(&plain, bytes).expect("a file can be written");
        let packed = folder.path().join("packed.zip");
        let file = std::fs::File::create(&packed).expect("a file can be written");
        let zip = samples::scenario::pack(&[("plain.evtx".to_owned(), bytes.to_vec())]);
        (&file).write_all(&zip).expect("a file can be written");
        let catalog = Catalog::embedded().expect("the embedded tables are sound");
        let decoders = Decoders::shipped(&catalog);
        let read = |path, is_streamed: bool| {
            let bundle = open(&[path], &Limits::default(), &Passwords::default());
            let bundle = bundle.expect("what was just written can be opened");
            let artifact = &bundle.artifacts[0];
            let reading = artifact.read();
            let content = Content {
                artifact,
                bytes: if is_streamed { &[] } else { &reading.bytes },
                messages: None,
                decoders: &decoders,
            };
            let format = recognise(&reading.bytes, artifact).unwrap_or(FORMATS[0]);
            let batches = if is_streamed {
                let pieces = artifact.pieces().expect("it is not locked");
                let stream = format.stream(&content).expect("logs can be read so");
                let streamed = read_pieces(stream, &content, pieces, Digests::Make, &Unwatched);
                let mut streamed = streamed.expect("nobody stops it");
                format.conclude(&mut streamed.batches);
                assert_eq!(streamed.bytes, reading.bytes.len() as u64, "{name}");
                let digest = hex_text(&Sha256::digest(&*reading.bytes));
                assert_eq!(streamed.sha256, digest, "{name}");
                let spot = |spot: &Blindspot| (spot.kind, spot.detail.clone(), spot.offset);
                let found = streamed.blindspot.as_ref().map(spot);
                assert_eq!(found, reading.blindspot.as_ref().map(spot), "{name}");
                streamed.batches
            } else {
                run_jobs(format, &content, &Unwatched).expect("nobody stops it")
            };
            let path = artifact.path.to_string();
            told(&batches)
                .into_iter()
                .map(move |line| line.replace(&path, "log"))
                .collect::<Vec<_>>()
        };
        let whole = read(plain.clone(), false);
        assert_eq!(read(plain, true), whole, "{name}, as a file");
        assert_eq!(read(packed, true), whole, "{name}, unpacked");
    }

    #[test]
    fn pieces_give_what_the_whole_gives() {
        let closed = log(37, 0, Closure::Closed);
        check("closed", &closed);
        check("wrapped", &log(37, 21, Closure::Closed));
        check("wrapped at a piece", &log(37, 16, Closure::Closed));
        let open = log(37, 0, Closure::Dirty);
        check("open", &open);
        let in_chunk = |number: usize| 4096 + number * CHUNK + 1000;
        for number in [0, 20, 36] {
            let harmed = damage::flip_bit(&closed, in_chunk(number), 3);
            check(&format!("harmed in chunk {number}"), &harmed);
            let harmed = damage::flip_bit(&open, in_chunk(number), 3);
            check(&format!("open and harmed in chunk {number}"), &harmed);
        }
        let wrapped = log(37, 21, Closure::Dirty);
        check(
            "open, wrapped and harmed",
            &damage::flip_bit(&wrapped, in_chunk(20), 3),
        );
        let headless = damage::zero(&closed, 4096 + 18 * CHUNK..4096 + 18 * CHUNK + 40);
        check("a chunk without a head", &headless);
        for length in [
            0,
            100,
            4096,
            4097,
            4096 + 17 * CHUNK,
            4096 + 17 * CHUNK + 2000,
        ] {
            check(&format!("cut at {length}"), &damage::cut(&closed, length));
        }
    }
}
