//! Element trees, and the tokens they become in a chunk.
//!
//! The same tree is written in two ways: inside a template each element start carries a dependency
//! identifier, in a fragment without template it does not ([MS-EVEN6] 2.2.12.3, specified).

use super::chunk::Chunk;

/// The dependency identifier of an element that depends on no value.
pub(super) const INDEPENDENT: u16 = 0xFFFF;

/// An element: name, attributes, content.
#[derive(Debug, Clone)]
pub(super) struct Element {
    pub(super) name: String,
    /// Slot without whose value the element is left out.
    pub(super) depends_on: u16,
    pub(super) attributes: Vec<(String, Content)>,
    pub(super) children: Vec<Node>,
}

/// What stands between an element's start and end.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Element(Element),
    Content(Content),
}

/// Character content: fixed, or filled in from a record's value table.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Text(String),
    /// Always written, even when the value is empty.
    Slot {
        index: u16,
        kind: u8,
    },
    /// Left out when the value is null.
    OptionalSlot {
        index: u16,
        kind: u8,
    },
}

/// Where a tree is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Template,
    Fragment,
}

impl Element {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            depends_on: INDEPENDENT,
            attributes: Vec::new(),
            children: Vec::new(),
        }
    }

    /// An element that holds one optional value and goes away with it.
    pub(super) fn optional(name: &str, index: u16, kind: u8) -> Self {
        let mut element = Self::new(name).content(Content::OptionalSlot { index, kind });
        element.depends_on = index;
        element
    }

    /// An element that holds fixed text.
    pub(super) fn text(name: &str, text: &str) -> Self {
        Self::new(name).content(Content::Text(text.to_owned()))
    }

    pub(super) fn attribute(mut self, name: &str, content: Content) -> Self {
        self.attributes.push((name.to_owned(), content));
        self
    }

    pub(super) fn content(mut self, content: Content) -> Self {
        self.children.push(Node::Content(content));
        self
    }

    pub(super) fn child(mut self, element: Element) -> Self {
        self.children.push(Node::Element(element));
        self
    }
}

/// Writes one fragment: header, element, end.
pub(super) fn write_fragment(chunk: &mut Chunk, root: &Element, place: Place) {
    chunk.put(&FRAGMENT_HEADER);
    write_element(chunk, root, place);
    chunk.put(&[token::END_OF_STREAM]);
}

/// Token 0x0F, major version 1, minor version 1, flags 0.
pub(super) const FRAGMENT_HEADER: [u8; 4] = [0x0F, 1, 1, 0];

mod token {
    pub(super) const END_OF_STREAM: u8 = 0x00;
    pub(super) const OPEN_START_ELEMENT: u8 = 0x01;
    pub(super) const CLOSE_START_ELEMENT: u8 = 0x02;
    pub(super) const CLOSE_EMPTY_ELEMENT: u8 = 0x03;
    pub(super) const END_ELEMENT: u8 = 0x04;
    pub(super) const VALUE: u8 = 0x05;
    pub(super) const ATTRIBUTE: u8 = 0x06;
    pub(super) const NORMAL_SUBSTITUTION: u8 = 0x0D;
    pub(super) const OPTIONAL_SUBSTITUTION: u8 = 0x0E;
    /// Added to a start element with attributes, and to an attribute that another follows.
    pub(super) const MORE: u8 = 0x40;
    /// Type number of the only kind of fixed text.
    pub(super) const STRING: u8 = 0x01;
}

fn write_element(chunk: &mut Chunk, element: &Element, place: Place) {
    let has_attributes = !element.attributes.is_empty();
    let more = if has_attributes { token::MORE } else { 0 };
    chunk.put(&[token::OPEN_START_ELEMENT | more]);
    if place == Place::Template {
        chunk.put(&element.depends_on.to_le_bytes());
    }
    let size_at = chunk.reserve_u32();
    chunk.put_name(&element.name);
    if has_attributes {
        write_attributes(chunk, &element.attributes);
    }
    if has_attributes && element.children.is_empty() {
        chunk.put(&[token::CLOSE_EMPTY_ELEMENT]);
    } else {
        chunk.put(&[token::CLOSE_START_ELEMENT]);
        for child in &element.children {
            match child {
                Node::Element(child) => write_element(chunk, child, place),
                Node::Content(content) => write_content(chunk, content),
            }
        }
        chunk.put(&[token::END_ELEMENT]);
    }
    chunk.fill_size(size_at);
}

fn write_attributes(chunk: &mut Chunk, attributes: &[(String, Content)]) {
    let size_at = chunk.reserve_u32();
    for (position, (name, content)) in attributes.iter().enumerate() {
        let more = if position + 1 < attributes.len() {
            token::MORE
        } else {
            0
        };
        chunk.put(&[token::ATTRIBUTE | more]);
        chunk.put_name(name);
        write_content(chunk, content);
    }
    chunk.fill_size(size_at);
}

fn write_content(chunk: &mut Chunk, content: &Content) {
    match content {
        Content::Text(text) => {
            chunk.put(&[token::VALUE, token::STRING]);
            chunk.put_counted_utf16(text);
        }
        Content::Slot { index, kind } => {
            write_slot(chunk, token::NORMAL_SUBSTITUTION, *index, *kind);
        }
        Content::OptionalSlot { index, kind } => {
            write_slot(chunk, token::OPTIONAL_SUBSTITUTION, *index, *kind);
        }
    }
}

fn write_slot(chunk: &mut Chunk, substitution: u8, index: u16, kind: u8) {
    chunk.put(&[substitution]);
    chunk.put(&index.to_le_bytes());
    chunk.put(&[kind]);
}
