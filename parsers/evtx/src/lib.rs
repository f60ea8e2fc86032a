//! Windows event logs (EVTX): records as named, typed values.
//!
//! The `evtx` crate walks chunks and records and decodes substitution values; what
//! it does not offer is the *names* of those values without rendering JSON or XML.
//! This crate reads each template definition once into a plan ([`plan`](self)), knows it
//! again in other chunks, applies the plan to the values of each record and pushes the
//! result into a [`Sink`]: no text in between.
//!
//! Format: *specified* by MS-EVEN6 section 2.2 (BinXml) for the token stream;
//! the file and chunk layout is *observed* (public descriptions of `ElfFile` and
//! `ElfChnk`, the same that the `evtx` crate follows).

#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

mod apply;
mod chunk;
mod elements;
mod instance;
mod layout;
mod library;
mod names;
mod plain;
mod plan;
mod recent;
mod sound;
mod tokens;
mod tree;
mod value;

pub use chunk::{Damage, DamageKind, Reader, RecordHead, Sink, SystemField, Way};
pub use layout::{CHUNK_SIZE, ChunkSpan, FILE_HEADER_SIZE, HeaderState, Layout, Scan, is_sound};
pub use names::NameId;
pub use value::{List, Value};
