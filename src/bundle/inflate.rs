//! Deflate streams into buffers of known size.
//!
//! The declared size is a claim. It bounds the output, and it is checked against what deflate can
//! produce at best before a buffer of that size is made; output past it is an observation, not data.

use std::cell::RefCell;

use flate2::{Decompress, FlushDecompress, Status};

/// How a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// At its own end, which may be before the declared size is reached.
    Proper,
    /// The input stopped before the stream did.
    Cut,
    /// The declared size was reached and the stream went on.
    Overlong,
    /// What follows is no deflate stream.
    Corrupt,
    /// The output does not fit into the memory of this machine.
    NoMemory,
}

/// What came out of a stream.
#[derive(Debug)]
pub(super) struct Inflated {
    /// Output up to the end or the fault.
    pub(super) output: Vec<u8>,
    /// How it ended.
    pub(super) end: End,
}

/// The best ratio that deflate can reach: 258 bytes from two bits.
const BEST_RATIO: u64 = 1032;

thread_local! {
    /// A state is some forty KiB that are cleared when it is made; small members cost less than that.
    static STATE: RefCell<Decompress> = RefCell::new(Decompress::new(false));
}

/// A raw deflate stream that is declared to inflate to `declared` bytes.
pub(super) fn inflate(input: &[u8], declared: u64) -> Inflated {
    let possible = (input.len() as u64)
        .saturating_mul(BEST_RATIO)
        .saturating_add(BEST_RATIO);
    let room = usize::try_from(declared.min(possible)).unwrap_or(usize::MAX);
    let mut output = Vec::new();
    if output.try_reserve_exact(room).is_err() {
        return Inflated {
            output,
            end: End::NoMemory,
        };
    }
    let end = STATE.with_borrow_mut(|state| {
        state.reset(false);
        append(state, input, &mut output, room)
    });
    Inflated { output, end }
}

/// The first bytes of a raw deflate stream; fewer where it ends or breaks before.
pub(super) fn inflate_head(state: &mut Decompress, input: &[u8], length: usize) -> Vec<u8> {
    state.reset(false);
    let mut output = Vec::with_capacity(length);
    // How it ends is of no interest here: whoever reads all of it is told.
    let _ = state.decompress_vec(input, &mut output, FlushDecompress::None);
    output.truncate(length);
    output
}

/// Appends a stream's output, at most `declared` bytes of it, to `output`, which must have room for
/// as much. The state must be new or reset.
pub(super) fn append(
    state: &mut Decompress,
    input: &[u8],
    output: &mut Vec<u8>,
    declared: usize,
) -> End {
    let limit = output.len().saturating_add(declared);
    let end = fill(state, input, output);
    if output.len() > limit {
        // The vector had more room than was asked for.
        output.truncate(limit);
        return End::Overlong;
    }
    end
}

/// Inflates into the spare room of `output`, then looks one byte beyond it where it is full, to
/// tell an end from a lie.
fn fill(state: &mut Decompress, input: &[u8], output: &mut Vec<u8>) -> End {
    loop {
        let (read, written) = (state.total_in(), state.total_out());
        let rest = input
            .get(usize::try_from(read).unwrap_or(usize::MAX)..)
            .unwrap_or_default();
        let full = output.len() == output.capacity();
        let result = if full {
            state.decompress(rest, &mut [0], FlushDecompress::Finish)
        } else {
            state.decompress_vec(rest, output, FlushDecompress::Finish)
        };
        let stuck = state.total_in() == read && state.total_out() == written;
        match result {
            Ok(_) if full && state.total_out() > written => return End::Overlong,
            Ok(Status::StreamEnd) => return End::Proper,
            Ok(Status::Ok | Status::BufError) if stuck => return End::Cut,
            Ok(Status::Ok | Status::BufError) => {}
            Err(_) => return End::Corrupt,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn deflate(content: &[u8]) -> Vec<u8> {
        let mut encoder =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    fn check(input: &[u8], declared: u64, expected: (&[u8], End)) {
        let inflated = inflate(input, declared);
        assert_eq!((inflated.output.as_slice(), inflated.end), expected);
    }

    #[test]
    fn ends_are_told_apart() {
        let content =
            b"the join request was posted late, the join request was posted late".as_slice();
        let packed = deflate(content);
        check(&packed, content.len() as u64, (content, End::Proper));
        check(&packed, 1000, (content, End::Proper));
        check(&packed, 10, (&content[..10], End::Overlong));
        check(&packed, 0, (b"", End::Overlong));
        check(&deflate(b""), 0, (b"", End::Proper));
        check(b"", 5, (b"", End::Cut));
        let cut = inflate(&packed[..packed.len() - 4], content.len() as u64);
        assert!(cut.end == End::Cut && content.starts_with(&cut.output));
        check(&[0xff, 0xff, 0xff], 100, (b"", End::Corrupt));
    }

    #[test]
    fn every_prefix_gives_a_prefix() {
        let content: Vec<u8> = (0..5000_u32)
            .flat_map(|n| (n * n % 251).to_le_bytes())
            .collect();
        let packed = deflate(&content);
        for length in 0..packed.len() {
            let inflated = inflate(&packed[..length], content.len() as u64);
            assert!(content.starts_with(&inflated.output), "{length}");
            assert_ne!(inflated.end, End::Proper, "{length}");
        }
    }

    #[test]
    fn a_huge_claim_allocates_no_more_than_deflate_could_fill() {
        let inflated = inflate(&deflate(b"small"), u64::MAX);
        assert_eq!(
            (inflated.output.as_slice(), inflated.end),
            (&b"small"[..], End::Proper)
        );
        assert!(inflated.output.capacity() < 20_000);
    }

    #[test]
    fn heads_are_cheap_and_may_be_short() {
        let mut state = Decompress::new(false);
        let packed = deflate(b"0123456789");
        assert_eq!(inflate_head(&mut state, &packed, 4), b"0123");
        assert_eq!(inflate_head(&mut state, &packed, 40), b"0123456789");
        assert_eq!(
            inflate_head(&mut state, &packed, 4),
            b"0123",
            "the state is usable again"
        );
        assert_eq!(inflate_head(&mut state, b"\xff\xff", 4), b"");
    }
}
