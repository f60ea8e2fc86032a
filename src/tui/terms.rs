//! Queries made of values: what a filter says that lets an event's like through.

use crate::model::{MESSAGE_FIELD, Value};
use crate::timeline::{EventRef, FIELDS};

/// Characters of a value that go into a query; of a longer one the beginning is looked for.
const LONGEST: usize = 120;

/// A query for events whose field, built in or of the payload, has this value.
pub(super) fn of(field: &str, value: &str) -> String {
    // A line holds no line ends; where one stands the beginning is looked for.
    let end = value.char_indices().enumerate();
    let end = end
        .clone()
        .find_map(|(count, (at, letter))| (count == LONGEST || letter.is_control()).then_some(at));
    match end.and_then(|end| value.get(..end)) {
        Some(head) => format!("{field}:{}", quoted(&format!("{head}*"))),
        None => format!("{field}={}", quoted(value)),
    }
}

/// A query for events whose payload has this value in this field.
pub(super) fn of_field(field: &str, value: Value<'_>) -> String {
    if field == MESSAGE_FIELD {
        return of("message", &value.text());
    }
    // A built-in field of the same name would be asked instead.
    if FIELDS
        .iter()
        .any(|(known, _)| known.eq_ignore_ascii_case(field))
    {
        return anywhere(&value.text());
    }
    let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.');
    let field = if !field.is_empty() && field.chars().all(is_plain) {
        field.to_owned()
    } else {
        format!("`{field}`")
    };
    match value {
        Value::Int(_) | Value::Uint(_) => format!("{field}={}", value.text()),
        _ => of(&field, &value.text()),
    }
}

/// A query for events of the same provider and id, or of the same name.
pub(super) fn of_kind(event: EventRef<'_>) -> String {
    if event.row().is_none() && !event.name().is_empty() {
        return format!(
            "{} and {}",
            of("provider", event.provider()),
            of("name", event.name())
        );
    }
    format!(
        "{} and id={}",
        of("provider", event.provider()),
        event.code()
    )
}

/// A query for a text anywhere in an event.
pub(super) fn anywhere(text: &str) -> String {
    format!("text:{}", quoted(text))
}

/// A value as the query language reads it back.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
