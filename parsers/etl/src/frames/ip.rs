//! What the IP header inside a frame says: its length, and that it is Ethernet.
//!
//! Segmentation offload leaves the length zero, so zero says nothing.
//! Source: specified (RFC 791 section 3.1, RFC 8200 section 3, RFC 826, IEEE 802.1Q).

use super::Frame;
use crate::bytes::{array_at, narrow};
use crate::packets::Link;

/// Offset of the EtherType behind two addresses.
const ETHERTYPE: usize = 12;
/// Tags that may stand before the EtherType.
const MAX_TAGS: usize = 4;
const IPV6_HEADER: u32 = 40;

/// Bytes of the whole frame by its IP header; `None` for other protocols and for 802.11.
pub(super) fn original_length(link: Link, frame: &[u8]) -> Option<u32> {
    let start = match link {
        Link::Ethernet => behind_ethernet(frame)?,
        Link::Ip => 0,
        Link::Wifi | Link::Unknown(_) => return None,
    };
    let packet = match frame.get(start)? >> 4 {
        4 => u32::from(u16_be(frame, start + 2)?),
        6 => u32::from(u16_be(frame, start + 4)?).checked_add(IPV6_HEADER)?,
        _ => return None,
    };
    let said_nothing = packet == 0 || packet == IPV6_HEADER;
    (!said_nothing).then(|| narrow(start) + packet)
}

/// Whether a frame that its writer calls 802.11 has an Ethernet header.
///
/// The packet monitor of build 26100 calls frames so at the lower edge of a filter driver
/// above the wireless stack, where they are Ethernet already. Taken for 802.11 they could not
/// be read, and an address would lose a bit with the Protected bit. In an 802.11 header the
/// same place holds the middle of an address, so type, version and length must all fit.
/// Held by `wireless_frames_above_the_wireless_stack_are_ethernet`.
pub(super) fn is_ethernet_after_all(frame: &Frame<'_>) -> bool {
    // Type ARP; hardware Ethernet, protocol IPv4, and the lengths of their addresses.
    const ARP: [u8; 8] = [8, 6, 0, 1, 8, 0, 6, 4];
    let bytes = &*frame.bytes;
    let is_arp = || array_at(bytes, ETHERTYPE) == Some(ARP);
    let has_ip = || {
        let length = frame.original_length.unwrap_or(u32::MAX);
        let start = behind_ethernet(bytes)?;
        let is_v4 = u16_be(bytes, start - 2)? == 0x0800;
        // Version 4 with a header of at least 20 bytes, or version 6.
        let first = *bytes.get(start)?;
        let fits = match first >> 4 {
            4 => is_v4 && first & 15 >= 5,
            6 => !is_v4,
            _ => false,
        };
        let least = narrow(start) + if is_v4 { 20 } else { IPV6_HEADER };
        let said = original_length(Link::Ethernet, bytes).unwrap_or(least);
        (fits && (least..=length).contains(&said)).then_some(())
    };
    frame.link == Link::Wifi && (is_arp() || has_ip().is_some())
}

/// Offset of what follows the Ethernet header, if it is IP.
fn behind_ethernet(frame: &[u8]) -> Option<usize> {
    (0..=MAX_TAGS)
        .map(|tags| ETHERTYPE + 4 * tags)
        .find_map(|place| match u16_be(frame, place) {
            Some(0x8100 | 0x88a8 | 0x9100) => None,
            Some(0x0800 | 0x86dd) => Some(Some(place + 2)),
            _ => Some(None),
        })
        .flatten()
}

fn u16_be(bytes: &[u8], place: usize) -> Option<u16> {
    array_at(bytes, place).map(u16::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame of a link, `head` behind two addresses if it is Ethernet.
    fn check(link: Link, head: &[u8], expected: Option<u32>) {
        let addresses: &[u8] = if link == Link::Ethernet {
            &[2; 12]
        } else {
            &[]
        };
        let frame = [addresses, head, &[0; 8]].concat();
        assert_eq!(
            original_length(link, &frame),
            expected,
            "{link:?} {head:x?}"
        );
    }

    #[test]
    fn from_ip_headers() {
        check(Link::Ethernet, &[8, 0, 0x45, 0, 5, 220], Some(1514));
        check(
            Link::Ethernet,
            &[0x81, 0, 0, 7, 8, 0, 0x45, 0, 5, 220],
            Some(1518),
        );
        check(
            Link::Ethernet,
            &[0x86, 0xdd, 0x60, 0, 0, 0, 1, 0],
            Some(310),
        );
        check(Link::Ip, &[0x45, 0, 0, 60], Some(60));
        check(Link::Ip, &[0x60, 0, 0, 0, 0, 20], Some(60));
    }

    #[test]
    fn what_says_nothing() {
        check(Link::Ethernet, &[8, 0, 0x45, 0, 0, 0], None);
        check(Link::Ethernet, &[0x86, 0xdd, 0x60, 0, 0, 0, 0, 0], None);
        check(Link::Ethernet, &[8, 6, 0, 1, 8, 0], None);
        check(Link::Ethernet, &[0x81, 0].repeat(10), None);
        check(Link::Ip, &[0x25, 0, 0, 60], None);
        check(Link::Wifi, &[0x45, 0, 0, 60], None);
        assert_eq!(original_length(Link::Ip, &[]), None);
        assert_eq!(original_length(Link::Ip, &[0x45, 0, 1]), None);
    }
}
