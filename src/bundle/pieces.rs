//! The content of an artifact piece by piece, so that no more of it is in memory than is being read.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::sync::Arc;

use super::bytes::{Buffers, Bytes};
use super::content::{Content, Fault, unreadable};
use super::zip;
use crate::model::Blindspot;

/// Gives the content of an artifact from its beginning to its end, or to where it breaks.
#[derive(Debug)]
pub struct Pieces {
    source: Source,
    buffers: Buffers,
    path: Arc<str>,
    given: u64,
    fault: Option<Fault>,
}

#[derive(Debug)]
enum Source {
    /// A file of so many bytes that is mapped, or read, as it is asked for.
    File(File, u64),
    /// A zip member that is unpacked as it is asked for.
    Member(Box<zip::Unpacking>),
}

impl Pieces {
    /// `None` where the content is in memory already, or can be had as a whole only.
    pub(super) fn of(content: &Content, path: &Arc<str>) -> Option<Self> {
        let source = match content {
            Content::File(file) => {
                let file = File::open(file).ok()?;
                let length = file.metadata().ok()?.len();
                Source::File(file, length)
            }
            Content::Memory(_) => return None,
            Content::Member(archive, member) => {
                Source::Member(Box::new(zip::unpacking(archive, member)?))
            }
        };
        Some(Self {
            source,
            buffers: Buffers::default(),
            path: Arc::clone(path),
            given: 0,
            fault: None,
        })
    }

    /// The next piece: as many bytes as asked for, or as many as there are before the end.
    pub fn next(&mut self, length: usize) -> Bytes {
        let piece = match &mut self.source {
            Source::Member(unpacking) => {
                let mut piece = self.buffers.take(length);
                unpacking.fill(&mut piece, length);
                self.buffers.lend(piece)
            }
            Source::File(file, end) => {
                let left = end.saturating_sub(self.given);
                let length = usize::try_from(left).map_or(length, |left| left.min(length));
                mapped(file, self.given, length).unwrap_or_else(|| {
                    let mut piece = self.buffers.take(length);
                    if let Err(error) = read(file, self.given, length, &mut piece) {
                        self.fault = Some(unreadable(&error));
                    }
                    self.buffers.lend(piece)
                })
            }
        };
        self.given += piece.len() as u64;
        piece
    }

    /// How many bytes were given.
    pub fn given(&self) -> u64 {
        self.given
    }

    /// What is wrong with the content, known once its last piece was given.
    pub fn end(self) -> Option<Blindspot> {
        let fault = match self.source {
            Source::Member(unpacking) => unpacking.fault(),
            Source::File(..) => self.fault,
        };
        fault.map(|fault| fault.of(&self.path))
    }
}

/// A stretch of a file that nothing is copied of. Where a system cannot make all of its pages present by
/// one call, a fault for each costs more than the copy.
fn mapped(file: &File, offset: u64, length: usize) -> Option<Bytes> {
    let is_cheap = cfg!(target_os = "linux") && length > 0;
    is_cheap
        .then(|| Bytes::of_stretch(file, offset, length).ok())
        .flatten()
}

fn read(file: &mut File, offset: u64, length: usize, piece: &mut Vec<u8>) -> io::Result<usize> {
    file.seek(SeekFrom::Start(offset))?;
    file.take(length as u64).read_to_end(piece)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_the_same_mapped_and_read() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("a.log");
        std::fs::write(&path, b"0123456789").expect("a file can be written");
        let mut file = File::open(&path).expect("it was just written");
        let mut check = |offset: u64, length: usize, expected: &[u8]| {
            let mut piece = Vec::new();
            let count = read(&mut file, offset, length, &mut piece).expect("it can be read");
            assert_eq!(
                (&*piece, count),
                (expected, expected.len()),
                "{offset}, {length}"
            );
            if let Some(mapped) = mapped(&file, offset, expected.len()) {
                assert_eq!(&*mapped, expected, "{offset}, {length}");
            }
        };
        check(0, 4, b"0123");
        check(7, 2, b"78");
        check(8, 4, b"89");
        check(10, 4, b"");
    }
}
