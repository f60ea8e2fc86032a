//! A stream that holds elements itself, and so all of its values as text: they go to the sink as they
//! are met.

use crate::chunk::{Sink, SystemField};
use crate::elements::Place;
use crate::names::{NameId, Names};
use crate::tree::{Content, Meaning, literals};
use crate::value::Value;

/// Hands what the elements say to the sink.
pub(crate) struct Plain<'w, S> {
    pub(crate) sink: &'w mut S,
    /// How many items without a name the record has had so far.
    pub(crate) unnamed: &'w mut usize,
    /// What the sink said of the payload; asked where `asks` says so.
    pub(crate) wanted: &'w mut Option<bool>,
    /// Whether this is the record's own stream, of which the payload may not be wanted.
    pub(crate) asks: bool,
    /// Whether anything was said.
    pub(crate) says: bool,
}

impl<S: Sink> Plain<'_, S> {
    fn is_wanted(&mut self) -> bool {
        self.says = true;
        !self.asks || *self.wanted.get_or_insert_with(|| self.sink.wants_payload())
    }
}

impl<'c, S: Sink> Meaning<'c> for Plain<'_, S> {
    fn system(&mut self, field: SystemField, content: Content<'c>) {
        self.says = true;
        if !matches!(content, Content::Empty) {
            give(content, |value| self.sink.system(field, value));
        }
    }

    fn field(&mut self, names: &Names, name: NameId, content: Content<'c>, _: Place) {
        if self.is_wanted() {
            let text = names.get(name);
            match content {
                Content::Wide(wide) => self.sink.field(name, text, Value::Utf16(wide)),
                content => give(content, |value| self.sink.field(name, text, value)),
            }
        }
    }

    fn unnamed(&mut self, names: &mut Names, content: Content<'c>) {
        if self.is_wanted() {
            *self.unnamed += 1;
            let name = names.unnamed(*self.unnamed);
            match content {
                // An item is there, though nothing is in it.
                Content::Empty => self.sink.field(name, names.get(name), Value::Text("")),
                content => self.field(names, name, content, Place::EventData),
            }
        }
    }

    fn splice(&mut self, _: u16, _: Place) {
        self.says = true;
    }
}

/// Calls `give` with content as text; nothing fills a hole here.
fn give(content: Content<'_>, give: impl FnOnce(Value<'_>)) {
    let text = match content {
        Content::Mixed(pieces) => Some(literals(&pieces)),
        content => content.literal(),
    };
    give(text.as_deref().map_or(Value::Null, Value::Text));
}
