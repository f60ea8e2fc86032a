//! HTTP messages as they are kept in evidence: heads, bodies with their codings, and the exchange of
//! a request with its response that every kind of recording is read into.
//!
//! Recordings come cut, altered and in the dialect of their tool.
//! Reading keeps what is there and tells the rest as an [`Error`] with its offset.
//!
//! Sources: the form of messages is *specified* (RFC 9110 and RFC 9112); what recorders may do beside
//! it is marked *assumed* where it is handled.

#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

mod body;
mod chunked;
mod coding;
mod error;
mod exchange;
mod expand;
mod head;
mod headers;
mod message;
mod text;
mod timers;

pub use body::{Body, Content, Decoded, Transfer};
pub use coding::Limit;
pub use error::{Error, Result};
pub use exchange::{
    Endpoint, Exchange, Initiator, Interim, Process, Request, Response, WebSocketMessage,
};
pub use headers::{Header, Headers};
pub use message::{read_request, read_response};
pub use text::BodyText;
pub use timers::{Basis, Instant, Phase, Point, Timers};
