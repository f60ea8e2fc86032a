//! Network packets in traces: the events of the NDIS capture driver and of the packet monitor.
//!
//! The same frame may come once for each layer it passes; only group and number, or the bytes, tell
//! that it is the same. NDIS layouts are specified by the driver's public manifest, those of the
//! packet monitor are observed on Windows 10 and 11.

use super::error::{EtlError, length_u16, length_u32};
use super::event::EtlEvent;
use super::value::Value;

const NDIS: &str = "2ed6006e-4729-4609-b423-3ee7bcd678ef";
const PACKET_MONITOR: &str = "4d4f80d9-c8bd-4d73-bb5b-19c90402c5ac";
const PACKET_START: u64 = 0x4000_0000;
const PACKET_END: u64 = 0x8000_0000;

/// Which way a packet goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the network.
    Send,
    /// From the network.
    Receive,
}

/// What a frame begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// An Ethernet header.
    Ethernet,
    /// An 802.11 header.
    Wifi,
    /// An IP header, as of mobile networks.
    RawIp,
}

/// Which part of a packet a fragment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// The first part.
    First,
    /// One between.
    Middle,
    /// The last part.
    Last,
}

/// A packet of the packet monitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonitoredPacket {
    /// The same for one packet at all components.
    pub group: u64,
    /// Counts the appearances of a packet.
    pub appearance: u16,
    /// Component that saw it.
    pub component: u16,
    /// Edge of the component.
    pub edge: u16,
    /// Direction tag: 1 and above, what it means depends on the component.
    pub direction_tag: u16,
    /// What the frame begins with.
    pub link: Link,
    /// Why it was dropped; 0 when it was not.
    pub drop_reason: u32,
    /// Where it was dropped.
    pub drop_location: u32,
    /// Length of the packet, which may be more than was kept.
    pub original_size: u16,
    /// What was kept.
    pub bytes: Vec<u8>,
}

/// A fragment captured by the NDIS driver at a miniport and the layer below it.
///
/// # Errors
///
/// `TooLong` for more bytes than the 32-bit length can say.
pub fn ndis_fragment(
    interfaces: [u32; 2],
    link: Link,
    direction: Direction,
    part: Part,
    bytes: &[u8],
) -> Result<EtlEvent, EtlError> {
    let [miniport, lower] = interfaces;
    Ok(EtlEvent::manifest(NDIS, 1001)
        .channel(16)
        .keyword(ndis_keyword(link, direction, part))
        .field(miniport)
        .field(lower)
        .field(length_u32("a fragment", bytes.len())?)
        .field(Value::Bytes(bytes.to_vec())))
}

/// A whole Ethernet frame captured inside a virtual switch, from a port to others.
///
/// # Errors
///
/// `TooLong` for more bytes or ports than a 32-bit length can say.
pub fn switch_frame(
    interfaces: [u32; 2],
    source_port: u32,
    destination_ports: &[u32],
    bytes: &[u8],
) -> Result<EtlEvent, EtlError> {
    let [miniport, lower] = interfaces;
    let port = |event: EtlEvent, number: u32| {
        event
            .field(number)
            .field("Contoso port")
            .field("Contoso adapter")
            .field("Internal")
    };
    let event = EtlEvent::manifest(NDIS, 1003)
        .channel(16)
        .keyword(ndis_keyword(Link::Ethernet, Direction::Send, Part::Whole) | 0x100_0000)
        .field(miniport)
        .field(lower);
    let event =
        port(event, source_port).field(length_u32("a list of ports", destination_ports.len())?);
    let event = destination_ports.iter().copied().fold(event, port);
    Ok(event
        .field(length_u32("a frame", bytes.len())?)
        .field(Value::Bytes(bytes.to_vec()))
        // No data out of band.
        .field(0_u32))
}

/// Metadata of the next packet of an interface.
///
/// # Errors
///
/// `TooLong` for more bytes than the 32-bit length can say.
pub fn ndis_metadata(interfaces: [u32; 2], bytes: &[u8]) -> Result<EtlEvent, EtlError> {
    let [miniport, lower] = interfaces;
    Ok(EtlEvent::manifest(NDIS, 1002)
        .channel(16)
        .keyword(ndis_keyword(Link::Wifi, Direction::Receive, Part::Whole))
        .field(miniport)
        .field(lower)
        .field(length_u32("metadata", bytes.len())?)
        .field(Value::Bytes(bytes.to_vec())))
}

/// A component of the packet monitor with its name and description.
pub fn monitor_component(id: u16, kind: u16, name: &str, description: &str) -> EtlEvent {
    EtlEvent::manifest(PACKET_MONITOR, 20)
        .keyword(0x2)
        .field(id)
        .field(kind)
        .field(name)
        .field(description)
}

/// A hardware address of a component.
pub fn monitor_hardware_address(component: u16, address: [u8; 6]) -> EtlEvent {
    EtlEvent::manifest(PACKET_MONITOR, 70)
        .keyword(0x2)
        .field(component)
        .field(6_u16)
        .field(6_u32)
        .field(Value::Bytes(address.to_vec()))
}

/// An IPv4 address of a component.
pub fn monitor_ipv4(component: u16, address: [u8; 4]) -> EtlEvent {
    EtlEvent::manifest(PACKET_MONITOR, 65)
        .keyword(0x2)
        .field(component)
        .field(13_u16)
        .field(Value::Bytes(address.to_vec()))
}

impl MonitoredPacket {
    /// An Ethernet packet that was kept whole and not dropped.
    pub fn ethernet(group: u64, component: u16, bytes: &[u8]) -> Self {
        Self {
            group,
            appearance: 1,
            component,
            edge: 1,
            direction_tag: 1,
            link: Link::Ethernet,
            drop_reason: 0,
            drop_location: 0,
            original_size: u16::try_from(bytes.len()).unwrap_or(u16::MAX),
            bytes: bytes.to_vec(),
        }
    }

    /// The event: 160, or 170 for a packet that was dropped.
    ///
    /// # Errors
    ///
    /// `TooLong` for more bytes than the 16-bit length can say.
    pub fn event(&self) -> Result<EtlEvent, EtlError> {
        let id = if self.drop_reason == 0 { 160 } else { 170 };
        let link = match self.link {
            Link::Ethernet => 1_u16,
            Link::Wifi => 2,
            Link::RawIp => 3,
        };
        Ok(EtlEvent::manifest(PACKET_MONITOR, id)
            .keyword(0x10)
            .field(self.group)
            .field(self.appearance)
            .field(self.appearance)
            .field(self.direction_tag)
            .field(link)
            .field(self.component)
            .field(self.edge)
            // No filter.
            .field(0_u16)
            .field(self.drop_reason)
            .field(self.drop_location)
            .field(self.original_size)
            .field(length_u16("a packet", self.bytes.len())?)
            .field(Value::Bytes(self.bytes.clone())))
    }
}

fn ndis_keyword(link: Link, direction: Direction, part: Part) -> u64 {
    let link = match link {
        Link::Ethernet => 0x1,
        Link::Wifi => 0x1_0000,
        Link::RawIp => 0x200,
    };
    let direction = match direction {
        Direction::Send => 0x1_0000_0000,
        Direction::Receive => 0x2_0000_0000,
    };
    let part = match part {
        Part::Whole => PACKET_START | PACKET_END,
        Part::First => PACKET_START,
        Part::Middle => 0,
        Part::Last => PACKET_END,
    };
    link | direction | part
}
