//! What could not be read in a description of messages, and where.
//!
//! A problem never stops the reading: it stands beside the messages that were
//! found. Only the first [`Problems::LIMIT`] are kept one by one; a file that
//! is something else altogether would otherwise give one for each of its lines.

use std::fmt;
use std::sync::Arc;

/// Something that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands.
    pub place: Place,
    /// What is wrong with it.
    pub fault: Fault,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.fault)
    }
}

/// Where a problem stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line of a text, counted from 1.
    Line(u32),
    /// A symbol of a PDB.
    Symbol {
        /// The module's name as the PDB has it; empty for the symbols that
        /// belong to no module.
        module: Arc<str>,
        /// Bytes from the start of the stream that holds the symbol.
        offset: u32,
    },
    /// A stream of a PDB.
    Stream(u32),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Symbol { module, offset } => {
                write!(f, "symbol at offset 0x{offset:x} of module '{module}'")
            }
            Self::Stream(stream) => write!(f, "stream {stream}"),
        }
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The line is none of those that the grammar knows.
    #[error("line not understood")]
    Line,
    /// The line is longer than any message can be.
    #[error("line of {0} bytes is too long to be read")]
    LongLine(usize),
    /// A message stands before any GUID.
    #[error("message without a guid above it")]
    NoOrigin,
    /// The line of a message has no place, number or format; it is left out.
    #[error("message line not understood")]
    MessageLine,
    /// The format's closing quotation mark is missing; the message is left out.
    #[error("format without its closing quotation mark")]
    OpenFormat,
    /// A part of the format is not a placeholder; it is kept as plain text.
    #[error("placeholder '{0}' not understood, kept as text")]
    Placeholder(Box<str>),
    /// An argument is not `name, type -- number`. The message is kept with the
    /// arguments before it, for where those behind it lie is not known.
    #[error("argument not understood, it and those behind it are not read")]
    Argument,
    /// The message has more arguments than this crate reads.
    #[error("too many arguments, those from here on are not read")]
    ManyArguments,
    /// Two arguments of one message have the same number; the first counts.
    #[error("argument {0} stands twice")]
    ArgumentTwice(u16),
    /// The arguments' block does not end; the message is kept.
    #[error("block of arguments without its end")]
    OpenBlock,
    /// A structure of the PDB is cut or impossible.
    #[error(transparent)]
    Damaged(#[from] joinscope_wire::Error),
    /// A module names a stream that the directory does not have.
    #[error("stream is not in the directory")]
    NoStream,
    /// Pages of a stream are beyond the end of the file, or claimed by more
    /// streams than there are pages.
    #[error("{0} bytes of the stream are missing")]
    MissingBytes(usize),
    /// This many further problems were met and not kept.
    #[error("{0} further problems")]
    Further(usize),
}

/// The problems of one input, of which the first are kept.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    kept: Vec<Problem>,
    further: Option<(Place, usize)>,
}

impl Problems {
    /// How many problems are kept one by one.
    pub(crate) const LIMIT: usize = 1000;

    /// Keeps or counts one.
    pub(crate) fn push(&mut self, place: Place, fault: Fault) {
        if self.kept.len() < Self::LIMIT {
            self.kept.push(Problem { place, fault });
        } else if let Some((_, count)) = &mut self.further {
            *count += 1;
        } else {
            self.further = Some((place, 1));
        }
    }

    /// All that were kept, and one more that counts the others.
    pub(crate) fn finish(self) -> Vec<Problem> {
        let mut all = self.kept;
        all.extend(self.further.map(|(place, count)| Problem {
            place,
            fault: Fault::Further(count),
        }));
        all
    }
}
