//! Network packets of a bundle's traces, as one capture in the order of time.
//!
//! The names of interfaces often stand at the end of a trace, and whether there is a packet at
//! all is known only when it has been read. So traces are read twice: first each by itself, in
//! parallel, for what it holds; then those with packets side by side, one frame of each at a time.

mod merge;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use joinscope_etl::packets::Component;
use joinscope_etl::{DamageKind, FrameCounts, Frames, Trace, begins_trace};
use rayon::prelude::*;

use super::recognise;
use crate::bundle::{Artifact, Bundle};
use crate::model::{Blindspot, BlindspotKind, NoteValue, ReadNote};

/// The traces of a bundle and the packets in them.
#[derive(Debug)]
pub struct Captures<'b> {
    /// One line a trace, in the order of the bundle.
    pub traces: Vec<ReadCapture>,
    /// What could not be read of them, beside what the bundle says itself.
    pub blindspots: Vec<Blindspot>,
    /// Whether anything is of a known format, be it a trace or not.
    pub is_readable: bool,
    with_packets: Vec<Capture<'b>>,
}

/// What was found in one trace.
#[derive(Clone, Debug)]
pub struct ReadCapture {
    /// Path through the archives.
    pub path: Arc<str>,
    /// Packets that it gives.
    pub packets: u64,
    /// What else was counted, zeros left out.
    pub notes: Vec<ReadNote>,
}

/// A trace with packets.
#[derive(Debug)]
struct Capture<'b> {
    artifact: &'b Artifact,
    components: BTreeMap<(usize, u16), Component>,
    /// Bytes that it takes in memory when it is read; none for a mapped file.
    memory: u64,
    has_undated: bool,
}

/// What became of one artifact.
#[derive(Default)]
struct Surveyed<'b> {
    trace: Option<ReadCapture>,
    capture: Option<Capture<'b>>,
    blindspots: Vec<Blindspot>,
    is_readable: bool,
}

/// Looks through all traces of a bundle. `progress` is called from any thread with the bytes of
/// each artifact when it is done with.
pub fn captures<'b>(bundle: &'b Bundle, progress: &(dyn Fn(u64) + Sync)) -> Captures<'b> {
    let surveyed: Vec<Surveyed<'b>> = bundle
        .artifacts
        .par_iter()
        .map(|artifact| {
            let surveyed = catch_unwind(AssertUnwindSafe(|| survey(artifact)));
            progress(artifact.size);
            surveyed.unwrap_or_else(|_| failed(artifact))
        })
        .collect();
    let mut captures = Captures {
        traces: Vec::new(),
        blindspots: Vec::new(),
        is_readable: false,
        with_packets: Vec::new(),
    };
    for of_artifact in surveyed {
        captures.traces.extend(of_artifact.trace);
        captures.blindspots.extend(of_artifact.blindspots);
        captures.is_readable |= of_artifact.is_readable;
        captures.with_packets.extend(of_artifact.capture);
    }
    captures
}

fn failed<'b>(artifact: &Artifact) -> Surveyed<'b> {
    Surveyed {
        blindspots: vec![Blindspot::new(
            BlindspotKind::Unreadable,
            &*artifact.path,
            "reading its packets failed inside this program; please report the file",
        )],
        ..Surveyed::default()
    }
}

fn survey(artifact: &Artifact) -> Surveyed<'_> {
    let head = artifact.head();
    let has_signature = begins_trace(&head);
    // A trace that lost its header buffer has no signature left.
    let is_named_trace = artifact.name.to_ascii_lowercase().contains(".etl");
    let mut surveyed = Surveyed {
        is_readable: has_signature || recognise(&head, artifact).is_some(),
        ..Surveyed::default()
    };
    if artifact.size == 0 || !has_signature && !is_named_trace {
        return surveyed;
    }
    let reading = artifact.read();
    let mut spot = |kind, detail: String| {
        let spot = Blindspot::new(kind, &*artifact.path, detail);
        surveyed.blindspots.push(spot);
    };
    let trace = match Trace::open(&reading.bytes) {
        Ok(trace) => trace,
        Err(error) => {
            spot(BlindspotKind::Unreadable, error.to_string());
            return surveyed;
        }
    };
    let mut frames = Frames::of(&trace);
    let has_undated = frames
        .by_ref()
        .fold(false, |any, frame| any | frame.ticks.is_none());
    let counts = frames.counts();
    say_what_is_missing(&trace, counts, &mut spot);
    surveyed.blindspots.extend(reading.blindspot);
    surveyed.is_readable = true;
    surveyed.trace = Some(ReadCapture {
        path: Arc::clone(&artifact.path),
        packets: counts.frames,
        notes: notes(counts),
    });
    surveyed.capture = (counts.frames > 0).then(|| Capture {
        artifact,
        components: frames.components().clone(),
        memory: if reading.bytes.is_mapped() {
            0
        } else {
            reading.bytes.len() as u64
        },
        has_undated,
    });
    surveyed
}

/// Blind spots of a trace as far as packets may be hidden in them.
fn say_what_is_missing(
    trace: &Trace<'_>,
    counts: FrameCounts,
    spot: &mut impl FnMut(BlindspotKind, String),
) {
    let is = |kind: DamageKind| trace.damage.iter().any(|damage| damage.kind == kind);
    if is(DamageKind::TruncatedFile) {
        let detail = "the trace ends inside a buffer; packets behind it are missing";
        spot(BlindspotKind::Truncated, detail.to_owned());
    }
    let of_container = trace.damage.iter().filter(|damage| {
        !matches!(
            damage.kind,
            DamageKind::TruncatedFile | DamageKind::EmptySlots
        )
    });
    let places = of_container.count() as u64 + counts.damaged + counts.unreadable;
    if places > 0 {
        spot(
            BlindspotKind::Damaged,
            format!("places of the trace that could not be read: {places}; packets may be missing"),
        );
    }
    let losses = trace.losses();
    let events: u64 = losses.iter().map(|loss| u64::from(loss.events)).sum();
    let buffers: u64 = losses
        .iter()
        .map(|loss| u64::from(loss.buffers).max(loss.missing_buffers()))
        .fold(0, u64::saturating_add);
    if events > 0 || buffers > 0 {
        spot(
            BlindspotKind::Missing,
            format!("events lost: {events}, buffers lost: {buffers}; packets may be among them"),
        );
    }
}

fn notes(counts: FrameCounts) -> Vec<ReadNote> {
    let all = [
        ("packet_records", counts.records),
        ("sightings_folded", counts.folded),
        ("drops", counts.drops),
        ("wireless_that_are_ethernet", counts.relabelled),
        ("fragments", counts.fragments),
        ("fragments_without_beginning", counts.orphans),
        ("unfinished_frames", counts.unfinished),
        ("unreadable_packets", counts.unreadable),
        ("wireless_metadata", counts.metadata),
    ];
    all.into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(key, count)| ReadNote {
            key,
            value: NoteValue::Count(count),
        })
        .collect()
}

impl Captures<'_> {
    /// How many packets [`Self::packets`] gives.
    pub fn count(&self) -> u64 {
        self.traces.iter().map(|trace| trace.packets).sum()
    }
}
