//! Small traces that show every form once, for readers to try themselves on.
//!
//! The counts beside each are said here by hand, not taken from the builder.

mod content;
mod payloads;
mod sessions;

use super::trace::EtlTrace;

/// Records of a file by the family of their header, both pointer widths together. The log file
/// header is one of `system`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each is the count of records with that header")]
pub struct Counts {
    pub buffers: usize,
    pub system: usize,
    pub compact: usize,
    pub perf_info: usize,
    pub full: usize,
    pub instance: usize,
    pub event: usize,
    pub message: usize,
    pub error: usize,
    pub unknown: usize,
}

/// A trace with its name and what it holds.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Name in kebab-case.
    pub name: &'static str,
    /// The trace.
    pub trace: EtlTrace,
    /// What a reader finds in it.
    pub counts: Counts,
}

/// All of them.
pub fn samples() -> Vec<Sample> {
    [sessions::samples(), content::samples()].concat()
}

/// A sample from a function that describes it.
fn sample(name: &'static str, counts: Counts, describe: impl FnOnce(&mut EtlTrace)) -> Sample {
    let mut trace = EtlTrace::new();
    trace.buffer_size(8192);
    describe(&mut trace);
    Sample {
        name,
        trace,
        counts,
    }
}

/// Counts of a file with a log file header and events.
fn events(buffers: usize, event: usize) -> Counts {
    Counts {
        buffers,
        system: 1,
        event,
        ..Counts::default()
    }
}
