//! A log of any size made of the chunks of others.

use std::collections::HashSet;

use crc32fast::hash;
use samples::damage;

const FILE_HEADER: usize = 4096;
const CHUNK: usize = 65536;
/// Where the records of a chunk begin.
const RECORDS: usize = 512;
/// A chunk is full that has no room for another record of usual size.
const FULL: usize = 60_000;

/// A log of so many bytes, rounded up to a chunk; `None` where there is no chunk to make it of.
pub(crate) fn repeated(logs: &[Vec<u8>], bytes: usize, seed: u64) -> Option<Vec<u8>> {
    let mut known = HashSet::new();
    let mut chunks: Vec<&[u8]> = logs
        .iter()
        .flat_map(|log| {
            log.get(FILE_HEADER..)
                .unwrap_or_default()
                .chunks_exact(CHUNK)
        })
        .filter(|chunk| is_full(chunk) && known.insert(*chunk))
        .collect();
    shuffle(&mut chunks, seed);
    let count = bytes.saturating_sub(FILE_HEADER).div_ceil(CHUNK).max(1);
    let mut log = vec![0; FILE_HEADER];
    let mut next_id = 1;
    if chunks.is_empty() {
        return None;
    }
    for chunk in chunks.iter().cycle().take(count) {
        let start = log.len();
        log.extend_from_slice(chunk);
        next_id = renumber(&mut log[start..], next_id)?;
    }
    write_file_header(&mut log, count, next_id);
    Some(log)
}

/// Whether a chunk is used almost to its end and its checksums are right.
fn is_full(chunk: &[u8]) -> bool {
    let end = usize::try_from(u32_at(chunk, 48)).unwrap_or(usize::MAX);
    chunk.starts_with(b"ElfChnk\0")
        && (FULL..=CHUNK).contains(&end)
        && damage::seal_chunk(chunk, 0) == chunk
}

/// Gives the records of a chunk new numbers, and the chunk new checksums; returns the next number.
fn renumber(chunk: &mut [u8], first: u64) -> Option<u64> {
    let end = usize::try_from(u32_at(chunk, 48)).ok()?;
    let (mut at, mut id) = (RECORDS, first);
    while at + 28 <= end && chunk[at..].starts_with(b"**\0\0") {
        chunk[at + 8..at + 16].copy_from_slice(&id.to_le_bytes());
        at += usize::try_from(u32_at(chunk, at + 4)).ok()?.max(28);
        id += 1;
    }
    for (place, number) in [(8, first), (16, id - 1), (24, first), (32, id - 1)] {
        chunk[place..place + 8].copy_from_slice(&number.to_le_bytes());
    }
    let sealed = damage::seal_chunk(chunk, 0);
    chunk.copy_from_slice(&sealed);
    Some(id)
}

/// The header of a log that was closed; its count of chunks is no wider than 16 bits.
fn write_file_header(log: &mut [u8], chunks: usize, next_id: u64) {
    let count = u16::try_from(chunks).unwrap_or(u16::MAX);
    log[..8].copy_from_slice(b"ElfFile\0");
    log[16..24].copy_from_slice(&u64::from(count.saturating_sub(1)).to_le_bytes());
    log[24..32].copy_from_slice(&next_id.to_le_bytes());
    log[32..36].copy_from_slice(&128_u32.to_le_bytes());
    log[36..40].copy_from_slice(&[1, 0, 3, 0]);
    log[40..42].copy_from_slice(&4096_u16.to_le_bytes());
    log[42..44].copy_from_slice(&count.to_le_bytes());
    let checksum = hash(&log[..120]);
    log[124..128].copy_from_slice(&checksum.to_le_bytes());
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let field = bytes
        .get(at..at + 4)
        .and_then(|field| field.try_into().ok());
    field.map_or(0, u32::from_le_bytes)
}

/// Fisher and Yates, with the numbers of xorshift64.
fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut state = seed | 1;
    for last in (1..items.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let place = state % (last as u64 + 1);
        items.swap(last, usize::try_from(place).unwrap_or(0));
    }
}
