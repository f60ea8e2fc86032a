//! Readings that did not come true: ruled out, or not to be told; and what the verdict says first.

use super::bound::Bound;
use super::evidence::Scene;
use super::expr::Expr;
use super::judge::missing;
use super::matches::{Fold, Undecided};
use super::object::ObjectKind;
use super::rule::{Need, Requirement, Rule};
use super::subject::Subject;
use crate::model::{
    Attempt, CannotTell, EvidenceLine, Finding, Findings, MissingSource, RuledOut, Severity, Stage,
    Verdict,
};

/// What came of the rules that the evidence gives reason to consider.
pub(super) fn considered(
    scene: &Scene<'_>,
    folds: &[Fold],
    undecided: &[Undecided],
    only: Option<&str>,
) -> (Vec<RuledOut>, Vec<CannotTell>) {
    let (mut ruled_out, mut cannot_tell) = (Vec::new(), Vec::new());
    for (place, rule) in scene.set.rules.iter().enumerate() {
        let fired = folds.iter().any(|fold| fold.rule == place);
        if fired || only.is_some_and(|only| only != rule.id) {
            continue;
        }
        let own = undecided.iter().find(|one| one.rule == place);
        let mut lacking: Vec<usize> = own.map_or_else(Vec::new, |one| one.missing.clone());
        let mut spoken_against = None;
        for bound in worth_considering(scene, place, rule) {
            let gone = lacks(rule, &bound);
            if gone.is_empty() {
                spoken_against = spoken_against.or_else(|| speaks_against(rule, &bound));
            }
            lacking.extend(gone);
        }
        lacking.sort_unstable();
        lacking.dedup();
        if !lacking.is_empty() || own.is_some() {
            cannot_tell.push(untold(rule, &lacking, scene));
        } else if let Some(spoken_against) = spoken_against {
            ruled_out.push(spoken_against);
        }
    }
    (ruled_out, cannot_tell)
}

/// The kinds of sources that the question lacks: those that do not cover the time, and those that
/// would have brought what is not known.
fn lacks(rule: &Rule, bound: &Bound<'_>) -> Vec<usize> {
    let span = (bound.subject.from, bound.subject.to);
    let is_lacking = |need: &&Requirement| match &need.unless {
        Some(answer) => answer.truth(bound) != Some(true),
        None => !missing(bound, &[Need::Named(need.coverage)], span).is_empty(),
    };
    let lacking = rule.requires.iter().filter(is_lacking);
    lacking.map(|need| need.coverage).collect()
}

/// Every object for which the rule says that it is worth considering, bound as the rule's subject:
/// the first kind's, with an object of each further kind that belongs to it and fits as well.
fn worth_considering<'s>(scene: &'s Scene<'s>, place: usize, rule: &Rule) -> Vec<Bound<'s>> {
    let Some(considered) = &rule.considered else {
        return Vec::new();
    };
    let questions = considered.objects.iter().zip(&scene.set.considered[place]);
    let mut questions = questions.map(|((kind, _), question)| (*kind, *question));
    let first = questions.next();
    let kind = first.map_or(ObjectKind::Device, |(kind, _)| kind);
    let all = || (0..scene.number_of(kind)).collect();
    let fitting = first.map_or_else(all, |(_, question)| scene.fitting(question).to_vec());
    let mut found = Vec::new();
    for object in fitting {
        let Some(subject) = Subject::object(kind, object, scene) else {
            continue;
        };
        let mut bound = Bound::new(scene, place, subject);
        let further = questions.clone().all(|(kind, question)| {
            let mut joined = bound.subject.joined(kind, scene).into_iter();
            let fitting = joined.find(|object| scene.fits(question, *object));
            if let Some(fitting) = fitting {
                bound.choose(kind, fitting);
            }
            fitting.is_some()
        });
        if !further {
            continue;
        }
        bound.bind_roles();
        if is_true(considered.when.as_ref(), &bound) {
            found.push(bound);
        }
    }
    found
}

/// Whether a condition holds; where there is none, it does.
fn is_true(condition: Option<&Expr>, bound: &Bound<'_>) -> bool {
    condition.is_none_or(|expr| expr.truth(bound) == Some(true))
}

fn speaks_against(rule: &Rule, bound: &Bound<'_>) -> Option<RuledOut> {
    let entry = |because: String, evidence| RuledOut {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        because,
        evidence,
    };
    let Some(by) = &rule.ruled_out else {
        // Without a statement only sources that cover the time speak against it.
        let covers = |need: &Requirement| need.unless.is_none();
        let is_covered = !rule.requires.is_empty() && rule.requires.iter().all(covers);
        return is_covered.then(|| {
            let because = "the sources that would show it cover the time, and do not".to_owned();
            entry(because, Vec::new())
        });
    };
    if !is_true(by.when.as_ref(), bound) {
        return None;
    }
    let evidence = match by.select {
        None => Vec::new(),
        Some(place) => {
            let hit = bound.roles.get(place).copied().flatten()?;
            vec![EvidenceLine {
                event: hit.event,
                role: rule.roles.get(place)?.clone(),
            }]
        }
    };
    Some(entry(by.because.fill(bound), evidence))
}

fn untold(rule: &Rule, lacking: &[usize], scene: &Scene<'_>) -> CannotTell {
    let row = |place: &usize| {
        let row = scene.set.coverage.get(*place)?;
        Some(MissingSource {
            name: row.name.clone(),
            artifact: row.artifact.clone(),
            command: row.command.clone(),
        })
    };
    CannotTell {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        missing: lacking.iter().filter_map(row).collect(),
    }
}

/// The verdict with the root finding's words, where one stands on what the verdict is about.
pub fn headline(findings: &Findings, attempts: &[Attempt], verdict: Verdict) -> Verdict {
    let root = root_of(findings, verdict.attempt.as_deref());
    let Some(root) = root.or_else(|| expected(findings, attempts, &verdict)) else {
        return verdict;
    };
    let mut because = vec![verdict.headline];
    because.extend(verdict.because);
    Verdict {
        headline: root.explanation.clone(),
        severity: root.severity,
        stage: root.stage,
        attempt: root.attempt.clone().or(verdict.attempt),
        because,
    }
}

/// What explains the failed attempts where nothing louder does: all of that kind failed as it says, as
/// the first tries of a device do that waits to be synchronised.
fn expected<'f>(
    findings: &'f Findings,
    attempts: &[Attempt],
    verdict: &Verdict,
) -> Option<&'f Finding> {
    let id = verdict.attempt.as_deref()?;
    let kind = attempts.iter().find(|attempt| attempt.id == id)?.kind;
    let on = |finding: &Finding, id: &str| finding.occurrences.attempts.iter().any(|it| it == id);
    let tells = |finding: &&Finding, attempt: &Attempt| {
        let failing = attempt.failing_step().map(|step| step.event);
        let shows = finding
            .evidence
            .iter()
            .any(|line| Some(line.event) == failing);
        // What only speaks of the evidence explains nothing.
        on(finding, &attempt.id) && shows && !finding.background && finding.stage != Stage::None
    };
    let mut failed = attempts
        .iter()
        .filter(|attempt| attempt.kind == kind && attempt.outcome == "failure");
    let all_quiet = failed.all(|attempt| {
        let own = || findings.findings.iter().filter(|it| on(it, &attempt.id));
        own().any(|it| tells(&it, attempt)) && own().all(|it| it.severity <= Severity::Low)
    });
    let last = attempts.iter().find(|attempt| attempt.id == id)?;
    let mut telling = findings.findings.iter().filter(|it| tells(it, last));
    telling.next().filter(|_| all_quiet)
}

/// The first root above `low` whose story the attempt is part of; of no attempt, the first at all.
fn root_of<'f>(findings: &'f Findings, attempt: Option<&str>) -> Option<&'f Finding> {
    let all = &findings.findings;
    let is_cause = |finding: &Finding| {
        let mut causes = finding.caused_by.iter();
        causes.any(|id| all.iter().any(|cause| cause.id == *id && !cause.background))
    };
    let stands_on = |finding: &Finding| {
        attempt.is_none_or(|attempt| finding.occurrences.attempts.iter().any(|id| id == attempt))
    };
    let mut root = None;
    for finding in all {
        if !is_cause(finding) && !finding.background {
            root = Some(finding);
        }
        let loud = |finding: &&Finding| finding.severity > Severity::Low;
        if finding.severity > Severity::Low && stands_on(finding) && !finding.background {
            return root.filter(loud).or(Some(finding));
        }
    }
    None
}
