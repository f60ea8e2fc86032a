//! SHA-1, for the provider name rule only. It secures nothing here.
//!
//! Source: specified (FIPS 180-4).

/// The digest of a message.
pub(crate) fn sha1(message: &[u8]) -> [u8; 20] {
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    let bits = crate::bytes::wide(message.len()).wrapping_mul(8);
    padded.extend(bits.to_be_bytes());
    let start = [
        0x6745_2301_u32,
        0xefcd_ab89,
        0x98ba_dcfe,
        0x1032_5476,
        0xc3d2_e1f0,
    ];
    let (blocks, _) = padded.as_chunks::<64>();
    let state = blocks.iter().fold(start, compress);
    let mut digest = [0; 20];
    for (bytes, word) in digest.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    digest
}

fn compress(state: [u32; 5], block: &[u8; 64]) -> [u32; 5] {
    let mut window: std::collections::VecDeque<u32> = block
        .as_chunks::<4>()
        .0
        .iter()
        .map(|bytes| u32::from_be_bytes(*bytes))
        .collect();
    let [mut first, mut second, mut third, mut fourth, mut fifth] = state;
    for round in 0..80 {
        let (mixed, constant) = match round {
            0..20 => (second & third | !second & fourth, 0x5a82_7999),
            20..40 => (second ^ third ^ fourth, 0x6ed9_eba1),
            40..60 => (
                second & third | second & fourth | third & fourth,
                0x8f1b_bcdc,
            ),
            _ => (second ^ third ^ fourth, 0xca62_c1d6_u32),
        };
        let at = |place: usize| window.get(place).copied().unwrap_or(0);
        let next = (at(13) ^ at(8) ^ at(2) ^ at(0)).rotate_left(1);
        let word = at(0);
        window.pop_front();
        window.push_back(next);
        let sum = first
            .rotate_left(5)
            .wrapping_add(mixed)
            .wrapping_add(fifth)
            .wrapping_add(constant)
            .wrapping_add(word);
        (first, second, third, fourth, fifth) = (sum, first, second.rotate_left(30), third, fourth);
    }
    let mut sums = state;
    for (sum, word) in sums.iter_mut().zip([first, second, third, fourth, fifth]) {
        *sum = sum.wrapping_add(word);
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: &[u8], expected: &str) {
        let expected = expected.as_bytes().chunks(2);
        let expected: Vec<u8> = expected
            .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect();
        assert_eq!(sha1(message)[..], expected);
    }

    #[test]
    fn the_examples_of_the_standard() {
        check(b"", "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        check(b"abc", "a9993e364706816aba3e25717850c26c9cd0d89d");
        check(
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
        );
    }
}
