//! Records of capturing providers by time, one buffer of each processor at a time.
//!
//! A processor's buffers follow each other in time, so the earliest of the heads is the
//! earliest of all. What buffers hold as they are is borrowed; what had to be expanded is
//! copied, and of that only [`MAX_HELD`] bytes are held: beyond it the other processors'
//! buffers wait, and their frames come late rather than exhaust the memory.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::Frame;
use crate::expand::Scratch;
use crate::file::Trace;
use crate::order::{OrderKey, streams};
use crate::packets::{Carried, Component, Packet, Part, kind_of};
use crate::prefilter::Prefilter;
use crate::record::Record;
use crate::records::Records;

/// Bytes of frames out of compressed buffers that are held, give or take one buffer.
pub const MAX_HELD: usize = 256 << 20;

/// A frame, or a fragment of one, as one record has it.
#[derive(Debug)]
pub(super) struct Sighting<'t> {
    pub(super) frame: Frame<'t>,
    pub(super) part: Part,
    pub(super) is_truncated: bool,
}

/// What a record holds.
#[derive(Debug)]
pub(super) enum Found<'t> {
    Sighting(Box<Sighting<'t>>),
    /// A packet whose payload is cut.
    Unreadable,
    Metadata,
    Component(Component),
}

/// The records of one processor.
#[derive(Debug, Default)]
struct Stream<'t> {
    /// Indices of its buffers that are still to be read.
    buffers: VecDeque<usize>,
    /// What the last one read holds, in order.
    ready: VecDeque<(OrderKey, Found<'t>)>,
}

/// Iterator over what records hold, with the index of their session.
#[derive(Debug)]
pub(super) struct ByTime<'t> {
    trace: &'t Trace<'t>,
    prefilter: Prefilter,
    scratch: Scratch,
    streams: Vec<Stream<'t>>,
    /// The earliest record of each stream that has one ready.
    heads: BinaryHeap<Reverse<(OrderKey, usize)>>,
    /// Streams whose next buffer is still to be read.
    waiting: VecDeque<usize>,
    held: usize,
    damaged: u64,
}

impl<'t> ByTime<'t> {
    pub(super) fn of(trace: &'t Trace<'_>, prefilter: Prefilter) -> Self {
        let streams: Vec<Stream<'t>> = streams(trace)
            .into_iter()
            .map(|buffers| Stream {
                buffers: buffers.into(),
                ready: VecDeque::new(),
            })
            .collect();
        Self {
            trace,
            prefilter,
            scratch: Scratch::new(),
            heads: BinaryHeap::with_capacity(streams.len()),
            waiting: (0..streams.len()).collect(),
            streams,
            held: 0,
            damaged: 0,
        }
    }

    /// Places in buffers that could not be read, so far.
    pub(super) fn damaged(&self) -> u64 {
        self.damaged
    }

    /// Reads buffers of waiting streams until each has a head.
    fn fill(&mut self) {
        while self.held < MAX_HELD || self.heads.is_empty() {
            let Some(index) = self.waiting.pop_front() else {
                return;
            };
            while let Some(stream) = self.streams.get_mut(index) {
                if let Some((key, _)) = stream.ready.front() {
                    self.heads.push(Reverse((*key, index)));
                    break;
                }
                let Some(buffer) = stream.buffers.pop_front() else {
                    break;
                };
                let ready = self.read(buffer);
                if let Some(stream) = self.streams.get_mut(index) {
                    stream.ready = ready.into();
                }
            }
        }
    }

    /// What one buffer holds, in order.
    fn read(&mut self, index: usize) -> Vec<(OrderKey, Found<'t>)> {
        let mut found = Vec::new();
        let Some(span) = self.trace.buffers.get(index) else {
            return found;
        };
        if !self.prefilter.takes_buffer(self.trace, span) {
            return found;
        }
        if let Some(buffer) = self.trace.open_plain_buffer(span) {
            self.damaged += collect(buffer.records(), &self.prefilter, Cow::Borrowed, &mut found);
        } else {
            let buffer = self.trace.open_buffer(span, &mut self.scratch);
            let held = &mut self.held;
            let copy = |bytes: &[u8]| {
                *held += bytes.len();
                Cow::Owned(bytes.to_vec())
            };
            self.damaged += collect(buffer.records(), &self.prefilter, copy, &mut found);
        }
        found.sort_by_key(|(key, _)| *key);
        found
    }
}

impl<'t> Iterator for ByTime<'t> {
    type Item = (usize, Found<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        self.fill();
        let Reverse((_, index)) = self.heads.pop()?;
        let stream = self.streams.get_mut(index)?;
        let (key, found) = stream.ready.pop_front()?;
        if let Found::Sighting(sighting) = &found
            && let Cow::Owned(bytes) = &sighting.frame.bytes
        {
            self.held = self.held.saturating_sub(bytes.len());
        }
        match stream.ready.front() {
            Some((key, _)) => self.heads.push(Reverse((*key, index))),
            None => self.waiting.push_front(index),
        }
        Some((key.session(), found))
    }
}

/// Adds what the records of a buffer hold; gives the count of places that are no record.
fn collect<'r, 't>(
    records: Records<'r>,
    prefilter: &Prefilter,
    mut keep: impl FnMut(&'r [u8]) -> Cow<'t, [u8]>,
    found: &mut Vec<(OrderKey, Found<'t>)>,
) -> u64 {
    let mut damaged = 0;
    let mut before = None;
    for record in records {
        let Ok(record) = record else {
            damaged += 1;
            continue;
        };
        if !prefilter.takes(&record) {
            continue;
        }
        let held = match kind_of(&record) {
            Some(Carried::Packet) => Packet::of(&record).map_or(Found::Unreadable, |packet| {
                Found::Sighting(Box::new(sighting(&record, &packet, &mut keep)))
            }),
            Some(Carried::Metadata) => Found::Metadata,
            Some(Carried::Component) => match Component::of(&record) {
                Some(component) => Found::Component(component),
                None => continue,
            },
            None => continue,
        };
        let key = OrderKey::of(&record, before);
        before = Some(key);
        found.push((key, held));
    }
    damaged
}

fn sighting<'r, 't>(
    record: &Record<'r>,
    packet: &Packet<'r>,
    keep: &mut impl FnMut(&'r [u8]) -> Cow<'t, [u8]>,
) -> Sighting<'t> {
    Sighting {
        frame: Frame {
            bytes: keep(packet.frame),
            ticks: packet.ticks,
            interface: packet.interface,
            direction: packet.direction,
            link: packet.link,
            original_length: packet.original_length,
            is_unfinished: false,
            group: packet.group,
            drop: packet.drop,
            process_id: record.process_id(),
            thread_id: record.thread_id(),
            session: record.buffer().session,
            place: record.place(),
        },
        part: packet.part,
        is_truncated: packet.is_truncated,
    }
}
