//! Raw deflate streams in memory.

use flate2::{Compress, Compression, FlushCompress};

/// Bytes of output made at a time.
const STEP: usize = 1 << 16;

/// A raw deflate stream that is fed piece by piece.
pub(super) struct Deflater {
    compress: Compress,
    out: Vec<u8>,
}

impl Deflater {
    pub(super) fn new() -> Self {
        Self {
            compress: Compress::new(Compression::default(), false),
            out: Vec::new(),
        }
    }

    /// A stream that may refer back to bytes which the reader already has.
    pub(super) fn after(history: &[u8]) -> Self {
        let mut deflater = Self::new();
        if !history.is_empty() {
            // Without the history the stream is longer, but equally right.
            let _ = deflater.compress.set_dictionary(history);
        }
        deflater
    }

    pub(super) fn feed(&mut self, input: &[u8]) {
        self.run(input, FlushCompress::None);
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.run(&[], FlushCompress::Finish);
        self.out
    }

    /// Compresses until all input is taken and, when finishing, until the stream has ended.
    fn run(&mut self, mut input: &[u8], flush: FlushCompress) {
        loop {
            let taken_before = self.compress.total_in();
            self.out.reserve(STEP);
            let status = self.compress.compress_vec(input, &mut self.out, flush);
            let taken = usize::try_from(self.compress.total_in() - taken_before);
            input = input.get(taken.unwrap_or(usize::MAX)..).unwrap_or(&[]);
            let more_output = self.out.len() == self.out.capacity();
            let ended = matches!(status, Ok(flate2::Status::StreamEnd) | Err(_));
            let waiting = flush != FlushCompress::Finish && input.is_empty() && !more_output;
            if ended || waiting {
                return;
            }
        }
    }
}

/// Zeros that are compressed once and then repeated.
const ZEROS_STEP: usize = 1 << 20;

/// A raw deflate stream of `count` zeros, and their checksum. The stream is cut at whole bytes after
/// every step, and each step refers to nothing before it, so one step stands for all.
pub(super) fn zeros(count: u64) -> (Vec<u8>, u32) {
    let step = vec![0; ZEROS_STEP];
    let mut deflater = Deflater::new();
    deflater.run(&step, FlushCompress::Full);
    let packed_step = std::mem::take(&mut deflater.out);
    let mut step_checksum = crc32fast::Hasher::new();
    step_checksum.update(&step);

    let mut out = Vec::new();
    let mut checksum = crc32fast::Hasher::new();
    for _ in 0..count / (1 << 20) {
        out.extend(&packed_step);
        checksum.combine(&step_checksum);
    }
    let rest = step
        .get(..usize::try_from(count % (1 << 20)).unwrap_or(0))
        .unwrap_or(&[]);
    let mut deflater = Deflater::new();
    deflater.feed(rest);
    out.extend(deflater.finish());
    checksum.update(rest);
    (out, checksum.finalize())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn check(bytes: &[u8]) {
        let mut deflater = Deflater::new();
        deflater.feed(bytes);
        let (packed, mut back) = (deflater.finish(), Vec::new());
        flate2::read::DeflateDecoder::new(packed.as_slice())
            .read_to_end(&mut back)
            .unwrap();
        assert!(back == bytes, "{} bytes", bytes.len());
    }

    #[test]
    fn zeros_are_zeros() {
        for count in [0, 1, 1 << 20, (3 << 20) + 5] {
            let (packed, checksum) = zeros(count);
            let mut back = Vec::new();
            flate2::read::DeflateDecoder::new(packed.as_slice())
                .read_to_end(&mut back)
                .unwrap();
            assert_eq!(back.len() as u64, count);
            assert_eq!(crc32fast::hash(&back), checksum);
        }
    }

    #[test]
    fn streams_come_back_as_they_were() {
        check(b"");
        check(b"a");
        check(&vec![0; 3 << 20]);
        let noise: Vec<u8> = (0..300_000_u32)
            .map(|n| (n.wrapping_mul(n) >> 7).to_le_bytes()[0])
            .collect();
        check(&noise);
    }
}
