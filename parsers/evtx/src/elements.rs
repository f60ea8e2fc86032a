//! What an element or attribute of an event's tree means, by where it stands.
//!
//! `System` holds the record's own fields, `EventData` holds `Data` items named by attribute,
//! `UserData` holds one element of the producer's own whose children are the fields.

use joinscope_wire::Result;

use crate::chunk::SystemField;
use crate::names::{NameId, Names, name_at};
use crate::recent::Recent;

/// Where in the event's tree something stands, which decides what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    Root,
    Event,
    System,
    EventData,
    UserData,
    /// Inside the producer's own element, below this dotted path.
    Payload(NameId),
}

/// What items of `EventData` are called, until an attribute names them.
pub(crate) const UNNAMED: &str = "Data";

/// What an element means in its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element {
    /// Where it stands.
    pub(crate) place: Place,
    /// Where its children stand.
    pub(crate) inside: Place,
    /// Its content is always other elements.
    pub(crate) is_container: bool,
    pub(crate) leaf: Leaf,
}

/// What the content of an element means that has no other elements in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    /// One of the record's own fields, where it is known.
    System(Option<SystemField>),
    /// An item without a name of its own.
    Unnamed,
    /// A field of this dotted name.
    Field(NameId),
}

/// What an attribute means.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Attribute {
    /// Namespace declarations, and what repeats the type of a value.
    Nothing,
    System(SystemField),
    /// It names its element.
    OwnName,
    /// A field of this dotted name.
    Field(NameId),
}

/// The meanings met in one chunk, where a name is known by its offset.
#[derive(Default)]
pub(crate) struct Elements {
    known: Recent<(Place, usize), Element>,
    /// By the element's place and name, and the attribute's name.
    attributes: Recent<(Place, usize, usize), Attribute>,
    /// Room for a name that is put together.
    scratch: String,
}

impl Elements {
    /// Forgets all, for the next chunk.
    pub(crate) fn clear(&mut self) {
        self.known.clear();
        self.attributes.clear();
    }

    /// The element in this place whose name stands at this offset of the chunk.
    pub(crate) fn element(
        &mut self,
        place: Place,
        name: usize,
        chunk: &[u8],
        names: &mut Names,
    ) -> Result<Element> {
        if let Some(known) = self.known.get((place, name), name) {
            return Ok(*known);
        }
        let text = name_at(chunk, name)?;
        let container = container(place, &text);
        let (inside, leaf) = match (container, place) {
            (Some(inside), _) => (inside, Leaf::Field(names.id(&text))),
            (None, Place::System) => {
                let field = SystemField::element(&text);
                (Place::Payload(names.id(&text)), Leaf::System(field))
            }
            (None, Place::EventData) if text == UNNAMED => {
                (Place::Payload(names.id(&text)), Leaf::Unnamed)
            }
            (None, _) => {
                let path = self.path(place, &text, names);
                let is_outermost = place == Place::UserData;
                let inside = if is_outermost { names.id("") } else { path };
                (Place::Payload(inside), Leaf::Field(path))
            }
        };
        let element = Element {
            place,
            inside,
            is_container: container.is_some(),
            leaf,
        };
        self.known.insert((place, name), element);
        Ok(element)
    }

    /// The attribute of an element, by the offsets of both names.
    pub(crate) fn attribute(
        &mut self,
        (element, of): (Element, usize),
        name: usize,
        chunk: &[u8],
        names: &mut Names,
    ) -> Result<Attribute> {
        let key = (element.place, of, name);
        if let Some(known) = self.attributes.get(key, name) {
            return Ok(*known);
        }
        let text = name_at(chunk, name)?;
        let attribute = match (element.place, element.leaf) {
            _ if text.starts_with("xmlns") => Attribute::Nothing,
            (Place::System, _) => SystemField::attribute(&name_at(chunk, of)?, &text)
                .map_or(Attribute::Nothing, Attribute::System),
            (Place::EventData, Leaf::Unnamed) if text == "Name" => Attribute::OwnName,
            (Place::EventData, _) => Attribute::Nothing,
            (_, Leaf::Field(path)) => {
                Attribute::Field(self.path(Place::Payload(path), &text, names))
            }
            _ => Attribute::Nothing,
        };
        self.attributes.insert(key, attribute);
        Ok(attribute)
    }

    /// The dotted path of a name in this place.
    fn path(&mut self, place: Place, name: &str, names: &mut Names) -> NameId {
        self.scratch.clear();
        if let Place::Payload(prefix) = place {
            self.scratch.push_str(names.get(prefix));
        }
        if !self.scratch.is_empty() {
            self.scratch.push('.');
        }
        self.scratch.push_str(name);
        names.id(&self.scratch)
    }
}

/// Where the children of an element stand whose content is always other elements.
fn container(place: Place, name: &str) -> Option<Place> {
    Some(match (place, name) {
        (Place::Root, "Event") => Place::Event,
        (Place::Root | Place::Event, "System") => Place::System,
        (Place::Root | Place::Event, "EventData") => Place::EventData,
        (Place::Root | Place::Event, "UserData") => Place::UserData,
        _ => return None,
    })
}
