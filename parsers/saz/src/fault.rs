//! What is missing, repeated or broken in an archive.

use std::fmt;

use crate::part::Part;

/// Something that keeps a session, or the archive, from being whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Number of the session; `None` where it is about the archive.
    pub session: Option<u32>,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A part that every session has is not there.
    Missing(Part),
    /// A part stands there twice with different content; the first one was taken.
    Repeated(Part),
    /// The metadata document breaks off or is not well-formed; what stands before was taken.
    Document {
        /// Byte offset in its text.
        offset: u64,
        /// Why, in the reader's words.
        reason: String,
    },
    /// A time in the metadata is none.
    Time {
        /// Name of the timer.
        timer: String,
        /// What stands there, shortened.
        text: String,
    },
    /// Frames of a WebSocket that do not follow their own lengths, from this offset on.
    Frames {
        /// Byte offset in the member.
        offset: u64,
    },
    /// A member that is no part of any session; its name.
    Unknown(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(session) = self.session {
            write!(f, "session {session}: ")?;
        }
        match &self.kind {
            FaultKind::Missing(part) => write!(f, "there is no {}", part.noun()),
            FaultKind::Repeated(part) => write!(
                f,
                "there are several members for its {}; the first was taken",
                part.noun()
            ),
            FaultKind::Document { offset, reason } => {
                write!(
                    f,
                    "its metadata cannot be read from byte {offset} on: {reason}"
                )
            }
            FaultKind::Time { timer, text } => write!(f, "its timer {timer} is no time: {text:?}"),
            FaultKind::Frames { offset } => write!(
                f,
                "its WebSocket frames cannot be told apart from byte {offset} on"
            ),
            FaultKind::Unknown(name) => write!(f, "{name:?} is no part of a session"),
        }
    }
}
