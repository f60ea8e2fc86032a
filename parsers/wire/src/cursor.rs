//! A position in a slice of bytes with checked reads.
//!
//! `position` counts from the start of this cursor's own slice; `offset` is
//! absolute and is what errors report. A failed read does not move the cursor.

use crate::error::{Error, Result};
use crate::guid::Guid;

/// A checked reader over borrowed bytes.
///
/// Every read takes a short label that names what is being read; a read beyond
/// the end fails as [`Error::Truncated`] with that label and leaves the cursor
/// where it was. Numbers are little-endian unless the method says otherwise.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    whole: &'a [u8],
    rest: &'a [u8],
    base: u64,
}

/// Declares readers of one number type each.
macro_rules! number_readers {
    ($($name:ident: $type:ty, $from:ident, $doc:literal;)*) => {$(
        #[doc = $doc]
        #[inline]
        pub fn $name(&mut self, what: &'static str) -> Result<$type> {
            Ok(<$type>::$from(self.array(what)?))
        }
    )*};
}

impl<'a> Cursor<'a> {
    /// A cursor over the whole input, so that position and offset are equal.
    #[inline]
    pub fn new(data: &'a [u8]) -> Self {
        Self::with_base(data, 0)
    }

    /// A cursor over a part of an input; `base` is the part's absolute offset.
    #[inline]
    pub fn with_base(data: &'a [u8], base: u64) -> Self {
        Self {
            whole: data,
            rest: data,
            base,
        }
    }

    /// Bytes already passed, counted from the start of this cursor's slice.
    #[inline]
    pub fn position(&self) -> usize {
        self.whole.len() - self.rest.len()
    }

    /// Absolute offset of the next byte; saturates instead of wrapping.
    #[inline]
    pub fn offset(&self) -> u64 {
        self.base.saturating_add(self.position() as u64)
    }

    /// Bytes that are left.
    #[inline]
    pub fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// Whether no byte is left.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The bytes that are left, without moving.
    #[inline]
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Moves to a position counted from the start of this cursor's slice.
    ///
    /// The position one past the last byte is allowed.
    #[inline]
    pub fn seek(&mut self, position: usize, what: &'static str) -> Result<()> {
        match self.whole.get(position..) {
            Some(rest) => {
                self.rest = rest;
                Ok(())
            }
            None => Err(Error::Truncated {
                what,
                offset: self.base,
                need: position,
                have: self.whole.len(),
            }),
        }
    }

    /// Passes over `count` bytes.
    #[inline]
    pub fn skip(&mut self, count: usize, what: &'static str) -> Result<()> {
        self.take(count, what).map(|_| ())
    }

    /// Passes to the next multiple of `alignment`, counted from the start of
    /// this cursor's slice. An alignment of zero or one does nothing.
    #[inline]
    pub fn align(&mut self, alignment: usize, what: &'static str) -> Result<()> {
        match self.position().checked_rem(alignment) {
            None | Some(0) => Ok(()),
            Some(over) => self.skip(alignment - over, what),
        }
    }

    /// The next `count` bytes.
    #[inline]
    pub fn take(&mut self, count: usize, what: &'static str) -> Result<&'a [u8]> {
        match self.rest.split_at_checked(count) {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(taken)
            }
            None => Err(self.truncated(count, what)),
        }
    }

    /// The next `N` bytes as an array.
    #[inline]
    pub fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N]> {
        match self.rest.split_first_chunk::<N>() {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(*taken)
            }
            None => Err(self.truncated(N, what)),
        }
    }

    /// A cursor bounded to the next `count` bytes, which this one passes over.
    ///
    /// The bounded cursor's positions start at zero; its offsets stay absolute.
    #[inline]
    pub fn sub(&mut self, count: usize, what: &'static str) -> Result<Self> {
        let base = self.offset();
        Ok(Self::with_base(self.take(count, what)?, base))
    }

    /// The next 16 bytes as a GUID in wire order.
    #[inline]
    pub fn guid(&mut self, what: &'static str) -> Result<Guid> {
        self.array(what).map(Guid)
    }

    /// The next byte.
    #[inline]
    pub fn u8(&mut self, what: &'static str) -> Result<u8> {
        self.array::<1>(what).map(|[byte]| byte)
    }

    number_readers! {
        u16: u16, from_le_bytes, "The next 2 bytes as an unsigned little-endian number.";
        u32: u32, from_le_bytes, "The next 4 bytes as an unsigned little-endian number.";
        u64: u64, from_le_bytes, "The next 8 bytes as an unsigned little-endian number.";
        i8: i8, from_le_bytes, "The next byte as a signed number.";
        i16: i16, from_le_bytes, "The next 2 bytes as a signed little-endian number.";
        i32: i32, from_le_bytes, "The next 4 bytes as a signed little-endian number.";
        i64: i64, from_le_bytes, "The next 8 bytes as a signed little-endian number.";
        f32: f32, from_le_bytes, "The next 4 bytes as a little-endian float; may be NaN.";
        f64: f64, from_le_bytes, "The next 8 bytes as a little-endian float; may be NaN.";
        u16_be: u16, from_be_bytes, "The next 2 bytes as an unsigned big-endian number.";
        u32_be: u32, from_be_bytes, "The next 4 bytes as an unsigned big-endian number.";
        u64_be: u64, from_be_bytes, "The next 8 bytes as an unsigned big-endian number.";
    }

    #[cold]
    fn truncated(&self, need: usize, what: &'static str) -> Error {
        Error::Truncated {
            what,
            offset: self.offset(),
            need,
            have: self.remaining(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_little_endian_and_advance() {
        let bytes: Vec<u8> = (1..=34).collect();
        let mut cursor = Cursor::new(&bytes);
        assert_eq!(cursor.u8("a"), Ok(1));
        assert_eq!(cursor.u16("b"), Ok(0x0302));
        assert_eq!(cursor.u32("c"), Ok(0x0706_0504));
        assert_eq!(cursor.u64("d"), Ok(0x0f0e_0d0c_0b0a_0908));
        assert_eq!(cursor.u16_be("e"), Ok(0x1011));
        assert_eq!(cursor.u32_be("f"), Ok(0x1213_1415));
        assert_eq!(cursor.position(), 21);
        assert_eq!(cursor.i64("g"), Ok(0x1d1c_1b1a_1918_1716));
        assert_eq!(cursor.remaining(), 5);
        assert_eq!(cursor.take(5, "h"), Ok(&[30, 31, 32, 33, 34][..]));
        assert!(cursor.is_empty());
    }

    #[test]
    fn signed_and_float_values() {
        let mut cursor = Cursor::new(&[0xff, 0xff, 0xff, 0xff, 0, 0, 0x80, 0x3f]);
        assert_eq!(cursor.i32("n"), Ok(-1));
        assert_eq!(cursor.f32("x"), Ok(1.0));
        assert_eq!(Cursor::new(&1.5_f64.to_le_bytes()).f64("y"), Ok(1.5));
        assert_eq!(Cursor::new(&[0xfe, 0xff]).i16("z"), Ok(-2));
    }

    #[test]
    fn a_short_read_names_the_place_and_does_not_move() {
        let mut cursor = Cursor::with_base(&[1, 2, 3], 0x100);
        cursor.skip(1, "head").unwrap();
        let error = cursor.u32("record size").unwrap_err();
        assert_eq!(
            error,
            Error::Truncated {
                what: "record size",
                offset: 0x101,
                need: 4,
                have: 2
            }
        );
        assert_eq!(
            error.to_string(),
            "truncated record size at offset 0x101: need 4 bytes, have 2"
        );
        assert_eq!(cursor.position(), 1);
    }

    #[test]
    fn a_sub_cursor_is_bounded_and_keeps_offsets() {
        let mut cursor = Cursor::with_base(&[0, 1, 2, 3, 4, 5], 10);
        cursor.skip(2, "head").unwrap();
        let mut sub = cursor.sub(3, "body").unwrap();
        assert_eq!((sub.position(), sub.offset(), sub.remaining()), (0, 12, 3));
        assert_eq!(sub.take(3, "all"), Ok(&[2, 3, 4][..]));
        assert!(sub.u8("beyond").is_err());
        assert_eq!(cursor.u8("tail"), Ok(5));
    }

    #[test]
    fn seek_and_align_stay_inside() {
        let mut cursor = Cursor::new(&[0; 10]);
        cursor.seek(10, "end").unwrap();
        assert!(cursor.seek(11, "beyond").is_err());
        assert_eq!(cursor.position(), 10);
        cursor.seek(3, "middle").unwrap();
        cursor.align(8, "padding").unwrap();
        assert_eq!(cursor.position(), 8);
        cursor.align(8, "padding").unwrap();
        assert_eq!(cursor.position(), 8);
        cursor.skip(1, "byte").unwrap();
        assert!(cursor.align(8, "padding").is_err());
        cursor.align(0, "nothing").unwrap();
        assert_eq!(cursor.position(), 9);
    }

    #[test]
    fn offsets_saturate() {
        let mut cursor = Cursor::with_base(&[0; 4], u64::MAX - 1);
        cursor.skip(4, "all").unwrap();
        assert_eq!(cursor.offset(), u64::MAX);
    }
}
