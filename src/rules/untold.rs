//! Loading of what a rule says where it does not come true: when it is worth considering, what rules it
//! out, and without what it cannot be told.

use serde_saphyr::Spanned;

use super::fault::unknown;
use super::load::{Loader, line};
use super::raw::{Entries, RawRuledOut, Tree};
use super::rule::{Considered, Requirement, RuledOutBy};

impl Loader<'_> {
    /// Queries of objects, and `if` with what has to hold around the first of them.
    pub(super) fn considered(&mut self, mut raw: Entries<String>) -> Option<Considered> {
        if raw.0.is_empty() {
            return None;
        }
        let place = raw.0.iter().position(|(name, _)| name == "if");
        let when = place.map(|place| raw.0.remove(place).1);
        let when = when.and_then(|words| self.truth(line(&words), &words.value));
        let objects = self.object_queries(raw);
        let objects = objects.into_iter().map(|(kind, query, _)| (kind, query));
        Some(Considered {
            objects: objects.collect(),
            when,
        })
    }

    /// The name of a kind of source that has to cover the time; or `collect` with such a name, and
    /// `unless` with what makes it needless.
    pub(super) fn requirement(&mut self, raw: &Spanned<Tree>) -> Option<Requirement> {
        let at = line(raw);
        let Tree::Map(entries) = &raw.value else {
            let name = raw.value.word().unwrap_or_default();
            let coverage = self.coverage(at, &name)?;
            return Some(Requirement {
                coverage,
                unless: None,
            });
        };
        for (key, _) in entries {
            if !["collect", "unless"].contains(&key.as_str()) {
                self.fault(at, unknown("key", key, ["collect", "unless"]));
            }
        }
        let mut text = |key: &str| {
            let found = entries.iter().find(|(known, _)| known == key);
            let text = found.and_then(|(_, tree)| tree.word());
            self.noted(
                at,
                text.ok_or_else(|| format!("the key `{key}` is missing")),
            )
        };
        let (name, unless) = (text("collect")?, text("unless")?);
        Some(Requirement {
            coverage: self.coverage(at, &name)?,
            unless: Some(self.truth(at, &unless)?),
        })
    }

    pub(super) fn ruled_out(&mut self, raw: Spanned<RawRuledOut>) -> Option<RuledOutBy> {
        let at = line(&raw);
        let raw = raw.value;
        Some(RuledOutBy {
            select: match &raw.select {
                None => None,
                Some(name) => Some(self.role(at, name)?),
            },
            when: match &raw.when {
                None => None,
                Some(words) => Some(self.truth(line(words), &words.value)?),
            },
            because: self.template(at, &raw.because)?,
        })
    }
}
