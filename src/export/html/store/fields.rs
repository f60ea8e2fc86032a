//! What only an opened event or a search needs: fields, and where the event stands.
//!
//! They lie in blocks of some hundred events that the script unpacks when it needs them, told ones
//! first, since room is given to these before others.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::pool::Pool;
use crate::export::html::text::{FIELD_CHARS, NAME_CHARS, shown};
use crate::model::{EventId, Ticks};
use crate::redact::{ShownEvent, ShownTimeline};

/// Events in one block.
pub(super) const BLOCK: usize = 500;
/// Fields of one event.
const FIELDS: usize = 400;
/// Bytes of values of told events, before they are packed.
const TOLD_BYTES: usize = 48 << 20;
/// Bytes of values of all events, before they are packed.
const ALL_BYTES: usize = 256 << 20;
/// Characters of one value of an event that is not told by itself.
const OTHER_CHARS: usize = 2_000;

/// Field names in order, by number.
pub(super) type Shapes = Pool<Vec<String>>;

/// How much room fields have left.
pub(super) struct Room {
    told: usize,
    all: usize,
    /// Whether blocks have no room left, so that fields stay out whatever their size.
    pub(super) is_full: bool,
}

impl Room {
    pub(super) fn new() -> Self {
        Self {
            told: TOLD_BYTES,
            all: ALL_BYTES,
            is_full: false,
        }
    }

    fn take(&mut self, bytes: usize, is_told: bool) -> bool {
        if self.is_full {
            return false;
        }
        let left = self.all.checked_sub(bytes);
        let told = if is_told {
            self.told.checked_sub(bytes)
        } else {
            Some(self.told)
        };
        let (Some(left), Some(told)) = (left, told) else {
            return false;
        };
        (self.all, self.told) = (left, told);
        true
    }
}

/// One event: a list that begins with the members as they stand here, values behind them.
pub(super) struct Entry {
    /// Number of its field names.
    shape: u32,
    locator: String,
    pid: Option<u32>,
    tid: Option<u32>,
    user: String,
    activity: String,
    related: String,
    /// Further places where the same happening stands.
    also: Vec<String>,
    /// The time as recorded, where it was corrected.
    recorded: String,
    /// Fields left out for their number or size.
    left_out: usize,
    values: Vec<String>,
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq as _;
        let mut list = serializer.serialize_seq(None)?;
        list.serialize_element(&self.shape)?;
        list.serialize_element(&self.locator)?;
        list.serialize_element(&self.pid)?;
        list.serialize_element(&self.tid)?;
        list.serialize_element(&self.user)?;
        list.serialize_element(&self.activity)?;
        list.serialize_element(&self.related)?;
        list.serialize_element(&self.also)?;
        list.serialize_element(&self.recorded)?;
        list.serialize_element(&self.left_out)?;
        for value in &self.values {
            list.serialize_element(value)?;
        }
        list.end()
    }
}

/// The entries of some events.
pub(super) fn entries(
    events: &[(EventId, bool)],
    timeline: ShownTimeline<'_>,
    shapes: &mut Shapes,
    room: &mut Room,
) -> Vec<Entry> {
    events
        .iter()
        .filter_map(|(id, is_told)| Some((timeline.event(*id)?, *is_told)))
        .map(|(event, is_told)| entry(event, is_told, shapes, room))
        .collect()
}

fn entry(event: ShownEvent<'_>, is_told: bool, shapes: &mut Shapes, room: &mut Room) -> Entry {
    let name = |text: Cow<'_, str>| shown(&text, NAME_CHARS).into_owned();
    let chars = if is_told { FIELD_CHARS } else { OTHER_CHARS };
    let (mut names, mut values, mut left_out) = (Vec::new(), Vec::new(), 0);
    for (field, value) in event.fields() {
        // What a value takes is known only once it is text, and clipping bounds that.
        let value = shown(&value.text(), chars).into_owned();
        if values.len() < FIELDS && room.take(value.len(), is_told) {
            names.push(name(field));
            values.push(value);
        } else {
            left_out += 1;
        }
    }
    Entry {
        shape: shapes.number(&names),
        locator: event.locator().to_string(),
        pid: event.pid(),
        tid: event.tid(),
        user: name(event.user()),
        activity: event.activity().unwrap_or_default(),
        related: event.related().unwrap_or_default(),
        also: event
            .also()
            .map(|also| format!("{}, {}", name(also.path), also.locator))
            .collect(),
        recorded: event.recorded().map_or_else(String::new, Ticks::rfc3339),
        left_out,
        values,
    }
}
