//! Traces: one pass over the headers for what the trace says of itself, then a job for every
//! group of buffers, as buffers are readable on their own. A large trace that comes out of an
//! archive is unpacked once for each of the two passes.

mod look;
mod losses;
mod message;
mod names;
mod records;
mod stream;
mod survey;
mod values;

use std::sync::Arc;

use joinscope_etl::{BufferHeader, BufferSpan, Error, Scratch, Trace, TraceIndex, begins_trace};

use super::{Certainty, Content, Format, Job, Passes};
use crate::model::{Batch, BlindspotKind};
use look::TraceLook;
use records::Records;
use survey::Survey;

/// Filled bytes of the buffers in one job: enough to be worth a task, few enough to spread a
/// trace over threads.
const BYTES_PER_JOB: u64 = 1 << 20;

/// Bytes that are unpacked at a time: a few buffers.
const PIECE: usize = 1 << 20;

/// The format of ETW traces.
pub(super) struct Etl;

impl Format for Etl {
    fn name(&self) -> &'static str {
        "etl"
    }

    fn sniff(&self, head: &[u8], name: &str) -> Certainty {
        if begins_trace(head) {
            Certainty::Sure
        } else if names::is_trace(name) && begins_with_buffer(head) {
            // A trace that lost its header buffer shows itself only when it is opened.
            Certainty::Maybe
        } else {
            Certainty::No
        }
    }

    fn jobs<'a>(&self, content: &'a Content<'a>) -> Vec<Job<'a>> {
        let trace = match Trace::open(content.bytes) {
            Ok(trace) => trace,
            Err(error) => return vec![refusal(error)],
        };
        let groups = groups(&trace);
        let survey = Arc::new(Survey::of(trace));
        let mut jobs: Vec<Job<'a>> = Vec::with_capacity(groups.len() + 1);
        jobs.push(description(&survey));
        for group in groups {
            let survey = Arc::clone(&survey);
            jobs.push(Box::new(move |batch| {
                read_buffers(content, &survey, (content.bytes, 0), &group, batch);
            }));
        }
        jobs
    }

    fn stream<'a>(&self, content: &'a Content<'a>) -> Option<Passes<'a>> {
        Some(passes(content, PIECE))
    }
}

/// The two passes over a trace that comes in pieces of this size.
pub(super) fn passes<'a>(content: &'a Content<'a>, piece: usize) -> Passes<'a> {
    Passes::Two(Box::new(TraceLook::new(content, piece)))
}

/// What there is to say of a file that is no trace.
fn refusal<'a>(error: Error) -> Job<'a> {
    Box::new(move |batch: &mut Batch| {
        batch.blindspot(BlindspotKind::Unreadable, error.to_string(), None);
    })
}

/// What the trace says as a whole.
fn description<'a>(survey: &Arc<Survey>) -> Job<'a> {
    let survey = Arc::clone(survey);
    Box::new(move |batch| {
        survey.describe(batch);
        losses::report(&survey, batch);
    })
}

/// Whether the first bytes can be a buffer's header.
fn begins_with_buffer(head: &[u8]) -> bool {
    head.first_chunk()
        .is_some_and(|bytes| BufferHeader::parse(bytes).is_plausible())
}

/// The places of the buffers in the order of their sequence numbers: events of the same instant
/// then come in the order in which they were written.
fn sequence(index: &TraceIndex) -> Vec<usize> {
    let mut places: Vec<usize> = (0..index.buffers.len()).collect();
    places.sort_by_key(|place| {
        let span = index.buffers.get(*place);
        span.map(|span| (span.session, span.header.sequence, span.offset))
    });
    places
}

/// The buffers in this order, cut into pieces of about the same size.
fn groups(index: &TraceIndex) -> Vec<Vec<BufferSpan>> {
    let spans = sequence(index).into_iter();
    let spans = spans.filter_map(|place| index.buffers.get(place));
    let mut groups: Vec<Vec<BufferSpan>> = Vec::new();
    let mut filled = BYTES_PER_JOB;
    for span in spans {
        if filled >= BYTES_PER_JOB {
            groups.push(Vec::new());
            filled = 0;
        }
        filled += u64::from(span.filled);
        if let Some(group) = groups.last_mut() {
            group.push(*span);
        }
    }
    groups
}

/// Reads buffers from a stretch of the file and the offset where it begins.
fn read_buffers(
    content: &Content<'_>,
    survey: &Survey,
    (stretch, base): (&[u8], u64),
    spans: &[BufferSpan],
    batch: &mut Batch,
) {
    let rungs = survey.rungs(content.decoders);
    let mut scratch = Scratch::new();
    let mut sink = Records::new(batch, survey, &rungs, content.decoders);
    for span in spans {
        let session = survey.index.session_of(span);
        session.read_buffer(span, span.within(stretch, base), &mut scratch, &mut sink);
    }
    sink.finish();
}
