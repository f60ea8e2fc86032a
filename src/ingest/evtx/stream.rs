//! An event log that comes piece by piece: groups of its chunks are read while the next ones come.

use joinscope_evtx::{CHUNK_SIZE, ChunkSpan, FILE_HEADER_SIZE, HeaderState, Scan, is_sound};
use rustc_hash::FxHashMap;

use super::super::{Content, Job, Stream};
use super::{CHUNKS_PER_JOB, describe, open_chunk, read_chunks};
use crate::bundle::Bytes;

/// A log on its way in.
pub(super) struct LogStream<'a> {
    content: &'a Content<'a>,
    /// `None` until the file header is there.
    scan: Option<Scan>,
    /// The first chunk of each job that was given, by the job's number.
    given: Vec<u64>,
    /// Groups with a chunk whose checksum is wrong in a log that was not closed: whether that is damage
    /// shows at the end of the log.
    doubted: Vec<Group>,
}

/// Chunks that one job reads, and the piece that holds them.
struct Group {
    piece: Bytes,
    base: u64,
    spans: Vec<ChunkSpan>,
}

impl<'a> LogStream<'a> {
    pub(super) fn new(content: &'a Content<'a>) -> Self {
        Self {
            content,
            scan: None,
            given: Vec::new(),
            doubted: Vec::new(),
        }
    }

    fn job(&mut self, group: Group, open: Option<u64>) -> Job<'a> {
        let content = self.content;
        let first = group.spans.first();
        self.given.push(first.map_or(0, |chunk| chunk.offset));
        Box::new(move |batch| {
            let Group { piece, base, spans } = group;
            read_chunks(content, (&piece, base), &spans, open, batch);
        })
    }
}

impl<'a> Stream<'a> for LogStream<'a> {
    fn wants(&self) -> usize {
        match self.scan {
            None => FILE_HEADER_SIZE,
            Some(_) => CHUNKS_PER_JOB * CHUNK_SIZE,
        }
    }

    fn take(&mut self, piece: Bytes) -> Vec<Job<'a>> {
        let Some(scan) = &mut self.scan else {
            self.scan = Some(Scan::new(&piece));
            return Vec::new();
        };
        let is_open = matches!(scan.header(), HeaderState::Intact { dirty: true });
        let base = scan.next();
        let groups = groups(scan.add(&piece));
        let mut jobs = Vec::new();
        for spans in groups {
            let group = Group {
                piece: piece.clone(),
                base,
                spans,
            };
            if is_open && !group.is_sound() {
                self.doubted.push(group);
            } else {
                jobs.push(self.job(group, None));
            }
        }
        jobs
    }

    fn finish(mut self: Box<Self>) -> (Vec<Job<'a>>, Vec<usize>) {
        let scan = self.scan.take().unwrap_or_else(|| Scan::new(&[]));
        let layout = scan.finish();
        let open = open_chunk(&layout);
        let mut jobs: Vec<Job<'a>> = Vec::new();
        for group in std::mem::take(&mut self.doubted) {
            jobs.push(self.job(group, open));
        }
        let places = layout
            .chunks
            .iter()
            .map(|chunk| chunk.offset)
            .zip(0_usize..);
        let places: FxHashMap<u64, usize> = places.collect();
        let mut order: Vec<usize> = (0..self.given.len()).collect();
        order.sort_by_key(|job| self.given.get(*job).and_then(|first| places.get(first)));
        // What the layout says comes before all records.
        order.insert(0, self.given.len());
        jobs.push(Box::new(move |batch| describe(&layout, batch)));
        (jobs, order)
    }
}

impl Group {
    /// Whether all of its checksums are right.
    fn is_sound(&self) -> bool {
        self.spans.iter().all(|span| {
            let start = usize::try_from(span.offset - self.base).unwrap_or(usize::MAX);
            let chunk = self
                .piece
                .get(start..)
                .and_then(|rest| rest.get(..span.length));
            chunk.is_some_and(is_sound)
        })
    }
}

/// Chunks in groups of which each is a stretch of the log, also of one whose oldest chunk stands in the
/// middle: another group begins wherever that may be the case.
fn groups(spans: &[ChunkSpan]) -> Vec<Vec<ChunkSpan>> {
    let mut groups: Vec<Vec<ChunkSpan>> = Vec::new();
    for span in spans {
        let first = |span: &ChunkSpan| span.ids.filter(|(first, last)| first <= last);
        let goes_on = groups.last().is_some_and(|group| {
            let before = group.iter().rev().find_map(first);
            match (before, first(span)) {
                (Some((before, _)), Some((now, _))) => before <= now,
                (None, Some(_)) => false,
                (_, None) => true,
            }
        });
        match groups.last_mut() {
            Some(group) if goes_on => group.push(*span),
            _ => groups.push(vec![*span]),
        }
    }
    groups
}
