//! A template definition as a plan: which substitution is which System field or which
//! named field of the payload.
//!
//! A definition is an XML tree with numbered holes. Reading it once gives a flat list,
//! in document order, of what to do with the holes; applying it to a record is then a
//! walk over that list.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use joinscope_wire::push_utf16le;

use crate::chunk::SystemField;
use crate::elements::Place;
use crate::instance::{Form, Instance};
use crate::names::{NameId, Names};
use crate::tree;

/// Forms that are kept of one plan: fields without a value make some, users another few.
const MOST_FORMS: usize = 8;

/// What a definition says: what tells which event it is, the record's other fields, then the payload;
/// each in document order.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) items: Vec<Item>,
    /// How many of them tell which event it is.
    telling: usize,
    /// How many of those behind these are other fields of the record's own.
    system: usize,
    /// Where records have their own fields, by what they state of them.
    forms: RefCell<Vec<Rc<Form>>>,
    /// How often a form was to be found out.
    tries: Cell<usize>,
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

/// What fills an element or attribute, kept beyond its chunk.
#[derive(Debug)]
pub(crate) enum Content {
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

/// What an item is of, in the order in which records are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// What tells which event it is.
    Kind,
    /// The record's other fields.
    System,
    Payload,
}

impl Plan {
    /// Puts what is read first to the front.
    pub(crate) fn in_order(mut self) -> Self {
        self.items.sort_by_key(Item::part);
        let count = |part| self.items.iter().filter(|item| item.part() == part).count();
        (self.telling, self.system) = (count(Part::Kind), count(Part::System));
        self
    }

    /// What tells which event it is, the record's other fields, and the payload.
    pub(crate) fn parts(&self) -> (&[Item], &[Item], &[Item]) {
        let (telling, rest) = self.items.split_at(self.telling);
        let (system, payload) = rest.split_at(self.system);
        (telling, system, payload)
    }

    /// The form of an instance, if it is known.
    pub(crate) fn form(&self, instance: &Instance<'_>) -> Option<Rc<Form>> {
        let forms = self.forms.borrow();
        forms.iter().find(|form| form.fits(instance)).cloned()
    }

    /// Finds out the form of an instance that was read, for those to come that state the same.
    pub(crate) fn learn(&self, instance: &Instance<'_>) {
        if self.tries.get() < MOST_FORMS {
            self.tries.set(self.tries.get() + 1);
            let form = Form::of(self, instance).map(Rc::new);
            self.forms.borrow_mut().extend(form);
        }
    }
}

impl Item {
    /// The value that fills it alone.
    pub(crate) fn slot(&self) -> Option<usize> {
        match self {
            Self::System(_, Content::Slot(slot))
            | Self::Field(_, Content::Slot(slot), _)
            | Self::Unnamed(Content::Slot(slot))
            | Self::Splice(slot, _) => Some(usize::from(*slot)),
            _ => None,
        }
    }

    /// Whether literal text around values fills it.
    pub(crate) fn is_mixed(&self) -> bool {
        match self {
            Self::System(_, content) | Self::Field(_, content, _) | Self::Unnamed(content) => {
                matches!(content, Content::Mixed(_))
            }
            Self::Splice(..) => false,
        }
    }

    /// The literal text that fills it.
    pub(crate) fn literal(&self) -> Option<&str> {
        match self {
            Self::System(_, Content::Literal(text)) => Some(text),
            _ => None,
        }
    }

    fn part(&self) -> Part {
        match self {
            Self::System(field, _) if field.tells_kind() => Part::Kind,
            Self::System(..) => Part::System,
            Self::Field(..) | Self::Unnamed(_) | Self::Splice(..) => Part::Payload,
        }
    }
}

impl<'c> tree::Meaning<'c> for Plan {
    fn system(&mut self, field: SystemField, content: tree::Content<'c>) {
        self.items.push(Item::System(field, content.into()));
    }

    fn field(&mut self, _: &Names, name: NameId, content: tree::Content<'c>, place: Place) {
        self.items.push(Item::Field(name, content.into(), place));
    }

    fn unnamed(&mut self, _: &mut Names, content: tree::Content<'c>) {
        self.items.push(Item::Unnamed(content.into()));
    }

    fn splice(&mut self, slot: u16, place: Place) {
        self.items.push(Item::Splice(slot, place));
    }
}

impl From<tree::Content<'_>> for Content {
    fn from(content: tree::Content<'_>) -> Self {
        match content {
            tree::Content::Empty => Self::Empty,
            tree::Content::Slot(slot) => Self::Slot(slot),
            tree::Content::Mixed(pieces) => Self::Mixed(pieces.iter().map(Piece::from).collect()),
            text => text.literal().map_or(Self::Empty, Self::Literal),
        }
    }
}

impl From<&tree::Piece<'_>> for Piece {
    fn from(piece: &tree::Piece<'_>) -> Self {
        match piece {
            tree::Piece::Slot(slot) => Self::Slot(*slot),
            tree::Piece::Escape(text) => Self::Literal(text.clone()),
            tree::Piece::Wide(wide) => {
                let mut text = String::new();
                push_utf16le(wide, &mut text);
                Self::Literal(text)
            }
        }
    }
}
