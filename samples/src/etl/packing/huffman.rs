//! LZ77 with Huffman codes of [MS-XCA] 2.1 and 2.2, in its plainest form: all 512 symbols have codes
//! of nine bits, so the code of a byte is its value, and there are no matches.

const BLOCK: usize = 65_536;
const END_OF_STREAM: u16 = 256;

/// Appends the packed form.
pub(super) fn encode(bytes: &[u8], out: &mut Vec<u8>) {
    let blocks = bytes.chunks(BLOCK);
    let last = blocks.len().saturating_sub(1);
    for (index, block) in blocks.enumerate() {
        // Two lengths of nine in each byte.
        out.extend([0x99; 256]);
        let literals = block.iter().map(|byte| u16::from(*byte));
        let end = (index == last).then_some(END_OF_STREAM);
        push_codes(literals.chain(end), out);
    }
}

/// Appends nine-bit codes in 16-bit words, high bits first, and the word that a reader has read
/// ahead when it is done.
fn push_codes(codes: impl Iterator<Item = u16>, out: &mut Vec<u8>) {
    let (mut bits, mut count) = (0_u32, 0_u32);
    for code in codes {
        bits = bits << 9 | u32::from(code);
        count += 9;
        if count >= 16 {
            count -= 16;
            push_word(bits >> count, out);
        }
    }
    if count > 0 {
        push_word(bits << (16 - count), out);
    }
    push_word(0, out);
}

fn push_word(word: u32, out: &mut Vec<u8>) {
    let [low, high, ..] = word.to_le_bytes();
    out.extend([low, high]);
}
