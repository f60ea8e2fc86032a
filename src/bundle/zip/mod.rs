//! Zip archives: which members there are, and their content on demand.
//!
//! Format: PKWARE APPNOTE 6.3.10 (specified); WinZip AES from its AE-1/AE-2 description (specified).
//! The central directory is the authority on sizes and checksums, the local header only on where the
//! data begins; without a directory the local headers are walked instead.

mod directory;
mod fetch;
mod local;
mod lock;
mod salvage;
mod unpacking;

use std::ops::Range;

use super::bytes::Bytes;
use super::content::Fault;
use super::passwords::Passwords;

pub(super) use fetch::{fetch, head};
pub(super) use lock::Lock;
pub(super) use unpacking::{Unpacking, unpacking};

/// An archive that members are read from.
#[derive(Debug)]
pub(super) struct Archive {
    pub(super) bytes: Bytes,
    pub(super) passwords: Passwords,
}

/// What is needed to read one member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    /// Packed, possibly encrypted data in the archive; inside it.
    pub(super) data: Range<u64>,
    pub(super) method: Method,
    /// Unpacked size as declared.
    pub(super) size: u64,
    /// CRC-32 of the unpacked content; `None` where the archive does not say (AE-2).
    pub(super) crc: Option<u32>,
    pub(super) lock: Lock,
}

/// How a member is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Stored,
    Deflate,
    Other(u16),
}

/// A member as listed.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Name as stored.
    pub(super) name: Box<[u8]>,
    /// Offset of the local header.
    pub(super) header: u64,
    pub(super) member: Member,
    /// Whether all of its data is there.
    pub(super) extent: Extent,
}

/// How much of a member's data is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it.
    Whole,
    /// The archive ends inside it; the declared size stands.
    Cut,
    /// The archive ends inside it, and its size would have been declared only behind it.
    CutUnsized,
}

/// The members of an archive.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) entries: Vec<Entry>,
    /// Members beyond the number that was asked for.
    pub(super) beyond: u64,
    /// What is wrong with the archive as a whole; offsets are offsets in it.
    pub(super) faults: Vec<Fault>,
}

/// The members, at most `most` of them, directories left out.
pub(super) fn list(bytes: &[u8], most: u64) -> Listing {
    directory::list(bytes, most).unwrap_or_else(|reason| salvage::list(bytes, most, reason))
}

impl Entry {
    /// Everything of the archive that belongs to this member alone.
    pub(super) fn range(&self) -> Range<u64> {
        self.header..self.member.data.end
    }
}

impl Listing {
    fn add(&mut self, entry: Entry, most: u64) {
        let is_directory = entry.member.size == 0 && matches!(*entry.name, [.., b'/' | b'\\']);
        if is_directory {
            return;
        }
        if (self.entries.len() as u64) < most {
            self.entries.push(entry);
        } else {
            self.beyond += 1;
        }
    }
}

impl Method {
    fn of(id: u16) -> Self {
        match id {
            0 => Self::Stored,
            8 => Self::Deflate,
            other => Self::Other(other),
        }
    }

    /// The name for a sentence, with the number where it is not supported.
    pub(super) fn noun(self) -> String {
        let name = match self {
            Self::Stored => return "stored".to_owned(),
            Self::Deflate => return "Deflate".to_owned(),
            Self::Other(9) => "Deflate64",
            Self::Other(1) => "Shrink",
            Self::Other(6) => "Implode",
            Self::Other(12) => "bzip2",
            Self::Other(14) => "LZMA",
            Self::Other(20 | 93) => "Zstandard",
            Self::Other(95) => "XZ",
            Self::Other(98) => "PPMd",
            Self::Other(_) => "an unknown method",
        };
        match self {
            Self::Other(id) => format!("{name} (method {id})"),
            _ => name.to_owned(),
        }
    }
}
