//! From a rule file to a rule: every name looked up, every fault told with its line.

use serde_saphyr::Spanned;

use super::amount::Kind;
use super::condition::Condition;
use super::coverage::Coverage;
use super::expr::{self, Expr};
use super::fault::{RuleFault, unknown};
use super::object::ObjectKind;
use super::raw::{Entries, RawRule, Tree, Words, noted, span};
use super::rule::{About, Next, Rule, RuleNames};
use super::sigma;
use super::template::Template;
use crate::catalog::{Catalog, Confidence, RuleFile};
use crate::model::{Severity, Stage};
use crate::timeline::Query;

/// What a file of a rule holds.
#[derive(Debug)]
pub(super) enum Loaded {
    Rule(Box<Rule>),
    /// The rule of this id is switched off.
    Disabled(String),
}

/// What rules are read against.
pub(super) struct Known<'k> {
    pub(super) catalog: &'k Catalog,
    pub(super) coverage: &'k [Coverage],
    pub(super) cases: Cases,
}

/// Whether the tests inside rule files are read: they are more than half of the text, and judging
/// evidence needs none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cases {
    /// For whoever runs, checks or counts them.
    Read,
    /// For whoever judges evidence.
    Skip,
}

/// The text in front of its tests, where these are its last key, as they are by custom.
fn without_cases(text: &str) -> &str {
    let Some((before, cases)) = text.split_once("\ntests:") else {
        return text;
    };
    let is_inside = |line: &str| line.is_empty() || line.starts_with([' ', '-', '#', '\r']);
    if cases.lines().skip(1).all(is_inside) {
        before
    } else {
        text
    }
}

/// Reads one file; `None` where it has faults. `area` is the name of its folder.
pub(super) fn load(
    file: &str,
    area: &str,
    text: &str,
    known: &Known<'_>,
    faults: &mut Vec<RuleFault>,
) -> Option<Loaded> {
    let text = match known.cases {
        Cases::Read => text,
        Cases::Skip => without_cases(text),
    };
    let raw: RawRule = noted(file, text, faults)?;
    of_raw(raw, (file, area), known, false, faults)
}

/// Reads a file that is built in as it was prepared; `None` where its text is needed, to read its tests
/// or to tell the lines of its faults.
pub(super) fn load_built_in(file: &RuleFile, area: &str, known: &Known<'_>) -> Option<Loaded> {
    if known.cases == Cases::Read {
        return None;
    }
    let mut faults = Vec::new();
    let loaded = of_raw(
        file.prepared()?,
        (file.path, area),
        known,
        true,
        &mut faults,
    );
    loaded.filter(|_| faults.is_empty())
}

/// Looks up every name; `is_built_in` where tests have seen the file.
fn of_raw(
    raw: RawRule,
    (file, area): (&str, &str),
    known: &Known<'_>,
    is_built_in: bool,
    faults: &mut Vec<RuleFault>,
) -> Option<Loaded> {
    if raw.disabled {
        return Some(Loaded::Disabled(raw.id.value));
    }
    let before = faults.len();
    let mut loader = Loader {
        file,
        known,
        is_built_in,
        roles: raw.detection.names(),
        faults,
    };
    let rule = loader.rule(raw, area);
    if faults.len() > before {
        return None;
    }
    rule.map(|rule| Loaded::Rule(Box::new(rule)))
}

impl<V> Entries<V> {
    /// The keys that name selections.
    fn names(&self) -> Vec<String> {
        let names = self.0.iter().map(|(name, _)| name);
        names.filter(|name| *name != "condition").cloned().collect()
    }
}

/// One file while it is read.
pub(super) struct Loader<'l> {
    pub(super) file: &'l str,
    pub(super) known: &'l Known<'l>,
    /// Whether tests have seen the file.
    pub(super) is_built_in: bool,
    pub(super) roles: Vec<String>,
    pub(super) faults: &'l mut Vec<RuleFault>,
}

impl Loader<'_> {
    pub(super) fn fault(&mut self, line: u64, fault: impl Into<String>) {
        self.faults.push(RuleFault {
            file: self.file.to_owned(),
            line,
            fault: fault.into(),
        });
    }

    /// The value, or its fault noted.
    pub(super) fn noted<T>(&mut self, line: u64, found: Result<T, String>) -> Option<T> {
        found.map_err(|fault| self.fault(line, fault)).ok()
    }

    fn needed(&mut self, key: &str, words: Option<Words>) -> Option<Words> {
        if words.is_none() {
            self.fault(0, format!("the key `{key}` is missing"));
        }
        words
    }

    fn rule(&mut self, raw: RawRule, area: &str) -> Option<Rule> {
        let id = raw.id.value.clone();
        self.check_id(&raw.id);
        let title = self.needed("title", raw.title);
        let level = self.needed("level", raw.level);
        let stage = self.needed("stage", raw.stage);
        let about = self.needed("about", raw.about);
        let explain = self.needed("explain", raw.explain);
        let level = level.and_then(|word| self.level(&word));
        let stage = stage.and_then(|word| {
            let known = Stage::ALL.iter().map(|stage| stage.word());
            let found = Stage::from_word(&word.value);
            let found = found.ok_or_else(|| unknown("stage", &word.value, known));
            self.noted(line(&word), found)
        });
        let about = about.and_then(|word| self.about(&word));
        let refs = self.refs(raw.refs, level);
        let facts = self.object_queries(raw.facts);
        let considered = self.considered(raw.considered);
        let (selections, condition, condition_text) = self.detection(&raw.detection, about);
        let seconds = |loader: &mut Self, words: Option<Words>, default: f64| match words {
            None => default,
            Some(words) => {
                let found = span(&words.value);
                let found = found.ok_or_else(|| format!("`{}` is no span of time", words.value));
                loader.noted(line(&words), found).unwrap_or(default)
            }
        };
        let (mut before, mut after) = (0.0, 0.0);
        if let Some(scope) = raw.scope {
            before = seconds(self, scope.before, 0.0);
            after = seconds(self, scope.after, 0.0);
        }
        let caused_within = seconds(self, raw.caused_within, 86_400.0);
        let sequence = raw.sequence.and_then(|raw| self.sequence(raw));
        let count = raw.count.and_then(|raw| self.count(raw));
        let gap = raw.gap.and_then(|raw| self.gap(raw));
        let absent = raw.absent.into_iter();
        let absent = absent.filter_map(|raw| self.absent(raw)).collect();
        let conditions = raw.conditions.into_iter();
        let conditions = conditions.filter_map(|words| {
            let expr = self.truth(line(&words), &words.value)?;
            Some((expr, words.value))
        });
        let conditions = conditions.collect();
        let (base, weights) = match raw.confidence {
            None => (80, Vec::new()),
            Some(raw) => {
                let add = raw.add.into_iter().filter_map(|part| {
                    Some((self.truth(line(&part.when), &part.when.value)?, part.weight))
                });
                (raw.base.unwrap_or(80).min(100), add.collect())
            }
        };
        let key = match raw.key {
            None => self.template(0, ""),
            Some(words) => self.template(line(&words), &words.value),
        };
        let requires = raw.requires.iter();
        let requires = requires.filter_map(|raw| self.requirement(raw)).collect();
        let ruled_out = raw.ruled_out.and_then(|raw| self.ruled_out(raw));
        let explain = explain.and_then(|words| self.template(line(&words), &words.value));
        let why = raw
            .why
            .and_then(|words| self.template(line(&words), &words.value));
        let next = raw
            .next
            .into_iter()
            .map(|words| self.next(words.value))
            .collect();
        let named = raw
            .caused_by
            .iter()
            .chain(&raw.causes)
            .chain(&raw.suppresses)
            .cloned()
            .collect();
        let values = |words: Vec<Words>| words.into_iter().map(|words| words.value).collect();
        if raw.fix.is_empty() {
            self.fault(0, "the key `fix` is missing: what is to be done");
        }
        Some(Rule {
            file: self.file.to_owned(),
            id,
            area: area.to_owned(),
            title: title?.value,
            level: level?,
            stage: stage?,
            about: about?,
            background: raw.background,
            refs,
            facts,
            roles: self.roles.clone(),
            selections,
            condition,
            condition_text,
            before,
            after,
            sequence,
            count,
            gap,
            absent,
            conditions,
            base,
            weights,
            key: key?,
            caused_by: values(raw.caused_by),
            causes: values(raw.causes),
            caused_within,
            suppresses: values(raw.suppresses),
            considered,
            requires,
            ruled_out,
            explain: explain?,
            why,
            fix: values(raw.fix),
            next,
            limits: raw.limits.map(|words| words.value),
            cases: raw.tests.into_iter().map(|case| case.value).collect(),
            named,
        })
    }

    fn check_id(&mut self, id: &Words) {
        let is_part = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        if !id
            .value
            .split('-')
            .all(|part| !part.is_empty() && part.chars().all(is_part))
        {
            self.fault(line(id), format!("`{}` is not in kebab-case", id.value));
        }
        let name = self.file.rsplit('/').next().unwrap_or(self.file);
        if name.strip_suffix(".yaml") != Some(id.value.as_str()) {
            self.fault(
                line(id),
                format!("the id `{}` is not the file's name", id.value),
            );
        }
    }

    fn level(&mut self, word: &Words) -> Option<Severity> {
        let known = Severity::ALL.iter().map(|level| level.word());
        let found = Severity::from_word(&word.value);
        let found = found.ok_or_else(|| unknown("level", &word.value, known));
        self.noted(line(word), found)
    }

    fn about(&mut self, word: &Words) -> Option<About> {
        if word.value == "event" {
            return Some(About::Event);
        }
        let found = ObjectKind::from_word(&word.value).map(About::Object);
        let known = ObjectKind::ALL.iter().map(|kind| kind.word());
        let known = known.chain(["event"]);
        let found = found.ok_or_else(|| unknown("object", &word.value, known));
        self.noted(line(word), found)
    }

    fn refs(
        &mut self,
        raw: Vec<super::raw::RawReference>,
        level: Option<Severity>,
    ) -> Vec<(String, Confidence)> {
        let mut refs = Vec::new();
        for reference in raw {
            let word = &reference.confidence;
            let confidence = match word.value.as_str() {
                "high" => Confidence::High,
                "medium" => Confidence::Medium,
                "low" => Confidence::Low,
                other => {
                    let fault = unknown("confidence", other, ["high", "medium", "low"]);
                    self.fault(line(word), fault);
                    continue;
                }
            };
            refs.push((reference.source, confidence));
        }
        let best = refs.iter().map(|(_, confidence)| *confidence).max();
        match best {
            None => self.fault(0, "the key `refs` is missing: where the rule comes from"),
            Some(Confidence::Low) if level > Some(Severity::Medium) => {
                self.fault(
                    0,
                    "a rule whose sources are all of low confidence is at most medium",
                );
            }
            Some(_) => {}
        }
        refs
    }

    pub(super) fn object_queries(
        &mut self,
        raw: Entries<String>,
    ) -> Vec<(ObjectKind, Query, String)> {
        let mut queries = Vec::new();
        for (name, text) in raw.0 {
            let at = text.referenced.line();
            let found = object_query(&name, &text.value);
            if let Some((kind, query)) = self.noted(at, found) {
                queries.push((kind, query, text.value));
            }
        }
        queries
    }

    fn detection(
        &mut self,
        raw: &Entries<Tree>,
        about: Option<About>,
    ) -> (Vec<Query>, Option<Condition>, String) {
        let mut selections = Vec::new();
        let mut text = None;
        for (name, tree) in &raw.0 {
            let at = tree.referenced.line();
            if name == "condition" {
                text = tree.value.word().map(|word| (at, word));
                continue;
            }
            let is_part = |letter: char| {
                letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_'
            };
            if !name.chars().all(is_part) || ObjectKind::from_word(name).is_some() {
                self.fault(at, format!("`{name}` cannot be the name of a selection"));
            }
            let catalog = self.known.catalog;
            let query = if self.is_built_in {
                sigma::built_in(&tree.value)
            } else {
                sigma::selection(&tree.value)
            };
            let found = query.and_then(|query| {
                let checked = query.check(catalog, None);
                checked.map(|()| query).map_err(|error| error.to_string())
            });
            // The place of a selection is its role, so one with a fault leaves a gap in none.
            selections.extend(self.noted(at, found));
        }
        let Some((at, text)) = text else {
            return (selections, None, String::new());
        };
        let condition = Condition::parse(&text, &self.roles);
        let condition = self.noted(at, condition);
        if let (Some(condition), Some(About::Object(_))) = (&condition, about) {
            let mut negated = false;
            condition.visit(&mut |_, under_not| negated |= under_not);
            if negated {
                self.fault(
                    at,
                    "what is not there is said with `absent` and its coverage, not with `not`",
                );
            }
        }
        (selections, condition, text)
    }

    /// The place of a role.
    pub(super) fn role(&mut self, line: u64, name: &str) -> Option<usize> {
        let place = self.roles.iter().position(|role| role == name);
        let roles = self.roles.iter().map(String::as_str);
        let found = place.ok_or_else(|| unknown("role", name, roles));
        self.noted(line, found)
    }

    /// The place of a coverage.
    pub(super) fn coverage(&mut self, line: u64, name: &str) -> Option<usize> {
        let table = self.known.coverage;
        let place = table.iter().position(|row| row.name == name);
        let names = table.iter().map(|row| row.name.as_str());
        let found = place.ok_or_else(|| unknown("coverage", name, names));
        self.noted(line, found)
    }

    fn next(&mut self, text: String) -> Next {
        let place = self.known.coverage.iter().position(|row| row.name == text);
        place.map_or(Next::Text(text), Next::Coverage)
    }

    pub(super) fn expression(&mut self, line: u64, text: &str) -> Option<(Expr, Kind)> {
        let names = RuleNames {
            roles: &self.roles,
            catalog: self.known.catalog,
        };
        let found = expr::parse(text, &names).map_err(|fault| format!("`{text}`: {fault}"));
        self.noted(line, found)
    }

    pub(super) fn truth(&mut self, line: u64, text: &str) -> Option<Expr> {
        let (expr, kind) = self.expression(line, text)?;
        if !matches!(kind, Kind::Bool | Kind::Any) {
            self.fault(line, format!("`{text}` is a {}, not a truth", kind.word()));
        }
        Some(expr)
    }

    pub(super) fn template(&mut self, line: u64, text: &str) -> Option<Template> {
        let names = RuleNames {
            roles: &self.roles,
            catalog: self.known.catalog,
        };
        let found = Template::parse(text.trim(), &names);
        self.noted(line, found)
    }
}

/// The line that a value stands in.
pub(super) fn line<T>(spanned: &Spanned<T>) -> u64 {
    spanned.referenced.line()
}

fn object_query(name: &str, text: &str) -> Result<(ObjectKind, Query), String> {
    let known = ObjectKind::ALL.iter().map(|kind| kind.word());
    let kind = ObjectKind::from_word(name).ok_or_else(|| unknown("object", name, known))?;
    let query = Query::of_object(text).map_err(|error| error.to_string())?;
    for (field, word) in query.names() {
        kind.field(&field)?;
        if let Some(word) = word {
            kind.check_word(&field, &word)?;
        }
    }
    Ok((kind, query))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_left_out_where_they_are_last() {
        let check =
            |text: &str, expected: &str| assert_eq!(without_cases(text), expected, "{text}");
        check("id: a\ntests:\n  - name: b\n\n  # why\n", "id: a");
        check("id: a\ntests:\n- name: b\n", "id: a");
        check("id: a\r\ntests:\r\n  - name: b\r\n", "id: a\r");
        check("id: a\n", "id: a\n");
        let first = "tests:\n  - name: b\nid: a\n";
        check(first, first);
        let amid = "id: a\ntests:\n  - name: b\nlimits: c\n";
        check(amid, amid);
    }
}
