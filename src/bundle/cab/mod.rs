//! Windows cabinets: which files there are, and the unpacked folders that hold them.
//!
//! Format: [MS-CAB] (specified). A cabinet's "folder" is no directory but one compressed stream that
//! several files are cut from; reading one file means unpacking everything before it, so each
//! folder is unpacked once and shared.

mod folder;

use joinscope_wire::{Cursor, Result};

use super::content::Fault;
use crate::model::BlindspotKind;

pub(super) use folder::{Unpacked, unpack};

/// What a cabinet's directory says.
#[derive(Debug, Default)]
pub(super) struct Cabinet<'a> {
    pub(super) folders: Vec<Folder>,
    pub(super) files: Vec<CabFile<'a>>,
    /// Files beyond the number that was asked for.
    pub(super) beyond: u64,
    /// What is wrong with the cabinet as a whole; offsets are offsets in it.
    pub(super) faults: Vec<Fault>,
}

/// One compressed stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Folder {
    /// Offset of its first data block.
    first_block: u32,
    blocks: usize,
    /// Application-defined bytes in each block header.
    reserved: u8,
    pub(super) packing: Packing,
}

/// How a folder is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Stored,
    MsZip,
    /// With the binary logarithm of the window, 15 to 21 by the specification.
    Lzx(u8),
    Quantum,
    Unknown(u16),
}

/// A file as listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CabFile<'a> {
    /// Name as stored.
    pub(super) name: &'a [u8],
    pub(super) home: Home,
    /// First byte in the unpacked folder.
    pub(super) offset: u64,
    pub(super) size: u64,
}

/// Where a file's bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Home {
    /// In this folder.
    Folder(usize),
    /// Partly in another cabinet of the set.
    OtherCabinet,
    /// In a folder that the cabinet does not have.
    Nowhere(u16),
}

const FLAG_PREVIOUS: u16 = 1;
const FLAG_NEXT: u16 = 2;
const FLAG_RESERVED: u16 = 4;

impl Folder {
    /// Packed and unpacked bytes as its block headers declare them.
    pub(super) fn declared(&self, cabinet: &[u8]) -> (u64, u64) {
        folder::blocks(cabinet, self)
            .map_while(std::result::Result::ok)
            .fold((0, 0), |(packed, unpacked), block| {
                (
                    packed + block.data.len() as u64,
                    unpacked + block.unpacked as u64,
                )
            })
    }
}

impl Packing {
    fn of(kind: u16) -> Self {
        let [low, high] = kind.to_le_bytes();
        match low & 0x0f {
            0 => Self::Stored,
            1 => Self::MsZip,
            2 => Self::Quantum,
            3 => Self::Lzx(high & 0x1f),
            _ => Self::Unknown(kind),
        }
    }

    /// What a folder packed this way needs and we lack; `None` where it can be unpacked.
    pub(super) fn unsupported(self) -> Option<String> {
        match self {
            Self::Quantum => Some("Quantum".to_owned()),
            Self::Unknown(kind) => Some(format!("an unknown method (0x{kind:04x})")),
            Self::Stored | Self::MsZip | Self::Lzx(_) => None,
        }
    }
}

/// The directory, at most `most` files of it; what of it is there where it is cut.
pub(super) fn list(bytes: &[u8], most: u64) -> Cabinet<'_> {
    let mut cabinet = Cabinet::default();
    if let Err(error) = read_directory(bytes, most, &mut cabinet) {
        let detail = format!("The cabinet's directory is cut or damaged: {error}.");
        cabinet
            .faults
            .push(Fault::new(BlindspotKind::Truncated, detail));
    }
    cabinet
}

fn read_directory<'a>(bytes: &'a [u8], most: u64, cabinet: &mut Cabinet<'a>) -> Result<()> {
    let mut cursor = Cursor::new(bytes);
    cursor.skip(8, "cabinet signature")?;
    let total = u64::from(cursor.u32("cabinet size")?);
    cursor.skip(4, "reserved")?;
    let first_file = cursor.u32("offset of the files")?;
    cursor.skip(6, "version")?;
    let folder_count = cursor.u16("folder count")?;
    let file_count = cursor.u16("file count")?;
    let flags = cursor.u16("cabinet flags")?;
    cursor.skip(4, "cabinet set")?;

    let (mut folder_reserved, mut reserved) = (0, 0);
    if flags & FLAG_RESERVED != 0 {
        let header_reserved = usize::from(cursor.u16("reserved header size")?);
        folder_reserved = usize::from(cursor.u8("reserved folder size")?);
        reserved = cursor.u8("reserved block size")?;
        cursor.skip(header_reserved, "reserved header bytes")?;
    }
    for flag in [FLAG_PREVIOUS, FLAG_NEXT] {
        if flags & flag != 0 {
            text(&mut cursor, "name of another cabinet")?;
            text(&mut cursor, "label of another disk")?;
        }
    }

    if (bytes.len() as u64) < total {
        let detail = format!("The cabinet ends after {} of {total} bytes.", bytes.len());
        cabinet
            .faults
            .push(Fault::new(BlindspotKind::Truncated, detail).at(bytes.len() as u64));
    }
    // No more blocks than there are headers for in all: folders that share blocks would let a small
    // cabinet ask for endless work.
    let mut blocks_left = bytes.len() / folder::BLOCK_HEADER;
    for _ in 0..folder_count {
        let first_block = cursor.u32("first data block")?;
        let blocks = usize::from(cursor.u16("data block count")?).min(blocks_left);
        blocks_left -= blocks;
        let packing = Packing::of(cursor.u16("compression type")?);
        cursor.skip(folder_reserved, "reserved folder bytes")?;
        cabinet.folders.push(Folder {
            first_block,
            blocks,
            reserved,
            packing,
        });
    }

    cursor.seek(usize::try_from(first_file).unwrap_or(usize::MAX), "files")?;
    for _ in 0..file_count {
        let file = read_file(&mut cursor, cabinet.folders.len())?;
        if (cabinet.files.len() as u64) < most {
            cabinet.files.push(file);
        } else {
            cabinet.beyond += 1;
        }
    }
    Ok(())
}

fn read_file<'a>(cursor: &mut Cursor<'a>, folders: usize) -> Result<CabFile<'a>> {
    let size = u64::from(cursor.u32("file size")?);
    let offset = u64::from(cursor.u32("file offset")?);
    let home = match cursor.u16("folder of the file")? {
        0xfffd..=0xffff => Home::OtherCabinet,
        index if usize::from(index) < folders => Home::Folder(index.into()),
        index => Home::Nowhere(index),
    };
    cursor.skip(6, "file date and attributes")?;
    let name = text(cursor, "file name")?;
    Ok(CabFile {
        name,
        home,
        offset,
        size,
    })
}

/// Bytes up to a zero, which is passed over.
fn text<'a>(cursor: &mut Cursor<'a>, what: &'static str) -> Result<&'a [u8]> {
    let rest = cursor.rest();
    let length = memchr::memchr(0, rest).unwrap_or(rest.len());
    let text = cursor.take(length, what)?;
    cursor.skip(1, what)?;
    Ok(text)
}
