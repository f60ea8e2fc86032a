//! The fields of one event while they are gathered; every text passes the scrubber on its way in.

use crate::ingest::secrets::{Scrubber, is_secret_field};
use crate::model::{SeenToken, Ticks, TokenSide, Value};

/// Fields in the order in which they were added.
#[derive(Default)]
pub(super) struct Fields {
    scrubber: Scrubber,
    found: Vec<(&'static str, Held)>,
    /// The message that texts are of from here on.
    side: Option<TokenSide>,
    /// Tokens that stood in texts, each once.
    met: Vec<SeenToken>,
    /// Tokens that messages name.
    named: Vec<SeenToken>,
}

/// A value that outlives the exchange it was taken from.
enum Held {
    Text(String),
    Uint(u64),
    Float(f64),
    Bool(bool),
    Time(Ticks),
}

impl Fields {
    /// Says which message texts are of from here on; `None` for what the recorder says itself.
    pub(super) fn are_of(&mut self, side: Option<TokenSide>) {
        self.side = side;
    }

    /// Whether there is a field of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.found.iter().any(|(own, _)| *own == name)
    }

    /// Adds that something is or is not.
    pub(super) fn truth(&mut self, name: &'static str, truth: Option<bool>) {
        let truth = truth.map(|truth| (name, Held::Bool(truth)));
        self.found.extend(truth);
    }

    /// Adds what a message says of a token beside the token itself.
    pub(super) fn token(&mut self, token: SeenToken) {
        self.named.push(token);
    }

    /// Takes over the tokens that stood in the last text.
    fn gather(&mut self) {
        if !self.scrubber.has_tokens() {
            return;
        }
        for token in self.scrubber.take_tokens() {
            if self.met.iter().all(|met| met.digest != token.digest) {
                let side = self.side;
                self.met.push(SeenToken { side, ..token });
            }
        }
    }

    /// Adds a text without its secrets; nothing where there is none.
    pub(super) fn text(&mut self, name: &'static str, text: Option<&str>) {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            return;
        };
        let scrubbed = self.scrubber.scrub(text, is_secret_field(name));
        let scrubbed = scrubbed.into_owned();
        self.gather();
        self.found.push((name, Held::Text(scrubbed)));
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
        self.gather();
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
        self.gather();
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

    /// The tokens that stood in any text of the event, with what its messages say of them, and behind
    /// them those that no text tells from other letters.
    pub(super) fn tokens(&mut self) -> Vec<SeenToken> {
        self.gather();
        let mut tokens = std::mem::take(&mut self.met);
        for named in std::mem::take(&mut self.named) {
            match tokens.iter_mut().find(|token| token.digest == named.digest) {
                Some(token) => {
                    token.side = named.side;
                    token.part = token.part.or(named.part);
                    token.lifetime_seconds = token.lifetime_seconds.or(named.lifetime_seconds);
                }
                None if named.is_opaque => tokens.push(named),
                None => {}
            }
        }
        tokens
    }

    /// All of them, as a batch takes them.
    pub(super) fn values(&self) -> Vec<(&str, Value<'_>)> {
        let value = |held: &'_ Held| match held {
            Held::Uint(number) => Value::Uint(*number),
            Held::Float(number) => Value::Float(*number),
            Held::Bool(truth) => Value::Bool(*truth),
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
