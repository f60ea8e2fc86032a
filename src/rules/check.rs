//! Rules that load but can never match, and rules without tests.

use super::fault::RuleFault;
use super::rule::{About, Rule};
use super::set::{RuleSet, is_built_in};
use crate::catalog::Catalog;

impl RuleSet {
    /// What makes rules useless, though they load: contradictory selections, selections that nothing
    /// asks for, and missing tests.
    pub fn unsound(&self, catalog: &Catalog) -> Vec<RuleFault> {
        let mut faults = Vec::new();
        for rule in &self.rules {
            let mut fault = |fault: String| {
                faults.push(RuleFault {
                    file: rule.file.clone(),
                    line: 0,
                    fault,
                });
            };
            for (name, query) in rule.roles.iter().zip(&rule.selections) {
                if let Some(why) = query.contradiction(catalog) {
                    fault(format!("`{name}` can never match: {why}"));
                }
            }
            for role in unused(rule) {
                fault(format!("nothing asks for the selection `{role}`"));
            }
            check_shape(rule, &mut fault);
            // A rule of a user's folder may do without tests; one that has some has all of them.
            if !rule.cases.is_empty() || is_built_in(&rule.file) {
                check_cases(rule, &mut fault);
            }
        }
        faults
    }
}

fn check_shape(rule: &Rule, fault: &mut impl FnMut(String)) {
    let joins = rule.sequence.is_some() || rule.count.is_some();
    if rule.about == About::Event && rule.condition.is_none() && !joins {
        fault("a rule about an event needs a `condition`, a `sequence` or a `count`".to_owned());
    }
    let asks = rule.condition.is_some() || joins || !rule.facts.is_empty();
    let asks = asks || rule.gap.is_some() || !rule.absent.is_empty() || !rule.conditions.is_empty();
    if !asks {
        fault("the rule asks for nothing".to_owned());
    }
}

/// Selections that no part of the rule names.
fn unused(rule: &Rule) -> Vec<&str> {
    let named = rule.roles_of_match().into_iter().zip(rule.roles_aside());
    let names = rule.roles.iter().zip(named);
    names
        .filter(|(_, (of_match, aside))| !of_match && !aside)
        .map(|(name, _)| name.as_str())
        .collect()
}

fn check_cases(rule: &Rule, fault: &mut impl FnMut(String)) {
    let has = |expected: &str| rule.cases.iter().any(|case| case.expect == expected);
    for expected in ["fires", "silent"] {
        if !has(expected) {
            fault(format!("there is no test with `expect: {expected}`"));
        }
    }
    let rests_on_coverage = !rule.absent.is_empty() || !rule.requires.is_empty();
    if rests_on_coverage && !has("cannot_tell") {
        fault("there is no test with `expect: cannot_tell`".to_owned());
    }
}
