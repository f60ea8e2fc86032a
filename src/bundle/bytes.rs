//! Shared, read-only bytes: a part of a mapped file or of memory that was unpacked once.
//!
//! Cloning and slicing copy nothing. A mapped file is not protected against other programs: one
//! that shortens it while we read can end this process, which is why only evidence at rest is
//! opened and nothing here ever writes.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::ops::{Deref, Range};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use memmap2::Mmap;

/// Bytes that several readers share.
#[derive(Clone)]
pub struct Bytes {
    owner: Owner,
    range: Range<usize>,
}

#[derive(Clone)]
enum Owner {
    Memory(Arc<Vec<u8>>),
    Mapped(Arc<Mmap>),
    Lent(Arc<Lent>),
}

/// The largest buffer that is kept when it comes back: what was larger was so once, by what it held.
const LARGEST_KEPT: usize = 2 << 20;

/// Files of so many bytes are read: to map them takes as long, and every thread is told when a mapping ends.
/// Larger logs were mostly allocated and never used, which is not touched where it is mapped.
const SMALL: u64 = 128 << 10;

/// What small files were read into.
static SMALL_FILES: LazyLock<Buffers> = LazyLock::new(Buffers::default);

/// Buffers that come back when nobody has them any more: fresh memory costs more than filling it.
#[derive(Clone, Debug, Default)]
pub(super) struct Buffers(Arc<Mutex<Vec<Vec<u8>>>>);

/// A buffer, and where it goes back to.
struct Lent {
    content: Vec<u8>,
    home: Buffers,
}

impl Buffers {
    /// An empty buffer with room for so many bytes.
    pub(super) fn take(&self, length: usize) -> Vec<u8> {
        let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut buffer = free.pop().unwrap_or_default();
        drop(free);
        buffer.clear();
        buffer.reserve_exact(length);
        buffer
    }

    /// Shares a buffer until it comes back.
    pub(super) fn lend(&self, content: Vec<u8>) -> Bytes {
        let range = 0..content.len();
        let home = self.clone();
        Bytes {
            owner: Owner::Lent(Arc::new(Lent { content, home })),
            range,
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if self.content.capacity() > LARGEST_KEPT {
            return;
        }
        let free = self.home.0.lock();
        let mut free = free.unwrap_or_else(PoisonError::into_inner);
        free.push(std::mem::take(&mut self.content));
    }
}

impl Bytes {
    /// No bytes.
    pub fn empty() -> Self {
        Self::from(Vec::new())
    }

    /// A part of these bytes, cut to what there is.
    #[must_use]
    pub fn part(&self, range: Range<u64>) -> Self {
        let place = |offset: u64| {
            let offset = usize::try_from(offset).unwrap_or(usize::MAX);
            self.range.start.saturating_add(offset).min(self.range.end)
        };
        let start = place(range.start);
        Self {
            owner: self.owner.clone(),
            range: start..place(range.end).max(start),
        }
    }

    /// Whether they are a mapped file, which takes no memory of its own.
    pub fn is_mapped(&self) -> bool {
        matches!(self.owner, Owner::Mapped(_))
    }

    /// The whole of a file to be kept: mapped, or read where it is empty or the file system cannot map.
    pub(super) fn of_file(path: &Path) -> io::Result<Self> {
        Self::mapped_above(0, path)
    }

    /// The same for whoever gives it back soon: a small file is read into a buffer that others had before.
    /// Of kept ones there can be hundreds of thousands, which no memory would hold.
    pub(super) fn of_file_for_now(path: &Path) -> io::Result<Self> {
        Self::mapped_above(SMALL, path)
    }

    /// A file: mapped where it is longer than `small`, if that can be.
    fn mapped_above(small: u64, path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        if length > small
            && let Ok(mapped) = map(&file)
        {
            let range = 0..mapped.len();
            return Ok(Self {
                owner: Owner::Mapped(Arc::new(mapped)),
                range,
            });
        }
        // One byte more tells at once that the file ends.
        let room = usize::try_from(length.min(SMALL) + 1).unwrap_or_default();
        let mut content = SMALL_FILES.take(room);
        file.read_to_end(&mut content)?;
        Ok(SMALL_FILES.lend(content))
    }
}

/// The one unsafe call of the project.
fn map(file: &File) -> io::Result<Mmap> {
    #[expect(
        unsafe_code,
        reason = "a mapping cannot be made otherwise; see the safety argument below"
    )]
    // SAFETY: the mapping is read-only and private to this type, which hands out shared slices
    // only, so nothing in this process changes the bytes. Another program that changes the file
    // meanwhile changes bytes under `&[u8]`: every parser checks each read against the slice, whose
    // length is fixed, and none reads a value twice and trusts both reads to agree. A file that is
    // shortened meanwhile faults; the module documentation says why that is accepted.
    unsafe {
        Mmap::map(file)
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(content: Vec<u8>) -> Self {
        let range = 0..content.len();
        Self {
            owner: Owner::Memory(Arc::new(content)),
            range,
        }
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        let whole: &[u8] = match &self.owner {
            Owner::Memory(content) => content,
            Owner::Mapped(mapped) => mapped,
            Owner::Lent(lent) => &lent.content,
        };
        whole.get(self.range.clone()).unwrap_or_default()
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let owner = match self.owner {
            Owner::Memory(_) | Owner::Lent(_) => "memory",
            Owner::Mapped(_) => "mapped",
        };
        write!(f, "Bytes({} in {owner})", self.range.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_cut_to_what_there_is() {
        let bytes = Bytes::from(b"0123456789".to_vec());
        let middle = bytes.part(2..8);
        assert_eq!(&*middle, b"234567");
        assert_eq!(&*middle.part(4..100), b"67");
        assert_eq!(&*middle.part(50..60), b"");
        assert_eq!(&*bytes.part(0..u64::MAX), b"0123456789");
        assert_eq!(format!("{middle:?}"), "Bytes(6 in memory)");
    }

    #[test]
    fn a_buffer_comes_back_when_nobody_has_it() {
        let buffers = Buffers::default();
        let mut buffer = buffers.take(100);
        buffer.extend_from_slice(b"0123456789");
        let place = buffer.as_ptr();
        let lent = buffers.lend(buffer);
        let part = lent.part(2..4);
        drop(lent);
        let other = buffers.take(100);
        assert_ne!(other.as_ptr(), place);
        assert_eq!(&*part, b"23");
        drop(part);
        let again = buffers.take(50);
        assert_eq!((again.as_ptr(), again.len()), (place, 0));
    }

    #[test]
    fn a_file_is_mapped_and_a_small_one_is_read_for_now() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        let check = |length: usize, owner: &str| {
            let content = b"0123456789".iter().copied().cycle();
            let content: Vec<u8> = content.take(length).collect();
            std::fs::write(&path, &content).unwrap();
            let for_now = Bytes::of_file_for_now(&path).unwrap();
            let kept = Bytes::of_file(&path).unwrap();
            assert!(*for_now == *content && *kept == *content, "{length}");
            assert_eq!(
                format!("{for_now:?}"),
                format!("Bytes({length} in {owner})")
            );
            assert_eq!(kept.is_mapped(), length > 0, "{length}");
        };
        let small = usize::try_from(SMALL).unwrap();
        check(0, "memory");
        check(3, "memory");
        check(small, "memory");
        check(small + 1, "mapped");
        check(1, "memory");
        assert!(Bytes::of_file(&folder.path().join("absent.log")).is_err());
    }
}
