//! Traces: one pass over the headers for what the trace says of itself, then a job for every
//! group of buffers, as buffers are readable on their own.

mod losses;
mod message;
mod names;
mod records;
mod survey;
mod values;

use std::sync::Arc;

use joinscope_etl::{BufferHeader, BufferSpan, Scratch, Trace, begins_trace};

use super::{Certainty, Content, Format, Job};
use crate::model::{Batch, BlindspotKind};
use records::Records;
use survey::Survey;

/// Filled bytes of the buffers in one job: enough to be worth a task, few enough to spread a
/// trace over threads.
const BYTES_PER_JOB: u64 = 1 << 20;

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
            Err(error) => {
                return vec![Box::new(move |batch: &mut Batch| {
                    batch.blindspot(BlindspotKind::Unreadable, error.to_string(), None);
                })];
            }
        };
        let groups = groups(&trace);
        let survey = Arc::new(Survey::of(trace));
        let mut jobs: Vec<Job<'a>> = Vec::with_capacity(groups.len() + 1);
        let whole = Arc::clone(&survey);
        jobs.push(Box::new(move |batch| {
            whole.describe(batch);
            losses::report(&whole, batch);
        }));
        for group in groups {
            let survey = Arc::clone(&survey);
            jobs.push(Box::new(move |batch| {
                read_buffers(content, &survey, &group, batch);
            }));
        }
        jobs
    }
}

/// Whether the first bytes can be a buffer's header.
fn begins_with_buffer(head: &[u8]) -> bool {
    head.first_chunk()
        .is_some_and(|bytes| BufferHeader::parse(bytes).is_plausible())
}

/// The buffers in the order of their sequence numbers, cut into pieces of about the same size:
/// events of the same instant then come in the order in which they were written.
fn groups(trace: &Trace<'_>) -> Vec<Vec<BufferSpan>> {
    let mut spans = trace.buffers.clone();
    spans.sort_by_key(|span| (span.session, span.header.sequence, span.offset));
    let mut groups: Vec<Vec<BufferSpan>> = Vec::new();
    let mut filled = BYTES_PER_JOB;
    for span in spans {
        if filled >= BYTES_PER_JOB {
            groups.push(Vec::new());
            filled = 0;
        }
        filled += u64::from(span.filled);
        if let Some(group) = groups.last_mut() {
            group.push(span);
        }
    }
    groups
}

fn read_buffers(
    content: &Content<'_>,
    survey: &Survey<'_>,
    spans: &[BufferSpan],
    batch: &mut Batch,
) {
    let rungs = survey.rungs(content.decoders);
    let mut scratch = Scratch::new();
    let mut sink = Records::new(batch, survey, &rungs, content.decoders);
    for span in spans {
        survey.trace.read_buffer(span, &mut scratch, &mut sink);
    }
    sink.finish();
}
