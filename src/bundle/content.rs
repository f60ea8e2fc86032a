//! Where the bytes of an artifact come from, and how they are fetched when asked for.
//!
//! Fetching is the expensive part and happens in the caller's thread, so that artifacts unpack in
//! parallel. Only what many artifacts share (nested archives, cabinet folders) is unpacked once.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::Decompress;

use super::bytes::Bytes;
use super::zip::{self, Lock};
use crate::model::{Blindspot, BlindspotKind};

/// The place of an artifact's bytes.
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// A file on disk, read or mapped when asked for.
    File(PathBuf),
    /// Bytes that are in memory or part of a mapping already.
    Memory(Bytes),
    /// A zip member, unpacked when read.
    Member(Arc<zip::Archive>, zip::Member),
}

/// Why content is not, or not all, what it should be. Becomes a blind spot once the artifact's path
/// is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) kind: BlindspotKind,
    /// One sentence.
    pub(super) detail: String,
    /// Byte offset in the unpacked artifact.
    pub(super) offset: Option<u64>,
}

/// Content as far as it could be fetched, and what is wrong with it.
#[derive(Clone, Debug)]
pub(super) struct Fetched {
    pub(super) bytes: Bytes,
    pub(super) fault: Option<Fault>,
}

impl Content {
    /// All of it, to be kept.
    pub(super) fn fetch(&self) -> Fetched {
        self.fetch_by(Bytes::of_file)
    }

    /// All of it, to be given back soon.
    pub(super) fn fetch_for_now(&self) -> Fetched {
        self.fetch_by(Bytes::of_file_for_now)
    }

    fn fetch_by(&self, of_file: fn(&Path) -> io::Result<Bytes>) -> Fetched {
        match self {
            Self::File(path) => match of_file(path) {
                Ok(bytes) => Fetched::whole(bytes),
                Err(error) => Fetched::nothing(unreadable(&error)),
            },
            Self::Memory(bytes) => Fetched::whole(bytes.clone()),
            Self::Member(archive, member) => zip::fetch(archive, member),
        }
    }

    /// The file that it is.
    pub(super) fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Memory(_) | Self::Member(..) => None,
        }
    }

    /// Why it stays closed, if it does. What has no lock is not looked at.
    pub(super) fn lock_fault(&self, length: usize, state: &mut Decompress) -> Option<Fault> {
        match self {
            Self::Member(_, member) if member.lock == Lock::Open => None,
            _ => self.head(length, state).err(),
        }
    }

    /// At most `length` first bytes; fewer where there are no more or the content breaks before.
    /// Fails only where nothing can be fetched at all.
    pub(super) fn head(
        &self,
        length: usize,
        state: &mut Decompress,
    ) -> Result<Cow<'_, [u8]>, Fault> {
        match self {
            Self::File(path) => match file_head(path, length) {
                Ok(head) => Ok(Cow::Owned(head)),
                Err(error) => Err(unreadable(&error)),
            },
            Self::Memory(bytes) => Ok(Cow::Borrowed(bytes.get(..length).unwrap_or(bytes))),
            Self::Member(archive, member) => zip::head(archive, member, length, state),
        }
    }
}

impl Fetched {
    pub(super) fn whole(bytes: Bytes) -> Self {
        Self { bytes, fault: None }
    }

    pub(super) fn nothing(fault: Fault) -> Self {
        Self {
            bytes: Bytes::empty(),
            fault: Some(fault),
        }
    }
}

impl Fault {
    pub(super) fn new(kind: BlindspotKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            offset: None,
        }
    }

    pub(super) fn at(self, offset: u64) -> Self {
        Self {
            offset: Some(offset),
            ..self
        }
    }

    pub(super) fn of(self, artifact: &str) -> Blindspot {
        Blindspot {
            offset: self.offset,
            ..Blindspot::new(self.kind, artifact, self.detail)
        }
    }
}

/// A file that cannot be read, with the system's reason.
pub(super) fn unreadable(error: &io::Error) -> Fault {
    let reason = match error.kind() {
        io::ErrorKind::PermissionDenied => "permission was denied".to_owned(),
        io::ErrorKind::NotFound => "it is no longer there".to_owned(),
        _ => error.to_string(),
    };
    Fault::new(
        BlindspotKind::Unreadable,
        format!("The file cannot be read: {reason}."),
    )
}

/// At most `length` last bytes of a file.
pub(super) fn file_tail(path: &Path, length: u64) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(length)))?;
    let mut tail = Vec::new();
    file.take(length).read_to_end(&mut tail)?;
    Ok(tail)
}

fn file_head(path: &Path, length: usize) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?
        .take(length as u64)
        .read_to_end(&mut head)?;
    Ok(head)
}
