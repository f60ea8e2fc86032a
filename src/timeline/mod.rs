//! The one order of all events, and views over it.
//!
//! Built once from the batches of all artifacts, immutable afterwards; how events are
//! stored is nobody's business but this module's.

mod align;
mod build;
mod by_kind;
mod collapse;
mod devices;
mod event;
mod links;
mod locations;
mod order;
mod query;
mod sources;
mod tokens;

pub use build::Timeline;
pub use devices::DeviceId;
pub use event::{Also, EventRef, Show};
pub use links::{LinkId, Links};
pub use locations::Locations;
pub use query::{
    Candidate, Comparison, FIELDS, FieldsOf, Known, Letters, Matcher, Matchers, Query, QueryError,
    Unread, json_member, nearest,
};
pub use sources::{Source, SourceId};
