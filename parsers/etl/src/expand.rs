//! Which compression a log uses, and room for one expanded buffer.
//!
//! The format stands in the State of the log's first buffer and only counts
//! when the log's mode says "compressed": 3 is also an ordinary state.

use crate::bytes::size;
use crate::xpress::{Expansion, ExpansionEnd};
use crate::{lznt1, xpress};

/// Compression of a log's buffers (the numbers of RtlCompressBuffer).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compression {
    /// The log is not compressed.
    None,
    /// 2, not seen in a trace.
    Lznt1,
    /// 3, plain LZ77.
    Xpress,
    /// 4, recognised and not decoded.
    XpressHuffman,
    /// A number that is not known.
    Unknown(u16),
}

impl Compression {
    /// From the low half of State.
    pub(crate) fn from_state(state: u32) -> Self {
        match state & 0xffff {
            2 => Self::Lznt1,
            3 => Self::Xpress,
            4 => Self::XpressHuffman,
            other => Self::Unknown(u16::try_from(other).unwrap_or(u16::MAX)),
        }
    }
}

/// An expanded buffer that is allowed whatever the compressed size is, in bytes.
const FREE_EXPANSION: usize = 64 << 10;
/// Beyond that a stream may expand to this many times its size. Real buffers stay
/// below 50; the limit keeps a small file from occupying the machine.
const MAX_RATIO: usize = 1024;

/// Memory for one expanded buffer, kept from buffer to buffer. It never holds
/// more than the largest buffer that is believed, 16 MiB.
#[derive(Debug, Default)]
pub struct Scratch {
    expanded: Vec<u8>,
}

/// What became of one compressed stream.
pub(crate) enum Outcome<'a> {
    /// The bytes that came out, all of them or those before a fault.
    Expanded { bytes: &'a [u8], complete: bool },
    /// The format is not decoded.
    Undecoded,
    /// The claimed size is beyond the limits.
    TooLarge,
}

impl Scratch {
    /// No memory yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Expands a stream that should give `expected` bytes.
    pub(crate) fn expand(
        &mut self,
        compression: Compression,
        stream: &[u8],
        expected: u32,
    ) -> Outcome<'_> {
        let method: fn(&[u8], &mut [u8]) -> Expansion = match compression {
            Compression::Xpress => xpress::expand,
            Compression::Lznt1 => lznt1::expand,
            Compression::None | Compression::XpressHuffman | Compression::Unknown(_) => {
                return Outcome::Undecoded;
            }
        };
        let expected = size(expected);
        if expected > FREE_EXPANSION.max(stream.len().saturating_mul(MAX_RATIO)) {
            return Outcome::TooLarge;
        }
        if self.expanded.len() < expected {
            self.expanded.resize(expected, 0);
        }
        let room = self.expanded.get_mut(..expected).unwrap_or_default();
        let Expansion { produced, end } = method(stream, room);
        Outcome::Expanded {
            bytes: self.expanded.get(..produced).unwrap_or_default(),
            complete: end == ExpansionEnd::OutputFull,
        }
    }
}
