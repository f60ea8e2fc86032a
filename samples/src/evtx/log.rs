//! A log file: events in, file bytes out.
//!
//! Each event is encoded when it is given, so a large log costs no more memory than its file.

use std::borrow::Borrow;

use super::chunk::{CHUNK_HEADER_SIZE, CHUNK_SIZE, Chunk, RECORDS_END};
use super::record::{Frame, write_record};
use super::shape::Shapes;
use super::{EventSpec, EvtxError};

const FILE_HEADER_SIZE: usize = 4096;
const MAGIC: &[u8; 8] = b"ElfFile\0";
/// Size that the header gives for itself; the rest of its block is zeros.
const DECLARED_HEADER_SIZE: u32 = 128;
const MAJOR_VERSION: u16 = 3;
/// Minor version of Windows 10 1709 and later; older ones write 1 (observed).
const MINOR_VERSION: u16 = 2;
const HEADER_CHECKSUM_AT: usize = 124;
const CHECKSUMMED_HEADER_END: usize = 120;
const FLAG_DIRTY: u32 = 1;
const FLAG_NO_CHECKSUMS: u32 = 4;

/// Whether checksums are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Checksums {
    /// Header and data checksums are right.
    #[default]
    Present,
    /// The flags say that none are kept, and their fields are zero.
    Absent,
}

/// How the file was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Closure {
    /// Closed in order.
    #[default]
    Closed,
    /// Copied while open: the dirty flag is set, the header's counters are right.
    Dirty,
    /// Copied while open, and the header's counters still tell of the first chunk only.
    DirtyAndStale,
}

/// A log that is being written.
///
/// The first fault in an event ends the writing; [`EvtxLog::to_bytes`] tells it.
#[derive(Debug, Clone)]
pub struct EvtxLog {
    channel: String,
    computer: String,
    shapes: Shapes,
    /// Room for the file header, then every closed chunk.
    file: Vec<u8>,
    chunk: Chunk,
    first_id: u64,
    next_id: u64,
    next_number: u64,
    checksums: Checksums,
    closure: Closure,
    minor_version: u16,
    oldest_chunk: u16,
    spare_chunks: usize,
    fault: Option<EvtxError>,
}

impl EvtxLog {
    /// An empty log of a channel on a computer; record identifiers start at 1.
    pub fn new(channel: &str, computer: &str) -> Self {
        Self {
            channel: channel.to_owned(),
            computer: computer.to_owned(),
            shapes: Shapes::default(),
            file: vec![0; FILE_HEADER_SIZE],
            chunk: Chunk::new(),
            first_id: 1,
            next_id: 1,
            next_number: 1,
            checksums: Checksums::Present,
            closure: Closure::Closed,
            minor_version: MINOR_VERSION,
            oldest_chunk: 0,
            spare_chunks: 0,
            fault: None,
        }
    }

    /// Identifier of the next record. To be called before the first event.
    pub fn first_record_id(&mut self, id: u64) -> &mut Self {
        self.first_id = id;
        self.next_id = id;
        self
    }

    /// Leaves `count` identifiers unused.
    pub fn skip_ids(&mut self, count: u64) -> &mut Self {
        self.next_id = self.next_id.saturating_add(count);
        self
    }

    /// Whether checksums are kept.
    pub fn checksums(&mut self, checksums: Checksums) -> &mut Self {
        self.checksums = checksums;
        self
    }

    /// How the file is left.
    pub fn closure(&mut self, closure: Closure) -> &mut Self {
        self.closure = closure;
        self
    }

    /// Minor version of the file: 1 up to Windows 10 1703, 2 since. The default is 2.
    pub fn minor_version(&mut self, minor: u16) -> &mut Self {
        self.minor_version = minor;
        self
    }

    /// Position in the file of the oldest chunk, as in a log that has come round. A position
    /// beyond the last chunk counts on from the first.
    pub fn oldest_chunk_at(&mut self, position: u16) -> &mut Self {
        self.oldest_chunk = position;
        self
    }

    /// Zeroed room for this many chunks behind the last one, as Windows allocates it ahead.
    pub fn spare_chunks(&mut self, count: usize) -> &mut Self {
        self.spare_chunks = count;
        self
    }

    /// Closes the chunk being filled, so that the next event opens a new one.
    pub fn end_chunk(&mut self) -> &mut Self {
        if !self.chunk.is_empty() {
            self.close_chunk();
        }
        self
    }

    /// Appends an event.
    pub fn event(&mut self, event: impl Borrow<EventSpec>) -> &mut Self {
        if self.fault.is_none() {
            self.fault = self.append(event.borrow()).err();
        }
        self
    }

    /// The fault that ended the writing, if there was one.
    pub fn fault(&self) -> Option<&EvtxError> {
        self.fault.as_ref()
    }

    /// Bytes that the file has so far, the chunk being filled counted as it stands.
    pub fn size_bytes(&self) -> usize {
        self.file.len() + self.chunk.len()
    }

    /// The file as it stands.
    ///
    /// # Errors
    ///
    /// The first event that cannot be written ends the log with its fault; so do more than 65535
    /// chunks.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EvtxError> {
        self.clone().into_bytes()
    }

    /// The file, without a copy of what is there already.
    ///
    /// # Errors
    ///
    /// As [`EvtxLog::to_bytes`].
    pub fn into_bytes(mut self) -> Result<Vec<u8>, EvtxError> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        if !self.chunk.is_empty() || self.file.len() == FILE_HEADER_SIZE {
            self.close_chunk();
        }
        let chunks = (self.file.len() - FILE_HEADER_SIZE) / CHUNK_SIZE;
        let count = u16::try_from(chunks).map_err(|_| EvtxError::TooManyChunks { chunks })?;
        let oldest = self.oldest_chunk % count.max(1);
        self.file[FILE_HEADER_SIZE..].rotate_right(usize::from(oldest) * CHUNK_SIZE);
        let header = self.header(count, oldest);
        self.file[..header.len()].copy_from_slice(&header);
        self.file
            .resize(self.file.len() + self.spare_chunks * CHUNK_SIZE, 0);
        Ok(self.file)
    }

    fn append(&mut self, event: &EventSpec) -> Result<(), EvtxError> {
        let mark = self.chunk.mark();
        let start = self.write(event)?;
        if !self.chunk.is_overfull() {
            self.record_done(start);
            return Ok(());
        }
        if !self.chunk.is_empty() {
            self.chunk.rewind(&mark);
            self.close_chunk();
            let start = self.write(event)?;
            if !self.chunk.is_overfull() {
                self.record_done(start);
                return Ok(());
            }
        }
        Err(EvtxError::RecordTooLarge {
            record_id: self.next_id,
            size_bytes: self.chunk.len() - CHUNK_HEADER_SIZE,
            limit_bytes: RECORDS_END - CHUNK_HEADER_SIZE,
        })
    }

    /// Writes the record into the open chunk and says where it starts.
    fn write(&mut self, event: &EventSpec) -> Result<usize, EvtxError> {
        let start = self.chunk.len();
        let frame = Frame {
            id: self.next_id,
            channel: event.channel.as_deref().unwrap_or(&self.channel),
            computer: event.computer.as_deref().unwrap_or(&self.computer),
        };
        write_record(&mut self.chunk, &mut self.shapes, event, frame)?;
        Ok(start)
    }

    fn record_done(&mut self, start: usize) {
        self.chunk
            .record_done(start, self.next_number, self.next_id);
        self.next_number += 1;
        self.next_id = self.next_id.saturating_add(1);
    }

    fn close_chunk(&mut self) {
        let chunk = std::mem::replace(&mut self.chunk, Chunk::new());
        self.file.extend(chunk.finish(self.checksums));
    }

    fn header(&self, chunk_count: u16, oldest: u16) -> [u8; 128] {
        let last = if oldest == 0 {
            chunk_count.saturating_sub(1)
        } else {
            oldest - 1
        };
        let (count, last, next_id) = match self.closure {
            Closure::Closed | Closure::Dirty => (chunk_count, last, self.next_id),
            Closure::DirtyAndStale => (1, 0, self.first_id),
        };
        let mut flags = match self.closure {
            Closure::Closed => 0,
            Closure::Dirty | Closure::DirtyAndStale => FLAG_DIRTY,
        };
        if self.checksums == Checksums::Absent {
            flags |= FLAG_NO_CHECKSUMS;
        }
        let mut header = [0; 128];
        let mut patch = |at: usize, bytes: &[u8]| {
            header[at..at + bytes.len()].copy_from_slice(bytes);
        };
        patch(0, MAGIC);
        patch(8, &u64::from(oldest).to_le_bytes());
        patch(16, &u64::from(last).to_le_bytes());
        patch(24, &next_id.to_le_bytes());
        patch(32, &DECLARED_HEADER_SIZE.to_le_bytes());
        patch(36, &self.minor_version.to_le_bytes());
        patch(38, &MAJOR_VERSION.to_le_bytes());
        patch(40, &4096_u16.to_le_bytes());
        patch(42, &count.to_le_bytes());
        patch(120, &flags.to_le_bytes());
        if self.checksums == Checksums::Present {
            let checksum = crc32fast::hash(&header[..CHECKSUMMED_HEADER_END]);
            header[HEADER_CHECKSUM_AT..].copy_from_slice(&checksum.to_le_bytes());
        }
        header
    }
}
