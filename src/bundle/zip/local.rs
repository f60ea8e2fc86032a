//! The header in front of each member's data (APPNOTE 4.3.7), and the fields both headers share.
//!
//! Sizes in it are zero where the writer streamed; they then stand behind the data.

use std::ops::Range;

use joinscope_wire::{Cursor, Result};

use super::{Lock, Member, Method};

/// `PK\3\4`.
pub(super) const SIGNATURE: [u8; 4] = *b"PK\x03\x04";

/// Sizes and checksum follow the data.
const FLAG_DESCRIPTOR: u16 = 1 << 3;
/// Size of the header without name and extra fields.
const FIXED: usize = 30;

/// The local header of a member.
#[derive(Clone, Debug)]
pub(super) struct LocalHeader<'a> {
    pub(super) fields: Fields<'a>,
    /// Packed size; zero where [`Self::is_streamed`].
    pub(super) packed: u64,
    pub(super) name: &'a [u8],
    /// Offset of the first byte of data.
    pub(super) data: u64,
}

/// What the local header and the central directory both say of a member.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a> {
    pub(super) flags: u16,
    pub(super) method: u16,
    /// DOS time, which some encryption checks use.
    pub(super) time: u16,
    pub(super) crc: u32,
    /// Unpacked size.
    pub(super) size: u64,
    pub(super) extra: &'a [u8],
}

impl<'a> LocalHeader<'a> {
    /// The header at an offset of the archive; fails where there is none or not all of it.
    pub(super) fn read(archive: &'a [u8], offset: u64) -> Option<Self> {
        let start = usize::try_from(offset).ok()?;
        let mut cursor = Cursor::with_base(archive.get(start..)?, offset);
        Self::parse(&mut cursor).ok().flatten()
    }

    fn parse(cursor: &mut Cursor<'a>) -> Result<Option<Self>> {
        if cursor.array::<4>("local header signature")? != SIGNATURE {
            return Ok(None);
        }
        cursor.skip(2, "version needed")?;
        let flags = cursor.u16("flags")?;
        let method = cursor.u16("method")?;
        let time = cursor.u16("time")?;
        cursor.skip(2, "date")?;
        let crc = cursor.u32("checksum")?;
        let packed = cursor.u32("packed size")?;
        let size = cursor.u32("size")?;
        let name_length = usize::from(cursor.u16("name length")?);
        let extra_length = usize::from(cursor.u16("extra length")?);
        debug_assert_eq!(cursor.position(), FIXED);
        let name = cursor.take(name_length, "name")?;
        let extra = cursor.take(extra_length, "extra fields")?;
        let (size, packed) = wide_sizes(extra, size, packed);
        let fields = Fields {
            flags,
            method,
            time,
            crc,
            size,
            extra,
        };
        Ok(Some(Self {
            fields,
            packed,
            name,
            data: cursor.offset(),
        }))
    }

    /// Whether sizes and checksum stand behind the data instead of here.
    pub(super) fn is_streamed(&self) -> bool {
        self.fields.flags & FLAG_DESCRIPTOR != 0 && self.packed == 0
    }
}

impl Fields<'_> {
    /// The member that these fields and the place of its data describe.
    pub(super) fn member(&self, data: Range<u64>) -> Member {
        let lock = Lock::of(self);
        let method = match lock {
            Lock::Aes(aes) => aes.method,
            _ => self.method,
        };
        let has_crc = !matches!(lock, Lock::Aes(aes) if !aes.keeps_crc);
        Member {
            data,
            method: Method::of(method),
            size: self.size,
            crc: has_crc.then_some(self.crc),
            lock,
        }
    }

    /// The byte that ZipCrypto repeats inside the encrypted data.
    pub(super) fn check_byte(&self) -> u8 {
        let [.., high] = self.crc.to_le_bytes();
        let [_, time_high] = self.time.to_le_bytes();
        if self.flags & FLAG_DESCRIPTOR != 0 {
            time_high
        } else {
            high
        }
    }
}

/// The content of an extra field by its id; the first where it is repeated.
pub(super) fn extra_field(extra: &[u8], wanted: u16) -> Option<&[u8]> {
    let mut cursor = Cursor::new(extra);
    loop {
        let id = cursor.u16("extra id").ok()?;
        let length = usize::from(cursor.u16("extra length").ok()?);
        let content = cursor.take(length, "extra content").ok()?;
        if id == wanted {
            return Some(content);
        }
    }
}

/// Sizes of 64 bits, which stand in extra field 1 in the order size, packed size, each only where
/// its own field is full.
fn wide_sizes(extra: &[u8], size: u32, packed: u32) -> (u64, u64) {
    let mut wide = Cursor::new(extra_field(extra, 1).unwrap_or_default());
    let mut widen = |narrow: u32| {
        if narrow == u32::MAX {
            wide.u64("wide size").unwrap_or(narrow.into())
        } else {
            narrow.into()
        }
    };
    (widen(size), widen(packed))
}
