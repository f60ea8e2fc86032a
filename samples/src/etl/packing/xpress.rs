//! Plain LZ77 of [MS-XCA] 2.3 and 2.4, greedy.
//!
//! Two long matches share one byte for their lengths: the second puts its nibble into the byte that
//! the first has written, wherever that byte is.

use super::{Places, match_length};

const WINDOW: usize = 8192;

/// Appends the packed form.
pub(super) fn encode(bytes: &[u8], out: &mut Vec<u8>) {
    let mut stream = Stream::new(out);
    let mut places = Places::new();
    let mut at = 0;
    while at < bytes.len() {
        let Some(before) = places.replace(bytes, at, WINDOW) else {
            stream.literal(bytes[at]);
            at += 1;
            continue;
        };
        let length = match_length(bytes, before, at, bytes.len() - at);
        stream.copy(at - before, length);
        at += length;
    }
    stream.finish();
}

/// Appends a stream of literals only.
pub(super) fn encode_literals(bytes: &[u8], out: &mut Vec<u8>) {
    let mut stream = Stream::new(out);
    for byte in bytes {
        stream.literal(*byte);
    }
    stream.finish();
}

struct Stream<'a> {
    out: &'a mut Vec<u8>,
    flags_at: usize,
    flags: u32,
    flag_count: u32,
    /// The byte whose high nibble is still free.
    nibble_at: Option<usize>,
}

impl<'a> Stream<'a> {
    fn new(out: &'a mut Vec<u8>) -> Self {
        let flags_at = out.len();
        out.extend([0; 4]);
        Self {
            out,
            flags_at,
            flags: 0,
            flag_count: 0,
            nibble_at: None,
        }
    }

    fn literal(&mut self, byte: u8) {
        self.out.push(byte);
        self.flag(0);
    }

    /// Appends a match of three bytes and more.
    fn copy(&mut self, distance: usize, length: usize) {
        let distance = u16::try_from(distance - 1).unwrap_or(0) << 3;
        let beyond = length - 3;
        let low = u16::try_from(beyond.min(7)).unwrap_or(7);
        self.out.extend((distance | low).to_le_bytes());
        if beyond >= 7 {
            self.long_length(beyond);
        }
        self.flag(1);
    }

    fn long_length(&mut self, beyond: usize) {
        let nibble = u8::try_from((beyond - 7).min(15)).unwrap_or(15);
        if let Some(at) = self.nibble_at.take() {
            self.out[at] |= nibble << 4;
        } else {
            self.nibble_at = Some(self.out.len());
            self.out.push(nibble);
        }
        if beyond < 22 {
            return;
        }
        match (u8::try_from(beyond - 22), u16::try_from(beyond)) {
            (Ok(rest), _) if rest < 255 => self.out.push(rest),
            (_, Ok(whole)) => {
                self.out.push(255);
                self.out.extend(whole.to_le_bytes());
            }
            _ => {
                self.out.extend([255, 0, 0]);
                let whole = u32::try_from(beyond).unwrap_or(u32::MAX);
                self.out.extend(whole.to_le_bytes());
            }
        }
    }

    fn flag(&mut self, flag: u32) {
        self.flags = self.flags << 1 | flag;
        self.flag_count += 1;
        if self.flag_count == 32 {
            self.write_flags();
            self.flags_at = self.out.len();
            self.out.extend([0; 4]);
            self.flag_count = 0;
        }
    }

    /// The unused flags are ones: a match beyond the end of the stream, which ends it.
    fn finish(mut self) {
        let unused = 32 - self.flag_count;
        self.flags = self.flags.checked_shl(unused).unwrap_or(0) | u32::MAX >> self.flag_count;
        self.write_flags();
    }

    fn write_flags(&mut self) {
        let place = self.flags_at..self.flags_at + 4;
        self.out[place].copy_from_slice(&self.flags.to_le_bytes());
    }
}
