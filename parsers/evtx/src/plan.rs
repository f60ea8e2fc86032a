//! A template definition as a plan: which substitution is which System field or which
//! named field of the payload.
//!
//! A definition is an XML tree with numbered holes. Reading it once gives a flat list,
//! in document order, of what to do with the holes; applying it to a record is then a
//! walk over that list. The place of an element decides what its content means
//! ([`Place`]): `System` holds the record's own fields, `EventData` holds `Data` items
//! named by attribute, `UserData` holds one element of the producer's own whose
//! children are the fields.

use std::rc::Rc;

use crate::chunk::SystemField;
use crate::names::{NameId, Names};
use crate::tokens::{Token, TokenError, Tokens};

/// Elements nest three or four deep in life.
const MAX_DEPTH: usize = 64;

/// What a definition says, in document order.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) items: Vec<Item>,
    /// A template instance ended the stream, so there is more than was read.
    pub(crate) is_cut: bool,
}

#[derive(Debug)]
pub(crate) enum Item {
    System(SystemField, Content),
    Field(NameId, Content, Place),
    /// An item of `EventData` without a name; applied with a running number.
    Unnamed(Content),
    /// A hole between elements: a fragment to descend into, in this place.
    Splice(u16, Place),
}

/// What fills an element or attribute.
#[derive(Debug, Default)]
pub(crate) enum Content {
    #[default]
    Empty,
    Literal(String),
    Slot(u16),
    /// Literal text around holes, e.g. `0x%1`.
    Mixed(Vec<Piece>),
}

#[derive(Debug)]
pub(crate) enum Piece {
    Literal(String),
    Slot(u16),
}

/// Where in the event's tree something stands, which decides what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Root,
    Event,
    System,
    EventData,
    UserData,
    /// Inside the producer's own element, below this dotted path.
    Payload(Rc<str>),
}

/// Reads a definition, or a plain fragment, to its end.
pub(crate) fn read_plan(
    tokens: &mut Tokens<'_>,
    place: Place,
    names: &mut Names,
) -> Result<Plan, TokenError> {
    let mut builder = Builder {
        plan: Plan::default(),
        open: Vec::new(),
        outer: place,
        names,
        scratch: String::new(),
    };
    loop {
        match tokens.next()? {
            // A nested instance cannot stand inside a definition; in a plain stream its
            // values are not ours to read, so the walk ends there.
            Token::End => break,
            Token::TemplateInstance => {
                builder.plan.is_cut = true;
                break;
            }
            Token::OpenElement(name) => builder.open(name)?,
            Token::CloseStartTag => builder.close_start_tag(),
            Token::CloseEmptyElement | Token::CloseElement => builder.close(),
            Token::Attribute(name) => builder.attribute(name),
            Token::Text(text) => builder.piece(Piece::Literal(text)),
            Token::Substitution(slot) => builder.piece(Piece::Slot(slot)),
            Token::Other => {}
        }
    }
    while !builder.open.is_empty() {
        builder.close();
    }
    Ok(builder.plan)
}

struct Builder<'a> {
    plan: Plan,
    open: Vec<Element>,
    outer: Place,
    names: &'a mut Names,
    /// Room for a name that is put together.
    scratch: String,
}

struct Element {
    name: String,
    /// Where the element itself stands.
    place: Place,
    /// Its dotted path, once it was asked for.
    path: Option<Rc<str>>,
    attributes: Vec<(String, Vec<Piece>)>,
    state: State,
    content: Vec<Piece>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartTag,
    Leaf,
    Parent,
}

impl Builder<'_> {
    fn open(&mut self, name: String) -> Result<(), TokenError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(TokenError::TooDeep(MAX_DEPTH));
        }
        let place = match self.open.last_mut() {
            None => self.outer.clone(),
            Some(parent) => {
                let place = parent.inner_place();
                let fresh = parent.state != State::Parent;
                parent.state = State::Parent;
                if fresh {
                    self.emit_attributes_of_top();
                }
                place
            }
        };
        self.open.push(Element {
            name,
            place,
            path: None,
            attributes: Vec::new(),
            state: State::StartTag,
            content: Vec::new(),
        });
        Ok(())
    }

    fn attribute(&mut self, name: String) {
        if let Some(element) = self.open.last_mut() {
            element.attributes.push((name, Vec::new()));
        }
    }

    fn piece(&mut self, piece: Piece) {
        let outer = &self.outer;
        match (self.open.last_mut(), piece) {
            (Some(element), piece) if element.state == State::StartTag => {
                if let Some((_, pieces)) = element.attributes.last_mut() {
                    pieces.push(piece);
                }
            }
            (Some(element), Piece::Slot(slot))
                if element.state == State::Parent || element.is_container() =>
            {
                self.plan
                    .items
                    .push(Item::Splice(slot, element.inner_place()));
            }
            (Some(element), piece) => element.content.push(piece),
            (None, Piece::Slot(slot)) => self.plan.items.push(Item::Splice(slot, outer.clone())),
            (None, Piece::Literal(_)) => {}
        }
    }

    fn close_start_tag(&mut self) {
        if let Some(element) = self.open.last_mut() {
            element.state = State::Leaf;
        }
    }

    fn close(&mut self) {
        if self
            .open
            .last()
            .is_some_and(|element| element.state != State::Parent)
        {
            self.emit_attributes_of_top();
            if let Some(element) = self.open.pop() {
                self.emit_leaf(element);
            }
        } else {
            self.open.pop();
        }
    }

    /// Attributes become System fields or payload fields; namespace declarations say nothing.
    fn emit_attributes_of_top(&mut self) {
        let Some(element) = self.open.last_mut() else {
            return;
        };
        let names_itself = element.is_data();
        for (name, pieces) in element
            .attributes
            .iter_mut()
            .filter(|(name, _)| !name.starts_with("xmlns"))
        {
            let pieces = std::mem::take(pieces);
            match &element.place {
                Place::System => {
                    if let Some(field) = SystemField::attribute(&element.name, name) {
                        self.plan.items.push(Item::System(field, content(pieces)));
                    }
                }
                Place::EventData if names_itself && name == "Name" => {
                    if let Content::Literal(own) = content(pieces) {
                        element.name = own;
                    }
                }
                // `Type` and the like on data items only repeat the value's type.
                Place::EventData => {}
                _ if pieces.is_empty() => {}
                place => {
                    let path = path_of(&mut element.path, place, &element.name);
                    self.scratch.clear();
                    self.scratch.push_str(&path);
                    self.scratch.push('.');
                    self.scratch.push_str(name);
                    let id = self.names.id(&self.scratch);
                    self.plan
                        .items
                        .push(Item::Field(id, content(pieces), Place::Payload(path)));
                }
            }
        }
    }

    fn emit_leaf(&mut self, mut element: Element) {
        if element.content.is_empty() && element.is_container() {
            return;
        }
        let unnamed = element.is_data();
        let content = content(element.content);
        let item = match &element.place {
            Place::System => match SystemField::element(&element.name) {
                Some(field) => Item::System(field, content),
                None => return,
            },
            Place::EventData if unnamed => Item::Unnamed(content),
            place => {
                let path = path_of(&mut element.path, place, &element.name);
                Item::Field(self.names.id(&path), content, Place::Payload(path))
            }
        };
        self.plan.items.push(item);
    }
}

impl Element {
    /// Where the children of this element stand.
    fn inner_place(&mut self) -> Place {
        if let Some(place) = self.container() {
            return place;
        }
        Place::Payload(match self.place {
            Place::UserData => Rc::default(),
            _ => path_of(&mut self.path, &self.place, &self.name),
        })
    }

    /// The same for an element whose content is always other elements.
    fn container(&self) -> Option<Place> {
        Some(match (&self.place, self.name.as_str()) {
            (Place::Root, "Event") => Place::Event,
            (Place::Root | Place::Event, "System") => Place::System,
            (Place::Root | Place::Event, "EventData") => Place::EventData,
            (Place::Root | Place::Event, "UserData") => Place::UserData,
            _ => return None,
        })
    }

    /// Elements whose content is always other elements.
    fn is_container(&self) -> bool {
        self.container().is_some()
    }

    /// A data item that has not been named by an attribute (yet).
    fn is_data(&self) -> bool {
        self.place == Place::EventData && self.name == "Data"
    }
}

/// The dotted path of an element in this place, put together once.
fn path_of(known: &mut Option<Rc<str>>, place: &Place, name: &str) -> Rc<str> {
    let path = known.get_or_insert_with(|| match place {
        Place::Payload(prefix) if !prefix.is_empty() => [prefix, ".", name].concat().into(),
        _ => name.into(),
    });
    Rc::clone(path)
}

fn content(mut pieces: Vec<Piece>) -> Content {
    if pieces
        .iter()
        .all(|piece| matches!(piece, Piece::Literal(_)))
    {
        let text: String = pieces
            .into_iter()
            .map(|piece| match piece {
                Piece::Literal(text) => text,
                Piece::Slot(_) => String::new(),
            })
            .collect();
        return if text.is_empty() {
            Content::Empty
        } else {
            Content::Literal(text)
        };
    }
    match (pieces.pop(), pieces.is_empty()) {
        (Some(Piece::Slot(slot)), true) => Content::Slot(slot),
        (last, _) => {
            pieces.extend(last);
            Content::Mixed(pieces)
        }
    }
}
