//! Records of a chunk that is whole and whose checksums are right, found by their headers alone.
//!
//! Anything else, and any record whose header is not as it should be, is left to the `evtx` crate,
//! which knows how to go on after damage.

use evtx::{ChunkFlags, EvtxChunkHeader, checksum_ieee};
use joinscope_wire::Cursor;

const HEADER_SIZE: usize = 512;
const RECORD_MAGIC: [u8; 4] = *b"**\0\0";
/// Header, and the copy of the size at the end.
const RECORD_FRAME: usize = 28;
/// FILETIMEs from here on (about the year 9800) are near what times can express.
const LATEST: u64 = 2_600_000_000_000_000_000;

/// Walks over record headers.
pub(crate) struct SoundRecords<'c> {
    chunk: &'c [u8],
    next: usize,
    end: usize,
    last_id: u64,
}

/// What comes next in a chunk.
pub(crate) enum Next {
    /// Nothing.
    End,
    /// Something that is no sound record header.
    Unusual,
    /// A record; its stream begins 24 bytes after `offset` and ends before `end`.
    Record {
        id: u64,
        ticks: i64,
        offset: usize,
        end: usize,
    },
}

impl<'c> SoundRecords<'c> {
    /// `None` unless the chunk is whole and states right checksums.
    pub(crate) fn of(chunk: &'c [u8]) -> Option<Self> {
        if chunk.len() != crate::CHUNK_SIZE {
            return None;
        }
        let header = EvtxChunkHeader::from_bytes(chunk).ok()?;
        let end = usize::try_from(header.free_space_offset).ok()?;
        let mut checked = [0; 120 + 384];
        checked.get_mut(..120)?.copy_from_slice(chunk.get(..120)?);
        checked
            .get_mut(120..)?
            .copy_from_slice(chunk.get(128..HEADER_SIZE)?);
        let sound = !header.flags.contains(ChunkFlags::NO_CRC32)
            && checksum_ieee(&checked) == header.header_chunk_checksum
            && checksum_ieee(chunk.get(HEADER_SIZE..end)?) == header.events_checksum;
        sound.then_some(Self {
            chunk,
            next: HEADER_SIZE,
            end,
            last_id: header.last_event_record_id,
        })
    }

    pub(crate) fn next(&mut self) -> Next {
        if self.next >= self.end {
            return Next::End;
        }
        let Some((record, size)) = self.record() else {
            return Next::Unusual;
        };
        self.next = match record {
            Next::Record { id, .. } if id == self.last_id => self.end,
            _ => self.next + size,
        };
        record
    }

    fn record(&self) -> Option<(Next, usize)> {
        let mut cursor = Cursor::new(self.chunk);
        cursor.seek(self.next, "record").ok()?;
        if cursor.array("record magic").ok()? != RECORD_MAGIC {
            return None;
        }
        let size = usize::try_from(cursor.u32("record size").ok()?).ok()?;
        let id = cursor.u64("record id").ok()?;
        let time = cursor
            .u64("record time")
            .ok()
            .filter(|time| *time < LATEST)?;
        let end = self.next.checked_add(size)?.checked_sub(4)?;
        if size < RECORD_FRAME || end > self.chunk.len() {
            return None;
        }
        let ticks = i64::try_from(time).ok()?;
        Some((
            Next::Record {
                id,
                ticks,
                offset: self.next,
                end,
            },
            size,
        ))
    }
}
