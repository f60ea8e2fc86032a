//! What gathering has met already: the same once more teaches no name.

use std::rc::Rc;

use joinscope_wire::Guid;
use rustc_hash::FxHashSet;

use crate::catalog::{Personal, PersonalKind};
use crate::model::Value;
use crate::timeline::EventRef;

/// Values that are remembered; with more of them all are forgotten, and looked at once more.
const MOST: usize = 1 << 16;

/// What the field at each place of a payload holds.
pub(super) type FieldKinds = Rc<[Option<PersonalKind>]>;

/// A value that can hold names, and what its field holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Named<'t> {
    Text(Option<PersonalKind>, &'t str),
    Sid(&'t [u8]),
    Guid(PersonalKind, Guid),
}

impl<'t> Named<'t> {
    /// `None` for a value that holds no name; a list is none itself.
    pub(super) fn of(kind: Option<PersonalKind>, value: Value<'t>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(Self::Text(kind, text)),
            Value::Sid(bytes) => Some(Self::Sid(bytes)),
            Value::Guid(guid) => Some(Self::Guid(kind?, guid)),
            _ => None,
        }
    }
}

/// Kinds of events and values that were met.
#[derive(Default)]
pub(super) struct Met<'t> {
    /// By the number of a kind of events.
    kinds: Vec<Option<FieldKinds>>,
    values: FxHashSet<Named<'t>>,
}

impl<'t> Met<'t> {
    /// What the fields of an event hold, and whether it is the first of its kind.
    pub(super) fn kind(&mut self, event: EventRef<'t>, personal: &Personal) -> (FieldKinds, bool) {
        let place = event.kind_id().index();
        if let Some(Some(fields)) = self.kinds.get(place) {
            return (Rc::clone(fields), false);
        }
        let fields: FieldKinds = event
            .field_names()
            .map(|name| personal.field(name))
            .collect();
        if self.kinds.len() <= place {
            self.kinds.resize(place + 1, None);
        }
        if let Some(known) = self.kinds.get_mut(place) {
            *known = Some(Rc::clone(&fields));
        }
        (fields, true)
    }

    /// Whether a value is not known to have been met.
    pub(super) fn is_new(&mut self, value: Named<'t>) -> bool {
        if self.values.len() >= MOST {
            self.values.clear();
        }
        self.values.insert(value)
    }
}
