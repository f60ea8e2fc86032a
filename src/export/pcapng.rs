//! Packets as a pcapng capture, for the tools that read those.
//!
//! A section holds one interface description for each interface and link type, written when
//! its first packet comes, and one enhanced packet block a packet. Times are in 100 ns. A packet
//! without a time must not be given one: it is a simple packet block, the kind that has none.
//! Such a block belongs to the first interface of its section, so it gets a section for it, and
//! it has no room for direction, comment and the length of what was cut off.
//! Source: specified (draft-ietf-opsawg-pcapng; link types of the tcpdump group).
//!
//! There is no verdict option: those that exist tell what hardware, eBPF or XDP decided. The
//! reason of a drop stands in the comment.

use std::io::{self, Write};

use rustc_hash::FxHashMap;

use super::clean;
use crate::model::{LinkType, Packet, PacketDirection, PacketInterface, Ticks};

const SECTION: u32 = 0x0A0D_0D0A;
const INTERFACE: u32 = 1;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;

const OPT_END: u16 = 0;
const OPT_COMMENT: u16 = 1;
const SHB_USERAPPL: u16 = 4;
const IF_NAME: u16 = 2;
const IF_DESCRIPTION: u16 = 3;
const IF_TSRESOL: u16 = 9;
const EPB_FLAGS: u16 = 2;
const EPB_PACKETID: u16 = 5;

/// 100 ns from 1601-01-01 to 1970-01-01.
const UNIX_EPOCH: i64 = 116_444_736_000_000_000;
/// Bytes of a text that are written; an option's length has 16 bits.
const LONGEST_TEXT: usize = 4096;

/// What the current section is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    /// None was begun.
    None,
    /// Packets with a time.
    Dated,
    /// Packets without a time, of this interface.
    Undated(u32, LinkType),
}

/// Writes a capture, packet by packet.
#[derive(Debug)]
pub struct PcapngWriter<W> {
    out: W,
    section: Section,
    /// Numbers of the interfaces described in the section.
    interfaces: FxHashMap<(u32, LinkType), u32>,
    /// The block being made.
    block: Vec<u8>,
    packets: u64,
}

impl<W: Write> PcapngWriter<W> {
    /// A capture without a packet so far. Nothing is written yet.
    pub fn new(out: W) -> Self {
        Self {
            out,
            section: Section::None,
            interfaces: FxHashMap::default(),
            block: Vec::new(),
            packets: 0,
        }
    }

    /// Appends a packet. Those with a time are best given first: each change between dated and
    /// undated begins a section.
    pub fn packet(&mut self, packet: &Packet<'_>) -> io::Result<()> {
        match packet.ticks.and_then(since_1970) {
            Some(time) => self.dated(packet, time)?,
            None => self.undated(packet)?,
        }
        self.packets += 1;
        Ok(())
    }

    /// Ends the capture; gives the number of its packets.
    pub fn finish(mut self) -> io::Result<u64> {
        if self.section == Section::None {
            self.begin(Section::Dated)?;
        }
        self.out.flush()?;
        Ok(self.packets)
    }

    fn dated(&mut self, packet: &Packet<'_>, time: u64) -> io::Result<()> {
        self.begin(Section::Dated)?;
        let interface = self.interface(packet.interface, packet.link)?;
        let captured = length(packet.frame)?;
        let original = packet.original_length.unwrap_or(captured).max(captured);
        let [low, high] = [time & 0xFFFF_FFFF, time >> 32];
        let halves = [high, low].map(|half| u32::try_from(half).unwrap_or_default());
        let block = self.start(ENHANCED_PACKET);
        for number in [interface, halves[0], halves[1], captured, original] {
            block.extend(number.to_le_bytes());
        }
        padded(block, packet.frame);
        let comment = comment(packet);
        if !comment.is_empty() {
            text_option(block, OPT_COMMENT, &comment);
        }
        if let Some(direction) = packet.direction {
            let flags: u32 = match direction {
                PacketDirection::In => 1,
                PacketDirection::Out => 2,
            };
            option(block, EPB_FLAGS, &flags.to_le_bytes());
        }
        if let Some(id) = packet.id {
            option(block, EPB_PACKETID, &id.to_le_bytes());
        }
        end_of_options(block);
        self.end()
    }

    fn undated(&mut self, packet: &Packet<'_>) -> io::Result<()> {
        let section = Section::Undated(packet.interface.key, packet.link);
        if self.section != section {
            self.begin(section)?;
            self.interface(packet.interface, packet.link)?;
        }
        let captured = length(packet.frame)?;
        let block = self.start(SIMPLE_PACKET);
        // The reader takes this for the length of what follows.
        block.extend(captured.to_le_bytes());
        padded(block, packet.frame);
        self.end()
    }

    /// Begins a section unless it has begun already.
    fn begin(&mut self, section: Section) -> io::Result<()> {
        if self.section == section {
            return Ok(());
        }
        self.section = section;
        self.interfaces.clear();
        let block = self.start(SECTION);
        block.extend(0x1A2B_3C4D_u32.to_le_bytes());
        block.extend([1, 0, 0, 0]);
        // The length of the section is not known while it is written.
        block.extend([0xFF; 8]);
        text_option(block, SHB_USERAPPL, "joinscope");
        end_of_options(block);
        self.end()
    }

    /// Number of an interface in the section, described if it is new.
    fn interface(&mut self, interface: &PacketInterface, link: LinkType) -> io::Result<u32> {
        let key = (interface.key, link);
        if let Some(number) = self.interfaces.get(&key) {
            return Ok(*number);
        }
        let number = u32::try_from(self.interfaces.len()).map_err(io::Error::other)?;
        self.interfaces.insert(key, number);
        let block = self.start(INTERFACE);
        block.extend(link_number(link).to_le_bytes());
        // Reserved, and no limit on what is captured of a packet.
        block.extend([0; 6]);
        text_option(block, IF_NAME, &interface.name);
        if !interface.description.is_empty() {
            text_option(block, IF_DESCRIPTION, &interface.description);
        }
        // Ten to the minus seventh of a second.
        option(block, IF_TSRESOL, &[7]);
        end_of_options(block);
        self.end()?;
        Ok(number)
    }

    /// Begins a block; its length is still to be said.
    fn start(&mut self, kind: u32) -> &mut Vec<u8> {
        self.block.clear();
        self.block.extend(kind.to_le_bytes());
        self.block.extend([0; 4]);
        &mut self.block
    }

    /// Writes the block with its length on both sides.
    fn end(&mut self) -> io::Result<()> {
        let total = length(&self.block)?.saturating_add(4).to_le_bytes();
        if let Some(place) = self.block.get_mut(4..8) {
            place.copy_from_slice(&total);
        }
        self.block.extend(total);
        self.out.write_all(&self.block)
    }
}

/// 100 ns since 1970; `None` before it, which the format cannot say.
fn since_1970(ticks: Ticks) -> Option<u64> {
    u64::try_from(ticks.0.checked_sub(UNIX_EPOCH)?).ok()
}

fn link_number(link: LinkType) -> u16 {
    match link {
        LinkType::Ethernet => 1,
        LinkType::RawIp => 101,
        LinkType::Wifi => 105,
        // The first of those that are free for private use.
        LinkType::Unknown(_) => 147,
    }
}

/// What the format has no field for, in words.
fn comment(packet: &Packet<'_>) -> String {
    let mut parts = Vec::new();
    if let Some(drop) = packet.dropped {
        parts.push(format!(
            "dropped: reason {}, location 0x{:08x}",
            drop.reason, drop.location
        ));
    }
    if let LinkType::Unknown(number) = packet.link {
        parts.push(format!("packet type {number}, which is not known"));
    }
    if packet.original_length.is_none() {
        parts.push("cut; its full length is not known".to_owned());
    }
    match (packet.pid, packet.tid) {
        (Some(pid), Some(tid)) => parts.push(format!("pid {pid}, tid {tid}")),
        (Some(pid), None) => parts.push(format!("pid {pid}")),
        (None, Some(tid)) => parts.push(format!("tid {tid}")),
        (None, None) => {}
    }
    if !packet.comment.is_empty() {
        parts.push(packet.comment.clone());
    }
    parts.join("; ")
}

fn text_option(block: &mut Vec<u8>, code: u16, text: &str) {
    let text = clean(text);
    let ends = text
        .char_indices()
        .map(|(at, letter)| at + letter.len_utf8());
    let end = ends.take_while(|end| *end <= LONGEST_TEXT).last();
    let fitting = text.get(..end.unwrap_or(0)).unwrap_or_default();
    option(block, code, fitting.as_bytes());
}

/// An option. Values here are numbers and texts of at most [`LONGEST_TEXT`] bytes.
fn option(block: &mut Vec<u8>, code: u16, value: &[u8]) {
    block.extend(code.to_le_bytes());
    let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
    block.extend(length.to_le_bytes());
    padded(block, value);
}

fn end_of_options(block: &mut Vec<u8>) {
    option(block, OPT_END, &[]);
}

/// Appends bytes, filled up with zeros to a multiple of four.
fn padded(block: &mut Vec<u8>, bytes: &[u8]) {
    block.extend_from_slice(bytes);
    block.resize(block.len().next_multiple_of(4), 0);
}

fn length(bytes: &[u8]) -> io::Result<u32> {
    u32::try_from(bytes.len()).map_err(io::Error::other)
}
