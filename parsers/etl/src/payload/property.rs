//! One property as Windows describes it, wherever the description stands.
//!
//! TRACE_EVENT_INFO, what the system answers when it is asked for an event, and the
//! templates of a provider's resource have the same flags and the same double meaning of
//! two places.
//! Source: specified (EVENT_PROPERTY_INFO, TRACE_EVENT_INFO).

use std::sync::Arc;

use super::schema::{EventSchema, Extent, Field, FieldKind, SchemaEnd};
use super::types::{InType, OutType};

const STRUCTURE: u32 = 0x01;
const LENGTH_IS_FIELD: u32 = 0x02;
const COUNT_IS_FIELD: u32 = 0x04;
const FIXED_COUNT: u32 = 0x20;
const CUSTOM_SCHEMA: u32 = 0x80;

/// A property before its parts are told apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// PROPERTY_FLAGS as stored.
    pub flags: u32,
    /// Input type (TDH_INTYPE), or index of the first member.
    pub first: u16,
    /// Output type (TDH_OUTTYPE), or number of members.
    pub second: u16,
    /// How often it stands there, or the index of the field that says it.
    pub count: u16,
    /// How long it is, or the index of the field that says it.
    pub length: u16,
    /// Name of the map that gives its values a text.
    pub map: Option<String>,
}

impl Property {
    /// The field that it describes; an input type that is not known stays a number.
    pub fn field(self) -> Field {
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

/// An event as Windows describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// The provider's name; empty when not known. Blanks at the end of texts are cut.
    pub provider_name: String,
    /// Name of the task; likewise.
    pub task: String,
    /// Name of the opcode; likewise.
    pub opcode: String,
    /// The message with its inserts; likewise.
    pub message: String,
    /// All properties, members of structures behind the event's own.
    pub properties: Vec<Property>,
    /// How many of them are the event's own.
    pub top_level: usize,
}

impl Description {
    /// The layout that it describes; the event is called by task and opcode.
    pub fn schema(self) -> EventSchema {
        let task = self.task.trim_end();
        let name = match self.opcode.trim_end() {
            "" => task.to_owned(),
            opcode => format!("{task}/{opcode}"),
        };
        let fields: Arc<[Field]> = self.properties.into_iter().map(Property::field).collect();
        EventSchema {
            provider_name: Arc::from(self.provider_name.trim_end()),
            name,
            message: Arc::from(self.message.trim_end()),
            top_level: self.top_level.min(fields.len()),
            fields,
            end: SchemaEnd::Last,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::PointerSize;
    use crate::payload::value::Value;

    fn property(name: &str, flags: u32, first: u16, second: u16) -> Property {
        Property {
            name: name.to_owned(),
            flags,
            first,
            second,
            count: 1,
            ..Property::default()
        }
    }

    /// Properties, the first `top_level` of them the event's own, read a payload as these fields.
    fn check(properties: &[Property], top_level: usize, payload: &[u8], expected: &[&str]) {
        let description = Description {
            properties: properties.to_vec(),
            top_level,
            ..Description::default()
        };
        let mut found = Vec::new();
        let mut fields = |name: &str, value: Value<'_>| match value {
            Value::List(list) => list.for_each(|item| found.push(format!("{name}[]={item:?}"))),
            value => found.push(format!("{name}={value:?}")),
        };
        let schema = description.schema();
        let ending = schema.decode(None, payload, PointerSize::Eight, &mut fields);
        assert_eq!(found, expected);
        assert_eq!(ending.left, 0);
    }

    #[test]
    fn properties_are_fields() {
        check(
            &[
                property("Number", 0, 8, 0),
                Property {
                    length: 4,
                    ..property("Same", 0, 8, 18)
                },
                property("Size", 0, 6, 0),
                Property {
                    length: 2,
                    ..property("Bytes", LENGTH_IS_FIELD, 14, 15)
                },
                Property {
                    count: 2,
                    ..property("Pair", FIXED_COUNT, 4, 0)
                },
            ],
            5,
            &[1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 7, 8, 5, 6],
            &[
                "Number=Uint(1)",
                "Same=Hex32(2)",
                "Size=Uint(2)",
                "Bytes=Bytes([7, 8])",
                "Pair[]=Uint(5)",
                "Pair[]=Uint(6)",
            ],
        );
        check(
            &[
                property("Place", STRUCTURE, 2, 1),
                property("Last", 0, 4, 0),
                property("Row", 0, 4, 0),
            ],
            2,
            &[3, 9],
            &["Place.Row=Uint(3)", "Last=Uint(9)"],
        );
    }

    #[test]
    fn what_is_not_known_stays_a_number() {
        let kind = |property: Property| property.field().kind;
        assert_eq!(kind(property("a", 0, 999, 0)), FieldKind::Unknown(999));
        let custom = property("a", CUSTOM_SCHEMA, 14, 0);
        assert_eq!(kind(custom), FieldKind::Unknown(14));
    }

    #[test]
    fn events_are_called_by_task_and_opcode() {
        let name = |task: &str, opcode: &str| {
            let description = Description {
                task: task.to_owned(),
                opcode: opcode.to_owned(),
                top_level: 9,
                ..Description::default()
            };
            let schema = description.schema();
            assert_eq!(schema.top_level, 0);
            schema.name
        };
        assert_eq!(name("Join ", ""), "Join");
        assert_eq!(name("Join ", "Start "), "Join/Start");
        assert_eq!(name("", ""), "");
    }
}
