//! Exchanges of HTTP as events, whatever recorded them.

mod address;
mod body;
mod event;
mod fields;
mod refusal;
mod tables;
#[cfg(test)]
mod tests;

pub(super) use event::{BodyFault, Place, add};
pub(super) use tables::Tables;
