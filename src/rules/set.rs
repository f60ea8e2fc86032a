//! The set of rules: the embedded files, and those of a user's folder beside or instead of them.

use std::collections::BTreeMap;

use super::coverage::{self, Coverage};
use super::fault::{RuleFault, unknown};
use super::load::{Cases, Known, Loaded, load, load_built_in};
use super::object::ObjectKind;
use super::rule::Rule;
use crate::catalog::{COVERAGE, Catalog, RULES, RuleFile};
use crate::timeline::Query;

/// Areas in the order in which causes of equal level are told: what breaks a device's identity before
/// what follows from it.
pub(super) const AREAS: [&str; 14] = [
    "identity",
    "key",
    "task",
    "time",
    "network",
    "token",
    "join",
    "policy",
    "hybrid",
    "mdm",
    "autopilot",
    "prt",
    "hello",
    "evidence",
];

/// The loaded rules.
#[derive(Debug)]
pub struct RuleSet {
    pub(super) rules: Vec<Rule>,
    pub(super) coverage: Vec<Coverage>,
    /// Every query of every rule once.
    pub(super) queries: Vec<Query>,
    /// For each rule the places of its selections in `queries`.
    pub(super) places: Vec<Vec<usize>>,
    /// For each rule which of its selections the match itself is made of.
    asked: Vec<Vec<bool>>,
    /// Every query on objects of every rule once.
    pub(super) questions: Vec<(ObjectKind, Query)>,
    /// For each rule the places of its facts in `questions`.
    pub(super) facts: Vec<Vec<usize>>,
    /// For each rule the places in `questions` of what it is worth considering for.
    pub(super) considered: Vec<Vec<usize>>,
    /// For each rule which of its selections only the question of what is missing names.
    aside: Vec<Vec<bool>>,
}

impl RuleSet {
    /// Loads the embedded files.
    ///
    /// # Errors
    /// Every fault of every file. A test holds that there is none.
    pub fn embedded(catalog: &Catalog, cases: Cases) -> Result<Self, Vec<RuleFault>> {
        let (set, faults) = Self::with_files(catalog, &[], cases);
        if faults.is_empty() {
            Ok(set)
        } else {
            Err(faults)
        }
    }

    /// Loads the embedded files and these (path and text) over them: a file whose rule has a known id
    /// replaces that rule, `disabled: true` takes it away, and a `coverage.yaml` adds to the table
    /// of sources. What has faults is left out.
    pub fn with_files(
        catalog: &Catalog,
        files: &[(String, String)],
        cases: Cases,
    ) -> (Self, Vec<RuleFault>) {
        Self::load(catalog, RULES, files, cases)
    }

    /// Loads these files (path and text) alone, as [`RuleSet::with_files`] does.
    pub fn of_files(
        catalog: &Catalog,
        files: &[(String, String)],
        cases: Cases,
    ) -> (Self, Vec<RuleFault>) {
        Self::load(catalog, &[], files, cases)
    }

    fn load(
        catalog: &Catalog,
        built_in: &[RuleFile],
        files: &[(String, String)],
        cases: Cases,
    ) -> (Self, Vec<RuleFault>) {
        let mut faults = Vec::new();
        let mut table = coverage::load(COVERAGE.path, COVERAGE.text, catalog, &mut faults);
        for (path, text) in files
            .iter()
            .filter(|(path, _)| name_of(path) == "coverage.yaml")
        {
            for row in coverage::load(path, text, catalog, &mut faults) {
                table.retain(|known| known.name != row.name);
                table.push(row);
            }
        }
        let known = Known {
            catalog,
            coverage: &table,
            cases,
        };
        let given = files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()));
        let given = given.filter(|(path, _)| name_of(path) != "coverage.yaml");
        let given = given.map(|(path, text)| (path, text, None));
        let built_in = built_in.iter();
        let built_in = built_in.map(|file| (file.path, file.text, Some(file)));
        let mut rules: BTreeMap<String, Rule> = BTreeMap::new();
        let mut disabled: Vec<String> = Vec::new();
        for (path, text, built_in) in built_in.chain(given) {
            let area = area_of(path);
            let prepared = built_in.and_then(|file| load_built_in(file, area, &known));
            match prepared.or_else(|| load(path, area, text, &known, &mut faults)) {
                Some(Loaded::Rule(rule)) => {
                    rules.insert(rule.id.clone(), *rule);
                }
                Some(Loaded::Disabled(id)) => {
                    rules.remove(&id);
                    disabled.push(id);
                }
                None => {}
            }
        }
        let set = Self::of_rules(rules.into_values().collect(), table);
        set.check_names(&disabled, &mut faults);
        faults.sort();
        (set, faults)
    }

    fn of_rules(mut rules: Vec<Rule>, coverage: Vec<Coverage>) -> Self {
        tie_causes(&mut rules);
        let (mut queries, mut questions): (Vec<Query>, Vec<(ObjectKind, Query)>) =
            Default::default();
        let (mut places, mut facts, mut considered) = (Vec::new(), Vec::new(), Vec::new());
        for rule in &rules {
            let selection =
                |query: &Query| place_of(&mut queries, |known| known == query, || query.clone());
            places.push(rule.selections.iter().map(selection).collect());
            let mut question = |kind: ObjectKind, query: &Query| {
                let is_known = |(of, known): &(ObjectKind, Query)| *of == kind && known == query;
                place_of(&mut questions, is_known, || (kind, query.clone()))
            };
            let own = rule.facts.iter();
            facts.push(own.map(|(kind, query, _)| question(*kind, query)).collect());
            let own = rule.considered.iter().flat_map(|it| &it.objects);
            considered.push(own.map(|(kind, query)| question(*kind, query)).collect());
        }
        Self {
            asked: rules.iter().map(Rule::asked).collect(),
            aside: rules.iter().map(Rule::roles_aside).collect(),
            rules,
            coverage,
            queries,
            places,
            questions,
            facts,
            considered,
        }
    }

    /// Faults that only the whole set shows: unknown ids, and causes in a circle. What was switched off
    /// may still be named.
    fn check_names(&self, disabled: &[String], faults: &mut Vec<RuleFault>) {
        for rule in &self.rules {
            for name in &rule.named {
                if self.rule(&name.value).is_none() && !disabled.contains(&name.value) {
                    faults.push(RuleFault {
                        file: rule.file.clone(),
                        line: name.referenced.line(),
                        fault: unknown("rule", &name.value, self.ids()),
                    });
                }
            }
            if self.causes_itself(rule) {
                faults.push(RuleFault {
                    file: rule.file.clone(),
                    line: 0,
                    fault: "`caused_by` leads back to this rule".to_owned(),
                });
            }
        }
    }

    fn causes_itself(&self, rule: &Rule) -> bool {
        let mut seen: Vec<&str> = Vec::new();
        let mut open: Vec<&str> = rule.caused_by.iter().map(String::as_str).collect();
        while let Some(id) = open.pop() {
            if id == rule.id {
                return true;
            }
            if !seen.contains(&id) {
                seen.push(id);
                let causes = self.rule(id).map(|rule| &rule.caused_by);
                open.extend(causes.into_iter().flatten().map(String::as_str));
            }
        }
        false
    }

    /// Whether the match of a rule is itself made of what this selection finds.
    pub(super) fn is_asked(&self, rule: usize, place: usize) -> bool {
        let asked = self.asked.get(rule).and_then(|asked| asked.get(place));
        asked.copied().unwrap_or(false)
    }

    /// Whether only the question of what is missing names a selection of a rule.
    pub(super) fn is_aside(&self, rule: usize, place: usize) -> bool {
        let aside = self.aside.get(rule).and_then(|aside| aside.get(place));
        aside.copied().unwrap_or(false)
    }

    /// The rules, by id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of this id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// Every query that a rule has on events, each once.
    pub fn queries(&self) -> &[Query] {
        &self.queries
    }

    /// The ids of all rules, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|rule| rule.id.as_str())
    }
}

/// The place of an entry in a list that has each once, where it is put if it is new.
fn place_of<T>(
    list: &mut Vec<T>,
    is_known: impl Fn(&T) -> bool,
    make: impl FnOnce() -> T,
) -> usize {
    list.iter().position(is_known).unwrap_or_else(|| {
        list.push(make());
        list.len() - 1
    })
}

/// A rule that says what it causes stands among the causes of that.
fn tie_causes(rules: &mut [Rule]) {
    let pairs: Vec<(String, String)> = rules
        .iter()
        .flat_map(|rule| rule.causes.iter().map(|of| (of.clone(), rule.id.clone())))
        .collect();
    for (effect, cause) in pairs {
        let effect = rules.iter_mut().find(|rule| rule.id == effect);
        if let Some(effect) = effect.filter(|rule| !rule.caused_by.contains(&cause)) {
            effect.caused_by.push(cause);
        }
    }
}

/// Whether a file is one of those that are built in.
pub(super) fn is_built_in(path: &str) -> bool {
    RULES.iter().any(|known| known.path == path)
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The folder that a rule file lies in.
fn area_of(path: &str) -> &str {
    path.rsplit('/').nth(1).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_rules_load_without_fault() {
        let catalog = Catalog::embedded().expect("the embedded tables are sound");
        let set =
            RuleSet::embedded(&catalog, Cases::Read).unwrap_or_else(|faults| panic!("{faults:#?}"));
        for rule in set.rules() {
            assert!(
                AREAS.contains(&rule.area()),
                "{} lies in no area",
                rule.id()
            );
        }
        let faults = set.unsound(&catalog);
        assert!(faults.is_empty(), "{faults:#?}");
    }

    #[test]
    fn rules_load_alike_as_prepared_and_as_written() {
        let catalog = Catalog::embedded().expect("the embedded tables are sound");
        let (mut coverage, cases) = (Vec::new(), Cases::Skip);
        coverage.extend(coverage::load("", COVERAGE.text, &catalog, &mut Vec::new()));
        let known = Known {
            catalog: &catalog,
            coverage: &coverage,
            cases,
        };
        for file in RULES {
            let shown = |loaded: Option<Loaded>| match loaded {
                Some(Loaded::Rule(mut rule)) => {
                    // Places in the text are known from the text alone.
                    let named = rule.named.drain(..).map(|name| name.value);
                    let named: Vec<String> = named.collect();
                    format!("{named:?} {rule:#?}")
                }
                other => panic!("{}: {other:?}", file.path),
            };
            let (area, mut faults) = (area_of(file.path), Vec::new());
            let written = load(file.path, area, file.text, &known, &mut faults);
            let prepared = load_built_in(file, area, &known);
            assert_eq!(shown(prepared), shown(written), "{}", file.path);
        }
    }
}
