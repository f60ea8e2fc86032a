//! Members as the central directory lists them.
//!
//! A directory that does not list the member at the very beginning of the archive is not believed:
//! it is then the directory of an archive stored inside a larger one that was cut.

use rawzip::{ZipArchive, ZipSliceArchive};

use super::local::{self, Fields, LocalHeader};
use super::{Entry, Extent, Listing};
use crate::bundle::content::Fault;
use crate::model::BlindspotKind;

/// The listing, or one clause on why the directory is of no use.
pub(super) fn list(bytes: &[u8], most: u64) -> Result<Listing, &'static str> {
    let archive = ZipArchive::from_slice(bytes).map_err(|_| "it has no central directory")?;
    let mut listing = Listing::default();
    let mut seen = Seen::default();
    for record in archive.entries() {
        let record = record.map_err(|_| "its central directory is damaged")?;
        seen.count += 1;
        seen.first_listed |= record.local_header_offset() == 0;
        match entry(&archive, &record) {
            Some(entry) => listing.add(entry, most),
            None => seen.lose(&record),
        }
    }
    if !seen.first_listed && bytes.starts_with(&local::SIGNATURE) {
        return Err("its central directory belongs to a part of it only");
    }
    listing.faults.extend(seen.faults(archive.entries_hint()));
    Ok(listing)
}

#[derive(Default)]
struct Seen {
    count: u64,
    /// The directory lists a member at offset 0.
    first_listed: bool,
    lost: u64,
    /// Name and offset of the first member that is not where the directory has it.
    first_lost: Option<(String, u64)>,
}

fn entry(
    archive: &ZipSliceArchive<&[u8]>,
    record: &rawzip::ZipFileHeaderRecord<'_>,
) -> Option<Entry> {
    let bytes = *archive.get_ref();
    let header = record.local_header_offset();
    let local = LocalHeader::read(bytes, header)?;
    let claimed = local.data.saturating_add(record.compressed_size_hint());
    let end = claimed.min(bytes.len() as u64);
    let fields = Fields {
        flags: record.flags().bits(),
        method: record.compression_method().as_u16(),
        time: record.last_modified_dos().packed_time(),
        crc: record.crc32(),
        size: record.uncompressed_size_hint(),
        extra: record.extra_fields().remaining_bytes(),
    };
    let extent = if claimed > end {
        Extent::Cut
    } else {
        Extent::Whole
    };
    let member = fields.member(local.data..end);
    Some(Entry {
        name: record.file_path().as_bytes().into(),
        header,
        member,
        extent,
    })
}

impl Seen {
    fn lose(&mut self, record: &rawzip::ZipFileHeaderRecord<'_>) {
        self.lost += 1;
        if self.first_lost.is_none() {
            let name = String::from_utf8_lossy(record.file_path().as_bytes()).into_owned();
            self.first_lost = Some((name, record.local_header_offset()));
        }
    }

    fn faults(self, announced: u64) -> Vec<Fault> {
        let mut faults = Vec::new();
        if let Some((name, offset)) = self.first_lost {
            let more = match self.lost {
                1 => String::new(),
                lost => format!(", and {} more,", lost - 1),
            };
            let detail =
                format!("Member {name:?}{more} cannot be found where the central directory says.");
            faults.push(Fault::new(BlindspotKind::Damaged, detail).at(offset));
        }
        // The end record counts in 16 bits where it is not a wide one: only the low ones must agree.
        let found = self.count;
        if found & 0xffff != announced & 0xffff {
            let detail = format!("The archive announces {announced} members and lists {found}.");
            faults.push(Fault::new(BlindspotKind::Damaged, detail));
        }
        faults
    }
}
