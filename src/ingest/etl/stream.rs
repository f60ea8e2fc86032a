//! The second pass over a trace that comes piece by piece: its buffers are decoded with what the
//! first pass found, and what they hold is put in the order of their sequence at the end.

use std::sync::Arc;

use joinscope_etl::{BufferSpan, Error};

use super::survey::Survey;
use super::{BYTES_PER_JOB, Content, description, read_buffers, refusal, sequence};
use crate::bundle::Bytes;
use crate::ingest::{Job, Stream};

/// A trace on its way in, for the second time.
pub(super) struct TraceStream<'a> {
    content: &'a Content<'a>,
    survey: Arc<Survey>,
    /// The place of each buffer of the file in the order of the sequence.
    ranks: Vec<usize>,
    /// Bytes that are asked for at a time, or one buffer.
    piece: usize,
    /// Where the next piece begins.
    position: u64,
    /// The first buffer that was not given to a job.
    next: usize,
    /// The first rank of each job that was given, by the job's number.
    given: Vec<usize>,
}

/// A file that is no trace.
pub(super) struct Refused(pub(super) Error);

impl<'a> TraceStream<'a> {
    pub(super) fn new(content: &'a Content<'a>, survey: Survey, piece: usize) -> Self {
        let mut ranks = vec![0; survey.index.buffers.len()];
        for (rank, place) in sequence(&survey.index).into_iter().enumerate() {
            if let Some(slot) = ranks.get_mut(place) {
                *slot = rank;
            }
        }
        Self {
            content,
            survey: Arc::new(survey),
            ranks,
            piece,
            position: 0,
            next: 0,
            given: Vec::new(),
        }
    }

    /// The buffers from the next on that end at this place or before it.
    fn up_to(&self, end: u64) -> &[BufferSpan] {
        let rest = self.survey.index.buffers.get(self.next..);
        let rest = rest.unwrap_or_default();
        let count = rest.iter().take_while(|span| end_of(span) <= end).count();
        rest.get(..count).unwrap_or_default()
    }

    /// Buffers in the order of the sequence, cut wherever it goes on elsewhere in the file and
    /// into parts of about the same size: each with its first rank.
    fn runs(&self, spans: &[BufferSpan]) -> Vec<(usize, Vec<BufferSpan>)> {
        let ranks = self.ranks.get(self.next..).unwrap_or_default();
        let mut ranked: Vec<(usize, &BufferSpan)> = ranks.iter().copied().zip(spans).collect();
        ranked.sort_unstable_by_key(|(rank, _)| *rank);
        let mut runs: Vec<(usize, Vec<BufferSpan>)> = Vec::new();
        let mut filled = 0;
        for (rank, span) in ranked {
            match runs.last_mut() {
                Some((first, run)) if rank == *first + run.len() && filled < BYTES_PER_JOB => {
                    run.push(*span);
                }
                _ => {
                    runs.push((rank, vec![*span]));
                    filled = 0;
                }
            }
            filled += u64::from(span.filled);
        }
        runs
    }
}

impl<'a> Stream<'a> for TraceStream<'a> {
    /// So many that the piece ends with a buffer; what lies between buffers is passed in pieces as well.
    fn wants(&self) -> usize {
        let piece = self.piece as u64;
        let Some(next) = self.survey.index.buffers.get(self.next) else {
            return 0;
        };
        let length = match next.offset.saturating_sub(self.position) {
            0 => {
                let last = self.up_to(self.position + piece).last().unwrap_or(next);
                end_of(last).saturating_sub(self.position)
            }
            gap => gap.min(piece),
        };
        usize::try_from(length).unwrap_or(usize::MAX)
    }

    fn take(&mut self, piece: Bytes) -> Vec<Job<'a>> {
        let base = self.position;
        self.position += piece.len() as u64;
        let spans = self.up_to(self.position);
        let count = spans.len();
        let runs = self.runs(spans);
        self.next += count;
        let mut jobs: Vec<Job<'a>> = Vec::with_capacity(runs.len());
        for (first, run) in runs {
            self.given.push(first);
            let (content, survey, piece) = (self.content, Arc::clone(&self.survey), piece.clone());
            jobs.push(Box::new(move |batch| {
                read_buffers(content, &survey, (&piece, base), &run, batch);
            }));
        }
        jobs
    }

    fn finish(self: Box<Self>) -> (Vec<Job<'a>>, Vec<usize>) {
        let mut order: Vec<usize> = (0..self.given.len()).collect();
        order.sort_by_key(|job| self.given.get(*job));
        // What the trace says as a whole comes before all records.
        order.insert(0, self.given.len());
        (vec![description(&self.survey)], order)
    }
}

impl<'a> Stream<'a> for Refused {
    fn wants(&self) -> usize {
        0
    }

    fn take(&mut self, _: Bytes) -> Vec<Job<'a>> {
        Vec::new()
    }

    fn finish(self: Box<Self>) -> (Vec<Job<'a>>, Vec<usize>) {
        (vec![refusal(self.0)], vec![0])
    }
}

fn end_of(span: &BufferSpan) -> u64 {
    span.offset + u64::from(span.length)
}
