//! Many bundles: a line each, and what they have in common.
//!
//! Field names are the keys of `joinscope.batch/1`; keys are stable, additions only. A line holds what
//! an index needs and no more, so that the lines of a thousand bundles take little memory.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use super::html;
use crate::model::{Finding, Report, Severity, Token, TokenVerdict};

/// Name and version of the form of a line.
pub const SCHEMA: &str = "joinscope.batch/1";

/// What became of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BundleState {
    /// All of it was read.
    Done,
    /// Part of it is damaged or locked; the report says what.
    Partial,
    /// Nothing in it could be read.
    Unreadable,
    /// The program failed on it, which is a fault of the program.
    Failed,
}

/// What one bundle came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BundleLine {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Path as given.
    pub bundle: String,
    /// What became of it.
    pub state: BundleState,
    /// Why there is no report.
    pub reason: Option<String>,
    /// Path of the report, relative to the index.
    pub report: Option<String>,
    /// Name of the device, where the evidence names one. Pseudonyms made without a key mean another
    /// device in each bundle, and are left out.
    pub device: Option<String>,
    /// The sentence to say first.
    pub headline: String,
    /// How bad it is.
    pub severity: String,
    /// Stage at fault.
    pub stage: String,
    /// Code of the attempt that the verdict is about.
    pub code: Option<String>,
    /// The first root finding above *low*.
    pub root: Option<RootLine>,
    /// How each stage went.
    pub stages: Vec<StageLine>,
    /// The longest gap.
    pub longest_gap: Option<GapLine>,
    /// Tokens that were used after they had expired.
    pub late_tokens: usize,
    /// What could not be seen.
    pub blindspots: usize,
    /// Events on the timeline.
    pub events: usize,
    /// Records that a triage counted and did not read further, as nothing asks for them; none else.
    #[serde(default)]
    pub passed_records: usize,
}

/// What is the matter in the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootLine {
    /// The rule's id.
    pub rule: String,
    /// What is wrong, in one line.
    pub title: String,
    /// How bad it is.
    pub severity: String,
    /// How sure it is, 0 to 100.
    pub confidence: u8,
    /// What to do first.
    pub fix: Option<String>,
}

/// How a stage went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageLine {
    /// Its word.
    pub stage: String,
    /// How it went, in words.
    pub state: String,
    /// Whether the verdict is about it.
    pub at_fault: bool,
}

/// A wait.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GapLine {
    /// Its id in the report.
    pub id: String,
    /// The step before.
    pub from: String,
    /// The step after.
    pub to: String,
    /// Its length.
    pub seconds: f64,
    /// Its length against its budget.
    pub ratio: Option<f64>,
}

/// Bundles with the same root and code; those without any event stand by themselves.
#[derive(Debug)]
pub(super) struct Cluster<'l> {
    /// The root that they share; `None` where nothing is at fault.
    pub(super) root: Option<&'l RootLine>,
    pub(super) code: Option<&'l str>,
    pub(super) lines: Vec<&'l BundleLine>,
}

impl BundleLine {
    /// The line of a bundle that was read. The report is shown as it is, so a redacted one makes a
    /// redacted line; `bundle` and `link` are the caller's.
    pub fn of(bundle: String, link: Option<String>, state: BundleState, report: &Report) -> Self {
        let blamed = report.verdict.attempt.as_deref();
        let blamed = report
            .attempts
            .iter()
            .find(|attempt| Some(attempt.id.as_str()) == blamed);
        let late = |token: &&Token| token.verdict == TokenVerdict::Late;
        Self {
            schema: SCHEMA.to_owned(),
            bundle,
            state,
            reason: None,
            report: link,
            device: device(report),
            headline: report.verdict.headline.clone(),
            severity: report.verdict.severity.word().to_owned(),
            stage: report.verdict.stage.word().to_owned(),
            code: blamed.and_then(|attempt| attempt.code.clone()),
            root: report.findings.iter().find(|it| is_root(it)).map(root),
            stages: html::stages_of(report),
            longest_gap: longest_gap(report),
            late_tokens: report.tokens.iter().filter(late).count(),
            blindspots: report.blindspots.len(),
            events: report.event_count,
            passed_records: 0,
        }
    }

    /// Whether any of the bundle could be read.
    pub fn is_read(&self) -> bool {
        matches!(self.state, BundleState::Done | BundleState::Partial)
    }

    /// The line of a bundle that there is no report of.
    pub fn without_report(bundle: String, state: BundleState, reason: String) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            bundle,
            state,
            headline: reason.clone(),
            reason: Some(reason),
            report: None,
            device: None,
            severity: Severity::Info.word().to_owned(),
            stage: "none".to_owned(),
            code: None,
            root: None,
            stages: Vec::new(),
            longest_gap: None,
            late_tokens: 0,
            blindspots: 0,
            events: 0,
            passed_records: 0,
        }
    }
}

/// Findings come roots first; a state that explains others is no fault by itself.
fn is_root(finding: &Finding) -> bool {
    !finding.background && finding.severity > Severity::Low
}

fn root(finding: &Finding) -> RootLine {
    RootLine {
        rule: finding.rule.clone(),
        title: finding.title.clone(),
        severity: finding.severity.word().to_owned(),
        confidence: finding.confidence,
        fix: finding.remediation.first().cloned(),
    }
}

/// The name that the device has in its status text, else in its logs.
fn device(report: &Report) -> Option<String> {
    let redaction = report.redaction.as_ref();
    if redaction.is_some_and(|redaction| !redaction.keyed) {
        return None;
    }
    let names = ["device_state.Device Name", "os.computer_name"];
    let fact = names.iter().find_map(|name| report.device.get(*name));
    fact.map(|fact| fact.value.clone())
}

fn longest_gap(report: &Report) -> Option<GapLine> {
    let gaps = report.gaps.iter();
    let longest = gaps.max_by(|left, right| left.seconds.total_cmp(&right.seconds))?;
    Some(GapLine {
        id: longest.id.clone(),
        from: longest.from.step.word().to_owned(),
        to: longest.to.step.word().to_owned(),
        seconds: longest.seconds,
        ratio: longest.ratio,
    })
}

/// Bundles that were read, by root and code: the most frequent first.
pub(super) fn clusters(lines: &[BundleLine]) -> Vec<Cluster<'_>> {
    let mut by_root: BTreeMap<(bool, Option<&str>, Option<&str>), Cluster<'_>> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.is_read()) {
        let root = line.root.as_ref();
        let code = line.code.as_deref().filter(|_| root.is_some());
        let key = (line.events == 0, root.map(|root| root.rule.as_str()), code);
        let cluster = by_root.entry(key).or_insert_with(|| Cluster {
            root,
            code,
            lines: Vec::new(),
        });
        cluster.lines.push(line);
    }
    let mut clusters: Vec<Cluster<'_>> = by_root.into_values().collect();
    clusters.sort_by_key(|cluster| (cluster.root.is_none(), usize::MAX - cluster.lines.len()));
    clusters
}

/// Waits of all bundles, the longest first, at most `most` of them.
pub(super) fn slowest(lines: &[BundleLine], most: usize) -> Vec<(&BundleLine, &GapLine)> {
    let gaps = lines
        .iter()
        .filter_map(|line| Some((line, line.longest_gap.as_ref()?)));
    let mut gaps: Vec<(&BundleLine, &GapLine)> = gaps.collect();
    gaps.sort_by(|(_, left), (_, right)| right.seconds.total_cmp(&left.seconds));
    gaps.truncate(most);
    gaps
}

/// Writes the lines as JSON, one bundle a line.
///
/// # Errors
/// Only those of `out`.
pub fn jsonl(lines: &[BundleLine], out: &mut dyn Write) -> io::Result<()> {
    for line in lines {
        serde_json::to_writer(&mut *out, line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
