//! Session archives of Fiddler (SAZ): from named members to sessions in the order of their numbers.
//!
//! Containers, passwords and cut archives are not known here: whoever opened the archive hands over
//! each member's name and bytes. Reading never fails; what is missing, repeated or broken is a
//! [`Fault`] beside the sessions.
//!
//! Sources: the members and the metadata document are *observed* in archives of Fiddler 4.6 and 5.0;
//! names of session timers and flags are those that the vendor documents for its scripts
//! (*specified*); WebSocket members and the certificate part of tunnels are *assumed* from published
//! transcripts. Each file says which.

#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

mod archive;
mod exchange;
mod fault;
mod metadata;
mod moment;
mod part;
mod tls;
mod websocket;

pub use archive::{Session, SessionArchive, read};
pub use fault::{Fault, FaultKind};
pub use metadata::{Metadata, Pipe, Process, Timers, Tunnel};
pub use moment::{Moment, Zone};
pub use part::{Part, Place, place};
pub use tls::{Certificate, Handshake, TlsNotes};
pub use websocket::{Direction, WebSocketFrame, WebSocketFrames};
