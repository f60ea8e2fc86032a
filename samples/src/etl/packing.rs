//! How the records of a buffer are stored: as they are, or packed.
//!
//! Windows packs whole buffers with XPRESS (plain LZ77). The two other formats are known from its
//! programming interface and from one description, not from files.

mod huffman;
mod lznt1;
mod xpress;

/// Compression format of a file, by its number in the state of the first buffer (specified).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Compression {
    /// LZNT1.
    Lznt1 = 2,
    /// Plain LZ77: what Windows writes.
    Xpress = 3,
    /// LZ77 with Huffman codes.
    XpressHuffman = 4,
}

/// How one buffer is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Packing {
    /// Unpacked, with filler up to the buffer size.
    #[default]
    Plain,
    /// Unpacked and without the filler: a buffer that ends with its last record.
    Trimmed,
    /// XPRESS with matches.
    Xpress,
    /// XPRESS without any match: a stream that is longer than what it holds.
    XpressLiterals,
    /// LZNT1 with matches.
    Lznt1,
    /// LZNT1 in chunks that are marked as not compressed.
    Lznt1Stored,
    /// XPRESS with Huffman codes of nine bits each, literals only.
    XpressHuffman,
}

impl From<Compression> for Packing {
    fn from(compression: Compression) -> Self {
        match compression {
            Compression::Lznt1 => Self::Lznt1,
            Compression::Xpress => Self::Xpress,
            Compression::XpressHuffman => Self::XpressHuffman,
        }
    }
}

impl Packing {
    /// Whether the buffer's flag says so.
    pub(super) fn is_packed(self) -> bool {
        !matches!(self, Self::Plain | Self::Trimmed)
    }

    /// Appends the records as they are stored.
    pub(super) fn write(self, records: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Plain | Self::Trimmed => out.extend(records),
            Self::Xpress => xpress::encode(records, out),
            Self::XpressLiterals => xpress::encode_literals(records, out),
            Self::Lznt1 => lznt1::encode(records, out),
            Self::Lznt1Stored => lznt1::encode_stored(records, out),
            Self::XpressHuffman => huffman::encode(records, out),
        }
    }
}

/// Places of three-byte sequences seen before, one for each hash: enough for a greedy search.
struct Places {
    newest: Vec<Option<usize>>,
}

impl Places {
    const BITS: u32 = 13;

    fn new() -> Self {
        Self {
            newest: vec![None; 1 << Self::BITS],
        }
    }

    /// Where the three bytes at `at` were last seen, at most `window` back; notes them anew.
    fn replace(&mut self, bytes: &[u8], at: usize, window: usize) -> Option<usize> {
        let [a, b, c] = *bytes.get(at..at + 3)?.first_chunk::<3>()?;
        let key = u32::from_le_bytes([a, b, c, 0]).wrapping_mul(0x9E37_79B1) >> (32 - Self::BITS);
        let slot = self.newest.get_mut(usize::try_from(key).ok()?)?;
        let before = slot.replace(at)?;
        let near = at - before <= window && bytes[before..before + 3] == [a, b, c];
        near.then_some(before)
    }
}

/// How many bytes at `before` and at `at` are the same, at most `limit`. The two may overlap.
fn match_length(bytes: &[u8], before: usize, at: usize, limit: usize) -> usize {
    let pairs = bytes[at..].iter().zip(&bytes[before..]);
    pairs.take(limit).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(packing: Packing, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        packing.write(bytes, &mut out);
        out
    }

    /// The two examples of [MS-XCA] 3.1.
    #[test]
    fn xpress_as_in_the_specification() {
        let letters = b"abcdefghijklmnopqrstuvwxyz";
        let expected = [&[0x3F, 0, 0, 0], letters.as_slice()].concat();
        assert_eq!(packed(Packing::Xpress, letters), expected);
        let repeated = b"abc".repeat(100);
        let expected = [
            0xFF, 0xFF, 0xFF, 0x1F, 0x61, 0x62, 0x63, 0x17, 0x00, 0x0F, 0xFF, 0x26, 0x01,
        ];
        assert_eq!(packed(Packing::Xpress, &repeated), expected);
    }

    #[test]
    fn lznt1_chunks() {
        assert_eq!(
            packed(Packing::Lznt1Stored, b"ab"),
            [0x01, 0x30, b'a', b'b']
        );
        // Three literals, then a match of 6 at distance 3 with four displacement bits.
        assert_eq!(
            packed(Packing::Lznt1, b"abcabcabc"),
            [0x05, 0xB0, 0x08, b'a', b'b', b'c', 0x03, 0x20]
        );
    }

    #[test]
    fn huffman_codes_of_nine_bits() {
        let out = packed(Packing::XpressHuffman, b"a");
        assert_eq!(out[..256], [0x99; 256]);
        // 0b0_0110_0001 for the letter, 0b1_0000_0000 for the end, and one word to read ahead.
        assert_eq!(out[256..], [0xC0, 0x30, 0x00, 0x00, 0x00, 0x00]);
    }
}
