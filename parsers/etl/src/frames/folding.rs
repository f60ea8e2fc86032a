//! Sightings of one packet folded into the first.
//!
//! The packet monitor numbers packets: all sightings of a group are one, but a drop is
//! always a frame of its own. The capture driver does not: there the same bytes, on the
//! same miniport and in the same direction, at another lower edge and within
//! [`LAYER_WINDOW`], are the frame on its way through the layers. The same bytes at the
//! same edge are another frame, as of a repeated request.
//! Source: PktMon *observed*; the rule for NDIS is *assumed*.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::hash::Hasher;

use rustc_hash::{FxHashSet, FxHasher};

use super::Frame;
use crate::packets::{Direction, Interface};

/// Time in which a frame passes all layers, in 100 ns ticks: 10 ms.
pub const LAYER_WINDOW: i64 = 100_000;
/// Frames that the layers of an NDIS frame are looked for among.
pub const MAX_RECENT: usize = 256;
/// Packet groups that are remembered, newest first. Sightings of one follow each other
/// closely.
pub const MAX_GROUPS: usize = 1 << 16;
/// Edges of one frame that are told apart.
const MAX_EDGES: usize = 32;

/// A frame of the capture driver that was given out.
#[derive(Debug)]
struct Recent<'t> {
    bytes: Cow<'t, [u8]>,
    digest: u64,
    ticks: i64,
    session: usize,
    miniport: u32,
    direction: Direction,
    /// The edges that it was seen at.
    edges: Vec<u32>,
}

/// What was given out lately.
#[derive(Debug, Default)]
pub(super) struct Folding<'t> {
    groups: FxHashSet<(usize, u64)>,
    group_order: VecDeque<(usize, u64)>,
    recent: VecDeque<Recent<'t>>,
}

impl<'t> Folding<'t> {
    /// Whether a frame is a further sighting of a packet; remembers it if it is not.
    pub(super) fn was_seen(&mut self, frame: &Frame<'t>) -> bool {
        match (frame.interface, frame.group) {
            (_, Some(group)) => {
                let is_new = self.remember_group((frame.session, group));
                !is_new && frame.drop.is_none()
            }
            (Interface::Ndis { miniport, lower }, None) => {
                self.is_at_another_edge(frame, miniport, lower)
            }
            (Interface::Component { .. }, None) => false,
        }
    }

    fn remember_group(&mut self, group: (usize, u64)) -> bool {
        if !self.groups.insert(group) {
            return false;
        }
        self.group_order.push_back(group);
        if self.group_order.len() > MAX_GROUPS
            && let Some(oldest) = self.group_order.pop_front()
        {
            self.groups.remove(&oldest);
        }
        true
    }

    fn is_at_another_edge(&mut self, frame: &Frame<'t>, miniport: u32, lower: u32) -> bool {
        let Some(ticks) = frame.ticks else {
            return false;
        };
        let is_old = |recent: &Recent<'_>| ticks.saturating_sub(recent.ticks) > LAYER_WINDOW;
        while self.recent.len() == MAX_RECENT || self.recent.front().is_some_and(is_old) {
            self.recent.pop_front();
        }
        let digest = digest(&frame.bytes);
        let seen = self.recent.iter_mut().find(|recent| {
            recent.digest == digest
                && recent.miniport == miniport
                && recent.direction == frame.direction
                && recent.session == frame.session
                && !recent.edges.contains(&lower)
                && recent.edges.len() < MAX_EDGES
                && recent.bytes == frame.bytes
        });
        if let Some(recent) = seen {
            recent.edges.push(lower);
            return true;
        }
        self.recent.push_back(Recent {
            bytes: frame.bytes.clone(),
            digest,
            ticks,
            session: frame.session,
            miniport,
            direction: frame.direction,
            edges: vec![lower],
        });
        false
    }
}

fn digest(bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
}
