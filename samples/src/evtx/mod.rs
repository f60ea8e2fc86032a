//! Windows event logs (EVTX): from a list of events to the bytes of a log file.
//!
//! Sources: [MS-EVEN6] 2.2.12 for binary XML (specified); the ElfFile and ElfChnk layout from public
//! descriptions and from logs of Windows 7 to 11 (observed). Windows writes a template once per
//! chunk and refers to it by its offset later, so a record can only be read together with its chunk.

mod bulk;
mod chunk;
mod error;
mod event;
mod gallery;
mod log;
mod record;
mod shape;
mod value;
mod xml;

pub use error::EvtxError;
pub use event::{EventSpec, Form};
pub use gallery::{every_form, without_template};
pub use log::{Checksums, Closure, EvtxLog};
pub use value::Value;
