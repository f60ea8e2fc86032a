//! Event logs: a job for every group of chunks, as chunks are readable on their own.

mod heads;
mod holes;
mod names;
mod records;
mod stream;
mod texts;
mod wire;

use std::cell::RefCell;

use joinscope_evtx::{CHUNK_SIZE, ChunkSpan, FILE_HEADER_SIZE, HeaderState, Layout, Reader};

use super::{Certainty, Content, Format, Job, Passes};
use crate::model::{Batch, BlindspotKind};
use heads::Heads;
use names::Names;
use records::{Met, Records};
use stream::LogStream;
use texts::Texts;

/// Chunks in one job: enough to be worth a task, few enough to spread a log over threads.
const CHUNKS_PER_JOB: usize = 16;

thread_local! {
    /// What a thread has met of definitions, names and texts, which most logs have in common.
    static MEMORY: RefCell<Memory> = RefCell::default();
}

/// What a thread has met.
#[derive(Default)]
struct Memory {
    reader: Reader,
    names: Names,
    heads: Heads,
    texts: Texts,
}

/// The format of Windows event logs.
pub(super) struct Evtx;

impl Format for Evtx {
    fn name(&self) -> &'static str {
        "evtx"
    }

    fn sniff(&self, head: &[u8], _name: &str) -> Certainty {
        if Layout::sniff(head) {
            Certainty::Sure
        } else {
            Certainty::No
        }
    }

    fn jobs<'a>(&self, content: &'a Content<'a>) -> Vec<Job<'a>> {
        let layout = Layout::of(content.bytes);
        let open = open_chunk(&layout);
        let spans = layout.chunks.clone();
        let mut jobs: Vec<Job<'a>> = vec![Box::new(move |batch| describe(&layout, batch))];
        for group in spans.chunks(CHUNKS_PER_JOB) {
            let group = group.to_vec();
            jobs.push(Box::new(move |batch| {
                read_chunks(content, (content.bytes, 0), &group, open, batch);
            }));
        }
        jobs
    }

    fn stream<'a>(&self, content: &'a Content<'a>) -> Option<Passes<'a>> {
        Some(Passes::One(Box::new(LogStream::new(content))))
    }

    fn conclude(&self, batches: &mut [Batch]) {
        holes::report(batches);
    }
}

/// What the layout alone says.
fn describe(layout: &Layout, batch: &mut Batch) {
    match layout.header {
        HeaderState::Intact { .. } => {}
        HeaderState::Damaged => batch.blindspot(
            BlindspotKind::Damaged,
            "the file header's checksum is wrong; chunks were read all the same",
            Some(0),
        ),
        HeaderState::Missing => batch.blindspot(
            BlindspotKind::Truncated,
            "the file ends inside its header",
            Some(0),
        ),
    }
    batch.note("chunks", layout.chunks.len() as u64);
    batch.note("unused_chunks", layout.unused as u64);
    // A cut inside a chunk that was never used hides nothing.
    if layout.chunks.is_empty() && layout.unused == 0 && layout.header != HeaderState::Missing {
        batch.blindspot(
            BlindspotKind::Truncated,
            "the file ends right after its header",
            Some(FILE_HEADER_SIZE as u64),
        );
    }
}

/// Offset of the chunk that was being written when the log was copied: its checksum was not
/// made yet, which harms nothing.
fn open_chunk(layout: &Layout) -> Option<u64> {
    match layout.header {
        HeaderState::Intact { dirty: true } => layout.chunks.last().map(|chunk| chunk.offset),
        _ => None,
    }
}

/// Records of a full chunk in life, a few more.
const USUAL_RECORDS: usize = 128;

/// Names of fields, providers and the like that a chunk adds to those before, roughly.
const USUAL_TEXTS: usize = 32;
/// The same of kinds of events.
const USUAL_KINDS: usize = 16;

/// Reads chunks that lie in a piece of the log, which begins at an offset.
fn read_chunks(
    content: &Content<'_>,
    (piece, base): (&[u8], u64),
    spans: &[ChunkSpan],
    open: Option<u64>,
    batch: &mut Batch,
) {
    // Values take less than their records; what is not needed is given back untouched.
    batch.arena.reserve(spans.len() * CHUNK_SIZE);
    batch.records.reserve(spans.len() * USUAL_RECORDS);
    batch.texts.reserve(spans.len() * USUAL_TEXTS);
    batch.kinds.reserve(spans.len() * USUAL_KINDS);
    MEMORY.with_borrow_mut(|memory| {
        if memory.names.are_too_many() {
            *memory = Memory::default();
        }
        let met = Met {
            names: &mut memory.names,
            heads: &mut memory.heads,
            texts: &mut memory.texts,
        };
        let decoders = content.decoders;
        let (lifts, wants) = (decoders.lifts(), decoders.wants());
        let mut sink = Records::new(batch, content.messages, lifts, met, wants, open);
        for span in spans {
            memory.reader.read_chunk_in(piece, base, *span, &mut sink);
        }
        sink.finish();
    });
    batch.arena.shrink_to_fit();
    batch.records.shrink_to_fit();
}
