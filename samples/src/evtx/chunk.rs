//! One 64 KiB chunk: header, string table, template table, records.
//!
//! Names and templates are found by offset from the start of the chunk, and the first use of each
//! holds its definition in line. Both tables are hash buckets whose newest entry comes first
//! (observed). The string hash is the same in all logs seen; the template hash holds in logs of
//! version 3.1, while that of version 3.2 is not known and the same one is assumed.

use std::collections::HashMap;

use super::shape::Shape;
use super::xml::{self, Place};

/// Size of a chunk in bytes.
pub(super) const CHUNK_SIZE: usize = 65_536;
/// Size of the chunk header with both tables; the first record stands behind it.
pub(super) const CHUNK_HEADER_SIZE: usize = 512;
/// End of the room for records. No chunk of any log seen is filled to its last byte, and at least
/// one reader loses the last record of a chunk that is.
pub(super) const RECORDS_END: usize = CHUNK_SIZE - 8;

const MAGIC: &[u8; 8] = b"ElfChnk\0";
/// Size that the header gives for itself; the tables are not counted.
const DECLARED_HEADER_SIZE: u32 = 128;
const NAME_TABLE_AT: usize = 128;
const TEMPLATE_TABLE_AT: usize = 384;
/// The header checksum covers what stands before it, and the tables behind it.
const HEADER_CHECKSUM_AT: usize = 124;
const CHECKSUMMED_HEADER_END: usize = 120;
/// Chunk flag of every chunk that was ever written to (observed).
const FLAG_WRITTEN: u32 = 1;
/// Chunk flag: checksums are not kept (observed).
const FLAG_NO_CHECKSUMS: u32 = 4;

/// Which records a chunk holds, as its header says.
#[derive(Debug, Clone, Copy)]
struct Span {
    first_number: u64,
    last_number: u64,
    first_id: u64,
    last_id: u64,
    last_record_at: u32,
}

/// A chunk that is being filled. `bytes` may run over the chunk's size until `rewind` or `is_full`
/// decides.
#[derive(Debug, Clone)]
pub(super) struct Chunk {
    bytes: Vec<u8>,
    name_buckets: [u32; 64],
    template_buckets: [u32; 32],
    names: HashMap<String, u32>,
    /// Offset of each shape's definition in this chunk, by shape number; zero where there is none.
    templates: Vec<u32>,
    span: Option<Span>,
}

/// State of a chunk before a record, to return to when the record does not fit.
pub(super) struct Mark {
    length: usize,
    name_buckets: [u32; 64],
    template_buckets: [u32; 32],
}

impl Chunk {
    pub(super) fn new() -> Self {
        let mut bytes = Vec::with_capacity(CHUNK_SIZE * 2);
        bytes.resize(CHUNK_HEADER_SIZE, 0);
        Self {
            bytes,
            name_buckets: [0; 64],
            template_buckets: [0; 32],
            names: HashMap::new(),
            templates: Vec::new(),
            span: None,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.span.is_none()
    }

    /// Whether more was written than a chunk holds.
    pub(super) fn is_overfull(&self) -> bool {
        self.bytes.len() > RECORDS_END
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            length: self.bytes.len(),
            name_buckets: self.name_buckets,
            template_buckets: self.template_buckets,
        }
    }

    /// Forgets all bytes since the mark. The chunk takes no further records after this, because
    /// its look-up maps still know the names and templates that were cut off.
    pub(super) fn rewind(&mut self, mark: &Mark) {
        self.bytes.truncate(mark.length);
        self.name_buckets = mark.name_buckets;
        self.template_buckets = mark.template_buckets;
    }

    /// Notes that the record from `start` to the end of the bytes is complete.
    pub(super) fn record_done(&mut self, start: usize, number: u64, id: u64) {
        let span = self.span.get_or_insert(Span {
            first_number: number,
            last_number: number,
            first_id: id,
            last_id: id,
            last_record_at: 0,
        });
        span.last_number = number;
        span.last_id = id;
        span.last_record_at = offset(start);
    }

    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The bytes written so far, to append to.
    pub(super) fn sink(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Writes a zero to be filled later, and says where.
    pub(super) fn reserve_u32(&mut self) -> usize {
        let at = self.bytes.len();
        self.put(&[0; 4]);
        at
    }

    /// Fills a reserved number with the count of bytes that follow it.
    pub(super) fn fill_size(&mut self, at: usize) {
        let size = offset(self.bytes.len() - at - 4);
        self.patch(at, &size.to_le_bytes());
    }

    pub(super) fn patch(&mut self, at: usize, bytes: &[u8]) {
        self.bytes[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// A count of UTF-16 units, then the units.
    pub(super) fn put_counted_utf16(&mut self, text: &str) {
        let count_at = self.bytes.len();
        self.put(&[0; 2]);
        self.bytes
            .extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        // A longer text does not fit into a chunk, which is found out when the record is complete.
        let count = u16::try_from((self.bytes.len() - count_at - 2) / 2).unwrap_or(u16::MAX);
        self.patch(count_at, &count.to_le_bytes());
    }

    /// The offset of a name, and the name itself if this is its first use in the chunk.
    pub(super) fn put_name(&mut self, name: &str) {
        if let Some(at) = self.names.get(name) {
            let at = *at;
            self.put(&at.to_le_bytes());
            return;
        }
        let at = offset(self.bytes.len() + 4);
        self.names.insert(name.to_owned(), at);
        let hash = name_hash(name.encode_utf16());
        let bucket = &mut self.name_buckets[usize::from(hash % 64)];
        let next = std::mem::replace(bucket, at);
        self.put(&at.to_le_bytes());
        self.put(&next.to_le_bytes());
        self.put(&hash.to_le_bytes());
        self.put_counted_utf16(name);
        self.put(&[0; 2]);
    }

    /// A template instance up to its value table, with the definition if the chunk lacks it.
    pub(super) fn put_template(&mut self, shape_number: usize, shape: &Shape) {
        let [a, b, c, d, ..] = shape.guid;
        self.put(&[0x0C, 0x01, a, b, c, d]);
        if let Some(at) = self
            .templates
            .get(shape_number)
            .copied()
            .filter(|at| *at != 0)
        {
            self.put(&at.to_le_bytes());
            return;
        }
        let at = offset(self.bytes.len() + 4);
        if self.templates.len() <= shape_number {
            self.templates.resize(shape_number + 1, 0);
        }
        self.templates[shape_number] = at;
        let units = shape
            .guid
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        let bucket = &mut self.template_buckets[usize::from(name_hash(units) % 32)];
        let next = std::mem::replace(bucket, at);
        self.put(&at.to_le_bytes());
        self.put(&next.to_le_bytes());
        self.put(&shape.guid);
        let size_at = self.reserve_u32();
        xml::write_fragment(self, &shape.root, Place::Template);
        self.fill_size(size_at);
    }

    /// The finished chunk of exactly 64 KiB.
    pub(super) fn finish(mut self, checksums: super::Checksums) -> Vec<u8> {
        let free_at = offset(self.bytes.len());
        let flags = match checksums {
            super::Checksums::Present => FLAG_WRITTEN,
            super::Checksums::Absent => FLAG_WRITTEN | FLAG_NO_CHECKSUMS,
        };
        // An empty chunk has these odd numbers in every empty log seen.
        let span = self.span.unwrap_or(Span {
            first_number: 1,
            last_number: u64::MAX,
            first_id: u64::MAX,
            last_id: u64::MAX,
            last_record_at: 0,
        });
        let data_checksum = match checksums {
            super::Checksums::Present => crc32fast::hash(&self.bytes[CHUNK_HEADER_SIZE..]),
            super::Checksums::Absent => 0,
        };
        self.patch(0, MAGIC);
        self.patch(8, &span.first_number.to_le_bytes());
        self.patch(16, &span.last_number.to_le_bytes());
        self.patch(24, &span.first_id.to_le_bytes());
        self.patch(32, &span.last_id.to_le_bytes());
        self.patch(40, &DECLARED_HEADER_SIZE.to_le_bytes());
        self.patch(44, &span.last_record_at.to_le_bytes());
        self.patch(48, &free_at.to_le_bytes());
        self.patch(52, &data_checksum.to_le_bytes());
        self.patch(120, &flags.to_le_bytes());
        let buckets = self.name_buckets;
        for (position, bucket) in buckets.iter().enumerate() {
            self.patch(NAME_TABLE_AT + 4 * position, &bucket.to_le_bytes());
        }
        let buckets = self.template_buckets;
        for (position, bucket) in buckets.iter().enumerate() {
            self.patch(TEMPLATE_TABLE_AT + 4 * position, &bucket.to_le_bytes());
        }
        if checksums == super::Checksums::Present {
            let mut checksum = crc32fast::Hasher::new();
            checksum.update(&self.bytes[..CHECKSUMMED_HEADER_END]);
            checksum.update(&self.bytes[NAME_TABLE_AT..CHUNK_HEADER_SIZE]);
            self.patch(HEADER_CHECKSUM_AT, &checksum.finalize().to_le_bytes());
        }
        self.bytes.resize(CHUNK_SIZE, 0);
        self.bytes
    }
}

/// The hash of both tables: multiply by 65599 and add, low 16 bits (observed).
fn name_hash(units: impl Iterator<Item = u16>) -> u16 {
    let hash = units.fold(0_u32, |hash, unit| {
        hash.wrapping_mul(65_599).wrapping_add(u32::from(unit))
    });
    let [low, high, ..] = hash.to_le_bytes();
    u16::from_le_bytes([low, high])
}

/// A position in the chunk. One beyond 4 GiB belongs to a record that will be refused anyway.
fn offset(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_hashes_are_those_of_windows() {
        // Values seen beside these names in every log.
        for (name, hash) in [("Event", 0x0CBA), ("System", 0x546F), ("Provider", 0x7BF1)] {
            assert_eq!(name_hash(name.encode_utf16()), hash, "{name}");
        }
    }
}
