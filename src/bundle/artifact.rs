//! What a bundle is made of, as the rest of the program sees it.
//!
//! An artifact is one file of evidence. Archives that were opened are not artifacts themselves; what
//! they hold is. The one exception is a session archive, which is handed out whole and carries its
//! members with it.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use flate2::Decompress;

use super::bytes::Bytes;
use super::content::Content;
use super::pieces::Pieces;
use crate::model::{ArtifactId, Blindspot};

/// The evidence as given: what was named, what was found in it, and what could not be seen.
#[derive(Debug)]
pub struct Bundle {
    /// What was named, sorted by path, each once.
    pub inputs: Vec<InputFile>,
    /// Every file of evidence: by input, in folders by name, in archives in the archive's order.
    /// `artifacts[n].id` is `ArtifactId(n)`.
    pub artifacts: Vec<Artifact>,
    /// What could not be opened, in the order of the artifacts. Faults that show only when an
    /// artifact is read come with [`Reading`].
    pub blindspots: Vec<Blindspot>,
}

/// A file or folder as it was named.
#[derive(Debug)]
pub struct InputFile {
    /// Path as given, with `/` between components.
    pub path: String,
    /// The first component of its artifacts' paths: its last component, or all of `path` where
    /// several inputs end in the same one.
    pub label: String,
    /// Size of the file; of a folder, of all files in it.
    pub bytes: u64,
    pub(super) content: Option<Content>,
}

impl InputFile {
    /// Whether it is a folder.
    pub fn is_folder(&self) -> bool {
        self.content.is_none()
    }

    /// Its path on disk; none of a folder.
    pub fn file(&self) -> Option<&Path> {
        self.content.as_ref().and_then(Content::file)
    }

    /// The whole file, archives unopened; for a folder, nothing.
    pub fn read(&self) -> Option<Reading> {
        self.content
            .as_ref()
            .map(|content| reading(content, &self.label))
    }
}

/// One file of evidence.
#[derive(Debug)]
pub struct Artifact {
    /// Its place in the bundle. A member of a session archive has the id of the archive.
    pub id: ArtifactId,
    /// Path through folders and archives, e.g. `outer.zip!/inner.cab!/file.evtx`, with `/` on every
    /// system. Unique in the bundle: a path that comes again ends in ` (2)`.
    pub path: Arc<str>,
    /// File name as stored in the innermost archive, made safe to show; a hint, nothing more.
    pub name: Box<str>,
    /// Size in bytes when unpacked. For a zip member as its directory declares it; reading tells.
    pub size: u64,
    /// Whether it is a session archive (Fiddler SAZ), of which `members` may still be empty where
    /// none can be read.
    pub is_session_archive: bool,
    /// The readable members of a session archive, in its order, with paths below this one; empty for
    /// anything else. Locked ones are unlocked on reading where a password fits.
    pub members: Vec<Artifact>,
    pub(super) content: Content,
}

/// The content of an artifact as far as it is readable.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The content; where it is damaged, everything up to the damage.
    pub bytes: Bytes,
    /// What is wrong with it. Its offset is the place in `bytes` where the content ends early.
    pub blindspot: Option<Blindspot>,
}

/// Bytes that [`Artifact::head`] gives at most.
const HEAD: usize = 4096;

impl Artifact {
    /// The first bytes, at most 4096, for telling the format. Cheap; shorter where the artifact is
    /// or where it breaks, empty where it cannot be read at all ([`Self::read`] says why).
    pub fn head(&self) -> Cow<'_, [u8]> {
        self.content
            .head(HEAD, &mut Decompress::new(false))
            .unwrap_or_default()
    }

    /// Its path on disk, where it stands in no archive.
    pub fn file(&self) -> Option<&Path> {
        self.content.file()
    }

    /// Whether it is unpacked when it is read, so that reading it as a whole takes as much memory.
    pub fn is_packed(&self) -> bool {
        matches!(self.content, Content::Member(..))
    }

    /// The whole content: a plain file is mapped, a small one read, a zip member unpacked now and in this
    /// thread, anything else is in memory already. Never fails; what is missing is the blind spot.
    pub fn read(&self) -> Reading {
        reading(&self.content, &self.path)
    }

    /// The same piece by piece, a file read and not mapped; `None` where it is in memory already, or can
    /// be had as a whole only.
    pub fn pieces(&self) -> Option<Pieces> {
        Pieces::of(&self.content, &self.path)
    }
}

fn reading(content: &Content, path: &str) -> Reading {
    let fetched = content.fetch_for_now();
    Reading {
        bytes: fetched.bytes,
        blindspot: fetched.fault.map(|fault| fault.of(path)),
    }
}
