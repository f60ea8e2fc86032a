//! The content of an artifact piece by piece, so that no more of it is in memory than is being read.

use std::fs::File;
use std::io::Read as _;
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
    /// A file that is read as it is asked for.
    File(File),
    /// A zip member that is unpacked as it is asked for.
    Member(Box<zip::Unpacking>),
}

impl Pieces {
    /// `None` where the content is in memory already, or can be had as a whole only.
    pub(super) fn of(content: &Content, path: &Arc<str>) -> Option<Self> {
        let source = match content {
            Content::File(file) => Source::File(File::open(file).ok()?),
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
        self.next_behind(&[], length)
    }

    /// The same behind bytes that were given before and are wanted once more.
    pub fn next_behind(&mut self, kept: &[u8], length: usize) -> Bytes {
        let mut piece = self.buffers.take(kept.len().saturating_add(length));
        piece.extend_from_slice(kept);
        match &mut self.source {
            Source::Member(unpacking) => unpacking.fill(&mut piece, length),
            Source::File(file) => {
                if let Err(error) = file.take(length as u64).read_to_end(&mut piece) {
                    self.fault = Some(unreadable(&error));
                }
            }
        }
        self.given += (piece.len() - kept.len()) as u64;
        self.buffers.lend(piece)
    }

    /// How many bytes were given.
    pub fn given(&self) -> u64 {
        self.given
    }

    /// What is wrong with the content, known once its last piece was given.
    pub fn end(self) -> Option<Blindspot> {
        let fault = match self.source {
            Source::Member(unpacking) => unpacking.fault(),
            Source::File(_) => self.fault,
        };
        fault.map(|fault| fault.of(&self.path))
    }
}
