//! Security identifiers as Windows stores them.
//!
//! The identifier authority is big-endian, everything after it little-endian.
//! Source: specified (MS-DTYP 2.4.2.1 text form, 2.4.2.2 binary form).

use std::fmt;

use crate::cursor::Cursor;
use crate::error::{Error, Result};

/// The largest number of sub-authorities that a SID may have.
const MAX_SUB_AUTHORITIES: u8 = 15;

/// A security identifier, borrowed from the input and checked.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sid<'a> {
    authority: u64,
    sub_authorities: &'a [u8],
}

impl<'a> Sid<'a> {
    /// Reads a SID at the cursor and passes over exactly its bytes.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the revision is not 1 or there are more than 15
    /// sub-authorities, [`Error::Truncated`] when the bytes end early. The
    /// cursor does not move then.
    pub fn read(cursor: &mut Cursor<'a>) -> Result<Self> {
        let mut ahead = cursor.clone();
        let offset = ahead.offset();
        let [revision, count] = ahead.array("sid header")?;
        if revision != 1 || count > MAX_SUB_AUTHORITIES {
            return Err(Error::Invalid {
                what: "sid",
                offset,
            });
        }
        let [a0, a1, a2, a3, a4, a5] = ahead.array("sid authority")?;
        let sub_authorities = ahead.take(usize::from(count) * 4, "sid sub-authorities")?;
        *cursor = ahead;
        let authority = u64::from_be_bytes([0, 0, a0, a1, a2, a3, a4, a5]);
        Ok(Self {
            authority,
            sub_authorities,
        })
    }

    /// A SID at the start of a slice; bytes behind it are allowed.
    ///
    /// # Errors
    /// As [`Sid::read`].
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self> {
        Self::read(&mut Cursor::new(bytes))
    }

    /// Bytes that the SID occupies in its wire form, 8 to 68.
    pub fn wire_len(&self) -> usize {
        8 + self.sub_authorities.len()
    }

    /// The 48-bit identifier authority; 5 for everything of Windows NT, 12 for
    /// accounts of Entra ID.
    pub fn authority(&self) -> u64 {
        self.authority
    }

    /// The sub-authorities in order; the last one is the relative identifier.
    pub fn sub_authorities(&self) -> impl Iterator<Item = u32> + 'a {
        let (chunks, _) = self.sub_authorities.as_chunks::<4>();
        chunks.iter().map(|chunk| u32::from_le_bytes(*chunk))
    }

    /// The written form as an owned text.
    pub fn to_text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Sid<'_> {
    /// `S-1-authority-sub-…`; an authority of 2^32 or more is in hexadecimal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.authority > u64::from(u32::MAX) {
            write!(f, "S-1-0x{:012x}", self.authority)?;
        } else {
            write!(f, "S-1-{}", self.authority)?;
        }
        self.sub_authorities()
            .try_for_each(|sub| write!(f, "-{sub}"))
    }
}

impl fmt::Debug for Sid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(authority: u64, subs: &[u32]) -> Vec<u8> {
        let mut bytes = vec![1, u8::try_from(subs.len()).unwrap()];
        bytes.extend(&authority.to_be_bytes()[2..]);
        bytes.extend(subs.iter().flat_map(|sub| sub.to_le_bytes()));
        bytes
    }

    fn check(authority: u64, subs: &[u32], expected: &str) {
        let mut bytes = wire(authority, subs);
        let length = bytes.len();
        bytes.push(0xaa);
        let mut cursor = Cursor::new(&bytes);
        let sid = Sid::read(&mut cursor).unwrap();
        assert_eq!(sid.to_text(), expected);
        assert_eq!(sid.wire_len(), length);
        assert_eq!(cursor.position(), length);
        assert_eq!(sid.sub_authorities().collect::<Vec<_>>(), subs);
        for end in 0..length {
            assert!(Sid::from_bytes(&bytes[..end]).is_err(), "prefix of {end}");
        }
    }

    #[test]
    fn written_forms() {
        check(5, &[18], "S-1-5-18");
        check(0, &[], "S-1-0");
        check(5, &[21, 1, 2, u32::MAX, 500], "S-1-5-21-1-2-4294967295-500");
        check(12, &[1, 2, 3, 4, 5], "S-1-12-1-2-3-4-5");
        check(0xffff_ffff, &[1], "S-1-4294967295-1");
        check(0x1_0000_0000, &[1], "S-1-0x000100000000-1");
        check(5, &[7; 15], &format!("S-1-5{}", "-7".repeat(15)));
    }

    #[test]
    fn bytes_that_are_no_sid() {
        let mut bytes = wire(5, &[18]);
        bytes[0] = 2;
        assert_eq!(
            Sid::from_bytes(&bytes),
            Err(Error::Invalid {
                what: "sid",
                offset: 0
            })
        );
        let many = [1, 16, 0, 0, 0, 0, 0, 5];
        let mut cursor = Cursor::with_base(&many, 0x40);
        assert_eq!(
            Sid::read(&mut cursor),
            Err(Error::Invalid {
                what: "sid",
                offset: 0x40
            })
        );
        assert_eq!(cursor.position(), 0);
    }
}
