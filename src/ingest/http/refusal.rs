//! What a server says when it refuses: members of JSON bodies, by their names.
//!
//! Specified: RFC 6749 (5.2) and the sign-in service's documented additions. Observed: the registration
//! service's `code`, `subcode`, `message`, `operation`, `requestid`, `time` and its older `ErrorType`,
//! `Message`, `TraceId`, `Time`; the `error` object of directory interfaces.

use serde_json::{Map, Value};

use super::fields::Fields;

/// Members of the body and the fields that they become.
const MEMBERS: &[(&str, &str)] = &[
    ("error", "error"),
    ("error_description", "error_description"),
    ("error_codes", "error_codes"),
    ("error_subcode", "suberror"),
    ("suberror", "suberror"),
    ("trace_id", "trace_id"),
    ("correlation_id", "correlation_id"),
    ("timestamp", "server_time"),
    ("code", "server_code"),
    ("subcode", "server_subcode"),
    ("message", "server_message"),
    ("operation", "server_operation"),
    ("requestid", "server_request_id"),
    ("time", "server_time"),
    ("ErrorType", "server_code"),
    ("Message", "server_message"),
    ("TraceId", "trace_id"),
    ("Time", "server_time"),
];

/// Adds what the text says, if it is a JSON object; the whole answer must be a refusal unless it has a
/// member `error`.
pub(super) fn add(fields: &mut Fields, text: &str, is_refused: bool) {
    if !text.trim_start().starts_with('{') {
        return;
    }
    let Ok(Value::Object(members)) = serde_json::from_str::<Value>(text) else {
        return;
    };
    if !is_refused && !members.contains_key("error") {
        return;
    }
    add_members(fields, &members);
    if let Some(Value::Object(inner)) = members.get("error") {
        add_members(fields, inner);
    }
}

fn add_members(fields: &mut Fields, members: &Map<String, Value>) {
    for (member, field) in MEMBERS {
        let value = members.get(*member).and_then(shown);
        fields.text(field, value.as_deref());
    }
}

/// A text, number or list of them as text.
fn shown(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(shown).collect();
            Some(items.join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Object(_) => None,
    }
}
