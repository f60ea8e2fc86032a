//! Whole frames of a trace in the order of time, each packet once.
//!
//! A capture logs a frame in pieces, in buffers of several processors, and again at
//! every layer that it passes. [`Frames`] reads the buffers as they are needed, merges
//! them by time (`merge`), puts fragments together (`assembly`) and folds the
//! sightings of one packet into its first (`folding`); what it folded or could not
//! use is counted. A buffer of each processor is held at a time, never the whole trace.
//! Source: see [`packets`](crate::packets); the order is *observed*, what counts as the
//! same packet is *specified* for PktMon and *assumed* for NDIS.

mod assembly;
mod folding;
mod ip;
mod merge;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::vec;

use crate::file::Trace;
use crate::packets::{Component, Direction, Dropped, Interface, Link, NDIS_PACKET_CAPTURE, PKTMON};
use crate::prefilter::Prefilter;
use crate::record::Place;

use assembly::Assembly;
use folding::Folding;
use merge::{ByTime, Found};

pub use assembly::{MAX_FRAME, MAX_OPEN_FRAMES};
pub use folding::{LAYER_WINDOW, MAX_GROUPS, MAX_RECENT};
pub use merge::MAX_HELD;

/// A frame as it was on the wire, as far as it was logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame<'t> {
    /// The bytes that were logged; those of 802.11 without the Protected bit, as the
    /// payload is decrypted already. Borrowed from the file where they stand there.
    pub bytes: Cow<'t, [u8]>,
    /// 100 ns ticks since 1601 UTC; of the last fragment where there were several.
    pub ticks: Option<i64>,
    /// Where it was seen first.
    pub interface: Interface,
    /// Which way it went there.
    pub direction: Direction,
    /// What it begins with: what the writer says, unless an Ethernet and an IP header that
    /// fit speak against 802.11.
    pub link: Link,
    /// Bytes that it had, never fewer than were logged; `None` where neither the writer
    /// nor the IP header tells.
    pub original_length: Option<u32>,
    /// Whether fragments of it are missing, or were more than [`MAX_FRAME`] bytes.
    pub is_unfinished: bool,
    /// Number that all sightings of one packet share (PktMon).
    pub group: Option<u64>,
    /// Why it was dropped; `None` when it was not.
    pub drop: Option<Dropped>,
    /// Process that ran when it was logged, which need not be its sender.
    pub process_id: Option<u32>,
    /// Thread that ran, likewise.
    pub thread_id: Option<u32>,
    /// Index into [`TraceIndex::sessions`](crate::TraceIndex::sessions).
    pub session: usize,
    /// Where its record lies; that of its first fragment where there were several.
    pub place: Place,
}

/// What became of the records that carry packets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FrameCounts {
    /// Records that carry a packet or a fragment of one.
    pub records: u64,
    /// Of these, records whose payload does not hold what it should.
    pub unreadable: u64,
    /// Of these, fragments of frames in several records.
    pub fragments: u64,
    /// Of these, fragments whose frame never began; they are left out.
    pub orphans: u64,
    /// Frames given out.
    pub frames: u64,
    /// Of these, frames that fragments are missing of, or too long to be kept whole.
    pub unfinished: u64,
    /// Of these, drops.
    pub drops: u64,
    /// Of these, frames that the writer calls 802.11 and that are Ethernet.
    pub relabelled: u64,
    /// Frames left out because their packet was given out before.
    pub folded: u64,
    /// Records with metadata of a wireless packet (NDIS 1002); they are not used.
    pub metadata: u64,
    /// Places in buffers that could not be read.
    pub damaged: u64,
}

/// The frames of a trace in the order of time.
///
/// A frame whose fragments never ended comes when another takes its place, or last, so
/// it can be older than the one before it.
#[derive(Debug)]
pub struct Frames<'t> {
    sightings: ByTime<'t>,
    assembly: Assembly<'t>,
    folding: Folding<'t>,
    /// Frames that were left open, once all records have been read.
    left: vec::IntoIter<Frame<'t>>,
    counts: FrameCounts,
    components: BTreeMap<(usize, u16), Component>,
}

impl<'t> Frames<'t> {
    /// All frames of a trace.
    pub fn of(trace: &'t Trace<'_>) -> Self {
        Self::with(trace, Prefilter::only([NDIS_PACKET_CAPTURE, PKTMON]))
    }

    /// The frames whose records the filter takes.
    pub fn with(trace: &'t Trace<'_>, prefilter: Prefilter) -> Self {
        Self {
            sightings: ByTime::of(trace, prefilter),
            assembly: Assembly::default(),
            folding: Folding::default(),
            left: Vec::new().into_iter(),
            counts: FrameCounts::default(),
            components: BTreeMap::new(),
        }
    }

    /// What was met so far; complete when the iterator has ended.
    pub fn counts(&self) -> FrameCounts {
        FrameCounts {
            damaged: self.sightings.damaged(),
            ..self.counts
        }
    }

    /// The components that were named so far, by session and number; the first name
    /// counts. They often stand at the end of a trace.
    pub fn components(&self) -> &BTreeMap<(usize, u16), Component> {
        &self.components
    }

    /// The next frame, folded ones included.
    fn next_whole(&mut self) -> Option<Frame<'t>> {
        loop {
            let Some((session, found)) = self.sightings.next() else {
                if self.left.len() == 0 {
                    self.left = self.assembly.finish().into_iter();
                }
                return self.left.next();
            };
            match found {
                Found::Component(component) => {
                    let key = (session, component.id);
                    self.components.entry(key).or_insert(component);
                }
                Found::Metadata => self.counts.metadata += 1,
                Found::Unreadable => {
                    self.counts.records += 1;
                    self.counts.unreadable += 1;
                }
                Found::Sighting(sighting) => {
                    self.counts.records += 1;
                    let frame = self.assembly.add(*sighting, &mut self.counts);
                    if frame.is_some() {
                        return frame;
                    }
                }
            }
        }
    }
}

impl<'t> Iterator for Frames<'t> {
    type Item = Frame<'t>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut frame = self.next_whole()?;
            if self.folding.was_seen(&frame) {
                self.counts.folded += 1;
                continue;
            }
            if ip::is_ethernet_after_all(&frame) {
                frame.link = Link::Ethernet;
                self.counts.relabelled += 1;
            }
            clear_protected(&mut frame);
            self.counts.frames += 1;
            self.counts.unfinished += u64::from(frame.is_unfinished);
            self.counts.drops += u64::from(frame.drop.is_some());
            return Some(frame);
        }
    }
}

/// Takes the Protected bit from an 802.11 header: a reader would look for a cipher's
/// header that is gone.
fn clear_protected(frame: &mut Frame<'_>) {
    const PROTECTED: u8 = 0x40;
    let is_set = |flags: &u8| flags & PROTECTED != 0;
    if frame.link == Link::Wifi
        && frame.bytes.get(1).is_some_and(is_set)
        && let Some(flags) = frame.bytes.to_mut().get_mut(1)
    {
        *flags &= !PROTECTED;
    }
}
