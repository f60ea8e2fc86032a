//! How the page was made: what was asked for, what rules ran, what was left out.

use serde::Serialize;

use crate::export::grouped;
use crate::model::{Redaction, Report};
use crate::redact::ShownTimeline;

/// What a page says of its making that no report knows.
#[derive(Clone, Debug, Default)]
pub struct Made {
    /// What was asked for: the options, each with its value.
    pub options: Vec<(&'static str, String)>,
    /// Number of rules that judged, where it is known.
    pub rules: Option<usize>,
    /// Name of the file beside the page that holds every event, where the page does not.
    pub side_file: Option<String>,
}

#[derive(Serialize)]
pub(super) struct MadeView<'a> {
    /// Options and their values.
    options: Vec<(&'static str, String)>,
    level: &'static str,
    keyed: bool,
    removed: Vec<RemovedView>,
    schema: &'a str,
}

#[derive(Serialize)]
struct RemovedView {
    kind: &'static str,
    /// Different names, as text; empty where they are not counted.
    names: String,
    /// Places in the report.
    places: String,
}

/// What rules came to.
#[derive(Serialize)]
pub(super) struct RulesView<'a> {
    digest: &'a str,
    /// Number of rules that judged, as text; empty where it is not known.
    ran: String,
    rules: Vec<RuleView<'a>>,
    found: usize,
    ruled_out: usize,
    cannot_tell: usize,
    /// Rules that had nothing to say, as text; empty where that is not known.
    silent: String,
}

#[derive(Serialize)]
struct RuleView<'a> {
    rule: &'a str,
    title: &'a str,
    /// `found`, `ruled out` or `cannot tell`.
    said: &'static str,
    /// The finding; empty for the other two.
    finding: &'a str,
}

/// How the page was made.
pub(super) fn view<'a>(
    report: &'a Report,
    timeline: ShownTimeline<'_>,
    made: &Made,
) -> MadeView<'a> {
    let redactor = timeline.redactor();
    let removed = report
        .redaction
        .as_ref()
        .map(|redaction| &redaction.removed);
    let removed = removed.into_iter().flatten().map(|removed| RemovedView {
        kind: removed.kind.word(),
        names: match removed.names {
            0 => String::new(),
            names => grouped(names),
        },
        places: grouped(usize::try_from(removed.places).unwrap_or(usize::MAX)),
    });
    let is_keyed = |redaction: &Redaction| redaction.keyed;
    MadeView {
        options: made
            .options
            .iter()
            .map(|(name, value)| (*name, redactor.text(value).into_owned()))
            .collect(),
        level: redactor.level().word(),
        keyed: report.redaction.as_ref().is_some_and(is_keyed),
        removed: removed.collect(),
        schema: report.schema,
    }
}

/// Name of the file that holds every event; of a name that holds a name of the evidence its ending.
pub(super) fn side_file(timeline: ShownTimeline<'_>, made: &Made) -> Option<String> {
    let name = made.side_file.as_deref()?;
    if timeline.redactor().text(name) == name {
        return Some(name.to_owned());
    }
    let ending = name.split_once('.').map_or(name, |(_, ending)| ending);
    Some(format!("….{ending}"))
}

/// Which rules ran, and what they said.
pub(super) fn rules_run<'a>(report: &'a Report, made: &Made) -> RulesView<'a> {
    let mut rules: Vec<RuleView<'a>> = Vec::new();
    for finding in &report.findings {
        // A rule that found several things is told once.
        if rules.iter().all(|known| known.rule != finding.rule) {
            rules.push(RuleView {
                rule: &finding.rule,
                title: &finding.title,
                said: "found",
                finding: &finding.id,
            });
        }
    }
    let found = rules.len();
    rules.extend(report.ruled_out.iter().map(|entry| RuleView {
        rule: &entry.rule,
        title: &entry.title,
        said: "ruled out",
        finding: "",
    }));
    rules.extend(report.cannot_tell.iter().map(|entry| RuleView {
        rule: &entry.rule,
        title: &entry.title,
        said: "cannot tell",
        finding: "",
    }));
    let silent = made.rules.map(|ran| ran.saturating_sub(rules.len()));
    RulesView {
        digest: &report.tool.rules_digest,
        ran: made.rules.map_or_else(String::new, grouped),
        found,
        ruled_out: report.ruled_out.len(),
        cannot_tell: report.cannot_tell.len(),
        silent: silent.map_or_else(String::new, grouped),
        rules,
    }
}
