//! Traces with packets read side by side, and their frames as packets with named interfaces.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::sync::Arc;

use joinscope_etl::packets::{Direction, Interface, Link};
use joinscope_etl::{Frame, Frames, Trace};
use rustc_hash::FxHashMap;

use super::{Capture, Captures};
use crate::model::{LinkType, Packet, PacketDirection, PacketDrop, PacketInterface, Ticks};

/// Bytes of unpacked traces that are read side by side. Traces beyond it come behind the others,
/// so their packets are in the order of time among themselves only.
const SIDE_BY_SIDE: u64 = 2 << 30;

impl Captures<'_> {
    /// Gives every packet: those with a time first, in its order, then those without.
    ///
    /// # Errors
    /// The first that `each` gives ends it.
    pub fn packets(&self, each: &mut dyn FnMut(&Packet<'_>) -> io::Result<()>) -> io::Result<()> {
        let mut interfaces = Interfaces {
            name_traces: self.with_packets.len() > 1,
            ..Interfaces::default()
        };
        for undated in [false, true] {
            let wanted = |capture: &(usize, &Capture<'_>)| !undated || capture.1.has_undated;
            let mut rest: Vec<_> = self
                .with_packets
                .iter()
                .enumerate()
                .filter(wanted)
                .collect();
            while !rest.is_empty() {
                let together = side_by_side(&rest);
                let later = rest.split_off(together);
                merge(&rest, undated, &mut interfaces, each)?;
                rest = later;
            }
        }
        Ok(())
    }
}

/// How many of the captures may be in memory together; at least one.
fn side_by_side(captures: &[(usize, &Capture<'_>)]) -> usize {
    let mut memory = 0_u64;
    let fitting = captures.iter().take_while(|(_, capture)| {
        memory = memory.saturating_add(capture.memory);
        memory <= SIDE_BY_SIDE
    });
    fitting.count().max(1)
}

/// Gives the packets of some captures in the order of time, either those with a time or those
/// without.
fn merge(
    captures: &[(usize, &Capture<'_>)],
    undated: bool,
    interfaces: &mut Interfaces,
    each: &mut dyn FnMut(&Packet<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let readings: Vec<_> = captures
        .iter()
        .map(|(_, capture)| capture.artifact.read())
        .collect();
    let traces: Vec<_> = readings
        .iter()
        .map(|reading| Trace::open(&reading.bytes).ok())
        .collect();
    let mut streams: Vec<_> = traces
        .iter()
        .map(|trace| {
            let frames = trace.as_ref().map(Frames::of);
            frames
                .into_iter()
                .flatten()
                .filter(move |frame| frame.ticks.is_none() == undated)
        })
        .collect();
    let mut heads: Vec<Option<Frame<'_>>> = streams.iter_mut().map(Iterator::next).collect();
    let key = |head: &Option<Frame<'_>>, index| {
        let frame = head.as_ref()?;
        Some(Reverse((frame.ticks, index)))
    };
    let mut order: BinaryHeap<_> = heads
        .iter()
        .enumerate()
        .filter_map(|(index, head)| key(head, index))
        .collect();
    while let Some(Reverse((_, index))) = order.pop() {
        let (Some(stream), Some(head), Some((number, capture))) = (
            streams.get_mut(index),
            heads.get_mut(index),
            captures.get(index),
        ) else {
            break;
        };
        let frame = std::mem::replace(head, stream.next());
        order.extend(key(head, index));
        if let Some(frame) = frame {
            let interface = interfaces.of(*number, capture, &frame);
            each(&packet(&frame, &interface))?;
        }
    }
    Ok(())
}

/// The interfaces met so far, by capture, log and component or pair of adapters.
#[derive(Default)]
struct Interfaces {
    name_traces: bool,
    known: FxHashMap<(usize, usize, Interface), Arc<PacketInterface>>,
}

impl Interfaces {
    fn of(
        &mut self,
        number: usize,
        capture: &Capture<'_>,
        frame: &Frame<'_>,
    ) -> Arc<PacketInterface> {
        // The edges of a component are one interface; the packet tells which it was.
        let place = match frame.interface {
            Interface::Component { id, .. } => Interface::Component { id, edge: 0 },
            ndis @ Interface::Ndis { .. } => ndis,
        };
        let key = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        let name_trace = self.name_traces;
        let known = self.known.entry((number, frame.session, place));
        Arc::clone(known.or_insert_with(|| {
            let (name, description) = named(capture, frame.session, place);
            let trace = if name_trace {
                format!("{}: ", capture.artifact.path)
            } else {
                String::new()
            };
            Arc::new(PacketInterface {
                key,
                name: format!("{trace}{name}"),
                description,
            })
        }))
    }
}

/// Name and description of an interface.
fn named(capture: &Capture<'_>, session: usize, place: Interface) -> (String, String) {
    match place {
        Interface::Ndis { miniport, lower } if miniport == lower => {
            (format!("interface {miniport}"), String::new())
        }
        Interface::Ndis { miniport, lower } => (
            format!("interface {miniport}, lower edge {lower}"),
            String::new(),
        ),
        Interface::Component { id, .. } => match capture.components.get(&(session, id)) {
            Some(component) => (
                format!("component {id} {}", component.name),
                component.description.clone(),
            ),
            None => (format!("component {id}"), String::new()),
        },
    }
}

fn packet<'a>(frame: &'a Frame<'_>, interface: &'a PacketInterface) -> Packet<'a> {
    let mut remarks = Vec::new();
    if let Interface::Component { edge, .. } = frame.interface {
        remarks.push(format!("edge {edge}"));
    }
    if frame.is_unfinished {
        remarks.push("fragments of it are missing".to_owned());
    }
    Packet {
        frame: &frame.bytes,
        ticks: frame.ticks.map(Ticks),
        interface,
        link: match frame.link {
            Link::Ethernet => LinkType::Ethernet,
            Link::Wifi => LinkType::Wifi,
            Link::Ip => LinkType::RawIp,
            Link::Unknown(number) => LinkType::Unknown(number),
        },
        direction: match frame.direction {
            Direction::In => Some(PacketDirection::In),
            Direction::Out => Some(PacketDirection::Out),
            Direction::Unknown => None,
        },
        original_length: frame.original_length,
        comment: remarks.join("; "),
        dropped: frame.drop.map(|drop| PacketDrop {
            reason: drop.reason,
            location: drop.location,
        }),
        id: frame.group,
        pid: frame.process_id,
        tid: frame.thread_id,
    }
}
