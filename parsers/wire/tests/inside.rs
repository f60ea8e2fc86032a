//! Property: whatever is asked of a cursor, it never reads outside its slice,
//! and what it hands out is exactly the bytes at its position.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use joinscope_wire::{Cursor, Error};

/// A fixed-seed generator; the tests must be the same on every run.
struct Lcg(u64);

impl Lcg {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next()).unwrap() % bound
    }

    /// Mostly small, sometimes absurd: sizes as a damaged file would claim.
    fn size(&mut self) -> usize {
        match self.below(8) {
            0 => usize::MAX,
            1 => usize::MAX / 2 + self.below(3),
            _ => self.below(24),
        }
    }
}

/// Performs one random read and checks it against the plain slice.
fn step(cursor: &mut Cursor<'_>, data: &[u8], base: u64, random: &mut Lcg) {
    let before = cursor.position();
    let size = random.size();
    let end = before.checked_add(size).filter(|end| *end <= data.len());
    match random.below(6) {
        0 => match cursor.take(size, "take") {
            Ok(bytes) => assert_eq!(bytes, &data[before..end.unwrap()]),
            Err(error) => {
                assert_eq!(end, None);
                assert_eq!(
                    error,
                    Error::Truncated {
                        what: "take",
                        offset: base + before as u64,
                        need: size,
                        have: data.len() - before
                    }
                );
                assert_eq!(cursor.position(), before);
            }
        },
        1 => assert_eq!(cursor.skip(size, "skip").is_ok(), end.is_some()),
        2 => assert_eq!(cursor.seek(size, "seek").is_ok(), size <= data.len()),
        3 => match cursor.sub(size, "sub") {
            Ok(mut sub) => {
                assert_eq!(sub.offset(), base + before as u64);
                assert_eq!(sub.take(size, "all").unwrap(), &data[before..end.unwrap()]);
                assert!(sub.u8("beyond").is_err());
            }
            Err(_) => assert_eq!(end, None),
        },
        4 => {
            let read = cursor.u32("u32").ok();
            let expected = data[before..]
                .first_chunk::<4>()
                .map(|b| u32::from_le_bytes(*b));
            assert_eq!(read, expected);
        }
        _ => {
            let read = cursor.u8("u8").ok();
            assert_eq!(read, data.get(before).copied());
        }
    }
    assert!(cursor.position() <= data.len());
    assert_eq!(cursor.position() + cursor.remaining(), data.len());
    assert_eq!(cursor.rest(), &data[cursor.position()..]);
}

#[test]
fn the_cursor_never_reads_outside() {
    let mut random = Lcg(0x6a6f_696e);
    for round in 0..2_000 {
        let data: Vec<u8> = (0..random.below(64))
            .map(|_| random.next().to_le_bytes()[0])
            .collect();
        let base = u64::try_from(round).unwrap() * 4096;
        let mut cursor = Cursor::with_base(&data, base);
        for _ in 0..40 {
            step(&mut cursor, &data, base, &mut random);
        }
    }
}
