//! Faults made in good bytes: cut, flip, zero, duplicate, reorder.
//!
//! Each operation takes the bytes and gives new ones. A range that reaches beyond the end is shortened
//! to what is there, so every argument is allowed.

use std::ops::Range;

/// The first `length` bytes.
pub fn cut(bytes: &[u8], length: usize) -> Vec<u8> {
    bytes[..length.min(bytes.len())].to_vec()
}

/// All but the first `length` bytes.
pub fn cut_front(bytes: &[u8], length: usize) -> Vec<u8> {
    bytes[length.min(bytes.len())..].to_vec()
}

/// The bytes without those of a range.
pub fn remove(bytes: &[u8], range: Range<usize>) -> Vec<u8> {
    let range = inside(bytes, range);
    [&bytes[..range.start], &bytes[range.end..]].concat()
}

/// The bytes with those of a range set to zero.
pub fn zero(bytes: &[u8], range: Range<usize>) -> Vec<u8> {
    fill(bytes, range, 0)
}

/// The bytes with those of a range set to one value.
pub fn fill(bytes: &[u8], range: Range<usize>, value: u8) -> Vec<u8> {
    let mut out = bytes.to_vec();
    out[inside(bytes, range)].fill(value);
    out
}

/// The bytes with others written over them from `at` on. What would reach beyond the end is dropped.
pub fn overwrite(bytes: &[u8], at: usize, with: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let range = inside(bytes, at..at.saturating_add(with.len()));
    out[range.clone()].copy_from_slice(&with[..range.len()]);
    out
}

/// The bytes with one bit turned. A bit beyond the end is no bit.
pub fn flip_bit(bytes: &[u8], at: usize, bit: u32) -> Vec<u8> {
    let mut out = bytes.to_vec();
    if let Some(byte) = out.get_mut(at) {
        *byte ^= 1_u8.rotate_left(bit);
    }
    out
}

/// The bytes with `count` bits turned at places drawn from the seed. A bit may be drawn twice.
pub fn flip_random_bits(bytes: &[u8], seed: u64, count: usize) -> Vec<u8> {
    flip_random_bits_within(bytes, 0..bytes.len(), seed, count)
}

/// As [`flip_random_bits`], at places within a range only.
pub fn flip_random_bits_within(
    bytes: &[u8],
    range: Range<usize>,
    seed: u64,
    count: usize,
) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let target = &mut out[inside(bytes, range)];
    let mut state = seed;
    for _ in 0..count {
        state = next(state);
        let place = usize::try_from(state >> 8)
            .unwrap_or(0)
            .checked_rem(target.len());
        if let Some(byte) = place.and_then(|place| target.get_mut(place)) {
            *byte ^= 1_u8.rotate_left((state & 7) as u32);
        }
    }
    out
}

/// The bytes with a copy of a range inserted right behind it.
pub fn duplicate(bytes: &[u8], range: Range<usize>) -> Vec<u8> {
    let range = inside(bytes, range);
    [
        &bytes[..range.end],
        &bytes[range.clone()],
        &bytes[range.end..],
    ]
    .concat()
}

/// The bytes with two blocks of equal size exchanged, counted from `start` in steps of `block_size`:
/// chunks of a log, pages of a file. Blocks that are not wholly there stay where they are.
pub fn swap_blocks(
    bytes: &[u8],
    start: usize,
    block_size: usize,
    first: usize,
    second: usize,
) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let place = |block: usize| {
        let at = block.checked_mul(block_size)?.checked_add(start)?;
        let end = at.checked_add(block_size)?;
        (end <= bytes.len()).then_some(at..end)
    };
    if let (Some(first), Some(second)) = (place(first), place(second)) {
        out[first.clone()].copy_from_slice(&bytes[second.clone()]);
        out[second].copy_from_slice(&bytes[first]);
    }
    out
}

/// The bytes with others put in at a place, which moves the rest back.
pub fn insert(bytes: &[u8], at: usize, what: &[u8]) -> Vec<u8> {
    let at = at.min(bytes.len());
    [&bytes[..at], what, &bytes[at..]].concat()
}

/// The range as far as it lies in the bytes.
fn inside(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let end = range.end.min(bytes.len());
    range.start.min(end)..end
}

/// One step of the 64-bit linear congruential generator of Knuth, high bits mixed down.
fn next(state: u64) -> u64 {
    let state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    state ^ (state >> 33)
}

/// Gives the chunk of an event log at this offset the checksums that its bytes have now, so that what was
/// changed in it is no damage. Bytes that are no chunk are left alone.
pub fn seal_chunk(bytes: &[u8], at: usize) -> Vec<u8> {
    const RECORDS: usize = 512;
    let mut sealed = bytes.to_vec();
    let Some(chunk) = sealed.get_mut(at..).and_then(|rest| rest.get_mut(..65536)) else {
        return sealed;
    };
    let end = u32::from_le_bytes([chunk[48], chunk[49], chunk[50], chunk[51]]);
    let end = usize::try_from(end)
        .unwrap_or(usize::MAX)
        .clamp(RECORDS, chunk.len());
    let records = crc32fast::hash(&chunk[RECORDS..end]);
    chunk[52..56].copy_from_slice(&records.to_le_bytes());
    let header = crc32fast::hash(&[&chunk[..120], &chunk[128..RECORDS]].concat());
    chunk[124..128].copy_from_slice(&header.to_le_bytes());
    sealed
}

#[cfg(test)]
mod tests {
    use super::*;

    const BYTES: &[u8] = b"0123456789";

    fn check(damaged: &[u8], expected: &str) {
        assert_eq!(String::from_utf8_lossy(damaged), expected);
    }

    #[test]
    fn ranges_inside() {
        check(&cut(BYTES, 3), "012");
        check(&cut_front(BYTES, 8), "89");
        check(&remove(BYTES, 2..8), "0189");
        check(&fill(BYTES, 2..4, b'x'), "01xx456789");
        check(&overwrite(BYTES, 8, b"abc"), "01234567ab");
        check(&duplicate(BYTES, 1..3), "012123456789");
        check(&swap_blocks(BYTES, 1, 3, 0, 2), "0789456123");
        check(&insert(BYTES, 5, b"-"), "01234-56789");
        check(&flip_bit(BYTES, 0, 0), "1123456789");
    }

    #[test]
    fn ranges_beyond_the_end_are_shortened() {
        check(&cut(BYTES, 99), "0123456789");
        check(&cut_front(BYTES, 99), "");
        check(&remove(BYTES, 8..99), "01234567");
        check(&remove(BYTES, 50..99), "0123456789");
        check(&overwrite(BYTES, usize::MAX, b"abc"), "0123456789");
        check(&duplicate(BYTES, 8..99), "012345678989");
        check(&swap_blocks(BYTES, 0, 4, 0, 2), "0123456789");
        check(&swap_blocks(BYTES, 0, usize::MAX, 1, 2), "0123456789");
        check(&insert(BYTES, 99, b"-"), "0123456789-");
        check(&flip_bit(BYTES, 99, 9), "0123456789");
    }

    #[test]
    fn random_flips_follow_the_seed() {
        assert_eq!(flip_random_bits(BYTES, 1, 5), flip_random_bits(BYTES, 1, 5));
        assert_ne!(flip_random_bits(BYTES, 1, 5), flip_random_bits(BYTES, 2, 5));
        assert_eq!(flip_random_bits(b"", 1, 5), b"");
        assert_eq!(
            &flip_random_bits_within(BYTES, 5..10, 1, 9)[..5],
            &BYTES[..5]
        );
    }
}
