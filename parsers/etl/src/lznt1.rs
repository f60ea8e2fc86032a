//! LZNT1: chunks of at most 4096 bytes, each stored or compressed by itself.
//!
//! The split of a copy token into distance and length moves with the position
//! inside the chunk.
//! Source: specified (MS-XCA 2.5); *observed* in payloads that a merge adds, not for
//! whole buffers.

use crate::bytes::u16_at;
use crate::xpress::{Expansion, ExpansionEnd};

/// Bytes that a chunk expands to at most.
const CHUNK: usize = 4096;

/// Expands a stream until the output is full or the input ends.
pub fn expand(input: &[u8], output: &mut [u8]) -> Expansion {
    let mut produced = 0;
    let mut rest = input;
    let end = loop {
        if produced == output.len() {
            break ExpansionEnd::OutputFull;
        }
        // A header of zero ends the stream as its end does.
        let Some(header) = u16_at(rest, 0).filter(|header| *header != 0) else {
            break ExpansionEnd::InputEnd;
        };
        let size = usize::from(header & 0xfff) + 1;
        let behind = rest.get(2..).unwrap_or_default();
        let whole = behind.len() >= size;
        let chunk = behind.get(..size).unwrap_or(behind);
        let room = output.get_mut(produced..).unwrap_or_default();
        let (written, is_valid) = if header & 0x8000 == 0 {
            (copy_stored(chunk, room), true)
        } else {
            let mut written = 0;
            let end = expand_chunk(chunk, room, &mut written);
            (written, end.is_some())
        };
        produced += written;
        match (is_valid, whole) {
            _ if produced == output.len() => {}
            (false, _) => break ExpansionEnd::Invalid,
            (true, false) => break ExpansionEnd::InputEnd,
            (true, true) => {}
        }
        rest = behind.get(size..).unwrap_or_default();
    };
    Expansion { produced, end }
}

fn copy_stored(chunk: &[u8], room: &mut [u8]) -> usize {
    room.iter_mut()
        .zip(chunk)
        .map(|(to, from)| *to = *from)
        .count()
}

/// Expands one chunk and counts what it wrote; `None` when a copy token refers to
/// before the chunk's start.
fn expand_chunk(chunk: &[u8], room: &mut [u8], written: &mut usize) -> Option<()> {
    let limit = room.len().min(CHUNK);
    let room = room.get_mut(..limit)?;
    let mut tokens = chunk;
    while let Some((flags, behind)) = tokens.split_first() {
        tokens = behind;
        for bit in 0..8 {
            if *written == limit {
                return Some(());
            }
            if flags >> bit & 1 == 0 {
                let Some((literal, behind)) = tokens.split_first() else {
                    return Some(());
                };
                *room.get_mut(*written)? = *literal;
                tokens = behind;
                *written += 1;
                continue;
            }
            let Some(token) = u16_at(tokens, 0) else {
                return Some(());
            };
            tokens = tokens.get(2..)?;
            let length_bits = length_bits(*written);
            let distance = usize::from(token >> length_bits) + 1;
            let length = usize::from(token & ((1 << length_bits) - 1)) + 3;
            for _ in 0..length.min(limit - *written) {
                let byte = *room.get(written.checked_sub(distance)?)?;
                *room.get_mut(*written)? = byte;
                *written += 1;
            }
        }
    }
    Some(())
}

/// Bits of a copy token that hold its length, at a position inside the chunk.
fn length_bits(position: usize) -> u32 {
    let mut bits = 12;
    let mut reach = 16;
    while position > reach && bits > 4 {
        reach *= 2;
        bits -= 1;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &[u8], room: usize, expected: &[u8], end: ExpansionEnd) {
        let mut output = vec![0xaa; room];
        let expansion = expand(input, &mut output);
        assert_eq!(
            (&output[..expansion.produced], expansion.end),
            (expected, end)
        );
    }

    #[test]
    fn the_example_of_the_specification() {
        let input = [
            0x38, 0xb0, 0x88, 0x46, 0x23, 0x20, 0x00, 0x20, 0x47, 0x20, 0x41, 0x00, 0x10, 0xa2,
            0x47, 0x01, 0xa0, 0x45, 0x20, 0x44, 0x00, 0x08, 0x45, 0x01, 0x50, 0x79, 0x00, 0xc0,
            0x45, 0x20, 0x05, 0x24, 0x13, 0x88, 0x05, 0xb4, 0x02, 0x4a, 0x44, 0xef, 0x03, 0x58,
            0x02, 0x8c, 0x09, 0x16, 0x01, 0x48, 0x45, 0x00, 0xbe, 0x00, 0x9e, 0x00, 0x04, 0x01,
            0x18, 0x90, 0x00,
        ];
        let text = b"F# F# G A A G F# E D D E F# F# E E F# F# G A A \
            G F# E D D E F# E D D E E F# D E F# G F# D E F# G F# E D E A F# F# \
            G A A G F# E D D E F# E D D\0";
        check(&input, text.len(), text, ExpansionEnd::OutputFull);
        check(&input, text.len() + 9, text, ExpansionEnd::InputEnd);
        check(&input, 10, &text[..10], ExpansionEnd::OutputFull);
        for length in 0..input.len() {
            let mut output = [0; 256];
            let expansion = expand(&input[..length], &mut output);
            assert_eq!(
                output[..expansion.produced],
                text[..expansion.produced],
                "{length}"
            );
        }
    }

    #[test]
    fn stored_and_faulty_chunks() {
        check(&[2, 0x30, 1, 2, 3], 8, &[1, 2, 3], ExpansionEnd::InputEnd);
        check(&[9, 0x30, 1, 2, 3], 8, &[1, 2, 3], ExpansionEnd::InputEnd);
        check(&[2, 0xb0, 1, 0, 0x10], 8, &[], ExpansionEnd::Invalid);
        check(&[0, 0], 8, &[], ExpansionEnd::InputEnd);
    }
}
