//! The text that `dsregcmd /status` prints, with or without `/debug`, of every
//! Windows 10 and 11 generation.
//!
//! The text reaches us as people saved it: in any encoding, wrapped by a
//! console, quoted in a mail, pasted without its frames, several runs in one
//! file. Reading never fails; what did not fit is a [`Problem`] beside the
//! fields. All times are UTC, the only zone that the tool prints.
//!
//! Sources: the layout and most fields are specified in the vendor's
//! troubleshooting articles for dsregcmd, hybrid join and primary refresh
//! tokens; `fields.rs` marks what was only observed in published transcripts.

#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

mod debug;
mod draft;
pub mod fields;
mod join_state;
mod line;
mod open_row;
mod parse;
mod report;
mod sniff;
mod value;

pub use join_state::{Basis, JoinKind, JoinState, join_state};
pub use parse::{parse, parse_bytes};
pub use report::{
    Capture, DebugLine, Field, FieldValue, Problem, Report, Section, SectionKind, TestResult,
};
pub use sniff::{sniff, sniff_bytes};
