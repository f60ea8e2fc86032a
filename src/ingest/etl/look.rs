//! The first pass over a trace that comes piece by piece: where its buffers lie, and what their
//! headers say, found by other threads while the next pieces come.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use joinscope_etl::{BufferSpan, Scan, Scratch, Session};

use super::stream::{Refused, TraceStream};
use super::survey::{Pass, Survey};
use super::{BYTES_PER_JOB, Content};
use crate::bundle::Bytes;
use crate::ingest::{Glance, Look, Stream};

/// A trace on its way in, for the first time.
pub(super) struct TraceLook<'a> {
    content: &'a Content<'a>,
    /// Bytes that are asked for at a time.
    piece: usize,
    scan: Scan,
    /// Bytes at the end of the last piece that are shown again.
    kept: usize,
    /// Buffers that were given to jobs.
    seen: usize,
    shares: Arc<Shares>,
    /// Jobs that were given.
    given: usize,
}

/// What the jobs found, put together in the order of the file as it comes, so that little waits.
#[derive(Default)]
struct Shares(Mutex<Joined>);

#[derive(Default)]
struct Joined {
    whole: Pass,
    /// The job whose share is put to the whole next.
    next: usize,
    /// Shares of jobs behind it.
    early: BTreeMap<usize, Pass>,
}

/// Buffers that one job looks at, by the log that they belong to.
type Group = Vec<(Session, Vec<BufferSpan>)>;

impl<'a> TraceLook<'a> {
    pub(super) fn new(content: &'a Content<'a>, piece: usize) -> Self {
        Self {
            content,
            piece,
            scan: Scan::new(),
            kept: 0,
            seen: 0,
            shares: Arc::default(),
            given: 0,
        }
    }

    /// Jobs for the buffers that were found since the last time, all in a piece that begins at `base`.
    fn glances(&mut self, piece: &Bytes, base: u64) -> Vec<Glance<'a>> {
        let groups = self.groups();
        let mut glances: Vec<Glance<'a>> = Vec::with_capacity(groups.len());
        for group in groups {
            let (shares, piece, number) = (Arc::clone(&self.shares), piece.clone(), self.given);
            self.given += 1;
            glances.push(Box::new(move || {
                shares.add(number, look_at(&group, &piece, base));
            }));
        }
        glances
    }

    fn groups(&mut self) -> Vec<Group> {
        let index = self.scan.index();
        let found = index.buffers.get(self.seen..).unwrap_or_default();
        self.seen = index.buffers.len();
        let mut groups: Vec<Group> = Vec::new();
        let mut filled = BYTES_PER_JOB;
        for span in found {
            if filled >= BYTES_PER_JOB {
                groups.push(Vec::new());
                filled = 0;
            }
            filled += u64::from(span.filled);
            let Some(group) = groups.last_mut() else {
                continue;
            };
            let of_session = |(_, spans): &&mut (Session, Vec<BufferSpan>)| {
                spans
                    .last()
                    .is_some_and(|last| last.session == span.session)
            };
            match group.last_mut().filter(of_session) {
                Some((_, spans)) => spans.push(*span),
                None => group.push((index.session_of(span).clone(), vec![*span])),
            }
        }
        groups
    }
}

impl<'a> Look<'a> for TraceLook<'a> {
    fn wants(&self) -> usize {
        // A buffer may be larger than a piece.
        let missing = self.scan.wants().saturating_sub(self.kept);
        missing.max(self.piece)
    }

    fn take(&mut self, piece: &Bytes) -> (Vec<Glance<'a>>, usize) {
        let base = self.scan.offset();
        let done = self.scan.add(piece);
        self.kept = piece.len() - done;
        (self.glances(piece, base), done)
    }

    fn take_last(&mut self, rest: &Bytes) -> Vec<Glance<'a>> {
        let base = self.scan.offset();
        self.scan.add_last(rest);
        self.glances(rest, base)
    }

    fn finish(self: Box<Self>) -> Box<dyn Stream<'a> + 'a> {
        match self.scan.finish() {
            Ok(index) => {
                let survey = Survey::new(index, self.shares.take());
                Box::new(TraceStream::new(self.content, survey, self.piece))
            }
            Err(error) => Box::new(Refused(error)),
        }
    }
}

impl Shares {
    /// Adds the share of a job.
    fn add(&self, number: usize, share: Pass) {
        let mut joined = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        joined.early.insert(number, share);
        let joined = &mut *joined;
        while let Some(share) = joined.early.remove(&joined.next) {
            joined.whole = std::mem::take(&mut joined.whole).merge(share);
            joined.next += 1;
        }
    }

    fn take(&self) -> Pass {
        let mut joined = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut joined.whole)
    }
}

/// What the headers of buffers say.
fn look_at(group: &Group, stretch: &[u8], base: u64) -> Pass {
    let (mut pass, mut scratch) = (Pass::default(), Scratch::new());
    for (session, spans) in group {
        for span in spans {
            session.read_buffer(span, span.within(stretch, base), &mut scratch, &mut pass);
        }
    }
    pass
}
