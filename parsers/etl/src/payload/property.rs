//! One property as Windows describes it, wherever the description stands.
//!
//! TRACE_EVENT_INFO and the templates of a provider's resource have the same flags and
//! the same double meaning of two places.
//! Source: specified (EVENT_PROPERTY_INFO).

use super::schema::{Extent, Field, FieldKind};
use super::types::{InType, OutType};

const STRUCTURE: u32 = 0x01;
const LENGTH_IS_FIELD: u32 = 0x02;
const COUNT_IS_FIELD: u32 = 0x04;
const FIXED_COUNT: u32 = 0x20;
const CUSTOM_SCHEMA: u32 = 0x80;

/// A property before its parts are told apart.
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) flags: u32,
    /// Input type, or index of the first member.
    pub(crate) first: u16,
    /// Output type, or number of members.
    pub(crate) second: u16,
    /// How often it stands there, or the field that says it.
    pub(crate) count: u16,
    /// How long it is, or the field that says it.
    pub(crate) length: u16,
    pub(crate) map: Option<String>,
}

impl Property {
    pub(crate) fn field(self) -> Field {
        let kind = if self.flags & STRUCTURE != 0 {
            FieldKind::Structure {
                first: usize::from(self.first),
                members: usize::from(self.second),
            }
        } else if self.flags & CUSTOM_SCHEMA != 0 {
            FieldKind::Unknown(self.first)
        } else {
            match InType::from_tdh(self.first) {
                Some(input) => FieldKind::Value(input, OutType::from_tdh(self.second)),
                None => FieldKind::Unknown(self.first),
            }
        };
        // Only text and binary have a length of their own; numbers repeat their size there.
        let has_length = matches!(
            kind,
            FieldKind::Value(InType::Utf16 | InType::Ansi | InType::Binary, _)
        );
        let length = match (self.flags & LENGTH_IS_FIELD != 0, self.length) {
            (true, index) => Extent::Field(usize::from(index)),
            (false, 0) => Extent::Own,
            (false, length) => Extent::Fixed(length),
        };
        Field {
            name: self.name,
            kind,
            length: if has_length { length } else { Extent::Own },
            count: if self.flags & COUNT_IS_FIELD != 0 {
                Extent::Field(usize::from(self.count))
            } else if self.flags & FIXED_COUNT != 0 || self.count > 1 {
                Extent::Fixed(self.count)
            } else {
                Extent::Own
            },
            map: self.map,
        }
    }
}
