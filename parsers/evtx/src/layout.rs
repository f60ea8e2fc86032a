//! Where the chunks of a file are, and in which order they were written.
//!
//! Chunks stand at fixed offsets whatever the file header says, so a damaged header
//! costs nothing; but a log that wrapped around has its oldest chunk in the middle.

use joinscope_wire::Cursor;

use crate::sound::SoundRecords;

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
        let (head, body) = file
            .split_at_checked(FILE_HEADER_SIZE)
            .unwrap_or((file, &[]));
        let mut scan = Scan::new(head);
        scan.add(body);
        scan.finish()
    }
}

/// Finds the chunks of a file that comes piece by piece.
#[derive(Debug)]
pub struct Scan {
    header: HeaderState,
    chunks: Vec<ChunkSpan>,
    unused: usize,
    trailing: usize,
    /// Where in the file the next piece stands.
    next: u64,
}

impl Scan {
    /// Begins with the first [`FILE_HEADER_SIZE`] bytes, or with all of a shorter file.
    pub fn new(head: &[u8]) -> Self {
        Self {
            header: header_state(head),
            chunks: Vec::new(),
            unused: 0,
            trailing: 0,
            next: head.len() as u64,
        }
    }

    /// What the file header is worth.
    pub fn header(&self) -> HeaderState {
        self.header
    }

    /// Where in the file the next piece stands.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Takes the bytes that follow, whole chunks but for the end of the file; gives the chunks in them.
    pub fn add(&mut self, piece: &[u8]) -> &[ChunkSpan] {
        let known = self.chunks.len();
        for bytes in piece.chunks(CHUNK_SIZE) {
            let offset = self.next;
            self.next += bytes.len() as u64;
            self.trailing = bytes.len() % CHUNK_SIZE;
            if bytes.iter().take(CHUNK_HEADER_SIZE).all(|byte| *byte == 0) {
                self.unused += 1;
                continue;
            }
            self.chunks.push(ChunkSpan {
                offset,
                length: bytes.len(),
                ids: record_ids(bytes),
            });
        }
        self.chunks.get(known..).unwrap_or_default()
    }

    /// The layout, once all was given.
    pub fn finish(self) -> Layout {
        let mut chunks = self.chunks;
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
        Layout {
            header: self.header,
            chunks,
            unused: self.unused,
            trailing: self.trailing,
        }
    }
}

/// Whether a whole chunk states checksums and they are right.
pub fn is_sound(chunk: &[u8]) -> bool {
    SoundRecords::of(chunk).is_some()
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
