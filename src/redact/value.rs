//! Values of fields, redacted by the names of the fields.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::names::bare;
use super::{Level, Redactor, is_code};
use crate::catalog::PersonalKind;
use crate::model::{NameKind, Payload, Ticks, Value};

/// The fact that is a conclusion in words of ours.
const JOIN_STATE: &str = "join_state";

/// A field's value as an output may show it.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown<'v> {
    /// As it is in the evidence.
    Value(Value<'v>),
    /// With pseudonyms.
    Text(String),
    /// Several values.
    List(Vec<Shown<'v>>),
}

impl<'v> Shown<'v> {
    /// As plain text, as [`Value::text`] gives it.
    pub fn text(&self) -> Cow<'v, str> {
        match self {
            Self::Value(value) => value.text(),
            Self::Text(text) => Cow::Owned(text.clone()),
            Self::List(items) => {
                let items: Vec<Cow<'_, str>> = items.iter().map(Self::text).collect();
                Cow::Owned(items.join(", "))
            }
        }
    }
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
        }
    }
}

impl Redactor {
    /// The value of the payload field of this name.
    pub fn field<'v>(&self, name: &str, value: Value<'v>) -> Shown<'v> {
        if self.level == Level::None {
            return Shown::Value(value);
        }
        let kind = self
            .found
            .as_deref()
            .and_then(|found| found.personal.field(name));
        self.value(name, kind, value)
    }

    /// A value that the evidence gives to a name, as text: a device fact, a header.
    pub fn named<'t>(&self, name: &str, text: &'t str) -> Cow<'t, str> {
        match self.field(name, Value::Text(text)) {
            Shown::Value(Value::Text(text)) => Cow::Borrowed(text),
            shown => Cow::Owned(shown.text().into_owned()),
        }
    }

    /// A machine's name as recorded.
    pub fn host<'t>(&self, name: &'t str) -> Cow<'t, str> {
        self.name(name)
    }

    /// A user's SID, account or id.
    pub fn user<'t>(&self, name: &'t str) -> Cow<'t, str> {
        self.name(name)
    }

    /// A tenant's id or name.
    pub fn tenant<'t>(&self, name: &'t str) -> Cow<'t, str> {
        self.name(name)
    }

    /// A text that is known to be a name, whether or not it may be looked for in texts.
    fn name<'t>(&self, name: &'t str) -> Cow<'t, str> {
        let alias = self.found.as_deref().and_then(|found| found.alias(name));
        match alias {
            Some(alias) => {
                self.count(alias.kind);
                Cow::Owned(alias.text.clone())
            }
            None => self.text(name),
        }
    }

    fn value<'v>(&self, name: &str, kind: Option<PersonalKind>, value: Value<'v>) -> Shown<'v> {
        match value {
            Value::Text(text) => match self.field_text(name, kind, text) {
                Cow::Borrowed(text) => Shown::Value(Value::Text(text)),
                Cow::Owned(text) => Shown::Text(text),
            },
            Value::Guid(_) | Value::Sid(_) => {
                let text = value.text();
                match self.name(&text) {
                    Cow::Borrowed(same) if same == text => Shown::Value(value),
                    redacted => Shown::Text(redacted.into_owned()),
                }
            }
            Value::Bytes(bytes) if !bytes.is_empty() => {
                self.count(NameKind::Blob);
                Shown::Text(format!("[{} bytes]", bytes.len()))
            }
            Value::List(items) if may_be_letters(items) => {
                self.count(NameKind::Blob);
                Shown::Text(format!("[{} numbers]", items.count()))
            }
            Value::List(items) => {
                Shown::List(items.map(|item| self.value(name, kind, item)).collect())
            }
            Value::Int(_) | Value::Uint(_) | Value::Hex32(_) | Value::Hex64(_)
                if is_number_a_name(kind) =>
            {
                self.count(NameKind::Serial);
                Shown::Text("[number]".to_owned())
            }
            value => Shown::Value(value),
        }
    }

    fn field_text<'v>(
        &self,
        name: &str,
        kind: Option<PersonalKind>,
        text: &'v str,
    ) -> Cow<'v, str> {
        let Some(found) = self.found.as_deref() else {
            return self.text(text);
        };
        match kind {
            Some(PersonalKind::Name(_)) => self.names_in(text),
            _ if self.level != Level::Strict => self.text(text),
            Some(PersonalKind::Address) => {
                // What is asked stands behind the path, and can be anything.
                let end = text.find(['?', '#']).unwrap_or(text.len());
                self.free_text_of_word(text.get(..end).unwrap_or_default())
            }
            None if is_code(text) && found.known.fields.contains(&name.to_ascii_lowercase()) => {
                self.text(text)
            }
            None if is_answer(text) || name == JOIN_STATE => self.text(text),
            None => self.left_out(text),
        }
    }

    fn free_text_of_word<'v>(&self, text: &'v str) -> Cow<'v, str> {
        if text.contains(char::is_whitespace) {
            self.left_out(text)
        } else {
            self.text(text)
        }
    }

    /// A value that is a name or is made of names: each that is one goes, however short it is.
    fn names_in<'v>(&self, text: &'v str) -> Cow<'v, str> {
        let Some(found) = self.found.as_deref() else {
            return self.text(text);
        };
        if found.alias(text).is_some() || bare(text).is_none() {
            return self.name(text);
        }
        let is_between = |letter: char| matches!(letter, '\\' | '@' | ',' | ' ' | ';');
        let mut out = String::new();
        let mut is_changed = false;
        for part in text.split_inclusive(is_between) {
            let word = part.trim_end_matches(is_between);
            match found.alias(word) {
                Some(alias) => {
                    self.count(alias.kind);
                    out.push_str(&alias.text);
                    is_changed = true;
                }
                None => out.push_str(&self.text(word)),
            }
            out.push_str(part.get(word.len()..).unwrap_or_default());
        }
        if is_changed || out != text {
            Cow::Owned(out)
        } else {
            Cow::Borrowed(text)
        }
    }
}

/// Whether the numbers of a list can be the letters of a text, in bytes or in units of UTF-16, or an
/// address: no name is found in them.
fn may_be_letters(mut items: Payload<'_>) -> bool {
    const FEWEST: usize = 4;
    let is_letter = |item| {
        matches!(
            item,
            Value::Int(0..=0xFFFF) | Value::Uint(0..=0xFFFF) | Value::Hex32(0..=0xFFFF)
        )
    };
    items.count() >= FEWEST && items.all(is_letter)
}

/// Whether a number in such a field is a name, too.
fn is_number_a_name(kind: Option<PersonalKind>) -> bool {
    matches!(
        kind,
        Some(
            PersonalKind::Address
                | PersonalKind::Name(NameKind::Serial | NameKind::Mac | NameKind::Ip)
        )
    )
}

/// Whether a text is a number, a version, an instant, or one of the answers that tools give.
fn is_answer(text: &str) -> bool {
    const ANSWERS: &[&str] = &[
        "yes", "no", "true", "false", "enabled", "disabled", "success", "passed", "failed",
        "error", "none", "not set", "unknown",
    ];
    let text = text.trim();
    let is_number = text.len() <= 40
        && text.contains(|letter: char| letter.is_ascii_digit())
        && text
            .trim_start_matches("0x")
            .chars()
            .all(|letter| letter.is_ascii_hexdigit() || matches!(letter, '.' | '-' | '+' | ':'));
    is_number
        || ANSWERS.contains(&text.to_ascii_lowercase().as_str())
        || Ticks::parse(text.trim_end_matches("UTC").trim_end()).is_some()
}
