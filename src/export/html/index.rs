//! The page over many bundles: what they share, how far each came, and a link to each report.

use std::io;

use minijinja::value::Value;
use serde::Serialize;

use super::{STYLE, policy, render};
use crate::export::duration;
use crate::export::fleet::{BundleLine, BundleState, Cluster, clusters, slowest};
use crate::redact::Level;

const TEMPLATE: &str = include_str!("index.html");

/// Waits that are shown at most.
const MOST_GAPS: usize = 20;

/// Writes the index page. It links to the reports by their relative paths and has no script.
///
/// # Errors
/// Only those of `out`.
pub fn write_index(
    lines: &[BundleLine],
    redaction: Level,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let style = STYLE.replace("\r\n", "\n");
    let columns: Vec<&str> = columns(lines);
    let root = Root {
        policy: Value::from_safe_string(policy(&style, "")),
        style: Value::from_safe_string(style),
        redaction: (redaction != Level::None).then(|| redaction.word()),
        total: lines.len(),
        unread: lines.iter().filter(|line| !line.is_read()).collect(),
        passed: lines.iter().map(|line| line.passed_records).sum(),
        partial: lines
            .iter()
            .filter(|line| line.state == BundleState::Partial)
            .count(),
        clusters: clusters(lines).iter().map(ClusterView::of).collect(),
        rows: lines
            .iter()
            .filter(|line| line.is_read())
            .map(|line| RowView {
                line,
                cells: columns.iter().map(|column| cell(line, column)).collect(),
            })
            .collect(),
        gaps: slowest(lines, MOST_GAPS)
            .into_iter()
            .map(|(line, gap)| GapView {
                line,
                from: &gap.from,
                to: &gap.to,
                length: duration(gap.seconds),
                ratio: gap.ratio.map(|ratio| format!("{ratio:.1}")),
            })
            .collect(),
        columns,
    };
    render("index.html", TEMPLATE, &root, out)
}

#[derive(Serialize)]
struct Root<'l> {
    policy: Value,
    style: Value,
    redaction: Option<&'static str>,
    total: usize,
    unread: Vec<&'l BundleLine>,
    partial: usize,
    /// Records that a triage did not read further.
    passed: usize,
    clusters: Vec<ClusterView<'l>>,
    columns: Vec<&'l str>,
    rows: Vec<RowView<'l>>,
    gaps: Vec<GapView<'l>>,
}

#[derive(Serialize)]
struct ClusterView<'l> {
    title: &'l str,
    severity: &'l str,
    rule: Option<&'l str>,
    code: Option<&'l str>,
    fix: Option<&'l str>,
    lines: Vec<&'l BundleLine>,
}

impl<'l> ClusterView<'l> {
    fn of(cluster: &Cluster<'l>) -> Self {
        Self {
            title: match cluster.root {
                Some(root) => &root.title,
                None if cluster.lines.iter().all(|line| line.events == 0) => {
                    "No event could be read"
                }
                None => "Nothing is at fault",
            },
            severity: cluster.root.map_or("info", |root| &root.severity),
            rule: cluster.root.map(|root| root.rule.as_str()),
            code: cluster.code,
            fix: cluster.root.and_then(|root| root.fix.as_deref()),
            lines: cluster.lines.clone(),
        }
    }
}

#[derive(Serialize)]
struct RowView<'l> {
    line: &'l BundleLine,
    cells: Vec<Cell<'l>>,
}

#[derive(Serialize)]
struct Cell<'l> {
    sign: &'static str,
    state: &'l str,
    class: &'static str,
    at_fault: bool,
}

#[derive(Serialize)]
struct GapView<'l> {
    line: &'l BundleLine,
    from: &'l str,
    to: &'l str,
    length: String,
    ratio: Option<String>,
}

/// The stages in the order of the first line that has any: all lines have the same ones.
fn columns(lines: &[BundleLine]) -> Vec<&str> {
    let first = lines.iter().find(|line| !line.stages.is_empty());
    first.map_or_else(Vec::new, |line| {
        let stages = line.stages.iter();
        stages.map(|stage| stage.stage.as_str()).collect()
    })
}

fn cell<'l>(line: &'l BundleLine, column: &str) -> Cell<'l> {
    let found = line.stages.iter().find(|stage| stage.stage == column);
    let state = found.map_or("not seen", |stage| &stage.state);
    let (sign, class) = match state {
        "ok" => ("✓", "ok"),
        "failed" => ("✗", "failed"),
        "not seen" => ("·", "absent"),
        _ => ("?", "open"),
    };
    Cell {
        sign,
        state,
        class,
        at_fault: found.is_some_and(|stage| stage.at_fault),
    }
}
