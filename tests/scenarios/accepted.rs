//! What the analysis says of every story, held against the `expected.yaml` beside it.

use std::fmt::Write as _;

use samples::scenario;
use serde_json::Value;

use super::common::{list, text};
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

#[test]
fn every_scenario_gives_its_accepted_results() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/scenarios");
    let mut faults = String::new();
    for name in scenario::names() {
        let file = folder.join(name).join("expected.yaml");
        let text = std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let accepted: Accepted = serde_saphyr::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for fault in differences(&accepted, &report(name)) {
            writeln!(faults, "{name}: {fault}").unwrap();
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
    for (section, expected) in [
        ("ruled_out", &accepted.ruled_out),
        ("cannot_tell", &accepted.cannot_tell),
    ] {
        let found: Vec<&str> = list(report, section)
            .iter()
            .map(|entry| text(entry, "rule"))
            .collect();
        for rule in expected {
            if !found.contains(&rule.as_str()) {
                differ(section, rule.clone(), format!("{found:?}"));
            }
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
