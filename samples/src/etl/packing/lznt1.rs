//! LZNT1 of [MS-XCA] 2.5, greedy.
//!
//! How many bits of a match are its distance depends on how far into its chunk it stands.

use super::{Places, match_length};

const CHUNK: usize = 4096;
const COMPRESSED: u16 = 0xB000;
const STORED: u16 = 0x3000;

/// Appends the packed form; a chunk that would grow is stored.
pub(super) fn encode(bytes: &[u8], out: &mut Vec<u8>) {
    for chunk in bytes.chunks(CHUNK) {
        let packed = pack_chunk(chunk);
        if packed.len() < chunk.len() {
            push_chunk(COMPRESSED, &packed, out);
        } else {
            push_chunk(STORED, chunk, out);
        }
    }
}

/// Appends chunks that are marked as not compressed.
pub(super) fn encode_stored(bytes: &[u8], out: &mut Vec<u8>) {
    for chunk in bytes.chunks(CHUNK) {
        push_chunk(STORED, chunk, out);
    }
}

fn push_chunk(mark: u16, content: &[u8], out: &mut Vec<u8>) {
    let size = u16::try_from(content.len() - 1).unwrap_or(0x0FFF);
    out.extend((mark | size).to_le_bytes());
    out.extend(content);
}

fn pack_chunk(chunk: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut places = Places::new();
    let (mut at, mut flags_at, mut tokens) = (0, 0, 0_u32);
    while at < chunk.len() {
        if tokens % 8 == 0 {
            flags_at = out.len();
            out.push(0);
        }
        if let Some(before) = places.replace(chunk, at, CHUNK) {
            let length_bits = 16 - distance_bits(at);
            let limit = (1 << length_bits) + 2;
            let length = match_length(chunk, before, at, limit.min(chunk.len() - at));
            let token = (at - before - 1) << length_bits | (length - 3);
            out.extend(u16::try_from(token).unwrap_or(0).to_le_bytes());
            out[flags_at] |= 1 << (tokens % 8);
            at += length;
        } else {
            out.push(chunk[at]);
            at += 1;
        }
        tokens += 1;
    }
    out
}

/// Bits of a distance when `at` bytes of the chunk are known: enough for `at`, never below four.
fn distance_bits(at: usize) -> u32 {
    let needed = usize::BITS - at.saturating_sub(1).leading_zeros();
    needed.max(4)
}
