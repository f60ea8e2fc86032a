//! Exchanges of HTTP as events, whatever recorded them.

mod address;
mod body;
mod event;
mod facts;
mod fields;
mod message;
mod tables;
#[cfg(test)]
mod tests;
mod tokens;
mod xml;

pub(super) use event::{BodyFault, Place, add};
pub(super) use tables::Tables;
