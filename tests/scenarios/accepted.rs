//! What the analysis says of every story, held against the `expected.yaml` beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use samples::scenario;
use serde_json::Value;

use super::common::{Dir, list, text};
use super::report;

/// What stands in a scenario's `expected.yaml`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Accepted {
    /// The rule of the first finding, or `none` where that is of low severity or info.
    root: String,
    /// All findings above info, the root first.
    findings: Vec<AcceptedFinding>,
    /// Rules that must be listed.
    #[serde(default)]
    ruled_out: Vec<String>,
    /// Rules that the story is a near miss of: they say nothing of it, and need nothing for that.
    #[serde(default)]
    silent: Vec<String>,
    /// All rules that lack their evidence.
    #[serde(default)]
    cannot_tell: Vec<String>,
    verdict: AcceptedVerdict,
    /// Kind, outcome and code of each, in order.
    attempts: Vec<String>,
}

#[derive(serde::Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct AcceptedFinding {
    rule: String,
    severity: String,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct AcceptedVerdict {
    severity: String,
    stage: String,
}

/// What is accepted of a scenario.
fn accepted_of(name: &str) -> Accepted {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/scenarios");
    let file = folder.join(name).join("expected.yaml");
    let text = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

#[test]
fn every_scenario_gives_its_accepted_results() {
    let mut faults = String::new();
    for name in scenario::names() {
        for fault in differences(&accepted_of(name), &report(name)) {
            writeln!(faults, "{name}: {fault}").unwrap();
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

/// The area of each rule that is built in.
fn areas() -> BTreeMap<String, String> {
    let list = Dir::new().run(&["rules", "list"]).exits(0).out;
    let rows = list.lines().map(|row| {
        let mut columns = row.split_whitespace().skip(1);
        let area = columns.next().unwrap().to_owned();
        (columns.next().unwrap().to_owned(), area)
    });
    rows.collect()
}

/// Of each family of rules a story where one finds something, one where one is near and silent, and one
/// where the decisive source is missing. The rules on evidence itself have nothing that could be missing.
#[test]
fn every_family_of_rules_finds_keeps_silent_and_cannot_tell() {
    let areas = areas();
    let mut said: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut say = |rules: &[String], what: &'static str| {
        for rule in rules {
            let area = areas.get(rule).unwrap_or_else(|| panic!("no rule {rule}"));
            said.entry(area).or_default().insert(what);
        }
    };
    for name in scenario::names() {
        let accepted = accepted_of(name);
        let found = accepted.findings.into_iter().map(|finding| finding.rule);
        say(&found.collect::<Vec<String>>(), "finds");
        say(&accepted.ruled_out, "keeps silent");
        say(&accepted.silent, "keeps silent");
        say(&accepted.cannot_tell, "cannot tell");
    }
    let mut faults = String::new();
    let families: BTreeSet<&String> = areas.values().collect();
    for family in families {
        let said = said.get(family.as_str()).cloned().unwrap_or_default();
        for what in ["finds", "keeps silent", "cannot tell"] {
            if !said.contains(what) && !(family == "evidence" && what != "finds") {
                writeln!(faults, "{family}: no scenario where a rule {what}").unwrap();
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

fn differences(accepted: &Accepted, report: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let mut differ = |what: &str, expected: String, found: String| {
        if expected != found {
            faults.push(format!("{what}: expected {expected}, found {found}"));
        }
    };
    let findings: Vec<(&str, &str)> = list(report, "findings")
        .iter()
        .map(|finding| (text(finding, "rule"), text(finding, "severity")))
        .collect();
    let quiet = |severity: &str| matches!(severity, "info" | "low");
    let root = findings.first().filter(|(_, severity)| !quiet(severity));
    let root = root.map_or("none", |(rule, _)| *rule);
    differ("root", accepted.root.clone(), root.to_owned());
    // The root is first; the order of the others is the engine's affair.
    let listed = |mut pairs: Vec<(&str, &str)>| {
        pairs.sort_unstable();
        format!("{pairs:?}")
    };
    let expected = accepted.findings.iter();
    let expected = expected.map(|finding| (&*finding.rule, &*finding.severity));
    let above = findings.iter().copied();
    differ(
        "findings",
        listed(expected.collect()),
        listed(above.filter(|(_, severity)| *severity != "info").collect()),
    );
    let rules = |section: &str| -> Vec<&str> {
        list(report, section)
            .iter()
            .map(|entry| text(entry, "rule"))
            .collect()
    };
    let ruled_out = rules("ruled_out");
    for rule in &accepted.ruled_out {
        if !ruled_out.contains(&rule.as_str()) {
            differ("ruled_out", rule.clone(), format!("{ruled_out:?}"));
        }
    }
    let mut cannot_tell = rules("cannot_tell");
    cannot_tell.sort_unstable();
    let mut expected: Vec<&str> = accepted.cannot_tell.iter().map(String::as_str).collect();
    expected.sort_unstable();
    differ(
        "cannot_tell",
        format!("{expected:?}"),
        format!("{cannot_tell:?}"),
    );
    for rule in &accepted.silent {
        let is_said =
            findings.iter().any(|(found, _)| found == rule) || cannot_tell.contains(&rule.as_str());
        if is_said {
            differ("silent", rule.clone(), "it is not".to_owned());
        }
    }
    let verdict = &report["verdict"];
    differ(
        "verdict",
        format!("{} {}", accepted.verdict.severity, accepted.verdict.stage),
        format!("{} {}", text(verdict, "severity"), text(verdict, "stage")),
    );
    let attempts: Vec<String> = list(report, "attempts")
        .iter()
        .map(|attempt| {
            format!(
                "{} {} {}",
                text(attempt, "kind"),
                text(attempt, "outcome"),
                attempt["code"].as_str().unwrap_or("-")
            )
        })
        .collect();
    differ(
        "attempts",
        format!("{:?}", accepted.attempts),
        format!("{attempts:?}"),
    );
    faults
}
