//! The container of a PDB: numbered streams that are made of pages.
//!
//! Every page belongs to one stream in a sound file, so all streams together
//! are at most as long as the file. That is the limit which keeps a damaged
//! directory, in which many streams claim the same pages, from costing more
//! time and memory than the file itself.
//!
//! Source: *specified* by the documentation of the MSF format that the LLVM
//! project publishes. *Assumed*: pages above 4096 bytes are numbered alike.

use joinscope_wire::{Cursor, Error};

use crate::pdb::{Container, PdbError};

const MAGIC: &[u8] = b"Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0";
const OLD_MAGIC: &[u8] = b"Microsoft C/C++ program database 2.00\r\n\x1aJG";
const COMPRESSED_MAGIC: &[u8] = b"Microsoft MSFZ Container";
const PORTABLE_MAGIC: &[u8] = b"BSJB";

/// The size that stands for a stream which does not exist.
const NO_STREAM: u32 = u32::MAX;
const PAGE_SIZES: std::ops::RangeInclusive<u32> = 512..=32768;

/// What the first bytes of a file say that it is.
pub(crate) fn container(bytes: &[u8]) -> Option<Container> {
    let kinds = [
        (MAGIC, Container::Msf),
        (OLD_MAGIC, Container::Old),
        (COMPRESSED_MAGIC, Container::Compressed),
        (PORTABLE_MAGIC, Container::Portable),
    ];
    let kind = kinds.iter().find(|(magic, _)| bytes.starts_with(magic));
    kind.map(|(_, kind)| *kind)
}

/// A container whose directory was read.
#[derive(Debug)]
pub(crate) struct Msf<'a> {
    bytes: &'a [u8],
    page_size: usize,
    directory: Vec<u8>,
    streams: Vec<StreamPlace>,
    /// Bytes that may still be read before more would be read than are there.
    budget: usize,
}

/// Size of a stream, and where in the directory its page numbers are.
#[derive(Clone, Copy, Debug)]
struct StreamPlace {
    size: usize,
    numbers_at: usize,
}

/// The bytes of a stream.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    pub(crate) bytes: Vec<u8>,
    /// How many of its bytes are not there.
    pub(crate) missing: usize,
}

impl<'a> Msf<'a> {
    /// Reads the directory.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, PdbError> {
        match container(bytes) {
            Some(Container::Msf) => (),
            Some(other) => return Err(PdbError::Unsupported(other)),
            None => return Err(PdbError::NotPdb),
        }
        let mut head = Cursor::new(bytes);
        head.skip(MAGIC.len(), "pdb magic")?;
        let page_size = head.u32("page size")?;
        head.skip(4, "free page map")?;
        head.skip(4, "page count")?;
        let directory_size = size(head.u32("directory size")?);
        head.skip(4, "reserved field")?;
        let map_page = head.u32("page of the directory map")?;
        if !page_size.is_power_of_two() || !PAGE_SIZES.contains(&page_size) {
            return Err(PdbError::PageSize(page_size));
        }
        let mut msf = Self {
            bytes,
            page_size: size(page_size),
            directory: Vec::new(),
            streams: Vec::new(),
            budget: bytes.len(),
        };
        msf.read_directory(directory_size, map_page)?;
        msf.place_streams()?;
        // The directory's own pages are no stream's.
        msf.budget = bytes.len();
        Ok(msf)
    }

    /// Reads a stream. What the file does not have of it is counted.
    ///
    /// # Errors
    /// [`PdbError::NoStream`] when the directory does not have the number.
    pub(crate) fn read(&mut self, number: u32) -> Result<Stream, PdbError> {
        let missing = PdbError::NoStream(number);
        let Some(place) = self.streams.get(size(number)).copied() else {
            return Err(missing);
        };
        let count = place.size.div_ceil(self.page_size);
        let numbers = self
            .directory
            .get(place.numbers_at..)
            .and_then(|numbers| numbers.get(..count * 4))
            .ok_or(missing)?;
        let stream = collect_pages(self.bytes, self.page_size, numbers, place.size, self.budget);
        self.budget -= stream.bytes.len();
        Ok(stream)
    }

    /// The directory is itself made of pages; their numbers fill one page.
    fn read_directory(&mut self, directory_size: usize, map_page: u32) -> Result<(), PdbError> {
        let truncated = Error::Truncated {
            what: "stream directory",
            offset: u64::from(map_page).saturating_mul(self.page_size as u64),
            need: directory_size,
            have: self.bytes.len(),
        };
        if directory_size > self.bytes.len() {
            return Err(truncated.into());
        }
        let map = page(self.bytes, self.page_size, map_page).ok_or(truncated)?;
        let count = directory_size.div_ceil(self.page_size);
        let numbers = map.get(..count * 4).ok_or(truncated)?;
        let stream = collect_pages(
            self.bytes,
            self.page_size,
            numbers,
            directory_size,
            self.budget,
        );
        if stream.missing > 0 {
            return Err(truncated.into());
        }
        self.directory = stream.bytes;
        Ok(())
    }

    /// Finds where the page numbers of each stream are.
    fn place_streams(&mut self) -> Result<(), PdbError> {
        let mut cursor = Cursor::new(&self.directory);
        let count = size(cursor.u32("number of streams")?);
        let sizes = count.checked_mul(4).ok_or(Error::Invalid {
            what: "number of streams",
            offset: 0,
        })?;
        let mut sizes = cursor.sub(sizes, "sizes of the streams")?;
        let mut numbers_at = cursor.position();
        while let Ok(claimed) = sizes.u32("size of a stream") {
            let claimed = if claimed == NO_STREAM { 0 } else { claimed };
            let place = StreamPlace {
                size: size(claimed),
                numbers_at,
            };
            self.streams.push(place);
            let pages = place.size.div_ceil(self.page_size);
            numbers_at = numbers_at.saturating_add(pages.saturating_mul(4));
        }
        Ok(())
    }
}

/// Puts the pages of a stream together, as long as they are there and the
/// budget has room for them.
fn collect_pages(
    file: &[u8],
    page_size: usize,
    numbers: &[u8],
    stream_size: usize,
    budget: usize,
) -> Stream {
    let mut bytes = Vec::with_capacity(stream_size.min(budget));
    for number in numbers.as_chunks::<4>().0 {
        let wanted = page_size.min(stream_size - bytes.len());
        let page = page(file, page_size, u32::from_le_bytes(*number));
        let part = page.unwrap_or_default();
        let part = part.get(..wanted).unwrap_or(part);
        if bytes.len() + part.len() > budget {
            break;
        }
        bytes.extend_from_slice(part);
        if part.len() < wanted {
            break;
        }
    }
    let missing = stream_size - bytes.len();
    Stream { bytes, missing }
}

/// A page, or what the end of the file leaves of it; `None` beyond the end.
fn page(file: &[u8], page_size: usize, number: u32) -> Option<&[u8]> {
    let start = size(number).checked_mul(page_size)?;
    let rest = file.get(start..)?;
    Some(rest.get(..page_size).unwrap_or(rest))
}

/// A 32-bit size; on a machine with less, one that nothing can have.
pub(crate) fn size(size: u32) -> usize {
    usize::try_from(size).unwrap_or(usize::MAX)
}
