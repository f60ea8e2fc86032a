//! Little-endian reads at fixed places.
//!
//! The `fixed` family is for places that lie inside by construction, such as a
//! constant offset into a header of constant size; a place outside gives zeros
//! instead of a panic. Everything else goes through `joinscope_wire::Cursor`
//! or the `at` family, which say when the bytes are missing.

use joinscope_wire::Guid;

/// `N` bytes at `place`, if they are there.
#[inline]
pub(crate) fn array_at<const N: usize>(bytes: &[u8], place: usize) -> Option<[u8; N]> {
    bytes.get(place..)?.first_chunk::<N>().copied()
}

/// The 16-bit number at `place`, if it is there.
#[inline]
pub(crate) fn u16_at(bytes: &[u8], place: usize) -> Option<u16> {
    array_at(bytes, place).map(u16::from_le_bytes)
}

/// The 32-bit number at `place`, if it is there.
#[inline]
pub(crate) fn u32_at(bytes: &[u8], place: usize) -> Option<u32> {
    array_at(bytes, place).map(u32::from_le_bytes)
}

/// The 64-bit number at `place`, if it is there.
#[inline]
pub(crate) fn u64_at(bytes: &[u8], place: usize) -> Option<u64> {
    array_at(bytes, place).map(u64::from_le_bytes)
}

/// The GUID at `place`, if it is there.
#[inline]
pub(crate) fn guid_at(bytes: &[u8], place: usize) -> Option<Guid> {
    array_at(bytes, place).map(Guid)
}

/// The byte at a place that is inside by construction.
#[inline]
pub(crate) fn u8_fixed(bytes: &[u8], place: usize) -> u8 {
    bytes.get(place).copied().unwrap_or(0)
}

/// The 16-bit number at a place that is inside by construction.
#[inline]
pub(crate) fn u16_fixed(bytes: &[u8], place: usize) -> u16 {
    u16_at(bytes, place).unwrap_or(0)
}

/// The 32-bit number at a place that is inside by construction.
#[inline]
pub(crate) fn u32_fixed(bytes: &[u8], place: usize) -> u32 {
    u32_at(bytes, place).unwrap_or(0)
}

/// The 64-bit number at a place that is inside by construction.
#[inline]
pub(crate) fn u64_fixed(bytes: &[u8], place: usize) -> u64 {
    u64_at(bytes, place).unwrap_or(0)
}

/// The GUID at a place that is inside by construction.
#[inline]
pub(crate) fn guid_fixed(bytes: &[u8], place: usize) -> Guid {
    guid_at(bytes, place).unwrap_or(Guid::ZERO)
}

/// A length as `u64`; a `usize` always fits.
#[inline]
pub(crate) fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// A 32-bit length as `usize`; it fits on every platform that is built for.
#[inline]
pub(crate) fn size(length: u32) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

/// A length as `u32`; buffers are at most 16 MiB, so nothing saturates.
#[inline]
pub(crate) fn narrow(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The position of the first byte that is zero.
#[inline]
pub(crate) fn nul8_position(bytes: &[u8]) -> Option<usize> {
    /// The lowest bit of each of eight bytes.
    const ONES: u64 = u64::MAX / 0xff;
    /// The highest bit of each.
    const TOPS: u64 = ONES << 7;
    let mut rest = bytes;
    while let Some((chunk, after)) = rest.split_first_chunk::<8>() {
        let eight = u64::from_le_bytes(*chunk);
        // A borrow reaches a byte's top bit only from a zero byte below it, so the
        // lowest of these bits is always a true one.
        let zeros = eight.wrapping_sub(ONES) & !eight & TOPS;
        if zeros != 0 {
            return Some(bytes.len() - rest.len() + size(zeros.trailing_zeros() / 8));
        }
        rest = after;
    }
    let in_rest = rest.iter().position(|byte| *byte == 0)?;
    Some(bytes.len() - rest.len() + in_rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_nul_wherever_it_stands() {
        for filler in [1, 0x7f, 0x80, 0xff] {
            for length in 0..40 {
                let mut bytes = vec![filler; length];
                assert_eq!(nul8_position(&bytes), None);
                for place in (0..length).rev() {
                    bytes[place] = 0;
                    assert_eq!(nul8_position(&bytes), Some(place), "{filler} {length}");
                }
            }
        }
    }
}
