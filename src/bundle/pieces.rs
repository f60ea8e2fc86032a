//! The content of an artifact piece by piece, so that no more of it is in memory than is being read.

use std::fs::File;
use std::io::Read as _;
use std::sync::Arc;

use super::bytes::{Buffers, Bytes};
use super::content::{Content, Fault, Fetched, unreadable};
use super::zip::{self, Lock};
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
    /// What is in memory already.
    Memory(Bytes),
}

impl Pieces {
    /// `None` where the content can be had as a whole only.
    pub(super) fn of(content: &Content, path: &Arc<str>) -> Option<Self> {
        let (source, fault) = match content {
            Content::File(file) => match File::open(file) {
                Ok(file) => (Source::File(file), None),
                Err(error) => (Source::Memory(Bytes::empty()), Some(unreadable(&error))),
            },
            Content::Memory(bytes) => (Source::Memory(bytes.clone()), None),
            Content::Member(_, member) if member.lock != Lock::Open => return None,
            Content::Member(archive, member) => {
                if let Some(unpacking) = zip::unpacking(archive, member) {
                    (Source::Member(Box::new(unpacking)), None)
                } else {
                    let Fetched { bytes, fault } = zip::fetch(archive, member);
                    (Source::Memory(bytes), fault)
                }
            }
        };
        Some(Self {
            source,
            buffers: Buffers::default(),
            path: Arc::clone(path),
            given: 0,
            fault,
        })
    }

    /// The next piece: as many bytes as asked for, or as many as there are before the end.
    pub fn next(&mut self, length: usize) -> Bytes {
        let piece = match &mut self.source {
            Source::Memory(bytes) => bytes.part(self.given..self.given + length as u64),
            Source::Member(unpacking) => {
                let mut piece = self.buffers.take(length);
                unpacking.fill(&mut piece, length);
                self.buffers.lend(piece)
            }
            Source::File(file) => {
                let mut piece = self.buffers.take(length);
                if let Err(error) = file.take(length as u64).read_to_end(&mut piece) {
                    self.fault = Some(unreadable(&error));
                }
                self.buffers.lend(piece)
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
            Source::File(_) | Source::Memory(_) => self.fault,
        };
        fault.map(|fault| fault.of(&self.path))
    }
}
