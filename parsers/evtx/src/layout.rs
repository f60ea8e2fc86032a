//! Where the chunks of a file are, and in which order they were written.
//!
//! Chunks stand at fixed offsets whatever the file header says, so a damaged header
//! costs nothing; but a log that wrapped around has its oldest chunk in the middle.

use joinscope_wire::Cursor;

/// Size of the block before the first chunk.
pub const FILE_HEADER_SIZE: usize = 4096;
/// Size of a chunk.
pub const CHUNK_SIZE: usize = 65536;
const CHUNK_HEADER_SIZE: usize = 512;
const CHUNK_MAGIC: &[u8; 8] = b"ElfChnk\0";
const FILE_MAGIC: &[u8; 8] = b"ElfFile\0";

/// What the file header is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderState {
    /// Its checksum is right.
    Intact {
        /// The log was not closed cleanly: the header may be behind the chunks.
        dirty: bool,
    },
    /// Its magic or checksum is wrong; the chunks are read all the same.
    Damaged,
    /// The file is shorter than a header.
    Missing,
}

/// One chunk's place in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkSpan {
    /// Offset in the file.
    pub offset: u64,
    /// 65,536, or less where the file was cut.
    pub length: usize,
    /// Lowest and highest record id that its header names; `None` where the header is unusable.
    pub ids: Option<(u64, u64)>,
}

/// The chunks of a file, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// What the file header is worth.
    pub header: HeaderState,
    /// Chunks that hold records or should, oldest first, as Windows reads a log that wrapped.
    pub chunks: Vec<ChunkSpan>,
    /// Chunks that were allocated and never used: all zero where their header would be.
    pub unused: usize,
    /// Bytes after the last whole chunk.
    pub trailing: usize,
}

impl Layout {
    /// Whether the bytes begin like an EVTX file.
    pub fn sniff(head: &[u8]) -> bool {
        head.starts_with(FILE_MAGIC)
    }

    /// Finds the chunks. Never fails: a file without any is a layout without chunks.
    pub fn of(file: &[u8]) -> Self {
        let body = file.get(FILE_HEADER_SIZE..).unwrap_or_default();
        let mut chunks = Vec::new();
        let mut unused = 0;
        for (index, bytes) in body.chunks(CHUNK_SIZE).enumerate() {
            if bytes.iter().take(CHUNK_HEADER_SIZE).all(|byte| *byte == 0) {
                unused += 1;
                continue;
            }
            let offset = (FILE_HEADER_SIZE + index * CHUNK_SIZE) as u64;
            chunks.push(ChunkSpan {
                offset,
                length: bytes.len(),
                ids: record_ids(bytes),
            });
        }
        // A header whose range is reversed says nothing about where its records belong.
        let oldest = chunks
            .iter()
            .enumerate()
            .filter_map(|(index, chunk)| {
                chunk
                    .ids
                    .filter(|(first, last)| first <= last)
                    .map(|ids| (ids.0, index))
            })
            .min()
            .map_or(0, |(_, index)| index);
        chunks.rotate_left(oldest);
        Self {
            header: header_state(file),
            chunks,
            unused,
            trailing: body.len() % CHUNK_SIZE,
        }
    }
}

/// Lowest and highest record id that a chunk's header names.
fn record_ids(chunk: &[u8]) -> Option<(u64, u64)> {
    let mut cursor = Cursor::new(chunk);
    if &cursor.array::<8>("chunk magic").ok()? != CHUNK_MAGIC {
        return None;
    }
    cursor.skip(16, "record numbers").ok()?;
    Some((
        cursor.u64("first record id").ok()?,
        cursor.u64("last record id").ok()?,
    ))
}

fn header_state(file: &[u8]) -> HeaderState {
    match evtx::EvtxFileHeader::from_bytes(file) {
        Ok(header) if header.validate_checksum() => HeaderState::Intact {
            dirty: header.flags.contains(evtx::HeaderFlags::DIRTY),
        },
        Err(_) if file.len() < 128 => HeaderState::Missing,
        Ok(_) | Err(_) => HeaderState::Damaged,
    }
}
