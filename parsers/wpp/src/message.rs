//! One trace message as its programmer wrote it: a format and the types of its
//! arguments.
//!
//! The GUID of a message is that of its source file, not the control GUID with
//! which a session enables the component.

use std::sync::Arc;

use joinscope_wire::Guid;

use crate::item::Item;
use crate::template::Template;

/// What a message is looked up by: message GUID and message number.
pub type Key = (Guid, u16);

/// The text and the argument types of one message.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The source file that it belongs to; shared by the file's messages.
    pub origin: Arc<Origin>,
    /// Number within the source file; the first is 10.
    pub number: u16,
    /// File and line as one word, such as `join_cpp78`. Public symbols have
    /// `Unknown_cxx00` here.
    pub place: Box<str>,
    /// The format.
    pub template: Template,
    /// Name of the level, such as `TRACE_LEVEL_ERROR`; absent if not named.
    pub level: Option<Box<str>>,
    /// Names of the flags; absent if not named.
    pub flags: Option<Box<str>>,
    /// Function, with its class if it has one; absent if not named.
    pub function: Option<Box<str>>,
    /// The arguments, in the order in which they lie in the payload.
    pub arguments: Vec<Argument>,
    /// Whether all arguments could be read from the description. If not, the
    /// rest of a payload cannot be read either.
    pub arguments_complete: bool,
}

impl Message {
    /// What the message is looked up by.
    pub fn key(&self) -> Key {
        (self.origin.guid, self.number)
    }

    /// The line in the source file: the digits at the end of the place.
    /// `None` without digits and for line 0, which stands for a removed name.
    pub fn line(&self) -> Option<u32> {
        let file = self.place.trim_end_matches(|c: char| c.is_ascii_digit());
        let line = self.place.get(file.len()..)?.parse().ok()?;
        (line != 0).then_some(line)
    }

    /// Whether two descriptions turn any payload into the same text. Where they
    /// were found does not count.
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        self.key() == other.key()
            && self.template == other.template
            && self.arguments == other.arguments
            && self.arguments_complete == other.arguments_complete
            && self.function == other.function
            && self.level == other.level
            && self.flags == other.flags
    }
}

/// A source file with messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The message GUID.
    pub guid: Guid,
    /// Name of the component; may be empty.
    pub component: Box<str>,
    /// Name of the source file; absent if not named.
    pub source: Option<Box<str>>,
    /// The PDB that a TMF text was made from, as its comment says. Absent when
    /// the text does not say it, and for messages that come from a PDB itself.
    pub pdb: Option<Box<str>>,
}

/// One argument of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The expression in the source file; public symbols have a plain name.
    pub name: Box<str>,
    /// By which number the format speaks of it; the first is 10.
    pub index: u16,
    /// How it lies in the payload.
    pub item: Item,
}
