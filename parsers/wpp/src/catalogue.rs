//! The messages of many descriptions, found by GUID and number.
//!
//! The same message often stands in a TMF text and in a PDB, or in the PDBs of
//! several builds. The first description of a key stays; later ones are counted
//! by whether they say the same, so that a report can tell that two builds
//! were mixed.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use joinscope_wire::Guid;

use crate::message::{Key, Message, Origin};
use crate::pdb::{self, Pdb, PdbError};
use crate::problem::Problem;
use crate::tmf;

/// Messages by their key.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    messages: FxHashMap<Key, Message>,
    origins: FxHashMap<Guid, Arc<Origin>>,
    counts: Counts,
}

/// How many descriptions went into a catalogue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Descriptions that are kept, one for each key.
    pub messages: usize,
    /// Descriptions of a key that was there, and that say the same.
    pub duplicates: usize,
    /// Descriptions of a key that was there, and that say something else. They
    /// are not used.
    pub conflicts: usize,
}

impl Catalogue {
    /// Adds one message.
    pub fn add(&mut self, message: Message) {
        match self.messages.get(&message.key()) {
            Some(there) if there.says_the_same_as(&message) => self.counts.duplicates += 1,
            Some(_) => self.counts.conflicts += 1,
            None => {
                let origin = self.origins.entry(message.origin.guid);
                origin.or_insert_with(|| Arc::clone(&message.origin));
                self.messages.insert(message.key(), message);
                self.counts.messages += 1;
            }
        }
    }

    /// Adds all messages of a TMF text, and returns what was not understood.
    pub fn add_tmf(&mut self, text: &str) -> Vec<Problem> {
        let (messages, problems) = tmf::parse(text);
        for message in messages {
            self.add(message);
        }
        problems
    }

    /// Adds all messages of a PDB, and returns the PDB without them.
    ///
    /// # Errors
    /// Those of [`pdb::read`]; nothing is added then.
    pub fn add_pdb(&mut self, bytes: &[u8]) -> Result<Pdb, PdbError> {
        let mut pdb = pdb::read(bytes)?;
        let messages = std::mem::take(&mut pdb.messages);
        for message in messages {
            self.add(message);
        }
        Ok(pdb)
    }

    /// The message of a GUID and number; `None` if no description has it.
    pub fn message(&self, guid: Guid, number: u16) -> Option<&Message> {
        self.messages.get(&(guid, number))
    }

    /// The source file of a message GUID; of several descriptions the first. `None` if
    /// no description has it.
    pub fn origin(&self, guid: Guid) -> Option<&Origin> {
        self.origins.get(&guid).map(|origin| &**origin)
    }

    /// How many descriptions were added.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }
}
