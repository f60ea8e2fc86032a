//! Templates: the element trees that records of one kind share.
//!
//! The order of the slots is that of Windows (observed on Windows 11 26100): Level stands in slot 0,
//! the record identifier in slot 10, the payload in the last one.

use std::collections::HashMap;

use sha1::{Digest, Sha1};

use super::event::{EventSpec, Form};
use super::value::{BINARY_XML, STRING_ARRAY, Value};
use super::xml::{Content, Element};

/// Namespace of the Event element.
pub(super) const EVENT_NAMESPACE: &str = "http://schemas.microsoft.com/win/2004/08/events/event";
/// First slot behind the System values of a provider with a manifest.
pub(super) const PAYLOAD_SLOT: u16 = 17;
/// The same for a classic source, whose template has more slots.
pub(super) const CLASSIC_PAYLOAD_SLOT: u16 = 19;

/// A template: its identifier and its tree.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) guid: [u8; 16],
    pub(super) root: Element,
}

/// All templates of a log, each once, by the number under which chunks know it.
#[derive(Debug, Clone, Default)]
pub(super) struct Shapes {
    numbers: HashMap<Vec<u8>, usize>,
    in_order: Vec<Shape>,
    key: Vec<u8>,
}

impl Shapes {
    pub(super) fn shape(&self, number: usize) -> &Shape {
        &self.in_order[number]
    }

    /// The template of a whole record.
    pub(super) fn record(&mut self, event: &EventSpec, channel: &str, computer: &str) -> usize {
        self.key.clear();
        self.key_part(if event.provider_guid.is_some() {
            "manifest"
        } else {
            "classic"
        });
        self.key_part(computer);
        if event.provider_guid.is_none() {
            self.key_part(&event.provider);
            self.key_part(channel);
        }
        match &event.form {
            Form::EventData | Form::Classic => self.key_part("EventData"),
            Form::UserData { .. } => self.key_part("UserData"),
            Form::NoPayload | Form::Untemplated => self.key_part("none"),
            Form::FlatEventData => {
                self.key_part("flat");
                self.key_fields(event);
            }
        }
        self.number(|| record_tree(event, channel, computer))
    }

    /// The template of the nested payload, where the form has one.
    pub(super) fn payload(&mut self, event: &EventSpec) -> Option<usize> {
        self.key.clear();
        match &event.form {
            Form::EventData => {
                self.key_part("payload");
                self.key_fields(event);
            }
            Form::UserData { element, namespace } => {
                self.key_part("user");
                self.key_part(element);
                self.key_part(namespace);
                self.key_fields(event);
            }
            Form::Classic if event.bytes.is_empty() => self.key_part("strings"),
            Form::Classic => self.key_part("strings and bytes"),
            Form::FlatEventData | Form::NoPayload | Form::Untemplated => return None,
        }
        Some(self.number(|| payload_tree(event)))
    }

    /// Adds one part to the key, closed by a byte that UTF-8 does not have.
    fn key_part(&mut self, part: &str) {
        self.key.extend_from_slice(part.as_bytes());
        self.key.push(0xFF);
    }

    fn key_fields(&mut self, event: &EventSpec) {
        for (name, value) in &event.fields {
            self.key.extend_from_slice(name.as_bytes());
            self.key.extend_from_slice(&[0xFE, value.kind()]);
        }
    }

    /// The number under the current key, with the tree made on first use. The identifier is drawn
    /// from the key, so equal templates have equal identifiers in every log.
    fn number(&mut self, tree: impl FnOnce() -> Element) -> usize {
        if let Some(number) = self.numbers.get(&self.key) {
            return *number;
        }
        let digest: [u8; 20] = Sha1::digest(&self.key).into();
        let mut guid = [0; 16];
        guid.copy_from_slice(&digest[..16]);
        self.in_order.push(Shape { guid, root: tree() });
        self.numbers
            .insert(self.key.clone(), self.in_order.len() - 1);
        self.in_order.len() - 1
    }
}

fn record_tree(event: &EventSpec, channel: &str, computer: &str) -> Element {
    let has_manifest = event.provider_guid.is_some();
    let payload_slot = if has_manifest {
        PAYLOAD_SLOT
    } else {
        CLASSIC_PAYLOAD_SLOT
    };
    let mut root = Element::new("Event")
        .attribute("xmlns", Content::Text(EVENT_NAMESPACE.to_owned()))
        .child(system_tree(event, channel, computer));
    let nested = Content::OptionalSlot {
        index: payload_slot,
        kind: BINARY_XML,
    };
    match &event.form {
        Form::NoPayload | Form::Untemplated => root,
        Form::FlatEventData => root.child(fields_tree(event, payload_slot)),
        Form::UserData { .. } => root.child(Element::new("UserData").content(nested)),
        Form::EventData | Form::Classic => {
            root.depends_on = payload_slot;
            root.content(nested)
        }
    }
}

fn system_tree(event: &EventSpec, channel: &str, computer: &str) -> Element {
    let slot = |index, kind| Content::OptionalSlot { index, kind };
    let has_manifest = event.provider_guid.is_some();
    let provider = if has_manifest {
        Element::new("Provider")
            .attribute("Name", slot(14, 0x01))
            .attribute("Guid", slot(15, 0x0F))
    } else {
        Element::new("Provider").attribute("Name", Content::Text(event.provider.clone()))
    };
    let event_id = Element::optional("EventID", 3, 0x06);
    let event_id = Element {
        attributes: vec![("Qualifiers".to_owned(), slot(4, 0x06))],
        ..event_id
    };
    let channel = if has_manifest {
        Element::optional("Channel", 16, 0x01)
    } else {
        Element::text("Channel", channel)
    };
    let related_slot = if has_manifest { 13 } else { 18 };
    Element::new("System")
        .child(provider)
        .child(event_id)
        .child(Element::optional("Version", 11, 0x04))
        .child(Element::optional("Level", 0, 0x04))
        .child(Element::optional("Task", 2, 0x06))
        .child(Element::optional("Opcode", 1, 0x04))
        .child(Element::optional("Keywords", 5, 0x15))
        .child(Element::new("TimeCreated").attribute("SystemTime", slot(6, 0x11)))
        .child(Element::optional("EventRecordID", 10, 0x0A))
        .child(
            Element::new("Correlation")
                .attribute("ActivityID", slot(7, 0x0F))
                .attribute("RelatedActivityID", slot(related_slot, 0x0F)),
        )
        .child(
            Element::new("Execution")
                .attribute("ProcessID", slot(8, 0x08))
                .attribute("ThreadID", slot(9, 0x08)),
        )
        .child(channel)
        .child(Element::text("Computer", computer))
        .child(Element::new("Security").attribute("UserID", slot(12, 0x13)))
}

fn payload_tree(event: &EventSpec) -> Element {
    match &event.form {
        Form::Classic => {
            let strings = Element::new("Data").content(Content::OptionalSlot {
                index: 0,
                kind: STRING_ARRAY,
            });
            let root = Element::new("EventData").child(strings);
            if event.bytes.is_empty() {
                return root;
            }
            root.child(Element::new("Binary").content(Content::OptionalSlot {
                index: 2,
                kind: 0x0E,
            }))
        }
        Form::UserData { element, namespace } => {
            let root = Element::new(element).attribute("xmlns", Content::Text(namespace.clone()));
            let fields = event.fields.iter().zip(0..);
            fields.fold(root, |root, ((name, value), index)| {
                root.child(Element::new(name).content(slot_for(value, index)))
            })
        }
        _ => fields_tree(event, 0),
    }
}

/// `EventData` with one `Data` per field; a field without a name has no `Name` attribute.
fn fields_tree(event: &EventSpec, first_slot: u16) -> Element {
    let fields = event.fields.iter().zip(first_slot..);
    fields.fold(Element::new("EventData"), |root, ((name, value), index)| {
        let mut data = Element::new("Data").content(slot_for(value, index));
        if !name.is_empty() {
            data = data.attribute("Name", Content::Text(name.clone()));
        }
        root.child(data)
    })
}

/// The slot of a payload field. Nulls were seen in optional slots only, and one reader refuses them
/// elsewhere.
fn slot_for(value: &Value, index: u16) -> Content {
    match value {
        Value::Null => Content::OptionalSlot { index, kind: 0x01 },
        value => Content::Slot {
            index,
            kind: value.kind(),
        },
    }
}
