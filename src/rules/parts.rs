//! Loading the parts of a rule that tie events to each other: sequence, count, gap, absence.

use serde_saphyr::Spanned;

use super::amount::Kind;
use super::fault::unknown;
use super::load::Loader;
use super::raw::{RawAbsent, RawCount, RawGap, RawSequence, span};
use super::rule::{Absent, By, Count, GapBetween, Need, Sequence, Stretch};

impl Loader<'_> {
    pub(super) fn sequence(&mut self, raw: Spanned<RawSequence>) -> Option<Sequence> {
        let line = raw.referenced.line();
        let raw = raw.value;
        if raw.order.len() < 2 {
            self.fault(line, "a sequence has two steps or more");
        }
        let order: Option<Vec<usize>> =
            raw.order.iter().map(|name| self.role(line, name)).collect();
        Some(Sequence {
            order: order?,
            by: self.by(line, raw.by.as_deref())?,
            within: self.span(line, raw.within.as_deref())?,
        })
    }

    pub(super) fn count(&mut self, raw: Spanned<RawCount>) -> Option<Count> {
        let line = raw.referenced.line();
        let raw = raw.value;
        if raw.at_least < 1 {
            self.fault(line, "a count of nothing always holds");
        }
        Some(Count {
            select: self.role(line, &raw.select)?,
            at_least: raw.at_least,
            within: self.span(line, raw.within.as_deref())?,
            by: self.by(line, raw.by.as_deref())?,
        })
    }

    pub(super) fn gap(&mut self, raw: Spanned<RawGap>) -> Option<GapBetween> {
        let line = raw.referenced.line();
        let raw = raw.value;
        let [from, to] = &raw.between;
        let (over, kind) = self.expression(line, &raw.over)?;
        if !matches!(kind, Kind::Span | Kind::Any) {
            self.fault(
                line,
                format!("`over` is a {}, not a span of time", kind.word()),
            );
        }
        Some(GapBetween {
            from: self.role(line, from)?,
            to: self.role(line, to)?,
            over,
        })
    }

    pub(super) fn absent(&mut self, raw: Spanned<RawAbsent>) -> Option<Absent> {
        let line = raw.referenced.line();
        let raw = raw.value;
        let within = self.span(line, raw.within.as_deref())?;
        let stretch = match (&raw.between, &raw.after, &raw.before, raw.inside.as_deref()) {
            (Some([from, to]), None, None, None) => {
                Stretch::Between(self.role(line, from)?, self.role(line, to)?)
            }
            (None, Some(role), None, None) => {
                Stretch::After(self.role(line, role)?, self.bounded(line, within)?)
            }
            (None, None, Some(role), None) => {
                Stretch::Before(self.role(line, role)?, self.bounded(line, within)?)
            }
            (None, None, None, Some("scope")) => Stretch::Scope,
            _ => {
                self.fault(
                    line,
                    "`absent` takes one of `between: [a, b]`, `after: a` or `before: a` with `within`, `in: scope`",
                );
                return None;
            }
        };
        if raw.requires_coverage.is_empty() {
            self.fault(
                line,
                "`absent` needs `requires_coverage`: nothing is absent from what was not collected",
            );
        }
        let coverage = raw.requires_coverage.iter().map(|name| {
            Some(match name.strip_prefix('@') {
                Some(role) => Need::SourceOf(self.role(line, role)?),
                None => Need::Named(self.coverage(line, name)?),
            })
        });
        let coverage: Option<Vec<Need>> = coverage.collect();
        Some(Absent {
            select: self.role(line, &raw.select)?,
            stretch,
            coverage: coverage?,
        })
    }

    fn bounded(&mut self, line: u64, within: Option<f64>) -> Option<f64> {
        if within.is_none() {
            self.fault(line, "`after` and `before` need `within`");
        }
        within
    }

    /// A span that may be left out; `None` is a fault.
    #[expect(clippy::option_option, reason = "left out and faulty are two things")]
    fn span(&mut self, line: u64, text: Option<&str>) -> Option<Option<f64>> {
        let Some(text) = text else {
            return Some(None);
        };
        let found = span(text).ok_or_else(|| format!("`{text}` is no span of time"));
        self.noted(line, found).map(Some)
    }

    fn by(&mut self, line: u64, word: Option<&str>) -> Option<By> {
        let word = word.unwrap_or("device");
        let known = By::WORDS.iter().find(|(known, _)| *known == word);
        let words = By::WORDS.iter().map(|(known, _)| *known);
        let found = known
            .map(|(_, by)| *by)
            .ok_or_else(|| unknown("key of a sequence", word, words));
        self.noted(line, found)
    }
}
