//! The way to one kind of resource in a Windows program.
//!
//! Source: specified (PE format, sections on headers and the resource directory).

use joinscope_wire::utf16::nul_position;

use crate::bytes::{size, u16_at, u32_at};

/// Name of the resource type.
const NAME: &str = "WEVT_TEMPLATE";
/// Languages and numbers under which the resource can stand; one is usual.
const MAX_RESOURCES: usize = 64;
/// Entries that are looked at in one directory.
const MAX_ENTRIES: usize = 4096;

/// Bytes of the file header behind the signature.
const FILE_HEADER: usize = 20;
/// Bytes of a section header.
const SECTION: usize = 40;
/// Highest bit of an entry: a name, or a directory below.
const HIGH: u32 = 0x8000_0000;

/// Whether the bytes begin like a Windows program.
pub fn is_program(bytes: &[u8]) -> bool {
    Program::of(bytes).is_some()
}

/// The contents of all resources of the type; none of those that lie outside of the file.
pub(super) fn event_templates(bytes: &[u8]) -> Vec<&[u8]> {
    let Some(program) = Program::of(bytes) else {
        return Vec::new();
    };
    let mut found: Vec<&[u8]> = Vec::new();
    let types = program
        .directory(0)
        .filter(|entry| program.is_named(*entry));
    let languages = types
        .flat_map(|kind| program.below(kind))
        .flat_map(|number| program.below(number));
    // Entries can lead to the same bytes; more than the file has is not read.
    let mut room = bytes.len();
    for entry in languages.take(MAX_RESOURCES) {
        if let Some(content) = program.content(entry)
            && !found.iter().any(|known| std::ptr::eq(*known, content))
            && let Some(left) = room.checked_sub(content.len())
        {
            room = left;
            found.push(content);
        }
    }
    found
}

/// A program with resources.
#[derive(Clone, Copy)]
struct Program<'a> {
    bytes: &'a [u8],
    sections: &'a [u8],
    resources: &'a [u8],
}

/// An entry of a resource directory.
#[derive(Clone, Copy)]
struct Entry {
    name: u32,
    target: u32,
}

impl<'a> Program<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        if !bytes.starts_with(b"MZ") {
            return None;
        }
        let head = bytes.get(size(u32_at(bytes, 0x3c)?)..)?;
        let header = head.strip_prefix(b"PE\0\0")?;
        let section_count = usize::from(u16_at(header, 2)?);
        let optional_size = usize::from(u16_at(header, 16)?);
        let optional = header.get(FILE_HEADER..)?;
        let directories = match u16_at(optional, 0)? {
            0x10b => 96,
            0x20b => 112,
            _ => return None,
        };
        let sections = optional.get(optional_size..)?;
        let program = Self {
            bytes,
            sections: sections.get(..section_count * SECTION).unwrap_or(sections),
            resources: &[],
        };
        // The third directory is that of the resources; a program can be without.
        let place = u32_at(optional, directories + 16).filter(|place| *place != 0);
        let resources = place.and_then(|place| program.from(place));
        Some(Self {
            resources: resources.unwrap_or_default(),
            ..program
        })
    }

    /// The bytes of the section that holds a virtual address, from there on.
    fn from(&self, address: u32) -> Option<&'a [u8]> {
        self.sections.chunks_exact(SECTION).find_map(|section| {
            let start = u32_at(section, 12)?;
            let length = u32_at(section, 16)?;
            let within = address
                .checked_sub(start)
                .filter(|within| *within < length)?;
            let place = size(u32_at(section, 20)?);
            let end = place.checked_add(size(length))?.min(self.bytes.len());
            self.bytes.get(place.checked_add(size(within))?..end)
        })
    }

    fn directory(self, place: u32) -> impl Iterator<Item = Entry> {
        let directory = self.resources.get(size(place)..).unwrap_or_default();
        let count = |place| u16_at(directory, place).map_or(0, usize::from);
        let entries = directory.get(16..).unwrap_or_default();
        entries
            .chunks_exact(8)
            .take((count(12) + count(14)).min(MAX_ENTRIES))
            .filter_map(|entry| {
                Some(Entry {
                    name: u32_at(entry, 0)?,
                    target: u32_at(entry, 4)?,
                })
            })
    }

    /// The entries of the directory that an entry leads to.
    fn below(self, entry: Entry) -> impl Iterator<Item = Entry> {
        (entry.target & HIGH != 0)
            .then(|| self.directory(entry.target & !HIGH))
            .into_iter()
            .flatten()
    }

    /// Whether an entry has the name of the type.
    fn is_named(self, entry: Entry) -> bool {
        if entry.name & HIGH == 0 {
            return false;
        }
        let text = self.resources.get(size(entry.name & !HIGH)..);
        text.and_then(|text| text.split_first_chunk::<2>())
            .is_some_and(|(length, text)| {
                usize::from(u16::from_le_bytes(*length)) == NAME.len()
                    && NAME.encode_utf16().eq(units(text).take(NAME.len()))
            })
    }

    fn content(&self, entry: Entry) -> Option<&'a [u8]> {
        if entry.target & HIGH != 0 {
            return None;
        }
        let data = self.resources.get(size(entry.target)..)?;
        let content = self.from(u32_at(data, 0)?)?;
        // One that claims more than its section has is read as far as it goes.
        let length = size(u32_at(data, 4)?).min(content.len());
        content.get(..length)
    }
}

fn units(bytes: &[u8]) -> impl Iterator<Item = u16> {
    let end = nul_position(bytes).unwrap_or(bytes.len());
    let text = bytes.get(..end).unwrap_or(bytes);
    text.chunks_exact(2)
        .filter_map(|unit| Some(u16::from_le_bytes(*unit.first_chunk()?)))
}
