//! The decompressors behind one form: bytes and a limit in, bytes and the fault that ended them out.
//!
//! Output grows as it comes and no size that the input claims is reserved; windows are bounded by
//! their formats (32 KiB, 16 MiB for brotli) or here (zstd).

use std::io::{ErrorKind, Read};

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// Bytes that are asked for at a time.
const PIECE: usize = 16 << 10;
/// The largest window of zstd in HTTP (RFC 9659).
const ZSTD_WINDOW: u64 = 8 << 20;

/// Why a decompressor stopped before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Truncated,
    Invalid,
    Limit,
}

type Expanded = (Vec<u8>, Option<(Fault, u64)>);

/// One gzip member or several (RFC 1952), checksums included.
pub(crate) fn gzip(content: &[u8], allowed: u64) -> Expanded {
    let mut rest = content;
    let (out, fault) = drain(MultiGzDecoder::new(&mut rest), allowed);
    finish(out, fault, content, rest)
}

/// `deflate` as RFC 9110 means it, in a zlib frame, or bare as many servers send it.
pub(crate) fn deflate(content: &[u8], allowed: u64) -> Expanded {
    let mut rest = content;
    let is_framed = match content {
        [method, flags, ..] => {
            method & 15 == 8 && (u32::from(*method) << 8 | u32::from(*flags)) % 31 == 0
        }
        _ => false,
    };
    if is_framed {
        let (out, fault) = drain(ZlibDecoder::new(&mut rest), allowed);
        // A bare stream can look like a frame for two bytes.
        if fault != Some(Fault::Invalid) || !out.is_empty() {
            return finish(out, fault, content, rest);
        }
        rest = content;
    }
    let (out, fault) = drain(DeflateDecoder::new(&mut rest), allowed);
    finish(out, fault, content, rest)
}

/// Reads to the end, to the limit or to a fault.
fn drain(mut reader: impl Read, allowed: u64) -> (Vec<u8>, Option<Fault>) {
    let mut out = Vec::new();
    let mut piece = [0; PIECE];
    loop {
        match reader.read(&mut piece) {
            Ok(0) => return (out, None),
            Ok(count) => {
                out.extend_from_slice(piece.get(..count).unwrap_or_default());
                if cut_at(&mut out, allowed) {
                    return (out, Some(Fault::Limit));
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                return (out, Some(Fault::Truncated));
            }
            Err(_) => return (out, Some(Fault::Invalid)),
        }
    }
}

/// Cuts what is beyond the limit; whether something was.
fn cut_at(out: &mut Vec<u8>, allowed: u64) -> bool {
    let allowed = usize::try_from(allowed).unwrap_or(usize::MAX);
    let is_over = out.len() > allowed;
    out.truncate(allowed);
    is_over
}

/// Adds the place to a fault; bytes behind a whole stream are one.
fn finish(out: Vec<u8>, fault: Option<Fault>, content: &[u8], rest: &[u8]) -> Expanded {
    let read = (content.len() - rest.len()) as u64;
    let fault = fault.or((!rest.is_empty()).then_some(Fault::Invalid));
    (out, fault.map(|fault| (fault, read)))
}

/// A brotli stream (RFC 7932); the large windows that are not part of it are refused.
pub(crate) fn brotli(content: &[u8], allowed: u64) -> Expanded {
    let alloc = StandardAlloc::default;
    let mut state = BrotliState::new_strict(alloc(), alloc(), alloc());
    let (mut left, mut read, mut total) = (content.len(), 0, 0);
    let mut out = Vec::new();
    let mut piece = [0; PIECE];
    let fault = loop {
        let (mut room, mut written) = (PIECE, 0);
        let result = BrotliDecompressStream(
            &mut left,
            &mut read,
            content,
            &mut room,
            &mut written,
            &mut piece,
            &mut total,
            &mut state,
        );
        out.extend_from_slice(piece.get(..written).unwrap_or_default());
        if cut_at(&mut out, allowed) {
            break Some(Fault::Limit);
        }
        match result {
            BrotliResult::ResultSuccess => break None,
            BrotliResult::NeedsMoreOutput => {}
            BrotliResult::NeedsMoreInput => break Some(Fault::Truncated),
            BrotliResult::ResultFailure => break Some(Fault::Invalid),
        }
    };
    finish(out, fault, content, content.get(read..).unwrap_or_default())
}

/// Zstandard frames and skippable frames (RFC 8878); the checksum is not compared.
pub(crate) fn zstd(content: &[u8], allowed: u64) -> Expanded {
    let mut decoder = FrameDecoder::new();
    decoder.set_max_window_size(ZSTD_WINDOW);
    let mut out = Vec::new();
    let mut rest = content;
    let mut fault = None;
    while fault.is_none() && !rest.is_empty() {
        fault = match decoder.init(&mut rest) {
            Ok(()) => zstd_frame(&mut decoder, &mut rest, &mut out, allowed),
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            })) => zstd_skip(&mut rest, length),
            Err(_) if rest.is_empty() => Some(Fault::Truncated),
            Err(_) => Some(Fault::Invalid),
        };
    }
    finish(out, fault, content, rest)
}

/// Passes over the rest of a skippable frame.
fn zstd_skip(rest: &mut &[u8], length: u32) -> Option<Fault> {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let behind = rest.get(length..);
    *rest = behind.unwrap_or_default();
    behind.is_none().then_some(Fault::Truncated)
}

/// Appends what a frame holds, block by block.
fn zstd_frame(
    decoder: &mut FrameDecoder,
    rest: &mut &[u8],
    out: &mut Vec<u8>,
    allowed: u64,
) -> Option<Fault> {
    let mut fault = None;
    while !decoder.is_finished() {
        if decoder
            .decode_blocks(&mut *rest, BlockDecodingStrategy::UptoBlocks(1))
            .is_err()
        {
            let is_short = rest.is_empty();
            fault = Some(if is_short {
                Fault::Truncated
            } else {
                Fault::Invalid
            });
            // The decoder gives its last window only at the end of a frame. An empty last block and
            // room for a checksum make it one, so that what was decoded is not lost.
            let end: &[u8] = &[1, 0, 0, 0, 0, 0, 0];
            if decoder
                .decode_blocks(end, BlockDecodingStrategy::All)
                .is_err()
            {
                break;
            }
        }
        if decoder.collect_to_writer(&mut *out).is_err() {
            return Some(Fault::Invalid);
        }
        if cut_at(out, allowed) {
            return Some(Fault::Limit);
        }
        if fault.is_some() {
            break;
        }
    }
    fault
}
