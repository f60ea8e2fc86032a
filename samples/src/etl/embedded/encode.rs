//! The bytes of event descriptions and value maps.
//!
//! A structure's members stand behind all properties of the level above it, wherever the structure
//! itself stands.

use super::super::error::{EtlError, length_u16, length_u32};
use super::super::identity::guid_bytes;
use super::super::value::push_text;
use super::{EventDescription, Extent, Property, ValueMap};

const STRUCTURE_SIZE: usize = 0x70;
const PROPERTY_SIZE: usize = 24;

const FLAG_STRUCT: u32 = 0x01;
const FLAG_LENGTH_FROM: u32 = 0x02;
const FLAG_COUNT_FROM: u32 = 0x04;
const FLAG_FIXED_LENGTH: u32 = 0x10;
const FLAG_FIXED_COUNT: u32 = 0x20;

impl EventDescription {
    /// The TRACE_EVENT_INFO structure.
    pub(super) fn encode(&self) -> Result<Vec<u8>, EtlError> {
        let (flat, starts) = flatten(&self.properties);
        let strings_at = STRUCTURE_SIZE + PROPERTY_SIZE * flat.len();
        let mut strings = Strings::at(strings_at);
        let mut out = guid_bytes(&self.provider_guid)?.to_vec();
        out.extend([0; 16]);
        out.extend(self.id.to_le_bytes());
        out.extend([self.version, self.channel, self.level, self.opcode]);
        out.extend(self.task.to_le_bytes());
        out.extend(self.keyword.to_le_bytes());
        let offsets = [
            // Decoded from an XML manifest.
            0,
            strings.add(&self.provider_name)?,
            strings.add_optional(self.level_name.as_ref())?,
            strings.add_optional(self.channel_name.as_ref())?,
            strings.add_list(&self.keyword_names)?,
            strings.add_optional(self.task_name.as_ref())?,
            strings.add_optional(self.opcode_name.as_ref())?,
            strings.add_optional(self.message.as_ref())?,
            // Provider message, binary XML and its size, activity and related activity name.
            0,
            0,
            0,
            0,
            0,
            length_u32("a count of properties", flat.len())?,
            length_u32("a count of properties", self.properties.len())?,
            // Flags.
            0,
        ];
        out.extend(offsets.into_iter().flat_map(u32::to_le_bytes));
        for (property, start) in flat.iter().zip(starts) {
            write_property(property, start, &flat, &mut strings, &mut out)?;
        }
        out.extend(strings.bytes);
        Ok(out)
    }
}

impl ValueMap {
    /// The provider's GUID and the EVENT_MAP_INFO structure.
    pub(super) fn encode(&self) -> Result<Vec<u8>, EtlError> {
        let mut strings = Strings::at(16 + 8 * self.entries.len());
        let count = length_u32("a map", self.entries.len())?;
        let mut out = guid_bytes(&self.provider_guid)?.to_vec();
        // The last number is the type of the values: 32-bit numbers.
        for number in [strings.add(&self.name)?, self.kind as u32, count, 0] {
            out.extend(number.to_le_bytes());
        }
        for (value, text) in &self.entries {
            out.extend(strings.add(text)?.to_le_bytes());
            out.extend(value.to_le_bytes());
        }
        out.extend(strings.bytes);
        Ok(out)
    }
}

impl Property {
    fn flags(&self) -> u32 {
        let of = |extent: &Extent, fixed, from| match extent {
            Extent::Natural => 0,
            Extent::Fixed(_) => fixed,
            Extent::From(_) => from,
        };
        let structure = if self.members.is_empty() {
            0
        } else {
            FLAG_STRUCT
        };
        structure
            | of(&self.length, FLAG_FIXED_LENGTH, FLAG_LENGTH_FROM)
            | of(&self.count, FLAG_FIXED_COUNT, FLAG_COUNT_FROM)
    }

    /// The length that the type has by itself, 0 if none.
    fn natural_length(&self) -> u16 {
        match self.in_type {
            3 | 4 => 1,
            5 | 6 => 2,
            7 | 8 | 11 | 13 | 20 => 4,
            9 | 10 | 12 | 16 | 17 | 21 => 8,
            15 | 18 => 16,
            _ => 0,
        }
    }
}

/// Texts behind a structure, by their offsets.
struct Strings {
    at: usize,
    bytes: Vec<u8>,
}

impl Strings {
    fn at(at: usize) -> Self {
        Self {
            at,
            bytes: Vec::new(),
        }
    }

    fn add(&mut self, text: &str) -> Result<u32, EtlError> {
        let offset = self.at + self.bytes.len();
        push_text(text, &mut self.bytes);
        length_u32("an event description", offset)
    }

    /// The offset of a text, 0 when there is none.
    fn add_optional(&mut self, text: Option<&String>) -> Result<u32, EtlError> {
        text.map_or(Ok(0), |text| self.add(text))
    }

    /// The offset of texts that end with an empty one, 0 when there are none.
    fn add_list(&mut self, texts: &[String]) -> Result<u32, EtlError> {
        let Some((first, rest)) = texts.split_first() else {
            return Ok(0);
        };
        let offset = self.add(first)?;
        for text in rest {
            self.add(text)?;
        }
        self.add("")?;
        Ok(offset)
    }
}

/// All properties in the order of the structure: those of the top level, then the members of each
/// structure. Beside each stands where its members begin.
fn flatten(top: &[Property]) -> (Vec<&Property>, Vec<usize>) {
    let mut flat: Vec<&Property> = top.iter().collect();
    let mut starts = Vec::new();
    while let Some(property) = flat.get(starts.len()).copied() {
        starts.push(flat.len());
        flat.extend(&property.members);
    }
    (flat, starts)
}

fn write_property(
    property: &Property,
    members_at: usize,
    flat: &[&Property],
    strings: &mut Strings,
    out: &mut Vec<u8>,
) -> Result<(), EtlError> {
    let extent = |extent: &Extent, natural| match extent {
        Extent::Natural => Ok(natural),
        Extent::Fixed(number) => Ok(*number),
        Extent::From(name) => {
            let place = flat.iter().position(|property| property.name == *name);
            let place = place.ok_or_else(|| EtlError::NoProperty { name: name.clone() })?;
            length_u16("a count of properties", place)
        }
    };
    let (first, second) = if property.members.is_empty() {
        (property.in_type, property.out_type)
    } else {
        let count = length_u16("a structure", property.members.len())?;
        (length_u16("a count of properties", members_at)?, count)
    };
    let name = strings.add(&property.name)?;
    let map = strings.add_optional(property.map.as_ref())?;
    out.extend(property.flags().to_le_bytes());
    out.extend(name.to_le_bytes());
    out.extend(first.to_le_bytes());
    out.extend(second.to_le_bytes());
    out.extend(map.to_le_bytes());
    out.extend(extent(&property.count, 1)?.to_le_bytes());
    out.extend(extent(&property.length, property.natural_length())?.to_le_bytes());
    out.extend([0; 4]);
    Ok(())
}
