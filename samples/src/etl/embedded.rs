//! Descriptions of events that merged traces carry inside: TRACE_EVENT_INFO and its value maps.
//!
//! They are the payloads of classic events. All offsets count from the start of the structure; in a
//! value map that is not the start of the payload, because a GUID stands before it.

mod encode;

use super::EtlError;
use super::classic::ClassicEvent;
use super::record::{Frame, Record};
use super::value::Value;

const METADATA_CLASS: &str = "bbccf6c1-6cd1-48c4-80ff-839482e37671";
const KIND_EVENT: u8 = 0x20;
const KIND_MAP: u8 = 0x21;

/// Description of one event of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventDescription {
    provider_guid: String,
    id: u16,
    version: u8,
    channel: u8,
    level: u8,
    opcode: u8,
    task: u16,
    keyword: u64,
    provider_name: String,
    level_name: Option<String>,
    channel_name: Option<String>,
    keyword_names: Vec<String>,
    task_name: Option<String>,
    opcode_name: Option<String>,
    message: Option<String>,
    properties: Vec<Property>,
}

/// One property of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    name: String,
    in_type: u16,
    out_type: u16,
    map: Option<String>,
    length: Extent,
    count: Extent,
    members: Vec<Property>,
}

/// Where a length or a count comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Extent {
    /// The type has it.
    Natural,
    Fixed(u16),
    /// The property of this name holds it.
    From(String),
}

/// Which kind of map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum MapKind {
    /// One number, one text.
    Values = 1,
    /// One bit, one text.
    Bits = 2,
}

/// Texts for the numbers of a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueMap {
    provider_guid: String,
    name: String,
    kind: MapKind,
    entries: Vec<(u32, String)>,
}

impl Property {
    /// A property of a type. The numbers are those of the event trace helper's InType and OutType.
    pub fn new(name: &str, in_type: u16, out_type: u16) -> Self {
        Self {
            name: name.to_owned(),
            in_type,
            out_type,
            map: None,
            length: Extent::Natural,
            count: Extent::Natural,
            members: Vec::new(),
        }
    }

    /// A structure.
    pub fn structure(name: &str, members: Vec<Self>) -> Self {
        let mut property = Self::new(name, 0, 0);
        property.members = members;
        property
    }

    /// The map that names its values.
    #[must_use]
    pub fn map(mut self, name: &str) -> Self {
        self.map = Some(name.to_owned());
        self
    }

    /// A fixed length.
    #[must_use]
    pub fn length(mut self, length: u16) -> Self {
        self.length = Extent::Fixed(length);
        self
    }

    /// The property that holds the length.
    #[must_use]
    pub fn length_from(mut self, property: &str) -> Self {
        self.length = Extent::From(property.to_owned());
        self
    }

    /// A fixed count: an array.
    #[must_use]
    pub fn count(mut self, count: u16) -> Self {
        self.count = Extent::Fixed(count);
        self
    }

    /// The property that holds the count.
    #[must_use]
    pub fn count_from(mut self, property: &str) -> Self {
        self.count = Extent::From(property.to_owned());
        self
    }
}

impl EventDescription {
    /// An event without properties.
    pub fn new(provider_guid: &str, provider_name: &str, id: u16) -> Self {
        Self {
            provider_guid: provider_guid.to_owned(),
            id,
            version: 0,
            channel: 0,
            level: 4,
            opcode: 0,
            task: 0,
            keyword: 0,
            provider_name: provider_name.to_owned(),
            level_name: None,
            channel_name: None,
            keyword_names: Vec::new(),
            task_name: None,
            opcode_name: None,
            message: None,
            properties: Vec::new(),
        }
    }

    /// Version.
    #[must_use]
    pub fn version(mut self, version: u8) -> Self {
        self.version = version;
        self
    }

    /// Task with its name.
    #[must_use]
    pub fn task(mut self, task: u16, name: &str) -> Self {
        self.task = task;
        self.task_name = Some(name.to_owned());
        self
    }

    /// Operation code with its name.
    #[must_use]
    pub fn opcode(mut self, opcode: u8, name: &str) -> Self {
        self.opcode = opcode;
        self.opcode_name = Some(name.to_owned());
        self
    }

    /// Level with its name.
    #[must_use]
    pub fn level(mut self, level: u8, name: &str) -> Self {
        self.level = level;
        self.level_name = Some(name.to_owned());
        self
    }

    /// Channel with its name.
    #[must_use]
    pub fn channel(mut self, channel: u8, name: &str) -> Self {
        self.channel = channel;
        self.channel_name = Some(name.to_owned());
        self
    }

    /// Keyword bits with their names.
    #[must_use]
    pub fn keyword(mut self, bits: u64, names: &[&str]) -> Self {
        self.keyword = bits;
        self.keyword_names = names.iter().map(|name| (*name).to_owned()).collect();
        self
    }

    /// Message text with `%1` for the first property.
    #[must_use]
    pub fn message(mut self, text: &str) -> Self {
        self.message = Some(text.to_owned());
        self
    }

    /// Appends a property.
    #[must_use]
    pub fn property(mut self, property: Property) -> Self {
        self.properties.push(property);
        self
    }
}

impl Record for EventDescription {
    fn write(&self, frame: Frame, out: &mut Vec<u8>) -> Result<(), EtlError> {
        ClassicEvent::new(METADATA_CLASS, KIND_EVENT)
            .field(Value::Bytes(self.encode()?))
            .write(frame, out)
    }
}

impl ValueMap {
    /// A map of a provider by name.
    pub fn new(provider_guid: &str, name: &str, kind: MapKind) -> Self {
        Self {
            provider_guid: provider_guid.to_owned(),
            name: name.to_owned(),
            kind,
            entries: Vec::new(),
        }
    }

    /// Appends an entry. Windows ends the texts with a space, and so does this.
    #[must_use]
    pub fn entry(mut self, value: u32, text: &str) -> Self {
        self.entries.push((value, format!("{text} ")));
        self
    }
}

impl Record for ValueMap {
    fn write(&self, frame: Frame, out: &mut Vec<u8>) -> Result<(), EtlError> {
        ClassicEvent::new(METADATA_CLASS, KIND_MAP)
            .field(Value::Bytes(self.encode()?))
            .write(frame, out)
    }
}
