//! From artifacts to batches: one adapter per format, one driver, one panic fence.
//!
//! A format is a unit struct and a row of [`FORMATS`]; it says how sure it is of an
//! artifact and splits the reading into jobs that share nothing. The driver runs all
//! jobs of all artifacts on the current rayon pool and gives the batches back in the
//! order of the bundle, whatever the number of threads.

mod decoders;
mod driver;
mod dsreg;
mod etl;
mod evtx;
mod foreign;
mod har;
mod http;
#[cfg(all(windows, feature = "tdh"))]
mod installed;
mod lift;
mod packets;
mod saz;
mod secrets;
mod stream;
mod wants;

pub use decoders::{
    Added, Decoders, FLAGS_FIELD, FUNCTION_FIELD, GivenKind, LEVEL_FIELD, SOURCE_FIELD, TEXT_FIELD,
};
pub use driver::{Digests, ReadArtifact, Reading, Unwatched, Watch, read};
#[cfg(all(windows, feature = "tdh"))]
pub use installed::{InstalledSchemas, installed_schemas};
pub use packets::{Captures, ReadCapture, captures};
pub use wants::{RecordKind, Wants};

use crate::bundle::{Artifact, Bytes};
use crate::model::Batch;
use ::evtx::mta::MtaFile;

/// Every format that is read. The most certain one takes an artifact; among equals, the first.
pub static FORMATS: &[&dyn Format] = &[
    &evtx::Evtx,
    &etl::Etl,
    &dsreg::Dsregcmd,
    &saz::Saz,
    &har::Har,
];

/// How sure a format is that an artifact is of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// It is not.
    No,
    /// Nothing speaks against it.
    Maybe,
    /// Its signature is there.
    Sure,
}

/// An artifact's content, ready to be read.
pub struct Content<'a> {
    /// The artifact that it belongs to.
    pub artifact: &'a Artifact,
    /// All of it.
    pub bytes: &'a [u8],
    /// The messages that were exported beside an event log.
    pub messages: Option<&'a MtaFile>,
    /// What is known of payloads that do not describe themselves.
    pub decoders: &'a Decoders,
}

/// A piece of reading that fills a batch of its own.
pub type Job<'a> = Box<dyn FnOnce(&mut Batch) + Send + 'a>;

/// A format of evidence.
pub trait Format: Sync {
    /// Name in outputs, e.g. `evtx`.
    fn name(&self) -> &'static str;

    /// How sure the format is, from the first bytes (up to 4 KiB); the name is only a hint.
    fn sniff(&self, head: &[u8], name: &str) -> Certainty;

    /// How sure the format is from what opening the bundle has shown of the artifact: the one word
    /// of formats that are archives themselves.
    fn sniff_opened(&self, _artifact: &Artifact) -> Certainty {
        Certainty::No
    }

    /// The jobs that read the content, in the order of their places in it.
    fn jobs<'a>(&self, content: &'a Content<'a>) -> Vec<Job<'a>>;

    /// A reading of the content piece by piece, where the format can be read so. It gives the same as
    /// [`Self::jobs`] of the whole; the content is without its bytes.
    fn stream<'a>(&self, _content: &'a Content<'a>) -> Option<Passes<'a>> {
        None
    }

    /// A look at the finished batches of one artifact, in order, for what only the whole shows.
    fn conclude(&self, _batches: &mut [Batch]) {}
}

/// How often a content must come to be read piece by piece.
pub enum Passes<'a> {
    /// Once.
    One(Box<dyn Stream<'a> + 'a>),
    /// Twice: what reading its beginning needs can stand at its end.
    Two(Box<dyn Look<'a> + 'a>),
}

/// A piece of looking, which keeps what it found by itself.
pub type Glance<'a> = Box<dyn FnOnce() + Send + 'a>;

/// A first look at a content that comes piece by piece, from its beginning to its end.
pub trait Look<'a> {
    /// How many further bytes it wants, one at least.
    fn wants(&self) -> usize;

    /// Takes as many, or fewer at the end of the content, behind those that it was not done with.
    /// Gives the jobs that look at them, and how many bytes it is done with.
    fn take(&mut self, piece: &Bytes) -> (Vec<Glance<'a>>, usize);

    /// Takes what it was not done with once all was given.
    fn take_last(&mut self, rest: &Bytes) -> Vec<Glance<'a>>;

    /// The reading, once all jobs are done.
    fn finish(self: Box<Self>) -> Box<dyn Stream<'a> + 'a>;
}

/// A reading of a content that comes piece by piece, from its beginning.
pub trait Stream<'a> {
    /// How many bytes it wants next; none where it needs nothing more of the content.
    fn wants(&self) -> usize;

    /// Takes as many, or fewer at the end of the content, and gives the jobs that read them. They are
    /// numbered from 0 over all pieces.
    fn take(&mut self, piece: Bytes) -> Vec<Job<'a>>;

    /// The last jobs once all was given, and the numbers of all jobs in the order of what they read.
    fn finish(self: Box<Self>) -> (Vec<Job<'a>>, Vec<usize>);
}

/// The format that takes an artifact with this head.
pub fn recognise(head: &[u8], artifact: &Artifact) -> Option<&'static dyn Format> {
    let mut best: Option<(Certainty, &'static dyn Format)> = None;
    for format in FORMATS {
        let by_head = format.sniff(head, &artifact.name);
        let certainty = by_head.max(format.sniff_opened(artifact));
        if certainty > best.map_or(Certainty::No, |(certainty, _)| certainty) {
            best = Some((certainty, *format));
        }
        if certainty == Certainty::Sure {
            break;
        }
    }
    best.map(|(_, format)| format)
}
