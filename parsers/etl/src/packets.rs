//! Network packets that traces carry, as frames.
//!
//! The same frame is logged once for each layer that it passed; telling them
//! apart is what [`frames`](crate::frames) does.
//! The process of the record is whoever ran at that moment, not the sender.
//! Source: *observed* for PktMon (builds 19042 to 26200, whose embedded schemas agree);
//! *specified* for NDIS-PacketCapture; the destinations of 1003 are *assumed* and
//! checked by their fit.

use joinscope_wire::utf16::{nul_position, push_utf16le_until_nul};
use joinscope_wire::{Cursor, Guid, Result};

use crate::header::Header;
use crate::header::event::Event;
use crate::record::Record;

/// Microsoft-Windows-NDIS-PacketCapture.
pub const NDIS_PACKET_CAPTURE: Guid = Guid::from_fields(
    0x2ed6_006e,
    0x4729,
    0x4609,
    [0xb4, 0x23, 0x3e, 0xe7, 0xbc, 0xd6, 0x78, 0xef],
);
/// Microsoft-Windows-PktMon.
pub const PKTMON: Guid = Guid::from_fields(
    0x4d4f_80d9,
    0xc8bd,
    0x4d73,
    [0xbb, 0x5b, 0x19, 0xc9, 0x04, 0x02, 0xc5, 0xac],
);

/// A frame, or a fragment of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// The bytes that were logged.
    pub frame: &'a [u8],
    /// 100 ns ticks since 1601-01-01 UTC.
    pub ticks: Option<i64>,
    /// Where it was seen.
    pub interface: Interface,
    /// Which way it went.
    pub direction: Direction,
    /// What the frame begins with.
    pub link: Link,
    /// Bytes that the frame had; `None` when the writer does not say.
    pub original_length: Option<u32>,
    /// Whether this is a whole frame.
    pub part: Part,
    /// Whether the writer says that it left the frame's end off.
    pub is_truncated: bool,
    /// Number that all sightings of one packet share (PktMon).
    pub group: Option<u64>,
    /// Why it was dropped; `None` when it was not.
    pub drop: Option<Dropped>,
}

/// Where a packet was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Interface {
    /// Interface indices of the miniport and of the filter's lower edge; where they
    /// differ the frame is logged again below.
    Ndis {
        /// Index of the miniport.
        miniport: u32,
        /// Index of the edge below.
        lower: u32,
    },
    /// A component of the network stack, and its edge; events 20 and 30 name them.
    Component {
        /// Component.
        id: u16,
        /// Edge; 0 when the packet was dropped inside.
        edge: u16,
    },
}

/// Which way a packet went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Towards the device.
    In,
    /// From the device.
    Out,
    /// Not said, or a value that is not known.
    Unknown,
}

/// What a frame begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Link {
    /// Ethernet header.
    Ethernet,
    /// 802.11 header. The payload is already decrypted, whatever its Protected bit says.
    Wifi,
    /// IP header.
    Ip,
    /// A number that is not known.
    Unknown(u16),
}

/// Which part of a frame a record holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// All of it, or all that was to be logged.
    Whole,
    /// The first fragment; more follow on the interface.
    First,
    /// A fragment between.
    Middle,
    /// The last fragment.
    Last,
}

/// Why a packet was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dropped {
    /// Reason, of a list that grows with Windows.
    pub reason: u32,
    /// Place in the source.
    pub location: u32,
}

/// A component of the network stack, as the packet monitor names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Its number in the trace.
    pub id: u16,
    /// Its name, often that of a driver; at most 255 characters are kept.
    pub name: String,
    /// What it is, for people; likewise.
    pub description: String,
}

impl Component {
    /// The component that a record names (PktMon 20); `None` for any other record.
    pub fn of(record: &Record<'_>) -> Option<Self> {
        let Header::Event(event) = record.header() else {
            return None;
        };
        if (event.provider(), event.id()) != (PKTMON, 20) {
            return None;
        }
        let mut payload = Cursor::new(event.payload());
        let id = payload.u16("component").ok()?;
        payload.skip(2, "component type").ok()?;
        let mut rest = payload.rest();
        let mut text = || {
            let mut text = String::new();
            let run = push_utf16le_until_nul(rest, &mut text);
            rest = rest.get(run.consumed..).unwrap_or_default();
            text.chars().take(255).collect()
        };
        Some(Self {
            id,
            name: text(),
            description: text(),
        })
    }
}

/// Whether a record is one that [`Packet::of`] reads, or metadata of the packet behind it.
pub(crate) fn kind_of(record: &Record<'_>) -> Option<Carried> {
    let Header::Event(event) = record.header() else {
        return None;
    };
    match (event.provider(), event.id()) {
        (NDIS_PACKET_CAPTURE, 1001 | 1003) | (PKTMON, 160 | 170) => Some(Carried::Packet),
        (NDIS_PACKET_CAPTURE, 1002) => Some(Carried::Metadata),
        (PKTMON, 20) => Some(Carried::Component),
        _ => None,
    }
}

/// What a record of a capturing provider carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carried {
    /// A packet, or a fragment of one.
    Packet,
    /// How the packet behind it was received over the air.
    Metadata,
    /// The name of a component.
    Component,
}

impl<'a> Packet<'a> {
    /// The packet of a record; `None` when it holds none or its payload is cut.
    pub fn of(record: &Record<'a>) -> Option<Self> {
        let Header::Event(event) = record.header() else {
            return None;
        };
        let mut payload = Cursor::new(event.payload());
        let packet = match (event.provider(), event.id()) {
            (NDIS_PACKET_CAPTURE, 1001) => ndis(event, &mut payload),
            (NDIS_PACKET_CAPTURE, 1003) => ndis_switch(event, &mut payload),
            (PKTMON, id @ (160 | 170)) => pktmon(&mut payload, id == 170),
            _ => return None,
        };
        let mut packet = packet.ok()?;
        packet.ticks = record.ticks();
        Some(packet)
    }
}

fn ndis<'a>(event: &Event<'_>, payload: &mut Cursor<'a>) -> Result<Packet<'a>> {
    let interface = ndis_interface(payload)?;
    let length = payload.u32("fragment size")?;
    let frame = payload.take(crate::bytes::size(length), "fragment")?;
    Ok(ndis_packet(event, interface, frame))
}

/// A packet inside a virtual switch, with the ports that it came from and goes to.
fn ndis_switch<'a>(event: &Event<'_>, payload: &mut Cursor<'a>) -> Result<Packet<'a>> {
    let interface = ndis_interface(payload)?;
    switch_port(payload)?;
    for _ in 0..payload.u32("destination count")? {
        switch_port(payload)?;
    }
    let length = payload.u32("fragment size")?;
    let frame = payload.take(crate::bytes::size(length), "fragment")?;
    let length = payload.u32("out-of-band size")?;
    payload.skip(crate::bytes::size(length), "out-of-band data")?;
    Ok(ndis_packet(event, interface, frame))
}

fn ndis_interface(payload: &mut Cursor<'_>) -> Result<Interface> {
    Ok(Interface::Ndis {
        miniport: payload.u32("miniport")?,
        lower: payload.u32("lower interface")?,
    })
}

/// Port number, port name, adapter name and adapter type.
fn switch_port(payload: &mut Cursor<'_>) -> Result<()> {
    payload.skip(4, "switch port")?;
    for _ in 0..3 {
        let end = nul_position(payload.rest()).map_or(usize::MAX, |end| end + 2);
        payload.skip(end, "switch port name")?;
    }
    Ok(())
}

fn ndis_packet<'a>(event: &Event<'_>, interface: Interface, frame: &'a [u8]) -> Packet<'a> {
    const WIRELESS_WAN: u64 = 0x200;
    const WIFI: u64 = 0x1_0000;
    const TRUNCATED: u64 = 0x200_0000;
    const START: u64 = 0x4000_0000;
    const END: u64 = 0x8000_0000;
    const SEND: u64 = 0x1_0000_0000;
    const RECEIVE: u64 = 0x2_0000_0000;
    let keyword = event.keyword();
    let has = |bit| keyword & bit != 0;
    Packet {
        frame,
        ticks: None,
        interface,
        direction: match (has(RECEIVE), has(SEND)) {
            (true, false) => Direction::In,
            (false, true) => Direction::Out,
            _ => Direction::Unknown,
        },
        link: if has(WIFI) {
            Link::Wifi
        } else if has(WIRELESS_WAN) {
            Link::Ip
        } else {
            Link::Ethernet
        },
        original_length: None,
        part: match (has(START), has(END)) {
            (true, false) => Part::First,
            (false, true) => Part::Last,
            (false, false) => Part::Middle,
            (true, true) => Part::Whole,
        },
        is_truncated: has(TRUNCATED),
        group: None,
        drop: None,
    }
}

fn pktmon<'a>(payload: &mut Cursor<'a>, is_dropped: bool) -> Result<Packet<'a>> {
    let group = payload.u64("packet group")?;
    payload.skip(4, "packet number")?;
    let direction = match payload.u16("direction")? {
        1 | 3 | 5 => Direction::In,
        2 | 4 | 6 => Direction::Out,
        _ => Direction::Unknown,
    };
    let link = match payload.u16("packet type")? {
        1 => Link::Ethernet,
        2 => Link::Wifi,
        3 => Link::Ip,
        other => Link::Unknown(other),
    };
    let interface = Interface::Component {
        id: payload.u16("component")?,
        edge: payload.u16("edge")?,
    };
    payload.skip(2, "filter")?;
    let dropped = Dropped {
        reason: payload.u32("drop reason")?,
        location: payload.u32("drop location")?,
    };
    let original = payload.u16("original size")?;
    let logged = payload.u16("logged size")?;
    Ok(Packet {
        frame: payload.take(usize::from(logged), "packet")?,
        ticks: None,
        interface,
        direction,
        link,
        original_length: Some(u32::from(original)),
        part: Part::Whole,
        is_truncated: original > logged,
        group: Some(group),
        drop: is_dropped.then_some(dropped),
    })
}
