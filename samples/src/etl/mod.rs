//! Windows event traces (ETL): from a description of a session and its events to the bytes of a file.
//!
//! Sources: the public headers and documentation of Windows for events, TraceLogging and classic
//! events (specified); public descriptions of buffer and record headers (observed on files of Windows
//! 7 to 11); message records of WPP, and error records, from descriptions only (assumed where said).
//! A record holds raw ticks: its time follows from the log file header alone.

mod buffer;
mod bulk;
mod classic;
mod clock;
mod embedded;
mod error;
mod event;
mod extension;
mod gallery;
mod identity;
mod kernel;
mod log_header;
mod manifest;
pub mod packets;
mod packing;
mod record;
mod session;
mod settings;
pub mod system;
mod trace;
mod tracelogging;
mod value;
mod wpp;

pub use buffer::{BufferKind, BufferMark, Era};
pub use bulk::Mix;
pub use classic::ClassicEvent;
pub use clock::{Clock, Moment};
pub use embedded::{EventDescription, MapKind, Property, ValueMap};
pub use error::EtlError;
pub(crate) use error::length_u32;
pub use event::EtlEvent;
pub use extension::Extension;
pub use gallery::{Counts, Sample, samples};
pub(crate) use identity::guid_bytes;
pub use identity::provider_guid_of;
pub use kernel::{KernelHeader, KernelRecord, session as session_records};
pub use log_header::TimeZone;
pub use manifest::{image_identity, image_symbols, manifest_events};
pub use packing::{Compression, Packing};
pub use record::{ErrorRecord, Frame, PointerSize, RawRecord, Record};
pub use session::{Closure, Tail};
pub use trace::EtlTrace;
pub use tracelogging::{Field, Out, ProviderTraits, TraceLogging};
pub use value::Value;
pub use wpp::WppMessage;
