//! TraceLogging: events that carry names and types of their fields with them.
//!
//! The metadata is a packed blob in an extended item and the payload is elsewhere; both are written
//! from the same description here, so they agree unless an [`Extension::Schema`] says otherwise.
//!
//! [`Extension::Schema`]: super::Extension::Schema

use super::error::{EtlError, length_u16};
use super::identity::guid_bytes;
use super::record::PointerSize;
use super::value::{Value, encode_all};

const TYPE_BINARY: u8 = 14;
const TYPE_STRUCT: u8 = 24;
const FIXED_COUNT: u8 = 0x20;
const VARIABLE_COUNT: u8 = 0x40;
const CUSTOM: u8 = 0x60;
const CHAIN: u8 = 0x80;

/// How a field wants to be shown; the numbers are those of the metadata (specified).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names are those of the public header")]
pub enum Out {
    NoPrint = 1,
    String = 2,
    Boolean = 3,
    Hex = 4,
    Pid = 5,
    Tid = 6,
    Port = 7,
    Ipv4 = 8,
    Ipv6 = 9,
    SocketAddress = 10,
    Xml = 11,
    Json = 12,
    Win32Error = 13,
    NtStatus = 14,
    HResult = 15,
    DateTime = 16,
    Signed = 17,
    Unsigned = 18,
    DateTimeCultureInsensitive = 33,
    Utf8 = 35,
    Pkcs7 = 36,
    CodePointer = 37,
    DateTimeUtc = 38,
}

/// A field with its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    name: String,
    content: Content,
    out: Option<Out>,
    /// Seven bits each, empty for no tag.
    tag: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq)]
enum Content {
    One(Value),
    /// Type number and values, their count in the payload.
    Array(u8, Vec<Value>),
    /// Values, their count in the metadata.
    FixedArray(Vec<Value>),
    Struct(Vec<Field>),
    Structs(Vec<Vec<Field>>),
    /// Type information and payload bytes.
    Custom(Vec<u8>, Vec<u8>),
}

/// A TraceLogging event's name and fields.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceLogging {
    name: String,
    tag: Vec<u8>,
    fields: Vec<Field>,
}

/// What a provider says of itself with every event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderTraits {
    name: String,
    traits: Vec<(u8, Trait)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Trait {
    Guid(String),
    Bytes(Vec<u8>),
}

impl Field {
    /// A field with one value.
    pub fn new(name: &str, value: impl Into<Value>) -> Self {
        Self::of(name, Content::One(value.into()))
    }

    /// An array whose count stands in the payload. The first value gives the type; without one the
    /// event cannot be written, see [`Field::empty_array`].
    pub fn array(name: &str, values: Vec<Value>) -> Self {
        let kind = values.first().map_or(0, Value::in_type);
        Self::of(name, Content::Array(kind, values))
    }

    /// An array without elements, of the type of a sample value.
    pub fn empty_array(name: &str, sample: &Value) -> Self {
        Self::of(name, Content::Array(sample.in_type(), Vec::new()))
    }

    /// An array whose count stands in the metadata.
    pub fn fixed_array(name: &str, values: Vec<Value>) -> Self {
        Self::of(name, Content::FixedArray(values))
    }

    /// A structure of up to 127 fields.
    pub fn structure(name: &str, members: Vec<Self>) -> Self {
        Self::of(name, Content::Struct(members))
    }

    /// An array of structures, its count in the payload. All must have the fields of the first.
    pub fn structures(name: &str, elements: Vec<Vec<Self>>) -> Self {
        Self::of(name, Content::Structs(elements))
    }

    /// A field in an encoding of the provider's own: type information, and the payload's bytes
    /// behind their 16-bit length.
    pub fn custom(name: &str, type_information: &[u8], payload: &[u8]) -> Self {
        let content = Content::Custom(type_information.to_vec(), payload.to_vec());
        Self::of(name, content)
    }

    /// How it wants to be shown. A structure cannot say.
    #[must_use]
    pub fn shown(mut self, out: Out) -> Self {
        self.out = Some(out);
        self
    }

    /// A field tag, seven bits for each byte.
    #[must_use]
    pub fn tag(mut self, groups: &[u8]) -> Self {
        self.tag = groups.to_vec();
        self
    }

    fn of(name: &str, content: Content) -> Self {
        Self {
            name: name.to_owned(),
            content,
            out: None,
            tag: Vec::new(),
        }
    }

    fn write_metadata(&self, out: &mut Vec<u8>) -> Result<(), EtlError> {
        let no_elements = || EtlError::NoElements {
            name: self.name.clone(),
        };
        let (kind, members) = match &self.content {
            Content::One(value) => (value.in_type(), None),
            Content::Array(0, _) => return Err(no_elements()),
            Content::Array(kind, _) => (kind | VARIABLE_COUNT, None),
            Content::FixedArray(values) => {
                let first = values.first().ok_or_else(no_elements)?;
                (first.in_type() | FIXED_COUNT, None)
            }
            Content::Struct(members) => (TYPE_STRUCT, Some(members)),
            Content::Structs(elements) => {
                let first = elements.first().ok_or_else(no_elements)?;
                (TYPE_STRUCT | VARIABLE_COUNT, Some(first))
            }
            Content::Custom(..) => (TYPE_BINARY | CUSTOM, None),
        };
        out.extend(self.name.as_bytes());
        out.push(0);
        let shown = match members {
            Some(members) => Some(member_count(members.len())?),
            None => self.out.map(|out| out as u8),
        };
        if shown.is_some() || !self.tag.is_empty() {
            let chain = if self.tag.is_empty() { 0 } else { CHAIN };
            out.extend([kind | CHAIN, shown.unwrap_or(0) | chain]);
            push_tag(&self.tag, out);
        } else {
            out.push(kind);
        }
        match &self.content {
            Content::FixedArray(values) => {
                out.extend(length_u16("an array", values.len())?.to_le_bytes());
            }
            Content::Custom(information, _) => {
                out.extend(length_u16("type information", information.len())?.to_le_bytes());
                out.extend(information);
            }
            _ => {}
        }
        members
            .into_iter()
            .flatten()
            .try_for_each(|member| member.write_metadata(out))
    }

    fn write_payload(&self, pointer: PointerSize, out: &mut Vec<u8>) -> Result<(), EtlError> {
        match &self.content {
            Content::One(value) => value.encode(pointer, out),
            Content::Array(_, values) => {
                out.extend(length_u16("an array", values.len())?.to_le_bytes());
                encode_all(values, pointer, out)
            }
            Content::FixedArray(values) => encode_all(values, pointer, out),
            Content::Struct(members) => members
                .iter()
                .try_for_each(|member| member.write_payload(pointer, out)),
            Content::Structs(elements) => {
                out.extend(length_u16("an array", elements.len())?.to_le_bytes());
                elements
                    .iter()
                    .flatten()
                    .try_for_each(|member| member.write_payload(pointer, out))
            }
            Content::Custom(_, bytes) => Value::Binary(bytes.clone()).encode(pointer, out),
        }
    }
}

impl TraceLogging {
    /// An event without fields.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            tag: vec![0],
            fields: Vec::new(),
        }
    }

    /// The event's tag, seven bits for each byte. The default is one zero byte.
    #[must_use]
    pub fn tag(mut self, groups: &[u8]) -> Self {
        self.tag = groups.to_vec();
        self
    }

    /// Appends a field with one value.
    #[must_use]
    pub fn field(self, name: &str, value: impl Into<Value>) -> Self {
        self.with(Field::new(name, value))
    }

    /// Appends a field of any shape.
    #[must_use]
    pub fn with(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// The metadata blob, its own size first.
    pub(super) fn metadata(&self) -> Result<Vec<u8>, EtlError> {
        let mut out = vec![0, 0];
        push_tag(&self.tag, &mut out);
        out.extend(self.name.as_bytes());
        out.push(0);
        for field in &self.fields {
            field.write_metadata(&mut out)?;
        }
        let size = length_u16("TraceLogging metadata", out.len())?;
        out[..2].copy_from_slice(&size.to_le_bytes());
        Ok(out)
    }

    pub(super) fn write_payload(
        &self,
        pointer: PointerSize,
        out: &mut Vec<u8>,
    ) -> Result<(), EtlError> {
        self.fields
            .iter()
            .try_for_each(|field| field.write_payload(pointer, out))
    }
}

impl ProviderTraits {
    /// The provider's name, without any trait.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            traits: Vec::new(),
        }
    }

    /// The group the provider is in.
    #[must_use]
    pub fn group(mut self, guid: &str) -> Self {
        self.traits.push((1, Trait::Guid(guid.to_owned())));
        self
    }

    /// The GUID under which its events are decoded.
    #[must_use]
    pub fn decode_guid(mut self, guid: &str) -> Self {
        self.traits.push((2, Trait::Guid(guid.to_owned())));
        self
    }

    /// A trait by its number.
    #[must_use]
    pub fn other(mut self, kind: u8, bytes: &[u8]) -> Self {
        self.traits.push((kind, Trait::Bytes(bytes.to_vec())));
        self
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, EtlError> {
        let mut out = vec![0, 0];
        out.extend(self.name.as_bytes());
        out.push(0);
        for (kind, content) in &self.traits {
            let bytes = match content {
                Trait::Guid(guid) => guid_bytes(guid)?.to_vec(),
                Trait::Bytes(bytes) => bytes.clone(),
            };
            out.extend(length_u16("a provider trait", bytes.len() + 3)?.to_le_bytes());
            out.push(*kind);
            out.extend(bytes);
        }
        let size = length_u16("provider traits", out.len())?;
        out[..2].copy_from_slice(&size.to_le_bytes());
        Ok(out)
    }
}

/// Appends a chain of seven-bit groups; all but the last have the high bit set.
fn push_tag(groups: &[u8], out: &mut Vec<u8>) {
    let last = groups.len().saturating_sub(1);
    for (index, group) in groups.iter().enumerate() {
        let chain = if index < last { CHAIN } else { 0 };
        out.push(group & 0x7F | chain);
    }
}

fn member_count(members: usize) -> Result<u8, EtlError> {
    let count = u8::try_from(members).ok().filter(|count| *count < CHAIN);
    count.ok_or(EtlError::TooLong {
        what: "a structure",
        size: members,
        limit: 127,
    })
}
