//! Manifests that providers carry in their programs, as the resource WEVT_TEMPLATE.
//!
//! It is what Windows itself renders events with. Names of providers and messages are
//! not in it: they stand in the message table of the program's language file.
//! Reading is lenient: a table that cannot be read costs its own entries and is counted.

mod pe;
mod resource;

pub use pe::is_program;

use crate::embedded::Manifest;

/// What a program says of its providers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgramManifests {
    /// One manifest for each provider; empty when the program has no such resource.
    pub manifests: Vec<Manifest>,
    /// Tables and entries that could not be read.
    pub unreadable: usize,
}

/// Reads the manifests of a program (EXE, DLL, SYS); none when the bytes are no program.
pub fn read_program(bytes: &[u8]) -> ProgramManifests {
    let mut found = ProgramManifests::default();
    for blob in pe::event_templates(bytes) {
        resource::read(blob, &mut found);
    }
    found
}
