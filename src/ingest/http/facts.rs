//! Facts that messages hold, as the catalogue's table names them, become fields.
//!
//! No fact is a secret: of those only that they are there is told.

use serde_json::Value;

use super::Tables;
use super::fields::Fields;
use super::message::{Message, parameter};
use super::xml;
use crate::catalog::{App, Apps, FactForm, FactKind, FactSide, HttpFact};

/// Of several values so many are listed.
const MOST_LISTED: usize = 16;
/// More of a value is not kept.
const LONGEST: usize = 1 << 10;
/// More of a page's setting is not looked at.
const LONGEST_SETTING: usize = 8 << 10;

/// What stands at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A text or number.
    Text(String),
    /// Something that has parts.
    Whole,
}

/// Adds what the request says, and which service the token is for that it asks for.
pub(super) fn add_request(
    fields: &mut Fields,
    tables: &Tables,
    endpoint: Option<&str>,
    message: &Message<'_>,
) {
    add(fields, tables, endpoint, message, &[FactSide::Request]);
    let asks = ["token", "authorize", "device-code"];
    if endpoint.is_some_and(|endpoint| asks.contains(&endpoint)) {
        fields.text("service", service(&tables.apps, message));
    }
}

/// Adds what the answer says; a server that refuses says more.
pub(super) fn add_answer(
    fields: &mut Fields,
    tables: &Tables,
    endpoint: Option<&str>,
    message: &Message<'_>,
    status: u16,
) {
    let says_error = |json: &Value| json.get("error").is_some_and(|error| !error.is_null());
    let refuses = status >= 400 || message.json.as_ref().is_some_and(says_error);
    let sides = [FactSide::Response, FactSide::Refusal];
    let sides = if refuses {
        &sides[..]
    } else {
        &[FactSide::Response]
    };
    add(fields, tables, endpoint, message, sides);
}

fn add(
    fields: &mut Fields,
    tables: &Tables,
    endpoint: Option<&str>,
    message: &Message<'_>,
    sides: &[FactSide],
) {
    let own = tables.facts.iter();
    let own = own.filter(|fact| sides.contains(&fact.side) && fact.is_of(endpoint));
    let (marked, other): (Vec<&HttpFact>, Vec<&HttpFact>) =
        own.partition(|fact| fact.form == FactForm::Xml);
    for fact in other {
        let pieces = pieces(message, fact);
        add_field(fields, fact, &pieces);
    }
    let Some(text) = message.xml else { return };
    let found = xml::pieces(text, &marked);
    for (fact, pieces) in marked.into_iter().zip(found) {
        add_field(fields, fact, &pieces);
    }
}

/// What stands where the fact does, in any part of a message but XML.
fn pieces(message: &Message<'_>, fact: &HttpFact) -> Vec<Piece> {
    let text = |text: Option<String>| text.map(Piece::Text).into_iter().collect();
    let owned = |text: Option<&str>| text.map(str::to_owned);
    match fact.form {
        FactForm::Path => text(owned(segment(message.path, fact.path))),
        FactForm::Query | FactForm::Location => text(owned(parameter(&message.address, fact.path))),
        FactForm::Form => text(owned(parameter(&message.form, fact.path))),
        FactForm::Header => text(owned(message.headers.get(fact.path))),
        FactForm::Page => text(message.page.and_then(|page| setting(page, fact.path))),
        FactForm::Json => {
            let mut found = Vec::new();
            if let Some(json) = &message.json {
                match fact.path.strip_prefix("..") {
                    Some(name) => search(json, name, &mut found),
                    None => descend(json, fact.path, &mut found),
                }
            }
            found
        }
        FactForm::Xml => Vec::new(),
    }
}

/// The segment of a path that follows this beginning, in any letter case.
fn segment<'p>(path: &'p str, beginning: &str) -> Option<&'p str> {
    let (own, rest) = path.split_at_checked(beginning.len())?;
    let segment = rest.split('/').next()?;
    (own.eq_ignore_ascii_case(beginning) && !segment.is_empty()).then_some(segment)
}

/// What the members are that the path names.
fn descend(json: &Value, path: &str, found: &mut Vec<Piece>) {
    // Names of members have dashes in them and no dots.
    let (name, rest) = match path.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    let Value::Object(members) = json else { return };
    let mut named = members
        .iter()
        .filter(|(own, _)| own.eq_ignore_ascii_case(name));
    let Some((_, value)) = named.next() else {
        return;
    };
    match rest {
        Some(rest) => descend(value, rest, found),
        None => take(value, found),
    }
}

/// The same for a member at any depth; the reader of JSON bounds that.
fn search(json: &Value, name: &str, found: &mut Vec<Piece>) {
    match json {
        Value::Object(members) => {
            for (own, value) in members {
                if own.eq_ignore_ascii_case(name) {
                    take(value, found);
                } else {
                    search(value, name, found);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| search(item, name, found)),
        _ => {}
    }
}

fn take(value: &Value, found: &mut Vec<Piece>) {
    match value {
        Value::Null => {}
        Value::String(text) => found.push(Piece::Text(text.clone())),
        Value::Number(number) => found.push(Piece::Text(number.to_string())),
        Value::Bool(truth) => found.push(Piece::Text(truth.to_string())),
        Value::Array(items) => items.iter().for_each(|item| take(item, found)),
        Value::Object(members) if members.is_empty() => {}
        Value::Object(_) => found.push(Piece::Whole),
    }
}

/// A member of the settings that a page carries as JSON: a text or a number.
fn setting(page: &str, name: &str) -> Option<String> {
    let mark = format!("\"{name}\":");
    let start = memchr::memmem::find(page.as_bytes(), mark.as_bytes())? + mark.len();
    let rest = page.get(start..)?;
    let Some(inside) = rest.strip_prefix('"') else {
        let end = rest.bytes().take_while(u8::is_ascii_digit).count();
        return rest
            .get(..end)
            .filter(|digits| !digits.is_empty())
            .map(str::to_owned);
    };
    let mut is_escaped = false;
    let end = inside.bytes().take(LONGEST_SETTING).position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })?;
    serde_json::from_str(rest.get(..end + 2)?).ok()
}

fn add_field(fields: &mut Fields, fact: &HttpFact, pieces: &[Piece]) {
    let texts = || {
        pieces.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            Piece::Whole => None,
        })
    };
    if fields.has(fact.name) {
        return;
    }
    match fact.kind {
        FactKind::Text => fields.excerpt(fact.name, &listed(texts()), LONGEST),
        FactKind::Failures => {
            let fails = |text: &&str| text.parse::<u32>().is_ok_and(|status| status >= 400);
            fields.excerpt(fact.name, &listed(texts().filter(fails)), LONGEST);
        }
        FactKind::Has => {
            let is_there = texts().next().is_some() || pieces.contains(&Piece::Whole);
            fields.truth(fact.name, is_there.then_some(true));
        }
        FactKind::Count => {
            let count = Some(pieces.len() as u64).filter(|count| *count > 0);
            fields.uint(fact.name, count);
        }
        FactKind::Number => fields.uint(fact.name, texts().find_map(|text| text.parse().ok())),
        FactKind::Aadsts => fields.uint(fact.name, texts().find_map(aadsts)),
    }
}

/// Each value once, in their order.
fn listed<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let mut list: Vec<&str> = Vec::new();
    for text in texts {
        if list.len() == MOST_LISTED {
            list.push("…");
            break;
        }
        if !list.contains(&text) {
            list.push(text);
        }
    }
    list.join(", ")
}

/// The number of an error of the sign-in service: alone, or behind its letters in a sentence. Fewer
/// than four digits are none.
fn aadsts(text: &str) -> Option<u64> {
    const MARK: &str = "AADSTS";
    let digits = match text.split_once(MARK) {
        Some((_, rest)) => rest,
        None if text.bytes().all(|byte| byte.is_ascii_digit()) => text,
        None => return None,
    };
    let end = digits.bytes().take_while(u8::is_ascii_digit).count();
    digits.get(..end).filter(|_| end >= 4)?.parse().ok()
}

/// The service that a request names: by its resource or scope, and by its client only where it names
/// neither.
fn service(apps: &Apps, message: &Message<'_>) -> Option<&'static str> {
    let named = |name| parameter(&message.form, name).or(parameter(&message.address, name));
    let of_scope = |scope: &str| {
        let resource = scope.strip_suffix("/.default").unwrap_or(scope);
        apps.find(resource)
    };
    let is_own = |scope: &&str| !OF_SIGN_IN.contains(scope);
    let mut scopes = named("scope").unwrap_or_default().split_whitespace();
    let mut resources = named("resource")
        .map(|resource| apps.find(resource))
        .into_iter()
        .chain(scopes.by_ref().filter(is_own).map(of_scope))
        .peekable();
    let service = |app: Option<App>| app.and_then(|app| app.service);
    if resources.peek().is_some() {
        return resources.find_map(service);
    }
    service(apps.find(named("client_id")?))
}

/// Scopes of signing in itself, which name no resource. Source: OpenID Connect Core 1.0 (specified),
/// the last two observed in requests of the token broker.
const OF_SIGN_IN: &[&str] = &["openid", "profile", "email", "offline_access", "aza", "ugs"];
