//! Inflates every member of zip archives and checks it, and nothing else: what `benches/peers.sh`
//! measures archives against. ZIP...; prints the bytes that came out.
//!
//! The archive is read once from front to end, and each member is inflated through the same
//! 256 KiB, by the library that joinscope uses, so that no memory is touched that need not be.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use crc32fast::Hasher;
use flate2::{Decompress, FlushDecompress, Status};
use rawzip::{CompressionMethod, RECOMMENDED_BUFFER_SIZE, ZipArchive};

const ROOM: usize = 256 << 10;
/// Length of a local header without what varies in it.
const HEADER: usize = 30;

/// One member as the directory of the archive states it.
struct Member {
    offset: u64,
    packed: u64,
    checksum: u32,
    is_stored: bool,
}

#[expect(clippy::print_stdout, reason = "the count is what is asked for")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut room = vec![0; ROOM];
    let mut state = Decompress::new(false);
    let mut total = 0;
    for path in std::env::args().skip(1) {
        let members = members(&path)?;
        let mut reader = BufReader::with_capacity(ROOM, File::open(&path)?);
        let mut at = 0;
        for member in members {
            reader.seek_relative(i64::try_from(member.offset)? - i64::try_from(at)?)?;
            let before = HEADER as u64 + skip_header(&mut reader)?;
            let mut packed = (&mut reader).take(member.packed);
            let (length, checksum) = if member.is_stored {
                stored(&mut packed)?
            } else {
                inflated(&mut packed, &mut state, &mut room)?
            };
            if checksum != member.checksum {
                return Err("a member is not what its checksum says".into());
            }
            at = member.offset + before + member.packed - packed.limit();
            total += length;
        }
    }
    println!("{total}");
    Ok(())
}

/// All members, in the order in which they lie in the file.
fn members(path: &str) -> Result<Vec<Member>, Box<dyn Error>> {
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let archive = ZipArchive::from_file(File::open(path)?, &mut buffer)?;
    let mut entries = archive.entries(&mut buffer);
    let mut members = Vec::new();
    while let Some(entry) = entries.next_entry()? {
        members.push(Member {
            offset: entry.local_header_offset(),
            packed: entry.compressed_size_hint(),
            checksum: entry.crc32(),
            is_stored: entry.compression_method() == CompressionMethod::STORE,
        });
    }
    members.sort_by_key(|member| member.offset);
    Ok(members)
}

/// Passes a local header over and gives the length of its name and extra fields.
fn skip_header(reader: &mut BufReader<File>) -> Result<u64, Box<dyn Error>> {
    let mut header = [0; HEADER];
    reader.read_exact(&mut header)?;
    let number = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
    let rest = u64::from(number(26)) + u64::from(number(28));
    reader.seek_relative(i64::try_from(rest)?)?;
    Ok(rest)
}

fn stored(packed: &mut impl BufRead) -> Result<(u64, u32), Box<dyn Error>> {
    let mut checksum = Hasher::new();
    let mut total = 0;
    loop {
        let bytes = packed.fill_buf()?;
        let length = bytes.len();
        if length == 0 {
            return Ok((total, checksum.finalize()));
        }
        checksum.update(bytes);
        packed.consume(length);
        total += length as u64;
    }
}

/// Length and checksum of what comes out.
fn inflated(
    packed: &mut impl BufRead,
    state: &mut Decompress,
    room: &mut [u8],
) -> Result<(u64, u32), Box<dyn Error>> {
    state.reset(false);
    let mut checksum = Hasher::new();
    loop {
        let bytes = packed.fill_buf()?;
        let is_end = bytes.is_empty();
        let (read, written) = (state.total_in(), state.total_out());
        let status = state.decompress(bytes, room, FlushDecompress::None)?;
        let consumed = usize::try_from(state.total_in() - read)?;
        let produced = usize::try_from(state.total_out() - written)?;
        packed.consume(consumed);
        checksum.update(&room[..produced]);
        if status == Status::StreamEnd {
            return Ok((state.total_out(), checksum.finalize()));
        }
        if is_end && produced == 0 {
            return Err("a member ends too early".into());
        }
    }
}
