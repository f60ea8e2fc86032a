//! A provider's manifest in XML, as EventSource providers write it into traces.
//!
//! Lengths and counts name other fields; texts stand in a string table that
//! usually comes last, so both are resolved at the end.
//! Source: specified (event manifest schema).

use std::borrow::Cow;
use std::sync::Arc;

use joinscope_wire::Guid;
use rustc_hash::FxHashMap;

use super::xml::{Tag, tags};
use super::xml_types::{in_type, out_type};
use crate::payload::schema::{
    EventSchema, Extent, Field, FieldKind, SchemaEnd, ValueMap, ValueMaps,
};

/// Number of a provider's first own channel, as the manifest compiler gives it (*observed*).
const FIRST_CHANNEL: u8 = 16;

/// What one provider's manifest says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The provider; `None` when its GUID is missing or is none.
    pub provider: Option<Guid>,
    /// The provider's name; may be empty.
    pub name: Arc<str>,
    /// Identifier, version and layout of each event.
    pub events: Vec<(u16, u8, EventSchema)>,
    /// Its value maps. Maps of bits are left out.
    pub maps: ValueMaps,
    /// Number and name of each channel.
    pub channels: Vec<(u8, String)>,
}

/// Reads the providers of a manifest text; none when it holds none.
pub fn read_manifest(text: &str) -> Vec<Manifest> {
    let mut manifests = Vec::new();
    let mut strings = FxHashMap::default();
    let mut open: Option<Provider<'_>> = None;
    for tag in tags(text) {
        match (tag.name, tag.is_end) {
            ("provider", false) => {
                manifests.extend(open.replace(Provider::begin(&tag)));
            }
            ("string", false) => {
                if let (Some(id), Some(value)) = (tag.attribute("id"), tag.attribute("value")) {
                    strings.entry(id).or_insert(Arc::from(value));
                }
            }
            _ => {
                if let Some(provider) = &mut open {
                    provider.tag(&tag);
                }
            }
        }
    }
    manifests.extend(open);
    manifests
        .into_iter()
        .map(|provider| provider.finish(&strings))
        .collect()
}

type Strings<'a> = FxHashMap<Cow<'a, str>, Arc<str>>;

/// A provider while it is read.
struct Provider<'a> {
    manifest: Manifest,
    events: Vec<RawEvent<'a>>,
    templates: FxHashMap<Cow<'a, str>, Template<'a>>,
    template: Option<(Cow<'a, str>, Template<'a>)>,
    map: Option<String>,
    /// Number that the next channel has if it does not state one.
    next_channel: u8,
}

struct RawEvent<'a> {
    id: u16,
    version: u8,
    template: Option<Cow<'a, str>>,
    name: String,
    message: Option<Cow<'a, str>>,
}

#[derive(Default)]
struct Template<'a> {
    top: Vec<RawField<'a>>,
    /// Whether fields now belong to the last structure.
    in_structure: bool,
}

struct RawField<'a> {
    tag: Tag<'a>,
    /// Members, if it is a structure.
    members: Option<Vec<Tag<'a>>>,
}

impl<'a> Provider<'a> {
    fn begin(tag: &Tag<'a>) -> Self {
        let manifest = Manifest {
            provider: tag.attribute("guid").and_then(|guid| guid.parse().ok()),
            name: tag.attribute("name").unwrap_or_default().into(),
            ..Manifest::default()
        };
        Self {
            manifest,
            events: Vec::new(),
            templates: FxHashMap::default(),
            template: None,
            map: None,
            next_channel: FIRST_CHANNEL,
        }
    }

    fn tag(&mut self, tag: &Tag<'a>) {
        match (tag.name, tag.is_end) {
            ("event", false) => self.events.extend(raw_event(tag)),
            ("template", false) => {
                let id = tag.attribute("tid").unwrap_or_default();
                self.template = Some((id, Template::default()));
            }
            ("template", true) => self.templates.extend(self.template.take()),
            ("channel" | "importChannel", false) => self.channel(tag),
            ("valueMap", false) => {
                self.map = tag.attribute("name").map(Cow::into_owned);
            }
            ("valueMap" | "bitMap", _) => self.map = None,
            ("map", false) => self.map_entry(tag),
            (name, is_end) => {
                if let Some((_, template)) = &mut self.template {
                    template.tag(name, is_end, tag);
                }
            }
        }
    }

    fn channel(&mut self, tag: &Tag<'a>) {
        let Some(name) = tag.attribute("name") else {
            return;
        };
        let stated = tag.attribute("value").and_then(|value| number(&value));
        let imported = match (tag.name, &*name) {
            ("importChannel", "System") => Some(8),
            ("importChannel", "Application") => Some(9),
            ("importChannel", "Security") => Some(10),
            // Which number another manifest gave its channel is not said here.
            ("importChannel", _) => return,
            _ => None,
        };
        let stated = stated.and_then(|number| u8::try_from(number).ok());
        let number = stated.or(imported).unwrap_or(self.next_channel);
        if imported.is_none() {
            self.next_channel = number.saturating_add(1);
        }
        self.manifest.channels.push((number, name.into_owned()));
    }

    fn map_entry(&mut self, tag: &Tag<'a>) {
        let value = tag.attribute("value").and_then(|value| number(&value));
        if let (Some(map), Some(value), Some(text)) = (&self.map, value, tag.attribute("message")) {
            let map: &mut ValueMap = self.manifest.maps.entry(map.clone()).or_default();
            map.texts.insert(value, Arc::from(text));
        }
    }

    fn finish(self, strings: &Strings<'a>) -> Manifest {
        let mut manifest = self.manifest;
        for map in manifest.maps.values_mut() {
            for text in map.texts.values_mut() {
                *text = resolved(text, strings);
            }
        }
        // Events share their template's fields: there can be many of both.
        let templates: FxHashMap<_, (Arc<[Field]>, usize)> = self
            .templates
            .iter()
            .map(|(id, template)| {
                let (fields, top_level) = template.fields();
                (id, (Arc::from(fields), top_level))
            })
            .collect();
        for event in self.events {
            let template = event.template.and_then(|id| templates.get(&id));
            let (fields, top_level) = template.cloned().unwrap_or_default();
            let schema = EventSchema {
                provider_name: Arc::clone(&manifest.name),
                name: event.name,
                message: resolved(&event.message.unwrap_or_default(), strings),
                fields,
                top_level,
                end: SchemaEnd::Last,
            };
            manifest.events.push((event.id, event.version, schema));
        }
        manifest
    }
}

/// A `$(string.…)` reference by the string table; anything else as it is.
fn resolved(text: &str, strings: &Strings<'_>) -> Arc<str> {
    text.strip_prefix("$(string.")
        .and_then(|rest| strings.get(rest.strip_suffix(')')?))
        .map_or_else(|| Arc::from(text), Arc::clone)
}

fn raw_event<'a>(tag: &Tag<'a>) -> Option<RawEvent<'a>> {
    let numbered = |name| tag.attribute(name).and_then(|text| number(&text));
    let task = tag.attribute("task").or_else(|| tag.attribute("symbol"));
    let opcode = tag
        .attribute("opcode")
        .filter(|opcode| !opcode.is_empty() && opcode != "win:Info");
    let mut name = task.unwrap_or_default().into_owned();
    if let Some(opcode) = opcode {
        name.push('/');
        name.push_str(&opcode);
    }
    Some(RawEvent {
        id: u16::try_from(numbered("value")?).ok()?,
        version: u8::try_from(numbered("version").unwrap_or(0)).ok()?,
        template: tag.attribute("template"),
        name,
        message: tag.attribute("message"),
    })
}

impl<'a> Template<'a> {
    fn tag(&mut self, name: &str, is_end: bool, tag: &Tag<'a>) {
        match (name, is_end) {
            ("data", false) => match self.top.last_mut() {
                Some(RawField {
                    members: Some(members),
                    ..
                }) if self.in_structure => members.push(*tag),
                _ => self.top.push(RawField {
                    tag: *tag,
                    members: None,
                }),
            },
            ("struct", false) => {
                self.in_structure = !tag.is_empty;
                self.top.push(RawField {
                    tag: *tag,
                    members: Some(Vec::new()),
                });
            }
            ("struct", true) => self.in_structure = false,
            _ => {}
        }
    }

    /// The fields in the order of a schema, and how many are the event's own.
    fn fields(&self) -> (Vec<Field>, usize) {
        let members = self.top.iter().filter_map(|raw| raw.members.as_ref());
        let tags: Vec<&Tag<'_>> = self
            .top
            .iter()
            .map(|raw| &raw.tag)
            .chain(members.flatten())
            .collect();
        let names: FxHashMap<Cow<'_, str>, usize> = tags
            .iter()
            .enumerate()
            .filter_map(|(index, tag)| Some((tag.attribute("name")?, index)))
            .collect();
        let mut fields: Vec<Field> = tags.iter().map(|tag| field(tag, &names)).collect();
        let mut first = self.top.len();
        for (field, raw) in fields.iter_mut().zip(&self.top) {
            if let Some(members) = &raw.members {
                field.kind = FieldKind::Structure {
                    first,
                    members: members.len(),
                };
                first += members.len();
            }
        }
        (fields, self.top.len())
    }
}

fn field(tag: &Tag<'_>, names: &FxHashMap<Cow<'_, str>, usize>) -> Field {
    let extent = |attribute| match tag.attribute(attribute) {
        None => Extent::Own,
        Some(text) => match (names.get(&text), number(&text)) {
            (Some(index), _) => Extent::Field(*index),
            (None, Some(number)) => u16::try_from(number).map_or(Extent::Own, Extent::Fixed),
            (None, None) => Extent::Own,
        },
    };
    let input = tag.attribute("inType").unwrap_or_default();
    let output = tag.attribute("outType").unwrap_or_default();
    Field {
        name: tag.attribute("name").unwrap_or_default().into_owned(),
        kind: match in_type(&input) {
            Some(input) => FieldKind::Value(input, out_type(&output)),
            None => FieldKind::Unknown(0),
        },
        length: extent("length"),
        count: extent("count"),
        map: tag.attribute("map").map(Cow::into_owned),
    }
}

/// A decimal or hexadecimal number.
fn number(text: &str) -> Option<u32> {
    match text.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"<instrumentationManifest><instrumentation><events>
        <provider name="Contoso-Join" guid="{6f1b8b1e-0000-4000-8000-000000000001}">
        <channels><importChannel name="System" chid="S"/><channel name="Contoso-Join/Admin" chid="A"/>
        <channel name="Contoso-Join/Debug" chid="D" value="0x20"/></channels>
        <maps><valueMap name="Kinds"><map value="0x1" message="$(string.k1)"/></valueMap>
        <bitMap name="Bits"><map value="2" message="two"/></bitMap></maps>
        <templates><template tid="T"><data name="Count" inType="win:UInt16"/>
        <struct name="Item" count="Count"><data name="Kind" inType="win:UInt8" map="Kinds"/></struct>
        <data name="Code" inType="win:UInt32" outType="win:HResult"/></template></templates>
        <event value="7" version="2" template="T" task="Join" message="$(string.m)"/>
        <event value="8" symbol="Left"/></provider></events></instrumentation>
        <stringTable><string id="m" value="joined %1"/><string id="k1" value="one"/></stringTable>
        </instrumentationManifest>"#;

    #[test]
    fn a_manifest() {
        let manifests = read_manifest(TEXT);
        let [manifest] = &manifests[..] else {
            panic!("{manifests:?}");
        };
        assert_eq!(&*manifest.name, "Contoso-Join");
        assert!(manifest.provider.is_some());
        let channels: Vec<_> = manifest
            .channels
            .iter()
            .map(|(number, name)| (*number, &**name))
            .collect();
        assert_eq!(
            channels,
            [
                (8, "System"),
                (16, "Contoso-Join/Admin"),
                (32, "Contoso-Join/Debug")
            ]
        );
        let [(7, 2, joined), (8, 0, left)] = &manifest.events[..] else {
            panic!("{:?}", manifest.events);
        };
        assert_eq!((&*joined.name, &*joined.message), ("Join", "joined %1"));
        assert_eq!((&*left.name, left.fields.len()), ("Left", 0));
        let mut found = Vec::new();
        let ending = joined.decode(
            Some(&manifest.maps),
            &[2, 0, 1, 9, 5, 0, 7, 0x80],
            crate::PointerSize::Eight,
            &mut |name: &str, value: crate::Value<'_>| found.push(format!("{name}={value:?}")),
        );
        assert!(ending.is_complete());
        assert_eq!(
            found,
            [
                "Count=Uint(2)",
                "Item[0].Kind=Mapped(1, \"one\")",
                "Item[1].Kind=Uint(9)",
                "Code=Code(Hresult, 2147942405)",
            ]
        );
    }

    #[test]
    fn every_prefix_of_a_manifest() {
        for length in 0..TEXT.len() {
            let manifests = read_manifest(&TEXT[..length]);
            assert!(manifests.len() <= 1);
        }
    }
}
