//! The walk over the elements of a definition, or of a stream that holds elements itself: what fills
//! them is handed on with what it means, in document order.

use joinscope_wire::push_utf16le;

use crate::chunk::SystemField;
use crate::elements::{Attribute, Element, Elements, Leaf, Place, UNNAMED};
use crate::names::{NameId, Names};
use crate::tokens::{Token, TokenError, Tokens};

/// Elements nest three or four deep in life.
const MAX_DEPTH: usize = 64;

/// What fills an element or attribute.
#[derive(Debug)]
pub(crate) enum Content<'c> {
    Empty,
    /// Text of one piece, UTF-16LE; not empty.
    Wide(&'c [u8]),
    /// Text of several pieces; not empty.
    Literal(String),
    Slot(u16),
    /// Literal text around holes, e.g. `0x%1`.
    Mixed(Vec<Piece<'c>>),
}

#[derive(Debug)]
pub(crate) enum Piece<'c> {
    Wide(&'c [u8]),
    Escape(String),
    Slot(u16),
}

/// Receives what a tree says.
pub(crate) trait Meaning<'c> {
    /// One of the record's own fields.
    fn system(&mut self, field: SystemField, content: Content<'c>);
    /// A field of the payload; a fragment in it stands in this place.
    fn field(&mut self, names: &Names, name: NameId, content: Content<'c>, place: Place);
    /// An item of `EventData` without a name.
    fn unnamed(&mut self, names: &mut Names, content: Content<'c>);
    /// A hole between elements: a fragment to descend into, in this place.
    fn splice(&mut self, slot: u16, place: Place);
}

/// Walks over the tokens to their end; `outer` is where the outermost elements stand. Says whether a
/// template instance ended the stream, so that there is more than was read.
pub(crate) fn walk<'c>(
    chunk: &'c [u8],
    tokens: &mut Tokens<'c>,
    outer: Place,
    (elements, names): (&mut Elements, &mut Names),
    meaning: &mut impl Meaning<'c>,
) -> Result<bool, TokenError> {
    let mut tree = Tree {
        chunk,
        open: Vec::new(),
        outer,
        attribute: None,
        elements,
        names,
        meaning,
    };
    let is_cut = loop {
        match tokens.next()? {
            // A nested instance cannot stand inside a definition; in a plain stream its
            // values are not ours to read, so the walk ends there.
            Token::End => break false,
            Token::TemplateInstance => break true,
            Token::OpenElement(name) => tree.open(name)?,
            Token::CloseStartTag => tree.close_start_tag(),
            Token::CloseEmptyElement | Token::CloseElement => tree.close(),
            Token::Attribute(name) => tree.attribute(name)?,
            Token::Text(text) => tree.piece(Piece::Wide(text)),
            Token::Escape(text) => tree.piece(Piece::Escape(text)),
            Token::Substitution(slot) => tree.piece(Piece::Slot(slot)),
            Token::Other => {}
        }
    };
    while !tree.open.is_empty() {
        tree.close();
    }
    Ok(is_cut)
}

struct Tree<'t, 'c, M> {
    chunk: &'c [u8],
    open: Vec<Open<'c>>,
    outer: Place,
    /// The attribute whose value is being read.
    attribute: Option<(Attribute, Pieces<'c>)>,
    elements: &'t mut Elements,
    names: &'t mut Names,
    meaning: &'t mut M,
}

/// An element that has not been closed yet.
struct Open<'c> {
    element: Element,
    /// Where its name stands.
    name: usize,
    state: State,
    content: Pieces<'c>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartTag,
    Leaf,
    Parent,
}

/// Pieces of a content, of which there is one in life.
#[derive(Default)]
struct Pieces<'c> {
    first: Option<Piece<'c>>,
    more: Vec<Piece<'c>>,
}

impl<'c, M: Meaning<'c>> Tree<'_, 'c, M> {
    fn open(&mut self, name: usize) -> Result<(), TokenError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(TokenError::TooDeep(MAX_DEPTH));
        }
        self.end_attribute();
        let place = match self.open.last_mut() {
            None => self.outer,
            Some(parent) => {
                parent.state = State::Parent;
                parent.element.inside
            }
        };
        let element = self.elements.element(place, name, self.chunk, self.names)?;
        self.open.push(Open {
            element,
            name,
            state: State::StartTag,
            content: Pieces::default(),
        });
        Ok(())
    }

    fn attribute(&mut self, name: usize) -> Result<(), TokenError> {
        self.end_attribute();
        if let Some(Open {
            element, name: of, ..
        }) = self.open.last()
        {
            let of = (*element, *of);
            let attribute = self.elements.attribute(of, name, self.chunk, self.names)?;
            self.attribute = Some((attribute, Pieces::default()));
        }
        Ok(())
    }

    fn piece(&mut self, piece: Piece<'c>) {
        match (self.open.last_mut(), piece) {
            (Some(open), piece) if open.state == State::StartTag => {
                if let Some((_, pieces)) = &mut self.attribute {
                    pieces.push(piece);
                }
            }
            (Some(open), Piece::Slot(slot))
                if open.state == State::Parent || open.element.is_container =>
            {
                self.meaning.splice(slot, open.element.inside);
            }
            (Some(open), piece) => open.content.push(piece),
            (None, Piece::Slot(slot)) => self.meaning.splice(slot, self.outer),
            (None, _) => {}
        }
    }

    fn close_start_tag(&mut self) {
        self.end_attribute();
        if let Some(open) = self.open.last_mut() {
            open.state = State::Leaf;
        }
    }

    fn close(&mut self) {
        self.end_attribute();
        if let Some(open) = self.open.pop()
            && open.state != State::Parent
        {
            self.leaf(open);
        }
    }

    /// Attributes become System fields or payload fields, or name their element.
    fn end_attribute(&mut self) {
        let (Some((attribute, pieces)), Some(open)) = (self.attribute.take(), self.open.last_mut())
        else {
            return;
        };
        match attribute {
            Attribute::Nothing => {}
            Attribute::System(field) => self.meaning.system(field, pieces.content()),
            Attribute::OwnName => {
                // A producer's item called like all of them is known by its number.
                let text = pieces.content().literal();
                if let Some(text) = text.filter(|text| text != UNNAMED) {
                    let name = self.names.id(&text);
                    open.element.leaf = Leaf::Field(name);
                    open.element.inside = Place::Payload(name);
                }
            }
            Attribute::Field(name) => {
                let place = match open.element.leaf {
                    Leaf::Field(path) => Place::Payload(path),
                    _ => open.element.inside,
                };
                if !pieces.is_empty() {
                    let content = pieces.content();
                    self.meaning.field(self.names, name, content, place);
                }
            }
        }
    }

    fn leaf(&mut self, open: Open<'c>) {
        if open.content.is_empty() && open.element.is_container {
            return;
        }
        let content = open.content.content();
        match open.element.leaf {
            Leaf::System(Some(field)) => self.meaning.system(field, content),
            Leaf::System(None) => {}
            Leaf::Unnamed => self.meaning.unnamed(self.names, content),
            Leaf::Field(name) => {
                let place = Place::Payload(name);
                self.meaning.field(self.names, name, content, place);
            }
        }
    }
}

impl<'c> Pieces<'c> {
    fn push(&mut self, piece: Piece<'c>) {
        match self.first {
            None => self.first = Some(piece),
            Some(_) => self.more.push(piece),
        }
    }

    fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    fn content(self) -> Content<'c> {
        match (self.first, self.more.is_empty()) {
            (None, _) | (Some(Piece::Wide([])), true) => Content::Empty,
            (Some(Piece::Wide(text)), true) => Content::Wide(text),
            (Some(Piece::Slot(slot)), true) => Content::Slot(slot),
            (Some(first), _) => several(std::iter::once(first).chain(self.more).collect()),
        }
    }
}

/// What several pieces are together.
fn several(pieces: Vec<Piece<'_>>) -> Content<'_> {
    if pieces.iter().any(|piece| matches!(piece, Piece::Slot(_))) {
        return Content::Mixed(pieces);
    }
    let text = literals(&pieces);
    if text.is_empty() {
        return Content::Empty;
    }
    Content::Literal(text)
}

/// The text of pieces, of whose holes nothing is known.
pub(crate) fn literals(pieces: &[Piece<'_>]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Wide(wide) => drop(push_utf16le(wide, &mut text)),
            Piece::Escape(escape) => text.push_str(escape),
            Piece::Slot(_) => {}
        }
    }
    text
}

impl Content<'_> {
    /// The text, where there is one without holes.
    pub(crate) fn literal(self) -> Option<String> {
        match self {
            Content::Wide(wide) => {
                let mut text = String::with_capacity(wide.len() / 2);
                push_utf16le(wide, &mut text);
                Some(text)
            }
            Content::Literal(text) => Some(text),
            Content::Empty | Content::Slot(_) | Content::Mixed(_) => None,
        }
    }
}
