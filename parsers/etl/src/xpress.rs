//! XPRESS, plain LZ77: the compression that every compressed trace seen uses.
//!
//! The output slice bounds everything: no length of the stream is ever used to
//! reserve memory. A stream that ends early leaves what it gave so far.
//! Source: specified (MS-XCA 2.3 and 2.4, plain LZ77).

use crate::bytes::{array_at, size, u8_fixed, u16_at, u32_at};

/// How far a stream went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expansion {
    /// Bytes of the output that were written, from its start.
    pub produced: usize,
    /// Why it ended.
    pub end: ExpansionEnd,
}

/// Why an expansion ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpansionEnd {
    /// The output is full.
    OutputFull,
    /// The input is used up.
    InputEnd,
    /// A match refers to before the output's start, or has a length that cannot be.
    Invalid,
}

/// Expands a stream until the output is full or the input ends.
pub fn expand(input: &[u8], output: &mut [u8]) -> Expansion {
    let mut state = State {
        input,
        read: 0,
        output,
        written: 0,
        nibble: None,
    };
    let end = match state.run() {
        Ok(()) => ExpansionEnd::OutputFull,
        // The last literal can be the input's last byte.
        Err(_) if state.written == state.output.len() => ExpansionEnd::OutputFull,
        Err(end) => end,
    };
    Expansion {
        produced: state.written,
        end,
    }
}

struct State<'i, 'o> {
    input: &'i [u8],
    read: usize,
    output: &'o mut [u8],
    written: usize,
    /// Where the byte lies whose upper half is the next length nibble.
    nibble: Option<usize>,
}

impl State<'_, '_> {
    /// Runs until the output is full; the error is why it could not be filled.
    fn run(&mut self) -> Result<(), ExpansionEnd> {
        loop {
            // A set bit is a match, a clear one a literal; the highest comes first.
            let mut flags = u32_at(self.input, self.read).ok_or(ExpansionEnd::InputEnd)?;
            self.read += 4;
            let mut left = 32;
            while left > 0 {
                if self.written == self.output.len() {
                    return Ok(());
                }
                let literals = flags.leading_zeros().min(left);
                if literals > 0 {
                    self.literals(size(literals))
                        .ok_or(ExpansionEnd::InputEnd)?;
                    flags = flags.checked_shl(literals).unwrap_or(0);
                    left -= literals;
                    continue;
                }
                flags <<= 1;
                left -= 1;
                let token = u16_at(self.input, self.read).ok_or(ExpansionEnd::InputEnd)?;
                self.read += 2;
                let distance = usize::from(token >> 3) + 1;
                let length = self.match_length(token)?;
                self.copy_match(distance, length)
                    .ok_or(ExpansionEnd::Invalid)?;
            }
        }
    }

    /// Copies up to `count` (at most 32) literal bytes; `None` when the input ends
    /// before both `count` and the output do.
    #[inline]
    fn literals(&mut self, count: usize) -> Option<()> {
        let from = self.input.get(self.read..)?;
        let to = self.output.get_mut(self.written..)?;
        if let (Some(from), Some(to)) = (from.first_chunk::<32>(), to.first_chunk_mut::<32>()) {
            // More than wanted is copied; what is too much is written over later.
            *to = *from;
            self.read += count;
            self.written += count;
            return Some(());
        }
        let possible = count.min(from.len()).min(to.len());
        to.get_mut(..possible)?
            .copy_from_slice(from.get(..possible)?);
        self.read += possible;
        self.written += possible;
        (possible == count || self.written == self.output.len()).then_some(())
    }

    /// The length that a match token and the bytes behind it give.
    #[inline]
    fn match_length(&mut self, token: u16) -> Result<usize, ExpansionEnd> {
        let short = usize::from(token & 7);
        if short < 7 {
            return Ok(short + 3);
        }
        let nibble = if let Some(place) = self.nibble.take() {
            u8_fixed(self.input, place) >> 4
        } else {
            self.nibble = Some(self.read);
            self.next_byte()? & 0xf
        };
        if nibble < 15 {
            return Ok(usize::from(nibble) + 7 + 3);
        }
        let byte = self.next_byte()?;
        if byte < 255 {
            return Ok(usize::from(byte) + 15 + 7 + 3);
        }
        // The longer forms hold the whole length less three.
        let short_form = u16_at(self.input, self.read).ok_or(ExpansionEnd::InputEnd)?;
        self.read += 2;
        let mut whole = u32::from(short_form);
        if whole == 0 {
            whole = u32_at(self.input, self.read).ok_or(ExpansionEnd::InputEnd)?;
            self.read += 4;
        }
        if whole < 15 + 7 {
            return Err(ExpansionEnd::Invalid);
        }
        Ok(size(whole).saturating_add(3))
    }

    #[inline]
    fn next_byte(&mut self) -> Result<u8, ExpansionEnd> {
        let byte = self.input.get(self.read).ok_or(ExpansionEnd::InputEnd)?;
        self.read += 1;
        Ok(*byte)
    }

    /// Copies a match, as much of it as the output holds; `None` when it begins
    /// before the output does.
    #[inline]
    fn copy_match(&mut self, distance: usize, length: usize) -> Option<()> {
        let source = self.written.checked_sub(distance)?;
        if length <= 16 && distance >= 16 {
            let chunk = array_at::<16>(self.output, source)?;
            if let Some(to) = self
                .output
                .get_mut(self.written..)
                .and_then(<[u8]>::first_chunk_mut)
            {
                *to = chunk;
                self.written += length;
                return Some(());
            }
        }
        let end = self.written.saturating_add(length).min(self.output.len());
        if distance == 1 {
            let byte = *self.output.get(source)?;
            self.output.get_mut(self.written..end)?.fill(byte);
            self.written = end;
            return Some(());
        }
        // A match may reach into itself. What was copied doubles as source, so each
        // round can take twice as much.
        while self.written < end {
            let count = (self.written - source).min(end - self.written);
            self.output.get(source..source.checked_add(count)?)?;
            self.output
                .copy_within(source..source + count, self.written);
            self.written += count;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expands into room for `expected` and `spare` more bytes.
    fn check(input: &[u8], spare: usize, expected: &[u8], end: ExpansionEnd) {
        let mut output = vec![0xaa; expected.len() + spare];
        let expansion = expand(input, &mut output);
        assert_eq!(
            expansion,
            Expansion {
                produced: expected.len(),
                end
            }
        );
        assert_eq!(&output[..expected.len()], expected);
    }

    #[test]
    fn the_examples_of_the_specification() {
        let letters: Vec<u8> = (b'a'..=b'z').collect();
        let mut input = vec![0x3f, 0, 0, 0];
        input.extend(&letters);
        check(&input, 0, &letters, ExpansionEnd::OutputFull);
        check(&input, 10, &letters, ExpansionEnd::InputEnd);

        let input = [
            0xff, 0xff, 0xff, 0x1f, 0x61, 0x62, 0x63, 0x17, 0, 0x0f, 0xff, 0x26, 0x01,
        ];
        check(&input, 0, &b"abc".repeat(100), ExpansionEnd::OutputFull);
        check(&input, 1, &b"abc".repeat(100), ExpansionEnd::InputEnd);
    }

    #[test]
    fn every_prefix_gives_a_prefix() {
        let input = [
            0xff, 0xff, 0xff, 0x1f, 0x61, 0x62, 0x63, 0x17, 0, 0x0f, 0xff, 0x26, 0x01,
        ];
        let whole = b"abc".repeat(100);
        for length in 0..input.len() {
            let mut output = [0; 300];
            let expansion = expand(&input[..length], &mut output);
            assert_eq!(expansion.end, ExpansionEnd::InputEnd);
            assert_eq!(
                output[..expansion.produced],
                whole[..expansion.produced],
                "{length}"
            );
        }
    }

    #[test]
    fn matches_that_cannot_be() {
        let before_start = [0, 0, 0, 0x80, 0, 0];
        check(&before_start, 8, b"", ExpansionEnd::Invalid);
        let short_long_form = [0, 0, 0, 0x40, b'a', 7, 0, 0x0f, 0xff, 21, 0];
        check(&short_long_form, 8, b"a", ExpansionEnd::Invalid);
    }

    #[test]
    fn lengths_of_every_form() {
        for (tail, length) in [
            (&[2, 0][..], 5),
            (&[7, 0, 0x04], 14),
            (&[7, 0, 0x0f, 5], 30),
            (&[7, 0, 0x0f, 0xff, 100, 0], 103),
            (&[7, 0, 0x0f, 0xff, 0, 0, 0x70, 0x11, 1, 0], 70_003),
        ] {
            let mut input = vec![0, 0, 0, 0x40, b'x'];
            input.extend(tail);
            let expected = vec![b'x'; length + 1];
            check(&input, 0, &expected, ExpansionEnd::OutputFull);
        }
    }

    #[test]
    fn a_match_beyond_the_output_is_cut() {
        let input = [0, 0, 0, 0x40, b'x', 7, 0, 0x0f, 0xff, 0xff, 0xff];
        check(&input, 0, b"xxxxx", ExpansionEnd::OutputFull);
    }
}
