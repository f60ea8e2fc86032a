//! What a logger notes beside the log header: the exact build, and which symbol
//! files hold the formats of the log's WPP messages.
//!
//! The notes are kernel records of group 0; without them a WPP message cannot say
//! which symbol file to fetch, because it names only its source file.
//! Source: *observed* (types 0x40 and 0x42, in records with either kernel header).

use joinscope_wire::Guid;

use crate::bytes::{guid_at, u32_at};
use crate::record::Record;

/// One note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogNote<'a> {
    /// Branch and time of the Windows build, ASCII.
    BuildLab(&'a [u8]),
    /// Identity of a symbol file.
    SymbolFile {
        /// Signature of the file.
        signature: Guid,
        /// Age of the file.
        age: u32,
        /// Its name, ASCII.
        name: &'a [u8],
    },
}

impl<'a> LogNote<'a> {
    /// The note of a record; `None` when it is none of these, or cut.
    pub fn of(record: &Record<'a>) -> Option<Self> {
        let payload = record.payload();
        match (record.group()?, record.opcode()?) {
            (0, 0x40) => Some(Self::SymbolFile {
                signature: guid_at(payload, 0)?,
                age: u32_at(payload, 16)?,
                name: until_nul(payload.get(20..)?),
            }),
            (0, 0x42) => Some(Self::BuildLab(until_nul(payload))),
            _ => None,
        }
    }
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| *byte == 0);
    end.and_then(|end| bytes.get(..end)).unwrap_or(bytes)
}
