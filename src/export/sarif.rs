//! Findings as SARIF 2.1.0: what was found fails, what was ruled out passes, what cannot be told is open.
//!
//! Locations are the events that a finding rests on: the path through the archives, with the line or
//! the byte offset in the artifact where the format has one.
//! Source: specified (OASIS SARIF 2.1.0).

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Section, View, clean};
use crate::model::{CannotTell, EvidenceLine, Finding, Locator, Report, RuledOut, Severity};
use crate::redact::ShownTimeline;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Events of one finding that become locations.
const LOCATIONS: usize = 100;

/// Writes the log.
pub(super) fn write(
    report: &Report,
    timeline: ShownTimeline<'_>,
    _section: Section,
    _view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut rules: Vec<Value> = Vec::new();
    let mut results: Vec<Value> = Vec::new();
    for finding in &report.findings {
        rules.push(rule(finding));
        results.push(failed(finding, timeline));
    }
    for entry in &report.ruled_out {
        rules.push(short_rule(&entry.rule, &entry.title));
        results.push(passed(entry, timeline));
    }
    for entry in &report.cannot_tell {
        rules.push(short_rule(&entry.rule, &entry.title));
        results.push(open(entry));
    }
    // A rule stands once, as it was first told.
    let mut known = std::collections::HashSet::new();
    rules.retain(|rule| known.insert(rule["id"].clone().to_string()));
    let mut run = json!({
        "tool": { "driver": {
            "name": report.tool.name,
            "version": report.tool.version,
            "informationUri": "https://learn.microsoft.com/entra/identity/devices/",
            "rules": rules,
            "properties": { "rules_digest": report.tool.rules_digest },
        } },
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": { "verdict": clean(&report.verdict.headline) },
    });
    if let (Some(redaction), Some(properties)) =
        (&report.redaction, run["properties"].as_object_mut())
    {
        properties.insert("redaction".to_owned(), json!(redaction));
    }
    let log = json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    out.write_all(b"\n")
}

fn rule(finding: &Finding) -> Value {
    let mut rule = short_rule(&finding.rule, &finding.title);
    if let Some(rule) = rule.as_object_mut() {
        if let Some(why) = &finding.why {
            rule.insert("fullDescription".to_owned(), message(why));
        }
        if !finding.remediation.is_empty() {
            rule.insert("help".to_owned(), message(&finding.remediation.join("\n")));
        }
    }
    rule
}

fn short_rule(id: &str, title: &str) -> Value {
    json!({ "id": clean(id), "shortDescription": message(title) })
}

fn failed(finding: &Finding, timeline: ShownTimeline<'_>) -> Value {
    json!({
        "ruleId": clean(&finding.rule),
        "kind": "fail",
        "level": level(finding.severity),
        "message": message(&finding.explanation),
        "locations": locations(&finding.evidence, timeline),
        "properties": {
            "id": finding.id, "severity": finding.severity, "confidence": finding.confidence,
            "stage": finding.stage, "attempt": finding.attempt, "caused_by": finding.caused_by,
            "from": finding.span.from, "to": finding.span.to,
            "occurrences": finding.occurrences.number,
        },
    })
}

fn passed(entry: &RuledOut, timeline: ShownTimeline<'_>) -> Value {
    json!({
        "ruleId": clean(&entry.rule),
        "kind": "pass",
        "level": "none",
        "message": message(&entry.because),
        "locations": locations(&entry.evidence, timeline),
    })
}

fn open(entry: &CannotTell) -> Value {
    let missing: Vec<String> = entry
        .missing
        .iter()
        .map(|missing| format!("{}: {}", missing.artifact, missing.command))
        .collect();
    let text = format!("{}; to be collected: {}", entry.title, missing.join("; "));
    json!({
        "ruleId": clean(&entry.rule),
        "kind": "open",
        "level": "none",
        "message": message(&text),
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

fn message(text: &str) -> Value {
    let text: Vec<String> = text.lines().map(clean).collect();
    json!({ "text": text.join("\n") })
}

fn locations(evidence: &[EvidenceLine], timeline: ShownTimeline<'_>) -> Vec<Value> {
    let location = |line: &EvidenceLine| {
        let event = timeline.event(line.event)?;
        let mut physical = json!({ "artifactLocation": { "uri": uri(&event.path()) } });
        let region = match event.locator() {
            Locator::Line(line) if line > 0 => Some(json!({ "startLine": line })),
            Locator::Record { offset, .. } => byte(offset),
            Locator::Buffer { buffer, .. } => byte(buffer),
            Locator::Line(_) | Locator::Session(_) => None,
        };
        if let (Some(region), Some(physical)) = (region, physical.as_object_mut()) {
            physical.insert("region".to_owned(), region);
        }
        let text = format!("{} {}: {}", line.event, line.role, event.title());
        Some(json!({
            "physicalLocation": physical,
            "logicalLocations": [{ "name": event.locator().to_string() }],
            "message": message(&text),
        }))
    };
    evidence
        .iter()
        .take(LOCATIONS)
        .filter_map(location)
        .collect()
}

/// A byte of an artifact; SARIF counts no further than 2³¹.
fn byte(offset: u64) -> Option<Value> {
    i32::try_from(offset)
        .ok()
        .map(|offset| json!({ "byteOffset": offset }))
}

/// A path as a relative reference (RFC 3986).
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_references() {
        assert_eq!(uri(r"a b\c:d/ü.evtx"), "a%20b/c%3Ad/%C3%BC.evtx");
        assert_eq!(uri("javascript:alert(1)"), "javascript%3Aalert%281%29");
    }
}
