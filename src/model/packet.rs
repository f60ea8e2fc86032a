//! Network packets of captures, whatever format they were carried in.
//!
//! A packet borrows its frame: captures are large, and what is written on is never kept.

use super::time::Ticks;

/// A packet as it was captured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// The frame as far as it was captured.
    pub frame: &'a [u8],
    /// When it was captured; `None` where the evidence does not say.
    pub ticks: Option<Ticks>,
    /// Where it was captured.
    pub interface: &'a PacketInterface,
    /// What the frame begins with.
    pub link: LinkType,
    /// Which way it went; `None` where the evidence does not say.
    pub direction: Option<PacketDirection>,
    /// Bytes that the frame had, at least those captured; `None` where nothing tells.
    pub original_length: Option<u32>,
    /// What else is known about it, in a few words; often empty.
    pub comment: String,
    /// Why it was dropped; `None` where it was not.
    pub dropped: Option<PacketDrop>,
    /// Number that all captures of one packet share, where there is one.
    pub id: Option<u64>,
    /// Process that ran when it was captured, which need not be its sender.
    pub pid: Option<u32>,
    /// Thread that ran, likewise.
    pub tid: Option<u32>,
}

/// A place where packets were captured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketInterface {
    /// Tells it from every other place of the evidence.
    pub key: u32,
    /// Name for people; not unique.
    pub name: String,
    /// What it is; empty where not known.
    pub description: String,
}

/// What a frame begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkType {
    /// An Ethernet header.
    Ethernet,
    /// An 802.11 header.
    Wifi,
    /// An IP header.
    RawIp,
    /// A number of the capture that is not known.
    Unknown(u16),
}

/// Which way a packet went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketDirection {
    /// Towards the device.
    In,
    /// From the device.
    Out,
}

/// Why a packet was dropped, in the numbers of the system that dropped it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketDrop {
    /// Reason.
    pub reason: u32,
    /// Place in the source.
    pub location: u32,
}
