//! From paths to artifacts: folders are walked, archives opened in memory, limits kept.
//!
//! The one place that reads evidence from disk. Nothing is ever written, and containers are known by
//! content alone. Opening judges by declared sizes and looks only at beginnings; the content of an
//! artifact is fetched when [`Artifact::read`] asks for it, in the caller's thread.

mod artifact;
mod bytes;
mod cab;
mod content;
mod expand;
mod gzip;
mod inflate;
mod limits;
mod names;
mod notes;
mod passwords;
mod pieces;
mod sniff;
#[cfg(test)]
mod tests;
mod walk;
mod zip;

use std::path::PathBuf;

pub use artifact::{Artifact, Bundle, InputFile, Reading};
pub use bytes::Bytes;
pub use limits::Limits;
pub use passwords::Passwords;
pub use pieces::Pieces;
pub use walk::OpenError;

use content::Content;
use expand::{Candidate, Opening};
use limits::Budget;
use names::Paths;

/// Opens files, folders and archives, in any mix and nested within the limits.
///
/// The result depends on the evidence and the paths alone: not on the order of `paths`, the file
/// system, or the number of threads (the current rayon pool is used). A path given twice counts
/// once.
///
/// # Errors
///
/// Only where one of `paths` itself cannot be read. Everything below them that cannot be read is a
/// blind spot of the bundle.
pub fn open(
    paths: &[PathBuf],
    limits: &Limits,
    passwords: &Passwords,
) -> Result<Bundle, OpenError> {
    let mut budget = Budget::new();
    let walked = walk::walk(paths, limits, &mut budget)?;
    let mut opening = Opening {
        limits,
        passwords,
        budget,
        paths: Paths::default(),
        artifacts: Vec::new(),
        blindspots: walked.blindspots,
    };
    let candidates = walked.files.into_iter().map(|found| Candidate {
        path: opening.paths.claim(found.shown),
        name: found.name.into(),
        size: found.size,
        content: Content::File(found.path),
    });
    let candidates = candidates.collect();
    opening.take_in(candidates, "", 0);
    let Opening {
        artifacts,
        blindspots,
        ..
    } = opening;
    Ok(Bundle {
        inputs: walked.inputs,
        artifacts,
        blindspots,
    })
}
