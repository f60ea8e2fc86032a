//! The fields of one event while they are gathered; every text passes the scrubber on its way in.

use crate::ingest::secrets::{Scrubber, is_secret_field};
use crate::model::{SeenToken, Ticks, Value};

/// Fields in the order in which they were added.
#[derive(Default)]
pub(super) struct Fields {
    scrubber: Scrubber,
    found: Vec<(&'static str, Held)>,
}

/// A value that outlives the exchange it was taken from.
enum Held {
    Text(String),
    Uint(u64),
    Float(f64),
    Time(Ticks),
}

impl Fields {
    /// Adds a text without its secrets; nothing where there is none.
    pub(super) fn text(&mut self, name: &'static str, text: Option<&str>) {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            return;
        };
        let scrubbed = self.scrubber.scrub(text, is_secret_field(name));
        self.found.push((name, Held::Text(scrubbed.into_owned())));
    }

    /// Adds a header's value, scrubbed together with its name, because that is what tells how its
    /// secrets look.
    pub(super) fn header(&mut self, name: &'static str, header: &str, value: Option<&str>) {
        let Some(value) = value else { return };
        let line = format!("{header}: {value}");
        let scrubbed = self.scrubber.scrub(&line, false);
        let kept = scrubbed
            .strip_prefix(header)
            .and_then(|rest| rest.strip_prefix(": "));
        let kept = kept.unwrap_or(&scrubbed).to_owned();
        self.found.push((name, Held::Text(kept)));
    }

    /// Adds the beginning of a longer text, scrubbed as a whole before it is cut.
    pub(super) fn excerpt(&mut self, name: &'static str, text: &str, longest: usize) {
        let scrubbed = self.scrubber.scrub(text, false);
        let mut end = longest.min(scrubbed.len());
        while !scrubbed.is_char_boundary(end) {
            end -= 1;
        }
        let mut kept = scrubbed.get(..end).unwrap_or_default().trim().to_owned();
        if end < scrubbed.len() {
            kept.push('…');
        }
        if !kept.is_empty() {
            self.found.push((name, Held::Text(kept)));
        }
    }

    /// Adds a number.
    pub(super) fn uint(&mut self, name: &'static str, number: Option<u64>) {
        let number = number.map(|number| (name, Held::Uint(number)));
        self.found.extend(number);
    }

    /// Adds a number with a fraction.
    pub(super) fn float(&mut self, name: &'static str, number: Option<f64>) {
        let number = number.map(|number| (name, Held::Float(number)));
        self.found.extend(number);
    }

    /// Adds an instant.
    pub(super) fn time(&mut self, name: &'static str, ticks: Option<Ticks>) {
        let ticks = ticks.map(|ticks| (name, Held::Time(ticks)));
        self.found.extend(ticks);
    }

    /// The text without its secrets, for what is no field.
    pub(super) fn scrubbed(&self, text: &str) -> String {
        self.scrubber.scrub(text, false).into_owned()
    }

    /// The tokens that stood in any text of the event.
    pub(super) fn tokens(&self) -> Vec<SeenToken> {
        self.scrubber.take_tokens()
    }

    /// All of them, as a batch takes them.
    pub(super) fn values(&self) -> Vec<(&str, Value<'_>)> {
        let value = |held: &'_ Held| match held {
            Held::Uint(number) => Value::Uint(*number),
            Held::Float(number) => Value::Float(*number),
            Held::Time(ticks) => Value::Time(*ticks),
            Held::Text(_) => Value::Null,
        };
        let pairs = self.found.iter().map(|(name, held)| {
            let value = match held {
                Held::Text(text) => Value::Text(text),
                other => value(other),
            };
            (*name, value)
        });
        pairs.collect()
    }
}
