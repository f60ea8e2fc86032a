//! A capture as the crate `pcap-parser` reads it.

use pcap_parser::pcapng::{OptionCode, PcapNGOption};
use pcap_parser::traits::PcapNGPacketBlock as _;
use pcap_parser::{Block, parse_block_le};

/// A packet with its interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Packet {
    pub(crate) interface: String,
    pub(crate) description: String,
    pub(crate) link: i32,
    /// Times are in ten to the minus this of a second.
    pub(crate) resolution: u8,
    /// Since 1970.
    pub(crate) time: Option<u64>,
    pub(crate) original: u32,
    pub(crate) frame: Vec<u8>,
    pub(crate) comment: String,
    pub(crate) direction: Option<u32>,
    pub(crate) id: Option<u64>,
}

/// Every packet of a capture; fails on a byte that is no block.
#[track_caller]
pub(crate) fn packets_of(capture: &[u8]) -> Vec<Packet> {
    let (mut rest, mut packets, mut interfaces) = (capture, Vec::new(), Vec::new());
    while !rest.is_empty() {
        let (behind, block) = parse_block_le(rest).unwrap();
        rest = behind;
        match block {
            Block::SectionHeader(section) => {
                interfaces.clear();
                assert_eq!((section.major_version, section.minor_version), (1, 0));
                assert_eq!(text(&section.options, OptionCode(4)), "joinscope");
            }
            Block::InterfaceDescription(interface) => interfaces.push(Packet {
                interface: text(&interface.options, OptionCode::IfName),
                description: text(&interface.options, OptionCode::IfDescription),
                link: interface.linktype.0,
                resolution: interface.if_tsresol,
                time: None,
                original: 0,
                frame: Vec::new(),
                comment: String::new(),
                direction: None,
                id: None,
            }),
            Block::EnhancedPacket(packet) => packets.push(Packet {
                time: Some(u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low)),
                original: packet.origlen,
                frame: packet.packet_data().to_vec(),
                comment: text(&packet.options, OptionCode::Comment),
                direction: option(&packet.options, OptionCode(2))
                    .map(|flags| u32::from_le_bytes(flags.try_into().unwrap())),
                id: option(&packet.options, OptionCode(5))
                    .map(|id| u64::from_le_bytes(id.try_into().unwrap())),
                ..interfaces[packet.if_id as usize].clone()
            }),
            Block::SimplePacket(packet) => packets.push(Packet {
                original: packet.origlen,
                frame: packet.packet_data().to_vec(),
                ..interfaces[0].clone()
            }),
            other => panic!("{other:?}"),
        }
    }
    packets
}

fn option<'o>(options: &'o [PcapNGOption<'_>], code: OptionCode) -> Option<&'o [u8]> {
    let found = options.iter().find(|option| option.code == code)?;
    Some(found.as_bytes().unwrap())
}

fn text(options: &[PcapNGOption<'_>], code: OptionCode) -> String {
    let bytes = option(options, code).unwrap_or_default();
    String::from_utf8(bytes.to_vec()).unwrap()
}
