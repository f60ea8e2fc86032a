//! Frames put together from their fragments.
//!
//! Up to Windows 8 the capture driver logs a frame in pieces, one record each, marked
//! First, Middle and Last. Those of one frame share interface, direction and thread.
//! What is open is bounded, so a capture that lost its Last fragments costs no memory.
//! Source: specified (keywords of NDIS-PacketCapture); the thread is *assumed*.

use std::mem;

use super::ip::original_length;
use super::merge::Sighting;
use super::{Frame, FrameCounts};
use crate::bytes::narrow;
use crate::packets::Part;

/// Bytes of a frame that are kept. Frames of jumbo size and of segmentation offload
/// stay below.
pub const MAX_FRAME: usize = 256 << 10;
/// Frames that may be open at a time; the oldest gives way.
pub const MAX_OPEN_FRAMES: usize = 64;

/// A frame whose last fragment is still to come.
#[derive(Debug)]
struct Open<'t> {
    frame: Frame<'t>,
    is_truncated: bool,
}

/// The open frames, oldest first.
#[derive(Debug, Default)]
pub(super) struct Assembly<'t> {
    open: Vec<Open<'t>>,
}

impl<'t> Assembly<'t> {
    /// Takes a sighting; gives the frame that it completes, or the one that it drives out.
    pub(super) fn add(
        &mut self,
        sighting: Sighting<'t>,
        counts: &mut FrameCounts,
    ) -> Option<Frame<'t>> {
        let Sighting {
            frame,
            part,
            is_truncated,
        } = sighting;
        if part == Part::Whole {
            return Some(finished(frame, is_truncated));
        }
        counts.fragments += 1;
        let place = self
            .open
            .iter()
            .position(|open| is_of_one_frame(&open.frame, &frame));
        match (part, place) {
            (Part::First, place) => {
                let place = place.or((self.open.len() == MAX_OPEN_FRAMES).then_some(0));
                let driven_out = place.map(|place| unfinished(self.open.remove(place)));
                self.open.push(Open {
                    frame,
                    is_truncated,
                });
                driven_out
            }
            (_, None) => {
                counts.orphans += 1;
                None
            }
            (_, Some(place)) => {
                let open = self.open.get_mut(place)?;
                append(&mut open.frame, &frame);
                open.is_truncated |= is_truncated;
                if part == Part::Middle {
                    return None;
                }
                let open = self.open.remove(place);
                Some(if open.frame.is_unfinished {
                    unfinished(open)
                } else {
                    finished(open.frame, open.is_truncated)
                })
            }
        }
    }

    /// The frames that never ended, oldest first.
    pub(super) fn finish(&mut self) -> Vec<Frame<'t>> {
        mem::take(&mut self.open)
            .into_iter()
            .map(unfinished)
            .collect()
    }
}

fn is_of_one_frame(open: &Frame<'_>, fragment: &Frame<'_>) -> bool {
    let key = |frame: &Frame<'_>| {
        (
            frame.session,
            frame.interface,
            frame.direction,
            frame.thread_id,
        )
    };
    key(open) == key(fragment)
}

/// Adds a fragment's bytes as far as there is room, and its time.
fn append(frame: &mut Frame<'_>, fragment: &Frame<'_>) {
    let room = MAX_FRAME.saturating_sub(frame.bytes.len());
    let fitting = fragment.bytes.get(..room).unwrap_or(&fragment.bytes);
    frame.bytes.to_mut().extend_from_slice(fitting);
    frame.is_unfinished |= fitting.len() < fragment.bytes.len();
    frame.ticks = fragment.ticks.or(frame.ticks);
}

fn unfinished(open: Open<'_>) -> Frame<'_> {
    let mut frame = finished(open.frame, true);
    frame.is_unfinished = true;
    frame
}

/// A frame with its original length, from the writer or from its IP header.
fn finished(mut frame: Frame<'_>, is_truncated: bool) -> Frame<'_> {
    let logged = narrow(frame.bytes.len());
    frame.original_length = match (frame.original_length, is_truncated) {
        (Some(original), _) => Some(original.max(logged)),
        (None, false) => Some(logged),
        (None, true) => {
            original_length(frame.link, &frame.bytes).filter(|original| *original >= logged)
        }
    };
    frame
}
